//! The widget `softmax`: six logits to drag, and the probabilities that softmax makes of them. The six are the lesson's
//! words, or the model's six best next tokens; then a dragged logit changes that entry of the whole distribution.

pub mod axis;
pub mod column;
pub mod drag;
pub mod draw;
pub mod figures;
pub mod formula;
pub mod model;
pub mod table;
pub mod top_tokens;

use leptos::prelude::*;

use self::column::{Columns, RestColumn};
use self::draw::{AddToAll, DrawPanel};
use self::figures::{Figures, Temperature};
use self::formula::Formula;
use self::model::{Chart, Seats};
use self::table::Numbers;
use self::top_tokens::{TopTokens, can_set};
use crate::app::store::Store;
use crate::i18n::numbers::count;
use crate::shell::widget_frame::WidgetFrame;
use crate::t;

/// The widget `softmax`.
#[component]
pub fn Softmax() -> impl IntoView {
    let store = Store::from_context();
    let from_model = store.derive(|session| session.toy_logits().from_model);
    let chart = chart(store, from_model);
    let six =
        TopTokens { store, from_model, chart, can_set: store.derive(can_set), said: RwSignal::new(String::new()) };
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
                    <Source six/>
                </div>
                <div class="softmax-left">
                    <div class="softmax-chart" class:softmax-model=from_model>
                        <Columns six/>
                        <RestColumn six/>
                    </div>
                    <Show when=move || from_model.get() fallback=move || view! { <AddToAll six/> }>
                        <DrawPanel six/>
                    </Show>
                    <p class="ear secret" aria-live="polite">{six.said}</p>
                </div>
                <div class="softmax-right">
                    <Temperature/>
                    <Figures six/>
                    <Formula six/>
                    <Numbers six/>
                </div>
            </div>
        </WidgetFrame>
    }
}

/// The chart, made anew when what it shows changes. While the six words stand there, no vocabulary is looked at.
fn chart(store: Store, from_model: Memo<bool>) -> Memo<Chart> {
    let view = store.selectors;
    let classes = store.derive(|session| *session.toy_logits());
    let seats = Memo::new(move |_| view.place.get().map(|place| Seats::new(&place.ranked.ranking)));
    let of_model = move || {
        let (seats, controls) = (seats.get()?, view.controls.get());
        let altered = view.altered.get();
        let distribution = altered.clone().or_else(|| view.distribution.get())?;
        let bits = match &altered {
            Some(altered) => altered.entropy(),
            None => view.entropy.get()?,
        };
        Some(view.alterations.with(|changes| Chart::of_model(&seats, &distribution, changes, bits, &controls)))
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
    /// The six.
    six: TopTokens,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button softmax-switch"
            role="switch"
            aria-checked=move || six.from_model.get().to_string()
            on:click=move |_| six.store.change_toy_logits(|classes| classes.from_model = !classes.from_model)
        >
            <span class="softmax-switch-knob" aria-hidden="true"></span>
            {t!("softmax-fill")}
        </button>
    }
}
