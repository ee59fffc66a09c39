//! What logits say: the best tokens, the entropy, and how likely a given token was.

use generation::TokenId;
use generation::step::{Candidate, Reading, Score};

use crate::kernels::dense::max;
use crate::kernels::exponential::exp;

/// A position's logits with what softmax needs of them.
pub(crate) struct Logits<'a> {
    logits: &'a [f32],
    /// `ln Σ exp(logit)`.
    log_total: f64,
    /// Σ p · (logit - largest).
    mean: f64,
    largest: f64,
}

impl<'a> Logits<'a> {
    pub(crate) fn new(logits: &'a [f32]) -> Self {
        let largest = max(logits);
        let (mut total, mut weighted) = (0.0, 0.0);
        for logits in logits.chunks(64) {
            let mut sums = [0f32; 2];
            for &logit in logits {
                let (below, weight) = (logit - largest, exp(logit - largest));
                sums = [sums[0] + weight, sums[1] + weight * below];
            }
            (total, weighted) = (total + f64::from(sums[0]), weighted + f64::from(sums[1]));
        }
        let largest = f64::from(largest);
        Self { logits, log_total: largest + total.ln(), mean: weighted / total, largest }
    }

    fn log_probability(&self, token: TokenId) -> f64 {
        f64::from(self.logits[token as usize]) - self.log_total
    }

    /// The `top` best tokens and the entropy in bits.
    pub(crate) fn reading(&self, top: usize) -> Reading {
        let entries = self.logits.iter().enumerate().map(|(token, &logit)| (token as TokenId, logit)).collect();
        let candidate = |(token, logit): (TokenId, f32)| Candidate {
            token,
            logit,
            probability: self.log_probability(token).exp() as f32,
        };
        // -Σ p · ln p, with ln p = (logit - largest) - (log_total - largest).
        let nats = (self.log_total - self.largest - self.mean).max(0.0);
        Reading {
            top: best(entries, top).into_iter().map(candidate).collect(),
            entropy: (nats / std::f64::consts::LN_2) as f32,
        }
    }

    /// The score of the token that comes next.
    pub(crate) fn predicted(&self, token: TokenId) -> Score {
        let logit = self.logits[token as usize];
        // Equal logits rank by id, as everywhere.
        let better = |(other, &value): (usize, &f32)| value > logit || (value == logit && other < token as usize);
        Score {
            log_probability: Some(self.log_probability(token) as f32),
            rank: Some(self.logits.iter().enumerate().filter(|&entry| better(entry)).count()),
            ..given()
        }
    }
}

/// The score of a token that no other comes before.
pub(crate) fn given() -> Score {
    Score { log_probability: None, rank: None, next: Reading { top: Vec::new(), entropy: 0.0 } }
}

/// The `top` tokens of the largest values, largest first; among equal ones the lowest id comes first.
pub(crate) fn best(mut tokens: Vec<(TokenId, f32)>, top: usize) -> Vec<(TokenId, f32)> {
    let before = |a: &(TokenId, f32), b: &(TokenId, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if top < tokens.len() {
        tokens.select_nth_unstable_by(top, before);
        tokens.truncate(top);
    }
    tokens.sort_unstable_by(before);
    tokens
}
