//! Quantized matrices, laid out for the kernels while they arrive, and their product with activations.
//!
//! # Layout
//! Lanes are rows: four rows are interleaved so that a vector of four `i32` sums holds one row each, one pair of
//! activations is broadcast to all four, and nothing is ever summed across a vector. Four such groups share the
//! broadcast when there is one token; each of the four has its own plane of values, and all planes begin at a page's start.
//! Rows beyond the matrix (when their number is no multiple of 16) are zeros.
//!
//! A block of 32 columns of four rows is 64 bytes for 4-bit and 128 for 8-bit weights. Each run of 16 bytes is eight
//! 16-bit numbers, two of each row: for the first and the second value of a pair. Pair `p` of the run is digit `p` of
//! those numbers, base 16 (four pairs) or 256 (two pairs), so that shifts and masks unpack it and nothing is widened.
//! 8-bit values are kept with 128 added, to have no sign. Scales and minima stay halves, as in the file: a token waits for
//! memory longer than their conversion takes.
//!
//! # Types
//! GGML's block types with one scale per 32 weights: Q8_0 (`w = d·q`), Q4_0 (`w = d·(q - 8)`) and
//! Q4_1 (`w = d·q + m`). <https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h>

mod dots;
#[cfg(target_feature = "relaxed-simd")]
pub(crate) mod relaxed;
mod self_test;

use dots::{Kernel, Q4, Q8};
use half::f16;
pub(crate) use self_test::agree_with_plain;

use super::activation::{Activations, BLOCK, Block, RAISED};
use super::count_multiply_adds;
use super::simd::{Aligned, Aligned8, F32s, I16s, I32s, Paged};

/// Rows that are interleaved.
const LANES: usize = 4;

/// Pairs of columns in a block.
const PAIRS: usize = BLOCK / 2;

/// Tokens that are multiplied together; what a tile and its sums take fits 16 vector registers.
const TILE: usize = 4;

/// Groups of rows that are multiplied together with a tile of tokens.
const SHARED: usize = 2;

/// Groups of rows that lie together, and share one broadcast of the activations when there is one token.
const GROUPS: usize = 4;

/// Eight 16-bit numbers: see above.
type Run = Aligned<[u8; 16]>;

/// A half-precision number of each of four rows, as it stands in the file.
type Lanes = Aligned8<[u16; LANES]>;

/// How a block of 32 weights is stored in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Q4_0,
    Q4_1,
    Q8_0,
}

impl Format {
    /// Bytes of one block in the file.
    pub(crate) fn block_bytes(self) -> usize {
        match self {
            Self::Q4_0 => 18,
            Self::Q4_1 => 20,
            Self::Q8_0 => 34,
        }
    }

    /// Runs of the quantized values of one block of four rows.
    fn runs(self) -> usize {
        match self {
            Self::Q4_0 | Self::Q4_1 => 4,
            Self::Q8_0 => 8,
        }
    }
}

/// A quantized matrix of `rows × columns`.
#[derive(Debug)]
pub(crate) struct Packed {
    format: Format,
    rows: usize,
    /// Blocks per row.
    blocks: usize,
    /// `[GROUPS][plane]`, a plane being `[rows / 16, rounded up][blocks][runs]`, rounded up to whole pages.
    values: Paged<Run>,
    /// Runs of a plane.
    plane: usize,
    /// `[rows / 16, rounded up][blocks][GROUPS]`, a lane per row.
    scales: Paged<Lanes>,
    /// Q4_1's minimum, laid out as the scales; else empty.
    minima: Paged<Lanes>,
    /// Whether every scale and minimum is a number; the kernels would take infinity for one.
    finite: bool,
}

