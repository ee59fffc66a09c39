//! One token, or one after the other; and the way back.

use generation::step::Cost;
use generation::{Event, NodeId};
use leptos::prelude::*;

use crate::app::run_timer::Pace;
use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::copy_button::CopyLinkButton;
use crate::components::transport::{NextToken, Run};
use crate::i18n::announcer::{Announcement, Piece};
use crate::i18n::numbers::{count, fixed};
use crate::i18n::status::run_status;
use crate::t;
use session::Session;

/// The buttons that move the loop, its speed, and what a screen reader hears of it.
#[component]
pub fn RunBar() -> impl IntoView {
    let store = Store::from_context();
    let words = store.derive(run_status);
    view! {
        <section class="run" aria-label=t!("run-region")>
            <div class="run-main">
                <NextToken/>
                <Run/>
            </div>
            <div class="run-more">
                <Speed/>
                <WayBack/>
            </div>
            <div class="run-words">
                <p class="run-state">{words}</p>
                <Measurement/>
            </div>
            <LiveRegion/>
        </section>
    }
}

/// What has happened, for the ear.
#[component]
fn LiveRegion() -> impl IntoView {
    let store = Store::from_context();
    let announcement =
        Memo::new(move |before: Option<&Announcement>| store.with(|session| Announcement::next(before, session)));
    let words = |piece: Piece| match piece.of_model {
        true => view! { <span lang="en">{piece.text}</span> }.into_any(),
        false => piece.text.into_any(),
    };
    view! {
        // A new element for every sentence: the same words twice are announced twice.
        <p class="ear" aria-live="polite" aria-atomic="true" data-announcement="">
            <For each=move || [announcement.get()] key=|announcement| announcement.number let(announcement)>
                <span>{announcement.sentence.into_iter().map(words).collect_view()}</span>
            </For>
        </p>
    }
}

/// How fast an auto-run goes.
#[component]
pub fn Speed() -> impl IntoView {
    let store = Store::from_context();
    let choose = move |event| {
        let chosen = event_target_value(&event).parse().ok().and_then(|index: usize| Pace::ALL.get(index).copied());
        if let Some(pace) = chosen {
            store.pace.set(pace);
        }
    };
    let option = move |(index, pace): (usize, Pace)| {
        view! { <option value=index selected=move || store.pace.get() == pace>{pace.words()}</option> }
    };
    view! {
        <label class="speed">
            <span>{t!("run-speed")}</span>
            <select on:change=choose>{Pace::ALL.into_iter().enumerate().map(option).collect_view()}</select>
        </label>
    }
}

#[component]
fn WayBack() -> impl IntoView {
    let store = Store::from_context();
    let has_result = store.derive(Session::can_draw);
    let can_undo = store.derive(|session| session.generation().can_undo());
    let away = store.derive(|session| session.generation().tip() != NodeId::ROOT);
    view! {
        <div class="way-back">
            <Button enabled=has_result on_press=move || store.dispatch(Event::DrawAgain)>{t!("run-draw-again")}</Button>
            <Button enabled=can_undo on_press=move || store.dispatch(Event::Undo)>{t!("run-undo")}</Button>
            <Button enabled=away on_press=move || store.dispatch(Event::Select(NodeId::ROOT))>{t!("run-back")}</Button>
            <CopyLinkButton/>
        </div>
    }
}

/// Tokens per second, and what the engine says of its last pass.
#[component]
fn Measurement() -> impl IntoView {
    let store = Store::from_context();
    let rate = store.derive(Session::rate);
    let cost = Memo::new(move |_| store.selectors.place.get().map(|place| place.ranked.step.cost));
    view! {
        <p class="figures run-figures">
            <span>
                <b data-rate="">{move || rate.get().map_or_else(|| "–".to_owned(), |rate| fixed(rate, 1))}</b>
                " "{t!("run-rate-unit")}
            </span>
            <span>{move || cost.get().map_or_else(|| t!("run-engine-idle"), |cost| cost_words(&cost))}</span>
        </p>
    }
}

fn cost_words(cost: &Cost) -> String {
    t!(
        "run-engine",
        milliseconds = fixed(cost.milliseconds, 1),
        computed = count(cost.tokens_computed),
        kept = count(cost.tokens_reused),
    )
}
