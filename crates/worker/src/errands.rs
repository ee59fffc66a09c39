//! What takes the network, the browser's cache or the reader's files: looked after beside the engine's work. A model that
//! several pages ask for is loaded once.

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

use crate::files;
use crate::loading::{load, load_tokenizer};
use crate::pages::{PageId, post};
use crate::parts::Parts;
use crate::server::Arrival;

/// What is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Tokenizer,
    Model,
}

/// What came of it.
pub(crate) enum Fetched {
    Tokenizer(Result<Box<(Tokenizer, ModelInfo)>, Failure>),
    Model(Result<Box<(Engine, ModelInfo)>, Failure>),
}

/// Who waits for an answer.
type Asker = (PageId, RequestId);

/// A tokenizer or a model, on its way in or waiting for its turn.
pub(crate) struct Errand {
    number: u32,
    pub(crate) kind: Kind,
    pub(crate) source: Source,
    files: Vec<File>,
    askers: Rc<RefCell<Vec<Asker>>>,
    /// There once it has begun; dropped, it stops the work.
    stop: Option<oneshot::Sender<()>>,
}

impl Errand {
    /// Answers all who asked.
    pub(crate) fn answer(&self, response: impl Fn(RequestId) -> Response) {
        for &(page, id) in self.askers.borrow().iter() {
            post(page, &response(id));
        }
    }
}

/// All errands: models and tokenizers one after the other, looks at what there is at once.
pub(crate) struct Errands {
    sender: UnboundedSender<Arrival>,
    numbers: u32,
    queue: VecDeque<Errand>,
    looks: Vec<(Asker, oneshot::Sender<()>)>,
}

impl Errands {
    pub(crate) fn new(sender: UnboundedSender<Arrival>) -> Self {
        Self { sender, numbers: 0, queue: VecDeque::new(), looks: Vec::new() }
    }

    /// Looks what a source holds.
    pub(crate) fn look(&mut self, page: PageId, id: RequestId, source: Source, files: Vec<File>) {
        let (stop, stopped) = oneshot::channel();
        self.looks.push(((page, id), stop));
        let sender = self.sender.clone();
        let look = async move {
            let answer = match &source {
                Source::Parts { manifest } => survey(manifest, id).await,
                Source::Files => files::describe(&files).await.map(|model| {
                    let model = Box::new(model);
                    Response::Described { id, model }
                }),
            };
            post(page, &answer.unwrap_or_else(|failure| Response::Failed { id: Some(id), failure }));
            let _ = sender.unbounded_send(Arrival::Looked(page, id));
        };
        spawn_local(until(stopped, look));
    }

    /// An answer was given.
    pub(crate) fn looked(&mut self, page: PageId, id: RequestId) {
        self.looks.retain(|(asker, _)| *asker != (page, id));
    }

    /// Asks for a model or a tokenizer; what is on its way already comes once for all.
    pub(crate) fn ask(&mut self, kind: Kind, page: PageId, id: RequestId, source: Source, files: Vec<File>) {
        let same = |errand: &&Errand| errand.kind == kind && errand.source == source && source != Source::Files;
        if let Some(errand) = self.queue.iter().find(same) {
            return errand.askers.borrow_mut().push((page, id));
        }
        self.numbers += 1;
        let askers = Rc::new(RefCell::new(vec![(page, id)]));
        self.queue.push_back(Errand { number: self.numbers, kind, source, files, askers, stop: None });
    }

    /// The next errand, if none is under way.
    pub(crate) fn next(&self) -> Option<&Errand> {
        self.queue.front().filter(|errand| errand.stop.is_none())
    }

    /// Takes the first errand off the list.
    pub(crate) fn pop(&mut self) -> Option<Errand> {
        self.queue.pop_front()
    }

    /// As [`Self::pop`], if that is the errand of this number: it may have been stopped when it was all but done.
    pub(crate) fn pop_done(&mut self, number: u32) -> Option<Errand> {
        self.queue.pop_front_if(|errand| errand.number == number)
    }

    /// Begins the first errand.
    pub(crate) fn begin(&mut self) {
        let Some(errand) = self.queue.front_mut() else { return };
        let (stop, stopped) = oneshot::channel();
        errand.stop = Some(stop);
        let (number, kind, source) = (errand.number, errand.kind, errand.source.clone());
        let (files, askers, sender) = (errand.files.clone(), Rc::clone(&errand.askers), self.sender.clone());
        let work = async move {
            let mut tell = |progress: LoadProgress| {
                for &(page, id) in askers.borrow().iter() {
                    post(page, &Response::Loading { id, progress });
                }
            };
            let fetched = match kind {
                Kind::Tokenizer => Fetched::Tokenizer(load_tokenizer(&source, &files, &mut tell).await.map(Box::new)),
                Kind::Model => Fetched::Model(load(&source, &files, &mut tell).await.map(Box::new)),
            };
            let _ = sender.unbounded_send(Arrival::Fetched(number, fetched));
        };
        spawn_local(until(stopped, work));
    }

    /// Whether a page waits for a model.
    pub(crate) fn will_load(&self, page: PageId) -> bool {
        let asks = |errand: &Errand| errand.askers.borrow().iter().any(|(asker, _)| *asker == page);
        self.queue.iter().any(|errand| errand.kind == Kind::Model && asks(errand))
    }

    /// A page does not want an answer any more.
    pub(crate) fn cancel(&mut self, page: PageId, id: RequestId) {
        for (page, id) in self.drop_askers(|asker| asker == (page, id)) {
            post(page, &Response::Failed { id: Some(id), failure: Failure::Cancelled });
        }
    }

    /// Forgets a page.
    pub(crate) fn forget(&mut self, page: PageId) {
        self.drop_askers(|(asker, _)| asker == page);
    }

    /// What nobody asks for any more is stopped.
    fn drop_askers(&mut self, gone: impl Fn(Asker) -> bool) -> Vec<Asker> {
        let mut dropped: Vec<_> =
            self.looks.extract_if(.., |(asker, _)| gone(*asker)).map(|(asker, _)| asker).collect();
        for errand in &self.queue {
            dropped.extend(errand.askers.borrow_mut().extract_if(.., |asker| gone(*asker)));
        }
        self.queue.retain(|errand| !errand.askers.borrow().is_empty());
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
