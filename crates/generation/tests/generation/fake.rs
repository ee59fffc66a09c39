//! A model that answers at once, by a hash of the context.

use std::sync::Arc;

use generation::generation::{Event, Generation};
use generation::protocol::{Failure, Request};
use generation::sampling::{Controls, Ranking, coin};
use generation::step::{Step, Taps, TokenId};
use generation::tree::Ranked;

pub(crate) const VOCABULARY: TokenId = 12;
pub(crate) const END: TokenId = 0;
pub(crate) const TAPS: Taps = Taps { embedding: true, layers: false };

/// Logits from -5 to 5 that depend on every token of the context and on its order.
pub(crate) fn fake_logits(context: &[TokenId]) -> Vec<f32> {
    let hash = context.iter().fold(17u64, |hash, &token| hash.wrapping_mul(1_000_003) ^ u64::from(token + 1));
    (0..VOCABULARY).map(|token| (coin(hash, u64::from(token), 0) * 10.0 - 5.0) as f32).collect()
}

/// The live model's answer.
pub(crate) fn computed(context: &[TokenId], taps: Taps) -> Arc<Ranked> {
    let embedding = if taps.embedding { vec![0.5; 3] } else { Vec::new() };
    Arc::new(Ranked::new(Step { logits: fake_logits(context), embedding, ..Step::default() }))
}

/// A recording's answer: it names the best tokens only.
pub(crate) fn recorded(context: &[TokenId], named: usize) -> Arc<Ranked> {
    let whole = Ranking::new(&fake_logits(context));
    let ranking = Ranking::of_sorted(whole.order()[..named].to_vec(), whole.logits().to_vec()).unwrap();
    Arc::new(Ranked::recorded(Step::default(), ranking))
}

pub(crate) fn model_ready() -> Event {
    Event::Model { end_of_text: vec![END], live: true }
}

pub(crate) fn recording_ready() -> Event {
    Event::Model { end_of_text: vec![END], live: false }
}

pub(crate) fn crash() -> Failure {
    Failure::Crashed("out of memory".into())
}

/// A generation whose model answers at once, and the number of questions that it was asked.
pub(crate) struct Live {
    pub(crate) generation: Generation,
    pub(crate) asked: usize,
}

impl Live {
    pub(crate) fn new(prompt: &[TokenId], seed: u64) -> Self {
        let generation = Generation::new(Controls::default(), seed, TAPS);
        let mut live = Self { generation, asked: 0 };
        live.apply(model_ready());
        live.apply(Event::Prompt(prompt.to_vec()));
        live
    }

    pub(crate) fn apply(&mut self, event: Event) {
        let mut request = self.generation.apply(event);
        while let Some(Request::Step { id, tokens, taps }) = request {
            self.asked += 1;
            request = self.generation.apply(Event::Step { id, ranked: computed(&tokens, taps) });
        }
    }

    /// What drives a run: one token after the other while it runs. How many tokens it made.
    pub(crate) fn drive(&mut self) -> usize {
        let before = self.generation.context().len();
        while self.generation.running() {
            self.apply(Event::NextToken);
        }
        self.generation.context().len() - before
    }

    /// Generates up to `most` tokens; the context.
    pub(crate) fn generate(&mut self, most: usize) -> Vec<TokenId> {
        for _ in 0..most {
            self.apply(Event::NextToken);
        }
        self.generation.context()
    }

    /// The token that the model thinks least of after the tip, the end of text aside.
    pub(crate) fn unlikely(&self) -> TokenId {
        let result = self.generation.result().unwrap();
        *result.ranking.order().iter().rfind(|&&token| token != END).unwrap()
    }
}

/// A seed whose run from `prompt` has at least `least` tokens before its end.
pub(crate) fn long_run(prompt: &[TokenId], least: usize) -> Live {
    (0..1000)
        .find(|&seed| {
            let mut live = Live::new(prompt, seed);
            live.generate(least);
            live.generation.halt().is_none()
        })
        .map(|seed| Live::new(prompt, seed))
        .unwrap()
}

/// `ln P(tokens[given..] | tokens[..given])`, computed without the loop.
pub(crate) fn log_probability(tokens: &[TokenId], given: usize) -> f64 {
    (given..tokens.len())
        .map(|i| {
            let weights = fake_logits(&tokens[..i]).into_iter().map(|logit| f64::from(logit).exp());
            let total: f64 = weights.clone().sum();
            (weights.clone().nth(tokens[i] as usize).unwrap() / total).ln()
        })
        .sum()
}
