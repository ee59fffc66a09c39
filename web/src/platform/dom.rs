//! The document and its elements.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, HtmlMetaElement, IntersectionObserver, IntersectionObserverEntry, Url};

/// The element of this id.
#[must_use]
pub fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The content of the page's `<meta name=… content=…>`.
#[must_use]
pub fn meta_content(name: &str) -> Option<String> {
    let meta = document()?.query_selector(&format!("meta[name='{name}']")).ok()??;
    Some(meta.dyn_into::<HtmlMetaElement>().ok()?.content())
}

/// The absolute address in a `<meta name=… content=…>` of the page.
#[must_use]
pub fn meta_url(name: &str) -> Option<String> {
    let base = document()?.base_uri().ok()??;
    Some(Url::new_with_base(&meta_content(name)?, &base).ok()?.href())
}

/// Whether the tab is in the background.
#[must_use]
pub fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// Writes a warning to the console.
pub fn warn(message: &str) {
    web_sys::console::warn_1(&JsValue::from_str(message));
}

/// Shows an element in full screen, or ends that, and returns `on`. Where full screen is refused, the stylesheet lets the
/// element cover the page.
pub fn present(element: &Element, on: bool) -> bool {
    if on {
        let _ = element.request_fullscreen();
    } else if let Some(document) = document() {
        document.exit_fullscreen();
    }
    on
}

/// Whether an element is the one in full screen.
#[must_use]
pub fn is_presented(element: &Element) -> bool {
    let document = document();
    document.and_then(|document| document.fullscreen_element()).is_some_and(|presented| presented == *element)
}

/// Calls `on_change` now, and whenever an element comes into the viewport or leaves it.
pub fn watch_visibility(element: &Element, on_change: impl Fn(bool) + 'static) {
    let on_entries = move |entries: Array| {
        let last = entries.iter().last().and_then(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok());
        if let Some(entry) = last {
            on_change(entry.is_intersecting());
        }
    };
    let callback = Closure::<dyn Fn(Array)>::new(on_entries);
    if let Ok(observer) = IntersectionObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(element);
    }
    // Kept for as long as the page: widgets are never removed.
    callback.forget();
}

/// Scrolls to the widget of this name, if the page has it.
pub fn scroll_to_widget(name: &str) {
    let document = document();
    let place = document.and_then(|document| document.get_element_by_id(name));
    if let Some(place) = place.filter(|place| place.has_attribute("data-widget")) {
        place.scroll_into_view();
    }
}
