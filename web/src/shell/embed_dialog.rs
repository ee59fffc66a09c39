//! The dialog with what an author pastes to embed a widget.

use leptos::html;
use leptos::prelude::*;

use crate::app::share_link;
use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::dialog::open_while;
use crate::embed::address::{Live, Theme};
use crate::embed::snippets::{Choice, Site};
use crate::i18n::link_notice::too_long_words;
use crate::i18n::widget_title;
use crate::platform::dom;
use crate::t;
use session::Session;

/// The dialog that gives an author what to paste.
#[component]
pub fn EmbedDialog() -> impl IntoView {
    let store = Store::from_context();
    let dialog = NodeRef::<html::Dialog>::new();
    let theme = RwSignal::new(Theme::default());
    let live = RwSignal::new(Live::default());
    let with_state = RwSignal::new(true);
    let shown = store.embedding;
    // As it was when the dialog was opened.
    let state = Memo::new(move |_| shown.get().map(|_| store.peek(Session::link).encode()));
    open_while(dialog, move || shown.get().is_some(), || {});
    let choice = Memo::new(move |_| {
        let fragment = state.get().and_then(Result::ok).filter(|_| with_state.get());
        shown.get().map(|widget| Choice {
            widget,
            theme: theme.get(),
            live: live.get(),
            state: fragment.unwrap_or_default(),
        })
    });
    let snippet = move |make: fn(&Choice, &Site) -> String| {
        Memo::new(move |_| {
            choice.with(|choice| choice.as_ref().map(|choice| make(choice, &site())).unwrap_or_default())
        })
    };
    let title = move || shown.get().map(widget_title);
    let too_long = move || state.get().and_then(Result::err).map(too_long_words);
    view! {
        <dialog node_ref=dialog class="embed-dialog" aria-labelledby="embed-title" on:close=move |_| shown.set(None)>
            <h2 id="embed-title">{t!("embed-title")}": "{title}</h2>
            <p>{t!("embed-words")}</p>
            <div class="embed-choices">
                <label class="speed">
                    <span>{t!("theme-legend")}</span>
                    <select on:change=move |event| theme.set(Theme::of(&event_target_value(&event)).unwrap_or_default())>
                        <option value="auto">{t!("embed-theme-auto")}</option>
                        <option value="light">{t!("theme-light")}</option>
                        <option value="dark">{t!("theme-dark")}</option>
                    </select>
                </label>
                <label class="speed">
                    <span>{t!("embed-live")}</span>
                    <select on:change=move |event| {
                        let name = event_target_value(&event);
                        live.set(Live::ALL.into_iter().find(|live| live.name() == name).unwrap_or_default());
                    }>
                        <option value="auto">{t!("embed-live-auto")}</option>
                        <option value="ask">{t!("embed-live-ask")}</option>
                        <option value="recorded">{t!("embed-live-recorded")}</option>
                    </select>
                </label>
                <label class="embed-state">
                    <input type="checkbox" checked on:change=move |event| with_state.set(event_target_checked(&event))/>
                    <span>{t!("embed-with-state")}</span>
                </label>
            </div>
            <p class="hint-error" hidden=move || too_long().is_none()>{too_long}</p>
            <Snippet id="embed-iframe" label=t!("embed-iframe") text=snippet(Choice::iframe)/>
            <Snippet id="embed-element" label=t!("embed-element") text=snippet(Choice::element)/>
            <Snippet id="embed-address" label=t!("embed-address") text=snippet(Choice::address)/>
            <Button class="button-primary" on_press=move || shown.set(None)>{t!("link-close")}</Button>
        </dialog>
    }
}

fn site() -> Site {
    Site {
        frame: dom::meta_url("next-token-embed").unwrap_or_default(),
        script: dom::meta_url("next-token-element").unwrap_or_default(),
        language: document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default(),
    }
}

/// Something to paste, and the button that copies it.
#[component]
fn Snippet(
    /// Its name in the page.
    id: &'static str,
    /// What it is.
    label: String,
    /// The text.
    text: Memo<String>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let field = NodeRef::<html::Textarea>::new();
    let copy = move || {
        leptos::task::spawn_local(async move {
            let done = share_link::copy(&text.get_untracked(), copied).await;
            // Where there is no clipboard: to be copied by hand.
            if let Some(field) = field.get_untracked().filter(|_| !done) {
                field.select();
            }
        });
    };
    view! {
        <div class="embed-snippet">
            <div class="panel-head">
                <label class="panel-title" for=id>{label}</label>
                <Button on_press=copy>{move || if copied.get() { t!("link-copied") } else { t!("embed-copy") }}</Button>
            </div>
            <textarea id=id node_ref=field class="field" readonly rows="3" spellcheck="false" prop:value=text></textarea>
            <p class="ear" role="status">{move || copied.get().then(|| t!("embed-said-copied"))}</p>
        </div>
    }
}
