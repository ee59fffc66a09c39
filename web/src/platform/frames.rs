//! Whether the page is a frame of another one, and which.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Whether the page is a frame of another one.
#[must_use]
pub fn is_framed() -> bool {
    // A cross-origin window can be compared, though nothing of it can be read.
    web_sys::window().is_some_and(|window| window.top().ok().flatten().is_none_or(|top| top != window))
}

/// The index of this frame among the frames of its parent, from 0.
#[must_use]
pub fn index_among_frames() -> u32 {
    let Some((window, parent)) = web_sys::window().and_then(|window| Some((window.clone(), window.parent().ok()??)))
    else {
        return 0;
    };
    let is_this =
        |index: &u32| Reflect::get_u32(&parent, *index).is_ok_and(|frame| frame == *AsRef::<JsValue>::as_ref(&window));
    (0..parent.length().min(1_000)).find(is_this).unwrap_or(0)
}

/// Whether the page has an opaque origin: in a frame whose `sandbox` lacks `allow-same-origin`. Its own site is cross-origin to it.
#[must_use]
pub fn has_opaque_origin() -> bool {
    let origin = web_sys::window().and_then(|window| Reflect::get(&window, &"origin".into()).ok()?.as_string());
    origin.as_deref() == Some("null")
}
