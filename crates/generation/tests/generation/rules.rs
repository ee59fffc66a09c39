//! Arbitrary events, and what is true after each.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use generation::generation::{Event, Generation, Halt, MAX_NEW};
use generation::protocol::{Failure, Request, RequestId};
use generation::sampling::{self, Controls, Distribution, Ranking, UNNAMED, coin};
use generation::step::{Taps, TokenId};
use generation::tree::{Alterations, NodeId, Origin, Ranked};
use generation::{Line, Stage};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::fake::{
    END, Live, TAPS, VOCABULARY, computed, crash, fake_logits, log_probability, model_ready, recorded, recording_ready,
};

/// How many tokens the recording names.
const NAMED: usize = 6;

/// What may happen; indices choose among what there is at the time.
#[derive(Clone, Debug)]
enum Act {
    ModelReady,
    RecordingReady,
    Answer,
    AnswerLate(Index),
    AnswerUnasked(RequestId),
    Fail,
    FailLate(Index),
    Crash,
    Prompt(Vec<TokenId>),
    Restart,
    Advance,
    Open(Stage),
    StepLine,
    NextToken,
    Run(Option<Line>),
    Breakpoint(Line, bool),
    MaxNew(usize),
    Pause,
    DrawAgain,
    Alter(TokenId, Option<f32>),
    Restore,
    Continue,
    Controls(Controls),
    Seed(u64),
    Force(Index, TokenId),
    Select(Index),
    Undo,
    Retry,
}

fn act() -> impl Strategy<Value = Act> {
    let controls = (prop_oneof![Just(0.0), Just(f32::INFINITY), 0.1..3.0f32], 0..5usize, 0.1..1.1f32, 0.5..2.0f32)
        .prop_map(|(temperature, top_k, top_p, repetition_penalty)| {
            Act::Controls(Controls { temperature, top_k, top_p, min_p: 0.0, repetition_penalty })
        });
    let line = || prop::sample::select(&Line::ALL[..]);
    let logit = prop_oneof![2 => (-9.0..9.0f32).prop_map(Some), 1 => Just(None), 1 => Just(Some(f32::NAN))];
    prop_oneof![
        2 => Just(Act::ModelReady),
        1 => Just(Act::RecordingReady),
        20 => Just(Act::Answer),
        3 => any::<Index>().prop_map(Act::AnswerLate),
        1 => any::<RequestId>().prop_map(Act::AnswerUnasked),
        1 => Just(Act::Fail),
        1 => any::<Index>().prop_map(Act::FailLate),
        1 => Just(Act::Crash),
        1 => prop::collection::vec(0..VOCABULARY, 0..3).prop_map(Act::Prompt),
        1 => Just(Act::Restart),
        8 => Just(Act::Advance),
        4 => prop::sample::select(&Stage::ALL[..]).prop_map(Act::Open),
        8 => Just(Act::StepLine),
        10 => Just(Act::NextToken),
        4 => Just(Act::Run(None)),
        2 => line().prop_map(|line| Act::Run(Some(line))),
        2 => (line(), any::<bool>()).prop_map(|(line, on)| Act::Breakpoint(line, on)),
        1 => (0..6usize).prop_map(Act::MaxNew),
        2 => Just(Act::Pause),
        2 => Just(Act::DrawAgain),
        3 => (0..=VOCABULARY, logit).prop_map(|(token, logit)| Act::Alter(token, logit)),
        1 => Just(Act::Restore),
        2 => Just(Act::Continue),
        1 => controls,
        1 => (0..3u64).prop_map(Act::Seed),
        4 => (any::<Index>(), 0..=VOCABULARY).prop_map(|(after, token)| Act::Force(after, token)),
        2 => any::<Index>().prop_map(Act::Select),
        3 => Just(Act::Undo),
        1 => Just(Act::Retry),
    ]
}

/// A node as it must stay.
#[derive(Debug, PartialEq)]
struct Kept {
    parent: Option<NodeId>,
    token: TokenId,
    origin: Origin,
    log_probability: f64,
    known: bool,
    computed: bool,
}

