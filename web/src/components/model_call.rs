//! What a recorded run cannot do: the words for it, and the live model's button in place.

use generation::generation::Halt;
use generation::protocol::Failure;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::i18n::status::model_status;
use crate::t;
use session::Session;

/// Shown where the reader has gone beyond the recorded run; empty otherwise.
#[component]
pub fn ModelCall(
    /// Whether it is shown; if not said, where the loop or the prompt goes beyond the recording.
    #[prop(optional, into)]
    called: Option<Signal<bool>>,
) -> impl IntoView {
    let store = Store::from_context();
    let called = called.unwrap_or_else(|| store.derive(is_called).into());
    let status = store.derive(model_status);
    let title = move || status.with(|status| status.alert.clone().unwrap_or_else(|| status.title.clone()));
    let note = move || status.with(|status| status.note.clone());
    let label = move || status.with(|status| status.action.clone()).map(|(_, label)| label);
    let press = move || {
        if let Some((action, _)) = status.with_untracked(|status| status.action.clone()) {
            store.perform(action);
        }
    };
    view! {
        <Show when=move || called.get()>
            <div class="model-call">
                <p>{t!("frame-needs-model")}" "{title}" "{note}</p>
                <Button
                    class=Signal::derive(move || if label().is_some() { "button-primary" } else { "button-away" }.to_owned())
                    on_press=press
                >
                    {label}
                </Button>
            </div>
        </Show>
    }
}

fn is_called(session: &Session) -> bool {
    let beyond = matches!(session.generation().halt(), Some(Halt::Failed(Failure::NoModel)));
    session.is_recorded() && (beyond || !session.prompt_is_current())
}
