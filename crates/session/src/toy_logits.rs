//! The softmax widget's six logits: the reader's own words, or the model's six best tokens.

use crate::Session;

/// The logits of the six words at the lesson's start: roof, sofa, floor, window, bed, water.
pub const LOGITS: [f64; 6] = [3.8, 3.2, 2.4, 1.8, 0.9, 0.3];

/// The largest logit that can be set, and less its sign the smallest.
pub const LIMIT: f64 = 10_000.0;

/// What stands in the six places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToyLogits {
    /// The words' own logits.
    pub logits: [f64; 6],
    /// What was added to all of them together, for all to see that it changes nothing.
    pub added: f64,
    /// The model's six best next tokens stand there instead.
    pub from_model: bool,
}

impl Default for ToyLogits {
    fn default() -> Self {
        Self { logits: LOGITS, added: 0.0, from_model: false }
    }
}

impl ToyLogits {
    /// Sets one word's logit.
    pub fn set(&mut self, index: usize, logit: f64) {
        if let Some(place) = self.logits.get_mut(index) {
            *place = logit.clamp(-LIMIT, LIMIT);
        }
    }

    /// Adds the same to every logit, unless one would leave the range.
    pub fn add(&mut self, constant: f64) {
        if self.can_add(constant) {
            // Steps of a tenth stay what they are, however often one is added.
            let tidy = |logit: f64| (logit * 1e6).round() / 1e6;
            self.logits = self.logits.map(|logit| tidy(logit + constant));
            self.added += constant;
        }
    }

    /// Whether [`Self::add`] does something.
    #[must_use]
    pub fn can_add(&self, constant: f64) -> bool {
        self.logits.iter().all(|logit| (logit + constant).abs() <= LIMIT)
    }

    /// The words' logits as they were.
    pub fn restore(&mut self) {
        *self = Self { from_model: self.from_model, ..Self::default() };
    }
}

impl Session {
    /// The six logits.
    #[must_use]
    pub fn toy_logits(&self) -> &ToyLogits {
        &self.toy_logits
    }

    /// Sets the six logits.
    pub fn set_toy_logits(&mut self, toy: ToyLogits) {
        self.toy_logits = toy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_constant_is_added_to_all_or_to_none() {
        let mut toy = ToyLogits::default();
        for _ in 0..5 {
            toy.add(1.0);
        }
        assert_eq!((toy.logits, toy.added), ([8.8, 8.2, 7.4, 6.8, 5.9, 5.3], 5.0));
        toy.set(5, LIMIT);
        let before = toy;
        toy.add(1.0);
        assert_eq!(toy, before);
        toy.restore();
        assert_eq!(toy, ToyLogits::default());
    }

    #[test]
    fn no_logit_leaves_the_range() {
        let mut toy = ToyLogits::default();
        toy.set(0, 1e300);
        toy.set(1, -1e300);
        toy.set(6, 1.0);
        assert_eq!((toy.logits[0], toy.logits[1]), (LIMIT, -LIMIT));
    }
}
