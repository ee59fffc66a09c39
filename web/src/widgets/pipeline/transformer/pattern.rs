//! One head's whole pattern: how much each position takes from each of those before it.

use generation::TokenId;
use generation::step::{Inspected, Inspection};
use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use crate::app::ptr_eq::PtrEq;
use crate::app::store::Store;
use crate::components::roving_focus;
use crate::i18n::numbers::{count, percent};
use crate::t;
use crate::widgets::pipeline::shared::{exact, missing, token_text};
use crate::widgets::pipeline::transformer::raster::{Cells, Raster};
use session::Session;
use session::inspections::PATTERN_MOST;

/// A cell: who looks, and at whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    query: usize,
    key: usize,
}

/// The pattern as a triangle, with a cell that pointer and arrow keys choose, and its value in words.
#[component]
pub fn PatternView() -> impl IntoView {
    let store = Store::from_context();
    let focus = store.derive(Session::inspector_focus);
    let asked = move || Inspection::Pattern { layer: focus.get().layer, head: focus.get().head };
    let seen = Memo::new(move |_| store.inspected(asked()));
    let missing = missing(store, asked);
    let long = Memo::new(move |_| {
        store.selectors.place.get().is_some_and(|place| place.ranked.step.context.len > PATTERN_MOST)
    });
    let words = move || match (seen.get().is_some(), long.get()) {
        (true, _) => t!("pipeline-pattern-note"),
        (false, true) => t!("pipeline-pattern-long", most = PATTERN_MOST),
        (false, false) => missing.get(),
    };
    view! {
        <p class="pipeline-note pattern-note" role="status">{words}</p>
        <Triangle seen/>
        <Weights seen/>
    }
}

#[component]
fn Triangle(
    /// The pattern, once it is there.
    seen: Memo<Option<PtrEq<Inspected>>>,
) -> impl IntoView {
    let box_of = NodeRef::<html::Div>::new();
    let pointed = RwSignal::new(None::<Cell>);
    let size = Memo::new(move |_| seen.with(|seen| rows(seen).map_or(0, <[_]>::len)));
    let cells = Memo::new(move |_| seen.with(|seen| rows(seen).map(picture).unwrap_or_default()));
    // At first the last position's look at the first.
    let cell = Memo::new(move |_| {
        let last = size.get().checked_sub(1)?;
        let Cell { query, key } = pointed.get().unwrap_or(Cell { query: last, key: 0 });
        Some(Cell { query: query.min(last), key: key.min(last) })
    });
    let point = move |event: PointerEvent| {
        let (Some(element), Some(last)) = (box_of.get_untracked(), size.get_untracked().checked_sub(1)) else { return };
        let rect = element.get_bounding_client_rect();
        let index = |at: f64, from: f64, length: f64| {
            (((at - from) / length.max(1.0) * (last + 1) as f64).max(0.0) as usize).min(last)
        };
        let query = index(event.client_y().into(), rect.top(), rect.height());
        let key = index(event.client_x().into(), rect.left(), rect.width());
        pointed.set(Some(Cell { query, key }));
    };
    let on_key = move |event: KeyboardEvent| {
        let (Some(Cell { query, key }), size) = (cell.get_untracked(), size.get_untracked()) else { return };
        if let Some((query, key)) = roving_focus::moved((query, key), (size, size), &event.key()) {
            event.prevent_default();
            pointed.set(Some(Cell { query, key }));
        }
    };
    let side = move || format!("{:.3}%", 100.0 / size.get().max(1) as f64);
    view! {
        <div
            class="pattern"
            class:away=move || size.get() == 0
            role="application"
            tabindex="0"
            aria-label=t!("pipeline-pattern")
            aria-describedby="pipeline-pattern-read"
            node_ref=box_of
            on:keydown=on_key
            on:pointermove=point
            on:pointerdown=point
        >
            <Raster cells/>
            <span
                class="pattern-cursor"
                style:width=side
                style:height=side
                style:transform=move || {
                    let Cell { query, key } = cell.get().unwrap_or(Cell { query: 0, key: 0 });
                    format!("translate({}%, {}%)", 100 * key, 100 * query)
                }
            ></span>
        </div>
        <ReadOut seen cell/>
    }
}