impl Packed {
    /// A matrix of zeros. `columns` must be a multiple of 32.
    pub(crate) fn zeros(format: Format, rows: usize, columns: usize) -> Self {
        let blocks = columns / BLOCK;
        let tiles = rows.div_ceil(GROUPS * LANES) * blocks * GROUPS;
        let plane = (tiles / GROUPS * format.runs()).next_multiple_of(Paged::<Run>::PER_PAGE);
        Self {
            format,
            rows,
            blocks,
            values: Paged::new(Aligned([0; 16]), GROUPS * plane),
            plane,
            scales: Paged::new(Aligned8([0; LANES]), tiles),
            minima: Paged::new(Aligned8([0; LANES]), if format == Format::Q4_1 { tiles } else { 0 }),
            finite: true,
        }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Which tile holds a row's block.
    fn tile(&self, row: usize, block: usize) -> usize {
        (row / (GROUPS * LANES) * self.blocks + block) * GROUPS + row / LANES % GROUPS
    }

    /// Where the runs of a tile begin.
    fn first_run(&self, tile: usize) -> usize {
        tile % GROUPS * self.plane + tile / GROUPS * self.format.runs()
    }

    /// Puts the file's block number `index` (row-major) in its place. `bytes` is one block.
    pub(crate) fn set_block(&mut self, index: usize, bytes: &[u8]) {
        let (row, block) = (index / self.blocks, index % self.blocks);
        let (tile, lane) = (self.tile(row, block), row % LANES);
        let half = |at: usize| f16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let (scale, minimum) = (half(0), if self.format == Format::Q4_1 { half(2) } else { f16::ZERO });
        self.finite &= scale.is_finite() && minimum.is_finite();
        self.scales[tile].0[lane] = scale.to_bits();
        let runs = self.format.runs();
        let first = self.first_run(tile);
        let values = &mut self.values[first..first + runs];
        match self.format {
            Format::Q8_0 => scatter_bytes(values, lane, &bytes[2..]),
            Format::Q4_0 => scatter_nibbles(values, lane, &bytes[2..]),
            Format::Q4_1 => {
                self.minima[tile].0[lane] = minimum.to_bits();
                scatter_nibbles(values, lane, &bytes[4..]);
            }
        }
    }

    /// Writes row `row`, dequantized, to `out` (`columns` values).
    pub(crate) fn dequantize_row(&self, row: usize, out: &mut [f32]) {
        let lane = row % LANES;
        for (block, out) in out.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            let tile = self.tile(row, block);
            let scale = value(&self.scales[tile], lane);
            let nibble = |element: usize| f32::from(self.nibble(tile, lane, element));
            let elements = out.iter_mut().enumerate();
            match self.format {
                Format::Q8_0 => {
                    elements.for_each(|(i, out)| *out = (f32::from(self.byte(tile, lane, i)) - 128.0) * scale)
                }
                Format::Q4_0 => elements.for_each(|(i, out)| *out = (nibble(i) - 8.0) * scale),
                Format::Q4_1 => {
                    let minimum = value(&self.minima[tile], lane);
                    elements.for_each(|(i, out)| *out = nibble(i) * scale + minimum);
                }
            }
        }
    }

    fn nibble(&self, tile: usize, lane: usize, element: usize) -> u8 {
        let (run, place, shift) = nibble_place(lane, element);
        (self.values[self.first_run(tile) + run].0[place] >> shift) & 15
    }

    fn byte(&self, tile: usize, lane: usize, element: usize) -> u8 {
        let (run, place) = byte_place(lane, element);
        self.values[self.first_run(tile) + run].0[place]
    }

    /// `out[token][row] = Σ weight[row][column] · x[token][column]`, with `tokens` rows in `x` and in `out`.
    pub(crate) fn product(&self, x: &Activations, tokens: usize, out: &mut [f32]) {
        count_multiply_adds(tokens * self.rows * self.blocks * BLOCK);
        if !self.finite {
            // What is no number stays none, so that the logits say so.
            return out.fill(f32::NAN);
        }
        match self.format {
            #[cfg(target_feature = "relaxed-simd")]
            Format::Q4_0 if relaxed::used() => self.run::<relaxed::Q4<false>>(x, tokens, out),
            #[cfg(target_feature = "relaxed-simd")]
            Format::Q4_1 if relaxed::used() => self.run::<relaxed::Q4<true>>(x, tokens, out),
            Format::Q8_0 => self.run::<Q8>(x, tokens, out),
            Format::Q4_0 => self.run::<Q4<false>>(x, tokens, out),
            Format::Q4_1 => self.run::<Q4<true>>(x, tokens, out),
        }
    }

    /// One value of [`Self::product`], without vectors, to the bit: what the kernels must agree with.
    fn plain_product(&self, row: usize, x: &[Block]) -> f32 {
        let (lane, mut sum) = (row % LANES, 0.0);
        for (block, x) in x.iter().enumerate() {
            let tile = self.tile(row, block);
            let weight = |element: usize| match self.format {
                Format::Q8_0 => i32::from(self.byte(tile, lane, element)) - 128,
                Format::Q4_0 => i32::from(self.nibble(tile, lane, element)) - 8,
                Format::Q4_1 => i32::from(self.nibble(tile, lane, element)),
            };
            let pair =
                |(i, &pair): (usize, &i32)| weight(2 * i) * i32::from(pair as i16) + weight(2 * i + 1) * (pair >> 16);
            let dot: i32 = x.pairs.iter().enumerate().map(pair).sum();
            sum += dot as f32 * (value(&self.scales[tile], lane) * (x.scale / RAISED));
            if let Some(minima) = self.minima.get(tile) {
                sum += value(minima, lane) * (x.total / RAISED);
            }
        }
        sum
    }