/// A generation, and beside it what a simple-minded observer expects.
struct World {
    generation: Generation,
    /// Every request so far, with its context and what it shall show.
    asked: Vec<(RequestId, Vec<TokenId>, Taps)>,
    /// Every id ever given out, of former prompts too; the root first.
    ids: Vec<NodeId>,
    model: bool,
    live: bool,
    prompt: Vec<TokenId>,
    /// Where each change of place started.
    places: Vec<NodeId>,
    kept: Vec<(NodeId, Kept)>,
    altered: HashMap<NodeId, Alterations>,
    breakpoints: BTreeSet<Line>,
    run_to: Option<Line>,
    /// The line from which a run started, until its first token.
    run_from: Option<Line>,
    max_new: usize,
    /// The most tokens that the present call may have made: the maximum may have been lowered meanwhile.
    most: usize,
}

impl World {
    fn new() -> Self {
        Self {
            generation: Generation::new(Controls::default(), 1, TAPS),
            asked: Vec::new(),
            ids: vec![NodeId::ROOT],
            model: false,
            live: false,
            prompt: Vec::new(),
            places: Vec::new(),
            kept: Vec::new(),
            altered: HashMap::new(),
            breakpoints: BTreeSet::new(),
            run_to: None,
            run_from: None,
            max_new: MAX_NEW,
            most: MAX_NEW,
        }
    }

    /// Everything there is to know of the generation.
    fn snapshot(&self) -> String {
        format!("{:?}", self.generation)
    }

    /// All nodes of the tree, each once, parents first.
    fn nodes(&self) -> Vec<NodeId> {
        let mut seen = HashSet::new();
        let leaves = self.generation.leaves();
        let paths = leaves.iter().flat_map(|&leaf| self.generation.path(leaf));
        std::iter::once(NodeId::ROOT).chain(paths).filter(|&node| seen.insert(node)).collect()
    }

    fn children(&self, parent: NodeId) -> Vec<NodeId> {
        let is_child = |node: &NodeId| self.generation.node(*node).unwrap().parent() == Some(parent);
        self.nodes().into_iter().filter(is_child).collect()
    }

    fn is_end(&self, node: NodeId) -> bool {
        self.model && node != NodeId::ROOT && self.generation.node(node).unwrap().token() == END
    }

    fn ended(&self) -> bool {
        self.is_end(self.generation.tip())
    }

    fn known(&self) -> bool {
        self.generation.result().is_some()
    }

    /// No more tokens come of this call.
    fn is_over(&self) -> bool {
        self.ended() || self.generation.line() == Line::Return || self.generation.made() >= self.max_new
    }

    /// The token that the coin chooses, if it has a name.
    fn chosen(&self) -> Option<TokenId> {
        self.generation.choice().map(|choice| choice.draw.token).filter(|&token| token != UNNAMED)
    }

    fn halts_at(&self, line: Line) -> bool {
        self.breakpoints.contains(&line) || self.run_to == Some(line)
    }

    /// Applies an event that nothing shall come of.
    fn is_ignored(&mut self, event: Event) {
        let before = self.snapshot();
        assert_eq!(self.generation.apply(event), None);
        assert_eq!(self.snapshot(), before);
    }

    /// Applies an event and notes the change of place and the request. What is on show stays there.
    fn apply(&mut self, event: Event) -> Option<Request> {
        let (from, known) = (self.generation.tip(), self.known());
        let request = self.generation.apply(event);
        if self.generation.tip() != from {
            self.places.push(from);
        } else {
            assert!(self.known() || !known);
        }
        self.note(request)
    }

    /// A request is for the present context and newer than all before it. Only a run shows no inside.
    fn note(&mut self, request: Option<Request>) -> Option<Request> {
        if let Some(request) = &request {
            let Request::Step { id, tokens, taps } = request else { panic!("{request:?}") };
            assert_eq!(*tokens, self.generation.context());
            assert_eq!(*taps, if self.generation.running() { Taps::default() } else { TAPS });
            assert_eq!(self.generation.pending(), Some(*id));
            assert!(self.asked.iter().all(|(older, ..)| older < id));
            self.asked.push((*id, tokens.clone(), *taps));
        }
        request
    }

    fn answer(&self, context: &[TokenId], taps: Taps) -> Arc<Ranked> {
        if self.live { computed(context, taps) } else { recorded(context, NAMED) }
    }

