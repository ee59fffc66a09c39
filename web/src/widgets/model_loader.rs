//! The model's strip: what there is to load, how far it is, what went wrong, and the way on.

use leptos::prelude::*;

use crate::page::Page;
use crate::parts::button::Button;
use crate::t;
use crate::widgets::open_file::OpenFile;
use crate::words::{Action, Strip, strip};

/// The state of the model and its engine.
#[component]
pub fn ModelLoader() -> impl IntoView {
    let page = Page::here();
    let strip = page.derive(strip);
    let part = move |read: fn(&Strip) -> String| Memo::new(move |_| strip.with(read));
    let title = part(|strip| strip.title.clone());
    let details = part(|strip| match &strip.note {
        Some(note) => format!("{} {note}", strip.details),
        None => strip.details.clone(),
    });
    let alert = Memo::new(move |_| strip.with(|strip| strip.alert.clone()));
    let back = move |strip: &Strip| strip.back.clone().map(|label| (Action::Back, label));
    let action = Memo::new(move |_| strip.with(|strip| strip.action.clone().or_else(|| back(strip))));
    let also_back = Memo::new(move |_| strip.with(|strip| back(strip).filter(|_| strip.action.is_some())));
    let done = Memo::new(move |_| strip.with(|strip| strip.progress));
    let press = move || {
        if let Some((action, _)) = action.get_untracked() {
            page.go_on(action);
        }
    };
    let label = move || action.get().map(|(_, label)| label);
    let class = move || match action.get() {
        None => "button-away",
        Some((Action::Cancel | Action::Back, _)) => "",
        Some(_) => "button-primary",
    };
    view! {
        <section class="model" class:model-ready=move || strip.with(|strip| strip.ready) class:model-alerted=move || alert.get().is_some() aria-label=t!("model-region")>
            <span class="model-mark" aria-hidden="true"></span>
            <div class="model-words">
                <p class="model-title" role="status">{title}</p>
                <p class="model-alert" role="alert">{alert}</p>
                <p class="model-details">{details}</p>
            </div>
            <div class="model-choice">
                <Button class=Signal::derive(move || format!("model-action {}", class())) on_press=press>{label}</Button>
                <Show when=move || also_back.get().is_some()>
                    <Button on_press=move || page.go_on(Action::Back)>{move || also_back.get().map(|(_, label)| label)}</Button>
                </Show>
                <OpenFile/>
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
