//! From logits to a token: repetition penalty, temperature, top-k, top-p, min-p (in that order, as Hugging Face
//! `transformers` applies them), softmax over the whole vocabulary, and the draw.
//!
//! Sums are taken in `f64`. A filtered token has probability exactly 0 at every temperature.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

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

/// Softmax over all of `logits` at `temperature`: positive (as far down as `f32` reaches), sum 1.
///
/// At temperature 0 (or below, or NaN) the largest logit has probability 1; among equal ones the lowest index wins.
/// At infinity all are equal. An entry of negative infinity (a filtered token) has probability 0 at every temperature; NaN counts
/// as negative infinity. If nothing is left, all are 0.
#[must_use]
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let Some(best) = argmax(logits) else { return vec![0.0; logits.len()] };
    let max = logits[best];
    if temperature <= 0.0 || temperature.is_nan() {
        return (0..logits.len()).map(|i| if i == best { 1.0 } else { 0.0 }).collect();
    }
    let weight = |logit: f32| -> f64 {
        if logit.is_nan() || logit == f32::NEG_INFINITY {
            0.0
        } else if logit == max || temperature == f32::INFINITY {
            1.0
        } else {
            ((f64::from(logit) - f64::from(max)) / f64::from(temperature)).exp()
        }
    };
    let weights: Vec<f64> = logits.iter().map(|&logit| weight(logit)).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| (weight / sum) as f32).collect()
}

/// [`softmax`] of logits that stand in descending order (NaN nowhere), in a third of the time: see [`ranked_mass`].
fn ranked_softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let best = logits.first().map_or(f64::NEG_INFINITY, |&logit| f64::from(logit));
    if !(temperature > 0.0 && temperature.is_finite() && best.is_finite()) {
        return softmax(logits, temperature);
    }
    let mut weights = Vec::with_capacity(logits.len());
    let mut sum = 0.0;
    each_weight(logits, best, f64::from(temperature), |weight| {
        sum += weight;
        weights.push(weight);
    });
    let scale = 1.0 / sum;
    let mut shares: Vec<f32> = weights.into_iter().map(|weight| (weight * scale) as f32).collect();
    shares.resize(logits.len(), 0.0);
    shares
}

/// `Σ exp((logit - best) / temperature)` over logits in descending order; NaN and what comes after it counts as
/// nothing. Off by less than 1e-10 of the sum.
#[must_use]
pub fn ranked_mass(logits: &[f32], best: f64, temperature: f64) -> f64 {
    let mut sum = 0.0;
    each_weight(logits, best, temperature, |weight| sum += weight);
    sum
}

/// Gives `exp((logit - best) / temperature)` for logits in descending order, up to the first that is negative infinity.
/// Neighbours are close: between them the exponential is followed by its series, and taken anew every 1/64.
#[inline(always)]
fn each_weight(logits: &[f32], best: f64, temperature: f64, mut give: impl FnMut(f64)) {
    const STEP: f64 = 1.0 / 64.0;
    let scale = 1.0 / temperature;
    let (mut anchor, mut weight) = (f64::INFINITY, 0.0);
    for logit in logits.iter().map(|&logit| f64::from(logit)).take_while(|&logit| logit > f64::NEG_INFINITY) {
        let mut away = (logit - anchor) * scale;
        if away < -STEP {
            (anchor, weight, away) = (logit, ((logit - best) / temperature).exp(), 0.0);
        }
        give(weight * (1.0 + away * (1.0 + away * (0.5 + away * (1.0 / 6.0 + away * (1.0 / 24.0))))));
    }
}

/// Index of the largest value; among equal ones the lowest. `None` if there is no number above negative infinity.
#[must_use]
pub fn argmax(values: &[f32]) -> Option<usize> {
    let mut best = None;
    let mut max = f32::NEG_INFINITY;
    for (i, &value) in values.iter().enumerate() {
        if value > max {
            (best, max) = (Some(i), value);
        }
    }
    best
}

/// Entropy in bits, `-Σ p log2 p`, with `0 log 0 = 0`; at most `log2(n)`.
#[must_use]
pub fn entropy(probabilities: &[f32]) -> f64 {
    let bits = |&p: &f32| if p > 0.0 { f64::from(p) * f64::from(p).log2() } else { 0.0 };
    // From 0, so that certainty has 0 bits and not -0.
    0.0 - probabilities.iter().map(bits).sum::<f64>()
}

