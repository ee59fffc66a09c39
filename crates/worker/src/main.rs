//! The Web Worker around the engine: decodes a request, asks the engine, encodes the answer.
//!
//! It keeps no state that the page relies on: every request carries its whole context, so a fresh worker can take
//! over from a dead one at any time.

mod browser;
mod contest;
mod files;
mod inbox;
mod parts;
mod server;

use generation::protocol::{Failure, Response};
use wasm_bindgen::prelude::wasm_bindgen;

/// Begins to serve, unless this build's kernels compute something else in this browser than plain code does: then it
/// says so, and `worker_loader.js` starts another build.
#[wasm_bindgen]
#[must_use]
pub fn start() -> Option<String> {
    if !model::kernels_agree() {
        return Some("this browser's vector instructions give other results than they should".into());
    }
    let requests = inbox::listen();
    wasm_bindgen_futures::spawn_local(server::serve(requests));
    browser::post(&Response::Ready);
    None
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        // A panic in an async task does not reach the page's `onerror`: tell it ourselves.
        browser::post(&Response::Failed { id: None, failure: Failure::Crashed(panic.to_string()) });
    }));
}
