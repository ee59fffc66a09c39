//! What each client asks of the engine, and how far that is.
//!
//! Knows nothing of the browser: messages go to a [`Post`], and the clock is an argument.

use std::collections::VecDeque;

use generation::TokenId;
use generation::protocol::{Failure, RequestId, Response};
use generation::step::Inspected;
use model::{Answer, ContextId, Engine, Progress, RunningTask, Task};

use crate::scheduler::{self, Demand};

/// Tells a client from all others; its context in the engine goes by the same number.
pub(crate) type ClientId = ContextId;

/// What a slice of work should take: a client's "stop" or its next step, and other clients, wait for one at most.
pub(crate) const SLICE_MS: f64 = 120.0;

/// The kernels take four tokens at a time.
const SLICE_STEP: usize = 4;

/// Takes messages to clients.
pub(crate) trait Post {
    fn post(&mut self, client: ClientId, response: &Response);
}

/// A request that needs the engine.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: RequestId,
    pub(crate) tokens: Vec<TokenId>,
    pub(crate) task: Task,
}

/// A job that the engine has started.
#[derive(Debug)]
struct RunningJob {
    job: Job,
    task: RunningTask,
    /// Tokens of the next slice.
    slice: usize,
    /// The time that its slices took.
    milliseconds: f64,
    /// Bytes that its context's keys and values take in the end.
    bytes: usize,
}

#[derive(Debug)]
enum State {
    Waiting(Job),
    Running(RunningJob),
}

/// One client's jobs. Its step goes first: what else is under way is paused meanwhile.
#[derive(Debug)]
struct Client {
    id: ClientId,
    step: Option<State>,
    /// In the order in which they came; only the first can have started.
    others: VecDeque<State>,
}

/// All clients that have asked for something, in the order of their last turns.
#[derive(Default)]
pub(crate) struct Clients(Vec<Client>);

/// What came of a slice of work.
pub(crate) struct Turn {
    pub(crate) client: ClientId,
    pub(crate) response: Response,
}

impl Clients {
    /// A client asks; its newer step ends its older one.
    pub(crate) fn request(&mut self, id: ClientId, job: Job, post: &mut impl Post) {
        let place = self.0.iter().position(|client| client.id == id).unwrap_or_else(|| {
            self.0.push(Client { id, step: None, others: VecDeque::new() });
            self.0.len() - 1
        });
        let client = &mut self.0[place];
        if matches!(job.task, Task::Step(_)) {
            client.step.replace(State::Waiting(job)).iter().for_each(|older| cancelled(id, older, post));
        } else {
            client.others.push_back(State::Waiting(job));
        }
    }

    /// A client does not want an answer any more.
    pub(crate) fn cancel(&mut self, id: ClientId, request: RequestId, post: &mut impl Post) {
        if let Some(client) = self.0.iter_mut().find(|client| client.id == id) {
            client.drop_jobs(|state| state.job().id == request, post);
        }
    }

    /// The engine is another one now: what had started is lost.
    pub(crate) fn drop_running(&mut self, post: &mut impl Post) {
        for client in &mut self.0 {
            client.drop_jobs(|state| matches!(state, State::Running(_)), post);
        }
    }

    /// Forgets a client.
    pub(crate) fn forget(&mut self, id: ClientId) {
        self.0.retain(|client| client.id != id);
    }

    /// Whether a client has a job.
    pub(crate) fn has_jobs(&self) -> bool {
        self.0.iter().any(|client| client.next().is_some())
    }

    /// Works for one slice for the client whose turn it is; `None` if there is nothing to do. Jobs of clients for which
    /// `is_held` holds do not start.
    pub(crate) fn work(
        &mut self,
        engine: Option<&mut Engine>,
        is_held: impl Fn(ClientId) -> bool,
        now: impl Fn() -> f64,
    ) -> Option<Turn> {
        let Some(engine) = engine else { return self.refuse(is_held) };
        let place = loop {
            match self.next(engine, &is_held) {
                Some(place) => break place,
                None => self.give_up_paused()?,
            }
        };
        let mut client = self.0.remove(place);
        let (id, response) = (client.id, client.advance(engine, now));
        self.0.push(client);
        Some(Turn { client: id, response: response? })
    }

