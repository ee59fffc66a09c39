//! Keys and values of the tokens that went through the model, kept for the next pass.

use generation::TokenId;

use crate::kernels::attention::LANES;

/// Rows by which the memory grows at least.
const GROWTH: usize = 64;

/// The keys and values of one context. It grows with the context and never holds more than the window.
///
/// A pass works on the first [`Self::len`] tokens. What is kept behind them stays for as long as it may still follow: looking
/// back at a shorter context costs the longer one nothing. A pass that computes kept tokens again writes the same bits.
#[derive(Debug, Default)]
pub(crate) struct KvCache {
    /// Position of the first visible token in the whole context: keys of another window stand elsewhere.
    start: usize,
    /// All that is kept.
    tokens: Vec<TokenId>,
    /// How many of them the pass under way builds on.
    len: usize,
    layers: Vec<LayerCache>,
}

/// One layer's keys and values; keys have their position turned in.
#[derive(Debug, Default)]
struct LayerCache {
    /// `[tokens / 4, rounded up][key heads · head width][4]`: four positions are interleaved, as attention reads them.
    keys: Vec<[f32; LANES]>,
    /// `[tokens][key heads · head width]`.
    values: Vec<f32>,
    row: usize,
}

impl KvCache {
    /// An empty cache for `layers` layers with rows of `row` values.
    pub(crate) fn new(layers: usize, row: usize) -> Self {
        let layer = || LayerCache { row, ..LayerCache::default() };
        Self { layers: (0..layers).map(|_| layer()).collect(), ..Self::default() }
    }

    /// How many tokens of the window `visible` that begins at `start` are kept.
    pub(crate) fn common(&self, start: usize, visible: &[TokenId]) -> usize {
        let common = || self.tokens.iter().zip(visible).take_while(|(a, b)| a == b).count();
        if self.start == start { common() } else { 0 }
    }

    /// Makes ready for a pass over the window `visible` that begins at `start`, which may build on at most `limit` kept
    /// tokens. Gives on how many it does. What is kept and cannot follow any more is dropped.
    pub(crate) fn keep(&mut self, start: usize, visible: &[TokenId], limit: usize) -> usize {
        let common = self.common(start, visible);
        if common < visible.len() {
            self.tokens.truncate(common);
        }
        for layer in &mut self.layers {
            layer.truncate(self.tokens.len());
        }
        self.start = start;
        self.len = common.min(limit);
        self.len
    }

    /// Copies what `other` keeps of that window, if it is more than this one keeps.
    pub(crate) fn copy_longer(&mut self, other: &Self, start: usize, visible: &[TokenId]) {
        let theirs = other.common(start, visible);
        if theirs > self.common(start, visible) {
            self.start = start;
            self.tokens = other.tokens[..theirs].to_vec();
            self.layers = other.layers.iter().map(|layer| layer.first(theirs)).collect();
        }
    }

    /// How many tokens the pass under way has behind it.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes that it holds on to.
    pub(crate) fn bytes(&self) -> usize {
        let values = |layer: &LayerCache| layer.keys.capacity() * LANES + layer.values.capacity();
        self.layers.iter().map(values).sum::<usize>() * size_of::<f32>()
    }

    /// Notes that the next `tokens` went through every layer.
    pub(crate) fn extend(&mut self, tokens: &[TokenId]) {
        let known = self.tokens.len() - self.len;
        self.tokens.extend_from_slice(tokens.get(known..).unwrap_or_default());
        self.len += tokens.len();
    }

    /// Puts the next tokens' rows of keys and values into a layer. Gives the layer's keys and values up to these, as
    /// [`attention`](crate::kernels::attention::attention) reads them.
    pub(crate) fn append(&mut self, layer: usize, keys: &[f32], values: &[f32]) -> (&[[f32; LANES]], &[f32]) {
        self.layers[layer].write(self.len, keys, values)
    }
}

impl LayerCache {
    /// A copy of the first `tokens` tokens' rows.
    fn first(&self, tokens: usize) -> Self {
        let row = self.row;
        let (keys, values) = (&self.keys[..tokens.div_ceil(LANES) * row], &self.values[..tokens * row]);
        Self { keys: keys.to_vec(), values: values.to_vec(), row }
    }

    fn truncate(&mut self, tokens: usize) {
        self.keys.truncate(tokens.div_ceil(LANES) * self.row);
        self.values.truncate(tokens * self.row);
    }

