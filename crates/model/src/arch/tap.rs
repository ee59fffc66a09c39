//! What a forward pass shows of its inside. Names are those of TransformerLens.

/// Sees activations go by. Every method does nothing by default, so what is not wanted costs nothing.
pub trait Tap {
    /// Whether [`Tap::pattern`] wants a layer's attention.
    fn wants_pattern(&self, layer: usize) -> bool {
        let _ = layer;
        false
    }

    /// What enters the first block, `[tokens, width]`: the tokens' embeddings, with those of learned positions added.
    fn embedding(&mut self, x: &[f32]) {
        let _ = x;
    }

    /// The residual stream before block `layer`, `[tokens, width]`; after the last block, with `layer` = number of
    /// blocks.
    fn resid_pre(&mut self, layer: usize, x: &[f32]) {
        let _ = (layer, x);
    }

    /// The attention weights of one query (counted within this pass) and head over the positions up to the query's.
    fn pattern(&mut self, layer: usize, head: usize, query: usize, weights: &[f32]) {
        let _ = (layer, head, query, weights);
    }

    /// What attention adds to the residual stream, `[tokens, width]`.
    fn attn_out(&mut self, layer: usize, x: &[f32]) {
        let _ = (layer, x);
    }

    /// What the feed-forward network adds to the residual stream, `[tokens, width]`.
    fn mlp_out(&mut self, layer: usize, x: &[f32]) {
        let _ = (layer, x);
    }
}

/// Sees nothing.
pub(crate) struct NoTap;

impl Tap for NoTap {}
