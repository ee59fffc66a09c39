//! From logits to a token: repetition penalty, temperature, top-k, top-p, min-p (in that order, as Hugging Face
//! `transformers` applies them), softmax over the whole vocabulary, and the draw.
//!
//! Sums are taken in `f64`. A filtered token has probability exactly 0 at every temperature.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::inserted::inserted;
pub use crate::ranking::{Ranking, UNNAMED};
use crate::softmax::ranked_softmax;
pub use crate::softmax::{argmax, divergence, entropy, log_sum_exp, ranked_mass, softmax};
use crate::step::TokenId;

/// What the reader can turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Controls {
    /// Divides every logit: 0 (winner takes all) to infinity (uniform), both ends exact.
    pub temperature: f32,
    /// Keep the `top_k` best tokens; 0 keeps all.
    pub top_k: usize,
    /// Keep the smallest set of best tokens whose mass reaches `top_p`; 1 keeps all.
    pub top_p: f32,
    /// Keep tokens of at least `min_p` times the best token's probability; 0 keeps all.
    pub min_p: f32,
    /// Divides the positive and multiplies the negative logits of tokens in the context (CTRL,
    /// arXiv:1909.05858); 1 changes nothing.
    pub repetition_penalty: f32,
}

impl Default for Controls {
    fn default() -> Self {
        Self { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0 }
    }
}

/// The index of `probs` in whose share of the cumulative sum `coin` (in `[0, 1)`) falls.
///
/// The last positive entry takes what rounding leaves over; entries of 0 are never chosen. `None` if all are 0.
#[must_use]
pub fn sample(probs: &[f32], coin: f64) -> Option<usize> {
    bin(probs, coin).map(|(index, _)| index)
}

fn bin(probs: &[f32], coin: f64) -> Option<(usize, f64)> {
    let mut low = 0.0;
    let mut last = None;
    for (i, &p) in probs.iter().enumerate() {
        if p > 0.0 {
            last = Some((i, low));
            low += f64::from(p);
            if coin < low {
                break;
            }
        }
    }
    last
}

/// The uniform number in `[0, 1)` for a draw, with 53 random bits.
///
/// Frozen: recorded runs and links rely on it. Three rounds of SplitMix64 (Steele, Lea and Flood 2014), each adding
/// one argument times the golden-ratio increment `0x9E3779B97F4A7C15`:
///
/// ```text
/// x = mix(seed + G);  x = mix(x + (position + 1)·G);  x = mix(x + (draw + 1)·G);  u = (x >> 11) / 2^53
/// mix(z): z = (z ^ z>>30)·0xBF58476D1CE4E5B9;  z = (z ^ z>>27)·0x94D049BB133111EB;  z ^ z>>31
/// ```
/// All arithmetic is modulo 2^64.
#[must_use]
pub fn coin(seed: u64, position: u64, draw: u64) -> f64 {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    fn mix(z: u64) -> u64 {
        let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    let round = |x: u64, value: u64| mix(x.wrapping_add(value.wrapping_add(1).wrapping_mul(GOLDEN)));
    let x = round(round(round(seed, 0), position), draw);
    (x >> 11) as f64 / (1u64 << 53) as f64
}

/// The distribution that a token is drawn from, with every filter's effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// After the repetition penalty.
    ranking: Ranking,
    /// In the ranking's order: before the filters, over the whole vocabulary.
    full: Vec<f32>,
    /// Likewise: after the filters, renormalised; `None` while they leave all.
    drawn: Option<Vec<f32>>,
    temperature: f32,
    /// How many of the best tokens each filter leaves.
    kept: Kept,
}

/// How many tokens are left after each filter; each is a prefix of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// After top-k.
    pub top_k: usize,
    /// After top-p too.
    pub top_p: usize,
    /// After min-p too: the tokens that can be drawn.
    pub min_p: usize,
}

/// Where a coin fell.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// The drawn token.
    pub token: TokenId,
    /// Its place in the order of the distribution, 0 the best.
    pub rank: usize,
    /// The uniform number in `[0, 1)`.
    pub coin: f64,
    /// Lower end of the token's share of the cumulative bar (best token first).
    pub low: f64,
    /// The token's probability of being drawn.
    pub probability: f32,
}

impl Distribution {
    /// Applies `controls` to a step's logits; `context` is what the repetition penalty looks at.
    #[must_use]
    pub fn new(ranking: &Ranking, context: &[TokenId], controls: &Controls) -> Self {
        if controls.repetition_penalty == 1.0 {
            return Self::of_ranked(ranking.clone(), controls);
        }
        Self::of_ranked(ranking.with(&penalised(ranking, context, controls.repetition_penalty)), controls)
    }

