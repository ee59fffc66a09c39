//! The generation loop as a state machine.
//!
//! [`Generation::apply`] takes an [`Event`] and may return a [`Request`] for the model; the model's answer comes back
//! as an event. Nothing here waits, draws random numbers or knows of a browser: the same loop runs in the page, in
//! the command line and in the tests.
//!
//! Tokens form a tree: a token other than the present one at any place starts a branch, no branch is lost, and
//! going back to one whose step is known asks nothing of the model.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::chain_rule::Ledger;
use crate::line::Line;
use crate::protocol::{Failure, Request, RequestId};
use crate::sampling::{Controls, Distribution, Draw, UNNAMED, coin};
use crate::stage::Stage;
use crate::step::{Taps, TokenId};
use crate::tree::{Node, NodeId, Origin, Ranked};

/// How many tokens one call of the loop makes, unless said otherwise.
pub const MAX_NEW: usize = 50;

/// What the loop is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A model is ready (again); these tokens end a text.
    Model {
        /// The model's end-of-text tokens.
        end_of_text: Vec<TokenId>,
        /// Whether it computes: a recording only repeats. What was recorded is asked for again when a live one comes.
        live: bool,
    },
    /// Start anew from these tokens.
    Prompt(Vec<TokenId>),
    /// Forget all but the prompt: branches, breakpoints, altered logits.
    Restart,
    /// The model's answer.
    Step {
        /// The request that it answers.
        id: RequestId,
        /// The answer.
        ranked: Arc<Ranked>,
    },
    /// A request failed, or (without an id) the worker did.
    Failed {
        /// The request.
        id: Option<RequestId>,
        /// Why.
        failure: Failure,
    },
    /// Go on to the next stage; after [`Stage::Sampling`] the token joins the context.
    Advance,
    /// Look at a stage of the present step.
    Open(Stage),
    /// Run one more line of the loop.
    StepLine,
    /// Finish this step: its token joins the context. In a run, a breakpoint on the way stops it.
    NextToken,
    /// Generate token after token, up to [`Generation::max_new`]. The driver sends [`Event::NextToken`] at its own
    /// pace while [`Generation::running`].
    Run,
    /// [`Event::Run`] as far as a line.
    RunTo(Line),
    /// Set or clear a breakpoint: a run halts where it comes to the line.
    Breakpoint {
        /// The line.
        line: Line,
        /// Whether to halt there.
        on: bool,
    },
    /// Set how many tokens one call of the loop makes, at least 1.
    MaxNew(usize),
    /// Stop generating.
    Pause,
    /// Draw again from the same distribution: the next coin for this position.
    DrawAgain,
    /// Set a logit for what comes next, in place of the model's; `None` gives it back.
    Alter {
        /// The token.
        token: TokenId,
        /// Its logit.
        logit: Option<f32>,
    },
    /// Give all altered logits back.
    Restore,
    /// Finish this step with a token drawn from the altered logits.
    Continue,
    /// Set the sampling controls.
    Controls(Controls),
    /// Set the seed of all coins.
    Seed(u64),
    /// Go on from `after` with `token`, whatever the model would draw.
    Force {
        /// The context to go on from.
        after: NodeId,
        /// The token.
        token: TokenId,
    },
    /// Go to a node of any branch.
    Select(NodeId),
    /// Go back to where the last change of place started.
    Undo,
    /// Ask again after a failure.
    Retry,
}

