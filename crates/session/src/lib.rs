//! The one state that all widgets of the page share: the loop, the engine's and the model's state, and the reader's texts.
//!
//! Plain data: nothing here knows of a browser, and nothing waits. Every method changes the state; what is to be sent to
//! the worker then lies in an outbox, which [`Session::take_requests`] empties. [`Session::answer`] takes what comes back.
//!
//! ```
//! use generation::Controls;
//! use generation::protocol::{Request, Response, Source};
//! use session::Session;
//!
//! let model = Source::Parts { manifest: "https://example.org/model/manifest.json".into() };
//! let mut session = Session::new(model, "The cat sat on".into(), Controls::default(), 143, false);
//! assert!(session.take_requests().is_empty());
//! session.answer(Response::Ready, 0.0);
//! assert!(matches!(session.take_requests()[..], [Request::Survey { .. }]));
//! ```

mod answered_text;
pub mod engine;
mod in_flight;
pub mod incoming_model;
pub mod inspections;
pub mod kv_cost;
mod link_options;
mod loading;
pub mod opened_link;
mod queries;
mod recording;
mod responses;
pub mod sequence_scores;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod token_rate;
pub mod tokenizer_text;
pub mod toy_logits;

use std::collections::VecDeque;
use std::sync::Arc;

use generation::protocol::{Failure, ModelInfo, Request, Source, Survey};
use generation::record::Record;
use generation::step::Taps;
use generation::{Controls, Event, Generation, Line};

pub use self::answered_text::{AnsweredText, TextAnswer};
use self::engine::{Engine, Load};
use self::in_flight::{InFlight, Purpose};
use self::incoming_model::IncomingModel;
use self::inspections::{Inspections, InspectorFocus};
use self::kv_cost::KvCost;
use self::opened_link::OpenedLink;
use self::sequence_scores::SequenceScores;
use self::token_rate::TokenRate;
use self::tokenizer_text::TokenizerText;
use self::toy_logits::ToyLogits;

/// After so many crashes without a step in between, the page stops starting workers by itself.
pub const MAX_CRASHES: u32 = 3;

/// So many presses wait for the model: a key that is held on a slow machine ends soon after it is let go.
const MAX_QUEUED: usize = 8;

/// The text in the prompt box.
#[derive(Debug)]
struct Prompt {
    text: String,
    /// The text whose tokens the loop has.
    encoded: Option<String>,
    /// The last text that has no tokens, and why.
    refused: Option<(String, Failure)>,
}

/// The state of the page.
#[derive(Debug)]
pub struct Session {
    generation: Generation,
    /// Requests that are not sent yet.
    outbox: Vec<Request>,
    in_flight: InFlight,
    /// Where the model is.
    source: Source,
    /// Where the page's own model is.
    home: Source,
    /// What that is called, once known.
    home_name: Option<String>,
    /// The page is one widget in a frame.
    framed: bool,
    /// Other frames have the same engine.
    shared: bool,
    /// The browser lets the page keep no weights.
    without_storage: bool,
    engine: Engine,
    /// The model shall be there, also in a fresh worker.
    wanted: bool,
    survey: Option<Survey>,
    info: Option<Arc<ModelInfo>>,
    crashes: u32,
    last_crash: Option<Failure>,
    prompt: Prompt,
    /// Tokens done of how many, of a long pass of the loop's.
    working: Option<(usize, usize)>,
    /// Go on generating as soon as there is a model again.
    resume: bool,
    rate: TokenRate,
    /// What the reader pressed while the model was at work.
    queued: VecDeque<Event>,
    /// What the widgets open on before the live model is there.
    record: Option<Arc<Record>>,
    recorded_info: Option<Arc<ModelInfo>>,
    inspections: Inspections,
    focus: InspectorFocus,
    toy_logits: ToyLogits,
    tokenizer_text: TokenizerText,
    sequences: SequenceScores,
    kv_cost: KvCost,
    incoming: Option<IncomingModel>,
    /// The link that the page was opened with.
    link: Option<OpenedLink>,
}

impl Session {
    /// A session before its worker has started. `home` is where the page's own model is; `framed` says whether the page is one
    /// widget in a frame.
    #[must_use]
    pub fn new(home: Source, text: String, controls: Controls, seed: u64, framed: bool) -> Self {
        Self {
            generation: Generation::new(controls, seed, Taps::ALL),
            outbox: Vec::new(),
            in_flight: InFlight::default(),
            source: home.clone(),
            home,
            home_name: None,
            framed,
            shared: false,
            without_storage: false,
            engine: Engine::Starting,
            wanted: false,
            survey: None,
            info: None,
            crashes: 0,
            last_crash: None,
            prompt: Prompt { text, encoded: None, refused: None },
            working: None,
            resume: false,
            rate: TokenRate::default(),
            queued: VecDeque::new(),
            record: None,
            recorded_info: None,
            inspections: Inspections::default(),
            focus: InspectorFocus::default(),
            toy_logits: ToyLogits::default(),
            tokenizer_text: TokenizerText::default(),
            sequences: SequenceScores::default(),
            kv_cost: KvCost::default(),
            incoming: None,
            link: None,
        }
    }

    /// Takes what the reader does.
    pub fn act(&mut self, event: Event) {
        self.dismiss_crash();
        if matches!(event, Event::Pause) {
            return self.pause();
        }
        if self.should_queue(&event) {
            if self.queued.len() < MAX_QUEUED {
                self.queued.push_back(event);
            }
            return;
        }
        if matches!(event, Event::Run | Event::RunTo(_)) {
            self.rate.restart();
            self.resume = !self.prompt_is_current();
        }
        self.change(event);
    }

