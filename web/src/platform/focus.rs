//! Keeps the focus in its region: when the focused element disappears, the nearest named region around it takes the focus.
//! Otherwise a reader with a keyboard or a screen reader would start again at the top of the page.

use std::cell::RefCell;

use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, FocusOptions, HtmlElement};

/// Regions with an accessible name.
const NAMED: &str = "section[aria-labelledby], section[aria-label], [role='group'][aria-label]";

thread_local! {
    /// The focused element, then the named regions around it, innermost first.
    static FOCUS_PATH: RefCell<Vec<HtmlElement>> = const { RefCell::new(Vec::new()) };
}

/// Follows the focus from now on.
pub fn track() {
    window_event_listener_untyped("focusin", |event| {
        FOCUS_PATH.with(|path| path.replace(target(&event).map(|element| path_of(&element)).unwrap_or_default()));
    });
    window_event_listener_untyped("focusout", |event| {
        // With a related target another element has taken the focus.
        if event.dyn_ref::<FocusEvent>().is_none_or(|event| event.related_target().is_none()) {
            restore();
        }
    });
}

/// After a change of the page: focuses the nearest region that is left, if the focused element has disappeared.
pub fn restore() {
    request_animation_frame(|| {
        let document = web_sys::window().and_then(|window| window.document());
        let lost =
            document.and_then(|document| document.active_element()).is_none_or(|active| active.tag_name() == "BODY");
        if !lost {
            return;
        }
        // If the element is still there, the reader has left it.
        let path = FOCUS_PATH.with(RefCell::take);
        let gone = path.first().is_some_and(|element| !is_visible(element));
        if let Some(region) = path.iter().find(|element| is_visible(element)).filter(|_| gone) {
            focus(region);
        }
    });
}

fn focus(region: &HtmlElement) {
    if !region.has_attribute("tabindex") {
        let _ = region.set_attribute("tabindex", "-1");
    }
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = region.focus_with_options(&options);
}

fn target(event: &Event) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

fn path_of(element: &HtmlElement) -> Vec<HtmlElement> {
    let around = std::iter::successors(next(element), next);
    std::iter::once(element.clone()).chain(around).collect()
}

fn next(element: &HtmlElement) -> Option<HtmlElement> {
    let around: Element = element.parent_element()?.closest(NAMED).ok()??;
    around.dyn_into().ok()
}

/// Whether the element is in the document and visible.
fn is_visible(element: &HtmlElement) -> bool {
    let style = web_sys::window().and_then(|window| window.get_computed_style(element).ok().flatten());
    let seen = style.is_some_and(|style| style.get_property_value("visibility").is_ok_and(|value| value == "visible"));
    let rect = element.get_bounding_client_rect();
    element.is_connected() && seen && rect.width() * rect.height() > 0.0
}
