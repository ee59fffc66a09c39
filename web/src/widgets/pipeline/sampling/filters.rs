//! What each of the controls does to a step's distribution.

use generation::TokenId;
use generation::sampling::{Distribution, Ranking, penalised};
use leptos::prelude::*;

use crate::app::candidate_table::ROWS;
use crate::app::store::Store;
use crate::widgets::pipeline::shared::fast;

/// What a filter leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Left {
    /// Tokens.
    pub tokens: usize,
    /// Their share of the whole mass, before anything is renormalised.
    pub mass: f64,
}

/// What the three filters leave, one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Filters {
    /// All tokens.
    pub vocabulary: usize,
    /// After top-k.
    pub top_k: Left,
    /// After top-p too.
    pub top_p: Left,
    /// After min-p too.
    pub min_p: Left,
}

impl Filters {
    /// What they leave of a distribution.
    pub fn of(distribution: &Distribution) -> Self {
        let (full, kept) = (distribution.full(), distribution.kept());
        let left = |tokens: usize| {
            let all = tokens == full.len();
            let mass = if all { 1.0 } else { full[..tokens].iter().map(|&p| f64::from(p)).sum() };
            Left { tokens, mass }
        };
        let (top_k, top_p, min_p) = (left(kept.top_k), left(kept.top_p), left(kept.min_p));
        Self { vocabulary: full.len(), top_k, top_p, min_p }
    }
}

/// The distribution at temperature 1, after the repetition penalty.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Natural {
    /// `ln Σ exp(z)`.
    pub log_sum: f64,
    /// In bits.
    pub entropy: f64,
}

impl Natural {
    /// Of logits, best first, in one pass: with `w = exp(z - max)` the entropy is `ln Σw - Σ w(z - max) / Σw`.
    fn of(logits: &[f32]) -> Self {
        let max = logits.first().copied().map_or(0.0, f64::from);
        let (mut sum, mut weighted) = (0.0, 0.0);
        for below in logits.iter().map(|&logit| f64::from(logit) - max).filter(|below| below.is_finite()) {
            let weight = below.exp();
            sum += weight;
            weighted += weight * below;
        }
        let entropy = (sum.ln() - weighted / sum) / std::f64::consts::LN_2;
        Self { log_sum: max + sum.ln(), entropy: entropy.max(0.0) }
    }

    /// Of the place on show; the one before while tokens come too fast.
    pub fn memo(store: Store) -> Memo<Option<Self>> {
        let fast = fast(store);
        let penalty = Memo::new(move |_| store.selectors.controls.get().repetition_penalty);
        Memo::new(move |before: Option<&Option<Self>>| match before {
            Some(Some(before)) if fast.get() => Some(*before),
            _ => {
                store.selectors.place.track();
                penalty.track();
                // Neither the temperature nor the filters change its logits.
                store.selectors.distribution.get_untracked().map(|distribution| Self::of(distribution.logits()))
            }
        })
    }
}

/// How many tokens of the context the repetition penalty finds; `None` while it is off.
pub fn lowered(store: Store) -> Memo<Option<usize>> {
    let fast = fast(store);
    let on = Memo::new(move |_| store.selectors.controls.get().repetition_penalty != 1.0);
    Memo::new(move |before: Option<&Option<usize>>| match before {
        _ if !on.get() => None,
        Some(Some(before)) if fast.get() => Some(*before),
        _ => {
            let place = store.selectors.place.get()?;
            let context = store.peek(|session| session.generation().context_at(place.node));
            Some(penalised(&place.ranked.ranking, &context, 1.0).len())
        }
    })
}

/// A token's numbers after each of the controls, in their order; what a filter took is exactly 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// The token.
    pub token: TokenId,
    /// The model's logit.
    pub raw: f32,
    /// The logit after the repetition penalty.
    pub penalised: f32,
    /// Its probability at temperature 1.
    pub natural: f64,
    /// At the present temperature.
    pub tempered: f32,
    /// After top-k, renormalised.
    pub top_k: f64,
    /// After top-p, renormalised.
    pub top_p: f64,
    /// After min-p, renormalised: the chance of being drawn.
    pub min_p: f32,
}

/// The ways of the best tokens.
pub fn ways(ranking: &Ranking, distribution: &Distribution, natural: &Natural) -> Vec<Way> {
    let filters = Filters::of(distribution);
    let way = |rank: usize| {
        let (token, penalised) = (distribution.order()[rank], distribution.logits()[rank]);
        let tempered = distribution.full()[rank];
        let kept = |left: Left| if rank < left.tokens { f64::from(tempered) / left.mass } else { 0.0 };
        Way {
            token,
            raw: ranking.logit(token).unwrap_or(penalised),
            penalised,
            natural: (f64::from(penalised) - natural.log_sum).exp(),
            tempered,
            top_k: kept(filters.top_k),
            top_p: kept(filters.top_p),
            min_p: distribution.drawn()[rank],
        }
    };
    (0..distribution.order().len().min(ROWS)).map(way).collect()
}

#[cfg(test)]
mod tests {
    use generation::Controls;
    use generation::sampling::{entropy, log_sum_exp, softmax};

    use super::*;

    #[test]
    fn each_filter_leaves_no_more_than_the_one_before() {
        let logits: Vec<f32> = (0..60).map(|i| (i as f32 * 0.7).sin() * 4.0).collect();
        let ranking = Ranking::new(&logits);
        let controls = Controls { top_k: 20, top_p: 0.8, min_p: 0.3, repetition_penalty: 1.3, ..Controls::default() };
        for temperature in [0.0, 0.7, 1.0, f32::INFINITY] {
            let distribution = Distribution::new(&ranking, &[3, 9], &Controls { temperature, ..controls });
            let filters = Filters::of(&distribution);
            assert_eq!(filters.vocabulary, 60);
            assert!(filters.top_k.tokens >= filters.top_p.tokens && filters.top_p.tokens >= filters.min_p.tokens);
            let natural = Natural::of(distribution.logits());
            for (rank, way) in ways(&ranking, &distribution, &natural).iter().enumerate() {
                assert_eq!(way.min_p == 0.0, distribution.drawn()[rank] == 0.0);
                if rank >= filters.top_p.tokens {
                    assert_eq!((way.top_p, way.min_p), (0.0, 0.0));
                }
            }
        }
    }

    #[test]
    fn one_pass_gives_what_three_would() {
        let logits: Vec<f32> = (0..60).map(|i| 9.0 - i as f32 * 0.3).collect();
        let natural = Natural::of(&logits);
        assert!((natural.log_sum - log_sum_exp(&logits)).abs() < 1e-9);
        assert!((natural.entropy - entropy(&softmax(&logits, 1.0))).abs() < 1e-6);
        assert_eq!(Natural::of(&[3.0, f32::NEG_INFINITY]), Natural { log_sum: 3.0, entropy: 0.0 });
    }

    #[test]
    fn filters_that_are_off_leave_all() {
        let ranking = Ranking::new(&[1.0, 2.0, 3.0]);
        let distribution = Distribution::new(&ranking, &[], &Controls::default());
        let all = Left { tokens: 3, mass: 1.0 };
        assert_eq!(Filters::of(&distribution), Filters { vocabulary: 3, top_k: all, top_p: all, min_p: all });
        let natural = Natural::of(distribution.logits());
        let total: f64 = ways(&ranking, &distribution, &natural).iter().map(|way| way.natural).sum();
        assert!((total - 1.0).abs() < 1e-9);
    }
}
