//! Softmax, and what else is a sum of exponentials over all logits. Sums are taken in `f64`.

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
pub(crate) fn ranked_softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
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
