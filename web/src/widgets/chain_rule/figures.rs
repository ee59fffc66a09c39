//! A ledger's numbers as people read them.

use generation::chain_rule::{Ledger, surprisal};

use crate::i18n::numbers::{count, fixed, localized, signed};

/// Tints of surprise.
pub const LEVELS: usize = 5;

/// Where each tint but the first begins, in bits.
const FROM: [f64; LEVELS - 1] = [1.0, 3.0, 6.0, 10.0];

/// A full bar, in bits: one token among 65,536.
const FULL: f64 = 16.0;

/// The tint of a token, 0 for the least surprise.
#[must_use]
pub fn level(bits: f64) -> usize {
    FROM.iter().filter(|&&from| bits >= from).count()
}

/// How long a token's bar is, 0 to 1.
#[must_use]
pub fn length(bits: f64) -> f64 {
    (bits / FULL).clamp(0.0, 1.0)
}

/// Bits of surprise, such as `16.65`.
#[must_use]
pub fn bits(ln: f64) -> String {
    signed(surprisal(ln), 2)
}

/// Surprise of a whole text in bits, and for each of its predicted tokens.
#[must_use]
pub fn totals(total: &Ledger) -> (String, String) {
    if total.predicted == 0 {
        return ("–".to_owned(), "–".to_owned());
    }
    let all = surprisal(total.log_probability);
    (signed(all, 2), signed(all / total.predicted as f64, 2))
}

/// Perplexity with three digits or more, such as `40.1`.
#[must_use]
pub fn perplexity(total: &Ledger) -> String {
    match total.perplexity() {
        None => "–".to_owned(),
        Some(value) if !value.is_finite() => "∞".to_owned(),
        Some(value) if value < 10.0 => fixed(value, 2),
        Some(value) if value < 1000.0 => fixed(value, 1),
        Some(value) if value < 1e9 => count(value.round() as usize),
        Some(value) => localized(&format!("{value:.1e}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(predicted: usize, log_probability: f64) -> Ledger {
        Ledger { predicted, log_probability }
    }

    #[test]
    fn tints_begin_where_the_legend_says() {
        let tints = [0.0, 0.99, 1.0, 2.9, 3.0, 6.0, 9.99, 10.0, f64::INFINITY].map(level);
        assert_eq!(tints, [0, 0, 1, 1, 2, 3, 3, 4, 4]);
        assert_eq!([0.0, 8.0, 99.0, f64::INFINITY].map(length), [0.0, 0.5, 1.0, 1.0]);
    }

    #[test]
    fn the_lessons_ledger() {
        let total = ledger(4, -14.766_525);
        assert_eq!(perplexity(&total), "40.1");
        assert_eq!(totals(&total), ("21.30".into(), "5.33".into()));
        assert_eq!(bits(-11.539_295), "16.65");
    }

    #[test]
    fn nothing_predicted_and_impossible_texts() {
        assert_eq!(perplexity(&ledger(0, 0.0)), "–");
        assert_eq!(perplexity(&ledger(1, f64::NEG_INFINITY)), "∞");
        assert_eq!(totals(&ledger(0, 0.0)).0, "–");
        assert_eq!(perplexity(&ledger(1, -12.0)), "162,755");
        assert_eq!(perplexity(&ledger(1, -40.0)), "2.4e17");
    }
}
