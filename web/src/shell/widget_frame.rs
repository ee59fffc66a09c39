//! What every widget of the lesson has around it: its title, whose numbers it shows, and a teacher's tools.

use leptos::html;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::copy_button::CopyLinkButton;
use crate::components::model_call::ModelCall;
use crate::i18n::link_notice;
use crate::platform::dom;
use crate::t;
use generation::lesson::Widget;

/// A widget's frame. Its tools: hide what a class shall guess, back to the start, present on the full screen.
#[component]
pub fn WidgetFrame(
    /// The widget's name in the page: its classes derive from it.
    name: &'static str,
    /// Its title.
    title: String,
    /// Whether it has bars or figures (marked by the class `secret`) that can be hidden for guessing.
    #[prop(optional)]
    guessing: bool,
    /// Whose numbers it shows, where that is not the loop's model: then it has its own way to ask for a live one.
    #[prop(optional, into)]
    whose: Option<Signal<Option<Whose>>>,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let store = Store::from_context();
    let element = NodeRef::<html::Section>::new();
    let hidden = RwSignal::new(false);
    let presented = RwSignal::new(false);
    let present = move || {
        if let Some(element) = element.get_untracked() {
            presented.set(dom::present(&element, !presented.get_untracked()));
        }
    };
    window_event_listener_untyped("fullscreenchange", move |_| {
        if let Some(element) = element.get_untracked() {
            presented.set(dom::is_presented(&element));
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
                <Source whose/>
                <div class="widget-tools">
                    <Show when=move || guessing>
                        <Button class="button-quiet button-guess" on_press=move || hidden.update(|hidden| *hidden = !*hidden)>
                            {move || if hidden.get() { t!("frame-reveal") } else { t!("frame-hide") }}
                        </Button>
                    </Show>
                    <Button class="button-quiet" on_press=move || store.reset()>{t!("frame-reset")}</Button>
                    <CopyLinkButton at=name class="button-quiet"/>
                    // A frame's author has the lesson at hand.
                    <Show when=move || store.framed.is_none()>
                        <Button class="button-quiet button-embed" on_press=move || store.embedding.set(Widget::of(name))>
                            {t!("embed-button")}
                        </Button>
                    </Show>
                    <Button class="button-quiet" on_press=present>
                        {move || if presented.get() { t!("frame-unpresent") } else { t!("frame-present") }}
                    </Button>
                </div>
            </header>
            <div class="widget-body">{children()}</div>
            {whose.is_none().then(|| view! { <ModelCall/> })}
        </section>
    }
}

/// Whose numbers are on show.
#[derive(Clone, Debug, PartialEq)]
pub struct Whose {
    /// The model.
    pub model: String,
    /// Whether they are a recording.
    pub recorded: bool,
}

/// Whose numbers are on show.
#[component]
fn Source(
    /// If it is not the loop's model.
    whose: Option<Signal<Option<Whose>>>,
) -> impl IntoView {
    let view = Store::from_context().selectors;
    // A link's run is the loop's; what another model says is not.
    let loops = whose.is_none();
    let whose = Memo::new(move |_| match whose {
        Some(whose) => whose.get(),
        None => {
            let model = view.info.get().map(|info| info.name.clone())?;
            Some(Whose { model, recorded: view.recorded.get() })
        }
    });
    let linked = Store::from_context().derive(link_notice::is_unscored);
    let recorded = move || whose.with(|whose| whose.as_ref().is_some_and(|whose| whose.recorded));
    let words = move || {
        let Whose { model, recorded } = whose.get()?;
        Some(if recorded && loops && linked.get() {
            t!("link-source", model = model)
        } else if recorded {
            t!("frame-recorded", model = model)
        } else {
            t!("frame-live", model = model)
        })
    };
    view! { <p class="widget-source" class:widget-recorded=recorded>{words}</p> }
}
