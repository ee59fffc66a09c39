//! One widget alone in a frame; and the dialog that says how to have it.

use leptos::html;
use leptos::portal::Portal;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::app::store::Store;
use crate::embed::address::FrameOptions;
use crate::embed::host;
use crate::i18n::widget_title;
use crate::platform::dom;
use crate::shell::context::Context;
use crate::shell::model_card::ModelCard;
use crate::shell::open_model::{DropPlace, OpenModelDialog};
use crate::shell::prompt::Prompt;
use crate::shell::run_bar::RunBar;
use crate::shell::share_link_dialog::{LinkNotice, ShareLinkDialog};
use crate::shell::theme;
use crate::t;
use generation::lesson::Widget;
use session::engine::Engine;

/// A widget alone, with what it cannot be used without.
#[component]
pub fn EmbeddedWidget(
    /// The widget.
    widget: Widget,
    /// Its view.
    alone: fn(Widget) -> AnyView,
) -> impl IntoView {
    let store = Store::from_context();
    let root = NodeRef::<html::Div>::new();
    Effect::new(move |talks: Option<bool>| {
        let element = root.get().and_then(|element| element.dyn_into::<Element>().ok());
        match element.filter(|_| talks != Some(true)) {
            Some(element) => {
                host::connect(store.session(), widget, element, theme::show);
                true
            }
            None => talks == Some(true),
        }
    });
    view! {
        <div class="embed" node_ref=root>
            <LinkNotice/>
            {alone(widget)}
            <FoldedToolbar widget/>
            <Foot widget/>
        </div>
        <Portal>
            <OpenModelDialog/>
            <ShareLinkDialog/>
            <DropPlace/>
        </Portal>
    }
}

/// The desk's parts, folded away: a frame opens on its widget.
#[component]
fn FoldedToolbar(
    /// The widget.
    widget: Widget,
) -> impl IntoView {
    let store = Store::from_context();
    let opened = RwSignal::new(false);
    let recorded_only = store.derive(|session| *session.engine() == Engine::RecordingsOnly);
    let unfold = move |_| {
        opened.set(true);
        store.need_record();
    };
    let title = if widget.about().shows_run { t!("embed-desk") } else { t!("embed-desk-model") };
    let parts = move || {
        opened.get().then(|| {
            view! {
                <div id="desk" class="embed-parts">
                    <Show when=move || !recorded_only.get()><ModelCard/></Show>
                    {widget.about().shows_run.then(|| view! {
                        <div class="desk-text">
                            <Show when=move || !recorded_only.get()><Prompt/></Show>
                            <Context/>
                        </div>
                        <RunBar/>
                    })}
                </div>
            }
        })
    };
    // Recordings of texts need no model, and have no prompt.
    let useless = move || recorded_only.get() && !widget.about().shows_run;
    view! {
        <details class="embed-desk" hidden=useless on:toggle=unfold>
            <summary>{title}</summary>
            {parts}
        </details>
    }
}

/// Where this comes from: the lesson, opened with what the frame shows.
#[component]
fn Foot(
    /// The widget.
    widget: Widget,
) -> impl IntoView {
    let store = Store::from_context();
    let link = NodeRef::<html::A>::new();
    let lesson = dom::meta_url("next-token-lesson").unwrap_or_default();
    // Just before it is used, by whatever way: the state changes all the time.
    let renew = move || {
        if let (Some(link), Ok(address)) = (link.get_untracked(), store.link(Some(widget.name()))) {
            link.set_href(&address);
        }
    };
    view! {
        <p class="embed-foot">
            <a
                node_ref=link
                href=lesson
                target="_blank"
                rel="noopener"
                on:pointerdown=move |_| renew()
                on:keydown=move |_| renew()
                on:focus=move |_| renew()
                on:click=move |_| renew()
            >
                {t!("embed-lesson")}
            </a>
        </p>
    }
}

/// A frame whose address names no widget.
#[component]
pub fn Unknown(
    /// The name that no widget has.
    name: String,
) -> impl IntoView {
    let words = if name.is_empty() { t!("embed-nameless") } else { t!("embed-unknown", name = name) };
    let link = |widget: Widget| {
        view! { <li><a href=format!("?widget={}", widget.name())>{widget_title(widget)}</a></li> }
    };
    let lesson = dom::meta_url("next-token-lesson").unwrap_or_default();
    view! {
        <div class="embed">
            <div class="widget" role="alert">
                <p>{words}</p>
                <ul class="embed-list">{Widget::ALL.iter().copied().map(link).collect_view()}</ul>
                <p><a href=lesson target="_blank" rel="noopener">{t!("embed-lesson")}</a></p>
            </div>
        </div>
    }
}

/// What the frame's document is called.
#[must_use]
pub fn title(options: &FrameOptions) -> Option<String> {
    options.widget.as_ref().ok().map(|widget| format!("{} · Next Token", widget_title(*widget)))
}
