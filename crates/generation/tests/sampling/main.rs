//! Properties of the arithmetic from logits to a token, and figures that others computed.

// The helpers of tests are tests too.
#![allow(clippy::unwrap_used)]

mod ranking;

use std::collections::BTreeMap;

use generation::Controls;
use generation::sampling::{
    Distribution, Ranking, UNNAMED, argmax, divergence, entropy, log_sum_exp, penalised, ranked_mass, sample, softmax,
};
use generation::step::TokenId;
use proptest::prelude::*;

const NOTHING: f32 = f32::NEG_INFINITY;

fn sum(probabilities: &[f32]) -> f64 {
    probabilities.iter().map(|&p| f64::from(p)).sum()
}

fn assert_near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected} within {tolerance}");
}

fn controls(temperature: f32, top_k: usize, top_p: f32, min_p: f32, repetition_penalty: f32) -> Controls {
    Controls { temperature, top_k, top_p, min_p, repetition_penalty }
}

/// The probabilities of being drawn, by token.
fn drawn(logits: &[f32], context: &[TokenId], controls: &Controls) -> Vec<f32> {
    let distribution = Distribution::new(&Ranking::new(logits), context, controls);
    let mut drawn = vec![f32::NAN; logits.len()];
    for (&token, &p) in distribution.order().iter().zip(distribution.drawn()) {
        drawn[token as usize] = p;
    }
    drawn
}

/// Logits by token, after the repetition penalty.
fn penalise(logits: &[f32], context: &[TokenId], penalty: f32) -> Vec<f32> {
    let mut logits = logits.to_vec();
    for (token, logit) in penalised(&Ranking::new(&logits), context, penalty) {
        logits[token as usize] = logit;
    }
    logits
}

/// Logits as a model may give them, some filtered, at least one a number.
fn logits(most: usize) -> impl Strategy<Value = Vec<f32>> {
    let logit = prop_oneof![8 => -20.0..20.0f32, 1 => Just(NOTHING), 1 => Just(3.0f32), 1 => -1e4..1e4f32];
    prop::collection::vec(logit, 1..most).prop_filter("a number", |logits| argmax(logits).is_some())
}

fn any_temperature() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.0), Just(f32::INFINITY), Just(1.0), 1e-30..1e-3f32, 0.01..3.0f32, 3.0..1e6f32]
}

fn any_controls() -> impl Strategy<Value = Controls> {
    (any_temperature(), 0..40usize, 0.0..1.2f32, 0.0..1.0f32, prop_oneof![Just(1.0), 0.5..2.0f32])
        .prop_map(|(temperature, top_k, top_p, min_p, penalty)| controls(temperature, top_k, top_p, min_p, penalty))
}

// --- Softmax ---------------------------------------------------------------------------------------------------------

const SIX: [f32; 6] = [3.8, 3.2, 2.4, 1.8, 0.9, 0.3];

#[test]
fn six_classes_have_the_lessons_figures() {
    let probabilities = softmax(&SIX, 1.0);
    for (p, text) in probabilities.iter().zip(["0.496", "0.272", "0.122", "0.067", "0.027", "0.015"]) {
        assert_eq!(format!("{p:.3}"), text);
    }
    for (p, text) in probabilities.iter().zip(["0.50", "0.27", "0.12", "0.07", "0.03", "0.01"]) {
        assert_eq!(format!("{p:.2}"), text);
    }
    assert_eq!(format!("{:.3}", entropy(&probabilities)), "1.878");
    assert_eq!(format!("{:.3}", entropy(&softmax(&SIX, f32::INFINITY))), "2.585");
    assert_eq!(argmax(&SIX), Some(0));
}

