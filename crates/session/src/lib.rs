//! The one state that all widgets share: the loop, the engine's and the model's state, and the reader's text.
//!
//! Plain data: what comes back from a method must be sent to the worker. Nothing here knows of a browser.

mod answers;
pub mod classes;
pub mod cutting;
pub mod engine;
pub mod insights;
pub mod ledgers;
pub mod linked;
pub mod meter;
pub mod newcomer;
pub mod passes;
mod readers;
mod recorded;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use generation::protocol::{Failure, LoadProgress, ModelInfo, Request, RequestId, Source, Survey};
use generation::record::Record;
use generation::step::Taps;
use generation::{Controls, Event, Generation, Line};

use self::classes::Classes;
use self::cutting::Cutting;
use self::engine::{Engine, Load};
use self::insights::{Insights, Look};
use self::ledgers::Ledgers;
use self::linked::Linked;
use self::meter::Meter;
use self::newcomer::Newcomer;
use self::passes::Passes;

/// After so many deaths without a step in between, the page stops starting workers by itself.
pub const MAX_DEATHS: u32 = 3;

/// So many presses wait for the model: a key that is held on a slow machine ends soon after it is let go.
const MOST_PRESSES: usize = 8;

/// The state of the page.
#[derive(Debug)]
pub struct Session {
    generation: Generation,
    source: Source,
    /// Where the page's own model is.
    home: Source,
    /// What that is called, once known.
    home_name: Option<String>,
    engine: Engine,
    load: Load,
    /// The model shall be there, also in a fresh worker.
    wanted: bool,
    survey: Option<Survey>,
    info: Option<Arc<ModelInfo>>,
    text: String,
    /// The text whose tokens the loop has.
    tokenized: Option<String>,
    tokenizing: Option<(RequestId, String)>,
    refused: Option<Failure>,
    working: Option<(usize, usize)>,
    /// Go on generating as soon as there is a model again.
    resume: bool,
    deaths: u32,
    last_death: Option<Failure>,
    meter: Meter,
    /// What the widgets open on before the live model is there.
    record: Option<Arc<Record>>,
    recorded_info: Option<Arc<ModelInfo>>,
    insights: Insights,
    look: Look,
    classes: Classes,
    cutting: Cutting,
    ledgers: Ledgers,
    passes: Passes,
    newcomer: Option<Newcomer>,
    /// What the reader pressed while the model was at work.
    presses: VecDeque<Event>,
    /// The link that the page was opened with.
    linked: Option<Linked>,
    /// It is that of one widget in a frame.
    framed: bool,
    /// Other frames have the same engine.
    shared: bool,
    /// The browser lets the page keep no weights.
    forgets: bool,
}

impl Session {
    /// A session before its worker has started.
    #[must_use]
    pub fn new(source: Source, text: String, controls: Controls, seed: u64) -> Self {
        Self {
            generation: Generation::new(controls, seed, Taps::ALL),
            home: source.clone(),
            source,
            home_name: None,
            engine: Engine::Starting,
            load: Load::Unknown,
            wanted: false,
            survey: None,
            info: None,
            text,
            tokenized: None,
            tokenizing: None,
            refused: None,
            working: None,
            resume: false,
            deaths: 0,
            last_death: None,
            meter: Meter::default(),
            record: None,
            recorded_info: None,
            insights: Insights::default(),
            look: Look::default(),
            classes: Classes::default(),
            cutting: Cutting::default(),
            ledgers: Ledgers::default(),
            passes: Passes::default(),
            newcomer: None,
            presses: VecDeque::new(),
            linked: None,
            framed: false,
            shared: false,
            forgets: false,
        }
    }

    /// A frame's session: it waits with the worker until the reader asks for it, or for good; `offer` is what there would be to load.
    pub fn rest(&mut self, engine: Engine, offer: Option<Survey>) {
        self.framed = true;
        self.engine = engine;
        self.home_name = offer.as_ref().map(|offer| offer.name.clone());
        self.survey = offer;
        self.load = Load::Offered;
    }

    /// Notes whether other frames have the same engine.
    pub fn share(&mut self, shared: bool) {
        self.shared = shared;
    }

    /// The browser lets the page keep nothing: each visit would download the page's own model.
    pub fn forget_weights(&mut self) {
        self.forgets = true;
    }

    /// Starts the worker that was waited with; the model is looked for, and loaded where it costs nothing.
    pub fn wake(&mut self) {
        if self.engine == Engine::Asleep {
            self.engine = Engine::Starting;
            self.load = Load::Unknown;
        }
    }

    /// Takes what the reader does.
    pub fn act(&mut self, event: Event) -> Vec<Request> {
        self.dismiss();
        if matches!(event, Event::Pause) {
            return self.pause();
        }
        if self.must_wait(&event) {
            if self.presses.len() < MOST_PRESSES {
                self.presses.push_back(event);
            }
            return Vec::new();
        }
        if matches!(event, Event::Run | Event::RunTo(_)) {
            self.meter.restart();
            self.resume = !self.prompt_is_current();
        }
        self.change(event)
    }

    /// Whether the event goes on from an answer that is under way. Without one the loop would let it fall.
    fn must_wait(&self, event: &Event) -> bool {
        let generation = &self.generation;
        let needs_answer = match event {
            Event::NextToken => true,
            Event::StepLine => matches!(generation.line(), Line::Repeat | Line::Model),
            _ => false,
        };
        needs_answer && generation.pending().is_some() && generation.result().is_none()
    }

