//! Keys and values of the tokens that went through the model, kept for the next pass.

use generation::TokenId;

use crate::kernels::attention::LANES;

/// Rows by which the memory grows at least.
const GROWTH: usize = 64;

/// The KV cache of one context. It grows with the context and never holds more than the window.
#[derive(Debug, Default)]
pub struct KvCache {
    /// Position of the first visible token in the reader's text: keys of another window stand elsewhere.
    start: usize,
    tokens: Vec<TokenId>,
    layers: Vec<LayerCache>,
}

/// One layer's keys and values; keys have their position turned in.
#[derive(Debug, Default)]
pub(crate) struct LayerCache {
    /// `[tokens / 4, rounded up][key heads · head width][4]`: four positions are interleaved, as attention reads them.
    pub(crate) keys: Vec<[f32; LANES]>,
    /// `[tokens][key heads · head width]`.
    pub(crate) values: Vec<f32>,
    row: usize,
}

impl KvCache {
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
            layer.keys.truncate(kept.div_ceil(LANES) * layer.row);
            layer.values.truncate(kept * layer.row);
        }
        kept
    }

    /// How many tokens are kept.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Bytes that it holds on to.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let values = |layer: &LayerCache| layer.keys.capacity() * LANES + layer.values.capacity();
        self.layers.iter().map(values).sum::<usize>() * size_of::<f32>()
    }

    /// Bytes that keys and values of so many tokens take.
    #[must_use]
    pub fn bytes_for(&self, tokens: usize) -> usize {
        self.layers.iter().map(|layer| 2 * layer.row * tokens).sum::<usize>() * size_of::<f32>()
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
    pub(crate) fn append(&mut self, keys: &[f32], values: &[f32]) {
        let first = self.values.len() / self.row;
        for (i, keys) in keys.chunks_exact(self.row).enumerate() {
            let (group, lane) = ((first + i) / LANES, (first + i) % LANES);
            if lane == 0 {
                grow(&mut self.keys, self.row, GROWTH / LANES * self.row);
                self.keys.resize((group + 1) * self.row, [0.0; LANES]);
            }
            for (place, key) in self.keys[group * self.row..].iter_mut().zip(keys) {
                place[lane] = *key;
            }
        }
        grow(&mut self.values, values.len(), GROWTH * self.row);
        self.values.extend_from_slice(values);
    }
}

/// Makes room for `more` values, an eighth at a time and at least `step`: doubling would waste up to half of a phone's
/// memory, and growing by what is needed would copy all at every token.
fn grow<T>(rows: &mut Vec<T>, more: usize, step: usize) {
    if rows.capacity() < rows.len() + more {
        rows.reserve_exact(more.max(rows.len() / 8).max(step));
    }
}
