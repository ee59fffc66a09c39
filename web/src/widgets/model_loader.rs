//! The model's strip: what there is to load, how far it is, what went wrong, and the way on.

use leptos::prelude::*;

use crate::browser;
use crate::page::Page;
use crate::parts::button::Button;
use crate::session::Session;
use crate::t;
use crate::widgets::open_file::OpenFile;
use crate::words::{Action, strip};

/// The state of the model and its engine.
#[component]
pub fn ModelLoader() -> impl IntoView {
    let page = Page::here();
    let strip = page.derive(strip);
    let part = move |read: fn(&crate::words::Strip) -> String| Memo::new(move |_| strip.with(read));
    let title = part(|strip| strip.title.clone());
    let details = part(|strip| strip.details.clone());
    let alert = Memo::new(move |_| strip.with(|strip| strip.alert.clone()));
    let action = Memo::new(move |_| strip.with(|strip| strip.action.clone()));
    let done = Memo::new(move |_| strip.with(|strip| strip.progress));
    let away = page.derive(Session::is_away);
    let home = page.derive(|session| session.home_name().map(str::to_owned));
    let press = move || match action.get_untracked() {
        Some((Action::Load, _)) => page.load(),
        Some((Action::Cancel, _)) => page.cancel_load(),
        Some((Action::StartAgain, _)) => page.start_again(),
        Some((Action::Reload, _)) => browser::reload(),
        None => {}
    };
    let label = move || action.get().map(|(_, label)| label);
    let class = move || match action.get() {
        None => "button-away",
        Some((Action::Cancel, _)) => "",
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
                <Button class=Signal::derive(move || class().to_owned()) on_press=press>{label}</Button>
                <Show when=move || away.get()>
                    <Button on_press=move || page.go_home()>
                        {move || home.get().map_or_else(|| t!("model-back-nameless"), |name| t!("model-back", model = name))}
                    </Button>
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