    /// Does what waited for the model's answer, as far as it goes with that.
    fn take_presses(&mut self) -> Vec<Request> {
        let mut requests = Vec::new();
        while let Some(event) = self.presses.pop_front_if(|_| self.generation.result().is_some()) {
            requests.extend(self.change(event));
        }
        requests
    }

    /// Generates one more token of an auto-run; pauses where the loop cannot go on.
    pub fn next_token(&mut self) -> Vec<Request> {
        let before = self.generation.tip();
        let mut requests = self.change(Event::NextToken);
        if self.generation.tip() == before && self.generation.pending().is_none() || self.window_is_full() {
            requests.extend(self.pause());
        }
        requests
    }

    /// Whether an auto-run waits for [`Session::next_token`].
    #[must_use]
    pub fn wants_token(&self) -> bool {
        self.generation.running() && self.generation.pending().is_none() && self.generation.result().is_some()
    }

    /// Starts the load that the reader asked for, or tries again what failed.
    pub fn load(&mut self) -> Vec<Request> {
        if self.engine == Engine::Asleep {
            self.wanted = true;
            self.wake();
        }
        if self.engine != Engine::Alive || matches!(self.load, Load::Loading { .. } | Load::Ready) {
            return Vec::new();
        }
        if self.survey.is_none() {
            return self.ask_survey();
        }
        self.wanted = true;
        let id = self.generation.fresh_id();
        self.load = Load::Loading { id, progress: LoadProgress::default() };
        vec![Request::Load { id, source: self.source.clone() }]
    }

    /// Stops a load.
    pub fn cancel_load(&mut self) -> Vec<Request> {
        let Load::Loading { id, .. } = self.load else { return Vec::new() };
        self.wanted = false;
        self.load = Load::Offered;
        vec![Request::Cancel { id }]
    }

    /// Keeps what stands in the prompt box.
    pub fn edit(&mut self, text: String) {
        self.linked = None;
        self.text = text;
    }

    /// Asks for the tokens of the prompt box's text, unless they are there or on their way.
    pub fn tokenize(&mut self) -> Vec<Request> {
        if self.prompt_is_current() {
            self.tokenizing = None;
            self.refused = None;
            return Vec::new();
        }
        let asked = self.tokenizing.as_ref().is_some_and(|(_, text)| *text == self.text);
        if asked || !matches!(self.load, Load::Ready) {
            return Vec::new();
        }
        let id = self.generation.fresh_id();
        self.tokenizing = Some((id, self.text.clone()));
        vec![Request::Tokenize { id, text: self.text.clone() }]
    }

    /// The reader asks for a fresh worker after too many deaths.
    pub fn start_again(&mut self) {
        self.deaths = 0;
        self.engine = Engine::Starting;
    }

    /// Forgets the last death's message, once a fresh worker has taken over.
    pub fn dismiss(&mut self) {
        if self.engine == Engine::Alive {
            self.last_death = None;
        }
    }

    /// The run was interrupted (a hidden tab): the rate starts anew.
    pub fn interrupt(&mut self) {
        self.meter.restart();
    }

    /// Back to the lesson's start: its prompt, its controls, its seed, and no branch but the first.
    pub fn reset(&mut self, text: String, controls: Controls, seed: u64) -> Vec<Request> {
        let mut requests = self.pause();
        self.dismiss();
        requests.extend(self.change(Event::Controls(controls)));
        requests.extend(self.change(Event::Seed(seed)));
        requests.extend(self.change(Event::Restart));
        self.look = Look::default();
        self.classes = Classes::default();
        self.edit(text);
        requests.extend(self.tokenize());
        requests.extend(self.reset_texts());
        requests.extend(self.ask_cut());
        requests.extend(self.set_window(Passes::default().small()));
        requests
    }

    fn change(&mut self, event: Event) -> Vec<Request> {
        let before = self.generation.pending();
        let fresh = matches!(event, Event::Prompt(_) | Event::TakeUp(_) | Event::Restart);
        let moves = matches!(event, Event::Run | Event::RunTo(_) | Event::Pause | Event::Continue);
        let leaves = matches!(event, Event::Force { .. } | Event::Select(_) | Event::Undo);
        let fails = matches!(event, Event::Failed { .. });
        if fresh || moves || leaves || fails {
            // The reader, or the model, has turned to something else.
            self.presses.clear();
        }
        let answered = fails || matches!(event, Event::Step { .. });
        let request = self.generation.apply(event);
        if fresh {
            // The nodes have new names.
            self.insights = Insights::default();
            self.passes.clear();
        }
        let request = request.and_then(|request| self.replay(request));
        let stopped = before.filter(|&id| self.generation.pending() != Some(id));
        if stopped.is_some() {
            self.working = None;
        }
        // A newer step stops an older one by itself, and what is answered has stopped.
        let cancel = stopped.filter(|_| request.is_none() && !answered).map(|id| Request::Cancel { id });
        cancel.into_iter().chain(request).collect()
    }

    fn pause(&mut self) -> Vec<Request> {
        self.resume = false;
        self.meter.stop();
        // A long pass is stopped; a short one is about to end anyway.
        let long = self.generation.pending().filter(|_| self.working.is_some());
        let cancel = long.map(|id| Request::Cancel { id });
        cancel.into_iter().chain(self.change(Event::Pause)).collect()
    }
}