    fn run<K: Kernel>(&self, x: &Activations, tokens: usize, out: &mut [f32]) {
        if tokens == 1 {
            let prepared: Vec<K::Prepared> = x.row(0).iter().map(K::prepare).collect();
            for group in (0..self.rows.div_ceil(LANES)).step_by(GROUPS) {
                self.alone::<K>(group, x, &prepared, out);
            }
            return;
        }
        let mut unpacked = vec![[[I16s::splat_pair(0); SHARED]; PAIRS]; self.blocks];
        for group in (0..self.rows.div_ceil(LANES)).step_by(SHARED) {
            self.unpack::<K>(group, &mut unpacked);
            let whole = tokens / TILE * TILE;
            for token in (0..whole).step_by(TILE) {
                self.together::<K, TILE>(group, &unpacked, x, token, out);
            }
            match tokens - whole {
                1 => self.together::<K, 1>(group, &unpacked, x, whole, out),
                2 => self.together::<K, 2>(group, &unpacked, x, whole, out),
                3 => self.together::<K, 3>(group, &unpacked, x, whole, out),
                _ => {}
            }
        }
    }

    /// The blocks, scales and minima of the 16 rows that `group` belongs to. All have one length that the compiler
    /// can see, so that it checks no index.
    #[inline(always)]
    fn part<K: Kernel>(&self, group: usize) -> Part<'_, K> {
        fn part<T>(all: &[T], group: usize, blocks: usize) -> &[[T; GROUPS]] {
            &all.as_chunks().0[group / GROUPS * blocks..][..blocks]
        }
        let blocks = self.blocks;
        // Written out: `from_fn` would be a call for every 16 rows.
        let plane = |g: usize| {
            let plane = K::tiles(&self.values[g * self.plane..][..self.plane]);
            &plane[group / GROUPS * blocks..][..blocks]
        };
        Part {
            values: [plane(0), plane(1), plane(2), plane(3)],
            scales: part(&self.scales, group, blocks),
            minima: if K::MINIMUM { part(&self.minima, group, blocks) } else { &[] },
        }
    }

    /// 16 rows times one token: unpacked on the way, each broadcast used four times.
    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "several arrays share the indices")]
    fn alone<K: Kernel>(&self, group: usize, x: &Activations, prepared: &[K::Prepared], out: &mut [f32]) {
        let Part { values, scales, minima } = self.part::<K>(group);
        let (x, prepared) = (&x.row(0)[..self.blocks], &prepared[..self.blocks]);
        let mut sums = [F32s::splat(0.0); GROUPS];
        for block in 0..self.blocks {
            let dots = K::dots(std::array::from_fn(|g| &values[g][block]), &x[block], &prepared[block]);
            for g in 0..GROUPS {
                let minimum = if K::MINIMUM { Some(&minima[block][g]) } else { None };
                sums[g] = add_block(sums[g], dots[g], &scales[block][g], minimum, &x[block]);
            }
        }
        self.write(group, sums, out);
    }

    /// The rows of [`SHARED`] groups, as 16-bit numbers, `[blocks][pairs][groups]`.
    fn unpack<K: Kernel>(&self, group: usize, unpacked: &mut [[[I16s; SHARED]; PAIRS]]) {
        let Part { values, .. } = self.part::<K>(group);
        for (g, tiles) in values[group % GROUPS..][..SHARED].iter().enumerate() {
            for (tile, unpacked) in tiles.iter().zip(&mut *unpacked) {
                K::pairs(tile, |pair, values| unpacked[pair][g] = values);
            }
        }
    }

    /// The unpacked rows times `T` tokens. Each sum is taken block by block, as [`Self::alone`] does.
    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "several arrays share the indices")]
    fn together<K: Kernel, const T: usize>(
        &self,
        group: usize,
        unpacked: &[[[I16s; SHARED]; PAIRS]],
        x: &Activations,
        token: usize,
        out: &mut [f32],
    ) {
        let Part { scales, minima, .. } = self.part::<K>(group);
        let (unpacked, first) = (&unpacked[..self.blocks], group % GROUPS);
        let x: [&[Block]; T] = std::array::from_fn(|t| &x.row(token + t)[..self.blocks]);
        let mut sums = [[F32s::splat(0.0); SHARED]; T];
        for block in 0..self.blocks {
            let x: [&Block; T] = std::array::from_fn(|t| &x[t][block]);
            let mut dots: [[I32s; SHARED]; T] = std::array::from_fn(|t| [I32s::splat(-K::OFFSET * x[t].sum); SHARED]);
            for pair in 0..PAIRS {
                let weights = unpacked[block][pair];
                for t in 0..T {
                    let x = I16s::splat_pair(x[t].pairs[pair]);
                    for g in 0..SHARED {
                        dots[t][g] = dots[t][g].add(weights[g].dot(x));
                    }
                }
            }
            for t in 0..T {
                for g in 0..SHARED {
                    let minimum = if K::MINIMUM { Some(&minima[block][first + g]) } else { None };
                    sums[t][g] = add_block(sums[t][g], dots[t][g], &scales[block][first + g], minimum, x[t]);
                }
            }
        }
        for (t, sums) in sums.into_iter().enumerate() {
            self.write(group, sums, &mut out[(token + t) * self.rows..][..self.rows]);
        }
    }

    /// Puts the sums of the groups from `group` on into a token's row of results, as far as there are rows.
    #[inline(always)]
    fn write<const G: usize>(&self, group: usize, sums: [F32s; G], out: &mut [f32]) {
        for (sum, out) in sums.into_iter().zip(out[group * LANES..].chunks_mut(LANES)) {
            out.copy_from_slice(&sum.mul(F32s::splat(RAISED)).to_array()[..out.len()]);
        }
    }
}

