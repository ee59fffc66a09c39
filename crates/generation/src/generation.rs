//! The generation loop as a state machine.
//!
//! [`Generation::apply`] takes an [`Event`] and may return a [`Request`] for the model; the model's answer comes back
//! as an event. Nothing here waits, draws random numbers or knows of a browser: the same loop runs in the page, in
//! the command line and in the tests.
//!
//! Tokens form a tree: a token other than the present one at any place starts a branch, no branch is lost, and
//! going back to one whose step is known asks nothing of the model.

mod asking;
mod event;
mod linked;
mod places;
mod run;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::chain_rule::Ledger;
use crate::limits::MAX_NEW;
use crate::line::Line;
use crate::protocol::{Failure, Request, RequestId};
use crate::sampling::{Controls, Distribution, Draw, coin};
use crate::stage::Stage;
use crate::step::{Taps, TokenId};
use crate::tree::{Node, NodeId, Ranked, Toss};

pub use event::Event;

/// Whether tokens are generated one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Run {
    /// They are not, and nothing has to be said of it.
    #[default]
    Idle,
    /// They are.
    Running {
        /// A breakpoint for this run alone.
        to: Option<Line>,
    },
    /// They are not, for this reason.
    Halted(Halt),
}

/// Why nothing is being generated.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt {
    /// The model ended its text with this token.
    EndOfText(TokenId),
    /// The call has made its tokens, so many.
    Limit(usize),
    /// There is a breakpoint on this line.
    Breakpoint(Line),
    /// The reader paused.
    Paused,
    /// The last request failed.
    Failed(Failure),
}

/// What the loop would append next.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What the token is drawn from.
    pub distribution: Arc<Distribution>,
    /// The draw.
    pub draw: Draw,
}

/// The loop's state.
#[derive(Debug)]
pub struct Generation {
    prompt: Vec<TokenId>,
    nodes: Vec<Node>,
    tip: NodeId,
    history: Vec<NodeId>,
    stage: Stage,
    /// The line that has been run. While a stage other than the context is open, that says more (see
    /// [`Generation::line`]).
    line: Line,
    breakpoints: BTreeSet<Line>,
    max_new: usize,
    /// The context's length when the present call of the loop began; not above the tip's.
    called_at: usize,
    controls: Controls,
    seed: u64,
    taps: Taps,
    /// `None` until a model is ready.
    end_of_text: Option<Vec<TokenId>>,
    /// Whether the model computes; a recording only repeats.
    live: bool,
    /// The request under way, and what it asks to be shown.
    pending: Option<(RequestId, Taps)>,
    /// The request about another place than the tip (see [`linked`]).
    scoring: Option<(RequestId, NodeId)>,
    /// The places that the present model has said all of that it can.
    settled: BTreeSet<NodeId>,
    /// The places whose steps are kept, the one used last at the end; at most [`KEPT_STEPS`](crate::limits::KEPT_STEPS).
    kept: VecDeque<NodeId>,
    /// Places whose dropped steps are to be asked for again, the first first; at most as many.
    recalled: VecDeque<NodeId>,
    last_id: RequestId,
    run: Run,
}

impl Default for Generation {
    fn default() -> Self {
        Self::new(Controls::default(), 0, Taps::default())
    }
}

impl Generation {
    /// A loop without a prompt. `taps` is what a step shall show beside its logits, unless it is one of a run.
    #[must_use]
    pub fn new(controls: Controls, seed: u64, taps: Taps) -> Self {
        Self {
            prompt: Vec::new(),
            nodes: vec![Node::root()],
            tip: NodeId::ROOT,
            history: Vec::new(),
            stage: Stage::Context,
            line: Line::Copy,
            breakpoints: BTreeSet::new(),
            max_new: MAX_NEW,
            called_at: 0,
            controls,
            seed,
            taps,
            end_of_text: None,
            live: false,
            pending: None,
            scoring: None,
            settled: BTreeSet::new(),
            kept: VecDeque::new(),
            recalled: VecDeque::new(),
            last_id: 0,
            run: Run::Idle,
        }
    }

