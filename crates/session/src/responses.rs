//! What the worker answers, and what follows from it.

use std::sync::Arc;

use generation::protocol::{Failure, LoadProgress, ModelInfo, RequestId, Response, Survey};
use generation::step::Step;
use generation::tree::Ranked;
use generation::{Event, TokenId};

use crate::engine::{Engine, Load};
use crate::in_flight::Purpose;
use crate::{MAX_CRASHES, Session};

/// Tokens that a pass has left to compute, if a reader may want to stop it. A shorter one is over soon, and must not turn “Run”
/// into “Stop” under a finger that is on its way there.
const LONG_PASS: usize = 64;

impl Session {
    /// Takes an answer of the worker, which arrived at `now` milliseconds. One that was not asked for, or not any more, is
    /// dropped.
    pub fn answer(&mut self, response: Response, now: f64) {
        match response {
            Response::Ready => self.on_ready(),
            Response::Loading { id, progress } => self.on_progress(id, progress),
            Response::Working { id, done, total } => self.on_working(id, done, total),
            Response::Failed { id: None, failure } => self.on_crash(failure),
            Response::Failed { failure: failure @ (Failure::Crashed(_) | Failure::Version { .. }), .. } => {
                self.on_crash(failure);
            }
            Response::Failed { id: Some(id), failure } => {
                if let Some(purpose) = self.in_flight.remove(id) {
                    self.fail(id, purpose, failure);
                }
            }
            Response::Surveyed { id, .. }
            | Response::Loaded { id, .. }
            | Response::TokenizerReady { id, .. }
            | Response::Encoded { id, .. }
            | Response::Tokenized { id, .. }
            | Response::Scored { id, .. }
            | Response::Step { id, .. }
            | Response::Inspected { id, .. } => {
                if let Some(purpose) = self.in_flight.remove(id) {
                    self.complete(id, purpose, response, now);
                }
            }
            // Only an incoming model is described.
            Response::Pong | Response::Described { .. } => {}
        }
    }

    /// Takes the answer to a request. One of another kind than was asked for is dropped.
    fn complete(&mut self, id: RequestId, purpose: Purpose, response: Response, now: f64) {
        match (purpose, response) {
            (Purpose::Survey, Response::Surveyed { survey, .. }) => self.on_survey(survey),
            (Purpose::LoadModel, Response::Loaded { model, .. }) => self.on_loaded(*model),
            (Purpose::LoadTokenizer, Response::TokenizerReady { model, .. }) => self.on_tokenizer(&model),
            (Purpose::EncodePrompt(text), Response::Tokenized { tokens, .. }) => self.on_prompt(text, tokens),
            (Purpose::Step, Response::Step { step, .. }) => self.on_step(id, *step, now),
            (Purpose::Inspect(node, inspection), Response::Inspected { inspected, .. }) => {
                self.inspections.keep((node, inspection), inspected);
            }
            (Purpose::EncodeTokenizerText(text), Response::Encoded { encoding, .. }) => {
                self.on_encoding(text, encoding)
            }
            (Purpose::EncodeSequence { index, text }, Response::Tokenized { tokens, .. }) => {
                self.on_sequence_tokens(index, text, tokens);
            }
            (Purpose::ScoreSequence { index, text, tokens, .. }, Response::Scored { scores, .. }) => {
                self.on_scores(index, text, &tokens, &scores);
            }
            (Purpose::Measure(pending), Response::Inspected { inspected, .. }) => self.on_pass(pending, &inspected),
            _ => {}
        }
    }

    /// Takes word that a request came to nothing.
    fn fail(&mut self, id: RequestId, purpose: Purpose, failure: Failure) {
        let cancelled = failure == Failure::Cancelled;
        match purpose {
            Purpose::Survey | Purpose::LoadModel => {
                self.wanted &= cancelled;
                self.engine = Engine::Alive(if cancelled { Load::Offered } else { Load::Failed(failure) });
            }
            Purpose::Step => {
                if self.generation.pending() == Some(id) {
                    self.working = None;
                    self.rate.stop();
                    self.queued.clear();
                }
                self.change(Event::Failed { id: Some(id), failure });
            }
            Purpose::LoadTokenizer => self.tokenizer_text.fail_tokenizer(failure),
            question => self.refuse(question, failure),
        }
    }