/// A part of a matrix: 16 rows, `[blocks][groups]`.
struct Part<'a, K: Kernel> {
    values: [&'a [K::Tile]; GROUPS],
    scales: &'a [[Lanes; GROUPS]],
    /// Empty if there are none.
    minima: &'a [[Lanes; GROUPS]],
}

/// Adds a block's part to the sums of four rows: the one place where it is said in which order.
#[inline(always)]
fn add_block(sum: F32s, dot: I32s, scale: &Lanes, minimum: Option<&Lanes>, x: &Block) -> F32s {
    let sum = sum.add(dot.to_f32().mul(F32s::of_halves(scale).mul(F32s::splat(x.scale))));
    match minimum {
        Some(minimum) => sum.add(F32s::of_halves(minimum).mul(F32s::splat(x.total))),
        None => sum,
    }
}

fn value(halves: &Lanes, lane: usize) -> f32 {
    f16::from_bits(halves.0[lane]).to_f32()
}

/// Where an 8-bit value of a tile lies: run and byte.
fn byte_place(lane: usize, element: usize) -> (usize, usize) {
    let (run, within) = (element / 4, element % 4);
    (run, lane * 4 + within % 2 * 2 + within / 2)
}

/// Where a 4-bit value of a tile lies: run, byte and shift.
fn nibble_place(lane: usize, element: usize) -> (usize, usize, u32) {
    let (run, within) = (element / 8, element % 8);
    let (pair, side) = (within / 2, within % 2);
    (run, lane * 4 + side * 2 + pair / 2, 4 * (pair as u32 % 2))
}

fn scatter_bytes(tile: &mut [Run], lane: usize, values: &[u8]) {
    for (run, &[a, b, c, d]) in tile.iter_mut().zip(values.as_chunks().0) {
        run.0[lane * 4..][..4].copy_from_slice(&[a, c, b, d].map(|value| value ^ 0x80));
    }
}