    /// Applies an event that appends `token`; the record of how it came there is new.
    fn appends(&mut self, event: Event, token: TokenId) {
        let (tip, over, made) = (self.generation.tip(), self.is_over(), self.generation.made());
        self.apply(event);
        let id = self.generation.tip();
        let node = self.generation.node(id).unwrap();
        assert_eq!((node.parent(), node.token()), (Some(tip), token));
        assert_eq!(
            self.generation.made(),
            if over { 1 } else { made + 1 },
            "a call that is over is followed by another"
        );
        let now = kept(&self.generation, id);
        if let Some((_, before)) = self.kept.iter_mut().find(|(known, _)| *known == id) {
            before.origin = now.origin;
        }
        self.run_from = None;
    }

    /// Applies an event that stays where it is.
    fn stays(&mut self, event: Event) {
        let tip = self.generation.tip();
        self.apply(event);
        assert_eq!(self.generation.tip(), tip);
    }

    fn act(&mut self, act: Act) {
        let pending = self.generation.pending();
        let tip = self.generation.tip();
        match act {
            Act::ModelReady | Act::RecordingReady => {
                self.model = true;
                self.live = matches!(act, Act::ModelReady);
                self.stays(if self.live { model_ready() } else { recording_ready() });
                let failed = matches!(self.generation.halt(), Some(Halt::Failed(_)));
                assert!(!failed, "the model is there again");
            }
            Act::Answer => {
                let Some(id) = pending else { return };
                let (_, tokens, taps) = self.asked.last().unwrap();
                let ranked = self.answer(tokens, *taps);
                self.stays(Event::Step { id, ranked: ranked.clone() });
                assert!(Arc::ptr_eq(self.generation.result().unwrap(), &ranked));
            }
            Act::AnswerLate(_) | Act::FailLate(_) if self.asked.is_empty() => {}
            Act::AnswerLate(index) => {
                let (id, tokens, taps) = index.get(&self.asked).clone();
                if pending != Some(id) {
                    self.is_ignored(Event::Step { id, ranked: computed(&tokens, taps) });
                }
            }
            Act::AnswerUnasked(id) => {
                if pending != Some(id) {
                    self.is_ignored(Event::Step { id, ranked: computed(&[1], TAPS) });
                }
            }
            Act::Fail => {
                if let Some(id) = pending {
                    assert_eq!(self.apply(Event::Failed { id: Some(id), failure: Failure::Cancelled }), None);
                    assert_eq!(self.generation.halt(), Some(&Halt::Failed(Failure::Cancelled)));
                    assert!(!self.generation.running());
                }
            }
            Act::FailLate(index) => {
                let (id, ..) = index.get(&self.asked).clone();
                if pending != Some(id) {
                    self.is_ignored(Event::Failed { id: Some(id), failure: Failure::Cancelled });
                }
            }
            Act::Crash => {
                (self.model, self.live) = (false, false);
                assert_eq!(self.apply(Event::Failed { id: None, failure: crash() }), None);
                assert_eq!(self.generation.halt(), Some(&Halt::Failed(crash())));
                assert!(!self.generation.running());
            }
            Act::Prompt(tokens) if tokens == self.prompt => self.is_ignored(Event::Prompt(tokens)),
            Act::Prompt(tokens) => {
                self.prompt = tokens.clone();
                self.begin(Event::Prompt(tokens));
            }
            Act::Restart => self.restart(),
            Act::Advance => self.advance(),
            Act::Open(stage) => {
                let (before, known) = (self.generation.stage(), self.known());
                self.stays(Event::Open(stage));
                let opens = known || stage == Stage::Context;
                assert_eq!(self.generation.stage(), if opens { stage } else { before });
            }
            Act::StepLine => self.step_line(),
            Act::NextToken if self.generation.running() => self.run_on(),
            Act::NextToken => {
                let (stage, ended) = (self.generation.stage(), self.ended());
                match self.chosen() {
                    Some(token) if !ended => {
                        self.appends(Event::NextToken, token);
                        self.has_returned_if_over();
                    }
                    _ => self.stays(Event::NextToken),
                }
                assert_eq!(self.generation.stage(), stage, "the open stage stays open");
            }
            Act::Run(to) => self.run(to),
            Act::Breakpoint(line, on) => {
                let _ = if on { self.breakpoints.insert(line) } else { self.breakpoints.remove(&line) };
                self.stays(Event::Breakpoint { line, on });
            }
            Act::MaxNew(most) => {
                self.max_new = most.max(1);
                self.stays(Event::MaxNew(most));
            }
            Act::Pause => {
                let running = self.generation.running();
                self.stays(Event::Pause);
                assert!(!self.generation.running());
                assert!(!running || self.generation.halt() == Some(&Halt::Paused));
            }
            Act::DrawAgain => {
                let (coin, redraws) = (self.generation.coin(), self.generation.node(tip).unwrap().redraws());
                self.stays(Event::DrawAgain);
                assert_ne!(self.generation.coin(), coin);
                assert_eq!(self.generation.node(tip).unwrap().redraws(), redraws + 1);
            }
            Act::Alter(token, logit) => {
                let altered = self.altered.entry(tip).or_default();
                match logit {
                    Some(logit) if !logit.is_nan() => drop(altered.insert(token, logit)),
                    _ => drop(altered.remove(&token)),
                }
                let (distribution, choice) = (self.generation.distribution(), self.generation.choice());
                self.stays(Event::Alter { token, logit });
                assert_eq!((self.generation.distribution(), self.generation.choice()), (distribution, choice));
            }
            Act::Restore => {
                self.altered.remove(&tip);
                self.stays(Event::Restore);
            }
            Act::Continue => self.continue_altered(),
            Act::Controls(controls) => {
                self.stays(Event::Controls(controls));
                assert_eq!(self.generation.controls(), &controls);
            }
            Act::Seed(seed) => {
                self.stays(Event::Seed(seed));
                assert_eq!(self.generation.seed(), seed);
            }
            Act::Force(index, token) => self.force(*index.get(&self.ids), token),
            Act::Select(index) => {
                let node = *index.get(&self.ids);
                if self.generation.node(node).is_none() {
                    return self.is_ignored(Event::Select(node));
                }
                let stage = self.generation.stage();
                self.apply(Event::Select(node));
                assert_eq!(self.generation.tip(), node);
                self.has_gone_there(stage);
            }
            Act::Undo => self.undo(),
            Act::Retry => self.stays(Event::Retry),
        }
    }

