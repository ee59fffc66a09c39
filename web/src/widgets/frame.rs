//! What every widget of the lesson has around it: its title, whose numbers it shows, and a teacher's tools.

use leptos::html;
use leptos::prelude::*;

use crate::browser;
use crate::link;
use crate::page::Page;
use crate::parts::button::Button;
use crate::parts::copy_link::CopyLink;
use crate::parts::model_call::ModelCall;
use crate::t;

/// A widget's frame. Its tools: hide what a class shall guess, back to the start, present on the full screen.
#[component]
pub fn Frame(
    /// The widget's name in the page: its classes derive from it.
    name: &'static str,
    /// Its title.
    title: String,
    /// Whether it has bars or figures (marked by the class `secret`) that can be hidden for guessing.
    #[prop(optional)]
    guessing: bool,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let page = Page::here();
    let element = NodeRef::<html::Section>::new();
    let hidden = RwSignal::new(false);
    let presented = RwSignal::new(false);
    let present = move || {
        if let Some(element) = element.get_untracked() {
            presented.set(browser::present(&element, !presented.get_untracked()));
        }
    };
    window_event_listener_untyped("fullscreenchange", move |_| {
        if let Some(element) = element.get_untracked() {
            presented.set(browser::is_presented(&element));
        }
    });
    let title_id = format!("{name}-widget-title");
    let heading_id = title_id.clone();
    view! {
        <section
            class=format!("widget widget-{name}")
            class:guessing=move || hidden.get()
            class:presented=move || presented.get()
            aria-labelledby=title_id
            node_ref=element
            on:keydown=move |event| {
                if event.key() == "Escape" && presented.get_untracked() {
                    present();
                }
            }
        >
            <header class="widget-head">
                <h3 id=heading_id class="widget-title">{title}</h3>
                <Source/>
                <div class="widget-tools">
                    <Show when=move || guessing>
                        <Button class="button-quiet button-guess" on_press=move || hidden.update(|hidden| *hidden = !*hidden)>
                            {move || if hidden.get() { t!("frame-reveal") } else { t!("frame-hide") }}
                        </Button>
                    </Show>
                    <Button class="button-quiet" on_press=move || page.reset()>{t!("frame-reset")}</Button>
                    <CopyLink at=name class="button-quiet"/>
                    <Button class="button-quiet" on_press=present>
                        {move || if presented.get() { t!("frame-unpresent") } else { t!("frame-present") }}
                    </Button>
                </div>
            </header>
            <div class="widget-body">{children()}</div>
            <ModelCall/>
        </section>
    }
}

/// Whose numbers are on show.
#[component]
fn Source() -> impl IntoView {
    let page = Page::here();
    let view = page.view;
    let linked = page.derive(link::is_unscored);
    let words = move || {
        let name = view.info.get().map(|info| info.name.clone())?;
        Some(if linked.get() && view.recorded.get() {
            t!("link-source", model = name)
        } else if view.recorded.get() {
            t!("frame-recorded", model = name)
        } else {
            t!("frame-live", model = name)
        })
    };
    view! { <p class="widget-source" class:widget-recorded=move || view.recorded.get()>{words}</p> }
}
