//! Causal self-attention over kept keys and values, one query at a time: a query sees the positions up to its own
//! and nothing else is ever summed, so that its result does not depend on what it is computed with.

use super::count_multiply_adds;
use super::dense::{max, sum};
use super::exponential::exp;
use super::simd::F32s;

/// Positions whose keys are interleaved, so that a vector of four sums holds one score each.
pub(crate) const LANES: usize = 4;

/// Values of a head that are mixed side by side.
const MIXED: usize = 32;

/// Positions whose values are mixed into every head before the next ones are read.
const BLOCK: usize = 32;

/// The shape of a layer's attention.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heads {
    /// Query heads.
    pub(crate) queries: usize,
    /// Key-value heads; each serves `queries / keys` query heads (grouped-query attention, arXiv:2305.13245).
    pub(crate) keys: usize,
    /// Width of one head.
    pub(crate) width: usize,
}

/// Attention of the last queries of a context.
///
/// `q` is `[queries][heads · width]`; `keys` are `[positions / 4, rounded up][key heads · width][4]`, `values`
/// `[positions][key heads · width]`, and the last query stands at the last position. Gives `[queries][heads · width]`.
/// `pattern(query, head, weights)` sees each row of attention weights over the positions up to the query's own.
pub(crate) fn attention(
    q: &[f32],
    keys: &[[f32; LANES]],
    values: &[f32],
    heads: Heads,
    mut pattern: impl FnMut(usize, usize, &[f32]),
) -> Vec<f32> {
    let row = heads.queries * heads.width;
    let stride = heads.keys * heads.width;
    let positions = values.len() / stride;
    let queries = q.len() / row;
    let start = |head: usize| head / (heads.queries / heads.keys) * heads.width;
    let mut out = vec![0.0; q.len()];
    let mut weights = vec![0.0; heads.queries * positions.next_multiple_of(LANES)]; // [heads][visible, rounded up]
    for (i, (q, out)) in q.chunks_exact(row).zip(out.chunks_exact_mut(row)).enumerate() {
        let visible = positions - queries + i + 1;
        count_multiply_adds(2 * visible * row);
        let padded = visible.next_multiple_of(LANES);
        // Every head before the next positions: keys and values are read in the order in which they lie in memory.
        for (group, keys) in keys.chunks_exact(stride).take(padded / LANES).enumerate() {
            for (head, q) in q.chunks_exact(heads.width).enumerate() {
                let scores = scores(q, &keys[start(head)..][..heads.width]);
                weights[head * padded + group * LANES..][..LANES].copy_from_slice(&scores);
            }
        }
        for (head, weights) in weights.chunks_exact_mut(padded).take(heads.queries).enumerate() {
            softmax(&mut weights[..visible]);
            pattern(i, head, &weights[..visible]);
        }
        for (block, values) in values[..visible * stride].chunks(BLOCK * stride).enumerate() {
            for (head, out) in out.chunks_exact_mut(heads.width).enumerate() {
                mix(&weights[head * padded + block * BLOCK..], values, stride, start(head), out);
            }
        }
    }
    out
}

/// `q · k / sqrt(width)` for four positions.
fn scores(q: &[f32], keys: &[[f32; LANES]]) -> [f32; LANES] {
    let mut sums = [F32s::splat(0.0); 4];
    let (fours, rest) = q.as_chunks::<4>();
    let (keys, keys_rest) = keys.as_chunks::<4>();
    for (q, keys) in fours.iter().zip(keys) {
        for i in 0..4 {
            sums[i] = sums[i].add(F32s::load(&keys[i]).mul(F32s::splat(q[i])));
        }
    }
    for (&q, keys) in rest.iter().zip(keys_rest) {
        sums[0] = sums[0].add(F32s::load(keys).mul(F32s::splat(q)));
    }
    let scale = F32s::splat(1.0 / (q.len() as f32).sqrt());
    sums[0].add(sums[1]).add(sums[2].add(sums[3])).mul(scale).to_array()
}