    /// Takes an event; what it returns must be sent to the model.
    ///
    /// The event changes the state; the question follows from the state.
    pub fn apply(&mut self, event: Event) -> Option<Request> {
        self.take(event);
        self.ask()
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Model { end_of_text, live } => self.set_model(end_of_text, live),
            Event::Prompt(tokens) => self.start(tokens),
            Event::TakeUp(snapshot) => self.take_up(*snapshot),
            Event::Restart => self.restart(),
            Event::Step { id, ranked } => self.arrive(id, ranked),
            Event::Failed { id, failure } => self.fail(id, failure),
            Event::Retry => self.forget_failure(),
            Event::Advance => self.advance(),
            Event::Open(stage) => self.open(stage),
            Event::StepLine => self.step_line(),
            Event::NextToken => self.next_token(),
            Event::Run => self.start_run(None),
            Event::RunTo(line) => self.start_run(Some(line)),
            Event::Pause => self.pause(),
            Event::Breakpoint { line, on: true } => drop(self.breakpoints.insert(line)),
            Event::Breakpoint { line, on: false } => drop(self.breakpoints.remove(&line)),
            Event::MaxNew(most) => self.max_new = most.max(1),
            Event::DrawAgain => self.nodes[self.tip.0].redraws += 1,
            Event::Alter { token, logit } => self.alter(token, logit),
            Event::Restore => self.nodes[self.tip.0].altered.clear(),
            Event::Continue => self.append_altered(),
            Event::Controls(controls) => self.controls = controls,
            Event::Seed(seed) => self.seed = seed,
            Event::Force { after, token } => self.force(after, token),
            Event::Select(node) => self.select(node),
            Event::Undo => self.undo(),
            Event::Recall(node) => self.recall(node),
        }
    }

    fn alter(&mut self, token: TokenId, logit: Option<f32>) {
        let altered = &mut self.nodes[self.tip.0].altered;
        match logit {
            Some(logit) if !logit.is_nan() => drop(altered.insert(token, logit)),
            _ => drop(altered.remove(&token)),
        }
    }

    /// What the loop would append at the tip; `None` until its step is known, and after the end of the text.
    #[must_use]
    pub fn choice(&self) -> Option<Choice> {
        self.choose(self.distribution()?)
    }

    /// What [`Event::Continue`] would append.
    #[must_use]
    pub fn altered_choice(&self) -> Option<Choice> {
        self.choose(self.altered_distribution()?)
    }

    fn choose(&self, distribution: Arc<Distribution>) -> Option<Choice> {
        if self.ended().is_some() {
            return None;
        }
        let draw = distribution.draw(self.coin())?;
        Some(Choice { distribution, draw })
    }

    /// The distribution at the tip under the present controls; `None` until its step is known.
    #[must_use]
    pub fn distribution(&self) -> Option<Arc<Distribution>> {
        Some(self.result()?.distribution(&self.context(), &self.controls))
    }

    /// [`Self::distribution`] with the logits that the reader has set.
    #[must_use]
    pub fn altered_distribution(&self) -> Option<Arc<Distribution>> {
        let ranking = self.result()?.ranking.with(&self.nodes[self.tip.0].altered);
        Some(Arc::new(Distribution::new(&ranking, &self.context(), &self.controls)))
    }

    /// The coin that decides the next token.
    #[must_use]
    pub fn coin(&self) -> f64 {
        self.coin_at(self.tip, self.toss())
    }

    fn coin_at(&self, node: NodeId, toss: Toss) -> f64 {
        coin(toss.seed, self.position(node) as u64, toss.number)
    }

    fn toss(&self) -> Toss {
        Toss { seed: self.seed, number: self.nodes[self.tip.0].redraws }
    }

    /// All tokens of the present context.
    #[must_use]
    pub fn context(&self) -> Vec<TokenId> {
        self.context_at(self.tip)
    }

    /// All tokens of the context that ends at `node`.
    #[must_use]
    pub fn context_at(&self, node: NodeId) -> Vec<TokenId> {
        let mut tokens = self.prompt.clone();
        tokens.extend(self.path(node).iter().map(|id| self.nodes[id.0].token));
        tokens
    }

    /// The generated nodes from the prompt to `node`, the prompt's own left out. Empty, as for the prompt, if there is
    /// no such node (any more).
    #[must_use]
    pub fn path(&self, node: NodeId) -> Vec<NodeId> {
        let known = self.node(node).map(|_| node);
        let up = |&id: &NodeId| self.nodes[id.0].parent;
        let mut path: Vec<NodeId> = std::iter::successors(known, up).take_while(|&id| id != NodeId::ROOT).collect();
        path.reverse();
        path
    }

    /// How many tokens the context at `node` has: the position of the token that comes next.
    #[must_use]
    pub fn position(&self, node: NodeId) -> usize {
        self.prompt.len() + self.node(node).map_or(0, |node| node.depth)
    }

    /// A node of the tree. Ids are good until the prompt changes: then they name nothing, or another node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// The nodes that have no child, in order of their making: one per branch.
    #[must_use]
    pub fn leaves(&self) -> Vec<NodeId> {
        (0..self.nodes.len()).map(NodeId).filter(|id| self.nodes[id.0].children.is_empty()).collect()
    }

    /// The chain rule over the generated tokens up to `node`: the prompt is given. `None` while no model has said how
    /// likely one of them is.
    #[must_use]
    pub fn ledger(&self, node: NodeId) -> Option<Ledger> {
        self.path(node)
            .iter()
            .try_fold(Ledger::default(), |ledger, id| Some(ledger.with(Some(self.nodes[id.0].log_probability?))))
    }

    /// The prompt's tokens.
    #[must_use]
    pub fn prompt(&self) -> &[TokenId] {
        &self.prompt
    }

    /// Where the present context ends.
    #[must_use]
    pub fn tip(&self) -> NodeId {
        self.tip
    }

    /// Whether the model computes; a recording only repeats.
    #[must_use]
    pub fn live(&self) -> bool {
        self.live
    }

    /// The sampling controls.
    #[must_use]
    pub fn controls(&self) -> &Controls {
        &self.controls
    }

    /// The seed of all coins.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The model's answer at the tip, once it is there.
    #[must_use]
    pub fn result(&self) -> Option<&Arc<Ranked>> {
        self.nodes[self.tip.0].result()
    }

    /// Whether tokens are generated one after the other, or why not.
    #[must_use]
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Why nothing is being generated; `None` if there is no obstacle.
    #[must_use]
    pub fn halt(&self) -> Option<&Halt> {
        match &self.run {
            Run::Halted(halt) => Some(halt),
            Run::Idle | Run::Running { .. } => None,
        }
    }

    /// Whether [`Event::Undo`] would change anything.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.history.is_empty()
    }
}
