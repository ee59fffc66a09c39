//! Quantized matrices, laid out for the kernels while they arrive, and their product with activations.
//!
//! # Layout
//! Lanes are rows: four rows are interleaved so that a vector of four `i32` sums holds one row each, one pair of
//! activations is broadcast to all four, and nothing is ever summed across a vector. Rows beyond the matrix (when
//! their number is no multiple of four) are zeros.
//!
//! A block of 32 columns of four rows is 64 bytes for 4-bit and 128 for 8-bit weights. Each run of 16 bytes holds
//! `pair 0 of rows 0..4, pair 1 of rows 0..4`; with 4 bits, pairs 2 and 3 are in the high nibbles of the same bytes.
//!
//! # Types
//! GGML's block types with one scale per 32 weights: Q8_0 (`w = d·q`), Q4_0 (`w = d·(q - 8)`) and
//! Q4_1 (`w = d·q + m`). <https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h>

use half::f16;

use super::activation::{Activations, BLOCK, Block};
use super::simd::{Bytes, F32s, I16s, I32s};

/// Rows that are interleaved.
const LANES: usize = 4;

/// Tokens that share one unpacking of the weights.
const TILE: usize = 4;

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

    /// Bytes of the quantized values of one block of one row.
    fn value_bytes(self) -> usize {
        match self {
            Self::Q4_0 | Self::Q4_1 => BLOCK / 2,
            Self::Q8_0 => BLOCK,
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
    /// `[groups][blocks][LANES · value_bytes]`.
    values: Vec<u8>,
    /// `[groups][blocks]`, a lane per row.
    scales: Vec<[f32; LANES]>,
    /// Q4_1's minimum, laid out as the scales; else empty.
    minima: Vec<[f32; LANES]>,
}

impl Packed {
    /// A matrix of zeros. `columns` must be a multiple of 32.
    pub(crate) fn zeros(format: Format, rows: usize, columns: usize) -> Self {
        let blocks = columns / BLOCK;
        let tiles = rows.div_ceil(LANES) * blocks;
        Self {
            format,
            rows,
            blocks,
            values: vec![0; tiles * LANES * format.value_bytes()],
            scales: vec![[0.0; LANES]; tiles],
            minima: vec![[0.0; LANES]; if format == Format::Q4_1 { tiles } else { 0 }],
        }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Puts the file's block number `index` (row-major) in its place. `bytes` is one block.
    pub(crate) fn set_block(&mut self, index: usize, bytes: &[u8]) {
        let (row, block) = (index / self.blocks, index % self.blocks);
        let (tile, lane) = (row / LANES * self.blocks + block, row % LANES);
        let half = |at: usize| f16::from_le_bytes([bytes[at], bytes[at + 1]]).to_f32();
        self.scales[tile][lane] = half(0);
        let size = LANES * self.format.value_bytes();
        let values = &mut self.values[tile * size..(tile + 1) * size];
        match self.format {
            Format::Q8_0 => scatter_bytes(values, lane, &bytes[2..]),
            Format::Q4_0 => scatter_nibbles(values, lane, &bytes[2..]),
            Format::Q4_1 => {
                self.minima[tile][lane] = half(2);
                scatter_nibbles(values, lane, &bytes[4..]);
            }
        }
    }

    /// Writes row `row`, dequantized, to `out` (`columns` values).
    pub(crate) fn dequantize_row(&self, row: usize, out: &mut [f32]) {
        let lane = row % LANES;
        for (block, out) in out.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            let tile = row / LANES * self.blocks + block;
            let scale = self.scales[tile][lane];
            let nibble = |element: usize| f32::from(self.nibble(tile, lane, element));
            let elements = out.iter_mut().enumerate();
            match self.format {
                Format::Q8_0 => {
                    let bytes = &self.values.as_chunks::<{ LANES * BLOCK }>().0[tile];
                    elements.for_each(|(i, out)| *out = f32::from(bytes[byte_place(lane, i)] as i8) * scale);
                }
                Format::Q4_0 => elements.for_each(|(i, out)| *out = (nibble(i) - 8.0) * scale),
                Format::Q4_1 => elements.for_each(|(i, out)| *out = nibble(i) * scale + self.minima[tile][lane]),
            }
        }
    }

    fn nibble(&self, tile: usize, lane: usize, element: usize) -> u8 {
        let (place, shift) = nibble_place(lane, element);
        (self.values[tile * LANES * BLOCK / 2 + place] >> shift) & 15
    }

    /// `out[token][row] = Σ weight[row][column] · x[token][column]`, with `tokens` rows in `x` and in `out`.
    pub(crate) fn product(&self, x: &Activations, tokens: usize, out: &mut [f32]) {
        match self.format {
            Format::Q8_0 => self.run::<Q8>(x, tokens, out),
            Format::Q4_0 => self.run::<Q4<false>>(x, tokens, out),
            Format::Q4_1 => self.run::<Q4<true>>(x, tokens, out),
        }
    }

    fn run<K: Kernel>(&self, x: &Activations, tokens: usize, out: &mut [f32]) {
        let whole = tokens / TILE * TILE;
        for group in 0..self.rows.div_ceil(LANES) {
            for token in (0..whole).step_by(TILE) {
                self.panel::<K, TILE>(group, x, token, out);
            }
            for token in whole..tokens {
                self.panel::<K, 1>(group, x, token, out);
            }
        }
    }

    /// Four rows times `T` tokens, the weights unpacked once. Each sum is taken block by block, whatever `T` is.
    #[inline(always)]
    fn panel<K: Kernel, const T: usize>(&self, group: usize, x: &Activations, token: usize, out: &mut [f32]) {
        // All slices have one length that the compiler can see, so that it checks no index below.
        let blocks = self.blocks;
        let part = group * blocks..(group + 1) * blocks;
        let x: [&[Block]; T] = std::array::from_fn(|t| &x.row(token + t)[..blocks]);
        let values = &K::tiles(&self.values)[part.clone()][..blocks];
        let scales = &self.scales[part.clone()][..blocks];
        let minima = if K::MINIMUM { &self.minima[part][..blocks] } else { &[] };
        let mut sums = [F32s::splat(0.0); T];
        for block in 0..blocks {
            let x: [&Block; T] = std::array::from_fn(|t| &x[t][block]);
            let dots = K::dots(&values[block], x);
            let scales = F32s::load(&scales[block]);
            for t in 0..T {
                sums[t] = sums[t].add(dots[t].to_f32().mul(scales.mul(F32s::splat(x[t].scale))));
                if K::MINIMUM {
                    sums[t] = sums[t].add(F32s::load(&minima[block]).mul(F32s::splat(x[t].total)));
                }
            }
        }
        let row = group * LANES;
        let count = LANES.min(self.rows - row);
        for (t, sum) in sums.into_iter().enumerate() {
            let start = (token + t) * self.rows + row;
            out[start..start + count].copy_from_slice(&sum.to_array()[..count]);
        }
    }
}

/// Integer products of one block of four rows with `T` tokens.
trait Kernel {
    /// Whether a minimum is added per block.
    const MINIMUM: bool;
    /// A block's values of four rows.
    type Tile;
    fn tiles(values: &[u8]) -> &[Self::Tile];
    fn dots<const T: usize>(tile: &Self::Tile, x: [&Block; T]) -> [I32s; T];
}

struct Q8;

impl Kernel for Q8 {
    const MINIMUM: bool = false;
    type Tile = [[u8; 16]; 8];

    #[inline(always)]
    fn tiles(values: &[u8]) -> &[Self::Tile] {
        values.as_chunks().0.as_chunks().0
    }

    #[inline(always)]
    fn dots<const T: usize>(tile: &Self::Tile, x: [&Block; T]) -> [I32s; T] {
        let mut sums = [I32s::splat(0); T];
        for (i, bytes) in tile.iter().enumerate() {
            let [first, second] = Bytes::load(bytes).widen_i8();
            for t in 0..T {
                let a = first.dot(I16s::splat_pair(x[t].pairs[2 * i]));
                let b = second.dot(I16s::splat_pair(x[t].pairs[2 * i + 1]));
                sums[t] = sums[t].add(a.add(b));
            }
        }
        sums
    }
}

struct Q4<const MINIMUM: bool>;

impl<const MINIMUM: bool> Kernel for Q4<MINIMUM> {
    const MINIMUM: bool = MINIMUM;
    type Tile = [[u8; 16]; 4];

    #[inline(always)]
    fn tiles(values: &[u8]) -> &[Self::Tile] {
        values.as_chunks().0.as_chunks().0
    }

    #[inline(always)]
    fn dots<const T: usize>(tile: &Self::Tile, x: [&Block; T]) -> [I32s; T] {
        // Without a minimum the values are offset by 8: Σ (q - 8)·x = Σ q·x - 8·Σ x.
        let mut sums: [I32s; T] = std::array::from_fn(|t| I32s::splat(if MINIMUM { 0 } else { -8 * x[t].sum }));
        for (i, bytes) in tile.iter().enumerate() {
            let [first, second] = Bytes::load(bytes).widen_u8();
            let weights = [first.low_nibbles(), second.low_nibbles(), first.high_nibbles(), second.high_nibbles()];
            for t in 0..T {
                let dot = |p: usize| weights[p].dot(I16s::splat_pair(x[t].pairs[4 * i + p]));
                sums[t] = sums[t].add(dot(0).add(dot(1)).add(dot(2).add(dot(3))));
            }
        }
        sums
    }
}

/// Where an 8-bit value of a tile lies.
fn byte_place(lane: usize, element: usize) -> usize {
    let (run, within) = (element / 4, element % 4);
    run * 16 + within / 2 * 8 + lane * 2 + within % 2
}

/// Where a 4-bit value of a tile lies: byte and shift.
fn nibble_place(lane: usize, element: usize) -> (usize, u32) {
    let (run, within) = (element / 8, element % 8);
    let (pair, side) = (within / 2, within % 2);
    (run * 16 + pair % 2 * 8 + lane * 2 + side, if pair < 2 { 0 } else { 4 })
}

fn scatter_bytes(tile: &mut [u8], lane: usize, values: &[u8]) {
    for (element, &value) in values[..BLOCK].iter().enumerate() {
        tile[byte_place(lane, element)] = value;
    }
}

/// GGML's order: the low nibbles are values 0 to 15, the high ones 16 to 31.
fn scatter_nibbles(tile: &mut [u8], lane: usize, bytes: &[u8]) {
    for (i, &byte) in bytes[..BLOCK / 2].iter().enumerate() {
        for (element, nibble) in [(i, byte & 15), (i + BLOCK / 2, byte >> 4)] {
            let (place, shift) = nibble_place(lane, element);
            tile[place] = (tile[place] & !(15 << shift)) | (nibble << shift);
        }
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
            // Seven rows leave a group of four unfilled, five tokens a tile.
            let (rows, columns, tokens) = (7, 96, 5);
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
    fn splitting_a_call_changes_no_bit() {
        for format in FORMATS {
            let (rows, columns, tokens) = (12, 64, 11);
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
