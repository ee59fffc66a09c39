//! Arbitrary events, and what is true after each.

mod acts;
mod checks;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use generation::generation::{Event, Generation, Halt};
use generation::limits::MAX_NEW;
use generation::protocol::{Failure, Request, RequestId};
use generation::sampling::{self, Controls, Distribution, Ranking, UNNAMED, coin};
use generation::step::{Taps, TokenId};
use generation::tree::{Alterations, NodeId, Origin, Ranked, Toss};
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
    log_probability: Option<f64>,
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
}

fn kept(generation: &Generation, id: NodeId) -> Kept {
    let node = generation.node(id).unwrap();
    Kept {
        parent: node.parent(),
        token: node.token(),
        origin: node.origin().clone(),
        log_probability: node.log_probability(),
        known: node.result().is_some() || node.is_dropped(),
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
        let ledger = live.generation.ledger(live.generation.tip()).unwrap();
        prop_assert!((ledger.log_probability - log_probability(&context, prompt.len())).abs() < 1e-9);
        prop_assert!(ledger.probability() < 1.0);
    }
}