    fn begin(&mut self, event: Event) {
        self.kept.clear();
        self.altered.clear();
        let request = self.generation.apply(event);
        self.note(request);
        self.places.clear();
        assert_eq!(self.nodes(), [NodeId::ROOT]);
        let generation = &self.generation;
        assert_eq!(
            (generation.tip(), generation.stage(), generation.line()),
            (NodeId::ROOT, Stage::Context, Line::Copy)
        );
        assert_eq!((generation.made(), generation.running()), (0, false));
    }

    fn restart(&mut self) {
        let root = self.generation.node(NodeId::ROOT).unwrap().result().cloned();
        let given = (*self.generation.controls(), self.generation.seed());
        self.breakpoints.clear();
        self.max_new = MAX_NEW;
        self.begin(Event::Restart);
        let node = self.generation.node(NodeId::ROOT).unwrap();
        assert_eq!(node.result(), root.as_ref(), "the prompt's step is known still");
        assert_eq!(node.redraws(), 0);
        assert_eq!((*self.generation.controls(), self.generation.seed()), given);
    }

    fn advance(&mut self) {
        let (stage, known) = (self.generation.stage(), self.known());
        match (stage.next(), self.chosen()) {
            (None, Some(token)) if known && !self.ended() => {
                self.appends(Event::Advance, token);
                let under_way = self.generation.running() && !self.known() && !self.is_over();
                let line = if under_way { Line::Model } else { Line::Append };
                assert_eq!((self.generation.stage(), self.generation.line()), (Stage::Context, line));
            }
            (next, _) => {
                self.stays(Event::Advance);
                assert_eq!(self.generation.stage(), next.filter(|_| known).unwrap_or(stage));
            }
        }
    }

