//! The way to the page in another language: plain links, which work without this. With it, what the address says besides
//! the page comes along, and the choice is remembered. It never leads away from an address that somebody opened.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlAnchorElement};

use crate::browser::{Store, keep, recall};
use crate::t;

/// Looks after the links to the page's other languages.
pub fn follow() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    let Ok(links) = document.query_selector_all("a[data-language]") else { return };
    let kept = recall(Store::Browser, "language");
    for link in (0..links.length()).filter_map(|index| links.get(index)?.dyn_into::<HtmlAnchorElement>().ok()) {
        let Some(code) = link.get_attribute("data-language") else { continue };
        if kept.as_deref() == Some(&code) {
            mark(&link);
        }
        look_after(link, code);
    }
}

/// Takes query and fragment along just before the link is used, by whatever way: they change while the page is read.
fn look_after(link: HtmlAnchorElement, code: String) {
    let page = link.href();
    let target = link.clone();
    let before_use = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        if let Some(location) = web_sys::window().map(|window| window.location()) {
            let (query, fragment) = (location.search().unwrap_or_default(), location.hash().unwrap_or_default());
            target.set_href(&format!("{page}{query}{fragment}"));
        }
        if event.type_() == "click" {
            keep(Store::Browser, "language", &code);
        }
    });
    for event in ["pointerdown", "keydown", "focus", "click"] {
        let _ = link.add_event_listener_with_callback(event, before_use.as_ref().unchecked_ref());
    }
    // As long as the page.
    before_use.forget();
}

/// Says that this is the language that was chosen last.
fn mark(link: &Element) {
    let _ = link.class_list().add_1("language-chosen");
    let words = link.owner_document().and_then(|document| document.create_element("span").ok());
    if let Some(words) = words {
        words.set_class_name("ear");
        words.set_text_content(Some(&t!("language-chosen")));
        let _ = link.append_child(&words);
    }
}
