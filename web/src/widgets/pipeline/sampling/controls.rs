//! The sampling controls, in the order in which they are applied, each with its effect; and the seed.

use generation::lesson;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::control_slider::{Control, ControlSlider};
use crate::components::field::Field;
use crate::components::scale::parse_seed;
use crate::i18n::numbers::{count, fixed, percent};
use crate::platform::crypto;
use crate::t;
use crate::widgets::pipeline::sampling::filters::{Filters, Left, Natural, lowered};

/// Turning any of them changes the bars at once: the logits stay what they are.
#[component]
pub fn ControlPanel() -> impl IntoView {
    let store = Store::from_context();
    let controls = store.selectors.controls;
    let seed = store.derive(|session| session.generation().seed());
    let changed = move || controls.get() != lesson::controls() || seed.get() != lesson::SEED;
    let reset = move || {
        store.change_controls(|controls| *controls = lesson::controls());
        store.set_seed(lesson::SEED);
    };
    view! {
        <section class="controls" aria-labelledby="controls-title">
            <div class="panel-head">
                <h4 id="controls-title" class="panel-title">{t!("controls-title")}</h4>
                <Button class="button-quiet" enabled=Signal::derive(changed) on_press=reset>{t!("controls-reset")}</Button>
            </div>
            <ol class="filters">
                <Scores/>
                <Cuts/>
            </ol>
            <Seed/>
        </section>
    }
}

/// What changes the logits: the repetition penalty and the temperature.
#[component]
fn Scores() -> impl IntoView {
    let store = Store::from_context();
    let natural = Natural::memo(store);
    let lowered = lowered(store);
    let changes = move || match lowered.get() {
        Some(number) => t!("controls-lowered", count = number, shown = count(number)),
        None => t!("controls-repetition-off"),
    };
    let entropies = Memo::new(move |_| Some((natural.get()?.entropy, store.selectors.entropy.get()?)));
    let bits = move || match entropies.get() {
        Some((before, after)) => {
            t!("controls-entropy", before = fixed(before, 2), after = fixed(after, 2))
        }
        None => "–".to_owned(),
    };
    view! {
        <li class="filter" data-filter="repetition">
            <ControlSlider control=Control::Repetition id="repetition"/>
            <p class="filter-left" data-changed=move || lowered.get()>{changes}</p>
        </li>
        <li class="filter" data-filter="temperature">
            <ControlSlider control=Control::Temperature id="temperature"/>
            <p class="filter-left secret">{bits}</p>
        </li>
    }
}

/// What takes tokens away: top-k, top-p and min-p.
#[component]
fn Cuts() -> impl IntoView {
    let store = Store::from_context();
    let filters = Memo::new(move |_| store.selectors.distribution.get().map(|all| Filters::of(&all)));
    let step = move |before: fn(&Filters) -> usize, after: fn(&Filters) -> Left| {
        Signal::derive(move || filters.get().map(|filters| (before(&filters), after(&filters))))
    };
    view! {
        <li class="filter" data-filter="top-k">
            <ControlSlider control=Control::TopK id="top-k"/>
            <Outcome step=step(|filters| filters.vocabulary, |filters| filters.top_k)/>
        </li>
        <li class="filter" data-filter="top-p">
            <ControlSlider control=Control::TopP id="top-p"/>
            <Outcome step=step(|filters| filters.top_k.tokens, |filters| filters.top_p)/>
        </li>
        <li class="filter" data-filter="min-p">
            <ControlSlider control=Control::MinP id="min-p"/>
            <Outcome step=step(|filters| filters.top_p.tokens, |filters| filters.min_p)/>
        </li>
    }
}

/// How many tokens a filter was given, how many it leaves, and with what mass.
#[component]
fn Outcome(
    /// Tokens before, and what is left.
    step: Signal<Option<(usize, Left)>>,
) -> impl IntoView {
    let words = move || match step.get() {
        Some((before, left)) => {
            let (before, after) = (count(before), count(left.tokens));
            t!("controls-left", before = before, after = after, mass = percent(left.mass))
        }
        None => "–".to_owned(),
    };
    view! {
        <p
            class="filter-left secret"
            data-tokens=move || step.get().map(|(_, left)| left.tokens)
            data-mass=move || step.get().map(|(_, left)| left.mass.to_string())
        >
            {words}
        </p>
    }
}

/// The seed of all coins.
#[component]
fn Seed() -> impl IntoView {
    let store = Store::from_context();
    let seed = store.derive(|session| session.generation().seed().to_string());
    view! {
        <div class="seed">
            <label for="seed">{t!("controls-seed")}</label>
            <Field
                id="seed"
                label=t!("controls-seed")
                value=seed
                commit=move |text| parse_seed(text).map(|seed| store.set_seed(seed))
            />
            <Button on_press=move || store.set_seed(crypto::random_seed())>{t!("controls-new-seed")}</Button>
            <p class="hint">{t!("controls-seed-hint")}</p>
        </div>
    }
}
