//! The little that the page asks of the browser, none of which may fail loudly.

use std::cell::RefCell;

use js_sys::{Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Element, HtmlMetaElement, IntersectionObserver, IntersectionObserverEntry, Response, Storage, Url, UrlSearchParams,
    Window,
};

use crate::embed::setting::Setting;

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

thread_local! {
    /// What sets this page's keys apart from those of other pages in the tab: frames have some.
    static SCOPE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets what is kept from here on apart from what other frames of this site keep in the same tab.
pub fn keep_apart(scope: &str) {
    SCOPE.set(scope.to_owned());
}

fn full_key(key: &str) -> String {
    SCOPE.with_borrow(|scope| format!("next-token.{scope}{key}"))
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

/// What a `<meta name=… content=…>` of the page says.
#[must_use]
pub fn content(name: &str) -> Option<String> {
    let meta = window()?.document()?.query_selector(&format!("meta[name='{name}']")).ok()??;
    Some(meta.dyn_into::<HtmlMetaElement>().ok()?.content())
}

/// What the address asks of a frame.
#[must_use]
pub fn setting() -> Setting {
    let query = window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let fields = UrlSearchParams::new_with_str(&query).ok();
    Setting::read(|name| fields.as_ref()?.get(name))
}

/// The absolute address in a `<meta name=… content=…>` of the page.
#[must_use]
pub fn address(name: &str) -> Option<String> {
    let base = window()?.document()?.base_uri().ok()??;
    Some(Url::new_with_base(&content(name)?, &base).ok()?.href())
}

/// Whether this browser keeps anything in a cache of this name; `None` where it lets the page keep nothing: without a secure
/// connection there are no caches, and in a frame a browser may forbid them.
pub async fn keeps(cache: &str) -> Option<bool> {
    // Even to look for them may be forbidden.
    let caches = Reflect::get(window()?.as_ref(), &"caches".into()).ok()?;
    let has: Function = Reflect::get(&caches, &"has".into()).ok()?.dyn_into().ok()?;
    let answer: js_sys::Promise = has.call1(&caches, &cache.into()).ok()?.dyn_into().ok()?;
    Some(JsFuture::from(answer).await.ok()?.is_truthy())
}

/// Whether the page has no origin of its own: in a frame whose `sandbox` does not allow it one. Its own site is a stranger to it.
#[must_use]
pub fn is_opaque() -> bool {
    let origin = window().and_then(|window| Reflect::get(&window, &"origin".into()).ok()?.as_string());
    origin.as_deref() == Some("null")
}

/// Which of its page's frames this is, from 0.
#[must_use]
pub fn place_among_frames() -> u32 {
    let Some((window, parent)) = window().and_then(|window| Some((window.clone(), window.parent().ok()??))) else {
        return 0;
    };
    let is_this =
        |index: &u32| Reflect::get_u32(&parent, *index).is_ok_and(|frame| frame == *AsRef::<JsValue>::as_ref(&window));
    (0..parent.length().min(1_000)).find(is_this).unwrap_or(0)
}

/// Whether the page stands in a frame of another one.
#[must_use]
pub fn framed() -> bool {
    // The window above may be a stranger's, but may always be compared.
    window().is_some_and(|window| window.top().ok().flatten().is_none_or(|top| top != window))
}

thread_local! {
    /// What browsers do not list among what the page has fetched.
    static UNLISTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Notes an address that was fetched for this page and others.
pub fn note_fetched(url: &str) {
    UNLISTED.with_borrow_mut(|urls| urls.push(url.to_owned()));
}

/// The addresses of all that the page has fetched so far, and of the page that led to it.
#[must_use]
pub fn fetched() -> Vec<String> {
    let entries = window().and_then(|window| window.performance()).map(|clock| clock.get_entries_by_type("resource"));
    let name = |entry: JsValue| Reflect::get(&entry, &"name".into()).ok()?.as_string();
    let from = window().and_then(|window| window.document()).map(|document| document.referrer());
    let listed = entries.iter().flat_map(js_sys::Array::iter).filter_map(name);
    listed.chain(from.filter(|from| !from.is_empty())).chain(UNLISTED.with_borrow(Clone::clone)).collect()
}

/// Does something when the page has loaded and nothing else is to be done.
pub fn when_idle(act: impl FnOnce() + 'static) {
    let Some(window) = window() else { return };
    let act = Closure::once_into_js(act);
    let wait = Closure::once_into_js({
        let window = window.clone();
        move || {
            // Not every browser tells when it is idle, and a frame on another site's page may never be told.
            let ask = Reflect::get(&window, &"requestIdleCallback".into()).and_then(JsCast::dyn_into::<Function>);
            let patience = Object::new();
            let asked = Reflect::set(&patience, &"timeout".into(), &IDLE_MS.into())
                .and(ask)
                .and_then(|ask| ask.call2(&window, &act, &patience));
            if asked.is_err() {
                let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), IDLE_MS);
            }
        }
    });
    let loaded = window.document().is_some_and(|document| document.ready_state() == "complete");
    let _ = match loaded {
        true => window.set_timeout_with_callback(wait.unchecked_ref()).map(drop),
        false => window.add_event_listener_with_callback("load", wait.unchecked_ref()),
    };
}

/// After how many milliseconds a page counts as idle, where the browser has not said so.
const IDLE_MS: i32 = 2_000;

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

/// The bytes at an address.
///
/// # Errors
/// Says in words why there are none.
pub async fn fetch(url: &str) -> Result<Vec<u8>, String> {
    let words = |error: JsValue| format!("{error:?}");
    let window = window().ok_or("there is no window")?;
    let response = JsFuture::from(window.fetch_with_str(url)).await.map_err(words)?;
    let response: Response = response.dyn_into().map_err(words)?;
    if !response.ok() {
        return Err(format!("the server answered {}", response.status()));
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(words)?).await.map_err(words)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Says something to who looks into the console.
pub fn warn(words: &str) {
    web_sys::console::warn_1(&JsValue::from_str(words));
}

/// Gives an element the whole screen, or takes it back. `false` once it is not presented any more; where there is no
/// full screen to be had, the stylesheet lets the element cover the page.
pub fn present(element: &Element, on: bool) -> bool {
    if on {
        let _ = element.request_fullscreen();
    } else if let Some(document) = window().and_then(|window| window.document()) {
        document.exit_fullscreen();
    }
    on
}

/// Whether an element has the whole screen.
#[must_use]
pub fn is_presented(element: &Element) -> bool {
    let document = window().and_then(|window| window.document());
    document.and_then(|document| document.fullscreen_element()).is_some_and(|presented| presented == *element)
}

/// Tells, now and whenever it changes, whether any of an element is in sight.
pub fn watch_sight(element: &Element, on_change: impl Fn(bool) + 'static) {
    let tell = move |entries: js_sys::Array| {
        let last = entries.iter().last().and_then(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok());
        if let Some(entry) = last {
            on_change(entry.is_intersecting());
        }
    };
    let callback = Closure::<dyn Fn(js_sys::Array)>::new(tell);
    if let Ok(observer) = IntersectionObserver::new(callback.as_ref().unchecked_ref()) {
        observer.observe(element);
    }
    // As long as the page: widgets are never taken away.
    callback.forget();
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// The address's fragment with its `#`; empty where there is none.
#[must_use]
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The page's address without its fragment.
#[must_use]
pub fn page_address() -> String {
    let address = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    address.split('#').next().unwrap_or_default().to_owned()
}

/// Takes the fragment out of the address, without a new entry in the tab's history.
pub fn drop_fragment() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        // A frame without an origin of its own may not: then the address stays.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&page_address()));
    }
}

/// Brings the widget's place into sight, if the page has it.
pub fn show_place(name: &str) {
    let document = window().and_then(|window| window.document());
    let place = document.and_then(|document| document.get_element_by_id(name));
    if let Some(place) = place.filter(|place| place.has_attribute("data-widget")) {
        place.scroll_into_view();
    }
}

/// Copies a text. Whether it could: some pages have no clipboard, and a browser may forbid it.
pub async fn copy(text: &str) -> bool {
    let Some(navigator) = window().map(|window| window.navigator()) else { return false };
    // Without a secure connection there is none, whatever the browser's interface says.
    let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok().filter(JsValue::is_object);
    let Some(clipboard) = clipboard else { return false };
    let write = Reflect::get(&clipboard, &"writeText".into()).and_then(JsCast::dyn_into::<Function>);
    let written = write.and_then(|write| write.call1(&clipboard, &text.into()));
    match written.and_then(JsCast::dyn_into::<js_sys::Promise>) {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}
