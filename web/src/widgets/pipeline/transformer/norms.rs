//! How long the residual stream is before each block, and how long what the block adds to it.

use generation::step::Layer;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::bar::Bar;
use crate::i18n::numbers::fixed;
use crate::t;
use crate::widgets::pipeline::shared::{Inside, exact};

/// The three norms of a layer.
const PARTS: [fn(&Layer) -> f32; 3] =
    [|layer| layer.resid_pre_norm, |layer| layer.attn_out_norm, |layer| layer.mlp_out_norm];

/// The keys of the three norms in the page.
const KEYS: [&str; 3] = ["resid_pre", "attn_out", "mlp_out"];

/// The norms of all layers, and the range that their bars share.
#[derive(Clone, Debug, Default, PartialEq)]
struct Norms {
    layers: Vec<[f32; 3]>,
    least: f32,
    most: f32,
}

impl Norms {
    fn of(layers: &[Layer]) -> Self {
        let layers: Vec<[f32; 3]> = layers.iter().map(|layer| PARTS.map(|part| part(layer))).collect();
        let all = || layers.iter().flatten().copied().filter(|norm| *norm > 0.0);
        let (least, most) = (all().fold(f32::INFINITY, f32::min), all().fold(0.0, f32::max));
        Self { layers, least, most }
    }

    /// The length of a norm's bar, 0 to 1: a tenth for the least, and each doubling adds as much.
    fn length(&self, norm: f32) -> f32 {
        if norm <= 0.0 || self.most <= self.least {
            return 0.0;
        }
        0.1 + 0.9 * (norm / self.least).ln() / (self.most / self.least).ln()
    }
}

/// A row per layer.
#[component]
pub fn NormsView(
    /// The inside of the pass.
    inside: Memo<Inside>,
) -> impl IntoView {
    let store = Store::from_context();
    let layers = Memo::new(move |_| store.selectors.info.get().map_or(0, |info| info.layers));
    let norms =
        Memo::new(move |_| inside.get().seen().map(|ranked| Norms::of(&ranked.step.layers)).unwrap_or_default());
    view! {
        <p class="pipeline-note">{t!("pipeline-norms-note")}</p>
        <div class="pipeline-scroll pipeline-long" tabindex="0" role="group" aria-label=t!("pipeline-norms")>
            <table class="values norms" data-table="norms">
                <thead>
                    <tr>
                        <th scope="col" class="at">{t!("pipeline-layer")}</th>
                        <th scope="col" class="word">{t!("pipeline-norms-resid")}</th>
                        <th scope="col" class="word">{t!("pipeline-norms-attention")}</th>
                        <th scope="col" class="word">{t!("pipeline-norms-ffn")}</th>
                    </tr>
                </thead>
                <tbody>
                    {move || (0..layers.get()).map(|layer| view! { <NormRow layer norms/> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn NormRow(
    /// Which layer, from 0.
    layer: usize,
    /// All norms.
    norms: Memo<Norms>,
) -> impl IntoView {
    let cell = move |part: usize| {
        let norm = Memo::new(move |_| norms.with(|norms| norms.layers.get(layer).map(|norms| norms[part])));
        let length = Memo::new(move |_| norms.with(|norms| norm.get().map_or(0.0, |norm| norms.length(norm))));
        view! {
            <td data-norm=KEYS[part] data-value=move || norm.get().map(exact)>
                <span class=format!("norm norm-{part}")>
                    <Bar outer=0.0 inner=length/>
                    <span>{move || norm.get().map_or_else(|| "–".to_owned(), |norm| fixed(norm.into(), 1))}</span>
                </span>
            </td>
        }
    };
    view! {
        <tr data-layer=layer>
            <th scope="row" class="at">{layer}</th>
            {(0..PARTS.len()).map(cell).collect_view()}
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_is_the_longest_norm() {
        let layer = |resid_pre_norm, attn_out_norm, mlp_out_norm| Layer {
            resid_pre_norm,
            attn_out_norm,
            mlp_out_norm,
            ..Layer::default()
        };
        let norms = Norms::of(&[layer(1.0, 4.0, 16.0), layer(8.0, 2.0, 0.0)]);
        assert_eq!((norms.least, norms.most), (1.0, 16.0));
        for (norm, length) in [(0.0, 0.0), (1.0, 0.1), (4.0, 0.55), (16.0, 1.0)] {
            assert!((norms.length(norm) - length).abs() < 1e-6);
        }
        assert_eq!(Norms::of(&[]).length(1.0), 0.0);
    }
}
