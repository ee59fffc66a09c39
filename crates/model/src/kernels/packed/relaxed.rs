//! 4-bit weights by relaxed SIMD's dot product, which multiplies four bytes at a time where the processor can: ARM's
//! `sdot`, AVX-VNNI's `vpdpbusd`. Activations are two digits of a byte each, so that the sums are the same integers, and
//! with them all results the same bits. Where the processor cannot, it is slower: see [`use_it`].

use std::cell::Cell;

use super::super::activation::Block;
use super::super::simd::{I8s, I16s, I32s};
use super::dots::{self, Kernel};
use super::{GROUPS, Run};

thread_local! {
    static USED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread's products use these kernels from now on.
pub(crate) fn use_it(used: bool) {
    USED.set(used);
}

pub(super) fn used() -> bool {
    USED.get()
}

pub(super) struct Q4<const MINIMUM: bool>;

impl<const MINIMUM: bool> Kernel for Q4<MINIMUM> {
    const MINIMUM: bool = MINIMUM;
    const OFFSET: i32 = dots::Q4::<MINIMUM>::OFFSET;
    type Tile = [Run; 4];

    fn tiles(values: &[Run]) -> &[Self::Tile] {
        values.as_chunks().0
    }

    #[inline(always)]
    fn pairs(tile: &Self::Tile, put: impl FnMut(usize, I16s)) {
        dots::Q4::<MINIMUM>::pairs(tile, put);
    }

    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "indices are known when compiled, and several arrays share them")]
    fn dots(tiles: [&Self::Tile; GROUPS], x: &Block) -> [I32s; GROUPS] {
        let mut high = [I32s::splat(0); GROUPS];
        let mut low = [I32s::splat(-Self::OFFSET * x.sum); GROUPS];
        let [x_high, x_low] = x.digits.each_ref().map(|digits| digits.as_chunks::<2>().0);
        for run in 0..4 {
            let [high_even, high_odd] = x_high[run].map(I8s::splat_four);
            let [low_even, low_odd] = x_low[run].map(I8s::splat_four);
            for g in 0..GROUPS {
                let [even, odd] = I8s::nibbles(&tiles[g][run]);
                high[g] = high_odd.dot_add(odd, high_even.dot_add(even, high[g]));
                low[g] = low_odd.dot_add(odd, low_even.dot_add(even, low[g]));
            }
        }
        std::array::from_fn(|g| high[g].times_256().add(low[g]))
    }
}
