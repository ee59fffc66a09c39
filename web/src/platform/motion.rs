//! The animation of a new token from the table of candidates into the context.

use std::time::Duration;

use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement};

/// The duration of the animation `fly` in `context.css`.
const FLIGHT: Duration = Duration::from_millis(560);

/// Lets `chip` fly in from the row that is marked as picked, unless the reader asked for less motion.
pub fn land(chip: &Element) {
    if !is_reduced() {
        // Without the animation the token is shown at its place.
        let _ = try_land(chip);
    }
}

/// Lets `token` fly in from `origin`, unless the reader asked for less motion.
pub fn fly(origin: &Element, token: &Element) {
    if !is_reduced() {
        let _ = try_fly(origin, token);
    }
}

/// Whether the reader asked for less motion.
#[must_use]
pub fn is_reduced() -> bool {
    let query =
        web_sys::window().and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

fn try_land(chip: &Element) -> Option<()> {
    let row = chip.owner_document()?.query_selector("[data-picked] .token-text").ok()??;
    try_fly(&row, chip)
}

fn try_fly(row: &Element, chip: &Element) -> Option<()> {
    let (from, to) = (row.get_bounding_client_rect(), chip.get_bounding_client_rect());
    if !is_visible(&from) || !is_visible(&to) {
        return None;
    }
    // A copy is animated: the chip itself would be clipped at the context's edge.
    let copy: HtmlElement = chip.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    copy.set_attribute("aria-hidden", "true").ok()?;
    copy.class_list().add_1("chip-flying").ok()?;
    copy.style().set_property("left", &format!("{}px", to.left())).ok()?;
    copy.style().set_property("top", &format!("{}px", to.top())).ok()?;
    copy.style().set_property("--from-x", &format!("{}px", from.left() - to.left())).ok()?;
    copy.style().set_property("--from-y", &format!("{}px", from.top() - to.top())).ok()?;
    chip.owner_document()?.body()?.append_child(&copy).ok()?;
    // The stylesheet hides the chip until its copy has arrived.
    chip.class_list().add_1("chip-landing").ok()?;
    set_timeout(move || copy.remove(), FLIGHT);
    Some(())
}

fn is_visible(rect: &DomRect) -> bool {
    let height = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or(0.0);
    rect.bottom() > 0.0 && rect.top() < height
}
