//! The widget `softmax`: six logits to drag, and the probabilities that softmax makes of them. The six are the lesson's
//! words, or the model's six best next tokens; then a dragged logit changes that entry of the whole distribution.

pub mod axis;
pub mod column;
pub mod drag;
pub mod draw;
pub mod figures;
pub mod formula;
pub mod logit_bars;
pub mod model;
pub mod table;

use leptos::prelude::*;

use self::column::{Columns, RestColumn};
use self::draw::{AddToAll, DrawPanel};
use self::figures::Figures;
use self::formula::Formula;
use self::logit_bars::{LogitBars, can_set};
use self::model::{Chart, TopTokens};
use self::table::Numbers;
use crate::app::store::Store;
use crate::components::control_slider::{Control, ControlSlider};
use crate::i18n::numbers::count;
use crate::shell::widget_frame::WidgetFrame;
use crate::t;

/// The widget `softmax`.
#[component]
pub fn Softmax() -> impl IntoView {
    let store = Store::from_context();
    let from_model = store.derive(|session| session.toy_logits().from_model);
    let chart = chart(store, from_model);
    let bars =
        LogitBars { store, from_model, chart, can_set: store.derive(can_set), said: RwSignal::new(String::new()) };
    let words = move || match (from_model.get(), store.selectors.place.get()) {
        (false, _) => t!("softmax-words-own"),
        (true, Some(place)) => t!(
            "softmax-words-model",
            position = count(place.position),
            vocabulary = count(place.ranked.ranking.logits().len()),
        ),
        (true, None) => t!("softmax-words-waiting"),
    };
    view! {
        <WidgetFrame name="softmax" title=t!("softmax-title") guessing=true>
            <div class="softmax">
                <div class="softmax-head">
                    <p class="hint">{words}</p>
                    <Source bars/>
                </div>
                <div class="softmax-left">
                    <div class="softmax-chart" class:softmax-model=from_model>
                        <Columns bars/>
                        <RestColumn bars/>
                    </div>
                    <Show when=move || from_model.get() fallback=move || view! { <AddToAll bars/> }>
                        <DrawPanel bars/>
                    </Show>
                    <p class="ear secret" aria-live="polite">{bars.said}</p>
                </div>
                <div class="softmax-right">
                    <ControlSlider control=Control::Temperature id="softmax-temperature"/>
                    <Figures bars/>
                    <Formula bars/>
                    <Numbers bars/>
                </div>
            </div>
        </WidgetFrame>
    }
}

/// The chart, made anew when what it shows changes. While the six words stand there, no vocabulary is looked at.
fn chart(store: Store, from_model: Memo<bool>) -> Memo<Chart> {
    let view = store.selectors;
    let classes = store.derive(|session| *session.toy_logits());
    let top = Memo::new(move |_| view.place.get().map(|place| TopTokens::new(&place.ranked.ranking)));
    let of_model = move || {
        let (top, controls) = (top.get()?, view.controls.get());
        let altered = view.altered.get();
        let distribution = altered.clone().or_else(|| view.distribution.get())?;
        let bits = match &altered {
            Some(altered) => altered.entropy(),
            None => view.entropy.get()?,
        };
        Some(view.alterations.with(|changes| Chart::of_model(&top, &distribution, changes, bits, &controls)))
    };
    Memo::new(move |_| {
        let words = || classes.with(|classes| Chart::of_words(classes, view.controls.get().temperature));
        match from_model.get() {
            true => of_model().unwrap_or_else(|| Chart { bars: Vec::new(), winner: None, ..words() }),
            false => words(),
        }
    })
}

/// Whose six they are.
#[component]
fn Source(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button softmax-switch"
            role="switch"
            aria-checked=move || bars.from_model.get().to_string()
            on:click=move |_| bars.store.change_toy_logits(|classes| classes.from_model = !classes.from_model)
        >
            <span class="softmax-switch-knob" aria-hidden="true"></span>
            {t!("softmax-fill")}
        </button>
    }
}