#[test]
fn the_ends_of_the_temperature_are_exact() {
    assert_eq!(softmax(&SIX, 0.0), [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(softmax(&[1.0, 5.0, 5.0, 2.0], 0.0), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(softmax(&[1.0, 5.0, NOTHING, 2.0, -1e4], f32::INFINITY), [0.25, 0.25, 0.0, 0.25, 0.25]);
    // Not "-0.000".
    assert_eq!(format!("{:.3}", entropy(&softmax(&SIX, 0.0))), "0.000");
}

#[test]
fn extreme_logits_give_numbers() {
    for logits in [[1e4, -1e4, 0.0], [f32::MAX, f32::MIN, 0.0], [f32::INFINITY, 1.0, NOTHING], [f32::NAN, 1.0, 2.0]] {
        for temperature in [0.0, 1e-38, 0.5, 1.0, 1e30, f32::INFINITY] {
            let probabilities = softmax(&logits, temperature);
            assert!(
                probabilities.iter().all(|p| (0.0..=1.0).contains(p)),
                "{logits:?} {temperature} {probabilities:?}"
            );
            assert_near(sum(&probabilities), 1.0, 1e-6);
        }
    }
    // A temperature that is no number has no meaning: nothing but the best token is left.
    assert_eq!(softmax(&SIX, f32::NAN), softmax(&SIX, 0.0));
}

#[test]
fn nothing_left_means_no_probability_and_no_draw() {
    for logits in [vec![], vec![NOTHING; 3], vec![f32::NAN; 3]] {
        assert_eq!(softmax(&logits, 1.0), vec![0.0; logits.len()]);
        assert_eq!(argmax(&logits), None);
        assert_eq!(log_sum_exp(&logits), f64::NEG_INFINITY);
        for temperature in [0.0, 1.0, f32::INFINITY] {
            let controls = controls(temperature, 2, 0.5, 0.1, 1.5);
            let distribution = Distribution::new(&Ranking::new(&logits), &[0], &controls);
            assert_eq!(distribution.draw(0.5), None);
        }
    }
}

#[test]
fn a_whole_vocabulary_sums_to_one() {
    let logits: Vec<f32> = (0..50_257u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 12) as f32 / 40_000.0).collect();
    for temperature in [0.0, 0.1, 0.7, 1.0, 2.0, 100.0, f32::INFINITY] {
        assert_near(sum(&softmax(&logits, temperature)), 1.0, 1e-6);
        for (top_k, top_p) in [(0, 1.0), (40, 1.0), (0, 0.95), (0, 0.999_999)] {
            assert_near(sum(&drawn(&logits, &[], &controls(temperature, top_k, top_p, 0.0, 1.0))), 1.0, 1e-6);
        }
    }
}

proptest! {
    #[test]
    fn probabilities_are_positive_and_sum_to_one(logits in logits(3000), temperature in any_temperature()) {
        let probabilities = softmax(&logits, temperature);
        prop_assert!((sum(&probabilities) - 1.0).abs() < 1e-6);
        let max = logits[argmax(&logits).unwrap()];
        for (&logit, &p) in logits.iter().zip(&probabilities) {
            if logit == NOTHING {
                prop_assert_eq!(p, 0.0);
            } else if temperature > 0.0 && (max - logit) / temperature < 80.0 {
                prop_assert!(p > 0.0, "logit {} has p = 0 at T = {}", logit, temperature);
            }
        }
    }

    #[test]
    fn softmax_is_the_textbooks(
        logits in prop::collection::vec(-20.0..20.0f32, 1..200),
        temperature in 0.1..10.0f32,
    ) {
        let weights: Vec<f64> = logits.iter().map(|&z| (f64::from(z) / f64::from(temperature)).exp()).collect();
        let total: f64 = weights.iter().sum();
        for (p, weight) in softmax(&logits, temperature).into_iter().zip(&weights) {
            // f32 has no room for less than 1e-38.
            prop_assert!((f64::from(p) - weight / total).abs() < 1e-6 * (weight / total) + 1e-38);
        }
        let logs: f64 = logits.iter().map(|&z| f64::from(z).exp()).sum();
        prop_assert!((log_sum_exp(&logits) - logs.ln()).abs() < 1e-9);
    }

    /// In quarters, so that the shifted logits are the same numbers.
    #[test]
    fn a_common_shift_changes_nothing(
        quarters in prop::collection::vec(-80..80i32, 1..100),
        shift in -4000..4000i32,
        temperature in any_temperature(),
    ) {
        let logits: Vec<f32> = quarters.iter().map(|&q| q as f32 / 4.0).collect();
        let shifted: Vec<f32> = quarters.iter().map(|&q| (q + shift) as f32 / 4.0).collect();
        prop_assert_eq!(softmax(&logits, temperature), softmax(&shifted, temperature));
        let moved = log_sum_exp(&shifted) - log_sum_exp(&logits);
        prop_assert!((moved - f64::from(shift) / 4.0).abs() < 1e-9);
    }

    #[test]
    fn the_order_is_kept(logits in logits(60), temperature in any_temperature()) {
        let probabilities = softmax(&logits, temperature);
        for (i, a) in logits.iter().enumerate() {
            for (j, b) in logits.iter().enumerate() {
                if a > b {
                    prop_assert!(probabilities[i] >= probabilities[j]);
                }
                if a == b && temperature > 0.0 {
                    prop_assert_eq!(probabilities[i], probabilities[j]);
                }
            }
        }
    }

    #[test]
    fn no_temperature_is_one_hot_at_the_first_maximum(logits in logits(60)) {
        let first = logits.iter().position(|&z| logits.iter().all(|&other| other <= z)).unwrap();
        let expected: Vec<f32> = (0..logits.len()).map(|i| f32::from(i == first)).collect();
        prop_assert_eq!(softmax(&logits, 0.0), expected.clone());
        prop_assert_eq!(drawn(&logits, &[], &controls(0.0, 0, 1.0, 0.0, 1.0)), expected);
    }

    #[test]
    fn endless_temperature_is_uniform_over_what_is_not_filtered(logits in logits(60)) {
        let left = logits.iter().filter(|&&z| z > NOTHING).count();
        let expected: Vec<f32> =
            logits.iter().map(|&z| if z > NOTHING { (1.0 / left as f64) as f32 } else { 0.0 }).collect();
        prop_assert_eq!(softmax(&logits, f32::INFINITY), expected);
    }

    #[test]
    fn entropy_is_between_none_and_uniform(logits in logits(300), temperature in any_temperature()) {
        let bits = entropy(&softmax(&logits, temperature));
        prop_assert!(bits >= 0.0 && bits <= (logits.len() as f64).log2() + 1e-5);
        let hotter = entropy(&softmax(&logits, temperature * 2.0));
        prop_assert!(hotter >= bits - 1e-5, "entropy falls from {} to {} as T rises from {}", bits, hotter, temperature);
    }
}

#[test]
fn a_constant_added_to_every_logit_changes_nothing_in_the_lessons_figures() {
    for shift in [-1e4f32, -3.8, 1.0, 1e4] {
        for (p, shifted) in softmax(&SIX, 1.0).into_iter().zip(softmax(&SIX.map(|z| z + shift), 1.0)) {
            // Beside 10,000 an f32 has three figures left of a logit.
            assert_near(f64::from(shifted), f64::from(p), 1e-3);
        }
    }
}

// --- Filters ---------------------------------------------------------------------------------------------------------

const MIXED: &[f32] = &[2.5, -1.0, 0.5, 3.0, 0.5, -2.0, 1.5, 0.0];
const NEGATIVE: &[f32] = &[-0.5, -1.5, -0.25, -3.0, -0.75, -1.0, -4.0, -0.125];
const TIED: &[f32] = &[1.0, 4.0, 2.0, 2.0, 3.0, 2.0, 0.0, -6.0];

/// Logits, context, controls, and each token's probability of being drawn.
type Case = (&'static [f32], &'static [TokenId], Controls, [f64; 8]);

/// Computed by Hugging Face `transformers` 5.23 (its logits processors one after the other, then softmax).
#[test]
fn the_filters_agree_with_transformers() {
    #[rustfmt::skip]
    let cases: [Case; 14] = [
        (MIXED, &[], controls(1.0, 0, 1.0, 0.0, 1.0), [0.293198, 0.008854, 0.03968, 0.483402, 0.03968, 0.003257, 0.107862, 0.024067]),
        (MIXED, &[3, 3, 5], controls(1.0, 0, 1.0, 0.0, 1.3), [0.387299, 0.011695, 0.052415, 0.319542, 0.052415, 0.002361, 0.142479, 0.031791]),
        (MIXED, &[], controls(0.5, 0, 1.0, 0.0, 1.0), [0.25654, 0.000234, 0.004699, 0.697349, 0.004699, 3.2e-05, 0.034719, 0.001729]),
        (TIED, &[], controls(1.0, 3, 1.0, 0.0, 1.0), [0.0, 0.563734, 0.076293, 0.076293, 0.207386, 0.076293, 0.0, 0.0]),
        (TIED, &[], controls(1.0, 4, 1.0, 0.0, 1.0), [0.0, 0.563734, 0.076293, 0.076293, 0.207386, 0.076293, 0.0, 0.0]),
        (MIXED, &[], controls(1.0, 0, 0.8, 0.0, 1.0), [0.331499, 0.0, 0.0, 0.546549, 0.0, 0.0, 0.121952, 0.0]),
        (MIXED, &[], controls(2.0, 0, 0.8, 0.0, 1.0), [0.275762, 0.0, 0.101447, 0.354085, 0.101447, 0.0, 0.167258, 0.0]),
        (MIXED, &[], controls(1.0, 3, 0.8, 0.0, 1.0), [0.377541, 0.0, 0.0, 0.622459, 0.0, 0.0, 0.0, 0.0]),
        (MIXED, &[], controls(1.0, 0, 1.0, 0.1, 1.0), [0.331499, 0.0, 0.0, 0.546549, 0.0, 0.0, 0.121952, 0.0]),
        (MIXED, &[], controls(2.5, 0, 1.0, 0.3, 1.0), [0.240485, 0.0, 0.108057, 0.293729, 0.108057, 0.0, 0.161202, 0.08847]),
        (NEGATIVE, &[0, 2, 7], controls(0.8, 6, 0.9, 0.2, 1.5), [0.157489, 0.0, 0.251666, 0.0, 0.157489, 0.115221, 0.0, 0.318136]),
        (MIXED, &[0, 3, 6], controls(1.5, 5, 0.7, 0.25, 2.0), [0.345078, 0.0, 0.0, 0.407662, 0.0, 0.0, 0.24726, 0.0]),
        (NEGATIVE, &[], controls(1.0, 0, 0.01, 0.0, 1.0), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]),
        (MIXED, &[1, 2], controls(1.0, 0, 1.0, 0.5, 0.7), [0.377541, 0.0, 0.0, 0.622459, 0.0, 0.0, 0.0, 0.0]),
    ];
    for (logits, context, controls, expected) in cases {
        let found = drawn(logits, context, &controls);
        for (token, (&p, expected)) in found.iter().zip(expected).enumerate() {
            assert!((f64::from(p) - expected).abs() < 2e-6, "token {token}: {p}, not {expected}, by {controls:?}");
            assert_eq!(p == 0.0, expected == 0.0, "token {token} by {controls:?}");
        }
    }
}

proptest! {
    #[test]
    fn the_penalty_meets_each_token_of_the_context_once(
        logits in prop::collection::vec(-10.0..10.0f32, 1..20),
        context in prop::collection::vec(0..25u32, 0..40),
        penalty in 0.5..2.0f32,
    ) {
        for (token, (&before, after)) in logits.iter().zip(penalise(&logits, &context, penalty)).enumerate() {
            let expected = match before {
                _ if !context.contains(&(token as TokenId)) => before,
                before if before > 0.0 => before / penalty,
                before => before * penalty,
            };
            prop_assert_eq!(after, expected);
            if penalty > 1.0 {
                prop_assert!(after <= before);
            }
        }
        prop_assert_eq!(penalise(&logits, &context, 1.0), logits);
    }

    #[test]
    fn top_k_keeps_all_that_are_as_good_as_the_kth(
        logits in prop::collection::vec((-4..4i8).prop_map(f32::from), 1..30),
        k in 0..35usize,
        temperature in 0.1..5.0f32,
    ) {
        let mut sorted = logits.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let least = if k == 0 { NOTHING } else { sorted.get(k - 1).copied().unwrap_or(NOTHING) };
        for (&logit, p) in logits.iter().zip(drawn(&logits, &[], &controls(temperature, k, 1.0, 0.0, 1.0))) {
            prop_assert_eq!(p > 0.0, logit >= least);
        }
    }

    #[test]
    fn top_p_is_the_smallest_set(
        logits in prop::collection::vec(-8.0..8.0f32, 1..60),
        temperature in 0.1..5.0f32,
        p in 0.0..1.0f32,
    ) {
        let distribution =
            Distribution::new(&Ranking::new(&logits), &[], &controls(temperature, 0, p, 0.0, 1.0));
        let kept = distribution.kept().top_p;
        let mass = |n: usize| sum(&distribution.full()[..n]);
        prop_assert!(kept >= 1);
        prop_assert!(mass(kept) >= f64::from(p) - 1e-6, "too few");
        // The best are kept, so one fewer of any kept tokens has at most this mass.
        prop_assert!(kept == 1 || mass(kept - 1) < f64::from(p) + 1e-6, "too many");
        prop_assert_eq!(distribution.drawn().iter().filter(|&&q| q > 0.0).count(), kept);
    }

    #[test]
    fn min_p_is_measured_by_the_best(
        logits in prop::collection::vec(-8.0..8.0f32, 1..60),
        temperature in 0.1..5.0f32,
        p in 0.0..1.0f32,
    ) {
        let full = softmax(&logits, temperature);
        let best = full[argmax(&logits).unwrap()];
        for (&before, after) in full.iter().zip(drawn(&logits, &[], &controls(temperature, 0, 1.0, p, 1.0))) {
            // At the edge rounding decides.
            if (before / best - p).abs() > 1e-5 {
                prop_assert_eq!(after > 0.0, before > p * best);
            }
        }
    }

    /// Each filter sees what those before it left, renormalised: penalty, temperature, top-k, top-p, min-p.
    #[test]
    fn the_filters_come_in_their_order(
        logits in prop::collection::vec(-8.0..8.0f32, 2..40),
        context in prop::collection::vec(0..40u32, 0..5),
        temperature in 0.2..4.0f32,
        (k, p, min_p, penalty) in (1..20usize, 0.05..1.0f32, 0.0..0.5f32, 0.6..1.8f32),
    ) {
        let mut logits = penalise(&logits, &context, penalty);
        let found = drawn(&logits, &[], &controls(temperature, k, p, min_p, 1.0));
        let order: Vec<usize> = Ranking::new(&logits).order().iter().map(|&token| token as usize).collect();
        let mut near_an_edge = false;

        for &token in &order[k.min(order.len())..] {
            prop_assume!(logits[token] != logits[order[k - 1]]);
            logits[token] = NOTHING;
        }
        let left = softmax(&logits, temperature);
        let mut before = 0.0;
        for &token in &order {
            near_an_edge |= (before - f64::from(p)).abs() < 1e-5;
            if before >= f64::from(p) {
                logits[token] = NOTHING;
            }
            before += f64::from(left[token]);
        }
        let left = softmax(&logits, temperature);
        for &token in &order {
            let ratio = left[token] / left[order[0]];
            near_an_edge |= (ratio - min_p).abs() < 1e-5;
            if ratio < min_p {
                logits[token] = NOTHING;
            }
        }
        prop_assume!(!near_an_edge);
        for (p, expected) in found.into_iter().zip(softmax(&logits, temperature)) {
            prop_assert!((p - expected).abs() < 1e-6 && (p == 0.0) == (expected == 0.0), "{} {}", p, expected);
        }
    }

    #[test]
    fn the_penalty_comes_before_all_else(
        logits in logits(30),
        context in prop::collection::vec(0..30u32, 0..10),
        settings in any_controls(),
    ) {
        let penalised = penalise(&logits, &context, settings.repetition_penalty);
        let without = Controls { repetition_penalty: 1.0, ..settings };
        prop_assert_eq!(drawn(&logits, &context, &settings), drawn(&penalised, &[], &without));
    }

    #[test]
    fn the_quick_entropy_is_the_entropy(
        logits in logits(200),
        context in prop::collection::vec(0..60u32, 0..10),
        settings in any_controls(),
    ) {
        let distribution = Distribution::new(&Ranking::new(&logits), &context, &settings);
        prop_assert!((distribution.entropy() - entropy(distribution.full())).abs() < 1e-4);
    }

    #[test]
    fn what_is_filtered_has_exactly_no_chance_at_any_temperature(
        logits in logits(60),
        context in prop::collection::vec(0..60u32, 0..10),
        settings in any_controls(),
        coin in 0.0..1.0f64,
    ) {
        let distribution = Distribution::new(&Ranking::new(&logits), &context, &settings);
        let kept = distribution.kept();
        prop_assert!(1 <= kept.min_p && kept.min_p <= kept.top_p && kept.top_p <= kept.top_k);
        prop_assert!(distribution.drawn()[kept.min_p..].iter().all(|&p| p == 0.0));
        prop_assert!((sum(distribution.drawn()) - 1.0).abs() < 1e-6);
        prop_assert!((sum(distribution.full()) - 1.0).abs() < 1e-6);
        // Truncation keeps the proportions.
        let best = (distribution.full()[0], distribution.drawn()[0]);
        for (&full, &drawn) in distribution.full()[..kept.min_p].iter().zip(distribution.drawn()) {
            prop_assert!((full / best.0 - drawn / best.1).abs() < 1e-5);
        }
        let draw = distribution.draw(coin).unwrap();
        prop_assert!(draw.rank < kept.min_p && logits[draw.token as usize] > NOTHING);
        prop_assert_eq!(draw.token, distribution.order()[draw.rank]);
        prop_assert_eq!(draw.probability, distribution.drawn()[draw.rank]);
        prop_assert!(draw.probability > 0.0);
        prop_assert!((draw.low - sum(&distribution.drawn()[..draw.rank])).abs() < 1e-9);
        prop_assert!(draw.low <= coin && coin < draw.low + f64::from(draw.probability) + 1e-6);
    }
}

#[test]
fn at_the_ends_of_the_temperature_the_filters_hold() {
    assert_eq!(drawn(TIED, &[], &controls(0.0, 3, 0.5, 0.2, 1.0)), [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    // The five best by logit, although all are equally likely.
    assert_eq!(drawn(TIED, &[], &controls(f32::INFINITY, 3, 1.0, 0.9, 1.0)), [0.0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0]);
    // Half of the mass of eight equal ones: the four best, equal logits by id.
    let four = [0.0, 0.25, 0.25, 0.25, 0.25, 0.0, 0.0, 0.0];
    assert_eq!(drawn(TIED, &[], &controls(f32::INFINITY, 0, 0.5, 0.0, 1.0)), four);
}

#[test]
fn the_penalty_can_change_the_winner() {
    let greedy = Controls { temperature: 0.0, repetition_penalty: 1.5, ..Controls::default() };
    let distribution = Distribution::new(&Ranking::new(MIXED), &[3], &greedy);
    assert_eq!(distribution.order()[0], 0);
    assert_eq!(distribution.draw(0.9).unwrap().token, 0);
}

// --- The draw --------------------------------------------------------------------------------------------------------

#[test]
fn a_coin_falls_into_its_bin() {
    let probs = [0.25, 0.0, 0.5, 0.0, 0.25, 0.0];
    let last = 1.0 - f64::EPSILON / 2.0;
    for (coin, expected) in
        [(0.0, 0), (0.249_999, 0), (0.25, 2), (0.5, 2), (0.749_999, 2), (0.75, 4), (0.999_999, 4), (last, 4)]
    {
        assert_eq!(sample(&probs, coin), Some(expected), "{coin}");
    }
    assert_eq!(sample(&[0.0, 1.0], 0.0), Some(1), "an entry without a chance is never chosen");
    assert_eq!(sample(&[1.0, 0.0], last), Some(0), "an entry without a chance is never chosen");
    // Ten times a tenth as f32 may fall short of 1: the last entry takes what is left over.
    assert_eq!(sample(&[0.099_999; 10], last), Some(9));
    assert_eq!(sample(&[], 0.5), None);
    assert_eq!(sample(&[0.0; 4], 0.5), None);
}

proptest! {
    #[test]
    fn the_bins_cover_the_bar_without_a_gap(logits in logits(40), temperature in any_temperature()) {
        let probs = softmax(&logits, temperature);
        let mut low = 0.0;
        for (i, &p) in probs.iter().enumerate().filter(|&(_, &p)| p > 0.0) {
            let high = low + f64::from(p);
            // A share may be too narrow to hold a number of its own beside the sum so far.
            if high > low && low < 1.0 {
                prop_assert_eq!(sample(&probs, low), Some(i));
            }
            let middle = low + f64::from(p) / 2.0;
            if low < middle && middle < high {
                prop_assert_eq!(sample(&probs, middle), Some(i));
            }
            low = high;
        }
    }
}

#[test]
fn divergence_is_zero_only_between_equals() {
    let (p, q) = ([0.0f32, 1.0, 2.0], [5.0f32, 6.0, 7.0]);
    // A constant added to all logits changes nothing.
    assert!(divergence(&p, &q).abs() < 1e-12);
    // Two even halves against a quarter and three quarters: ½ ln(½/¼) + ½ ln(½/¾).
    let expected = 0.5 * 2f64.ln() + 0.5 * (2.0 / 3.0f64).ln();
    assert!((divergence(&[0.0, 0.0], &[0.0, 3f32.ln()]) - expected).abs() < 1e-6);
}