    fn step_line(&mut self) {
        if self.generation.running() {
            // A press on a running loop stops it before anything else.
            self.act(Act::Pause);
        }
        let (line, stage, ended, known) = (self.generation.line(), self.generation.stage(), self.ended(), self.known());
        let exhausted = self.generation.made() >= self.max_new;
        let next = match line {
            Line::Define => unreachable!("a call starts at its first line"),
            Line::Append => Line::Stop,
            _ if ended => Line::Return,
            Line::Copy => Line::Repeat,
            Line::Repeat if exhausted => Line::Return,
            Line::Repeat | Line::Model if !known => line,
            Line::Repeat => Line::Model,
            Line::Model => Line::Softmax,
            Line::Softmax => Line::Sample,
            Line::Sample => match self.chosen() {
                None => Line::Sample,
                Some(token) => {
                    self.appends(Event::StepLine, token);
                    assert_eq!((self.generation.stage(), self.generation.line()), (Stage::Context, Line::Append));
                    return;
                }
            },
            Line::Stop => Line::Repeat,
            Line::Return => Line::Copy,
        };
        self.stays(Event::StepLine);
        assert_eq!(self.generation.line(), next);
        if next != line {
            let kept = stage.line() == Some(next);
            assert_eq!(self.generation.stage(), if kept { stage } else { next.stage() });
        }
        if next == Line::Return && !ended {
            assert_eq!(self.generation.halt(), Some(&Halt::Limit(self.generation.made())));
        }
        if line == Line::Return && !ended {
            assert_eq!(self.generation.made(), 0, "a new call");
        }
    }

    fn run(&mut self, to: Option<Line>) {
        let event = || to.map_or(Event::Run, Event::RunTo);
        if self.ended() {
            return self.is_ignored(event());
        }
        let (stage, line, again) = (self.generation.stage(), self.generation.line(), self.generation.running());
        let (made, known) = (self.generation.made(), self.known());
        self.run_to = to;
        if !again {
            self.run_from = known.then_some(line);
        }
        self.stays(event());
        assert_eq!(self.generation.made(), if line == Line::Return { 0 } else { made });
        match self.generation.halt() {
            Some(Halt::Breakpoint(line)) => {
                assert!(matches!(line, Line::Copy | Line::Stop | Line::Repeat), "before the pass: {line:?}");
                self.has_halted_at(*line);
            }
            _ => assert_eq!((self.generation.running(), self.generation.stage()), (true, stage)),
        }
    }

    /// The next token of a run.
    fn run_on(&mut self) {
        let (tip, stage, known) = (self.generation.tip(), self.generation.stage(), self.known());
        let (made, unnamed) = (self.generation.made(), self.chosen().is_none());
        self.apply(Event::NextToken);
        if self.generation.tip() == tip {
            assert_eq!(self.generation.made(), made);
            match self.generation.halt() {
                _ if !known => assert!(self.generation.running() || !self.model),
                Some(Halt::Breakpoint(line)) => {
                    assert_eq!(line.stage() == Stage::Context, matches!(line, Line::Stop | Line::Repeat));
                    self.has_halted_at(*line);
                }
                Some(Halt::Limit(limit)) => assert!(made >= self.max_new && *limit == made),
                Some(Halt::Failed(failure)) => assert!(unnamed && !self.live && *failure == Failure::NoModel),
                halt => assert!(unnamed && self.live, "{halt:?}"),
            }
            return;
        }
        let node = self.generation.node(self.generation.tip()).unwrap();
        assert_eq!(node.parent(), Some(tip));
        assert_eq!(self.generation.made(), made + 1, "a run does not begin another call");
        assert!(made < self.max_new);
        for line in [Line::Model, Line::Softmax, Line::Sample] {
            let passed = self.run_from.is_some_and(|from| from.stage() != Stage::Context && from >= line);
            assert!(passed || !self.halts_at(line), "ran over {line:?}");
        }
        self.run_from = None;
        let origin = node.origin().clone();
        let id = self.generation.tip();
        if let Some((_, before)) = self.kept.iter_mut().find(|(known, _)| *known == id) {
            before.origin = origin;
        }
        let after: Vec<Line> = [Line::Append, Line::Stop].into_iter().filter(|&line| self.halts_at(line)).collect();
        if let Some(&line) = after.first() {
            assert_eq!((self.generation.running(), self.generation.line()), (false, line));
        } else if self.generation.halt() == Some(&Halt::Breakpoint(Line::Repeat)) {
            self.has_halted_at(Line::Repeat);
        } else {
            assert_eq!(self.generation.stage(), stage, "the open stage stays open");
            self.has_returned_if_over();
        }
    }

    /// Where a reader by hand, or a run, has come to the end or to the limit.
    fn has_returned_if_over(&self) {
        let generation = &self.generation;
        if self.ended() || matches!(generation.halt(), Some(Halt::Limit(_))) {
            assert_eq!((generation.line(), generation.running()), (Line::Return, false));
        }
    }

