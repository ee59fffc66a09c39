//! What the next token costs: one pass made twice, with kept keys and values and without, in a window that the reader
//! may make small. Asked for on a press, one pass after the other, while nothing else is under way.

use generation::protocol::{Failure, ModelInfo, Request, RequestId};
use generation::step::{Inspected, Inspection, Pass};
use generation::{NodeId, TokenId};

use super::Session;
use super::engine::{Engine, Load};

/// Windows for the demonstration.
pub const SMALL: [usize; 3] = [8, 16, 32];

/// Measurements kept; the oldest go first.
const KEPT: usize = 32;

/// Both passes over one context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
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

impl Measured {
    /// Whether both gave the same logits, to the bit.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.cached.logits == self.whole.logits
    }
}

/// A measurement under way.
#[derive(Debug)]
struct Asked {
    id: RequestId,
    node: NodeId,
    tokens: Vec<TokenId>,
    window: usize,
    part: Part,
}

/// Which pass it has come to.
#[derive(Clone, Copy, Debug)]
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
pub struct Passes {
    /// The reader's window; `None` is the model's own.
    small: Option<usize>,
    /// A press waits.
    wanted: bool,
    asked: Option<Asked>,
    measured: Vec<Measured>,
    refused: Option<Failure>,
}

impl Default for Passes {
    fn default() -> Self {
        Self { small: Some(SMALL[1]), wanted: false, asked: None, measured: Vec::new(), refused: None }
    }
}

impl Passes {
    /// The reader's window; `None` is the model's own.
    #[must_use]
    pub fn small(&self) -> Option<usize> {
        self.small
    }

    /// The window in force with a model: never more than it has.
    #[must_use]
    pub fn window(&self, model: &ModelInfo) -> usize {
        self.small.map_or(model.window, |small| small.min(model.window))
    }

    /// All measurements of the present text, the oldest first.
    #[must_use]
    pub fn measured(&self) -> &[Measured] {
        &self.measured
    }

    /// Whether a measurement waits or is under way.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.wanted || self.asked.is_some()
    }

    /// Whether passes are under way: nothing may come between them.
    pub(super) fn is_busy(&self) -> bool {
        self.asked.is_some()
    }

    /// Why the last measurement came to nothing.
    #[must_use]
    pub fn refused(&self) -> Option<&Failure> {
        self.refused.as_ref()
    }

    /// The worker is gone.
    pub(super) fn lose(&mut self) {
        self.wanted = false;
        self.asked = None;
    }

    /// The text or the model is another.
    pub(super) fn clear(&mut self) {
        self.measured.clear();
        self.refused = None;
    }
}

impl Session {
    /// The window and what was measured in it.
    #[must_use]
    pub fn passes(&self) -> &Passes {
        &self.passes
    }

    /// Chooses the window; `None` is the model's own.
    pub fn set_window(&mut self, small: Option<usize>) -> Vec<Request> {
        self.passes.small = small;
        self.stop_measuring()
    }

    /// What was measured of the context on show, in the present window.
    #[must_use]
    pub fn measured_here(&self) -> Option<Measured> {
        let (tip, window) = (self.generation.tip(), self.passes.window(self.shown_model()?));
        self.passes.measured.iter().find(|measured| measured.node == tip && measured.window == window).copied()
    }

    /// Whether the present context can be measured.
    #[must_use]
    pub fn can_measure(&self) -> bool {
        let ready = matches!(self.load, Load::Ready) && self.engine == Engine::Alive;
        ready && !self.generation.context().is_empty() && !self.passes.is_asked()
    }

    /// The reader asks for a measurement of the present context.
    pub fn measure(&mut self) {
        self.passes.wanted = self.can_measure();
        self.passes.refused = None;
    }

    /// Stops a measurement.
    pub fn stop_measuring(&mut self) -> Vec<Request> {
        self.passes.wanted = false;
        let stopped = self.passes.asked.take();
        stopped.map(|asked| Request::Cancel { id: asked.id }).into_iter().collect()
    }

    /// Begins the measurement that a press waits for, once nothing else is under way; stops one that is in the way.
    pub fn ask_pass(&mut self) -> Vec<Request> {
        let busy = self.running() || self.generation.pending().is_some();
        if busy && self.passes.is_busy() {
            return self.stop_measuring();
        }
        let idle = !busy && !self.passes.is_busy() && self.insights.is_idle() && self.ledgers.is_idle();
        let Some(model) = self.info.clone().filter(|_| idle && self.passes.wanted) else { return Vec::new() };
        self.passes.wanted = false;
        let tokens = self.generation.context();
        let part = if tokens.len() > 1 { Part::Before } else { Part::Cached };
        let (id, window) = (self.generation.fresh_id(), self.passes.window(&model));
        let asked = Asked { id, node: self.generation.tip(), tokens, window, part };
        let request = asked.request();
        self.passes.asked = Some(asked);
        vec![request]
    }

    /// Takes a pass and asks for the next; `None` if it was not asked for here.
    pub(super) fn arrive_pass(&mut self, id: RequestId, inspected: &Inspected) -> Option<Vec<Request>> {
        let mut asked = self.passes.asked.take_if(|asked| asked.id == id)?;
        let Inspected::Pass(pass) = *inspected else { return Some(Vec::new()) };
        asked.part = match asked.part {
            Part::Before => Part::Cached,
            Part::Cached => Part::Whole(pass),
            Part::Whole(cached) => {
                self.keep_pass(&asked, cached, pass);
                return Some(Vec::new());
            }
        };
        asked.id = self.generation.fresh_id();
        let request = asked.request();
        self.passes.asked = Some(asked);
        Some(vec![request])
    }

    fn keep_pass(&mut self, asked: &Asked, cached: Pass, whole: Pass) {
        let Asked { node, window, ref tokens, .. } = *asked;
        let measured = &mut self.passes.measured;
        measured.retain(|other| (other.node, other.window) != (node, window));
        if measured.len() >= KEPT {
            measured.remove(0);
        }
        measured.push(Measured { node, tokens: tokens.len(), window, cached, whole });
    }

    /// Whether the failed request was a pass.
    pub(super) fn fail_pass(&mut self, id: RequestId, failure: &Failure) -> bool {
        let failed = self.passes.asked.take_if(|asked| asked.id == id).is_some();
        if failed && *failure != Failure::Cancelled {
            self.passes.refused = Some(failure.clone());
        }
        failed
    }
}

impl Asked {
    fn request(&self) -> Request {
        let (until, cached) = match self.part {
            Part::Before => (self.tokens.len() - 1, true),
            Part::Cached => (self.tokens.len(), true),
            Part::Whole(_) => (self.tokens.len(), false),
        };
        let inspection = Inspection::Pass { window: self.window, cached };
        Request::Inspect { id: self.id, tokens: self.tokens[..until].to_vec(), inspection }
    }
}
