//! `sessionStorage` and `localStorage`. Neither read nor write may fail: a browser may forbid both.

use std::cell::RefCell;

use web_sys::Storage;

/// A storage area of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// `sessionStorage`: until the tab is closed, reloads included.
    Tab,
    /// `localStorage`: until it is deleted.
    Browser,
}

/// The value under `key`; `None` also where the browser stores nothing.
#[must_use]
pub fn get(area: Area, key: &str) -> Option<String> {
    storage(area)?.get_item(&full_key(key)).ok()?
}

/// Stores `value` under `key`, where the browser allows it.
pub fn set(area: Area, key: &str, value: &str) {
    if let Some(storage) = storage(area) {
        // With a full or forbidden storage area a reload starts afresh; nothing else is lost.
        let _ = storage.set_item(&full_key(key), value);
    }
}

thread_local! {
    /// A prefix of all keys: frames of one site in one tab share a storage area.
    static SCOPE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Prefixes all keys from here on, so that frames of this site in the same tab do not overwrite each other's values.
pub fn set_scope(scope: &str) {
    SCOPE.set(scope.to_owned());
}

fn full_key(key: &str) -> String {
    SCOPE.with_borrow(|scope| format!("next-token.{scope}{key}"))
}

fn storage(area: Area) -> Option<Storage> {
    let window = web_sys::window()?;
    match area {
        Area::Tab => window.session_storage(),
        Area::Browser => window.local_storage(),
    }
    .ok()?
}