    fn has_halted_at(&self, line: Line) {
        let generation = &self.generation;
        assert!(self.halts_at(line));
        assert_eq!((generation.line(), generation.running()), (line, false));
        assert_eq!(generation.stage().line().is_some(), line.stage() != Stage::Context);
        assert!(line.stage() == Stage::Context || self.known());
        assert!(line != Line::Sample || generation.stage() == Stage::Sampling);
    }

    fn continue_altered(&mut self) {
        let tip = self.generation.tip();
        let Some(logits) = self.altered.get(&tip).filter(|altered| !altered.is_empty()).cloned() else {
            return self.act_as_next_token();
        };
        let stage = self.generation.stage();
        let choice = self.generation.altered_choice();
        let Some(draw) = choice.map(|choice| choice.draw).filter(|draw| draw.token != UNNAMED) else {
            return self.stays(Event::Continue);
        };
        assert_eq!(draw.coin, self.generation.coin());
        let controls = *self.generation.controls();
        self.appends(Event::Continue, draw.token);
        let node = self.generation.node(self.generation.tip()).unwrap();
        assert_eq!(node.origin(), &Origin::Altered { draw, controls, logits });
        assert_eq!((self.generation.stage(), self.generation.running()), (stage, false));
        self.has_returned_if_over();
    }

    /// Without altered logits, going on with them is going on.
    fn act_as_next_token(&mut self) {
        let (tip, chosen, running) = (self.generation.tip(), self.chosen(), self.generation.running());
        if running || self.ended() {
            return;
        }
        match chosen {
            Some(token) => self.appends(Event::Continue, token),
            None => self.stays(Event::Continue),
        }
        let node = self.generation.node(self.generation.tip()).unwrap();
        assert!(self.generation.tip() == tip || matches!(node.origin(), Origin::Sampled { .. }));
    }

    fn force(&mut self, after: NodeId, token: TokenId) {
        let event = Event::Force { after, token };
        let Some(node) = self.generation.node(after) else { return self.is_ignored(event) };
        let named = node.result().is_some_and(|ranked| ranked.ranking.rank(token).is_some());
        let possible = named && !self.is_end(after);
        let child = |world: &Self| {
            let has_token = |node: &NodeId| world.generation.node(*node).unwrap().token() == token;
            world.children(after).into_iter().find(has_token)
        };
        let existing = child(self);
        if !possible && (existing.is_none() || self.is_end(after)) {
            return self.is_ignored(event);
        }
        let stage = self.generation.stage();
        self.apply(event);
        let tip = self.generation.tip();
        assert_eq!(child(self), Some(tip));
        match existing {
            Some(existing) => assert_eq!(tip, existing),
            None => assert_eq!(self.generation.node(tip).unwrap().origin(), &Origin::Forced),
        }
        self.has_gone_there(stage);
    }

    fn undo(&mut self) {
        let Some(before) = self.places.pop() else { return self.is_ignored(Event::Undo) };
        let stage = self.generation.stage();
        let request = self.generation.apply(Event::Undo);
        self.note(request);
        assert_eq!(self.generation.tip(), before);
        self.has_gone_there(stage);
    }

    /// The reader has gone to a place: the run is over, the open stage stays open.
    fn has_gone_there(&self, stage: Stage) {
        assert!(!self.generation.running());
        assert_eq!(self.generation.stage(), stage);
        assert!(self.ended() || self.generation.made() < self.max_new, "from here, tokens can be made");
    }

    /// What is true after every event.
    fn check(&mut self) {
        self.check_tip();
        self.check_question();
        self.check_line();
        self.check_tree();
        self.check_branches();
    }

    /// What is asked follows from what there is and from what the reader looks at.
    fn check_question(&self) {
        let generation = &self.generation;
        let failed = matches!(generation.halt(), Some(Halt::Failed(_)));
        let inside = matches!(generation.stage(), Stage::Embedding | Stage::Transformer) && !generation.running();
        let answerable = self.model && !self.ended() && !generation.context().is_empty();
        let worse = generation.result().is_some_and(|result| self.live && result.recorded);
        let closed = generation.result().is_some_and(|result| self.live && !result.recorded && !result.shows(TAPS));
        if let Some(id) = generation.pending() {
            assert!(answerable && !failed);
            let (last, context, taps) = self.asked.last().unwrap();
            assert!(!self.known() || worse || closed && *taps == TAPS, "asked for what is known");
            assert_eq!((*last, context), (id, &generation.context()), "the last question is the one under way");
        } else if answerable && !failed {
            assert!(self.known() && !worse && !(closed && inside), "stuck without a reason: {:?}", generation.halt());
        }
    }

