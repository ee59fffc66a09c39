//! The best tokens of a distribution one by one, and all others together: what a row or a table shows of it.

use crate::sampling::{Controls, Distribution, Ranking, UNNAMED};
use crate::step::TokenId;

/// How many tokens [`Shortlist`] names: as many as a row of the context's growth shows.
pub const BARS: usize = 6;

/// A token that may come next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Place among all tokens, 0 the best.
    pub rank: usize,
    /// The token.
    pub token: TokenId,
    /// Its logit as the model gave it.
    pub logit: f32,
    /// Its probability over the whole vocabulary, before the filters.
    pub model: f32,
    /// Its chance of being drawn, after the filters.
    pub drawn: f32,
    /// Whether the filters leave it.
    pub kept: bool,
    /// Whether it comes next.
    pub chosen: bool,
}

/// All tokens that are not named.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Others {
    /// How many they are.
    pub count: usize,
    /// How many of them the filters leave.
    pub kept: usize,
    /// Their probability together, before the filters.
    pub model: f64,
    /// Their chance together, after the filters.
    pub drawn: f64,
}

/// The best tokens, the chosen one wherever it stands, and the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidates {
    /// Best first.
    pub named: Vec<Candidate>,
    /// All others.
    pub others: Others,
}

impl Candidates {
    /// Names at most `most` tokens of a distribution over a step's logits. A chosen token from further down takes the last
    /// place.
    #[must_use]
    pub fn new(ranking: &Ranking, distribution: &Distribution, most: usize, chosen: Option<usize>) -> Self {
        let (order, full, drawn) = (distribution.order(), distribution.full(), distribution.drawn());
        let kept = distribution.kept().min_p;
        let last = chosen.unwrap_or(0);
        let ranks = (0..order.len().min(most)).map(|place| if place + 1 == most { place.max(last) } else { place });
        let named: Vec<Candidate> = ranks
            .map(|rank| Candidate {
                rank,
                token: order[rank],
                logit: ranking.logit(order[rank]).unwrap_or(distribution.logits()[rank]),
                model: full[rank],
                drawn: drawn[rank],
                kept: rank < kept,
                chosen: chosen == Some(rank),
            })
            .collect();
        // Summed rather than taken from 1: what is left there would be rounding errors.
        let rest = |shares: &[f32], of: fn(&Candidate) -> f32| {
            let from = most.saturating_sub(1).min(shares.len());
            let below: f64 = shares[from..].iter().map(|&share| f64::from(share)).sum();
            let shown: f64 = named.iter().filter(|one| one.rank >= from).map(|one| f64::from(of(one))).sum();
            (below - shown).max(0.0)
        };
        let others = Others {
            count: order.len() - named.len(),
            kept: kept - named.iter().filter(|one| one.kept).count(),
            model: rest(full, |one| one.model),
            drawn: rest(drawn, |one| one.drawn),
        };
        Self { named, others }
    }

    /// The same, with the chosen token given by its name; one without a name in a recording is nowhere.
    #[must_use]
    pub fn with_token(ranking: &Ranking, distribution: &Distribution, most: usize, token: Option<TokenId>) -> Self {
        let chosen = token.filter(|&token| token != UNNAMED);
        let chosen = chosen.and_then(|token| distribution.order().iter().position(|&other| other == token));
        Self::new(ranking, distribution, most, chosen)
    }
}

/// What stays of a step whose logits were dropped: what a token was chosen from.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortlist {
    /// The best tokens and the one that was chosen, and the rest.
    pub candidates: Candidates,
    /// The controls that the shares are of.
    pub controls: Controls,
    /// `ln Σ exp(logit)` over the vocabulary: with it a named token's logit gives its probability at temperature 1.
    pub log_sum_exp: f64,
}

impl Shortlist {
    /// Natural logarithm of a named token's probability at temperature 1.
    #[must_use]
    pub fn log_probability(&self, token: TokenId) -> Option<f64> {
        let candidate = self.candidates.named.iter().find(|candidate| candidate.token == token && token != UNNAMED)?;
        let logit = f64::from(candidate.logit);
        Some(if logit == f64::NEG_INFINITY { logit } else { logit - self.log_sum_exp })
    }
}
