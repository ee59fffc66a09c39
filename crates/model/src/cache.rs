//! Keys and values of the tokens that went through the model, kept for the next pass.

use candle_core::Tensor;
use generation::TokenId;

use crate::error::Result;
use crate::linear::with_values;

/// The KV cache of one context. It grows with the context and never holds more than the window.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// Position of the first visible token in the reader's text: keys of another window stand elsewhere.
    start: usize,
    tokens: Vec<TokenId>,
    layers: Vec<LayerCache>,
}

/// One layer's keys and values, `[tokens][key heads · head width]` each; keys have their position turned in.
#[derive(Debug, Default)]
pub(crate) struct LayerCache {
    pub(crate) keys: Vec<f32>,
    pub(crate) values: Vec<f32>,
    row: usize,
}

impl Cache {
    /// An empty cache for `layers` layers with rows of `row` values.
    pub(crate) fn new(layers: usize, row: usize) -> Self {
        let layer = || LayerCache { row, ..LayerCache::default() };
        Self { layers: (0..layers).map(|_| layer()).collect(), ..Self::default() }
    }

    /// Keeps what it has of the window `visible` that begins at `start`, at most `limit` tokens; drops all else.
    /// Returns how many tokens are kept.
    pub(crate) fn keep(&mut self, start: usize, visible: &[TokenId], limit: usize) -> usize {
        let common = self.tokens.iter().zip(visible).take_while(|(a, b)| a == b).count();
        let kept = if self.start == start { common.min(limit) } else { 0 };
        self.start = start;
        self.tokens.truncate(kept);
        for layer in &mut self.layers {
            layer.keys.truncate(kept * layer.row);
            layer.values.truncate(kept * layer.row);
        }
        kept
    }

    /// How many tokens are kept.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Notes that `tokens` went through every layer.
    pub(crate) fn extend(&mut self, tokens: &[TokenId]) {
        self.tokens.extend_from_slice(tokens);
    }

    pub(crate) fn layer(&mut self, layer: usize) -> &mut LayerCache {
        &mut self.layers[layer]
    }
}

impl LayerCache {
    /// Appends rows of keys and values.
    pub(crate) fn append(&mut self, keys: &Tensor, values: &Tensor) -> Result<()> {
        with_values(keys, |keys| grow(&mut self.keys, keys))?;
        with_values(values, |values| grow(&mut self.values, values))
    }
}

/// Grows by an eighth at a time: doubling would waste up to half of a phone's memory.
fn grow(rows: &mut Vec<f32>, new: &[f32]) {
    if rows.capacity() < rows.len() + new.len() {
        rows.reserve_exact(new.len().max(rows.len() / 8));
    }
    rows.extend_from_slice(new);
}