    fn of_ranked(ranking: Ranking, controls: &Controls) -> Self {
        let full = ranked_softmax(ranking.logits(), controls.temperature);
        let top_k = keep_top_k(ranking.logits(), controls.top_k);
        let top_p = keep_top_p(&full[..top_k], controls.top_p);
        let min_p = keep_min_p(&full[..top_p], controls.min_p);
        let drawn = (min_p < full.len()).then(|| renormalise(&full, min_p));
        Self { ranking, full, drawn, temperature: controls.temperature, kept: Kept { top_k, top_p, min_p } }
    }

    /// The tokens, best first (after the repetition penalty).
    #[must_use]
    pub fn order(&self) -> &[TokenId] {
        self.ranking.order()
    }

    /// The logits in [`Self::order`], after the repetition penalty.
    #[must_use]
    pub fn logits(&self) -> &[f32] {
        self.ranking.logits()
    }

    /// Probabilities in [`Self::order`] over the whole vocabulary, before the filters.
    #[must_use]
    pub fn full(&self) -> &[f32] {
        &self.full
    }

    /// Entropy in bits before the filters, as [`entropy`] of [`Self::full`], but without a logarithm per token:
    /// `-ln p = ln Σ - x` with `x = (z - max) / T`, and `ln Σ = -ln p` of the best token, whose `x` is 0.
    #[must_use]
    pub fn entropy(&self) -> f64 {
        let (Some(&max), Some(&best)) = (self.ranking.logits().first(), self.full.first()) else { return 0.0 };
        let temperature = f64::from(self.temperature);
        if !(temperature > 1e-3 && temperature.is_finite()) {
            return entropy(&self.full);
        }
        let term = |(&p, &logit): (&f32, &f32)| {
            if p > 0.0 { f64::from(p) * (f64::from(logit) - f64::from(max)) } else { 0.0 }
        };
        let mean: f64 = self.full.iter().zip(self.ranking.logits()).map(term).sum::<f64>() / temperature;
        ((-f64::from(best).ln() - mean) / std::f64::consts::LN_2).max(0.0)
    }

    /// Probabilities in [`Self::order`] after the filters: what a token is drawn from.
    #[must_use]
    pub fn drawn(&self) -> &[f32] {
        self.drawn.as_deref().unwrap_or(&self.full)
    }

    /// What each filter leaves.
    #[must_use]
    pub fn kept(&self) -> Kept {
        self.kept
    }

    /// Draws a token; `None` if no token can be drawn (all logits are negative infinity or NaN). The token is
    /// [`UNNAMED`] where the coin falls among those that a recording does not name.
    #[must_use]
    pub fn draw(&self, coin: f64) -> Option<Draw> {
        let (rank, low) = bin(self.drawn(), coin)?;
        Some(Draw { token: self.ranking.order()[rank], rank, coin, low, probability: self.drawn()[rank] })
    }
}

/// The logits of `context`'s tokens, made less likely, each once: a positive one is divided by `penalty`, a negative one
/// multiplied.
#[must_use]
pub fn penalised(ranking: &Ranking, context: &[TokenId], penalty: f32) -> BTreeMap<TokenId, f32> {
    let met: BTreeSet<TokenId> = inserted(context.iter().copied().filter(|&token| token != UNNAMED));
    let entries = ranking.order().iter().zip(ranking.logits()).filter(|(token, _)| met.contains(token));
    inserted(entries.map(|(&token, &logit)| (token, if logit > 0.0 { logit / penalty } else { logit * penalty })))
}

/// As `transformers`: every token as good as the k-th stays, so equal ones may leave more than k.
fn keep_top_k(ranked_logits: &[f32], k: usize) -> usize {
    if k == 0 || k >= ranked_logits.len() {
        return ranked_logits.len();
    }
    let kth = ranked_logits[k - 1];
    k + ranked_logits[k..].iter().take_while(|&&logit| logit == kth).count()
}

/// The shortest prefix whose share of the mass reaches `p`; at least one token.
fn keep_top_p(probabilities: &[f32], p: f32) -> usize {
    if p >= 1.0 {
        return probabilities.len();
    }
    let target = f64::from(p) * sum(probabilities);
    let mut mass = 0.0;
    let needed = probabilities.iter().position(|&probability| {
        mass += f64::from(probability);
        mass >= target
    });
    needed.map_or(probabilities.len(), |last| last + 1)
}

fn keep_min_p(probabilities: &[f32], p: f32) -> usize {
    let Some(&best) = probabilities.first() else { return 0 };
    probabilities.partition_point(|&probability| probability >= p * best).max(1)
}

fn renormalise(full: &[f32], kept: usize) -> Vec<f32> {
    let mass = sum(&full[..kept]);
    let mut drawn = vec![0.0; full.len()];
    if mass > 0.0 {
        for (to, &from) in drawn.iter_mut().zip(&full[..kept]) {
            *to = (f64::from(from) / mass) as f32;
        }
    }
    drawn
}

fn sum(probabilities: &[f32]) -> f64 {
    probabilities.iter().map(|&p| f64::from(p)).sum()
}
