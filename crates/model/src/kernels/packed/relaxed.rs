//! 4-bit weights by relaxed SIMD's dot product, which multiplies four bytes at a time where the processor can: ARM's
//! `sdot`, AVX-VNNI's `vpdpbusd`. Activations are two digits of a byte each, so that the sums are the same integers, and
//! with them all results the same bits. Where the processor cannot, it is slower: see [`use_it`].

use std::cell::Cell;

use super::super::activation::{BLOCK, Block};
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

/// Activations as two digits in base 256, the high ones first, four bytes at a time, in the order in which the low and
/// the high nibbles of 4-bit weights lie.
pub(super) type Digits = [[i32; BLOCK / 4]; 2];

pub(super) struct Q4<const MINIMUM: bool>;

impl<const MINIMUM: bool> Kernel for Q4<MINIMUM> {
    const MINIMUM: bool = MINIMUM;
    const OFFSET: i32 = dots::Q4::<MINIMUM>::OFFSET;
    type Tile = [Run; 4];
    type Prepared = Digits;

    fn tiles(values: &[Run]) -> &[Self::Tile] {
        values.as_chunks().0
    }

    #[inline(always)]
    fn pairs(tile: &Self::Tile, put: impl FnMut(usize, I16s)) {
        dots::Q4::<MINIMUM>::pairs(tile, put);
    }

    fn prepare(x: &Block) -> Digits {
        // Of each run of eight values.
        const ORDER: [[usize; 4]; 2] = [[0, 4, 1, 5], [2, 6, 3, 7]];
        let value = |i: usize| (x.pairs[i / 2] << (16 * (1 - i % 2))) >> 16;
        let four = |i: usize, digit: fn(i32) -> i8| {
            i32::from_le_bytes(ORDER[i % 2].map(|at| digit(value(i / 2 * 8 + at)) as u8))
        };
        // The low digit has a sign, so that both fit a byte.
        [
            std::array::from_fn(|i| four(i, |value| ((value - i32::from(value as i8)) >> 8) as i8)),
            std::array::from_fn(|i| four(i, |value| value as i8)),
        ]
    }

    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "indices are known when compiled, and several arrays share them")]
    fn dots(tiles: [&Self::Tile; GROUPS], x: &Block, digits: &Digits) -> [I32s; GROUPS] {
        let mut high = [I32s::splat(0); GROUPS];
        let mut low = [I32s::splat(-Self::OFFSET * x.sum); GROUPS];
        let [x_high, x_low] = digits.each_ref().map(|digits| digits.as_chunks::<2>().0);
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
