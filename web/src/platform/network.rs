//! What the page fetches, has fetched, and finds in the Cache API.

use std::cell::RefCell;

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Whether this browser has a cache of this name; `None` where the page can have none: without a secure connection there is no
/// Cache API, and in a frame a browser may forbid it.
pub async fn has_cache(cache: &str) -> Option<bool> {
    // Even the property's getter may throw.
    let caches = Reflect::get(web_sys::window()?.as_ref(), &"caches".into()).ok()?;
    let has: Function = Reflect::get(&caches, &"has".into()).ok()?.dyn_into().ok()?;
    let answer: Promise = has.call1(&caches, &cache.into()).ok()?.dyn_into().ok()?;
    Some(JsFuture::from(answer).await.ok()?.is_truthy())
}

thread_local! {
    /// Scripts of shared workers: browsers do not list them among the page's resources.
    static SHARED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes the address of a shared worker's script.
pub fn note_fetched(url: &str) {
    SHARED.with_borrow_mut(|urls| urls.push(url.to_owned()));
}

/// The addresses of all that the page has fetched so far, and of its referrer.
#[must_use]
pub fn fetched_urls() -> Vec<String> {
    let entries =
        web_sys::window().and_then(|window| window.performance()).map(|clock| clock.get_entries_by_type("resource"));
    let name = |entry: JsValue| Reflect::get(&entry, &"name".into()).ok()?.as_string();
    let from = web_sys::window().and_then(|window| window.document()).map(|document| document.referrer());
    let listed = entries.iter().flat_map(Array::iter).filter_map(name);
    listed.chain(from.filter(|from| !from.is_empty())).chain(SHARED.with_borrow(Clone::clone)).collect()
}

/// The bytes at an address.
///
/// # Errors
/// Says in words why there are none.
pub async fn fetch(url: &str) -> Result<Vec<u8>, String> {
    let words = |error: JsValue| format!("{error:?}");
    let window = web_sys::window().ok_or("there is no window")?;
    let response = JsFuture::from(window.fetch_with_str(url)).await.map_err(words)?;
    let response: Response = response.dyn_into().map_err(words)?;
    if !response.ok() {
        return Err(format!("the server answered {}", response.status()));
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(words)?).await.map_err(words)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