/// `ln Σ exp(logit)`, stable: `logit - log_sum_exp` is a log-probability at temperature 1.
#[must_use]
pub fn log_sum_exp(logits: &[f32]) -> f64 {
    let Some(best) = argmax(logits) else { return f64::NEG_INFINITY };
    let max = f64::from(logits[best]);
    let sum: f64 = logits.iter().filter(|logit| !logit.is_nan()).map(|&logit| (f64::from(logit) - max).exp()).sum();
    max + sum.ln()
}

/// Kullback-Leibler divergence `Σ p ln(p/q)` of two distributions at temperature 1, given as logits, in nats.
#[must_use]
pub fn divergence(p: &[f32], q: &[f32]) -> f64 {
    let (total_p, total_q) = (log_sum_exp(p), log_sum_exp(q));
    let term = |(&p, &q): (&f32, &f32)| {
        let (ln_p, ln_q) = (f64::from(p) - total_p, f64::from(q) - total_q);
        ln_p.exp() * (ln_p - ln_q)
    };
    p.iter().zip(q).map(term).sum()
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

/// Stands for a token whose name a recording does not keep (see [`crate::record`]); larger than any real one.
pub const UNNAMED: TokenId = TokenId::MAX;

/// All logits with their tokens, best first; equal ones by token. Temperature keeps this order, so it is made once a
/// step. A clone shares the vectors.
#[derive(Clone, Debug, Default)]
pub struct Ranking(Arc<Sorted>);

#[derive(Debug, Default)]
struct Sorted {
    order: Vec<TokenId>,
    logits: Vec<f32>,
    log_sum: OnceLock<f64>,
}

impl PartialEq for Ranking {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.order == other.0.order && self.0.logits == other.0.logits
    }
}

impl Ranking {
    fn from_sorted(order: Vec<TokenId>, logits: Vec<f32>) -> Self {
        Self(Arc::new(Sorted { order, logits, log_sum: OnceLock::new() }))
    }

    /// Sorts the vocabulary by `logits`; NaN counts as negative infinity.
    #[must_use]
    pub fn new(logits: &[f32]) -> Self {
        // Logit and id in one integer: a third of the time that comparing floats takes.
        let key = |(token, &logit): (usize, &f32)| u64::from(descending(logit)) << 32 | token as u64;
        let mut keys: Vec<u64> = logits.iter().enumerate().map(key).collect();
        keys.sort_unstable();
        let order: Vec<TokenId> = keys.into_iter().map(|key| key as TokenId).collect();
        let logits = order.iter().map(|&token| number(logits[token as usize])).collect();
        Self::from_sorted(order, logits)
    }

    /// A ranking that is in order already: best first, the tokens of `order` and then [`UNNAMED`] ones; NaN counts as
    /// negative infinity.
    ///
    /// # Errors
    /// Says in words what is wrong: more tokens than logits, or a logit above the one before it.
    pub fn of_sorted(mut order: Vec<TokenId>, logits: Vec<f32>) -> Result<Self, String> {
        if order.len() > logits.len() {
            return Err(format!("{} tokens have only {} logits", order.len(), logits.len()));
        }
        if let Some(place) = logits.windows(2).position(|pair| descending(pair[0]) > descending(pair[1])) {
            return Err(format!("logit {} is above the one before it", place + 1));
        }
        order.resize(logits.len(), UNNAMED);
        Ok(Self::from_sorted(order, logits.into_iter().map(number).collect()))
    }

    /// The tokens, best first; [`UNNAMED`] where a recording does not keep the name.
    #[must_use]
    pub fn order(&self) -> &[TokenId] {
        &self.0.order
    }

    /// The logits in [`Self::order`], `[vocabulary]`.
    #[must_use]
    pub fn logits(&self) -> &[f32] {
        &self.0.logits
    }

    /// How many tokens have a name.
    #[must_use]
    pub fn named(&self) -> usize {
        self.0.order.iter().filter(|&&token| token != UNNAMED).count()
    }

