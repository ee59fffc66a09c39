//! One request after the other, in slices short enough to be stopped between, the pages by turns.

use std::sync::Arc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use generation::TokenId;
use generation::protocol::{Failure, ModelInfo, Request, RequestId, Response, Source, Vocabulary};
use model::{Engine, KvCachePool, Task, Tokenizer};
use web_sys::File;

use crate::browser::{is_shared, memory_bytes, pause};
use crate::contest::Contest;
use crate::errands::{Errands, Fetched, Kind};
use crate::pages::{self, Letter, PageId, post};
use crate::readers::{Asked, Reader, Readers};
use crate::turns::{self, Wish};

/// What all pages' keys and values but those of the longest context may take together: about a thousand tokens of SmolLM2's.
/// With it, pages that share an engine take at most half as much again as one alone.
const SHARED_BYTES: usize = 48 << 20;

/// What reaches the server.
pub(crate) enum Arrival {
    /// A page asks for something.
    Letter(PageId, Letter),
    /// A page is gone.
    Gone(PageId),
    /// A look at what there is has been answered.
    Looked(PageId, RequestId),
    /// An errand of this number is done.
    Fetched(u32, Fetched),
}

/// A model that works, and where it came from.
struct Loaded {
    engine: Engine,
    model: ModelInfo,
    source: Source,
}

struct Server {
    sender: UnboundedSender<Arrival>,
    loaded: Option<Loaded>,
    /// There before the model is; texts are cut while the engine is busy.
    tokenizer: Option<(Arc<Tokenizer>, ModelInfo, Source)>,
    errands: Errands,
    readers: Readers,
    caches: KvCachePool<PageId>,
    contest: Contest,
}

/// Serves requests for as long as the worker lives.
pub(crate) async fn serve(sender: UnboundedSender<Arrival>, mut arriving: UnboundedReceiver<Arrival>) {
    let mut server = Server {
        errands: Errands::new(sender.clone()),
        sender,
        loaded: None,
        tokenizer: None,
        readers: Readers::default(),
        caches: KvCachePool::new(SHARED_BYTES),
        contest: Contest::default(),
    };
    loop {
        while let Ok(arrival) = arriving.try_recv() {
            server.take(arrival);
        }
        if server.work() {
            if server.turn().is_some() {
                pause().await;
            }
        } else if let Some(arrival) = arriving.next().await {
            server.take(arrival);
        } else {
            return;
        }
    }
}

