//! The focus stays where the reader is: what goes away hands it to what is around it. Who finds the page by keyboard or by
//! ear would be thrown back to its top otherwise.

use std::cell::RefCell;

use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, FocusOptions, HtmlElement};

/// What has a name of its own, and so can be come to.
const NAMED: &str = "section[aria-labelledby], section[aria-label], [role='group'][aria-label]";

thread_local! {
    /// What has the focus, then the named places around it, from the inside out.
    static PLACES: RefCell<Vec<HtmlElement>> = const { RefCell::new(Vec::new()) };
}

/// Watches over the focus from now on.
pub fn keep() {
    window_event_listener_untyped("focusin", |event| {
        PLACES.with(|places| places.replace(target(&event).map(|element| places_of(&element)).unwrap_or_default()));
    });
    window_event_listener_untyped("focusout", |event| {
        // To another element it goes by itself.
        if event.dyn_ref::<FocusEvent>().is_none_or(|event| event.related_target().is_none()) {
            mend();
        }
    });
}

/// Hands the focus on, where what had it has gone: after the page has changed.
pub fn mend() {
    request_animation_frame(|| {
        let document = web_sys::window().and_then(|window| window.document());
        let lost =
            document.and_then(|document| document.active_element()).is_none_or(|active| active.tag_name() == "BODY");
        if !lost {
            return;
        }
        // What is still there has been left by the reader.
        let places = PLACES.with(RefCell::take);
        let gone = places.first().is_some_and(|element| !is_there(element));
        if let Some(place) = places.iter().find(|element| is_there(element)).filter(|_| gone) {
            take(place);
        }
    });
}

fn take(place: &HtmlElement) {
    if !place.has_attribute("tabindex") {
        let _ = place.set_attribute("tabindex", "-1");
    }
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = place.focus_with_options(&options);
}

fn target(event: &Event) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

fn places_of(element: &HtmlElement) -> Vec<HtmlElement> {
    let around = std::iter::successors(next(element), next);
    std::iter::once(element.clone()).chain(around).collect()
}

fn next(element: &HtmlElement) -> Option<HtmlElement> {
    let around: Element = element.parent_element()?.closest(NAMED).ok()??;
    around.dyn_into().ok()
}

/// Whether the element is on the page and can be seen.
fn is_there(element: &HtmlElement) -> bool {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok().flatten());
    let seen = style.is_some_and(|style| style.get_property_value("visibility").is_ok_and(|value| value == "visible"));
    let rect = element.get_bounding_client_rect();
    element.is_connected() && seen && rect.width() * rect.height() > 0.0
}
