//! The pages that this worker serves: the one that started it, or all that share it.

use std::cell::{Cell, RefCell};

use futures_channel::mpsc::UnboundedSender;
use generation::protocol::{Failure, Request, Response, decode, encode};
use js_sys::{Array, ArrayBuffer, Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent, MessagePort};

use crate::browser::Lock;
use crate::server::Arrival;

/// Tells a page from all others.
pub(crate) type PageId = u32;

/// A request with the files that came with it: those of [`Source::Files`](generation::protocol::Source::Files).
pub(crate) struct Letter {
    pub(crate) request: Request,
    pub(crate) files: Vec<File>,
}

/// A page's end of the line.
struct Line {
    page: PageId,
    /// A dedicated worker's scope is spoken to as a port is.
    port: MessagePort,
    /// Called when the page is gone.
    left: Option<Function>,
    _listener: Closure<dyn Fn(MessageEvent)>,
}

thread_local! {
    static LINES: RefCell<Vec<Line>> = const { RefCell::new(Vec::new()) };
    static NEXT: Cell<PageId> = const { Cell::new(0) };
}

/// Listens to a page and says so: nothing that it posted before this is sure to arrive.
pub(crate) fn welcome(port: MessagePort, left: Option<Function>, sender: UnboundedSender<Arrival>) {
    let page = NEXT.replace(NEXT.get() + 1);
    let receive = move |event: MessageEvent| match open(event.data()) {
        // The receiving end lives as long as the worker.
        Ok(letter) => drop(sender.unbounded_send(Arrival::Letter(page, letter))),
        Err(failure) => post(page, &Response::Failed { id: None, failure }),
    };
    let listener = Closure::<dyn Fn(MessageEvent)>::new(receive);
    port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    LINES.with_borrow_mut(|lines| lines.push(Line { page, port, left, _listener: listener }));
    post(page, &Response::Ready);
}

/// Tells when the page is gone that holds the lock of this name.
pub(crate) fn watch(page: PageId, lock: String, sender: UnboundedSender<Arrival>) {
    wasm_bindgen_futures::spawn_local(async move {
        if Lock::take(&lock).await.is_some() {
            let _ = sender.unbounded_send(Arrival::Gone(page));
        }
    });
}

/// Hangs up on a page that is gone.
pub(crate) fn hang_up(page: PageId) {
    let line = LINES.with_borrow_mut(|lines| {
        let place = lines.iter().position(|line| line.page == page)?;
        Some(lines.swap_remove(place))
    });
    if let Some(line) = line {
        line.port.close();
        line.left.iter().for_each(|left| drop(left.call0(&JsValue::NULL)));
    }
}

/// Sends a message to a page; its buffer is transferred.
pub(crate) fn post(page: PageId, response: &Response) {
    LINES.with_borrow(|lines| lines.iter().filter(|line| line.page == page).for_each(|line| line.post(response)));
}

/// Sends a message to all pages, also in the midst of a panic.
pub(crate) fn post_to_all(response: &Response) {
    LINES.with(|lines| {
        if let Ok(lines) = lines.try_borrow() {
            lines.iter().for_each(|line| line.post(response));
        }
    });
}

impl Line {
    fn post(&self, response: &Response) {
        let buffer = Uint8Array::from(encode(response).as_slice()).buffer();
        // This fails only for objects that cannot be cloned, and an ArrayBuffer can.
        let _ = self.port.post_message_with_transferable(&buffer, &Array::of1(&buffer));
    }
}

/// A message is its bytes, or a list of its bytes and the reader's files.
fn open(data: JsValue) -> Result<Letter, Failure> {
    let mut parts = match data.dyn_into::<Array>() {
        Ok(parts) => parts.iter().collect(),
        Err(data) => vec![data],
    }
    .into_iter();
    let bytes = parts.next().and_then(|bytes| bytes.dyn_into::<ArrayBuffer>().ok());
    let bytes = bytes.ok_or_else(|| Failure::Garbled("it is no ArrayBuffer".into()))?;
    let request = decode(&Uint8Array::new(&bytes).to_vec())?;
    let files = parts.map(JsCast::dyn_into).collect::<Result<_, JsValue>>();
    Ok(Letter { request, files: files.map_err(|_| Failure::Garbled("it holds something that is no file".into()))? })
}