    /// Writes rows of keys and values from position `first` on; gives all up to these.
    fn write(&mut self, first: usize, keys: &[f32], values: &[f32]) -> (&[[f32; LANES]], &[f32]) {
        let row = self.row;
        for (i, keys) in keys.chunks_exact(row).enumerate() {
            let (group, lane) = ((first + i) / LANES, (first + i) % LANES);
            if self.keys.len() <= group * row {
                grow(&mut self.keys, row, GROWTH / LANES * row);
                self.keys.resize((group + 1) * row, [0.0; LANES]);
            }
            for (place, key) in self.keys[group * row..].iter_mut().zip(keys) {
                place[lane] = *key;
            }
        }
        let (at, end) = (first * row, first * row + values.len());
        let (known, new) = values.split_at(values.len().min(self.values.len() - at));
        self.values[at..at + known.len()].copy_from_slice(known);
        grow(&mut self.values, new.len(), GROWTH * row);
        self.values.extend_from_slice(new);
        (&self.keys[..(end / row).div_ceil(LANES) * row], &self.values[..end])
    }
}

/// Makes room for `more` values, an eighth at a time and at least `step`: doubling would waste up to half of a phone's
/// memory, and growing by what is needed would copy all at every token.
fn grow<T>(rows: &mut Vec<T>, more: usize, step: usize) {
    if rows.capacity() < rows.len() + more {
        rows.reserve_exact(more.max(rows.len() / 8).max(step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends `tokens` through two layers; the keys and values of a token are its number.
    fn pass(cache: &mut KvCache, tokens: &[TokenId]) {
        let rows: Vec<f32> = tokens.iter().flat_map(|&token| [token as f32; 8]).collect();
        for layer in 0..2 {
            let (keys, values) = cache.append(layer, &rows, &rows);
            let seen: Vec<f32> = values.chunks_exact(8).map(|row| row[0]).collect();
            let lane = |position: usize| keys[position / LANES * 8][position % LANES];
            assert!((0..seen.len()).all(|position| lane(position) == seen[position]));
            assert!(seen.ends_with(&tokens.iter().map(|&token| token as f32).collect::<Vec<_>>()));
        }
        cache.extend(tokens);
    }

    #[test]
    fn a_shorter_context_leaves_what_follows() {
        let mut cache = KvCache::new(2, 8);
        let tokens: Vec<TokenId> = (0..10).collect();
        assert_eq!(cache.keep(0, &tokens, 9), 0);
        pass(&mut cache, &tokens);
        // Computed again from the start, and in part.
        for limit in [0, 4] {
            assert_eq!(cache.keep(0, &tokens[..6], limit), limit);
            pass(&mut cache, &tokens[limit..6]);
            assert_eq!(cache.len(), 6);
        }
        assert_eq!(cache.keep(0, &tokens, 9), 9);
        pass(&mut cache, &tokens[9..]);
        assert_eq!(cache.len(), 10);
    }

    #[test]
    fn what_cannot_follow_is_dropped() {
        let mut cache = KvCache::new(2, 8);
        cache.keep(0, &[0, 1, 2, 3, 4], 4);
        pass(&mut cache, &[0, 1, 2, 3, 4]);
        assert_eq!(cache.keep(0, &[0, 1, 9], 2), 2);
        assert_eq!(cache.common(0, &[0, 1, 2, 3, 4]), 2);
        pass(&mut cache, &[9]);
        assert_eq!(cache.keep(0, &[0, 1, 9, 3], 3), 3);
        assert_eq!(cache.keep(1, &[0, 1, 9], 2), 0, "another window");
        assert_eq!(cache.common(1, &[0]), 0);
    }

    #[test]
    fn another_contexts_tokens_are_copied_where_there_are_more() {
        let (mut ours, mut theirs) = (KvCache::new(2, 8), KvCache::new(2, 8));
        theirs.keep(0, &[5, 6, 7, 8], 3);
        pass(&mut theirs, &[5, 6, 7, 8]);
        ours.copy_longer(&theirs, 0, &[5, 6, 7, 1]);
        assert_eq!(ours.keep(0, &[5, 6, 7, 1], 3), 3);
        pass(&mut ours, &[1]);
        ours.copy_longer(&theirs, 0, &[5, 6, 7, 1, 2]);
        assert_eq!(ours.keep(0, &[5, 6, 7, 1, 2], 4), 4, "its own is longer");
        assert_eq!(theirs.common(0, &[5, 6, 7, 8]), 4);
    }
}
