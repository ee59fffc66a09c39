//! The Web Worker around the engine: decodes a request, asks the engine, encodes the answer. One page may have it for itself,
//! or several share it.
//!
//! It keeps no state that a page relies on: every request carries its whole context, so a fresh worker can take
//! over from a dead one at any time.

mod browser;
mod contest;
mod errands;
mod files;
mod loading;
mod pages;
mod parts;
mod readers;
mod server;
mod turns;

use std::cell::RefCell;

use futures_channel::mpsc::{UnboundedSender, unbounded};
use generation::protocol::{Failure, Response};
use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::MessagePort;

use crate::server::Arrival;

thread_local!(static SERVER: RefCell<Option<UnboundedSender<Arrival>>> = const { RefCell::new(None) });

/// Begins to serve, unless this build's kernels compute something else in this browser than plain code does: then it
/// says so, and `worker_loader.js` starts another build. Pages that share it come by [`join`].
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
        join(js_sys::global().unchecked_into(), None);
    }
    None
}

/// Serves one more page; `left` is called when that is gone.
#[wasm_bindgen]
pub fn join(port: MessagePort, left: Option<Function>) {
    if let Some(sender) = SERVER.with_borrow(Clone::clone) {
        pages::welcome(port, left, sender);
    }
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        // A panic in an async task does not reach the page's `onerror`: tell it ourselves.
        pages::post_to_all(&Response::Failed { id: None, failure: Failure::Crashed(panic.to_string()) });
    }));
}
