//! A shared worker, which serves all frames of the site in one page.

use generation::protocol::{Request, encode};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessagePort, SharedWorker, WorkerOptions, WorkerType};

use crate::platform::{clock, crypto, dom, network};

/// This page's connection to a shared worker. It is closed when dropped, or when the page is closed.
pub(super) struct SharedPort {
    pub(super) worker: SharedWorker,
    pub(super) port: MessagePort,
    /// Releases the Web Lock by which the worker knows that the page is open.
    release_lock: Option<Function>,
    on_leave: Closure<dyn Fn()>,
}

impl SharedPort {
    /// Connects to the site's worker, which starts if this is its first page.
    ///
    /// # Errors
    /// If the browser has no shared workers, or none for this frame.
    pub(super) fn open(url: &str) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // One worker per model.
        options.set_name(&format!("next-token {}", dom::meta_url("next-token-model").unwrap_or_default()));
        let worker = SharedWorker::new_with_worker_options(url, &options)?;
        network::note_fetched(url);
        let port = worker.port();
        let on_leave = {
            let port = port.clone();
            Closure::<dyn Fn()>::new(move || post(&port, &Request::Leave))
        };
        // Without Web Locks the page itself tells the worker that it is closed.
        if let Some(window) = web_sys::window() {
            let _ = window.add_event_listener_with_callback("pagehide", on_leave.as_ref().unchecked_ref());
        }
        let release_lock = hold_lock(&port);
        Ok(Self { worker, port, release_lock, on_leave })
    }
}

impl Drop for SharedPort {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window.remove_event_listener_with_callback("pagehide", self.on_leave.as_ref().unchecked_ref());
        }
        self.worker.set_onerror(None);
        post(&self.port, &Request::Leave);
        self.port.close();
        self.release_lock.iter().for_each(|release_lock| drop(release_lock.call0(&JsValue::NULL)));
    }
}

/// Holds a lock with a name of its own for as long as the page is open, and posts that name. A `MessagePort` has no close event:
/// the worker requests the same lock, and is granted it when the page is closed. Returns what releases the lock.
fn hold_lock(port: &MessagePort) -> Option<Function> {
    let navigator = web_sys::window()?.navigator();
    // Only pages with a secure connection have Web Locks.
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let lock = format!("next-token page {:x} {}", crypto::random_seed(), clock::now());
    let mut release_lock = None;
    let held = Promise::new(&mut |resolve, _| release_lock = Some(resolve));
    let on_grant = {
        let (port, lock) = (port.clone(), lock.clone());
        Closure::once_into_js(move || {
            post(&port, &Request::Stay { lock });
            held
        })
    };
    let asked: Promise = request.call2(&locks, &lock.into(), &on_grant).ok()?.dyn_into().ok()?;
    // If it is refused, the page works as without locks.
    spawn_local(async move { drop(JsFuture::from(asked).await) });
    release_lock
}

fn post(port: &MessagePort, request: &Request) {
    // Posting to a closed port does nothing.
    let _ = port.post_message(&Uint8Array::from(&encode(request)[..]).buffer());
}
