//! The buttons that move the loop. Every widget has some of them, and all move the one loop.

use generation::Event;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::t;
use session::Session;

/// Finishes the step: its token joins the context.
#[component]
pub fn NextToken() -> impl IntoView {
    let store = Store::from_context();
    let can_go_on = store.derive(|session| session.can_go_on() && !is_busy(session));
    view! {
        <Button class="button-primary button-wide" enabled=can_go_on on_press=move || store.dispatch(Event::NextToken)>
            {t!("transport-next-token")}
        </Button>
    }
}

/// Starts and stops an auto-run.
#[component]
pub fn Run() -> impl IntoView {
    let store = Store::from_context();
    let busy = store.derive(is_busy);
    let enabled = store.derive(|session| session.can_go_on() || is_busy(session));
    let press = move || store.dispatch(if busy.get_untracked() { Event::Pause } else { Event::Run });
    view! {
        <Button
            class=Signal::derive(move || if busy.get() { "button-stop" } else { "button-run" }.to_owned())
            enabled=enabled
            on_press=press
        >
            <span class="glyph" aria-hidden="true">{move || if busy.get() { "■" } else { "▶" }}</span>
            {move || if busy.get() { t!("transport-stop") } else { t!("transport-run") }}
        </Button>
    }
}

/// A long pass over a new prompt can be stopped like a run.
fn is_busy(session: &Session) -> bool {
    session.running() || session.working().is_some()
}
