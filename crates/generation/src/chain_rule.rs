//! The chain rule: `P(t1..tn) = Π P(ti | t1..ti-1)`, kept as a ledger of logarithms.

/// Running totals over the log-probabilities of a text's tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Tokens that were predicted: a given first token is not among them.
    pub predicted: usize,
    /// Natural logarithm of the product so far.
    pub log_probability: f64,
}

impl Ledger {
    /// The ledger of a whole text; `None` stands for a token that was given.
    #[must_use]
    pub fn of(log_probabilities: impl IntoIterator<Item = Option<f64>>) -> Self {
        log_probabilities.into_iter().fold(Self::default(), Self::with)
    }

    /// The ledger after one more token.
    #[must_use]
    pub fn with(self, log_probability: Option<f64>) -> Self {
        match log_probability {
            None => self,
            Some(ln) => Self { predicted: self.predicted + 1, log_probability: self.log_probability + ln },
        }
    }

    /// The product of the probabilities. It underflows to 0 for long texts, so logarithms are summed.
    #[must_use]
    pub fn probability(&self) -> f64 {
        self.log_probability.exp()
    }

    /// `exp(-mean log-probability)`: the number of equally likely choices per token that would surprise as much.
    /// `None` before any token was predicted.
    #[must_use]
    pub fn perplexity(&self) -> Option<f64> {
        (self.predicted > 0).then(|| (-self.log_probability / self.predicted as f64).exp())
    }
}

/// Surprisal of a token in bits: `-log2 p`.
#[must_use]
pub fn surprisal(log_probability: f64) -> f64 {
    // Not `-ln`: a certain token has a surprisal of 0, not of -0.
    (0.0 - log_probability) / std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_token_is_not_counted() {
        let ledger = Ledger::of([None, Some(0.5f64.ln()), Some(0.125f64.ln())]);
        assert_eq!(ledger.predicted, 2);
        assert!((ledger.probability() - 0.0625).abs() < 1e-15);
        assert!((ledger.perplexity().unwrap() - 4.0).abs() < 1e-12);
        assert!((surprisal(0.125f64.ln()) - 3.0).abs() < 1e-12);
        assert_eq!(Ledger::default().perplexity(), None);
    }
}
