//! The generation loop as a state machine.
//!
//! [`Generation::apply`] takes an [`Event`] and may return a [`Request`] for the model; the model's answer comes back
//! as an event. Nothing here waits, draws random numbers or knows of a browser: the same loop runs in the page, in
//! the command line and in the tests.
//!
//! Tokens form a tree: a token other than the present one at any place starts a branch, no branch is lost, and
//! going back to one whose step is known asks nothing of the model.

use std::sync::Arc;

use crate::chain_rule::Ledger;
use crate::protocol::{Failure, Request, RequestId};
use crate::sampling::{Controls, Distribution, Draw, Ranking, coin, log_sum_exp};
use crate::stage::Stage;
use crate::step::{Step, Taps, TokenId};
use crate::tree::{Node, NodeId, Origin, Ranked};

/// What the loop is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A model is ready (again); these tokens end a text.
    Model {
        /// The model's end-of-text tokens.
        end_of_text: Vec<TokenId>,
    },
    /// Start anew from these tokens.
    Prompt(Vec<TokenId>),
    /// The model's answer.
    Step {
        /// The request that it answers.
        id: RequestId,
        /// The answer.
        step: Arc<Step>,
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
    /// Finish this step: its token joins the context.
    NextToken,
    /// Generate token after token. The driver sends [`Event::NextToken`] at its own pace while
    /// [`Generation::running`].
    Run,
    /// Stop generating.
    Pause,
    /// Draw again from the same distribution: the next coin for this position.
    DrawAgain,
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
    controls: Controls,
    seed: u64,
    taps: Taps,
    /// `None` until a model is ready.
    end_of_text: Option<Vec<TokenId>>,
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
    /// A loop without a prompt. `taps` is what every step shall show.
    #[must_use]
    pub fn new(controls: Controls, seed: u64, taps: Taps) -> Self {
        Self {
            prompt: Vec::new(),
            nodes: vec![Node::root()],
            tip: NodeId::ROOT,
            history: Vec::new(),
            stage: Stage::Context,
            controls,
            seed,
            taps,
            end_of_text: None,
            pending: None,
            last_id: 0,
            running: false,
            halt: None,
        }
    }

    /// Takes an event; what it returns must be sent to the model.
    pub fn apply(&mut self, event: Event) -> Option<Request> {
        match event {
            Event::Model { end_of_text } => {
                self.end_of_text = Some(end_of_text);
                self.pending = None;
                self.ask()
            }
            Event::Prompt(tokens) => self.start(tokens),
            Event::Step { id, step } => {
                self.arrive(id, step);
                None
            }
            Event::Failed { id, failure } => {
                self.fail(id, failure);
                None
            }
            Event::Advance => self.advance(),
            Event::Open(stage) => {
                if stage == Stage::Context || self.result().is_some() {
                    self.stage = stage;
                }
                None
            }
            Event::NextToken => self.append(),
            Event::Run => {
                self.running = self.ended().is_none();
                if self.halt == Some(Halt::Paused) {
                    self.halt = None;
                }
                self.retry()
            }
            Event::Pause => {
                if std::mem::take(&mut self.running) {
                    self.halt = Some(Halt::Paused);
                }
                None
            }
            Event::DrawAgain => {
                self.nodes[self.tip.0].redraws += 1;
                None
            }
            Event::Controls(controls) => {
                self.controls = controls;
                None
            }
            Event::Seed(seed) => {
                self.seed = seed;
                None
            }
            Event::Force { after, token } => self.force(after, token),
            Event::Select(node) => {
                self.running = false;
                if node.0 < self.nodes.len() { self.visit(node) } else { None }
            }
            Event::Undo => self.undo(),
            Event::Retry => self.retry(),
        }
    }

    fn start(&mut self, tokens: Vec<TokenId>) -> Option<Request> {
        if tokens == self.prompt {
            return None;
        }
        self.prompt = tokens;
        self.nodes = vec![Node::root()];
        self.history.clear();
        self.running = false;
        self.arrive_at(NodeId::ROOT)
    }

    fn arrive(&mut self, id: RequestId, step: Arc<Step>) {
        // An answer to an older question is dropped.
        if self.pending == Some(id) {
            self.pending = None;
            let ranking = Ranking::new(&step.logits);
            self.nodes[self.tip.0].result = Some(Arc::new(Ranked { step, ranking }));
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
            Some(next) => {
                self.stage = next;
                None
            }
            None => self.append(),
        }
    }

    /// Appends the token that the coin chooses.
    fn append(&mut self) -> Option<Request> {
        if self.ended().is_some() {
            return None;
        }
        let Some(choice) = self.choice() else { return self.retry() };
        let origin = Origin::Sampled { draw: choice.draw, controls: self.controls };
        let child = self.child(self.tip, choice.draw.token, origin)?;
        self.visit(child)
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
            return Some(NodeId(index));
        }
        let logits = &self.nodes[parent.0].result.as_ref()?.step.logits;
        let log_probability = f64::from(*logits.get(token as usize)?) - log_sum_exp(logits);
        self.nodes.push(Node { parent: Some(parent), token, origin, log_probability, redraws: 0, result: None });
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
        self.stage = Stage::Context;
        self.pending = None;
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
        if !idle || self.result().is_some() || self.ended().is_some() {
            return None;
        }
        let tokens = self.context();
        if tokens.is_empty() {
            return None;
        }
        self.halt = None;
        let id = self.fresh_id();
        self.pending = Some(id);
        Some(Request::Step { id, tokens, taps: self.taps })
    }

    /// An id for a request, larger than all before it.
    pub fn fresh_id(&mut self) -> RequestId {
        self.last_id += 1;
        self.last_id
    }

    /// What the loop would append at the tip; `None` until its step is known, and after the end of the text.
    #[must_use]
    pub fn choice(&self) -> Option<Choice> {
        let distribution = self.distribution()?;
        if self.ended().is_some() {
            return None;
        }
        let draw = distribution.draw(self.coin())?;
        Some(Choice { distribution, draw })
    }

    /// The distribution at the tip under the present controls; `None` until its step is known.
    #[must_use]
    pub fn distribution(&self) -> Option<Distribution> {
        let Ranked { step, ranking } = &**self.result()?;
        Some(Distribution::new(&step.logits, ranking, &self.context(), &self.controls))
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