    /// Whether the event goes on from an answer that is under way. Without one the loop would let it fall.
    fn should_queue(&self, event: &Event) -> bool {
        let generation = &self.generation;
        let needs_answer = match event {
            Event::NextToken => true,
            Event::StepLine => matches!(generation.line(), Line::Repeat | Line::Model),
            _ => false,
        };
        needs_answer && generation.pending().is_some() && generation.result().is_none()
    }

    /// Does what waited for the model's answer, as far as it goes with that.
    fn run_queued(&mut self) {
        while let Some(event) = self.queued.pop_front_if(|_| self.generation.result().is_some()) {
            self.change(event);
        }
    }

    /// Generates one more token of an auto-run; pauses where the loop cannot go on.
    pub fn next_token(&mut self) {
        let before = self.generation.tip();
        self.change(Event::NextToken);
        if self.generation.tip() == before && self.generation.pending().is_none() || self.window_is_full() {
            self.pause();
        }
    }

    /// Whether an auto-run waits for [`Session::next_token`].
    #[must_use]
    pub fn wants_token(&self) -> bool {
        self.generation.running() && self.generation.pending().is_none() && self.generation.result().is_some()
    }

    /// Keeps what stands in the prompt box.
    pub fn edit(&mut self, text: String) {
        self.link = None;
        // A text that came to nothing because the engine crashed may be tried once it was another.
        self.prompt.refused.take_if(|(refused, failure)| matches!(failure, Failure::Crashed(_)) && *refused != text);
        self.prompt.text = text;
    }

    /// Asks for the tokens of the prompt box's text, unless they are there or on their way.
    pub fn tokenize(&mut self) {
        if self.prompt_is_current() {
            self.in_flight_prompt_is_old();
            self.prompt.refused = None;
            return;
        }
        let text = &self.prompt.text;
        let asked = self.in_flight.any(|purpose| matches!(purpose, Purpose::EncodePrompt(asked) if asked == text));
        let crashed = matches!(&self.prompt.refused, Some((refused, Failure::Crashed(_))) if refused == text);
        if asked || crashed || !self.is_ready() {
            return;
        }
        self.in_flight_prompt_is_old();
        let text = self.prompt.text.clone();
        self.send(Purpose::EncodePrompt(text.clone()), |id| Request::Tokenize { id, text });
    }

    /// The tokens that were asked for are of an older text.
    fn in_flight_prompt_is_old(&mut self) {
        self.in_flight.forget(|purpose| matches!(purpose, Purpose::EncodePrompt(_)));
    }

    /// The run was interrupted (a hidden tab): the rate starts anew.
    pub fn interrupt(&mut self) {
        self.rate.restart();
    }

    /// Asks for the dropped steps of places that are on show again (see [`Event::Recall`]).
    pub fn recall(&mut self, places: impl IntoIterator<Item = generation::NodeId>) {
        places.into_iter().for_each(|place| self.change(Event::Recall(place)));
    }

    /// Back to the lesson's start: its prompt, its controls, its seed, and no branch but the first.
    pub fn reset(&mut self, text: String, controls: Controls, seed: u64) {
        self.pause();
        self.dismiss_crash();
        self.change(Event::Controls(controls));
        self.change(Event::Seed(seed));
        self.change(Event::Restart);
        self.focus = InspectorFocus::default();
        self.toy_logits = ToyLogits::default();
        self.edit(text);
        self.tokenize();
        self.reset_texts();
        self.encode_tokenizer_text();
        self.set_window(KvCost::default().window_choice());
    }

    fn change(&mut self, event: Event) {
        let before = self.generation.pending();
        let fresh = matches!(event, Event::Prompt(_) | Event::TakeUp(_) | Event::Restart);
        let moves = matches!(event, Event::Run | Event::RunTo(_) | Event::Pause | Event::Continue);
        let leaves = matches!(event, Event::Force { .. } | Event::Select(_) | Event::Undo);
        if fresh || moves || leaves {
            // The reader has turned to something else.
            self.queued.clear();
        }
        let request = self.generation.apply(event);
        if fresh {
            // The nodes have new names.
            self.inspections = Inspections::default();
            self.kv_cost.clear();
        }
        let request = request.and_then(|request| self.replay(request));
        if let Some(stopped) = before.filter(|&id| self.generation.pending() != Some(id)) {
            self.working = None;
            // A newer step stops an older one by itself.
            if self.in_flight.remove(stopped).is_some() && request.is_none() {
                self.outbox.push(Request::Cancel { id: stopped });
            }
        }
        if let Some(request) = request {
            if request.id() == self.generation.pending() {
                // The loop goes first. A view that is still on show asks again.
                self.cancel(Purpose::is_question);
            }
            request.id().into_iter().for_each(|id| self.in_flight.insert(id, Purpose::Step));
            self.outbox.push(request);
        }
    }

    fn pause(&mut self) {
        self.resume = false;
        self.rate.stop();
        // A long pass is stopped; a short one is about to end anyway. The loop hears of it by the answer.
        if let Some(id) = self.generation.pending().filter(|_| self.working.is_some()) {
            self.outbox.push(Request::Cancel { id });
        }
        self.change(Event::Pause);
    }

    /// Whether there is a live model in a worker that answers.
    fn is_ready(&self) -> bool {
        self.engine == Engine::Alive(Load::Ready)
    }
}
