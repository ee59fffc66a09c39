//! All heads of all layers: where each looks from the last position.

use generation::tree::Ranked;
use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::app::store::Store;
use crate::components::roving_focus;
use crate::i18n::numbers::percent;
use crate::t;
use crate::widgets::pipeline::shared::{Inside, exact};
use crate::widgets::pipeline::transformer::raster::{Cells, Raster};
use session::Session;

/// The most columns of a head's small picture: longer contexts share them.
const COLUMNS: usize = 12;

/// Where a head looks most.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Peak {
    weight: f32,
    /// Index among the visible tokens.
    at: usize,
}

/// The grid: a row per layer, a column per head, a small picture of the attention in each cell.
#[component]
pub fn HeadGrid(
    /// The inside of the pass.
    inside: Memo<Inside>,
) -> impl IntoView {
    let store = Store::from_context();
    let focus = store.derive(Session::inspector_focus);
    let shape = Memo::new(move |_| store.selectors.info.get().map_or((0, 0), |info| (info.layers, info.heads)));
    let cells = Memo::new(move |_| inside.get().seen().map_or_else(Cells::default, |ranked| pictures(&ranked)));
    let peaks = Memo::new(move |_| inside.get().seen().map(|ranked| peaks(&ranked)).unwrap_or_default());
    let table = NodeRef::<html::Table>::new();
    let on_key = move |event: KeyboardEvent| {
        let focus = focus.get_untracked();
        let to = roving_focus::moved((focus.layer, focus.head), shape.get_untracked(), &event.key());
        if let Some((layer, head)) = to {
            event.prevent_default();
            store.change_focus(|focus| (focus.layer, focus.head) = (layer, head));
            if let Some(table) = table.get_untracked() {
                roving_focus::focus(&table, &format!("[data-layer='{layer}'][data-head='{head}']"));
            }
        }
    };
    let chosen = move |layer, head| Memo::new(move |_| (focus.get().layer, focus.get().head) == (layer, head));
    let cell = move |layer: usize, head: usize| {
        let chosen = chosen(layer, head);
        let peak = Memo::new(move |_| peaks.with(|peaks| peaks.get(layer).and_then(|row| row.get(head)).copied()));
        view! {
            <td
                role="gridcell"
                data-layer=layer
                data-head=head
                data-value=move || peak.get().map(|peak| exact(peak.weight))
                data-target=move || peak.get().map(|peak| peak.at)
                aria-selected=move || chosen.get().to_string()
                aria-label=move || label(layer, head, peak.get())
                tabindex=move || if chosen.get() { "0" } else { "-1" }
                on:click=move |_| store.change_focus(|focus| (focus.layer, focus.head) = (layer, head))
            ></td>
        }
    };
    let row = move |layer: usize, heads: usize| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{layer}</th>
                {(0..heads).map(|head| cell(layer, head)).collect_view()}
            </tr>
        }
    };
    let head = |heads: usize| (0..heads).map(|head| view! { <th role="columnheader" scope="col">{head}</th> });
    view! {
        <div class="head-grid">
            <table role="grid" aria-label=t!("pipeline-grid") data-table="heads" node_ref=table on:keydown=on_key>
                <thead>
                    <tr role="row">
                        <th role="columnheader"><span class="ear">{t!("pipeline-layer")}</span></th>
                        {move || head(shape.get().1).collect_view()}
                    </tr>
                </thead>
                <tbody>{move || (0..shape.get().0).map(|layer| row(layer, shape.get().1)).collect_view()}</tbody>
            </table>
            <div class="head-pictures"><Raster cells/></div>
        </div>
    }
}

fn label(layer: usize, head: usize, peak: Option<Peak>) -> String {
    match peak {
        Some(peak) => {
            let weight = percent(peak.weight.into());
            t!("pipeline-grid-cell", layer = layer, head = head, weight = weight, position = peak.at)
        }
        None => t!("pipeline-head-name", layer = layer, head = head),
    }
}

fn peaks(ranked: &Ranked) -> Vec<Vec<Peak>> {
    let peak = |row: &Vec<f32>| {
        let better =
            |best: Peak, (at, &weight): (usize, &f32)| if weight > best.weight { Peak { weight, at } } else { best };
        row.iter().enumerate().fold(Peak { weight: 0.0, at: 0 }, better)
    };
    ranked.step.layers.iter().map(|layer| layer.attention.iter().map(peak).collect()).collect()
}

/// A few columns for each head, heads side by side, layers below one another.
fn pictures(ranked: &Ranked) -> Cells {
    let layers = &ranked.step.layers;
    let heads = layers.first().map_or(0, |layer| layer.attention.len());
    let columns = columns(ranked.step.context.len);
    let rows = layers.iter().flat_map(|layer| &layer.attention);
    // A gap between two heads.
    let shares = rows.flat_map(|row| squeeze(row, columns).into_iter().chain([0.0])).collect();
    Cells { width: heads * (columns + 1), shares }
}

fn columns(tokens: usize) -> usize {
    tokens.clamp(1, COLUMNS)
}

/// The row in fewer columns, each the sum of what it stands for.
fn squeeze(row: &[f32], columns: usize) -> Vec<f32> {
    let mut sums = vec![0.0; columns];
    for (i, weight) in row.iter().enumerate() {
        sums[i * columns / row.len()] += weight;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_squeezed_row_keeps_its_sum() {
        let row: Vec<f32> = (0..100).map(|i| i as f32 / 4950.0).collect();
        for tokens in [1, 7, 12, 100] {
            let squeezed = squeeze(&row[..tokens], columns(tokens));
            assert_eq!(squeezed.len(), tokens.min(COLUMNS));
            let (before, after): (f32, f32) = (row[..tokens].iter().sum(), squeezed.iter().sum());
            assert!((before - after).abs() < 1e-5);
        }
    }
}
