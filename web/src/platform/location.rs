//! The page's address.

use wasm_bindgen::JsValue;
use web_sys::UrlSearchParams;

/// The address's fragment with its `#`; empty where there is none.
#[must_use]
pub fn fragment() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The page's address without its fragment.
#[must_use]
pub fn page_address() -> String {
    let address = web_sys::window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    address.split('#').next().unwrap_or_default().to_owned()
}

/// Takes the fragment out of the address, without a new entry in the tab's history.
pub fn drop_fragment() {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // A frame without an origin of its own may not: then the address stays.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&page_address()));
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// The field `name` of the address's query.
#[must_use]
pub fn query_field(name: &str) -> Option<String> {
    let query = web_sys::window()?.location().search().ok()?;
    UrlSearchParams::new_with_str(&query).ok()?.get(name)
}
