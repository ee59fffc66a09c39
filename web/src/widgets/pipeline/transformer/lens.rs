//! The logit lens: what the model would say if it stopped after each layer.

use generation::step::{Inspected, Inspection, Reading};
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::token::TokenText;
use crate::i18n::numbers::{fixed, percent};
use crate::t;
use crate::widgets::pipeline::shared::{exact, missing};
use session::inspections::LENS_TOP;

const QUESTION: Inspection = Inspection::Lens { top: LENS_TOP };

/// A row per layer with its best tokens.
#[component]
pub fn LensView() -> impl IntoView {
    let store = Store::from_context();
    let seen = Memo::new(move |_| store.inspected(QUESTION));
    let missing = missing(store, || QUESTION);
    let layers = Memo::new(move |_| store.selectors.info.get().map_or(0, |info| info.layers));
    let readings = Memo::new(move |_| match seen.get().as_deref() {
        Some(Inspected::Lens { layers }) => layers.clone(),
        _ => Vec::new(),
    });
    let caption = move || if seen.get().is_some() { t!("pipeline-lens-note") } else { missing.get() };
    let best = (0..LENS_TOP)
        .map(|place| view! { <th scope="col" class="word">{t!("pipeline-lens-place", place = place + 1)}</th> });
    view! {
        <p class="pipeline-note" role="status">{caption}</p>
        <div class="pipeline-scroll pipeline-long" tabindex="0" role="group" aria-label=t!("pipeline-lens")>
            <table class="values lens" data-table="lens">
                <thead>
                    <tr>
                        <th scope="col" class="at">{t!("pipeline-layer")}</th>
                        {best.collect_view()}
                        <th scope="col">{t!("pipeline-entropy")}</th>
                    </tr>
                </thead>
                <tbody>
                    {move || (0..layers.get()).map(|layer| view! { <LayerRow layer layers readings/> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn LayerRow(
    /// Which, from 0.
    layer: usize,
    /// How many there are.
    layers: Memo<usize>,
    /// What each says.
    readings: Memo<Vec<Reading>>,
) -> impl IntoView {
    let reading = Memo::new(move |_| readings.with(|readings| readings.get(layer).cloned()));
    let last = Memo::new(move |_| layer + 1 == layers.get());
    let bits = move || reading.with(|reading| reading.as_ref().map(|reading| reading.entropy));
    view! {
        <tr data-layer=layer class:row-strongest=move || last.get()>
            <th scope="row" class="at">
                {layer}<span class="lens-last">{move || last.get().then(|| t!("pipeline-lens-last"))}</span>
            </th>
            {(0..LENS_TOP).map(|place| view! { <Guess place reading/> }).collect_view()}
            <td class="secret" data-entropy=move || bits().map(exact)>
                {move || bits().map_or_else(|| "–".to_owned(), |bits| fixed(bits.into(), 2))}
            </td>
        </tr>
    }
}

#[component]
fn Guess(
    /// Which, 0 the best.
    place: usize,
    /// What the layer says.
    reading: Memo<Option<Reading>>,
) -> impl IntoView {
    let candidate = Memo::new(move |_| reading.with(|reading| reading.as_ref()?.top.get(place).copied()));
    let shade = move || candidate.get().map_or(0.0, |candidate| f64::from(candidate.probability).sqrt());
    view! {
        <td
            class="guess"
            data-token=move || candidate.get().map(|candidate| candidate.token)
            data-logit=move || candidate.get().map(|candidate| exact(candidate.logit))
            data-value=move || candidate.get().map(|candidate| exact(candidate.probability))
        >
            <span class="guess-shade secret" style:opacity=move || format!("{:.3}", shade())></span>
            <TokenText token=Signal::derive(move || candidate.get().map(|candidate| candidate.token))/>
            <small class="secret">{move || candidate.get().map(|candidate| percent(candidate.probability.into()))}</small>
        </td>
    }
}