/// GGML's order: the low nibbles are values 0 to 15, the high ones 16 to 31. Eight values at a time.
fn scatter_nibbles(tile: &mut [Run], lane: usize, bytes: &[u8]) {
    // Every other byte's low nibble, gathered in one 16-bit number.
    let gather = |x: u64| (x | x >> 12 | x >> 24 | x >> 36) as u16;
    const EVERY_OTHER: u64 = 0x000F_000F_000F_000F;
    for (run, part) in tile.iter_mut().enumerate() {
        let [half, which] = [run % 2, run / 2];
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[half * 8..][..8]);
        let nibbles = u64::from_le_bytes(eight) >> (4 * which);
        let (first, second) = (gather(nibbles & EVERY_OTHER), gather(nibbles >> 8 & EVERY_OTHER));
        part.0[lane * 4..][..2].copy_from_slice(&first.to_le_bytes());
        part.0[lane * 4 + 2..][..2].copy_from_slice(&second.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMATS: [Format; 3] = [Format::Q4_0, Format::Q4_1, Format::Q8_0];

    /// Bytes that look random but are the same each time.
    fn noise(n: usize) -> Vec<u8> {
        (0..n as u64).map(|i| (generation::sampling::coin(7, i, 0) * 256.0) as u8).collect()
    }

    fn matrix(format: Format, rows: usize, columns: usize) -> Packed {
        let mut packed = Packed::zeros(format, rows, columns);
        let size = format.block_bytes();
        let mut bytes = noise(rows * columns / BLOCK * size);
        for (index, block) in bytes.chunks_exact_mut(size).enumerate() {
            block[..2].copy_from_slice(&f16::from_f32(0.01 + index as f32 * 1e-4).to_le_bytes());
            if format == Format::Q4_1 {
                block[2..4].copy_from_slice(&f16::from_f32(-0.05).to_le_bytes());
            }
            packed.set_block(index, block);
        }
        packed
    }

    fn activations(tokens: usize, columns: usize) -> Vec<f32> {
        (0..tokens * columns).map(|i| ((i * 37 % 101) as f32 - 50.0) / 13.0).collect()
    }

    #[test]
    fn product_is_that_of_the_dequantized_weights() {
        for format in FORMATS {
            // 23 rows: four groups together, one alone, and one unfilled; five tokens leave a tile unfilled.
            let (rows, columns, tokens) = (23, 96, 5);
            let packed = matrix(format, rows, columns);
            let x = activations(tokens, columns);
            let mut out = vec![0.0; tokens * rows];
            packed.product(&Activations::new(&x, columns / BLOCK), tokens, &mut out);
            let mut weights = vec![0.0; columns];
            for row in 0..rows {
                packed.dequantize_row(row, &mut weights);
                for token in 0..tokens {
                    let x = &x[token * columns..][..columns];
                    let expected: f64 = weights.iter().zip(x).map(|(w, x)| f64::from(w * x)).sum();
                    let scale: f64 = weights.iter().zip(x).map(|(w, x)| f64::from((w * x).abs())).sum();
                    let got = f64::from(out[token * rows + row]);
                    assert!((got - expected).abs() < 1e-4 * scale, "{format:?} {row} {token}: {got} {expected}");
                }
            }
        }
    }

    #[test]
    fn weights_that_are_no_numbers_give_none() {
        for (format, at) in [(Format::Q8_0, 0), (Format::Q4_0, 0), (Format::Q4_1, 0), (Format::Q4_1, 2)] {
            for strange in [f16::NAN, f16::INFINITY, f16::NEG_INFINITY] {
                let mut packed = Packed::zeros(format, 3, BLOCK);
                let mut block = vec![0; format.block_bytes()];
                block[at..at + 2].copy_from_slice(&strange.to_le_bytes());
                packed.set_block(1, &block);
                let mut out = [0.0; 3];
                packed.product(&Activations::new(&[1.0; BLOCK], 1), 1, &mut out);
                assert!(out.iter().all(|out| out.is_nan()), "{format:?}: {out:?}");
            }
        }
    }

    #[test]
    fn splitting_a_call_changes_no_bit() {
        for format in FORMATS {
            let (rows, columns, tokens) = (27, 64, 11);
            let packed = matrix(format, rows, columns);
            let x = activations(tokens, columns);
            let mut at_once = vec![0.0; tokens * rows];
            packed.product(&Activations::new(&x, columns / BLOCK), tokens, &mut at_once);
            for token in 0..tokens {
                let mut alone = vec![0.0; rows];
                let x = Activations::new(&x[token * columns..][..columns], columns / BLOCK);
                packed.product(&x, 1, &mut alone);
                assert_eq!(alone, at_once[token * rows..][..rows], "{format:?} token {token}");
            }
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

        #[test]
        fn kernels_agree_with_plain_code(rows in 1..70usize, blocks in 1..7usize, tokens in 1..14usize, seed: u64) {
            proptest::prop_assert!(agree_with_plain(rows, blocks, tokens, seed));
        }
    }

    #[test]
    fn file_order_is_ggml_order() {
        let mut packed = Packed::zeros(Format::Q4_0, 1, BLOCK);
        let mut block = vec![0; 18];
        block[..2].copy_from_slice(&f16::from_f32(1.0).to_le_bytes());
        for i in 0..16 {
            block[2 + i] = (i as u8) | ((15 - i as u8) << 4);
        }
        packed.set_block(0, &block);
        let mut row = [0.0; BLOCK];
        packed.dequantize_row(0, &mut row);
        let expected: Vec<f32> = (0..16).chain((0..16).rev()).map(|q| q as f32 - 8.0).collect();
        assert_eq!(row.as_slice(), expected);
    }
}
