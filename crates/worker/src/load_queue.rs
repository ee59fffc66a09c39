//! Loads and surveys: what takes the network, the browser's cache or the reader's files goes on beside the engine's work. A
//! model that several clients ask for is loaded once.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use futures_channel::mpsc::UnboundedSender;
use futures_channel::oneshot;
use futures_util::future::select;
use generation::protocol::{Failure, LoadProgress, ModelInfo, RequestId, Response, Source};
use model::{Engine, Tokenizer};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use crate::clients::ClientId;
use crate::files;
use crate::loading;
use crate::parts::Parts;
use crate::ports::post;
use crate::server::Event;

/// What is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoadKind {
    Tokenizer,
    Model,
}

/// What came of a load.
pub(crate) enum LoadResult {
    Tokenizer(Result<Box<(Tokenizer, ModelInfo)>, Failure>),
    Model(Result<Box<(Engine, ModelInfo)>, Failure>),
}

/// A request that waits for an answer.
type Requester = (ClientId, RequestId);

/// A load of a tokenizer or a model, under way or waiting for its turn.
pub(crate) struct QueuedLoad {
    number: u32,
    pub(crate) kind: LoadKind,
    pub(crate) source: Source,
    files: Vec<File>,
    requesters: Rc<RefCell<Vec<Requester>>>,
    /// Set once the load has started; dropping it stops the load.
    stop: Option<oneshot::Sender<()>>,
}

impl QueuedLoad {
    /// Answers all requests for it.
    pub(crate) fn answer(&self, response: impl Fn(RequestId) -> Response) {
        for &(client, id) in self.requesters.borrow().iter() {
            post(client, &response(id));
        }
    }
}

/// Loads of models and tokenizers, one after the other, and surveys, which start at once.
pub(crate) struct LoadQueue {
    sender: UnboundedSender<Event>,
    numbers: u32,
    queue: VecDeque<QueuedLoad>,
    surveys: Vec<(Requester, oneshot::Sender<()>)>,
}

impl LoadQueue {
    pub(crate) fn new(sender: UnboundedSender<Event>) -> Self {
        Self { sender, numbers: 0, queue: VecDeque::new(), surveys: Vec::new() }
    }

    /// Tells a client what a source holds.
    pub(crate) fn survey(&mut self, client: ClientId, id: RequestId, source: Source, files: Vec<File>) {
        let (stop, stopped) = oneshot::channel();
        self.surveys.push(((client, id), stop));
        let sender = self.sender.clone();
        let survey = async move {
            let answer = match &source {
                Source::Parts { manifest } => survey(manifest, id).await,
                Source::Files => files::describe(&files).await.map(|model| {
                    let model = Box::new(model);
                    Response::Described { id, model }
                }),
            };
            post(client, &answer.unwrap_or_else(|failure| Response::Failed { id: Some(id), failure }));
            let _ = sender.unbounded_send(Event::Surveyed(client, id));
        };
        spawn_local(until(stopped, survey));
    }

    /// A survey was answered.
    pub(crate) fn survey_ended(&mut self, client: ClientId, id: RequestId) {
        self.surveys.retain(|(requester, _)| *requester != (client, id));
    }

    /// Requests a model or a tokenizer; a load of the same one serves all requests for it.
    pub(crate) fn request(
        &mut self,
        kind: LoadKind,
        client: ClientId,
        id: RequestId,
        source: Source,
        files: Vec<File>,
    ) {
        let same = |load: &&QueuedLoad| load.kind == kind && load.source == source && source != Source::Files;
        if let Some(load) = self.queue.iter().find(same) {
            return load.requesters.borrow_mut().push((client, id));
        }
        self.numbers += 1;
        let requesters = Rc::new(RefCell::new(vec![(client, id)]));
        self.queue.push_back(QueuedLoad { number: self.numbers, kind, source, files, requesters, stop: None });
    }

    /// The next load, if none is under way.
    pub(crate) fn next(&self) -> Option<&QueuedLoad> {
        self.queue.front().filter(|load| load.stop.is_none())
    }

    /// Removes the first load from the queue.
    pub(crate) fn pop(&mut self) -> Option<QueuedLoad> {
        self.queue.pop_front()
    }

    /// As [`Self::pop`], if that is the load of this number: it may have been stopped when it was all but done.
    pub(crate) fn pop_done(&mut self, number: u32) -> Option<QueuedLoad> {
        self.queue.pop_front_if(|load| load.number == number)
    }

    /// Starts the first load.
    pub(crate) fn begin(&mut self) {
        let Some(load) = self.queue.front_mut() else { return };
        let (stop, stopped) = oneshot::channel();
        load.stop = Some(stop);
        let (number, kind, source) = (load.number, load.kind, load.source.clone());
        let (files, requesters, sender) = (load.files.clone(), Rc::clone(&load.requesters), self.sender.clone());
        let work = async move {
            let mut tell = |progress: LoadProgress| {
                for &(client, id) in requesters.borrow().iter() {
                    post(client, &Response::Loading { id, progress });
                }
            };
            let result = match kind {
                LoadKind::Tokenizer => {
                    LoadResult::Tokenizer(loading::load_tokenizer(&source, &files, &mut tell).await.map(Box::new))
                }
                LoadKind::Model => LoadResult::Model(loading::load(&source, &files, &mut tell).await.map(Box::new)),
            };
            let _ = sender.unbounded_send(Event::LoadEnded(number, result));
        };
        spawn_local(until(stopped, work));
    }

    /// Whether a client waits for a model.
    pub(crate) fn will_load(&self, client: ClientId) -> bool {
        let asks = |load: &QueuedLoad| load.requesters.borrow().iter().any(|(requester, _)| *requester == client);
        self.queue.iter().any(|load| load.kind == LoadKind::Model && asks(load))
    }

    /// Cancels a request.
    pub(crate) fn cancel(&mut self, client: ClientId, id: RequestId) {
        for (client, id) in self.drop_requesters(|requester| requester == (client, id)) {
            post(client, &Response::Failed { id: Some(id), failure: Failure::Cancelled });
        }
    }

    /// Forgets a client.
    pub(crate) fn forget(&mut self, client: ClientId) {
        self.drop_requesters(|(requester, _)| requester == client);
    }

    /// Drops requests; a load without requests is stopped.
    fn drop_requesters(&mut self, gone: impl Fn(Requester) -> bool) -> Vec<Requester> {
        let mut dropped: Vec<_> =
            self.surveys.extract_if(.., |(requester, _)| gone(*requester)).map(|(requester, _)| requester).collect();
        for load in &self.queue {
            dropped.extend(load.requesters.borrow_mut().extract_if(.., |requester| gone(*requester)));
        }
        self.queue.retain(|load| !load.requesters.borrow().is_empty());
        dropped
    }
}

async fn survey(manifest: &str, id: RequestId) -> Result<Response, Failure> {
    let survey = Parts::open(manifest).await?.survey().await?;
    Ok(Response::Surveyed { id, survey })
}

/// Does some work, unless the other end of `stopped` is dropped before: what is on its way is aborted then.
async fn until(stopped: oneshot::Receiver<()>, work: impl Future<Output = ()>) {
    select(pin!(work), stopped).await;
}
