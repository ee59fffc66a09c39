//! One token, or one after the other; and the way back.

use generation::step::Cost;
use generation::{Event, NodeId};
use leptos::prelude::*;

use crate::page::{Pace, Page};
use crate::parts::button::Button;
use crate::parts::transport::{NextToken, Run};
use crate::session::Session;
use crate::words::{announcement, run_words};

/// The buttons that move the loop, its speed, and what a screen reader hears of it.
#[component]
pub fn RunBar() -> impl IntoView {
    let page = Page::here();
    let words = page.derive(run_words);
    let announcement = page.derive(announcement);
    view! {
        <section class="run" aria-label="Generate">
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
                <Measured/>
            </div>
            <p class="ear" aria-live="polite" data-announcement="">{announcement}</p>
        </section>
    }
}

#[component]
fn Speed() -> impl IntoView {
    let page = Page::here();
    let choose = move |event| {
        let name = event_target_value(&event);
        if let Some((pace, _)) = Pace::ALL.into_iter().find(|(_, words)| *words == name) {
            page.pace.set(pace);
        }
    };
    let option = move |(pace, words): (Pace, &'static str)| {
        view! { <option value=words selected=move || page.pace.get() == pace>{words}</option> }
    };
    view! {
        <label class="speed">
            <span>"Speed"</span>
            <select on:change=choose>{Pace::ALL.map(option).into_iter().collect_view()}</select>
        </label>
    }
}

#[component]
fn WayBack() -> impl IntoView {
    let page = Page::here();
    let has_result = page.derive(Session::can_draw);
    let can_undo = page.derive(|session| session.generation().can_undo());
    let away = page.derive(|session| session.generation().tip() != NodeId::ROOT);
    view! {
        <div class="way-back">
            <Button enabled=has_result on_press=move || page.act(Event::DrawAgain)>"Draw again"</Button>
            <Button enabled=can_undo on_press=move || page.act(Event::Undo)>"Undo"</Button>
            <Button enabled=away on_press=move || page.act(Event::Select(NodeId::ROOT))>"Back to the prompt"</Button>
        </div>
    }
}

/// Tokens per second, and what the engine says of its last pass.
#[component]
fn Measured() -> impl IntoView {
    let page = Page::here();
    let rate = page.derive(Session::rate);
    let cost = Memo::new(move |_| page.view.place.get().map(|place| place.ranked.step.cost));
    view! {
        <p class="figures run-figures">
            <span>
                <b data-rate="">{move || rate.get().map_or_else(|| "–".to_owned(), |rate| format!("{rate:.1}"))}</b>
                " tokens/s"
            </span>
            <span>{move || cost.get().map_or_else(|| "engine –".to_owned(), |cost| cost_words(&cost))}</span>
        </p>
    }
}

fn cost_words(cost: &Cost) -> String {
    format!(
        "engine {:.1}\u{a0}ms for {} computed, {} kept",
        cost.milliseconds, cost.tokens_computed, cost.tokens_reused
    )
}
