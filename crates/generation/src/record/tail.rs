//! The logits of the tokens without names: how many there are in each bin below the last named one.

/// Bins to one logit.
const PER_LOGIT: f64 = 16.0;

/// The most bins; a model's logits lie within some hundred.
const MAX_BINS: f64 = 65_536.0;

/// Counts `rest`, all of it at most `last`, in bins of 1/16 logit from `last` downwards.
pub(super) fn count(last: f32, rest: &[f32]) -> Result<Vec<u32>, String> {
    let mut counts = Vec::new();
    for &logit in rest {
        let bin = (f64::from(last) - f64::from(logit)) * PER_LOGIT;
        if !(0.0..MAX_BINS).contains(&bin) {
            return Err(format!("a logit of {logit} cannot be counted below one of {last}"));
        }
        let bin = bin as usize;
        if counts.len() <= bin {
            counts.resize(bin + 1, 0);
        }
        counts[bin] += 1;
    }
    Ok(counts)
}

/// How many logits were counted.
pub(super) fn total(counts: &[u32]) -> u64 {
    counts.iter().map(|&count| u64::from(count)).sum()
}

/// The counted logits, largest first: those of a bin are spread evenly over it, so that none are equal (equal ones
/// would enter a top-k together) and their weights at any temperature average to those of the bin.
pub(super) fn spread(last: f32, counts: &[u32]) -> impl Iterator<Item = f32> {
    counts.iter().enumerate().flat_map(move |(bin, &count)| {
        let place = move |i: u32| bin as f64 + (f64::from(i) + 0.5) / f64::from(count);
        (0..count).map(move |i| (f64::from(last) - place(i) / PER_LOGIT) as f32)
    })
}