    fn check_line(&mut self) {
        let generation = &self.generation;
        let (line, stage) = (generation.line(), generation.stage());
        assert_eq!((generation.breakpoints(), generation.max_new()), (&self.breakpoints, self.max_new));
        self.most = if generation.made() == 0 { self.max_new } else { self.most.max(self.max_new) };
        assert!(generation.made() <= self.most, "more than one call makes");
        if !self.is_over() {
            if let Some(of_stage) = stage.line() {
                assert_eq!(line, if self.known() { of_stage } else { Line::Model });
            } else if generation.running() && !self.known() {
                assert_eq!(line, Line::Model, "the pass is under way");
            } else {
                assert_eq!(line.stage(), Stage::Context);
            }
        }
        assert_ne!(line, Line::Define);
        if line == Line::Copy {
            assert_eq!(generation.made(), 0);
        }
        if let Some(Halt::Limit(_)) = generation.halt() {
            assert_eq!(line, Line::Return);
        }
    }

    fn check_tip(&self) {
        let generation = &self.generation;
        let (tip, context, halt) = (generation.tip(), generation.context(), generation.halt());
        let (known, ended) = (self.known(), self.ended());
        assert_eq!(generation.live(), self.live);
        if ended {
            assert_eq!(halt, Some(&Halt::EndOfText(END)));
            assert!(!generation.running());
        } else if self.model {
            assert!(!matches!(halt, Some(Halt::EndOfText(_))));
        }
        if generation.running() {
            assert!(halt.is_none() || !self.model && matches!(halt, Some(Halt::Failed(_))), "running, and {halt:?}");
        }
        assert_eq!(generation.can_undo(), !self.places.is_empty());
        let controls = generation.controls();
        let ranking = generation.result().map(|result| &result.ranking);
        let distribution = ranking.map(|ranking| Distribution::new(ranking, &context, controls));
        assert_eq!(generation.distribution(), distribution);
        let altered = generation.node(tip).unwrap().altered();
        let distribution = ranking.map(|ranking| Distribution::new(&ranking.with(altered), &context, controls));
        assert_eq!(generation.altered_distribution(), distribution);
        assert_eq!(generation.choice().is_some(), known && !ended);
        assert_eq!(generation.altered_choice().is_some(), known && !ended);
        if let Some(choice) = generation.choice() {
            let redraws = generation.node(tip).unwrap().redraws();
            assert_eq!(choice.draw.coin, coin(generation.seed(), context.len() as u64, redraws));
            assert_eq!(Some(choice.draw), choice.distribution.draw(choice.draw.coin));
        }
    }

    fn check_tree(&mut self) {
        let generation = &self.generation;
        assert_eq!(generation.prompt(), self.prompt);
        assert_eq!(generation.context(), generation.context_at(generation.tip()));
        let mut siblings = HashSet::new();
        for &id in &self.nodes() {
            let node = generation.node(id).unwrap();
            let context = generation.context_at(id);
            assert_eq!(generation.position(id), context.len());
            assert_eq!(context[..self.prompt.len()], self.prompt);
            assert_eq!(node.altered(), self.altered.get(&id).unwrap_or(&Alterations::new()));
            if let Some(parent) = node.parent() {
                assert_eq!(context, [generation.context_at(parent), vec![node.token()]].concat());
                assert!(siblings.insert((parent, node.token())), "two branches for one token");
            }
            if let Some(result) = node.result() {
                let whole = Ranking::new(&fake_logits(&context));
                assert_eq!(result.ranking.logits(), whole.logits(), "an answer to another context");
                let named = if result.recorded { NAMED } else { VOCABULARY as usize };
                assert_eq!(result.ranking.order()[..named], whole.order()[..named]);
                assert_eq!(result.ranking.named(), named);
            }
            let ledger = generation.ledger(id);
            assert_eq!(ledger.predicted, context.len() - self.prompt.len());
            let expected = log_probability(&context, self.prompt.len());
            assert!((ledger.log_probability - expected).abs() < 1e-9);
            if let Origin::Sampled { draw, .. } | Origin::Altered { draw, .. } = node.origin() {
                assert_eq!(draw.token, node.token());
            }
        }
    }

