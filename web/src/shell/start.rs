//! How the page's programs begin: the lesson's (`main.rs`), and the smaller one of some frames (`bin/widget.rs`).

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::app::store::Store;
use crate::embed::address::FrameOptions;
use crate::platform::{dom, location, service_worker};
use crate::shell::embedded::{self, EmbeddedWidget, Unknown};
use crate::shell::theme;
use generation::lesson::Widget;

/// What every program does first.
pub fn begin() {
    std::panic::set_hook(Box::new(|panic| report(&panic.to_string())));
    service_worker::register_when_idle();
}

/// One widget alone, as the address asks; a program has the views of its widgets and no others.
pub fn open_frame(place: HtmlElement, alone: fn(Widget) -> AnyView) {
    // A picture may have taken its place, where it comes late.
    place.set_text_content(None);
    let options = FrameOptions::read(location::query_field);
    theme::show(options.theme);
    if let Some(title) = embedded::title(&options) {
        document().set_title(&title);
    }
    let widget = match options.widget.clone() {
        Ok(widget) => widget,
        Err(name) => return leptos::mount::mount_to(place, || view! { <Unknown name/> }).forget(),
    };
    let view = move || {
        provide_context(Store::open_frame(widget, &options));
        view! { <EmbeddedWidget widget alone/> }
    };
    leptos::mount::mount_to(place, view).forget();
}

/// A mistake of ours in the page itself: nothing can go on, so it says so.
fn report(panic: &str) {
    web_sys::console::error_1(&JsValue::from_str(panic));
    if let Some(element) = dom::element("page-error") {
        element.set_hidden(false);
    }
}