    /// A token's place, 0 the best; `None` if there is no such token, or none of that name in a recording.
    #[must_use]
    pub fn rank(&self, token: TokenId) -> Option<usize> {
        let named = token != UNNAMED;
        self.0.order.iter().position(|&other| named && other == token)
    }

    /// A token's logit; `None` as for [`Self::rank`].
    #[must_use]
    pub fn logit(&self, token: TokenId) -> Option<f32> {
        self.rank(token).map(|rank| self.0.logits[rank])
    }

    /// Natural logarithm of a token's probability at temperature 1; `None` as for [`Self::rank`].
    #[must_use]
    pub fn log_probability(&self, token: TokenId) -> Option<f64> {
        let logit = f64::from(self.logit(token)?);
        // Also where no token has a chance: nothing less nothing is no number.
        Some(if logit == f64::NEG_INFINITY { logit } else { logit - self.log_sum_exp() })
    }

    /// [`log_sum_exp`] of all logits, computed once.
    #[must_use]
    pub fn log_sum_exp(&self) -> f64 {
        *self.0.log_sum.get_or_init(|| log_sum_exp(&self.0.logits))
    }

    /// The ranking after some tokens' logits have changed; tokens without a name or place here are left out.
    #[must_use]
    pub fn with(&self, changes: &BTreeMap<TokenId, f32>) -> Self {
        let key = |token: TokenId, logit: f32| u64::from(descending(logit)) << 32 | u64::from(token);
        let bits = low_bits(changes.keys());
        let changed =
            |token: TokenId| bits >> (token % 64) & 1 == 1 && token != UNNAMED && changes.contains_key(&token);
        let places = self.0.order.iter().enumerate().filter(|&(_, &token)| changed(token));
        // Where the runs of what stays are cut: a token leaves its old place (last at one place) and comes to its new one.
        let mut cuts = Vec::new();
        for (old, &token) in places {
            let logit = number(changes[&token]);
            let (mut low, mut high) = (0, self.0.order.len());
            while low < high {
                let middle = usize::midpoint(low, high);
                let before = key(self.0.order[middle], self.0.logits[middle]) < key(token, logit);
                (low, high) = if before { (middle + 1, high) } else { (low, middle) };
            }
            cuts.push((old, u64::MAX, None));
            cuts.push((low, key(token, logit), Some((token, logit))));
        }
        cuts.sort_unstable_by_key(|&(place, key, _)| (place, key));
        let (mut order, mut logits) = (Vec::with_capacity(self.0.order.len()), Vec::with_capacity(self.0.order.len()));
        let mut from = 0;
        let stay = |order: &mut Vec<TokenId>, logits: &mut Vec<f32>, range: Range<usize>| {
            order.extend_from_slice(&self.0.order[range.clone()]);
            logits.extend_from_slice(&self.0.logits[range]);
        };
        for (place, _, comes) in cuts {
            stay(&mut order, &mut logits, from..place);
            from = place;
            match comes {
                Some((token, logit)) => {
                    order.push(token);
                    logits.push(logit);
                }
                None => from += 1,
            }
        }
        stay(&mut order, &mut logits, from..self.0.order.len());
        Self::from_sorted(order, logits)
    }
}

/// One bit for each of `tokens`, by their ids modulo 64: it tells most others apart before they are looked up.
fn low_bits<'a>(tokens: impl Iterator<Item = &'a TokenId>) -> u64 {
    tokens.fold(0, |bits, token| bits | 1 << (token % 64))
}

/// NaN counts as negative infinity.
fn number(logit: f32) -> f32 {
    if logit.is_nan() { f32::NEG_INFINITY } else { logit }
}

/// Bits that are smaller the larger `logit` is: IEEE 754 orders floats of one sign as it orders their bits.
fn descending(logit: f32) -> u32 {
    // Adding 0 makes -0 equal 0.
    let bits = (number(logit) + 0.0).to_bits();
    if bits >> 31 == 0 { !bits ^ (1 << 31) } else { bits }
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
    let met: BTreeSet<TokenId> = context.iter().copied().filter(|&token| token != UNNAMED).collect();
    let entries = ranking.order().iter().zip(ranking.logits()).filter(|(token, _)| met.contains(token));
    entries.map(|(&token, &logit)| (token, if logit > 0.0 { logit / penalty } else { logit * penalty })).collect()
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
