//! The client of the worker: starts it, posts requests, receives answers, replaces it.

use std::cell::Cell;
use std::rc::Rc;

use generation::protocol::{Failure, Request, Response, Source, decode, encode};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, File, MessageEvent, MessagePort, Worker};

use super::blob_start;
use super::heartbeat::{Beat, Heartbeat};
use super::shared_port::SharedPort;
use crate::t;

thread_local! {
    /// Whether this page has failed to connect to a shared worker: then it does not try again.
    static SHARED_UNAVAILABLE: Cell<bool> = const { Cell::new(false) };
}

/// What a worker's client is told.
#[derive(Debug)]
pub enum WorkerEvent {
    /// The worker has answered.
    Answer(Response),
    /// The worker cannot be used any more.
    Crashed(Failure),
}

/// Starts workers, one at a time, and is connected to the present one.
pub struct WorkerClient {
    number: u32,
    url: String,
    /// The files of [`Source::Files`], kept so that a fresh worker can read them again.
    files: Vec<File>,
    /// Whether other frames of the site may use the same worker.
    share: bool,
    listener: Rc<dyn Fn(WorkerEvent)>,
    connection: Option<Connection>,
    heartbeat: Heartbeat,
}

impl WorkerClient {
    /// A client without a worker; `files` are those of a model of the reader's own. Such a worker is never shared; another
    /// one is if `share` is set and the browser has shared workers.
    #[must_use]
    pub fn new(url: String, files: Vec<File>, share: bool) -> Self {
        thread_local!(static MADE: Cell<u32> = const { Cell::new(0) });
        let number = MADE.with(|made| made.replace(made.get() + 1));
        let share = share && files.is_empty();
        Self { number, url, files, share, listener: Rc::new(|_| {}), connection: None, heartbeat: Heartbeat::default() }
    }

    /// Tells it from all other clients.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Sets the listener of the next worker: it is called from the browser's event loop, never from these methods.
    pub fn listen(&mut self, listener: impl Fn(WorkerEvent) + 'static) {
        self.listener = Rc::new(listener);
    }

    /// Replaces the worker by a fresh one.
    ///
    /// # Errors
    /// If the browser cannot create one.
    pub fn start(&mut self) -> Result<(), Failure> {
        self.heartbeat = self.heartbeat.restarted();
        self.stop();
        let port = if self.share && !SHARED_UNAVAILABLE.get() { Port::shared(&self.url).ok() } else { None };
        SHARED_UNAVAILABLE.set(SHARED_UNAVAILABLE.get() || self.share && port.is_none());
        let port = port
            .map_or_else(|| Port::dedicated(&self.url), Ok)
            .map_err(|error| Failure::Crashed(error_text(&error)))?;
        self.connection = Some(Connection::open(port, Rc::clone(&self.listener)));
        Ok(())
    }

    /// Whether the present worker is one that pages share.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| matches!(connection.port, Port::Shared(_)))
    }

    /// After a crash: `true` if a dedicated worker is to be tried instead, because a shared one has never answered.
    #[must_use]
    pub fn fall_back_to_dedicated(&mut self) -> bool {
        let unanswered = self.is_shared() && !self.heartbeat.answered();
        if unanswered {
            self.mute();
            SHARED_UNAVAILABLE.set(true);
        }
        unanswered
    }

    /// Terminates the worker, or disconnects from a shared one.
    pub fn stop(&mut self) {
        self.connection = None;
    }

    /// Ignores whatever the present worker still sends.
    pub fn mute(&self) {
        if let Some(connection) = &self.connection {
            connection.muted.set(true);
        }
    }

    /// The worker has answered.
    pub fn on_answer(&mut self) {
        self.heartbeat.on_answer();
    }

    /// Posts a request; without a worker it is dropped, and the session asks again once there is one.
    pub fn send(&self, request: &Request) {
        let Some(connection) = &self.connection else { return };
        let bytes = Uint8Array::from(&encode(request)[..]).buffer();
        let transfer = Array::of1(&bytes);
        let message: JsValue = match request {
            Request::Survey { source: Source::Files, .. }
            | Request::Load { source: Source::Files, .. }
            | Request::LoadTokenizer { source: Source::Files, .. } => {
                let files = self.files.iter().map(JsValue::from);
                std::iter::once(JsValue::from(&bytes)).chain(files).collect::<Array>().into()
            }
            _ => bytes.into(),
        };
        if let Err(error) = connection.port.message_port().post_message_with_transferable(&message, &transfer) {
            web_sys::console::error_1(&error);
        }
    }

    /// To be called at every tick: pings the worker. `true` if it has been silent for too long.
    #[must_use]
    pub fn has_crashed(&mut self) -> bool {
        if self.connection.as_ref().is_none_or(|connection| connection.muted.get()) {
            return false;
        }
        let beat = self.heartbeat.tick();
        if beat == Beat::Ping {
            self.send(&Request::Ping);
        }
        beat == Beat::Crashed
    }
}

