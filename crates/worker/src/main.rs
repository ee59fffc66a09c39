//! The Web Worker around the engine: decodes a request, asks the engine, encodes the answer. One client may have it for itself,
//! or several share it.
//!
//! It keeps no state that a client relies on: every request carries its whole context, so a fresh worker can take
//! over from a dead one at any time.

mod browser;
mod clients;
mod files;
mod kept;
mod kernel_choice;
mod load_queue;
mod loading;
mod parts;
mod ports;
mod scheduler;
mod server;

use std::cell::RefCell;

use futures_channel::mpsc::{UnboundedSender, unbounded};
use generation::protocol::{Failure, Response};
use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

use crate::server::Event;

thread_local!(static SERVER: RefCell<Option<UnboundedSender<Event>>> = const { RefCell::new(None) });

/// Begins to serve, unless this build's kernels compute something else in this browser than plain code does: then it
/// says so, and `worker_loader.js` starts another build. Pages that share it come by [`connect`].
#[wasm_bindgen]
#[must_use]
pub fn start() -> Option<String> {
    if !model::kernels_agree() {
        return Some("this browser's vector instructions give other results than they should".into());
    }
    let (sender, arriving) = unbounded();
    SERVER.set(Some(sender.clone()));
    wasm_bindgen_futures::spawn_local(server::serve(sender, arriving));
    if !browser::is_shared() {
        connect(js_sys::global().unchecked_into(), None);
    }
    None
}

/// Serves one more client; `on_disconnect` is called once that is gone.
#[wasm_bindgen]
pub fn connect(port: MessagePort, on_disconnect: Option<Function>) {
    if let Some(sender) = SERVER.with_borrow(Clone::clone) {
        ports::connect(port, on_disconnect, sender);
    }
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        // A panic in an async task does not reach the page's `onerror`.
        ports::post_to_all(&Response::Failed { id: None, failure: Failure::Crashed(panic.to_string()) });
    }));
}