    /// Whose turn it is.
    fn next(&self, engine: &Engine, is_held: &impl Fn(ClientId) -> bool) -> Option<usize> {
        let demands: Vec<Demand> = self.0.iter().map(|client| client.demand(engine, is_held(client.id))).collect();
        let taken = self.0.iter().flat_map(Client::states).filter_map(|state| match state {
            State::Running(running) => Some(running.bytes),
            State::Waiting(_) => None,
        });
        scheduler::next(&demands, &taken.collect::<Vec<_>>(), |bytes| engine.has_room(bytes))
    }

    /// Where paused jobs take the room that every step waits for, the first of them has to start again later.
    fn give_up_paused(&mut self) -> Option<()> {
        let paused = |client: &mut Client| {
            client.step.as_ref()?;
            let first = client.others.front_mut()?;
            let State::Running(running) = first else { return None };
            let job = Job { tokens: std::mem::take(&mut running.job.tokens), ..running.job };
            *first = State::Waiting(job);
            Some(())
        };
        self.0.iter_mut().find_map(paused)
    }

    /// Fails the first job, for want of a model.
    fn refuse(&mut self, is_held: impl Fn(ClientId) -> bool) -> Option<Turn> {
        let client = self.0.iter_mut().find(|client| client.next().is_some() && !is_held(client.id))?;
        let state = client.take_next()?;
        let response = Response::Failed { id: Some(state.job().id), failure: Failure::NoModel };
        Some(Turn { client: client.id, response })
    }
}

impl Client {
    fn states(&self) -> impl Iterator<Item = &State> {
        self.step.iter().chain(&self.others)
    }

    fn next(&self) -> Option<&State> {
        self.states().next()
    }

    fn take_next(&mut self) -> Option<State> {
        self.step.take().or_else(|| self.others.pop_front())
    }

    fn demand(&self, engine: &Engine, is_held: bool) -> Demand {
        match self.next() {
            Some(State::Running(_)) => Demand::Resume,
            Some(State::Waiting(job)) if !is_held => Demand::Start(engine.task_bytes(job.tokens.len(), job.task)),
            _ => Demand::Idle,
        }
    }

    /// Drops the jobs that are `unwanted`, and says so.
    fn drop_jobs(&mut self, unwanted: impl Fn(&State) -> bool, post: &mut impl Post) {
        let dropped = self.step.take_if(|state| unwanted(state));
        dropped.iter().for_each(|state| cancelled(self.id, state, post));
        self.others.retain(|state| {
            let stays = !unwanted(state);
            if !stays {
                cancelled(self.id, state, post);
            }
            stays
        });
    }

    /// Works for one slice on the job that is next. Gives the message about it.
    fn advance(&mut self, engine: &mut Engine, now: impl Fn() -> f64) -> Option<Response> {
        let started = now();
        let mut running = match self.take_next()? {
            State::Running(running) => running,
            State::Waiting(job) => match RunningJob::start(self.id, job, engine) {
                Ok(running) => running,
                Err((id, failure)) => return Some(Response::Failed { id: Some(id), failure }),
            },
        };
        let progress = engine.advance(&mut running.task, running.slice);
        let took = now() - started;
        running.milliseconds += took;
        let id = running.job.id;
        Some(match progress {
            Ok(Progress::Working { done, total }) => {
                running.slice = next_slice(running.slice, took);
                self.put_back(running);
                Response::Working { id, done, total }
            }
            Ok(Progress::Done(answer)) => response(id, answer, running.milliseconds),
            Err(error) => Response::Failed { id: Some(id), failure: error.into() },
        })
    }

    fn put_back(&mut self, running: RunningJob) {
        match running.job.task {
            Task::Step(_) => self.step = Some(State::Running(running)),
            _ => self.others.push_front(State::Running(running)),
        }
    }
}

impl State {
    fn job(&self) -> &Job {
        match self {
            Self::Waiting(job) | Self::Running(RunningJob { job, .. }) => job,
        }
    }
}