    /// No branch is lost, and nothing that was known of it: what was computed is not replaced by what was recorded.
    fn check_branches(&mut self) {
        for (id, before) in &mut self.kept {
            let now = kept(&self.generation, *id);
            before.known |= now.known;
            before.computed |= now.computed;
            assert_eq!(&now, before, "{id:?}");
        }
        for id in self.nodes() {
            if self.kept.iter().all(|(known, _)| *known != id) {
                self.kept.push((id, kept(&self.generation, id)));
            }
            if !self.ids.contains(&id) {
                self.ids.push(id);
            }
        }
        for &id in &self.ids {
            // Ids of a former prompt do no harm.
            assert!(self.generation.node(id).is_some() || self.generation.context_at(id) == self.prompt);
        }
    }
}

fn kept(generation: &Generation, id: NodeId) -> Kept {
    let node = generation.node(id).unwrap();
    Kept {
        parent: node.parent(),
        token: node.token(),
        origin: node.origin().clone(),
        log_probability: node.log_probability(),
        known: node.result().is_some(),
        computed: node.result().is_some_and(|result| !result.recorded),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_rules_hold_whatever_happens(
        start in prop::collection::vec(1..VOCABULARY, 1..4),
        acts in prop::collection::vec(act(), 1..120),
    ) {
        let mut world = World::new();
        world.check();
        for act in [vec![Act::ModelReady, Act::Prompt(start)], acts].concat() {
            world.act(act);
            world.check();
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_run(
        prompt in prop::collection::vec(1..VOCABULARY, 1..4),
        seed: u64,
        temperature in 0.2..2.0f32,
        top_k in 0..8usize,
    ) {
        let run = |by_stages: bool| {
            let mut live = Live::new(&prompt, seed);
            live.apply(Event::Controls(Controls { temperature, top_k, ..Controls::default() }));
            for _ in 0..if by_stages { 12 * 6 } else { 12 } {
                live.apply(if by_stages { Event::Advance } else { Event::NextToken });
            }
            live.generation.context()
        };
        let context = run(false);
        prop_assert_eq!(&run(false), &context);
        prop_assert_eq!(&run(true), &context, "six stages are one token");
    }

    /// However a reader mixes lines and stages: at most one token a press, and the tokens are the seed's.
    #[test]
    fn lines_and_stages_in_any_mix_are_the_same_walk(
        prompt in prop::collection::vec(1..VOCABULARY, 1..4),
        seed: u64,
        presses in prop::collection::vec(any::<bool>(), 1..60),
    ) {
        let mut live = Live::new(&prompt, seed);
        let mut by_token = Live::new(&prompt, seed);
        for by_line in presses {
            let (line, stage, before) = (live.generation.line(), live.generation.stage(), live.generation.context());
            live.apply(if by_line { Event::StepLine } else { Event::Advance });
            let (now, context) = (live.generation.line(), live.generation.context());
            let appends = if by_line { line == Line::Sample } else { stage == Stage::Sampling };
            if appends {
                by_token.apply(Event::NextToken);
                prop_assert_eq!((now, live.generation.stage()), (Line::Append, Stage::Context));
            } else {
                prop_assert_eq!(&context, &before);
            }
            prop_assert_eq!(context, by_token.generation.context());
            let ended = matches!(live.generation.halt(), Some(Halt::EndOfText(_)));
            if by_line && !ended {
                prop_assert_eq!(now, line.next(), "no line is left out");
            }
        }
    }

    /// The controls at the time of drawing decide, not those at the time of asking.
    #[test]
    fn greedy_takes_the_best_and_the_ledger_is_of_the_model(
        prompt in prop::collection::vec(1..VOCABULARY, 1..4),
        seed: u64,
    ) {
        let mut live = Live::new(&prompt, seed);
        live.apply(Event::Controls(Controls { temperature: 0.0, ..Controls::default() }));
        let context = live.generate(10);
        for i in prompt.len()..context.len() {
            let best = sampling::argmax(&fake_logits(&context[..i])).unwrap();
            prop_assert_eq!(context[i], best as TokenId);
        }
        // At temperature 0 each was certain to be drawn; the model itself was not that sure.
        let ledger = live.generation.ledger(live.generation.tip());
        prop_assert!((ledger.log_probability - log_probability(&context, prompt.len())).abs() < 1e-9);
        prop_assert!(ledger.probability() < 1.0);
    }
}
