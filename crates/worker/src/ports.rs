//! The ports of the clients that this worker serves: of the page that started it, or of all pages that share it.
//!
//! A `MessagePort` has no close event, so each frame holds a Web Lock for as long as it lives; the worker takes a grant of that
//! lock as a disconnect.

use std::cell::{Cell, RefCell};

use futures_channel::mpsc::UnboundedSender;
use generation::protocol::{Failure, Request, Response, decode, encode};
use js_sys::{Array, ArrayBuffer, Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, MessagePort};

use crate::browser::Lock;
use crate::clients::{ClientId, Post};
use crate::server::Event;

/// A request with the files that came with it: those of [`Source::Files`](generation::protocol::Source::Files).
pub(crate) struct Envelope {
    pub(crate) request: Request,
    pub(crate) files: Vec<File>,
}

/// A client's port.
struct Port {
    client: ClientId,
    /// A dedicated worker posts to its scope, which has the same methods.
    port: MessagePort,
    /// Called after the client has disconnected.
    on_disconnect: Option<Function>,
    _listener: Closure<dyn Fn(MessageEvent)>,
}

thread_local! {
    static PORTS: RefCell<Vec<Port>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<ClientId> = const { Cell::new(0) };
}

/// Listens to a client and posts [`Response::Ready`]: nothing that the client posted before this is sure to arrive.
pub(crate) fn connect(port: MessagePort, on_disconnect: Option<Function>, sender: UnboundedSender<Event>) {
    let client = NEXT.replace(NEXT.get() + 1);
    let receive = move |event: MessageEvent| match unpack(event.data()) {
        // The receiving end lives as long as the worker.
        Ok(envelope) => drop(sender.unbounded_send(Event::Message(client, envelope))),
        Err(failure) => post(client, &Response::Failed { id: None, failure }),
    };
    let listener = Closure::<dyn Fn(MessageEvent)>::new(receive);
    port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    PORTS.with_borrow_mut(|ports| ports.push(Port { client, port, on_disconnect, _listener: listener }));
    post(client, &Response::Ready);
}

/// Sends [`Event::Disconnected`] once the lock of this name is granted, which the client holds while it lives.
pub(crate) fn watch_lock(client: ClientId, lock: String, sender: UnboundedSender<Event>) {
    wasm_bindgen_futures::spawn_local(async move {
        if Lock::take(&lock).await.is_some() {
            let _ = sender.unbounded_send(Event::Disconnected(client));
        }
    });
}

/// Closes the port of a client that is gone.
pub(crate) fn disconnect(client: ClientId) {
    let port = PORTS.with_borrow_mut(|ports| {
        let place = ports.iter().position(|port| port.client == client)?;
        Some(ports.swap_remove(place))
    });
    if let Some(port) = port {
        port.port.close();
        port.on_disconnect.iter().for_each(|on_disconnect| drop(on_disconnect.call0(&JsValue::NULL)));
    }
}

/// Sends a message to a client; its buffer is transferred.
pub(crate) fn post(client: ClientId, response: &Response) {
    PORTS.with_borrow(|ports| ports.iter().filter(|port| port.client == client).for_each(|port| port.post(response)));
}

/// Posts to clients by their ports.
pub(crate) struct Ports;

impl Post for Ports {
    fn post(&mut self, client: ClientId, response: &Response) {
        post(client, response);
    }
}

/// Sends a message to all clients, also in the midst of a panic.
pub(crate) fn post_to_all(response: &Response) {
    PORTS.with(|ports| {
        if let Ok(ports) = ports.try_borrow() {
            ports.iter().for_each(|port| port.post(response));
        }
    });
}

impl Port {
    fn post(&self, response: &Response) {
        let buffer = Uint8Array::from(encode(response).as_slice()).buffer();
        // This fails only for objects that cannot be cloned, and an ArrayBuffer can.
        let _ = self.port.post_message_with_transferable(&buffer, &Array::of1(&buffer));
    }
}

/// A message is its bytes, or a list of its bytes and the reader's files.
fn unpack(data: JsValue) -> Result<Envelope, Failure> {
    let mut parts = match data.dyn_into::<Array>() {
        Ok(parts) => parts.iter().collect(),
        Err(data) => vec![data],
    }
    .into_iter();
    let bytes = parts.next().and_then(|bytes| bytes.dyn_into::<ArrayBuffer>().ok());
    let bytes = bytes.ok_or_else(|| Failure::Garbled("it is no ArrayBuffer".into()))?;
    let request = decode(&Uint8Array::new(&bytes).to_vec())?;
    let files = parts.map(JsCast::dyn_into).collect::<Result<_, JsValue>>();
    Ok(Envelope { request, files: files.map_err(|_| Failure::Garbled("it holds something that is no file".into()))? })
}
