//! The one state that all widgets share: the loop, the engine's and the model's state, and the reader's text.
//!
//! Plain data: what comes back from a method must be sent to the worker. Nothing here knows of a browser.

mod answers;
pub mod engine;
pub mod meter;
mod readers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use generation::protocol::{Failure, LoadProgress, ModelInfo, Request, RequestId, Source, Survey};
use generation::step::Taps;
use generation::{Controls, Event, Generation};

use self::engine::{Engine, Load};
use self::meter::Meter;

/// After so many deaths without a step in between, the page stops starting workers by itself.
pub const MAX_DEATHS: u32 = 3;

/// The state of the page.
#[derive(Debug)]
pub struct Session {
    generation: Generation,
    source: Source,
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
    last_death: Option<String>,
    meter: Meter,
}

impl Session {
    /// A session before its worker has started.
    #[must_use]
    pub fn new(source: Source, text: String, controls: Controls, seed: u64) -> Self {
        Self {
            generation: Generation::new(controls, seed, Taps::default()),
            source,
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
        }
    }

    /// Takes what the reader does.
    pub fn act(&mut self, event: Event) -> Vec<Request> {
        self.dismiss();
        if matches!(event, Event::Pause) {
            return self.pause();
        }
        if matches!(event, Event::Run) {
            self.meter.restart();
            self.resume = !self.prompt_is_current();
        }
        self.change(event)
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

    fn change(&mut self, event: Event) -> Vec<Request> {
        let before = self.generation.pending();
        let request = self.generation.apply(event);
        let stopped = before.filter(|&id| self.generation.pending() != Some(id));
        if stopped.is_some() {
            self.working = None;
        }
        // A newer step stops an older one by itself.
        let cancel = stopped.filter(|_| request.is_none()).map(|id| Request::Cancel { id });
        cancel.into_iter().chain(request).collect()
    }

    fn pause(&mut self) -> Vec<Request> {
        self.resume = false;
        self.meter.stop();
        self.generation.apply(Event::Pause);
        // A long pass is stopped; a short one is about to end anyway.
        let long = self.generation.pending().filter(|_| self.working.is_some());
        long.map(|id| Request::Cancel { id }).into_iter().collect()
    }
}