/// A dedicated or a shared worker.
enum Port {
    /// Ends with the page.
    Dedicated(Worker),
    /// Used by several pages.
    Shared(SharedPort),
}

impl Port {
    fn dedicated(url: &str) -> Result<Self, JsValue> {
        Ok(Self::Dedicated(blob_start::start(url)?))
    }

    fn shared(url: &str) -> Result<Self, JsValue> {
        Ok(Self::Shared(SharedPort::open(url)?))
    }

    /// The port that requests are posted to; a dedicated worker has the same methods as a port.
    fn message_port(&self) -> &MessagePort {
        match self {
            Self::Dedicated(worker) => worker.unchecked_ref(),
            Self::Shared(shared) => &shared.port,
        }
    }

    fn set_onerror(&self, listener: Option<&js_sys::Function>) {
        match self {
            Self::Dedicated(worker) => worker.set_onerror(listener),
            Self::Shared(shared) => shared.worker.set_onerror(listener),
        }
    }
}

/// A worker with the page's listeners. A dedicated worker is terminated when this is dropped.
struct Connection {
    port: Port,
    muted: Rc<Cell<bool>>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl Connection {
    fn open(port: Port, listener: Rc<dyn Fn(WorkerEvent)>) -> Self {
        let muted = Rc::new(Cell::new(false));
        let notify = {
            let muted = Rc::clone(&muted);
            Rc::new(move |event| {
                if !muted.get() {
                    listener(event);
                }
            })
        };
        let on_message = {
            let notify = Rc::clone(&notify);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| notify(decode_message(&event.data())))
        };
        let on_error =
            Closure::<dyn Fn(Event)>::new(move |event: Event| notify(WorkerEvent::Crashed(failure_of(&event))));
        port.message_port().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        port.message_port().set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        port.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self { port, muted, _on_message: on_message, _on_error: on_error }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.port.message_port().set_onmessage(None);
        self.port.message_port().set_onmessageerror(None);
        self.port.set_onerror(None);
        if let Port::Dedicated(worker) = &self.port {
            worker.terminate();
        }
    }
}

fn decode_message(data: &JsValue) -> WorkerEvent {
    // A shared worker posts the message of its panic as a plain string.
    if let Some(words) = data.as_string() {
        return WorkerEvent::Crashed(Failure::Crashed(words));
    }
    let Some(buffer) = data.dyn_ref::<ArrayBuffer>() else {
        return WorkerEvent::Crashed(Failure::Garbled(t!("engine-no-buffer")));
    };
    let bytes = Uint8Array::new(buffer).to_vec();
    // Frees its memory now rather than at the next garbage collection; older browsers lack the method.
    let _ = buffer.transfer_with_length(0);
    match decode(&bytes) {
        Ok(response) => WorkerEvent::Answer(response),
        Err(failure) => WorkerEvent::Crashed(failure),
    }
}

/// Where a script cannot even be fetched, browsers send an event without a message.
fn failure_of(event: &Event) -> Failure {
    let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|message| !message.is_empty());
    let reason = message.map(|message| message.trim_start_matches("Uncaught ").to_owned());
    Failure::Crashed(reason.unwrap_or_else(|| t!("engine-not-loaded")))
}

fn error_text(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.unwrap_or_else(|| t!("engine-no-workers"))
}
