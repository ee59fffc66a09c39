//! Mounts the widgets into the elements that `index.html` keeps for them.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web::browser;
use web::page::Page;
use web::widgets::chain_rule::ChainRule;
use web::widgets::code::Code;
use web::widgets::context_growth::ContextGrowth;
use web::widgets::context_window::ContextWindow;
use web::widgets::desk::Desk;
use web::widgets::embed::{self, Framed, Unknown};
use web::widgets::pipeline::Pipeline;
use web::widgets::softmax::Softmax;
use web::widgets::theme::{self, ThemeSwitch};
use web::widgets::tokenizer::Tokenizer;
use web_sys::HtmlElement;

fn main() {
    std::panic::set_hook(Box::new(|panic| report(&panic.to_string())));
    web::offline::keep_site();
    if let Some(place) = element("frame") {
        return open_frame(place);
    }
    web::languages::follow();
    mount("theme", || view! { <ThemeSwitch/> });
    // One owner for what all widgets share; it lives as long as the page.
    let owner = Owner::new();
    let page = owner.with(Page::open);
    std::mem::forget(owner);
    mount_widget("desk", page, || view! { <Desk/> });
    mount_widget("tokenizer", page, || view! { <Tokenizer/> });
    mount_widget("chain-rule", page, || view! { <ChainRule/> });
    mount_widget("pipeline", page, || view! { <Pipeline/> });
    mount_widget("softmax", page, || view! { <Softmax/> });
    mount_widget("code", page, || view! { <Code/> });
    mount_widget("context-growth", page, || view! { <ContextGrowth/> });
    mount_widget("context-window", page, || view! { <ContextWindow/> });
}

/// One widget alone, as the address asks.
fn open_frame(place: HtmlElement) {
    // A picture may have taken its place, where it comes late.
    place.set_text_content(None);
    let setting = browser::setting();
    theme::show(setting.theme);
    if let Some(title) = embed::title(&setting) {
        document().set_title(&title);
    }
    let widget = match setting.widget.clone() {
        Ok(widget) => widget,
        Err(name) => return leptos::mount::mount_to(place, || view! { <Unknown name/> }).forget(),
    };
    let view = move || {
        provide_context(Page::open_frame(widget, &setting));
        view! { <Framed widget/> }
    };
    leptos::mount::mount_to(place, view).forget();
}

/// Mounts a widget that shares the page's state.
fn mount_widget<V: IntoView + 'static>(id: &str, page: Page, view: impl FnOnce() -> V + 'static)
where
    V::State: 'static,
{
    mount(id, move || {
        provide_context(page);
        view()
    });
}

/// Replaces what stands in the element by a view.
fn mount<V: IntoView + 'static>(id: &str, view: impl FnOnce() -> V + 'static)
where
    V::State: 'static,
{
    if let Some(element) = element(id) {
        element.set_text_content(None);
        leptos::mount::mount_to(element, view).forget();
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// A mistake of ours in the page itself: nothing can go on, so it says so.
fn report(panic: &str) {
    web_sys::console::error_1(&JsValue::from_str(panic));
    if let Some(element) = element("page-error") {
        element.set_hidden(false);
    }
}
