//! What the worker says, and what follows from it.

use std::sync::Arc;

use generation::protocol::{Failure, LoadProgress, ModelInfo, Request, RequestId, Response, Survey};
use generation::tree::Ranked;
use generation::{Event, Step, TokenId};

use super::engine::{Engine, Load};
use super::{MAX_DEATHS, Session};

/// Tokens that a pass has left to compute, if a reader may want to stop it. A shorter one is over soon, and must not turn “Run”
/// into “Stop” under a finger that is on its way there.
const LONG_PASS: usize = 64;

impl Session {
    /// Takes an answer of the worker, which arrived at `now` milliseconds.
    pub fn answer(&mut self, response: Response, now: f64) -> Vec<Request> {
        match response {
            Response::Ready => self.hear(),
            Response::Surveyed { id, survey } => self.surveyed(id, survey),
            Response::Loading { id, progress } => self.progress(id, progress),
            Response::Loaded { id, model } => self.loaded(id, *model),
            Response::TokenizerReady { id, model } => self.tokenizer_ready(id, &model),
            Response::Cut { id, cut } => self.arrive_cut(id, cut),
            Response::Tokenized { id, tokens } => match self.sentence_tokens(id, &tokens) {
                Some(requests) => requests,
                None => self.arrive_tokens(id, tokens),
            },
            Response::Scored { id, scores } => {
                self.arrive_scores(id, &scores);
                Vec::new()
            }
            Response::Working { id, done, total } => self.note_work(id, done, total),
            Response::Step { id, step } => self.arrive_step(id, *step, now),
            Response::Failed { id: None, failure } => self.die(failure),
            Response::Failed { id: Some(id), failure } => self.fail(id, failure),
            Response::Inspected { id, inspected } => match self.arrive_pass(id, &inspected) {
                Some(requests) => requests,
                None => {
                    self.insights.arrive(id, inspected);
                    Vec::new()
                }
            },
            // Only a newcomer is described.
            Response::Pong | Response::Described { .. } => Vec::new(),
        }
    }

    /// Notes that the worker is gone. [`Session::engine`] says whether a fresh one shall be started.
    pub fn die(&mut self, failure: Failure) -> Vec<Request> {
        if let Failure::Version { .. } = failure {
            self.engine = Engine::Outdated;
        } else {
            self.deaths += 1;
            self.engine = if self.deaths < MAX_DEATHS { Engine::Restarting } else { Engine::Dead };
        }
        self.resume = (self.resume || self.generation.running()) && self.engine == Engine::Restarting;
        self.presses.clear();
        self.generation.apply(Event::Failed { id: None, failure: failure.clone() });
        self.last_death = Some(failure);
        self.load = Load::Unknown;
        self.tokenizing = None;
        self.working = None;
        self.insights.forget_question();
        self.cutting.lose();
        self.ledgers.lose();
        self.passes.lose();
        self.open_record()
    }

    fn hear(&mut self) -> Vec<Request> {
        self.engine = Engine::Alive;
        if self.wanted && self.survey.is_some() { self.load() } else { self.ask_survey() }
    }

    pub(super) fn ask_survey(&mut self) -> Vec<Request> {
        let id = self.generation.fresh_id();
        self.load = Load::Surveying { id };
        vec![Request::Survey { id, source: self.source.clone() }]
    }

    fn surveyed(&mut self, id: RequestId, survey: Survey) -> Vec<Request> {
        if !matches!(self.load, Load::Surveying { id: asked } if asked == id) {
            return Vec::new();
        }
        let here = survey.bytes > 0 && survey.cached == survey.bytes;
        if self.source == self.home {
            self.home_name = Some(survey.name.clone());
        }
        self.survey = Some(survey);
        self.load = Load::Offered;
        if here || self.wanted { self.load() } else { self.offer_tokenizer() }
    }

    fn progress(&mut self, asked: RequestId, now: LoadProgress) -> Vec<Request> {
        self.tokenizer_progress(asked, now);
        if let Load::Loading { id, progress } = &mut self.load
            && *id == asked
        {
            *progress = now;
        }
        Vec::new()
    }

    fn loaded(&mut self, id: RequestId, model: ModelInfo) -> Vec<Request> {
        if !matches!(self.load, Load::Loading { id: asked, .. } if asked == id) {
            return Vec::new();
        }
        self.load = Load::Ready;
        let end_of_text = model.end_of_text.clone();
        self.info = Some(Arc::new(model));
        let mut requests = self.change(Event::Model { end_of_text, live: true });
        requests.extend(self.take_up_link());
        requests.extend(self.go_on());
        requests.extend(self.tokenize());
        self.cutting.renew();
        requests.extend(self.ask_cut());
        self.ledgers.renew();
        self.passes.lose();
        requests
    }

    /// Takes up an auto-run that waited for the model or for the prompt's tokens.
    fn go_on(&mut self) -> Vec<Request> {
        if !self.resume || !self.prompt_is_current() {
            return Vec::new();
        }
        self.resume = false;
        self.meter.restart();
        self.change(Event::Run)
    }

    fn arrive_tokens(&mut self, id: RequestId, tokens: Vec<TokenId>) -> Vec<Request> {
        let Some((_, text)) = self.tokenizing.take_if(|(asked, _)| *asked == id) else { return Vec::new() };
        self.tokenized = Some(text);
        self.refused = None;
        let mut requests = self.change(Event::Prompt(tokens));
        requests.extend(self.go_on());
        requests
    }

    fn note_work(&mut self, id: RequestId, done: usize, total: usize) -> Vec<Request> {
        // What is shown of a pass goes on to its end.
        let long = self.working.is_some() || total.saturating_sub(done) >= LONG_PASS;
        if self.generation.pending() == Some(id) && long {
            self.working = Some((done, total));
        }
        self.sentence_work(id, done, total);
        Vec::new()
    }

    fn arrive_step(&mut self, id: RequestId, step: Step, now: f64) -> Vec<Request> {
        if self.generation.pending() == Some(id) {
            self.working = None;
            self.deaths = 0;
            if self.generation.running() {
                self.meter.arrive(now);
            }
        }
        let mut requests = self.change(Event::Step { id, ranked: Arc::new(Ranked::new(step)) });
        requests.extend(self.take_presses());
        requests
    }

    fn fail(&mut self, id: RequestId, failure: Failure) -> Vec<Request> {
        if let Failure::Crashed(_) | Failure::Version { .. } = failure {
            return self.die(failure);
        }
        match self.load {
            Load::Surveying { id: asked } | Load::Loading { id: asked, .. } if asked == id => {
                self.wanted &= failure == Failure::Cancelled;
                self.load = if failure == Failure::Cancelled { Load::Offered } else { Load::Failed(failure) };
                return Vec::new();
            }
            _ => {}
        }
        if self.tokenizing.take_if(|(asked, _)| *asked == id).is_some() {
            self.refused = Some(failure);
            return Vec::new();
        }
        if self.insights.fail(id)
            || self.fail_pass(id, &failure)
            || self.fail_cut(id, &failure)
            || self.fail_sentence(id, &failure)
        {
            return Vec::new();
        }
        if self.generation.pending() == Some(id) {
            self.working = None;
            self.meter.stop();
        }
        self.change(Event::Failed { id: Some(id), failure })
    }
}
