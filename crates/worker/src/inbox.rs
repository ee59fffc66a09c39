//! Messages from the page, heard while work is under way.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use generation::protocol::{Failure, Request, RequestId, Response, decode};
use js_sys::{ArrayBuffer, Uint8Array};
use model::Tokenizer;
use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;

use crate::browser::{post, scope};

/// Requests that wait for their turn.
pub(crate) struct Inbox {
    arriving: UnboundedReceiver<Request>,
    waiting: VecDeque<Request>,
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

fn receive(sender: &UnboundedSender<Request>, event: &MessageEvent) {
    let request = match event.data().dyn_into::<ArrayBuffer>() {
        Ok(buffer) => decode(&Uint8Array::new(&buffer).to_vec()),
        Err(_) => Err(Failure::Garbled("it is no ArrayBuffer".into())),
    };
    match request {
        // The receiving end lives as long as the worker.
        Ok(request) => drop(sender.unbounded_send(request)),
        Err(failure) => post(&Response::Failed { id: None, failure }),
    }
}

impl Inbox {
    /// The next request that needs the engine.
    pub(crate) async fn next(&mut self) -> Option<Request> {
        loop {
            if let Some(request) = self.waiting.pop_front() {
                return Some(request);
            }
            let request = self.arriving.next().await?;
            self.take(request, None);
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
                Either::Left((Some(request), _)) => {
                    if self.take(request, Some(current)) == Verdict::Stop {
                        return Err(Failure::Cancelled);
                    }
                }
                // The sending end lives as long as the worker; without it nobody could stop the work.
                Either::Left((None, _)) => return work.await,
            }
        }
    }

    /// Answers what needs no engine, queues the rest, and says whether the current work shall stop.
    fn take(&mut self, request: Request, current: Option<Current>) -> Verdict {
        let mut verdict = Verdict::GoOn;
        match request {
            Request::Ping => post(&Response::Pong),
            Request::Tokenize { id, text } => self.tokenize(id, &text),
            Request::Cancel { id } if current.is_some_and(|current| current.id == id) => verdict = Verdict::Stop,
            Request::Cancel { id } => self.drop_waiting(|request| request.id() == Some(id)),
            Request::Step { .. } => {
                self.drop_waiting(|request| matches!(request, Request::Step { .. }));
                self.waiting.push_back(request);
                if current.is_some_and(|current| current.step) {
                    verdict = Verdict::Stop;
                }
            }
            other => self.waiting.push_back(other),
        }
        verdict
    }

    fn tokenize(&self, id: RequestId, text: &str) {
        let tokens = match &self.tokenizer {
            Some(tokenizer) => tokenizer.encode(text).map_err(Failure::from),
            None => Err(Failure::NoModel),
        };
        post(&match tokens {
            Ok(tokens) => Response::Tokenized { id, tokens },
            Err(failure) => Response::Failed { id: Some(id), failure },
        });
    }

    fn drop_waiting(&mut self, unwanted: impl Fn(&Request) -> bool) {
        self.waiting.retain(|request| {
            let drop = unwanted(request);
            if drop {
                post(&Response::Failed { id: request.id(), failure: Failure::Cancelled });
            }
            !drop
        });
    }
}

#[derive(PartialEq)]
enum Verdict {
    GoOn,
    Stop,
}