    /// Notes why a question has no answer, where the view that asked says so. What was only cancelled may be asked again.
    fn refuse(&mut self, purpose: Purpose, failure: Failure) {
        let cancelled = failure == Failure::Cancelled;
        match purpose {
            Purpose::EncodePrompt(text) => {
                self.resume = false;
                self.prompt.refused = Some((text, failure));
            }
            Purpose::EncodeTokenizerText(text) => self.tokenizer_text.refuse(text, failure),
            Purpose::Inspect(node, inspection) if !cancelled => self.inspections.refuse((node, inspection)),
            Purpose::EncodeSequence { index, text } | Purpose::ScoreSequence { index, text, .. } if !cancelled => {
                self.sequences.refuse(index, text, failure);
            }
            Purpose::Measure(_) if !cancelled => self.kv_cost.refuse(failure),
            // The start of a worker asks for these again, and the loop for its step; the limit on crashes holds them.
            _ => {}
        }
    }

    /// Notes that the worker is gone. [`Session::engine`] says whether a fresh one shall be started. What was asked beside the
    /// loop has failed with this reason, and is not asked again by itself: it may be what ended the worker.
    pub fn on_crash(&mut self, failure: Failure) {
        if let Failure::Version { .. } = failure {
            self.engine = Engine::Outdated;
        } else {
            self.crashes += 1;
            self.engine = if self.crashes < MAX_CRASHES { Engine::Restarting } else { Engine::Stopped };
        }
        self.resume = (self.resume || self.generation.running()) && self.engine == Engine::Restarting;
        self.queued.clear();
        self.outbox.clear();
        self.working = None;
        self.generation.apply(Event::Failed { id: None, failure: failure.clone() });
        for purpose in self.in_flight.take_all() {
            self.refuse(purpose, failure.clone());
        }
        self.tokenizer_text.forget_tokenizer();
        self.last_crash = Some(failure);
        self.open_record();
    }

    fn on_ready(&mut self) {
        self.engine = Engine::Alive(Load::Offered);
        if self.wanted && self.survey.is_some() {
            self.load();
        } else {
            self.ask_survey();
        }
    }

    fn on_survey(&mut self, survey: Survey) {
        let here = survey.bytes > 0 && survey.cached == survey.bytes;
        if self.source == self.home {
            self.home_name = Some(survey.name.clone());
        }
        self.survey = Some(survey);
        self.engine = Engine::Alive(Load::Offered);
        if here || self.wanted {
            self.load();
        } else {
            self.offer_tokenizer();
        }
    }

    fn on_progress(&mut self, id: RequestId, now: LoadProgress) {
        match (self.in_flight.get(id), &mut self.engine) {
            (Some(Purpose::LoadModel), Engine::Alive(Load::Loading(progress))) => *progress = now,
            (Some(Purpose::LoadTokenizer), _) => self.tokenizer_text.on_progress(now),
            _ => {}
        }
    }

    fn on_loaded(&mut self, model: ModelInfo) {
        self.engine = Engine::Alive(Load::Ready);
        let end_of_text = model.end_of_text.clone();
        self.info = Some(Arc::new(model));
        self.change(Event::Model { end_of_text, live: true });
        self.take_up_link();
        self.go_on();
        self.tokenize();
        self.in_flight.forget(|purpose| purpose.is_question() || matches!(purpose, Purpose::EncodeTokenizerText(_)));
        self.tokenizer_text.renew();
        self.encode_tokenizer_text();
        self.sequences.renew();
    }

    /// Takes up an auto-run that waited for the model or for the prompt's tokens.
    fn go_on(&mut self) {
        if self.resume && self.prompt_is_current() {
            self.resume = false;
            self.rate.restart();
            self.change(Event::Run);
        }
    }

    fn on_prompt(&mut self, text: String, tokens: Vec<TokenId>) {
        self.prompt.encoded = Some(text);
        self.prompt.refused = None;
        self.change(Event::Prompt(tokens));
        self.go_on();
    }

    fn on_working(&mut self, id: RequestId, done: usize, total: usize) {
        // What is shown of a pass goes on to its end.
        let long = self.working.is_some() || total.saturating_sub(done) >= LONG_PASS;
        match self.in_flight.get_mut(id) {
            Some(Purpose::Step) if self.generation.pending() == Some(id) && long => self.working = Some((done, total)),
            Some(Purpose::ScoreSequence { progress, .. }) => *progress = Some((done, total)),
            _ => {}
        }
    }

    fn on_step(&mut self, id: RequestId, step: Step, now: f64) {
        if self.generation.pending() == Some(id) {
            self.working = None;
            self.crashes = 0;
            if self.generation.running() {
                self.rate.arrive(now);
            }
        }
        self.change(Event::Step { id, ranked: Arc::new(Ranked::new(step)) });
        self.run_queued();
    }

    /// Forgets what another worker was to be asked, or has been.
    pub(crate) fn forget_requests(&mut self) {
        self.in_flight.forget(|_| true);
        self.outbox.clear();
    }
}
