//! The model's status: what there is to load, how far it is, what went wrong, and the way on.

use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::i18n::status::{Action, ModelStatus, model_status};
use crate::shell::open_model::OpenModelButtons;
use crate::t;

/// The state of the model and its engine.
#[component]
pub fn ModelCard() -> impl IntoView {
    let store = Store::from_context();
    let status = store.derive(model_status);
    let part = move |read: fn(&ModelStatus) -> String| Memo::new(move |_| status.with(read));
    let title = part(|status| status.title.clone());
    let details = part(|status| match &status.note {
        Some(note) => format!("{} {note}", status.details),
        None => status.details.clone(),
    });
    let alert = Memo::new(move |_| status.with(|status| status.alert.clone()));
    let back = move |status: &ModelStatus| status.back.clone().map(|label| (Action::Back, label));
    let action = Memo::new(move |_| status.with(|status| status.action.clone().or_else(|| back(status))));
    let also_back = Memo::new(move |_| status.with(|status| back(status).filter(|_| status.action.is_some())));
    let done = Memo::new(move |_| status.with(|status| status.progress));
    let press = move || {
        if let Some((action, _)) = action.get_untracked() {
            store.perform(action);
        }
    };
    let label = move || action.get().map(|(_, label)| label);
    let class = move || match action.get() {
        None => "button-away",
        Some((Action::Cancel | Action::Back, _)) => "",
        Some(_) => "button-primary",
    };
    view! {
        <section class="model" class:model-ready=move || status.with(|status| status.ready) class:model-alerted=move || alert.get().is_some() aria-label=t!("model-region")>
            <span class="model-mark" aria-hidden="true"></span>
            <div class="model-words">
                <p class="model-title" role="status">{title}</p>
                <p class="model-alert" role="alert">{alert}</p>
                <p class="model-details">{details}</p>
            </div>
            <div class="model-choice">
                <Button class=Signal::derive(move || format!("model-action {}", class())) on_press=press>{label}</Button>
                <Show when=move || also_back.get().is_some()>
                    <Button on_press=move || store.perform(Action::Back)>{move || also_back.get().map(|(_, label)| label)}</Button>
                </Show>
                <OpenModelButtons/>
            </div>
            <progress
                class="model-progress"
                class:away=move || done.get().is_none()
                aria-label=t!("model-progress-label")
                max="100"
                prop:value=move || 100.0 * done.get().unwrap_or(0.0)
            >
                {details}
            </progress>
        </section>
    }
}
