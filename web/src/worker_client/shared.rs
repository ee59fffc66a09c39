//! A worker that the frames of a site on one page share.

use generation::protocol::{Request, encode};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessagePort, SharedWorker, WorkerOptions, WorkerType};

use crate::platform::{clock, crypto, dom, network};

/// This page's place at a worker that other pages have a place at too. It is given up when dropped, or when the page is gone.
pub(super) struct Seat {
    pub(super) worker: SharedWorker,
    pub(super) port: MessagePort,
    /// Lets the lock go by which the worker knows that the page is there.
    let_go: Option<Function>,
    on_leave: Closure<dyn Fn()>,
}

impl Seat {
    /// Takes a seat at the site's worker, which starts if nobody has one yet.
    ///
    /// # Errors
    /// If the browser has no such workers, or none for this frame.
    pub(super) fn take(url: &str) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // One worker a model.
        options.set_name(&format!("next-token {}", dom::meta_url("next-token-model").unwrap_or_default()));
        let worker = SharedWorker::new_with_worker_options(url, &options)?;
        network::note_fetched(url);
        let port = worker.port();
        let on_leave = {
            let port = port.clone();
            Closure::<dyn Fn()>::new(move || post(&port, &Request::Leave))
        };
        // Where there are no locks, a page that goes says so.
        if let Some(window) = web_sys::window() {
            let _ = window.add_event_listener_with_callback("pagehide", on_leave.as_ref().unchecked_ref());
        }
        let let_go = hold_lock(&port);
        Ok(Self { worker, port, let_go, on_leave })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ = window.remove_event_listener_with_callback("pagehide", self.on_leave.as_ref().unchecked_ref());
        }
        self.worker.set_onerror(None);
        post(&self.port, &Request::Leave);
        self.port.close();
        self.let_go.iter().for_each(|let_go| drop(let_go.call0(&JsValue::NULL)));
    }
}

/// Holds a lock that nobody else knows of, and tells its name: who gets it knows that this page is gone.
fn hold_lock(port: &MessagePort) -> Option<Function> {
    let navigator = web_sys::window()?.navigator();
    // Only pages with a secure connection have locks.
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let lock = format!("next-token page {:x} {}", crypto::random_seed(), clock::now());
    let mut let_go = None;
    let held = Promise::new(&mut |resolve, _| let_go = Some(resolve));
    let on_grant = {
        let (port, lock) = (port.clone(), lock.clone());
        Closure::once_into_js(move || {
            post(&port, &Request::Stay { lock });
            held
        })
    };
    let asked: Promise = request.call2(&locks, &lock.into(), &on_grant).ok()?.dyn_into().ok()?;
    // Refused, it is as if there were none.
    spawn_local(async move { drop(JsFuture::from(asked).await) });
    let_go
}

fn post(port: &MessagePort, request: &Request) {
    // A port that is closed takes everything.
    let _ = port.post_message(&Uint8Array::from(&encode(request)[..]).buffer());
}
