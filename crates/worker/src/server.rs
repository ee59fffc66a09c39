//! Serves requests one after the other, in slices short enough to be stopped between, the clients by turns.

use std::sync::Arc;

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt;
use generation::TokenId;
use generation::protocol::{Failure, ModelInfo, Request, RequestId, Response, Source, Vocabulary};
use model::{Engine, Task, Tokenizer};
use web_sys::File;

use crate::browser::{is_shared, memory_bytes, now, pause};
use crate::clients::{ClientId, Clients, Job, Turn};
use crate::kernel_choice::KernelChoice;
use crate::load_queue::{LoadKind, LoadQueue, LoadResult};
use crate::ports::{self, Envelope, Ports, post};

/// What reaches the server.
pub(crate) enum Event {
    /// A client asks for something.
    Message(ClientId, Envelope),
    /// A client is gone.
    Disconnected(ClientId),
    /// A survey has been answered.
    Surveyed(ClientId, RequestId),
    /// The load of this number has ended.
    LoadEnded(u32, LoadResult),
}

/// A model that works, and where it came from.
struct Loaded {
    engine: Engine,
    model: ModelInfo,
    source: Source,
}

struct Server {
    sender: UnboundedSender<Event>,
    loaded: Option<Loaded>,
    /// There before the model is; texts are encoded while the engine is busy.
    tokenizer: Option<(Arc<Tokenizer>, ModelInfo, Source)>,
    loads: LoadQueue,
    clients: Clients,
    kernel_choice: KernelChoice,
}

/// Serves requests for as long as the worker lives.
pub(crate) async fn serve(sender: UnboundedSender<Event>, mut events: UnboundedReceiver<Event>) {
    let mut server = Server {
        loads: LoadQueue::new(sender.clone()),
        sender,
        loaded: None,
        tokenizer: None,
        clients: Clients::default(),
        kernel_choice: KernelChoice::default(),
    };
    loop {
        while let Ok(event) = events.try_recv() {
            server.handle(event);
        }
        if server.work() {
            if server.clients.has_jobs() {
                pause().await;
            }
        } else if let Some(event) = events.next().await {
            server.handle(event);
        } else {
            return;
        }
    }
}

impl Server {
    fn handle(&mut self, event: Event) {
        match event {
            Event::Message(client, Envelope { request, files }) => match request {
                Request::Survey { id, source } => {
                    if let Some((source, files)) = allowed(client, id, source, files) {
                        self.loads.survey(client, id, source, files);
                    }
                }
                Request::LoadTokenizer { id, source } => self.load(LoadKind::Tokenizer, client, id, source, files),
                Request::Load { id, source } => self.load(LoadKind::Model, client, id, source, files),
                request => self.serve(client, request),
            },
            Event::Disconnected(client) => {
                self.forget(client);
                ports::disconnect(client);
            }
            Event::Surveyed(client, id) => self.loads.survey_ended(client, id),
            Event::LoadEnded(number, result) => self.load_ended(number, result),
        }
    }

    /// Answers what needs no engine, queues the rest.
    fn serve(&mut self, client: ClientId, request: Request) {
        match request {
            Request::Ping => post(client, &Response::Pong),
            Request::Tokenize { id, text } => {
                let tokens = self.tokenizer().and_then(|tokenizer| Ok(tokenizer.encode(&text)?));
                answer(client, id, tokens.map(|tokens| Response::Tokenized { id, tokens }));
            }
            Request::Encode { id, text } => {
                let encoding = self.tokenizer().and_then(|tokenizer| Ok(tokenizer.encode_with_merges(&text)?));
                answer(client, id, encoding.map(|encoding| Response::Encoded { id, encoding }));
            }
            Request::Step { id, tokens, taps } => self.request(client, id, tokens, Task::Step(taps)),
            Request::Inspect { id, tokens, inspection } => self.request(client, id, tokens, Task::Inspect(inspection)),
            Request::Score { id, tokens } => self.request(client, id, tokens, Task::Score),
            Request::Cancel { id } => {
                self.clients.cancel(client, id, &mut Ports);
                self.loads.cancel(client, id);
                self.start_loads();
            }
            Request::Stay { lock } => ports::watch_lock(client, lock, self.sender.clone()),
            Request::Leave => self.forget(client),
            // Handled already.
            Request::Survey { .. } | Request::Load { .. } | Request::LoadTokenizer { .. } => {}
        }
    }

    fn request(&mut self, client: ClientId, id: RequestId, tokens: Vec<TokenId>, task: Task) {
        self.clients.request(client, Job { id, tokens, task }, &mut Ports);
    }

