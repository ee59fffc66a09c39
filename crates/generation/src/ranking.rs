//! The vocabulary, sorted by its logits.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::softmax::log_sum_exp;
use crate::step::TokenId;

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
