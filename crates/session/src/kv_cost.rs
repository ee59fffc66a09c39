//! What the next token costs: one pass made twice, with kept keys and values and without, in a window that the reader
//! may make small. Asked for on a press, one pass after the other, while nothing else is under way.

use generation::protocol::{Failure, ModelInfo, Request};
use generation::step::{Inspected, Inspection, Pass};
use generation::{NodeId, TokenId};

use crate::Session;
use crate::in_flight::Purpose;

/// Windows for the demonstration.
pub const SMALL: [usize; 3] = [8, 16, 32];

/// Measurements kept; the oldest go first.
const KEPT: usize = 32;

/// Both passes over one context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// Where the context ends.
    pub node: NodeId,
    /// How many tokens it has.
    pub tokens: usize,
    /// The most of them that the passes could see.
    pub window: usize,
    /// With what the pass before had left.
    pub cached: Pass,
    /// Without.
    pub whole: Pass,
}

impl Measurement {
    /// Whether both gave the same logits, to the bit.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.cached.logits == self.whole.logits
    }
}

/// A measurement under way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PendingMeasurement {
    node: NodeId,
    tokens: Vec<TokenId>,
    window: usize,
    part: Part,
}

/// Which pass it has come to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// That of the token before: it leaves its keys and values.
    Before,
    /// The one that may use them.
    Cached,
    /// The one that may not, and what the other has given.
    Whole(Pass),
}

/// The window and what was measured.
#[derive(Debug)]
pub struct KvCost {
    /// The reader's window; `None` is the model's own.
    window: Option<usize>,
    /// A press waits.
    wanted: bool,
    measured: Vec<Measurement>,
    refused: Option<Failure>,
}

impl Default for KvCost {
    fn default() -> Self {
        Self { window: Some(SMALL[1]), wanted: false, measured: Vec::new(), refused: None }
    }
}

impl KvCost {
    /// The reader's window; `None` is the model's own.
    #[must_use]
    pub fn window_choice(&self) -> Option<usize> {
        self.window
    }

    /// The window in force with a model: never more than it has.
    #[must_use]
    pub fn window(&self, model: &ModelInfo) -> usize {
        self.window.map_or(model.window, |window| window.min(model.window))
    }

    /// All measurements of the present text, the oldest first.
    #[must_use]
    pub fn measured(&self) -> &[Measurement] {
        &self.measured
    }

    /// Why the last measurement came to nothing.
    #[must_use]
    pub fn refused(&self) -> Option<&Failure> {
        self.refused.as_ref()
    }

    pub(crate) fn refuse(&mut self, failure: Failure) {
        self.refused = Some(failure);
    }

    /// The text or the model is another.
    pub(crate) fn clear(&mut self) {
        self.measured.clear();
        self.refused = None;
    }
}

impl Session {
    /// The window and what was measured in it.
    #[must_use]
    pub fn kv_cost(&self) -> &KvCost {
        &self.kv_cost
    }

    /// Chooses the window; `None` is the model's own.
    pub fn set_window(&mut self, window: Option<usize>) {
        self.kv_cost.window = window;
        self.stop_measuring();
    }

    /// What was measured of the context on show, in the present window.
    #[must_use]
    pub fn measurement(&self) -> Option<Measurement> {
        let (tip, window) = (self.generation.tip(), self.kv_cost.window(self.shown_model()?));
        self.kv_cost.measured.iter().find(|measured| measured.node == tip && measured.window == window).copied()
    }

    /// Whether a measurement waits or is under way.
    #[must_use]
    pub fn is_measuring(&self) -> bool {
        self.kv_cost.wanted || self.in_flight.any(|purpose| matches!(purpose, Purpose::Measure(_)))
    }

    /// Whether the present context can be measured.
    #[must_use]
    pub fn can_measure(&self) -> bool {
        self.is_ready() && !self.generation.context().is_empty() && !self.is_measuring()
    }

    /// The reader asks for a measurement of the present context.
    pub fn measure(&mut self) {
        self.kv_cost.wanted = self.can_measure();
        self.kv_cost.refused = None;
    }

    /// Stops a measurement.
    pub fn stop_measuring(&mut self) {
        self.kv_cost.wanted = false;
        self.cancel(|purpose| matches!(purpose, Purpose::Measure(_)));
    }

    /// Begins the measurement that a press waits for.
    pub(crate) fn ask_measurement(&mut self) {
        let Some(model) = self.info.clone().filter(|_| self.kv_cost.wanted) else { return };
        self.kv_cost.wanted = false;
        let tokens = self.generation.context();
        let part = if tokens.len() > 1 { Part::Before } else { Part::Cached };
        let window = self.kv_cost.window(&model);
        self.ask_pass(PendingMeasurement { node: self.generation.tip(), tokens, window, part });
    }

    fn ask_pass(&mut self, pending: PendingMeasurement) {
        let (until, cached) = match pending.part {
            Part::Before => (pending.tokens.len() - 1, true),
            Part::Cached => (pending.tokens.len(), true),
            Part::Whole(_) => (pending.tokens.len(), false),
        };
        let inspection = Inspection::Pass { window: pending.window, cached };
        let tokens = pending.tokens[..until].to_vec();
        self.send(Purpose::Measure(pending), |id| Request::Inspect { id, tokens, inspection });
    }

    /// Takes a pass and asks for the next. Nothing comes between them: they are one question.
    pub(crate) fn on_pass(&mut self, mut pending: PendingMeasurement, inspected: &Inspected) {
        let Inspected::Pass(pass) = *inspected else { return };
        pending.part = match pending.part {
            Part::Before => Part::Cached,
            Part::Cached => Part::Whole(pass),
            Part::Whole(cached) => return self.keep_measurement(&pending, cached, pass),
        };
        self.ask_pass(pending);
    }

    fn keep_measurement(&mut self, pending: &PendingMeasurement, cached: Pass, whole: Pass) {
        let PendingMeasurement { node, window, ref tokens, .. } = *pending;
        let measured = &mut self.kv_cost.measured;
        measured.retain(|other| (other.node, other.window) != (node, window));
        if measured.len() >= KEPT {
            measured.remove(0);
        }
        measured.push(Measurement { node, tokens: tokens.len(), window, cached, whole });
    }
}
