//! How the page's programs begin: the lesson's (`main.rs`), and the smaller one of some frames (`bin/widget.rs`).

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::browser;
use crate::embed::setting::Widget;
use crate::page::Page;
use crate::widgets::embed::{self, Framed, Unknown};
use crate::widgets::theme;

/// What every program does first.
pub fn begin() {
    std::panic::set_hook(Box::new(|panic| report(&panic.to_string())));
    crate::offline::keep_site();
}

/// The page's element of this id.
#[must_use]
pub fn element(id: &str) -> Option<HtmlElement> {
    web_sys::window()?.document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// One widget alone, as the address asks; a program has the views of its widgets and no others.
pub fn open_frame(place: HtmlElement, alone: fn(Widget) -> AnyView) {
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
        view! { <Framed widget alone/> }
    };
    leptos::mount::mount_to(place, view).forget();
}

/// A mistake of ours in the page itself: nothing can go on, so it says so.
fn report(panic: &str) {
    web_sys::console::error_1(&JsValue::from_str(panic));
    if let Some(element) = element("page-error") {
        element.set_hidden(false);
    }
}
