//! Attention weights in 16 bits: multiples of 1/65,535, rounded so that every row sums to exactly 1.
//! A row's first weight, most often its largest, is 1 less the others, and is not written.
//!
//! Attention looks back only, so a row is the same in every later context: it is kept once, without its future.

/// The weight 1.
const ONE: u16 = u16::MAX;

/// How many weights are written before the row of `query`: rows have 0, 1, 2, … of them.
fn triangle(query: usize) -> usize {
    query * query.saturating_sub(1) / 2
}

/// All rows one after the other: layer by layer, head by head, query by query.
pub(super) fn encode(attention: &[Vec<Vec<Vec<f32>>>]) -> Result<Vec<u16>, String> {
    let mut weights = Vec::new();
    for (query, row) in attention.iter().flatten().flat_map(|pattern| pattern.iter().enumerate()) {
        if row.len() != query + 1 {
            return Err(format!("the attention row of position {query} has {} weights", row.len()));
        }
        weights.extend(encode_row(row)?.into_iter().skip(1));
    }
    Ok(weights)
}

/// Rounds down, then gives what is missing from the sum to those that lost most. Each is off by less than 1/65,535.
fn encode_row(row: &[f32]) -> Result<Vec<u16>, String> {
    let sum: f64 = row.iter().map(|&weight| f64::from(weight)).sum();
    if row.iter().any(|weight| !(0.0..=1.0).contains(weight)) || (sum - 1.0).abs() > 1e-3 {
        return Err(format!("an attention row of {} weights sums to {sum}", row.len()));
    }
    let exact: Vec<f64> =
        row.iter().map(|&weight| (f64::from(weight) / sum * f64::from(ONE)).min(f64::from(ONE))).collect();
    let mut rounded: Vec<u16> = exact.iter().map(|&weight| weight as u16).collect();
    let mut losers: Vec<usize> = (0..row.len()).filter(|&key| rounded[key] < ONE).collect();
    losers.sort_unstable_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()).then(a.cmp(&b)));
    let missing = usize::from(ONE).saturating_sub(total(&rounded));
    for key in losers.into_iter().take(missing) {
        rounded[key] += 1;
    }
    Ok(rounded)
}

fn total(row: &[u16]) -> usize {
    row.iter().map(|&weight| usize::from(weight)).sum()
}

/// Whether there are `patterns` triangles of `tokens` rows, none of which sums to more than 1.
pub(super) fn check(weights: &[u16], patterns: u128, tokens: usize) -> Result<(), String> {
    let expected = patterns.saturating_mul(triangle(tokens) as u128);
    if weights.len() as u128 != expected {
        return Err(format!("it has {} attention weights in place of {expected}", weights.len()));
    }
    for pattern in weights.chunks_exact(triangle(tokens).max(1)) {
        let rows = (0..tokens).map(|query| &pattern[triangle(query)..triangle(query + 1)]);
        if rows.into_iter().any(|row| total(row) > usize::from(ONE)) {
            return Err("the weights of an attention row sum to more than 1".into());
        }
    }
    Ok(())
}

/// One row of pattern number `pattern` over `tokens` tokens.
pub(super) fn row(weights: &[u16], tokens: usize, pattern: usize, query: usize) -> Vec<f32> {
    let start = pattern * triangle(tokens) + triangle(query);
    let rest = weights.get(start..start + query).unwrap_or_default();
    let first = usize::from(ONE).saturating_sub(total(rest)) as u16;
    [first].iter().chain(rest).map(|&weight| f32::from(weight) / f32::from(ONE)).collect()
}