fn softmax(weights: &mut [f32]) {
    let max = max(weights);
    for weight in weights.iter_mut() {
        *weight = exp(*weight - max);
    }
    let inverse = 1.0 / sum(weights);
    for weight in weights.iter_mut() {
        *weight *= inverse;
    }
}

/// `out += Σ weight · value`, of the values that begin at `start` in each row of `stride`.
fn mix(weights: &[f32], values: &[f32], stride: usize, start: usize, out: &mut [f32]) {
    let rows = || weights.iter().zip(values.chunks_exact(stride));
    let (chunks, rest) = out.as_chunks_mut::<MIXED>();
    for (chunk, out) in chunks.iter_mut().enumerate() {
        let at = start + chunk * MIXED;
        let mut sums: [F32s; MIXED / 4] = std::array::from_fn(|i| F32s::load(&out.as_chunks().0[i]));
        for (&weight, row) in rows() {
            let weight = F32s::splat(weight);
            for (sum, values) in sums.iter_mut().zip(row[at..][..MIXED].as_chunks::<4>().0) {
                *sum = sum.add(F32s::load(values).mul(weight));
            }
        }
        for (out, sum) in out.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
            *out = sum.to_array();
        }
    }
    let at = start + chunks.len() * MIXED;
    for (weight, row) in rows() {
        for (out, value) in rest.iter_mut().zip(&row[at..]) {
            *out += weight * value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_plain_code_computes() {
        for (heads, positions, queries) in [
            (Heads { queries: 1, keys: 1, width: 1 }, 1, 1),
            (Heads { queries: 2, keys: 2, width: 7 }, 6, 6),
            (Heads { queries: 6, keys: 2, width: 34 }, 13, 5),
            (Heads { queries: 9, keys: 3, width: 64 }, 40, 1),
        ] {
            let noise = |seed: u64, n: usize| -> Vec<f32> {
                (0..n).map(|i| generation::sampling::coin(seed, i as u64, 0) as f32 * 4.0 - 2.0).collect()
            };
            let (row, stride) = (heads.queries * heads.width, heads.keys * heads.width);
            let (q, k, v) = (noise(1, queries * row), noise(2, positions * stride), noise(3, positions * stride));
            let mut keys = vec![[f32::NAN; LANES]; positions.div_ceil(LANES) * stride];
            for (i, &k) in k.iter().enumerate() {
                keys[i / stride / LANES * stride + i % stride][i / stride % LANES] = k;
            }
            let mut patterns = 0;
            let out = attention(&q, &keys, &v, heads, |query, head, weights| {
                assert_eq!(weights.len(), positions - queries + query + 1);
                assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                assert!(head < heads.queries);
                patterns += 1;
            });
            assert_eq!(patterns, queries * heads.queries);
            for query in 0..queries {
                for head in 0..heads.queries {
                    let start = head / (heads.queries / heads.keys) * heads.width;
                    let at = |x: &[f32], position: usize, i: usize| f64::from(x[position * stride + start + i]);
                    let q = |i: usize| f64::from(q[query * row + head * heads.width + i]);
                    let visible = positions - queries + query + 1;
                    let score = |position| (0..heads.width).map(|i| q(i) * at(&k, position, i)).sum::<f64>();
                    let weights: Vec<f64> =
                        (0..visible).map(|p| (score(p) / (heads.width as f64).sqrt()).exp()).collect();
                    let total: f64 = weights.iter().sum();
                    for i in 0..heads.width {
                        let expected = (0..visible).map(|p| weights[p] / total * at(&v, p, i)).sum::<f64>();
                        let ours = f64::from(out[query * row + head * heads.width + i]);
                        assert!((ours - expected).abs() < 2e-5, "{heads:?}: {ours} {expected}");
                    }
                }
            }
        }
    }
}