impl RunningJob {
    fn start(client: ClientId, job: Job, engine: &mut Engine) -> Result<Self, (RequestId, Failure)> {
        let task = engine.start_for(client, &job.tokens, job.task).map_err(|error| (job.id, error.into()))?;
        let bytes = engine.task_bytes(job.tokens.len(), job.task);
        Ok(Self { job, task, slice: 2 * SLICE_STEP, milliseconds: 0.0, bytes })
    }
}

fn cancelled(client: ClientId, state: &State, post: &mut impl Post) {
    post.post(client, &Response::Failed { id: Some(state.job().id), failure: Failure::Cancelled });
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::cell::Cell;

    use generation::step::{Inspection, Taps};
    use model::{FileEntry, Loader, Precision};

    use super::*;

    const STEP: Task = Task::Step(Taps { layers: false, embedding: false });
    const PATTERN: Task = Task::Inspect(Inspection::Pattern { layer: 0, head: 0 });

    /// Milliseconds that each slice takes, by the tests' clock: so long that no slice becomes longer than the shortest.
    const TOOK_MS: f64 = 1_000.0;

    impl Post for Vec<(ClientId, Response)> {
        fn post(&mut self, client: ClientId, response: &Response) {
            self.push((client, response.clone()));
        }
    }

    /// Clients, an engine, and what was posted.
    struct Bench {
        clients: Clients,
        engine: Engine,
        posted: Vec<(ClientId, Response)>,
        clock: Cell<f64>,
    }

    impl Bench {
        fn new() -> Self {
            let bytes = include_bytes!("../../../tests/fixtures/tiny-llama-Q4_1.gguf");
            let mut loader = Loader::new(&[FileEntry { name: "tiny.gguf".into(), bytes: bytes.len() as u64 }]).unwrap();
            loader.push(bytes).unwrap();
            loader.end_file().unwrap();
            let engine = loader.finish(Precision::Quantized).unwrap();
            Self { clients: Clients::default(), engine, posted: Vec::new(), clock: Cell::new(0.0) }
        }

        fn ask(&mut self, client: ClientId, id: RequestId, tokens: usize, task: Task) {
            let tokens = (0..tokens as TokenId).collect();
            self.clients.request(client, Job { id, tokens, task }, &mut self.posted);
        }

        /// One slice; the client and the request for which it was, and whether that is done.
        fn slice(&mut self) -> Option<(ClientId, RequestId, bool)> {
            let now = || {
                self.clock.set(self.clock.get() + TOOK_MS);
                self.clock.get()
            };
            let Turn { client, response } = self.clients.work(Some(&mut self.engine), |_| false, now)?;
            let told = match &response {
                Response::Working { id, .. } => (client, *id, false),
                Response::Step { id, .. }
                | Response::Inspected { id, .. }
                | Response::Scored { id, .. }
                | Response::Failed { id: Some(id), .. } => (client, *id, true),
                other => panic!("{other:?}"),
            };
            self.posted.push((client, response));
            Some(told)
        }

        /// The requests in the order in which they are done.
        fn run(&mut self) -> Vec<RequestId> {
            std::iter::from_fn(|| self.slice()).filter_map(|(_, id, done)| done.then_some(id)).collect()
        }

        fn cancelled(&self) -> Vec<RequestId> {
            let id = |(_, response): &(ClientId, Response)| match response {
                Response::Failed { id, failure: Failure::Cancelled } => *id,
                _ => None,
            };
            self.posted.iter().filter_map(id).collect()
        }
    }

    #[test]
    fn a_step_is_answered_before_the_next_slice_of_a_pattern_and_the_pattern_goes_on() {
        let mut bench = Bench::new();
        bench.ask(0, 1, 30, STEP);
        assert_eq!(bench.run(), [1]);
        bench.ask(0, 2, 40, PATTERN);
        assert_eq!(bench.slice(), Some((0, 2, false)));
        bench.ask(0, 3, 31, STEP);
        assert_eq!(bench.slice(), Some((0, 3, true)), "one slice, for one token");
        let Some((_, Response::Step { step, .. })) = bench.posted.last() else { panic!("no step") };
        assert_eq!(step.cost.tokens_computed, 1);
        let before = bench.posted.len();
        assert_eq!(bench.run(), [2]);
        // The first slice had eight of 40 tokens, the others have four each: none is computed twice.
        assert_eq!(bench.posted.len() - before, 8);
        let mut alone = Bench::new();
        alone.ask(0, 2, 40, PATTERN);
        alone.run();
        assert_eq!(bench.posted.last(), alone.posted.last());
        assert!(bench.cancelled().is_empty());
    }

    #[test]
    fn a_newer_step_ends_an_older_one_and_nothing_else() {
        let mut bench = Bench::new();
        bench.ask(0, 1, 40, STEP);
        bench.ask(0, 2, 40, Task::Score);
        bench.ask(1, 3, 40, STEP);
        assert_eq!(bench.slice(), Some((0, 1, false)));
        bench.ask(0, 4, 41, STEP);
        assert_eq!(bench.cancelled(), [1]);
        // The newer step builds on what the older one has computed.
        assert_eq!(bench.run(), [4, 3, 2]);
    }

    #[test]
    fn clients_take_turns_a_slice_each() {
        let mut bench = Bench::new();
        for client in 0..3 {
            bench.ask(client, 10 + client, 20, STEP);
        }
        let turns: Vec<ClientId> = std::iter::from_fn(|| bench.slice()).map(|(client, ..)| client).collect();
        // Eight, four, four, and three tokens before the last, which goes alone.
        assert_eq!(turns, [0, 1, 2].repeat(5));
    }

    #[test]
    fn what_is_cancelled_or_forgotten_ends() {
        let mut bench = Bench::new();
        bench.ask(0, 1, 40, Task::Score);
        bench.ask(0, 2, 40, PATTERN);
        bench.ask(1, 1, 40, Task::Score);
        bench.slice();
        bench.clients.cancel(0, 1, &mut bench.posted);
        bench.clients.cancel(0, 77, &mut bench.posted);
        assert_eq!(bench.cancelled(), [1]);
        bench.clients.forget(1);
        assert_eq!(bench.run(), [2]);
    }

    #[test]
    fn another_engine_ends_what_had_started() {
        let mut bench = Bench::new();
        bench.ask(0, 1, 40, Task::Score);
        bench.slice();
        bench.ask(0, 2, 40, STEP);
        bench.clients.drop_running(&mut bench.posted);
        assert_eq!(bench.cancelled(), [1]);
        assert_eq!(bench.run(), [2]);
    }

    #[test]
    fn without_a_model_jobs_fail_unless_their_client_waits_for_one() {
        let mut bench = Bench::new();
        bench.ask(0, 1, 3, STEP);
        bench.ask(1, 2, 3, STEP);
        let held = |client| client == 0;
        let turn = bench.clients.work(None, held, || 0.0).unwrap();
        assert_eq!((turn.client, turn.response), (1, Response::Failed { id: Some(2), failure: Failure::NoModel }));
        assert!(bench.clients.work(None, held, || 0.0).is_none());
        assert!(bench.clients.work(Some(&mut bench.engine), held, || 0.0).is_none());
        assert_eq!(bench.run(), [1]);
    }

    #[test]
    fn a_paused_job_starts_again_where_its_memory_is_wanted() {
        let mut bench = Bench::new();
        for client in 0..2 {
            bench.ask(client, client, 40, Task::Score);
        }
        bench.slice();
        bench.slice();
        for client in 0..2 {
            bench.ask(client, 10 + client, 40, STEP);
        }
        assert_eq!(bench.clients.give_up_paused(), Some(()));
        assert_eq!(bench.clients.give_up_paused(), Some(()));
        assert_eq!(bench.clients.give_up_paused(), None);
        let mut done = bench.run();
        done.sort_unstable();
        assert_eq!(done, [0, 1, 10, 11]);
    }

    #[test]
    fn slices_follow_the_time_that_they_take() {
        assert_eq!(next_slice(8, SLICE_MS), 8);
        assert_eq!(next_slice(8, 1.0), 16, "at most twice as many");
        assert_eq!(next_slice(64, 2.0 * SLICE_MS), 32);
        assert_eq!(next_slice(8, 100.0 * SLICE_MS), SLICE_STEP);
    }
}
