//! The way of a new token from the table of candidates into the context: motion that shows where it comes from.

use std::time::Duration;

use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element, HtmlElement};

use crate::browser;

/// As long as the animation `fly` in `context.css`.
const FLIGHT: Duration = Duration::from_millis(560);

/// Lets `chip` fly in from the row that is marked as picked, unless the reader asked for less motion.
pub fn land(chip: &Element) {
    if !browser::reduced_motion() {
        // Motion is a help, no more: where it cannot be had, the token is simply there.
        let _ = try_land(chip);
    }
}

/// Lets `token` fly in from `origin`, unless the reader asked for less motion.
pub fn fly(origin: &Element, token: &Element) {
    if !browser::reduced_motion() {
        let _ = try_fly(origin, token);
    }
}

fn try_land(chip: &Element) -> Option<()> {
    let row = chip.owner_document()?.query_selector("[data-picked] .token-text").ok()??;
    try_fly(&row, chip)
}

fn try_fly(row: &Element, chip: &Element) -> Option<()> {
    let (from, to) = (row.get_bounding_client_rect(), chip.get_bounding_client_rect());
    if !in_sight(&from) || !in_sight(&to) {
        return None;
    }
    // A double does the flying: the chip itself would be cut off at the context's edge.
    let double: HtmlElement = chip.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    double.set_attribute("aria-hidden", "true").ok()?;
    double.class_list().add_1("chip-flying").ok()?;
    double.style().set_property("left", &format!("{}px", to.left())).ok()?;
    double.style().set_property("top", &format!("{}px", to.top())).ok()?;
    double.style().set_property("--from-x", &format!("{}px", from.left() - to.left())).ok()?;
    double.style().set_property("--from-y", &format!("{}px", from.top() - to.top())).ok()?;
    chip.owner_document()?.body()?.append_child(&double).ok()?;
    // The stylesheet keeps the chip out of sight until its double has landed.
    chip.class_list().add_1("chip-landing").ok()?;
    set_timeout(move || double.remove(), FLIGHT);
    Some(())
}

fn in_sight(rect: &DomRect) -> bool {
    let height = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or(0.0);
    rect.bottom() > 0.0 && rect.top() < height
}
