//! Arbitrary events, and what is true after each.

use std::collections::HashSet;
use std::sync::Arc;

use generation::Stage;
use generation::generation::{Event, Generation, Halt};
use generation::protocol::{Failure, Request, RequestId};
use generation::sampling::{self, Controls, Distribution, coin};
use generation::step::TokenId;
use generation::tree::{NodeId, Origin, Ranked};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::fake::{END, Live, TAPS, VOCABULARY, crash, fake_logits, fake_step, log_probability, model_ready};

/// What may happen; indices choose among what there is at the time.
#[derive(Clone, Debug)]
enum Act {
    ModelReady,
    Answer,
    AnswerLate(Index),
    AnswerUnasked(RequestId),
    Fail,
    FailLate(Index),
    Crash,
    Prompt(Vec<TokenId>),
    Advance,
    Open(Stage),
    NextToken,
    Run,
    Pause,
    DrawAgain,
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
    prop_oneof![
        2 => Just(Act::ModelReady),
        16 => Just(Act::Answer),
        3 => any::<Index>().prop_map(Act::AnswerLate),
        1 => any::<RequestId>().prop_map(Act::AnswerUnasked),
        1 => Just(Act::Fail),
        1 => any::<Index>().prop_map(Act::FailLate),
        1 => Just(Act::Crash),
        1 => prop::collection::vec(0..VOCABULARY, 0..3).prop_map(Act::Prompt),
        8 => Just(Act::Advance),
        2 => prop::sample::select(&Stage::ALL[..]).prop_map(Act::Open),
        8 => Just(Act::NextToken),
        2 => Just(Act::Run),
        2 => Just(Act::Pause),
        2 => Just(Act::DrawAgain),
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
}

/// A generation, and beside it what a simple-minded observer expects.
struct World {
    generation: Generation,
    /// Every request so far, with its context.
    asked: Vec<(RequestId, Vec<TokenId>)>,
    /// Every id ever given out, of former prompts too; the root first.
    ids: Vec<NodeId>,
    model: bool,
    prompt: Vec<TokenId>,
    /// Where each change of place started.
    places: Vec<NodeId>,
    kept: Vec<(NodeId, Kept)>,
}

impl World {
    fn new() -> Self {
        Self {
            generation: Generation::new(Controls::default(), 1, TAPS),
            asked: Vec::new(),
            ids: vec![NodeId::ROOT],
            model: false,
            prompt: Vec::new(),
            places: Vec::new(),
            kept: Vec::new(),
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

    /// Applies an event that nothing shall come of.
    fn is_ignored(&mut self, event: Event) {
        let before = self.snapshot();
        assert_eq!(self.generation.apply(event), None);
        assert_eq!(self.snapshot(), before);
    }

    /// Applies an event and notes the change of place and the request.
    fn apply(&mut self, event: Event) -> Option<Request> {
        let from = self.generation.tip();
        let request = self.generation.apply(event);
        if self.generation.tip() != from {
            self.places.push(from);
        }
        self.note(request)
    }

    /// A request is for the present context and newer than all before it.
    fn note(&mut self, request: Option<Request>) -> Option<Request> {
        if let Some(request) = &request {
            let Request::Step { id, tokens, taps } = request else { panic!("{request:?}") };
            assert_eq!(*tokens, self.generation.context());
            assert_eq!(*taps, TAPS);
            assert_eq!(self.generation.pending(), Some(*id));
            assert!(self.asked.iter().all(|(older, _)| older < id));
            self.asked.push((*id, tokens.clone()));
        }
        request
    }

    fn act(&mut self, act: Act) {
        let pending = self.generation.pending();
        let tip = self.generation.tip();
        match act {
            Act::ModelReady => {
                self.model = true;
                self.apply(model_ready());
                let failed = matches!(self.generation.halt(), Some(Halt::Failed(_)));
                assert!(!failed, "the model is there again");
            }
            Act::Answer => {
                let Some(id) = pending else { return };
                let (_, tokens) = self.asked.last().unwrap();
                let step = fake_step(tokens);
                assert_eq!(self.apply(Event::Step { id, step: step.clone() }), None);
                assert!(Arc::ptr_eq(&self.generation.result().unwrap().step, &step));
            }
            Act::AnswerLate(_) | Act::FailLate(_) if self.asked.is_empty() => {}
            Act::AnswerLate(index) => {
                let (id, tokens) = index.get(&self.asked).clone();
                if pending != Some(id) {
                    self.is_ignored(Event::Step { id, step: fake_step(&tokens) });
                }
            }
            Act::AnswerUnasked(id) => {
                if pending != Some(id) {
                    self.is_ignored(Event::Step { id, step: fake_step(&[1]) });
                }
            }
            Act::Fail => {
                if let Some(id) = pending {
                    assert_eq!(self.apply(Event::Failed { id: Some(id), failure: Failure::NoModel }), None);
                    assert_eq!(self.generation.halt(), Some(&Halt::Failed(Failure::NoModel)));
                }
            }
            Act::FailLate(index) => {
                let (id, _) = index.get(&self.asked).clone();
                if pending != Some(id) {
                    self.is_ignored(Event::Failed { id: Some(id), failure: Failure::Cancelled });
                }
            }
            Act::Crash => {
                self.model = false;
                assert_eq!(self.apply(Event::Failed { id: None, failure: crash() }), None);
                assert_eq!(self.generation.halt(), Some(&Halt::Failed(crash())));
                assert!(!self.generation.running());
            }
            Act::Prompt(tokens) if tokens == self.prompt => self.is_ignored(Event::Prompt(tokens)),
            Act::Prompt(tokens) => {
                self.prompt = tokens.clone();
                self.kept.clear();
                let request = self.generation.apply(Event::Prompt(tokens));
                self.note(request);
                self.places.clear();
                assert_eq!(self.nodes(), [NodeId::ROOT]);
            }
            Act::Advance => {
                let (stage, known) = (self.generation.stage(), self.generation.result().is_some());
                self.apply(Event::Advance);
                match stage.next() {
                    _ if !known => assert_eq!((self.generation.stage(), self.generation.tip()), (stage, tip)),
                    Some(next) => assert_eq!((self.generation.stage(), self.generation.tip()), (next, tip)),
                    None => assert_ne!(self.generation.tip(), tip),
                }
            }
            Act::Open(stage) => {
                assert_eq!(self.apply(Event::Open(stage)), None);
                assert_eq!(self.generation.tip(), tip);
                if self.generation.result().is_some() {
                    assert_eq!(self.generation.stage(), stage);
                }
            }
            Act::NextToken => {
                let choice = self.generation.choice();
                self.apply(Event::NextToken);
                let Some(choice) = choice else { return assert_eq!(self.generation.tip(), tip) };
                let node = self.generation.node(self.generation.tip()).unwrap();
                assert_eq!((node.parent(), node.token()), (Some(tip), choice.draw.token));
                assert_eq!(self.generation.stage(), Stage::Context);
            }
            Act::Run => {
                let ended = self.is_end(tip);
                self.apply(Event::Run);
                assert_eq!(self.generation.running(), !ended);
            }
            Act::Pause => {
                let running = self.generation.running();
                assert_eq!(self.apply(Event::Pause), None);
                assert!(!self.generation.running());
                assert!(!running || self.generation.halt() == Some(&Halt::Paused));
            }
            Act::DrawAgain => {
                let (coin, redraws) = (self.generation.coin(), self.generation.node(tip).unwrap().redraws());
                assert_eq!(self.apply(Event::DrawAgain), None);
                assert_ne!(self.generation.coin(), coin);
                assert_eq!(self.generation.node(tip).unwrap().redraws(), redraws + 1);
            }
            Act::Controls(controls) => {
                assert_eq!(self.apply(Event::Controls(controls)), None);
                assert_eq!(self.generation.controls(), &controls);
            }
            Act::Seed(seed) => {
                assert_eq!(self.apply(Event::Seed(seed)), None);
                assert_eq!(self.generation.seed(), seed);
            }
            Act::Force(index, token) => self.force(*index.get(&self.ids), token),
            Act::Select(index) => {
                let node = *index.get(&self.ids);
                self.apply(Event::Select(node));
                let there = if self.generation.node(node).is_some() { node } else { tip };
                assert_eq!(self.generation.tip(), there);
                assert!(!self.generation.running());
            }
            Act::Undo => self.undo(),
            Act::Retry => {
                self.apply(Event::Retry);
                assert_eq!(self.generation.tip(), tip);
            }
        }
    }

    fn force(&mut self, after: NodeId, token: TokenId) {
        let event = Event::Force { after, token };
        let Some(node) = self.generation.node(after) else { return self.is_ignored(event) };
        let possible = node.result().is_some() && token < VOCABULARY && !self.is_end(after);
        let child = |world: &Self| {
            let has_token = |node: &NodeId| world.generation.node(*node).unwrap().token() == token;
            world.children(after).into_iter().find(has_token)
        };
        let existing = child(self);
        if !possible && (existing.is_none() || self.is_end(after)) {
            return self.is_ignored(event);
        }
        self.apply(event);
        let tip = self.generation.tip();
        assert_eq!(child(self), Some(tip));
        match existing {
            Some(existing) => assert_eq!(tip, existing),
            None => assert_eq!(self.generation.node(tip).unwrap().origin(), Origin::Forced),
        }
        assert!(!self.generation.running());
    }

    fn undo(&mut self) {
        let tip = self.generation.tip();
        let expected = self.places.pop();
        let request = self.generation.apply(Event::Undo);
        let request = self.note(request);
        assert_eq!(self.generation.tip(), expected.unwrap_or(tip));
        if self.generation.result().is_some() {
            assert_eq!(request, None, "its step is known");
        }
    }

    /// What is true after every event.
    fn check(&mut self) {
        self.check_tip();
        self.check_tree();
        self.check_branches();
    }

    fn check_tip(&self) {
        let generation = &self.generation;
        let (tip, context, halt) = (generation.tip(), generation.context(), generation.halt());
        let (known, pending, ended) = (generation.result().is_some(), generation.pending(), self.is_end(tip));

        if let Some(id) = pending {
            assert!(self.model && !known && !ended && !context.is_empty());
            assert_eq!(self.asked.last(), Some(&(id, context.clone())), "the last question is the one under way");
            assert!(!matches!(halt, Some(Halt::Failed(_))));
        } else if self.model && !known && !ended && !context.is_empty() {
            assert!(matches!(halt, Some(Halt::Failed(_))), "stuck without a reason: {halt:?}");
        }
        if ended {
            assert_eq!(halt, Some(&Halt::EndOfText(END)));
            assert!(!generation.running());
        } else if self.model {
            assert!(!matches!(halt, Some(Halt::EndOfText(_))));
        }
        if generation.running() {
            assert!(halt != Some(&Halt::Paused), "running and paused");
            assert!(!self.model || halt.is_none(), "running, and halted by {halt:?}");
        }
        assert!(known || generation.stage() == Stage::Context, "a stage without data");
        assert_eq!(generation.can_undo(), !self.places.is_empty());
        let distribution = generation
            .result()
            .map(|result| Distribution::new(&result.step.logits, &result.ranking, &context, generation.controls()));
        assert_eq!(generation.distribution(), distribution);
        assert_eq!(generation.choice().is_some(), known && !ended);
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
            if let Some(parent) = node.parent() {
                assert_eq!(context, [generation.context_at(parent), vec![node.token()]].concat());
                assert!(siblings.insert((parent, node.token())), "two branches for one token");
            }
            if let Some(result) = node.result() {
                let Ranked { step, ranking } = &**result;
                assert_eq!(step.logits, fake_logits(&context), "an answer to another context");
                assert_eq!(ranking, &sampling::Ranking::new(&step.logits));
            }
            let ledger = generation.ledger(id);
            assert_eq!(ledger.predicted, context.len() - self.prompt.len());
            let expected = log_probability(&context, self.prompt.len());
            assert!((ledger.log_probability - expected).abs() < 1e-9);
            if let Origin::Sampled { draw, .. } = node.origin() {
                assert_eq!(draw.token, node.token());
            }
        }
    }

    /// No branch is lost, and nothing that was known of it.
    fn check_branches(&mut self) {
        for (id, before) in &mut self.kept {
            let now = kept(&self.generation, *id);
            before.known |= now.known;
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
        origin: node.origin(),
        log_probability: node.log_probability(),
        known: node.result().is_some(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_rules_hold_whatever_happens(
        start in prop::collection::vec(1..VOCABULARY, 1..4),
        acts in prop::collection::vec(act(), 1..80),
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
