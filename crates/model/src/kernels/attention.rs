//! Causal self-attention over kept keys and values, one query at a time: a query sees the positions up to its own
//! and nothing else is ever computed, so that its result does not depend on what it is computed with.

use super::dense::dot;

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
/// `q` is `[queries][heads · width]`; `k` and `v` are `[positions][key heads · width]`, and the last query stands at
/// the last position. Gives `[queries][heads · width]`. `pattern(query, head, weights)` sees each row of attention
/// weights over the positions up to the query's own.
pub(crate) fn attention(
    q: &[f32],
    k: &[f32],
    v: &[f32],
    heads: Heads,
    mut pattern: impl FnMut(usize, usize, &[f32]),
) -> Vec<f32> {
    let row = heads.queries * heads.width;
    let positions = k.len() / (heads.keys * heads.width);
    let queries = q.len() / row;
    let mut out = vec![0.0; q.len()];
    let mut weights = Vec::with_capacity(positions);
    for (i, (q, out)) in q.chunks_exact(row).zip(out.chunks_exact_mut(row)).enumerate() {
        let visible = positions - queries + i + 1;
        let each_head = q.chunks_exact(heads.width).zip(out.chunks_exact_mut(heads.width));
        for (head, (q, out)) in each_head.enumerate() {
            let at = Rows {
                width: heads.width,
                stride: heads.keys * heads.width,
                head: head / (heads.queries / heads.keys),
            };
            attend(q, at.of(k, visible), &mut weights);
            mix(&weights, at.of(v, visible), out);
            pattern(i, head, &weights);
        }
    }
    out
}

/// One head's rows in a matrix of all heads'.
struct Rows {
    width: usize,
    stride: usize,
    head: usize,
}

impl Rows {
    fn of<'a>(&self, all: &'a [f32], count: usize) -> impl Iterator<Item = &'a [f32]> {
        let (start, width) = (self.head * self.width, self.width);
        all.chunks_exact(self.stride).take(count).map(move |row| &row[start..start + width])
    }
}

/// `softmax(q · k / sqrt(width))` over the keys, into `weights`.
fn attend<'a>(q: &[f32], keys: impl Iterator<Item = &'a [f32]>, weights: &mut Vec<f32>) {
    let scale = 1.0 / (q.len() as f32).sqrt();
    weights.clear();
    weights.extend(keys.map(|k| dot(q, k) * scale));
    let max = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for weight in weights.iter_mut() {
        *weight = libm::expf(*weight - max);
        sum += *weight;
    }
    let inverse = 1.0 / sum;
    for weight in weights.iter_mut() {
        *weight *= inverse;
    }
}

/// `out = Σ weight · value`.
fn mix<'a>(weights: &[f32], values: impl Iterator<Item = &'a [f32]>, out: &mut [f32]) {
    for (weight, value) in weights.iter().zip(values) {
        for (out, value) in out.iter_mut().zip(value) {
            *out += weight * value;
        }
    }
}
