//! Time as the browser counts it.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;

/// Milliseconds on a clock that never goes back.
#[must_use]
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Calls `act` once the page has loaded and the browser is idle.
pub fn when_idle(act: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let act = Closure::once_into_js(act);
    let wait = Closure::once_into_js({
        let window = window.clone();
        move || {
            // Not every browser has `requestIdleCallback`, and in a cross-origin frame it may never fire.
            let ask = Reflect::get(&window, &"requestIdleCallback".into()).and_then(JsCast::dyn_into::<Function>);
            let options = Object::new();
            let asked = Reflect::set(&options, &"timeout".into(), &IDLE_MS.into())
                .and(ask)
                .and_then(|ask| ask.call2(&window, &act, &options));
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

/// After how many milliseconds `act` is called at the latest.
const IDLE_MS: i32 = 2_000;
