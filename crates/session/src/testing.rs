//! For tests: a session whose worker answers at once.

use generation::protocol::{ModelInfo, Request, RequestId, Response, Source, Survey, Vocabulary};
use generation::{Controls, Step, TokenId};

use crate::Session;

/// The model's size in bytes.
pub const SIZE: u64 = 98_362_432;
/// The token that ends a text.
pub const END: TokenId = 2;

/// A session before its worker has started.
#[must_use]
pub fn session() -> Session {
    let source = Source::Parts { manifest: "https://example.org/model/manifest.json".into() };
    Session::new(source, "The cat".into(), Controls::default(), 1, false)
}

/// A change of a session, and the requests that it leads to.
pub trait Sent {
    /// Makes a change; what is sent to the worker then.
    fn sent(&mut self, change: impl FnOnce(&mut Session)) -> Vec<Request>;

    /// Makes a change; what is sent to the incoming model's worker then, also if it has just taken over.
    fn sent_incoming(&mut self, change: impl FnOnce(&mut Session)) -> Vec<Request>;
}

impl Sent for Session {
    fn sent(&mut self, change: impl FnOnce(&mut Session)) -> Vec<Request> {
        change(self);
        self.take_requests()
    }

    fn sent_incoming(&mut self, change: impl FnOnce(&mut Session)) -> Vec<Request> {
        change(self);
        if self.incoming_model().is_some() { self.take_incoming_requests() } else { self.take_requests() }
    }
}

/// Hands the session a message of its worker; what is sent then.
pub fn answer(session: &mut Session, response: Response) -> Vec<Request> {
    session.sent(|session| session.answer(response, 0.0))
}

/// Answers a request as a worker with a tiny model would.
pub fn serve(session: &mut Session, request: &Request) -> Vec<Request> {
    let response = match request {
        Request::Survey { id, .. } => Response::Surveyed { id: *id, survey: survey(0) },
        Request::Load { id, .. } => Response::Loaded { id: *id, model: Box::new(model()) },
        Request::Tokenize { id, text } => {
            Response::Tokenized { id: *id, tokens: text.split(' ').map(|word| word.len() as TokenId).collect() }
        }
        Request::Step { id, .. } => step(*id),
        _ => return Vec::new(),
    };
    answer(session, response)
}

/// Answers requests, and what follows from the answers, until nothing is asked.
pub fn serve_all(session: &mut Session, mut requests: Vec<Request>) {
    while let Some(request) = requests.pop() {
        requests.extend(serve(session, &request));
    }
}

/// What the worker finds, with so many bytes kept already.
#[must_use]
pub fn survey(cached: u64) -> Survey {
    Survey { name: "Tiny".into(), bytes: SIZE, cached, ..Survey::default() }
}

/// A model with eight letters for a vocabulary.
#[must_use]
pub fn model() -> ModelInfo {
    let mut vocabulary = Vocabulary::default();
    (0u8..8).for_each(|byte| vocabulary.push(&[b'a' + byte], false));
    ModelInfo { window: 64, end_of_text: vec![END], vocabulary, ..ModelInfo::default() }
}

/// A step's answer that never draws the end of the text.
#[must_use]
pub fn step(id: RequestId) -> Response {
    let mut logits = vec![0.0; 8];
    logits[END as usize] = f32::NEG_INFINITY;
    Response::Step { id, step: Box::new(Step { logits, ..Step::default() }) }
}

/// A session with its model and its first step.
///
/// # Panics
/// Where the session did not ask for what it needs.
#[must_use]
pub fn ready() -> Session {
    let mut session = session();
    let requests = answer(&mut session, Response::Ready);
    serve_all(&mut session, requests);
    let requests = session.sent(Session::load);
    serve_all(&mut session, requests);
    assert!(session.generation().result().is_some());
    session
}
