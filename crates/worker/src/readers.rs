//! What each page asks of the engine, and how far that is.

use generation::TokenId;
use generation::protocol::{Failure, RequestId, Response};
use generation::step::Inspected;
use model::{Answer, Engine, PausedTask, Progress, Task};

use crate::browser::now;
use crate::pages::{PageId, post};

/// What a slice of work should take: a page's "stop", and another page, wait for one at most.
const SLICE_MS: f64 = 120.0;

/// The kernels take four tokens at a time.
const SLICE_STEP: usize = 4;

/// A request that needs the engine.
pub(crate) struct Asked {
    pub(crate) id: RequestId,
    pub(crate) tokens: Vec<TokenId>,
    pub(crate) task: Task,
}

impl Asked {
    fn is_step(&self) -> bool {
        matches!(self.task, Task::Step(_))
    }
}

/// A request that the engine works on.
struct Running {
    id: RequestId,
    step: bool,
    work: PausedTask,
    slice: usize,
    /// The time that its slices took.
    milliseconds: f64,
    /// Bytes that its context's keys and values take in the end.
    bytes: usize,
}

/// One page's requests.
pub(crate) struct Reader {
    pub(crate) page: PageId,
    waiting: Vec<Asked>,
    running: Option<Running>,
}

impl Reader {
    /// The tokens of the context that waits to be begun.
    pub(crate) fn begins(&self) -> Option<usize> {
        self.waiting.first().map(|asked| asked.tokens.len())
    }

    /// The bytes of the context that is under way.
    pub(crate) fn goes_on(&self) -> Option<usize> {
        self.running.as_ref().map(|running| running.bytes)
    }

    /// Fails what waits for longest.
    pub(crate) fn refuse(&mut self, failure: Failure) -> Option<Response> {
        let id = Some(self.take_first()?.id);
        Some(Response::Failed { id, failure })
    }

    /// Works for one slice, with this page's cache in the engine. Gives what is to be told.
    pub(crate) fn advance(&mut self, engine: &mut Engine) -> Option<Response> {
        let started = now();
        let mut running = match self.running.take() {
            Some(running) => running,
            None => {
                let asked = self.take_first()?;
                match Running::begin(&asked, engine) {
                    Ok(running) => running,
                    Err(failure) => return Some(Response::Failed { id: Some(asked.id), failure }),
                }
            }
        };
        let mut job = engine.resume(running.work);
        let progress = job.advance(running.slice);
        running.work = job.pause();
        let took = now() - started;
        running.milliseconds += took;
        let id = running.id;
        Some(match progress {
            Ok(Progress::Working { done, total }) => {
                running.slice = next_slice(running.slice, took);
                self.running = Some(running);
                Response::Working { id, done, total }
            }
            Ok(Progress::Done(answer)) => response(id, answer, running.milliseconds),
            Err(error) => Response::Failed { id: Some(id), failure: error.into() },
        })
    }

    fn take_first(&mut self) -> Option<Asked> {
        (!self.waiting.is_empty()).then(|| self.waiting.remove(0))
    }

    /// Drops what waits or is under way if it is `unwanted`, by its id and whether it is a step.
    fn stop(&mut self, unwanted: impl Fn(RequestId, bool) -> bool) {
        let waiting = self.waiting.extract_if(.., |asked| unwanted(asked.id, asked.is_step())).map(|asked| asked.id);
        let mut stopped: Vec<RequestId> = waiting.collect();
        stopped.extend(self.running.take_if(|running| unwanted(running.id, running.step)).map(|running| running.id));
        for id in stopped {
            post(self.page, &Response::Failed { id: Some(id), failure: Failure::Cancelled });
        }
    }
}

impl Running {
    fn begin(asked: &Asked, engine: &mut Engine) -> Result<Self, Failure> {
        let work = engine.start(&asked.tokens, asked.task)?.pause();
        let bytes = engine.context_bytes(asked.tokens.len());
        Ok(Self { id: asked.id, step: asked.is_step(), work, slice: 2 * SLICE_STEP, milliseconds: 0.0, bytes })
    }
}

/// All pages that have asked for something, in the order of their last turns.
#[derive(Default)]
pub(crate) struct Readers(Vec<Reader>);

impl Readers {
    /// A page asks; a newer step ends an older one.
    pub(crate) fn ask(&mut self, page: PageId, asked: Asked) {
        let place = self.0.iter().position(|reader| reader.page == page).unwrap_or_else(|| {
            self.0.push(Reader { page, waiting: Vec::new(), running: None });
            self.0.len() - 1
        });
        let reader = &mut self.0[place];
        if asked.is_step() {
            reader.stop(|_, step| step);
        }
        reader.waiting.push(asked);
    }

    /// A page does not want an answer any more.
    pub(crate) fn cancel(&mut self, page: PageId, id: RequestId) {
        if let Some(reader) = self.0.iter_mut().find(|reader| reader.page == page) {
            reader.stop(|asked, _| asked == id);
        }
    }

    /// The engine is another one now: what it was at work on is lost.
    pub(crate) fn lose_running(&mut self) {
        for reader in &mut self.0 {
            if let Some(id) = reader.running.as_ref().map(|running| running.id) {
                reader.stop(|asked, _| asked == id);
            }
        }
    }

    /// Forgets a page.
    pub(crate) fn forget(&mut self, page: PageId) {
        self.0.retain(|reader| reader.page != page);
    }

    /// Takes out whose turn it is; it goes to the end with [`Self::give_back`].
    pub(crate) fn take(&mut self, place: usize) -> Reader {
        self.0.remove(place)
    }

    /// Puts a page back, behind all others.
    pub(crate) fn give_back(&mut self, reader: Reader) {
        self.0.push(reader);
    }

    /// All pages.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Reader> {
        self.0.iter()
    }

    /// Whether the engine is at work on something of this page's.
    pub(crate) fn is_running(&self, page: PageId) -> bool {
        self.0.iter().any(|reader| reader.page == page && reader.running.is_some())
    }
}

/// An answer with the time that it took.
fn response(id: RequestId, answer: Answer, milliseconds: f64) -> Response {
    match answer {
        Answer::Step(mut step) => {
            step.cost.milliseconds = milliseconds;
            Response::Step { id, step }
        }
        Answer::Inspected(mut inspected) => {
            if let Inspected::Pass(pass) = &mut inspected {
                pass.cost.milliseconds = milliseconds;
            }
            Response::Inspected { id, inspected }
        }
        Answer::Scored(scores) => Response::Scored { id, scores },
    }
}

/// How many tokens fit in [`SLICE_MS`], if `slice` took `milliseconds`; at most twice as many as before.
fn next_slice(slice: usize, milliseconds: f64) -> usize {
    let fitting = slice as f64 * (SLICE_MS / milliseconds.max(1.0)).min(2.0);
    (fitting as usize / SLICE_STEP * SLICE_STEP).max(SLICE_STEP)
}
