//! The chain rule over arbitrary texts.

use generation::chain_rule::{Ledger, surprisal};
use proptest::prelude::*;

fn log_probabilities() -> impl Strategy<Value = Vec<Option<f64>>> {
    prop::collection::vec(prop::option::weighted(0.9, (1e-6..=1.0f64).prop_map(f64::ln)), 0..40)
}

proptest! {
    #[test]
    fn the_logarithm_of_the_product_is_the_sum(logs in log_probabilities()) {
        let ledger = Ledger::of(logs.iter().copied());
        let predicted: Vec<f64> = logs.iter().flatten().copied().collect();
        let product: f64 = predicted.iter().map(|ln| ln.exp()).product();
        prop_assert_eq!(ledger.predicted, predicted.len());
        prop_assert!((ledger.probability() - product).abs() <= 1e-9 * product);
        let bits: f64 = predicted.iter().map(|&ln| surprisal(ln)).sum();
        prop_assert!((bits + ledger.log_probability / 2f64.ln()).abs() < 1e-9);
        match ledger.perplexity() {
            None => prop_assert!(predicted.is_empty()),
            Some(perplexity) => {
                let geometric_mean = product.powf(1.0 / predicted.len() as f64);
                prop_assert!((perplexity * geometric_mean - 1.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_text_can_be_taken_in_two_parts(logs in log_probabilities(), cut in 0..40usize) {
        let cut = cut.min(logs.len());
        let first = Ledger::of(logs[..cut].iter().copied());
        let whole = logs[cut..].iter().copied().fold(first, Ledger::with);
        prop_assert_eq!(whole, Ledger::of(logs));
    }
}

#[test]
fn a_long_text_underflows_only_as_a_product() {
    let ledger = Ledger::of(std::iter::repeat_n(Some((1.0f64 / 50_000.0).ln()), 10_000));
    assert_eq!(ledger.probability(), 0.0);
    assert!((ledger.perplexity().unwrap() - 50_000.0).abs() < 1e-4);
}

#[test]
fn certainty_and_impossibility() {
    assert_eq!(Ledger::of([Some(0.0)]).perplexity(), Some(1.0));
    assert_eq!(Ledger::of([Some(0.0), Some(f64::NEG_INFINITY)]).probability(), 0.0);
    assert_eq!(surprisal(0.0), 0.0);
    assert_eq!(surprisal(f64::NEG_INFINITY), f64::INFINITY);
}