impl Server {
    fn take(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Letter(page, Letter { request, files }) => match request {
                Request::Survey { id, source } => {
                    if let Some((source, files)) = allowed(page, id, source, files) {
                        self.errands.look(page, id, source, files);
                    }
                }
                Request::LoadTokenizer { id, source } => self.fetch(Kind::Tokenizer, page, id, source, files),
                Request::Load { id, source } => self.fetch(Kind::Model, page, id, source, files),
                request => self.serve(page, request),
            },
            Arrival::Gone(page) => {
                self.forget(page);
                pages::hang_up(page);
            }
            Arrival::Looked(page, id) => self.errands.looked(page, id),
            Arrival::Fetched(number, fetched) => self.fetched(number, fetched),
        }
    }

    /// Answers what needs no engine, queues the rest.
    fn serve(&mut self, page: PageId, request: Request) {
        match request {
            Request::Ping => post(page, &Response::Pong),
            Request::Tokenize { id, text } => {
                let tokens = self.tokenizer().and_then(|tokenizer| Ok(tokenizer.encode(&text)?));
                answer(page, id, tokens.map(|tokens| Response::Tokenized { id, tokens }));
            }
            Request::Cut { id, text } => {
                let cut = self.tokenizer().and_then(|tokenizer| Ok(tokenizer.encode_with_merges(&text)?));
                answer(page, id, cut.map(|cut| Response::Cut { id, cut }));
            }
            Request::Step { id, tokens, taps } => self.ask(page, id, tokens, Task::Step(taps)),
            Request::Inspect { id, tokens, inspection } => self.ask(page, id, tokens, Task::Inspect(inspection)),
            Request::Score { id, tokens } => self.ask(page, id, tokens, Task::Score),
            Request::Cancel { id } => {
                self.readers.cancel(page, id);
                self.errands.cancel(page, id);
                self.run_errands();
            }
            Request::Stay { lock } => pages::watch(page, lock, self.sender.clone()),
            Request::Leave => self.forget(page),
            // Taken already.
            Request::Survey { .. } | Request::Load { .. } | Request::LoadTokenizer { .. } => {}
        }
    }

    fn ask(&mut self, page: PageId, id: RequestId, tokens: Vec<TokenId>, task: Task) {
        self.readers.ask(page, Asked { id, tokens, task });
    }

    fn tokenizer(&self) -> Result<&Tokenizer, Failure> {
        self.tokenizer.as_ref().map(|(tokenizer, ..)| tokenizer.as_ref()).ok_or(Failure::NoModel)
    }

    /// Keeps nothing for a page any more.
    fn forget(&mut self, page: PageId) {
        self.readers.forget(page);
        self.errands.forget(page);
        drop(self.caches.take(page));
        self.run_errands();
    }

    fn fetch(&mut self, kind: Kind, page: PageId, id: RequestId, source: Source, files: Vec<File>) {
        if let Some((source, files)) = allowed(page, id, source, files) {
            self.errands.ask(kind, page, id, source, files);
            self.run_errands();
        }
    }

    /// Answers what is there already, and begins the first errand for what is not.
    fn run_errands(&mut self) {
        while let Some(errand) = self.errands.next() {
            let known = errand.source != Source::Files
                && match errand.kind {
                    Kind::Model => self.loaded.as_ref().is_some_and(|loaded| loaded.source == errand.source),
                    Kind::Tokenizer => self.tokenizer.as_ref().is_some_and(|(.., source)| *source == errand.source),
                };
            if !known {
                return self.errands.begin();
            }
            if let Some(errand) = self.errands.pop() {
                errand.answer(|id| self.there(errand.kind, id));
            }
        }
    }

    fn fetched(&mut self, number: u32, fetched: Fetched) {
        let Some(errand) = self.errands.pop_done(number) else { return };
        let done = match fetched {
            Fetched::Tokenizer(Ok(found)) => {
                let (tokenizer, model) = *found;
                self.tokenizer = Some((Arc::new(tokenizer), model, errand.source.clone()));
                Ok(())
            }
            Fetched::Model(Ok(found)) => {
                let (engine, model) = *found;
                // Another model's work is of no use to this one.
                self.readers.lose_running();
                self.caches = KvCachePool::new(SHARED_BYTES);
                let info = ModelInfo { vocabulary: Vocabulary::default(), ..model.clone() };
                self.tokenizer = Some((Arc::clone(engine.tokenizer()), info, errand.source.clone()));
                self.loaded = Some(Loaded { engine, model, source: errand.source.clone() });
                Ok(())
            }
            Fetched::Tokenizer(Err(failure)) | Fetched::Model(Err(failure)) => Err(failure),
        };
        match done {
            Ok(()) => errand.answer(|id| self.there(errand.kind, id)),
            Err(failure) => errand.answer(|id| Response::Failed { id: Some(id), failure: failure.clone() }),
        }
        self.run_errands();
    }

    /// Says that a model or a tokenizer is there.
    fn there(&self, kind: Kind, id: RequestId) -> Response {
        let loaded = self.loaded.as_ref().map(|loaded| &loaded.model);
        let model = match (kind, &self.tokenizer) {
            (Kind::Model, _) => loaded.map(|model| ModelInfo { memory_bytes: memory_bytes(), ..model.clone() }),
            (Kind::Tokenizer, tokenizer) => tokenizer.as_ref().map(|(_, model, _)| model.clone()),
        };
        let model = Box::new(model.unwrap_or_default());
        match kind {
            Kind::Model => Response::Loaded { id, model },
            Kind::Tokenizer => Response::TokenizerReady { id, model },
        }
    }

    /// Whose turn it is.
    fn turn(&self) -> Option<usize> {
        let wishes: Vec<Wish> = self.readers.iter().map(|reader| self.wish(reader)).collect();
        turns::next(&wishes, |bytes| self.caches.has_room(bytes))
    }

    fn wish(&self, reader: &Reader) -> Wish {
        let context = |tokens| self.loaded.as_ref().map_or(0, |loaded| loaded.engine.context_bytes(tokens));
        match (reader.goes_on(), reader.begins()) {
            (Some(bytes), _) => Wish::GoOn(bytes),
            (None, Some(tokens)) if !self.errands.will_load(reader.page) => Wish::Begin(context(tokens)),
            _ => Wish::None,
        }
    }

    /// Works for one slice; `false` if there is nothing to do.
    fn work(&mut self) -> bool {
        let Some(place) = self.turn() else { return false };
        let mut reader = self.readers.take(place);
        let page = reader.page;
        let told = match &mut self.loaded {
            Some(Loaded { engine, .. }) => {
                let mut cache = self.caches.take(page).unwrap_or_else(|| engine.new_cache());
                engine.exchange(&mut cache);
                let told = reader.advance(engine);
                engine.exchange(&mut cache);
                self.caches.put(page, cache, |page| self.readers.is_running(page));
                told
            }
            None => reader.refuse(Failure::NoModel),
        };
        self.readers.give_back(reader);
        if let Some(Response::Step { step, .. }) = &told
            && step.cost.tokens_computed == 1
        {
            self.contest.made(step.cost.milliseconds);
        }
        told.iter().for_each(|response| post(page, response));
        true
    }
}

/// A reader's own files are for a worker of that page's own: all others would get another model.
fn allowed(page: PageId, id: RequestId, source: Source, files: Vec<File>) -> Option<(Source, Vec<File>)> {
    if source == Source::Files && is_shared() {
        let failure = Failure::BadInput("an engine that pages share opens no files".into());
        post(page, &Response::Failed { id: Some(id), failure });
        return None;
    }
    Some((source, files))
}

fn answer(page: PageId, id: RequestId, answer: Result<Response, Failure>) {
    post(page, &answer.unwrap_or_else(|failure| Response::Failed { id: Some(id), failure }));
}
