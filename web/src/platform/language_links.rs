//! The links to the page in other languages. They work without this module; with it, they take the address's query and
//! fragment along, and the choice is stored. Nobody is redirected: an address keeps the language that it names.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlAnchorElement};

use crate::platform::storage::{self, Area};

/// Extends the links to the page's other languages; `chosen` is added, for screen readers, to the language that was chosen last.
pub fn extend(chosen: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(links) = document.query_selector_all("a[data-language]") else { return };
    let kept = storage::get(Area::Browser, "language");
    for link in (0..links.length()).filter_map(|index| links.get(index)?.dyn_into::<HtmlAnchorElement>().ok()) {
        let Some(code) = link.get_attribute("data-language") else { continue };
        if kept.as_deref() == Some(&code) {
            mark(&link, chosen);
        }
        keep_address(link, code);
    }
}

/// Updates the link just before it is used by pointer or keyboard: query and fragment change while the page is open.
fn keep_address(link: HtmlAnchorElement, code: String) {
    let page = link.href();
    let target = link.clone();
    let before_use = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Some(location) = web_sys::window().map(|window| window.location()) {
            let (query, fragment) = (location.search().unwrap_or_default(), location.hash().unwrap_or_default());
            target.set_href(&format!("{page}{query}{fragment}"));
        }
        if event.type_() == "click" {
            storage::set(Area::Browser, "language", &code);
        }
    });
    for event in ["pointerdown", "keydown", "focus", "click"] {
        let _ = link.add_event_listener_with_callback(event, before_use.as_ref().unchecked_ref());
    }
    // Kept for as long as the page.
    before_use.forget();
}

/// Marks the language that was chosen last.
fn mark(link: &Element, chosen: &str) {
    let _ = link.class_list().add_1("language-chosen");
    let words = link.owner_document().and_then(|document| document.create_element("span").ok());
    if let Some(words) = words {
        words.set_class_name("ear");
        words.set_text_content(Some(chosen));
        let _ = link.append_child(&words);
    }
}
