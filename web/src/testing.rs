//! For tests: a loop whose model answers at once, by a hash of the context.

use std::sync::Arc;

use generation::protocol::{Request, Vocabulary};
use generation::sampling::coin;
use generation::step::Taps;
use generation::tree::Ranked;
use generation::{Controls, Event, Generation, Step, TokenId};

pub(crate) const VOCABULARY: TokenId = 12;
pub(crate) const END: TokenId = 0;

/// Logits from -5 to 5 that depend on every token of the context and on its order.
pub(crate) fn logits(context: &[TokenId]) -> Vec<f32> {
    let hash = context.iter().fold(17u64, |hash, &token| hash.wrapping_mul(1_000_003) ^ u64::from(token + 1));
    (0..VOCABULARY).map(|token| (coin(hash, u64::from(token), 0) * 10.0 - 5.0) as f32).collect()
}

/// The probabilities after `context` at a temperature, computed without the loop.
pub(crate) fn probabilities(context: &[TokenId], temperature: f64) -> Vec<f64> {
    let weights: Vec<f64> = logits(context).into_iter().map(|logit| (f64::from(logit) / temperature).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// `ln P(tokens[given..] | tokens[..given])`, computed without the loop.
pub(crate) fn log_probability(tokens: &[TokenId], given: usize) -> f64 {
    (given..tokens.len()).map(|i| probabilities(&tokens[..i], 1.0)[tokens[i] as usize].ln()).sum()
}

/// A vocabulary of letters; the end of the text is a control token.
pub(crate) fn vocabulary() -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    vocabulary.push(b"<end>", true);
    (1..VOCABULARY as u8).for_each(|token| vocabulary.push(&[b' ', b'a' + token], false));
    vocabulary
}

/// A loop with its fake model.
pub(crate) struct Fake(pub(crate) Generation);

impl Fake {
    /// The first loop, by seed, whose run from `prompt` has `least` tokens before its end.
    pub(crate) fn with_run(prompt: &[TokenId], least: usize) -> Self {
        let fresh = |seed| {
            let mut fake = Self(Generation::new(Controls::default(), seed, Taps::default()));
            fake.apply(Event::Model { end_of_text: vec![END], live: true });
            fake.apply(Event::Prompt(prompt.to_vec()));
            fake
        };
        let long = |seed: &u64| {
            let mut fake = fresh(*seed);
            fake.generate(least);
            fake.0.halt().is_none()
        };
        fresh((0..1000).find(long).unwrap())
    }

    /// Applies an event; the model answers at once.
    pub(crate) fn apply(&mut self, event: Event) {
        if let Some(request) = self.ask(event) {
            self.answer(&request);
        }
    }

    /// Applies an event; the model has not answered yet.
    pub(crate) fn ask(&mut self, event: Event) -> Option<Request> {
        self.0.apply(event)
    }

    pub(crate) fn answer(&mut self, request: &Request) {
        if let Request::Step { id, tokens, .. } = request {
            let ranked = Ranked::new(Step { logits: logits(tokens), ..Step::default() });
            assert_eq!(self.0.apply(Event::Step { id: *id, ranked: Arc::new(ranked) }), None);
        }
    }

    /// Generates `count` tokens; the context.
    pub(crate) fn generate(&mut self, count: usize) -> Vec<TokenId> {
        (0..count).for_each(|_| self.apply(Event::NextToken));
        self.0.context()
    }
}