/// Why nothing is being generated.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt {
    /// The model ended its text with this token.
    EndOfText(TokenId),
    /// This many tokens were made, as many as one call makes.
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
    pub distribution: Distribution,
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
    /// Where the loop is. While a stage other than the context is open, that says more (see [`Generation::line`]).
    line: Line,
    breakpoints: BTreeSet<Line>,
    /// A breakpoint for one run.
    run_to: Option<Line>,
    max_new: usize,
    /// The context's length when the present call of the loop began.
    called_at: usize,
    controls: Controls,
    seed: u64,
    taps: Taps,
    /// `None` until a model is ready.
    end_of_text: Option<Vec<TokenId>>,
    /// Whether the model computes; a recording only repeats.
    live: bool,
    pending: Option<RequestId>,
    last_id: RequestId,
    running: bool,
    halt: Option<Halt>,
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
            run_to: None,
            max_new: MAX_NEW,
            called_at: 0,
            controls,
            seed,
            taps,
            end_of_text: None,
            live: false,
            pending: None,
            last_id: 0,
            running: false,
            halt: None,
        }
    }

    /// Takes an event; what it returns must be sent to the model.
    pub fn apply(&mut self, event: Event) -> Option<Request> {
        match event {
            Event::Model { end_of_text, live } => {
                self.end_of_text = Some(end_of_text);
                self.live = live;
                self.pending = None;
                return self.ask();
            }
            Event::Prompt(tokens) => return self.start(tokens),
            Event::Restart => return self.restart(),
            Event::Step { id, ranked } => self.arrive(id, ranked),
            Event::Failed { id, failure } => self.fail(id, failure),
            Event::Advance => return self.advance(),
            Event::Open(stage) => return self.open(stage),
            Event::StepLine => return self.step_line(),
            Event::NextToken if self.running => return self.run_on(),
            Event::NextToken => return self.append(),
            Event::Run => return self.run(None),
            Event::RunTo(line) => return self.run(Some(line)),
            Event::Pause => {
                if std::mem::take(&mut self.running) {
                    self.halt = Some(Halt::Paused);
                }
                // A run's steps show less.
                return self.retry();
            }
            Event::Breakpoint { line, on: true } => drop(self.breakpoints.insert(line)),
            Event::Breakpoint { line, on: false } => drop(self.breakpoints.remove(&line)),
            Event::MaxNew(most) => self.max_new = most.max(1),
            Event::DrawAgain => self.nodes[self.tip.0].redraws += 1,
            Event::Alter { token, logit } => self.alter(token, logit),
            Event::Restore => self.nodes[self.tip.0].altered.clear(),
            Event::Continue => return self.append_altered(),
            Event::Controls(controls) => self.controls = controls,
            Event::Seed(seed) => self.seed = seed,
            Event::Force { after, token } => return self.force(after, token),
            Event::Select(node) => {
                self.running = false;
                return if node.0 < self.nodes.len() { self.visit(node) } else { None };
            }
            Event::Undo => return self.undo(),
            Event::Retry => return self.retry(),
        }
        None
    }

    fn start(&mut self, tokens: Vec<TokenId>) -> Option<Request> {
        if tokens == self.prompt {
            return None;
        }
        self.prompt = tokens;
        self.nodes = vec![Node::root()];
        self.begin()
    }

    fn restart(&mut self) -> Option<Request> {
        self.nodes.truncate(1);
        let root = &mut self.nodes[0];
        root.redraws = 0;
        root.altered.clear();
        self.breakpoints.clear();
        self.max_new = MAX_NEW;
        self.begin()
    }

    fn begin(&mut self) -> Option<Request> {
        self.history.clear();
        self.running = false;
        self.stage = Stage::Context;
        self.called_at = self.prompt.len();
        self.arrive_at(NodeId::ROOT)
    }

    /// A new call of the loop, from the present context on.
    fn call(&mut self) {
        self.called_at = self.position(self.tip);
        self.line = Line::Copy;
    }

    fn arrive(&mut self, id: RequestId, ranked: Arc<Ranked>) {
        // An answer to an older question is dropped.
        if self.pending == Some(id) {
            self.pending = None;
            self.nodes[self.tip.0].result = Some(ranked);
        }
    }

    fn fail(&mut self, id: Option<RequestId>, failure: Failure) {
        if id.is_none() || (self.pending.is_some() && self.pending == id) {
            self.pending = None;
            self.running = false;
            self.halt = Some(Halt::Failed(failure));
        }
        if id.is_none() {
            self.end_of_text = None;
        }
    }

    fn advance(&mut self) -> Option<Request> {
        self.result()?;
        match self.stage.next() {
            Some(next) => self.open(next),
            None => self.append_and_return(),
        }
    }

    fn open(&mut self, stage: Stage) -> Option<Request> {
        if stage == Stage::Context && self.stage != Stage::Context {
            self.line = Line::Repeat;
        }
        if stage == Stage::Context || self.result().is_some() {
            self.stage = stage;
        }
        self.retry()
    }

    fn go_to(&mut self, line: Line) {
        self.line = line;
        self.stage = line.stage();
    }

    fn step_line(&mut self) -> Option<Request> {
        let next = match self.line() {
            Line::Define => Line::Copy,
            Line::Copy => Line::Repeat,
            Line::Repeat if self.is_exhausted() => Line::Return,
            Line::Repeat if self.result().is_some() => Line::Model,
            Line::Repeat => return self.retry(),
            Line::Model => Line::Softmax,
            Line::Softmax => Line::Sample,
            Line::Sample => return self.append_and_return(),
            Line::Append => Line::Stop,
            Line::Stop if self.ended().is_some() => Line::Return,
            Line::Stop => Line::Repeat,
            Line::Return if self.ended().is_some() => return None,
            Line::Return => {
                self.call();
                Line::Copy
            }
        };
        self.go_to(next);
        if next == Line::Return && self.ended().is_none() {
            self.halt = Some(Halt::Limit(self.max_new));
        }
        None
    }

    fn run(&mut self, to: Option<Line>) -> Option<Request> {
        self.line = self.line();
        if self.is_exhausted() {
            self.call();
        }
        self.run_to = to;
        self.running = self.ended().is_none();
        if !matches!(self.halt, Some(Halt::EndOfText(_) | Halt::Failed(_))) {
            self.halt = None;
        }
        self.retry()
    }

    /// One round of a run: line by line until the token has joined the context, or to a breakpoint.
    fn run_on(&mut self) -> Option<Request> {
        if self.result().is_none() {
            return self.retry();
        }
        const AHEAD: [Line; 5] = [Line::Stop, Line::Repeat, Line::Model, Line::Softmax, Line::Sample];
        let done = match self.line {
            Line::Append => 0,
            Line::Repeat => 2,
            Line::Model => 3,
            Line::Softmax => 4,
            Line::Sample => 5,
            Line::Define | Line::Copy | Line::Stop | Line::Return => 1,
        };
        if let Some(&line) = AHEAD[done..].iter().find(|&&line| self.halts_at(line)) {
            return self.break_at(line);
        }
        let before = self.tip;
        let request = self.append();
        if self.tip == before {
            return request;
        }
        if self.ended().is_some() {
            self.line = Line::Return;
        } else if self.halts_at(Line::Append) {
            return request.or(self.break_at(Line::Append));
        } else if self.is_exhausted() {
            self.running = false;
            self.line = Line::Return;
            self.halt = Some(Halt::Limit(self.max_new));
        }
        request
    }

    fn halts_at(&self, line: Line) -> bool {
        self.run_to == Some(line) || self.breakpoints.contains(&line)
    }

    fn break_at(&mut self, line: Line) -> Option<Request> {
        self.running = false;
        self.run_to = None;
        self.halt = Some(Halt::Breakpoint(line));
        self.go_to(line);
        self.retry()
    }

    /// Appends the token that the coin chooses; the open stage stays open.
    fn append(&mut self) -> Option<Request> {
        if self.ended().is_some() {
            return None;
        }
        let Some(choice) = self.choice() else { return self.retry() };
        let origin = Origin::Sampled { draw: choice.draw, controls: self.controls };
        self.append_as(choice.draw, origin)
    }

    fn append_and_return(&mut self) -> Option<Request> {
        let before = self.tip;
        let request = self.append();
        if self.tip != before {
            self.go_to(Line::Append);
        }
        request
    }

    fn append_altered(&mut self) -> Option<Request> {
        if self.ended().is_some() {
            return None;
        }
        let Some(choice) = self.altered_choice() else { return self.retry() };
        let logits = self.nodes[self.tip.0].altered.clone();
        self.append_as(choice.draw, Origin::Altered { draw: choice.draw, controls: self.controls, logits })
    }

    fn append_as(&mut self, draw: Draw, origin: Origin) -> Option<Request> {
        if draw.token == UNNAMED {
            // Only a live model can say which token this is.
            self.fail_here(Failure::NoModel);
            return None;
        }
        if self.is_exhausted() {
            self.call();
        }
        let child = self.child(self.tip, draw.token, origin)?;
        self.visit(child)
    }

    fn fail_here(&mut self, failure: Failure) {
        self.running = false;
        self.halt = Some(Halt::Failed(failure));
    }

    fn alter(&mut self, token: TokenId, logit: Option<f32>) {
        let tip = &mut self.nodes[self.tip.0];
        match logit {
            Some(logit) if !logit.is_nan() => drop(tip.altered.insert(token, logit)),
            _ => drop(tip.altered.remove(&token)),
        }
    }

    fn force(&mut self, after: NodeId, token: TokenId) -> Option<Request> {
        if after.0 >= self.nodes.len() || self.is_end(after) {
            return None;
        }
        let child = self.child(after, token, Origin::Forced)?;
        self.running = false;
        self.visit(child)
    }

    /// The child of `parent` by `token`, made if need be. `None` if the parent's step is not known or has no such
    /// token.
    fn child(&mut self, parent: NodeId, token: TokenId, origin: Origin) -> Option<NodeId> {
        let known = self.nodes.iter().position(|node| node.parent == Some(parent) && node.token == token);
        if let Some(index) = known {
            self.nodes[index].origin = origin;
            return Some(NodeId(index));
        }
        let log_probability = self.nodes[parent.0].result.as_ref()?.ranking.log_probability(token)?;
        self.nodes.push(Node::new(Some(parent), token, origin, log_probability));
        Some(NodeId(self.nodes.len() - 1))
    }

    fn undo(&mut self) -> Option<Request> {
        self.running = false;
        let before = self.history.pop()?;
        self.arrive_at(before)
    }

    fn visit(&mut self, node: NodeId) -> Option<Request> {
        if node != self.tip {
            self.history.push(self.tip);
        }
        self.arrive_at(node)
    }

    fn arrive_at(&mut self, node: NodeId) -> Option<Request> {
        self.tip = node;
        self.pending = None;
        self.line = if node == NodeId::ROOT { Line::Copy } else { Line::Append };
        if self.position(node) < self.called_at {
            self.called_at = self.prompt.len();
        }
        self.ask()
    }

    /// Asks for the tip's step if need be, whatever stood in the way before. At the end of the text all stops.
    fn ask(&mut self) -> Option<Request> {
        self.halt = None;
        if let Some(token) = self.ended() {
            self.running = false;
            self.halt = Some(Halt::EndOfText(token));
            return None;
        }
        self.retry()
    }

    /// Asks for the tip's step, unless it is known, asked for, or cannot be had.
    fn retry(&mut self) -> Option<Request> {
        let idle = self.pending.is_none() && self.end_of_text.is_some();
        if !idle || self.is_answered() || self.ended().is_some() {
            return None;
        }
        let tokens = self.context();
        if tokens.is_empty() {
            return None;
        }
        if self.result().is_none() {
            self.halt = None;
        }
        let id = self.fresh_id();
        self.pending = Some(id);
        let taps = if self.running { Taps::default() } else { self.taps };
        Some(Request::Step { id, tokens, taps })
    }

    /// Whether the tip's step is known, from a model if there is one, with what the open stage shows.
    fn is_answered(&self) -> bool {
        let inside = matches!(self.stage, Stage::Embedding | Stage::Transformer) && !self.running;
        let taps = if inside { self.taps } else { Taps::default() };
        self.result().is_some_and(|ranked| ranked.recorded || ranked.shows(taps))
            && !(self.live && self.result().is_some_and(|ranked| ranked.recorded))
    }

    /// An id for a request, larger than all before it.
    pub fn fresh_id(&mut self) -> RequestId {
        self.last_id += 1;
        self.last_id
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

    fn choose(&self, distribution: Distribution) -> Option<Choice> {
        if self.ended().is_some() {
            return None;
        }
        let draw = distribution.draw(self.coin())?;
        Some(Choice { distribution, draw })
    }

    /// The distribution at the tip under the present controls; `None` until its step is known.
    #[must_use]
    pub fn distribution(&self) -> Option<Distribution> {
        Some(Distribution::new(&self.result()?.ranking, &self.context(), &self.controls))
    }

    /// [`Self::distribution`] with the logits that the reader has set.
    #[must_use]
    pub fn altered_distribution(&self) -> Option<Distribution> {
        let ranking = self.result()?.ranking.with(&self.nodes[self.tip.0].altered);
        Some(Distribution::new(&ranking, &self.context(), &self.controls))
    }

    /// The coin that decides the next token.
    #[must_use]
    pub fn coin(&self) -> f64 {
        let position = self.position(self.tip);
        coin(self.seed, position as u64, self.nodes[self.tip.0].redraws)
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
        self.prompt.len() + self.path(node).len()
    }

    /// A node of the tree. Ids are good until the prompt changes: then they name nothing, or another node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// The nodes that have no child, in order of their making: one per branch.
    #[must_use]
    pub fn leaves(&self) -> Vec<NodeId> {
        let is_leaf = |id: &NodeId| !self.nodes.iter().any(|node| node.parent == Some(*id));
        (0..self.nodes.len()).map(NodeId).filter(is_leaf).collect()
    }

    /// The chain rule over the generated tokens up to `node`: the prompt is given.
    #[must_use]
    pub fn ledger(&self, node: NodeId) -> Ledger {
        Ledger::of(self.path(node).iter().map(|id| Some(self.nodes[id.0].log_probability)))
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

    /// The stage that is being looked at.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The line of the loop that is current: it has been run, and the next press runs the one after it.
    #[must_use]
    pub fn line(&self) -> Line {
        match self.stage.line() {
            // The pass of a run is under way, whatever is being looked at.
            _ if self.running && self.pending.is_some() => Line::Model,
            Some(line) if self.result().is_some() => line,
            _ => self.line,
        }
    }

    /// The lines at which a run halts.
    #[must_use]
    pub fn breakpoints(&self) -> &BTreeSet<Line> {
        &self.breakpoints
    }

    /// How many tokens one call of the loop makes.
    #[must_use]
    pub fn max_new(&self) -> usize {
        self.max_new
    }

    /// How many tokens the present call of the loop has made.
    #[must_use]
    pub fn made(&self) -> usize {
        self.position(self.tip).saturating_sub(self.called_at)
    }

    fn is_exhausted(&self) -> bool {
        self.made() >= self.max_new
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
        self.nodes[self.tip.0].result.as_ref()
    }

    /// The request under way, if any.
    #[must_use]
    pub fn pending(&self) -> Option<RequestId> {
        self.pending
    }

    /// Whether tokens shall be generated one after the other.
    #[must_use]
    pub fn running(&self) -> bool {
        self.running
    }

    /// Why nothing is being generated; `None` if there is no obstacle.
    #[must_use]
    pub fn halt(&self) -> Option<&Halt> {
        self.halt.as_ref()
    }

    /// Whether [`Event::Undo`] would change anything.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.history.is_empty()
    }

    fn ended(&self) -> Option<TokenId> {
        self.is_end(self.tip).then(|| self.nodes[self.tip.0].token)
    }

    fn is_end(&self, node: NodeId) -> bool {
        let ends = |token| self.end_of_text.as_ref().is_some_and(|ends| ends.contains(token));
        node != NodeId::ROOT && ends(&self.nodes[node.0].token)
    }
}
