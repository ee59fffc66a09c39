//! The softmax widget's six classes: the reader's own words with their logits, or the model's six best tokens.

use super::Session;

/// The logits of the six words at the lesson's start: roof, sofa, floor, window, bed, water.
pub const LOGITS: [f64; 6] = [3.8, 3.2, 2.4, 1.8, 0.9, 0.3];

/// The largest logit that can be set, and less its sign the smallest.
pub const LIMIT: f64 = 10_000.0;

/// What stands in the six places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classes {
    /// The words' own logits.
    pub logits: [f64; 6],
    /// What was added to all of them together, for all to see that it changes nothing.
    pub added: f64,
    /// The model's six best next tokens stand there instead.
    pub from_model: bool,
}

impl Default for Classes {
    fn default() -> Self {
        Self { logits: LOGITS, added: 0.0, from_model: false }
    }
}

impl Classes {
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
    /// The six classes.
    #[must_use]
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// Sets the six classes.
    pub fn set_classes(&mut self, classes: Classes) {
        self.classes = classes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_constant_is_added_to_all_or_to_none() {
        let mut classes = Classes::default();
        for _ in 0..5 {
            classes.add(1.0);
        }
        assert_eq!((classes.logits, classes.added), ([8.8, 8.2, 7.4, 6.8, 5.9, 5.3], 5.0));
        classes.set(5, LIMIT);
        let before = classes;
        classes.add(1.0);
        assert_eq!(classes, before);
        classes.restore();
        assert_eq!(classes, Classes::default());
    }

    #[test]
    fn no_logit_leaves_the_range() {
        let mut classes = Classes::default();
        classes.set(0, 1e300);
        classes.set(1, -1e300);
        classes.set(6, 1.0);
        assert_eq!((classes.logits[0], classes.logits[1]), (LIMIT, -LIMIT));
    }
}