    fn tokenizer(&self) -> Result<&Tokenizer, Failure> {
        self.tokenizer.as_ref().map(|(tokenizer, ..)| tokenizer.as_ref()).ok_or(Failure::NoModel)
    }

    /// Drops everything that is kept for a client.
    fn forget(&mut self, client: ClientId) {
        self.clients.forget(client);
        self.loads.forget(client);
        if let Some(Loaded { engine, .. }) = &mut self.loaded {
            engine.forget(client);
        }
        self.start_loads();
    }

    fn load(&mut self, kind: LoadKind, client: ClientId, id: RequestId, source: Source, files: Vec<File>) {
        if let Some((source, files)) = allowed(client, id, source, files) {
            self.loads.request(kind, client, id, source, files);
            self.start_loads();
        }
    }

    /// Answers requests for what is loaded already, and starts the first load of what is not.
    fn start_loads(&mut self) {
        while let Some(load) = self.loads.next() {
            let known = load.source != Source::Files
                && match load.kind {
                    LoadKind::Model => self.loaded.as_ref().is_some_and(|loaded| loaded.source == load.source),
                    LoadKind::Tokenizer => self.tokenizer.as_ref().is_some_and(|(.., source)| *source == load.source),
                };
            if !known {
                return self.loads.begin();
            }
            if let Some(load) = self.loads.pop() {
                load.answer(|id| self.loaded_response(load.kind, id));
            }
        }
    }

    fn load_ended(&mut self, number: u32, result: LoadResult) {
        let Some(load) = self.loads.pop_done(number) else { return };
        let done = match result {
            LoadResult::Tokenizer(Ok(found)) => {
                let (tokenizer, model) = *found;
                self.tokenizer = Some((Arc::new(tokenizer), model, load.source.clone()));
                Ok(())
            }
            LoadResult::Model(Ok(found)) => {
                let (engine, model) = *found;
                // Another model's work is of no use to this one.
                self.clients.drop_running(&mut Ports);
                let info = ModelInfo { vocabulary: Vocabulary::default(), ..model.clone() };
                self.tokenizer = Some((Arc::clone(engine.tokenizer()), info, load.source.clone()));
                self.loaded = Some(Loaded { engine, model, source: load.source.clone() });
                Ok(())
            }
            LoadResult::Tokenizer(Err(failure)) | LoadResult::Model(Err(failure)) => Err(failure),
        };
        match done {
            Ok(()) => load.answer(|id| self.loaded_response(load.kind, id)),
            Err(failure) => load.answer(|id| Response::Failed { id: Some(id), failure: failure.clone() }),
        }
        self.start_loads();
    }

    /// The response that a model or a tokenizer is loaded.
    fn loaded_response(&self, kind: LoadKind, id: RequestId) -> Response {
        let loaded = self.loaded.as_ref().map(|loaded| &loaded.model);
        let model = match (kind, &self.tokenizer) {
            (LoadKind::Model, _) => loaded.map(|model| ModelInfo { memory_bytes: memory_bytes(), ..model.clone() }),
            (LoadKind::Tokenizer, tokenizer) => tokenizer.as_ref().map(|(_, model, _)| model.clone()),
        };
        let model = Box::new(model.unwrap_or_default());
        match kind {
            LoadKind::Model => Response::Loaded { id, model },
            LoadKind::Tokenizer => Response::TokenizerReady { id, model },
        }
    }

    /// Works for one slice; `false` if there is nothing to do.
    fn work(&mut self) -> bool {
        let engine = self.loaded.as_mut().map(|loaded| &mut loaded.engine);
        let waits_for_model = |client| self.loads.will_load(client);
        let Some(Turn { client, response }) = self.clients.work(engine, waits_for_model, now) else { return false };
        if let Response::Step { step, .. } = &response
            && step.cost.tokens_computed == 1
        {
            self.kernel_choice.record(step.cost.milliseconds);
        }
        post(client, &response);
        true
    }
}

/// A reader's own files are for a worker of that client's own: all others would get another model.
fn allowed(client: ClientId, id: RequestId, source: Source, files: Vec<File>) -> Option<(Source, Vec<File>)> {
    if source == Source::Files && is_shared() {
        let failure = Failure::BadInput("an engine that clients share opens no files".into());
        post(client, &Response::Failed { id: Some(id), failure });
        return None;
    }
    Some((source, files))
}

fn answer(client: ClientId, id: RequestId, answer: Result<Response, Failure>) {
    post(client, &answer.unwrap_or_else(|failure| Response::Failed { id: Some(id), failure }));
}
