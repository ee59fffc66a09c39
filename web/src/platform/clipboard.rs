//! The clipboard.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Copies a text; `false` where the page has no clipboard or the browser forbids it.
pub async fn copy(text: &str) -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return false };
    // Without a secure connection there is none, whatever the browser's interface says.
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok().filter(JsValue::is_object);
    let Some(clipboard) = clipboard else { return false };
    let write = Reflect::get(&clipboard, &"writeText".into()).and_then(JsCast::dyn_into::<Function>);
    let written = write.and_then(|write| write.call1(&clipboard, &text.into()));
    match written.and_then(JsCast::dyn_into::<Promise>) {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}
