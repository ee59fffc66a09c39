//! What a pass costs, by the formula of the architecture. The kernels count as well; a test compares the two.

use crate::protocol::{Activation, ModelInfo};

/// Multiply-adds of a pass that computes `computed` tokens after `reused` ones whose keys and values were kept, and the
/// logits of the last. Products with weights and those of attention; norms, rotations and activations are left out, as
/// the kernels leave them out.
#[must_use]
pub fn multiply_adds(model: &ModelInfo, computed: usize, reused: usize) -> u64 {
    if computed == 0 {
        return 0;
    }
    let (n, r) = (computed as u64, reused as u64);
    // Each token sees those before it and itself.
    let pairs = n.saturating_mul(r).saturating_add(n.saturating_mul(n.saturating_add(1)) / 2);
    let weights = n.saturating_mul(weights(model));
    weights.saturating_add(pairs.saturating_mul(per_pair(model))).saturating_add(head(model))
}

/// Products with the weights of all blocks, for each token.
#[must_use]
pub fn weights(model: &ModelInfo) -> u64 {
    let ModelInfo { layers, heads, kv_heads, head, width, ffn, activation, .. } = *model;
    // Queries and output; keys and values.
    let attention = product([2, heads, head]).saturating_add(product([2, kv_heads, head]));
    let between = match activation {
        Activation::Gelu => 2,
        Activation::SwiGlu => 3,
    };
    product([layers, width]).saturating_mul(attention.saturating_add(product([between, ffn])))
}

/// Attention of one token to one: a query by a key and a weight by a value, in every head of every block.
#[must_use]
pub fn per_pair(model: &ModelInfo) -> u64 {
    product([2, model.layers, model.heads, model.head])
}

/// The last position's logits.
#[must_use]
pub fn head(model: &ModelInfo) -> u64 {
    product([model.vocabulary_size, model.width])
}

fn product<const N: usize>(factors: [usize; N]) -> u64 {
    factors.into_iter().fold(1, |product: u64, factor| product.saturating_mul(factor as u64))
}
