//! The caches of several contexts, for readers who share one engine.

use crate::kv_cache::KvCache;

/// A cache for each reader, or for those who were here last.
///
/// The longest context may be as long as it is, as with one reader alone; the others together are bounded, and those that
/// were not used for longest go. Who comes back computes the context again, with the same bits.
#[derive(Debug)]
pub struct KvCachePool<K> {
    /// The one used last stands last.
    places: Vec<(K, KvCache)>,
    bound: usize,
}

impl<K: Copy + PartialEq> KvCachePool<K> {
    /// An empty pool; all caches but the largest may have `bound` bytes together.
    #[must_use]
    pub fn new(bound: usize) -> Self {
        Self { places: Vec::new(), bound }
    }

    /// Takes a reader's cache out.
    pub fn take(&mut self, reader: K) -> Option<KvCache> {
        let place = self.places.iter().position(|(key, _)| *key == reader)?;
        Some(self.places.remove(place).1)
    }

    /// Puts a cache (back) that was just used, and drops others until all are within the bound; those that are `needed` stay.
    pub fn put(&mut self, reader: K, cache: KvCache, needed: impl Fn(K) -> bool) {
        self.places.push((reader, cache));
        while self.bytes_but_largest() > self.bound {
            let last = self.places.len() - 1;
            let Some(place) = self.places[..last].iter().position(|(key, _)| !needed(*key)) else { return };
            self.places.remove(place);
        }
    }

    /// Whether contexts of so many bytes each are within the bound.
    #[must_use]
    pub fn has_room(&self, bytes: &[usize]) -> bool {
        but_largest(bytes.iter().copied()) <= self.bound
    }

    /// Bytes of all caches.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.places.iter().map(|(_, cache)| cache.bytes()).sum()
    }

    fn bytes_but_largest(&self) -> usize {
        but_largest(self.places.iter().map(|(_, cache)| cache.bytes()))
    }
}

fn but_largest(bytes: impl Iterator<Item = usize>) -> usize {
    let (sum, largest) = bytes.fold((0, 0), |(sum, largest), bytes| (sum + bytes, largest.max(bytes)));
    sum - largest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cache of `tokens` tokens, up to 64, which all take the same.
    fn cache(tokens: u32) -> KvCache {
        let mut cache = KvCache::new(2, 8);
        for _ in 0..tokens {
            for layer in 0..2 {
                cache.layer(layer).append(&[1.0; 8], &[1.0; 8]);
            }
        }
        cache.extend(&(0..tokens).collect::<Vec<_>>());
        cache
    }

    fn readers(pool: &KvCachePool<u32>) -> Vec<u32> {
        pool.places.iter().map(|(reader, _)| *reader).collect()
    }

    /// A pool with room for three small caches: the largest, and two beside it.
    fn pool() -> KvCachePool<u32> {
        KvCachePool::new(2 * cache(1).bytes())
    }

    #[test]
    fn a_cache_knows_its_bytes() {
        assert_eq!(cache(0).bytes(), 0);
        // Two layers of keys and values, eight numbers a token.
        assert_eq!(cache(64).bytes(), 64 * 2 * 2 * 8 * 4);
        assert_eq!(cache(1).bytes_for(64), cache(64).bytes());
    }

    #[test]
    fn the_least_recently_used_goes() {
        let mut pool = pool();
        for reader in 0..3 {
            pool.put(reader, cache(10), |_| false);
        }
        assert_eq!(readers(&pool), [0, 1, 2]);
        // The first is used again: now the second waits for longest.
        let first = pool.take(0).unwrap();
        assert_eq!(first.len(), 10);
        pool.put(0, first, |_| false);
        pool.put(3, cache(10), |_| false);
        assert_eq!(readers(&pool), [2, 0, 3]);
        assert!(pool.take(1).is_none());
        assert_eq!(pool.bytes(), 3 * cache(10).bytes());
    }

    #[test]
    fn what_is_needed_stays_and_the_one_in_use_too() {
        let mut pool = pool();
        for reader in 0..5 {
            pool.put(reader, cache(10), |reader| reader == 0);
        }
        assert_eq!(readers(&pool), [0, 3, 4]);
        for reader in 5..8 {
            pool.put(reader, cache(10), |_| true);
        }
        assert_eq!(readers(&pool), [0, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn the_largest_is_as_large_as_it_is() {
        let mut pool = pool();
        pool.put(0, cache(1_000), |_| false);
        assert_eq!(readers(&pool), [0]);
        pool.put(1, cache(10), |_| false);
        pool.put(2, cache(10), |_| false);
        assert_eq!(readers(&pool), [0, 1, 2]);
        // A second large one: one of the two has to go.
        pool.put(3, cache(2_000), |_| false);
        assert_eq!(readers(&pool), [1, 2, 3]);
    }

    #[test]
    fn who_leaves_leaves_nothing() {
        let mut pool = pool();
        pool.put(0, cache(10), |_| false);
        drop(pool.take(0));
        assert_eq!(pool.bytes(), 0);
    }

    #[test]
    fn room_is_counted_without_the_largest() {
        let pool = KvCachePool::<u32>::new(100);
        assert!(pool.has_room(&[]) && pool.has_room(&[5_000]) && pool.has_room(&[60, 5_000, 40]));
        assert!(!pool.has_room(&[60, 5_000, 41]));
    }
}
