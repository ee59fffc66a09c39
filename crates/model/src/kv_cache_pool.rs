//! The caches of all contexts, within a bound: several clients share one engine.

use std::sync::{Arc, Weak};

use crate::kv_cache::KvCache;

/// Tells a client's context from those of others.
pub type ContextId = u32;

/// What a cache is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The loop's context, which grows token by token.
    Loop,
    /// Texts that are scored, patterns and measured passes: these must not cost the loop its keys and values.
    Other,
}

/// Which cache it is.
pub(crate) type Key = (ContextId, Purpose);

/// Held by a task under way, for which its cache must stay.
#[derive(Debug, Default)]
pub(crate) struct Lease(Arc<()>);

/// Caches by their key.
///
/// The largest may be as large as it is, as with one context alone; the others together are bounded, and those that were not
/// used for longest go. Their next pass computes the context again, with the same bits.
#[derive(Debug)]
pub(crate) struct KvCachePool {
    /// The one used last stands last.
    entries: Vec<Entry>,
    bound: usize,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    cache: KvCache,
    lease: Weak<()>,
}

impl KvCachePool {
    /// An empty pool; all caches but the largest may have `bound` bytes together.
    pub(crate) fn new(bound: usize) -> Self {
        Self { entries: Vec::new(), bound }
    }

    pub(crate) fn get(&self, key: Key) -> Option<&KvCache> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.cache)
    }

    /// Takes a cache out.
    pub(crate) fn take(&mut self, key: Key) -> Option<KvCache> {
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(place).cache)
    }

    /// Puts a cache (back) that was just used, and drops others until all are within the bound; those under a [`Lease`] stay.
    pub(crate) fn put(&mut self, key: Key, cache: KvCache, lease: &Lease) {
        self.entries.push(Entry { key, cache, lease: Arc::downgrade(&lease.0) });
        while but_largest(self.entries.iter().map(|entry| entry.cache.bytes())) > self.bound {
            let last = self.entries.len() - 1;
            let idle = |entry: &Entry| entry.lease.strong_count() == 0;
            let Some(place) = self.entries[..last].iter().position(idle) else { return };
            self.entries.remove(place);
        }
    }

    /// Drops the caches of a context.
    pub(crate) fn forget(&mut self, context: ContextId) {
        self.entries.retain(|entry| entry.key.0 != context);
    }

    /// Whether contexts of so many bytes each are within the bound.
    pub(crate) fn has_room(&self, bytes: &[usize]) -> bool {
        but_largest(bytes.iter().copied()) <= self.bound
    }

    /// Bytes of all caches.
    pub(crate) fn bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.cache.bytes()).sum()
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
        let all: Vec<u32> = (0..tokens).collect();
        cache.keep(0, &all, 0);
        for token in all {
            for layer in 0..2 {
                cache.append(layer, &[1.0; 8], &[1.0; 8]);
            }
            cache.extend(&[token]);
        }
        cache
    }

    fn key(context: ContextId) -> Key {
        (context, Purpose::Loop)
    }

    /// Puts a cache that nothing needs.
    fn put(pool: &mut KvCachePool, context: ContextId, cache: KvCache) {
        pool.put(key(context), cache, &Lease::default());
    }

    fn contexts(pool: &KvCachePool) -> Vec<ContextId> {
        pool.entries.iter().map(|entry| entry.key.0).collect()
    }

    /// A pool with room for three small caches: the largest, and two beside it.
    fn pool() -> KvCachePool {
        KvCachePool::new(2 * cache(1).bytes())
    }

    #[test]
    fn a_cache_knows_its_bytes() {
        assert_eq!(cache(0).bytes(), 0);
        // Two layers of keys and values, eight numbers a token.
        assert_eq!(cache(64).bytes(), 64 * 2 * 2 * 8 * 4);
    }

    #[test]
    fn the_least_recently_used_goes() {
        let mut pool = pool();
        for context in 0..3 {
            put(&mut pool, context, cache(10));
        }
        assert_eq!(contexts(&pool), [0, 1, 2]);
        // The first is used again: now the second waits for longest.
        let first = pool.take(key(0)).unwrap();
        assert_eq!(first.len(), 10);
        put(&mut pool, 0, first);
        put(&mut pool, 3, cache(10));
        assert_eq!(contexts(&pool), [2, 0, 3]);
        assert!(pool.take(key(1)).is_none());
        assert_eq!(pool.bytes(), 3 * cache(10).bytes());
    }

    #[test]
    fn a_leased_cache_stays_and_the_one_in_use_too() {
        let mut pool = pool();
        let lease = Lease::default();
        pool.put(key(0), cache(10), &lease);
        for context in 1..5 {
            put(&mut pool, context, cache(10));
        }
        assert_eq!(contexts(&pool), [0, 3, 4]);
        let leases: Vec<Lease> = (5..8).map(|_| Lease::default()).collect();
        for (context, lease) in (5..8).zip(&leases) {
            pool.put(key(context), cache(10), lease);
        }
        assert_eq!(contexts(&pool), [0, 5, 6, 7]);
        drop((lease, leases));
        put(&mut pool, 8, cache(10));
        assert_eq!(contexts(&pool), [6, 7, 8]);
    }

    #[test]
    fn the_largest_is_as_large_as_it_is() {
        let mut pool = pool();
        put(&mut pool, 0, cache(1_000));
        assert_eq!(contexts(&pool), [0]);
        put(&mut pool, 1, cache(10));
        put(&mut pool, 2, cache(10));
        assert_eq!(contexts(&pool), [0, 1, 2]);
        // A second large one: one of the two has to go.
        put(&mut pool, 3, cache(2_000));
        assert_eq!(contexts(&pool), [1, 2, 3]);
    }

    #[test]
    fn a_context_has_a_cache_for_each_purpose_until_it_is_forgotten() {
        let mut pool = pool();
        put(&mut pool, 0, cache(10));
        pool.put((0, Purpose::Other), cache(5), &Lease::default());
        put(&mut pool, 1, cache(10));
        assert_eq!(pool.get((0, Purpose::Other)).map(KvCache::len), Some(5));
        assert_eq!(pool.get(key(0)).map(KvCache::len), Some(10));
        pool.forget(0);
        assert_eq!(contexts(&pool), [1]);
    }

    #[test]
    fn room_is_counted_without_the_largest() {
        let pool = KvCachePool::new(100);
        assert!(pool.has_room(&[]) && pool.has_room(&[5_000]) && pool.has_room(&[60, 5_000, 40]));
        assert!(!pool.has_room(&[60, 5_000, 41]));
    }
}
