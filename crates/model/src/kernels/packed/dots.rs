//! How each type of weights is unpacked and multiplied.

use super::super::activation::Block;
use super::super::simd::{I16s, I32s};
use super::{GROUPS, Run};

/// How weights are unpacked and multiplied.
pub(super) trait Kernel {
    /// Whether a minimum is added per block.
    const MINIMUM: bool;
    /// What the values are kept with added: Σ (q - offset)·x = Σ q·x - offset·Σ x.
    const OFFSET: i32;
    /// A block's values of four rows.
    type Tile;
    /// A block of activations as the product of one token wants it.
    type Prepared;
    fn tiles(values: &[Run]) -> &[Self::Tile];
    fn prepare(x: &Block) -> Self::Prepared;
    /// Each pair of columns, in any order.
    fn pairs(tile: &Self::Tile, put: impl FnMut(usize, I16s));
    /// Integer products of a block of 16 rows.
    fn dots(tiles: [&Self::Tile; GROUPS], x: &Block, prepared: &Self::Prepared) -> [I32s; GROUPS];
}

pub(super) struct Q8;

impl Kernel for Q8 {
    const MINIMUM: bool = false;
    const OFFSET: i32 = 128;
    type Tile = [Run; 8];
    type Prepared = ();

    fn tiles(values: &[Run]) -> &[Self::Tile] {
        values.as_chunks().0
    }

    fn prepare(_: &Block) {}

    #[inline(always)]
    fn pairs(tile: &Self::Tile, mut put: impl FnMut(usize, I16s)) {
        for (run, bytes) in tile.iter().enumerate() {
            for (i, values) in I16s::load(bytes).bytes().into_iter().enumerate() {
                put(2 * run + i, values);
            }
        }
    }

    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "indices are known when compiled, and several arrays share them")]
    fn dots(tiles: [&Self::Tile; GROUPS], x: &Block, (): &()) -> [I32s; GROUPS] {
        let mut sums = [I32s::splat(-Self::OFFSET * x.sum); GROUPS];
        let x = x.pairs.as_chunks::<2>().0;
        for run in 0..8 {
            let [a, b] = x[run].map(I16s::splat_pair);
            for g in 0..GROUPS {
                let [first, second] = I16s::load(&tiles[g][run]).bytes();
                sums[g] = sums[g].add(first.dot(a).add(second.dot(b)));
            }
        }
        sums
    }
}

pub(super) struct Q4<const MINIMUM: bool>;

impl<const MINIMUM: bool> Kernel for Q4<MINIMUM> {
    const MINIMUM: bool = MINIMUM;
    const OFFSET: i32 = if MINIMUM { 0 } else { 8 };
    type Tile = [Run; 4];
    type Prepared = ();

    fn tiles(values: &[Run]) -> &[Self::Tile] {
        values.as_chunks().0
    }

    fn prepare(_: &Block) {}

    #[inline(always)]
    fn pairs(tile: &Self::Tile, mut put: impl FnMut(usize, I16s)) {
        for (run, bytes) in tile.iter().enumerate() {
            for (i, values) in I16s::load(bytes).nibbles().into_iter().enumerate() {
                put(4 * run + i, values);
            }
        }
    }

    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "indices are known when compiled, and several arrays share them")]
    fn dots(tiles: [&Self::Tile; GROUPS], x: &Block, (): &()) -> [I32s; GROUPS] {
        let mut sums = [I32s::splat(-Self::OFFSET * x.sum); GROUPS];
        let x = x.pairs.as_chunks::<4>().0;
        for run in 0..4 {
            let [a, b, c, d] = x[run].map(I16s::splat_pair);
            for g in 0..GROUPS {
                let [first, second, third, fourth] = I16s::load(&tiles[g][run]).nibbles();
                let four = first.dot(a).add(second.dot(b)).add(third.dot(c).add(fourth.dot(d)));
                sums[g] = sums[g].add(four);
            }
        }
        sums
    }
}
