//! Messages from the page, heard while work is under way.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use generation::protocol::{Failure, Request, RequestId, Response, decode};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use model::Tokenizer;
use wasm_bindgen::prelude::*;
use web_sys::{File, MessageEvent};

use crate::browser::{post, scope};

/// A request with the files that came with it: those of [`Source::Files`](generation::protocol::Source::Files).
pub(crate) struct Letter {
    pub(crate) request: Request,
    pub(crate) files: Vec<File>,
}

/// Requests that wait for their turn.
pub(crate) struct Inbox {
    arriving: UnboundedReceiver<Letter>,
    waiting: VecDeque<Letter>,
    /// Kept here so that texts are cut while the engine is busy.
    pub(crate) tokenizer: Option<Arc<Tokenizer>>,
}

/// The work that a newly arrived request may end.
#[derive(Clone, Copy)]
pub(crate) struct Current {
    pub(crate) id: RequestId,
    /// Whether it is a step, which a newer step ends.
    pub(crate) step: bool,
}

/// Starts listening; must be called before the page is told that we are ready.
pub(crate) fn listen() -> Inbox {
    let (sender, arriving) = unbounded();
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| receive(&sender, &event));
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // It listens for as long as the worker lives.
    listener.forget();
    Inbox { arriving, waiting: VecDeque::new(), tokenizer: None }
}

fn receive(sender: &UnboundedSender<Letter>, event: &MessageEvent) {
    match open(event.data()) {
        // The receiving end lives as long as the worker.
        Ok(letter) => drop(sender.unbounded_send(letter)),
        Err(failure) => post(&Response::Failed { id: None, failure }),
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

impl Inbox {
    /// The next request that needs the engine.
    pub(crate) async fn next(&mut self) -> Option<Letter> {
        loop {
            if let Some(letter) = self.waiting.pop_front() {
                return Some(letter);
            }
            let letter = self.arriving.next().await?;
            self.take(letter, None);
        }
    }

    /// Runs `work` while listening; a request to stop it drops it.
    pub(crate) async fn watch<T>(
        &mut self,
        current: Current,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        loop {
            match select(self.arriving.next(), work.as_mut()).await {
                Either::Right((done, _)) => return done,
                Either::Left((Some(letter), _)) => {
                    if self.take(letter, Some(current)) == Verdict::Stop {
                        return Err(Failure::Cancelled);
                    }
                }
                // The sending end lives as long as the worker; without it nobody could stop the work.
                Either::Left((None, _)) => return work.await,
            }
        }
    }

    /// Answers what needs no engine, queues the rest, and says whether the current work shall stop.
    fn take(&mut self, letter: Letter, current: Option<Current>) -> Verdict {
        let mut verdict = Verdict::GoOn;
        match &letter.request {
            Request::Ping => post(&Response::Pong),
            Request::Tokenize { id, text } => {
                let tokens = self.tokenizer().and_then(|tokenizer| Ok(tokenizer.encode(text)?));
                answer(*id, tokens.map(|tokens| Response::Tokenized { id: *id, tokens }));
            }
            Request::Cut { id, text } => {
                let cut = self.tokenizer().and_then(|tokenizer| Ok(tokenizer.cut(text)?));
                answer(*id, cut.map(|cut| Response::Cut { id: *id, cut }));
            }
            Request::Cancel { id } if current.is_some_and(|current| current.id == *id) => verdict = Verdict::Stop,
            Request::Cancel { id } => self.drop_waiting(|request| request.id() == Some(*id)),
            Request::Step { .. } => {
                self.drop_waiting(|request| matches!(request, Request::Step { .. }));
                self.waiting.push_back(letter);
                if current.is_some_and(|current| current.step) {
                    verdict = Verdict::Stop;
                }
            }
            _ => self.waiting.push_back(letter),
        }
        verdict
    }

    fn tokenizer(&self) -> Result<&Tokenizer, Failure> {
        self.tokenizer.as_deref().ok_or(Failure::NoModel)
    }

    fn drop_waiting(&mut self, unwanted: impl Fn(&Request) -> bool) {
        self.waiting.retain(|Letter { request, .. }| {
            let drop = unwanted(request);
            if drop {
                post(&Response::Failed { id: request.id(), failure: Failure::Cancelled });
            }
            !drop
        });
    }
}

fn answer(id: RequestId, answer: Result<Response, Failure>) {
    post(&answer.unwrap_or_else(|failure| Response::Failed { id: Some(id), failure }));
}

#[derive(PartialEq)]
enum Verdict {
    GoOn,
    Stop,
}