#[component]
fn ReadOut(
    /// The pattern.
    seen: Memo<Option<PtrEq<Inspected>>>,
    /// The chosen cell.
    cell: Memo<Option<Cell>>,
) -> impl IntoView {
    let store = Store::from_context();
    let tokens = Memo::new(move |_| {
        let place = store.selectors.place.get()?;
        let tokens = store.peek(|session| session.generation().context_at(place.node));
        tokens.get(place.ranked.step.context.start..).map(<[TokenId]>::to_vec)
    });
    let weight = Memo::new(move |_| {
        let Cell { query, key } = cell.get()?;
        seen.with(|seen| rows(seen)?.get(query)?.get(key).copied())
    });
    let name = move |position: usize| {
        let token = tokens.with(|tokens| tokens.as_ref().and_then(|tokens| tokens.get(position).copied()));
        let text = token.map(|token| store.selectors.info.with(|info| token_text(info.as_deref(), token)));
        t!("pipeline-pattern-token", token = text.unwrap_or_default(), position = count(position))
    };
    let words = move || {
        let (Cell { query, key }, weight) = (cell.get()?, weight.get()?);
        Some(if key > query {
            t!("pipeline-pattern-future", query = name(query), key = name(key))
        } else {
            t!("pipeline-pattern-read", query = name(query), key = name(key), weight = percent(weight.into()))
        })
    };
    view! {
        <p
            id="pipeline-pattern-read"
            class="pattern-read"
            role="status"
            data-query=move || cell.get().map(|cell| cell.query)
            data-key=move || cell.get().map(|cell| cell.key)
            data-value=move || weight.get().map(exact)
        >
            {words}
        </p>
    }
}

/// The pattern as a table, made when it is opened.
#[component]
fn Weights(
    /// The pattern.
    seen: Memo<Option<PtrEq<Inspected>>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let size = Memo::new(move |_| seen.with(|seen| rows(seen).map_or(0, <[_]>::len)));
    let head = move || (0..size.get()).map(|key| view! { <th scope="col">{count(key)}</th> }).collect_view();
    let row = |(query, weights): (usize, &Vec<f32>)| {
        let cell = |(key, &weight): (usize, &f32)| {
            view! { <td>{if key > query { "0".to_owned() } else { percent(weight.into()) }}</td> }
        };
        let cells = weights.iter().enumerate().map(cell).collect_view();
        view! { <tr><th scope="row">{count(query)}</th>{cells}</tr> }
    };
    let body = move || {
        let all = seen.get();
        open.get().then(|| rows(&all).unwrap_or_default().iter().enumerate().map(row).collect_view())
    };
    view! {
        <details class="pipeline-details" class:away=move || size.get() == 0 on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>{t!("pipeline-histogram-table")}</summary>
            <div class="pipeline-scroll" tabindex="0" role="group" aria-label=t!("pipeline-pattern")>
                <table class="values values-dense" data-table="pattern">
                    <caption>{t!("pipeline-pattern-table")}</caption>
                    <thead><tr><th scope="col"><span class="ear">{t!("pipeline-position")}</span></th>{head}</tr></thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
        </details>
    }
}

fn rows(seen: &Option<PtrEq<Inspected>>) -> Option<&[Vec<f32>]> {
    match seen.as_deref()? {
        Inspected::Pattern { rows } => Some(rows),
        _ => None,
    }
}

/// The past is filled by its weights; the future, which is exactly 0, cannot be looked at.
fn picture(rows: &[Vec<f32>]) -> Cells {
    let row = |(query, row): (usize, &Vec<f32>)| {
        row.iter().enumerate().map(|(key, &weight)| if key > query { -1.0 } else { weight }).collect::<Vec<_>>()
    };
    Cells { width: rows.len(), shares: rows.iter().enumerate().flat_map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_future_is_told_from_nothing() {
        let cells = picture(&[vec![1.0, 0.0], vec![0.0, 1.0]]);
        assert_eq!(cells, Cells { width: 2, shares: vec![1.0, -1.0, 0.0, 1.0] });
    }
}
