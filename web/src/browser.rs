//! The little that the page asks of the browser, none of which may fail loudly.

use wasm_bindgen::prelude::*;
use web_sys::{HtmlMetaElement, Storage, Url, Window};

/// Which of the browser's stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// As long as the tab lives, reloads included.
    Tab,
    /// Until it is deleted.
    Browser,
}

/// What is kept under `key`; `None` also where the browser keeps nothing.
#[must_use]
pub fn recall(store: Store, key: &str) -> Option<String> {
    storage(store)?.get_item(&full_key(key)).ok()?
}

/// Keeps `value` under `key`, where the browser lets us.
pub fn keep(store: Store, key: &str, value: &str) {
    if let Some(storage) = storage(store) {
        // A full or forbidden store costs the reader a reload's memory, nothing else.
        let _ = storage.set_item(&full_key(key), value);
    }
}

fn full_key(key: &str) -> String {
    format!("next-token.{key}")
}

fn storage(store: Store) -> Option<Storage> {
    let window = window()?;
    match store {
        Store::Tab => window.session_storage(),
        Store::Browser => window.local_storage(),
    }
    .ok()?
}

fn window() -> Option<Window> {
    web_sys::window()
}

/// Milliseconds on a clock that never goes back.
#[must_use]
pub fn now() -> f64 {
    window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Whether the tab is out of sight.
#[must_use]
pub fn hidden() -> bool {
    window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// Whether the reader asked for less motion.
#[must_use]
pub fn reduced_motion() -> bool {
    let query = window().and_then(|window| window.match_media("(prefers-reduced-motion: reduce)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// The absolute address in a `<meta name=… content=…>` of the page.
#[must_use]
pub fn address(name: &str) -> Option<String> {
    let document = window()?.document()?;
    let meta = document.query_selector(&format!("meta[name='{name}']")).ok()??;
    let content = meta.dyn_into::<HtmlMetaElement>().ok()?.content();
    let url = Url::new_with_base(&content, &document.base_uri().ok()??).ok()?;
    Some(url.href())
}

/// A seed nobody can guess; small enough to be read out in class.
#[must_use]
pub fn random_seed() -> u64 {
    let mut bytes = [0; 4];
    let crypto = window().and_then(|window| window.crypto().ok());
    match crypto.map(|crypto| crypto.get_random_values_with_u8_array(&mut bytes)) {
        Some(Ok(_)) => u64::from(u32::from_le_bytes(bytes)),
        _ => js_sys::Date::now() as u64,
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}
