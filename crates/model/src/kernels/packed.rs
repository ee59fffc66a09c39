//! Quantized matrices, laid out for the kernels while they arrive, and their product with activations.
//!
//! # Layout
//! Lanes are rows: four rows are interleaved so that a vector of four `i32` sums holds one row each, one pair of
//! activations is broadcast to all four, and nothing is ever summed across a vector. Four such groups lie together,
//! block by block, and share the broadcast when there is one token. Rows beyond the matrix (when their number is no
//! multiple of 16) are zeros.
//!
//! A block of 32 columns of four rows is 64 bytes for 4-bit and 128 for 8-bit weights. Each run of 16 bytes is eight
//! 16-bit numbers, two of each row: for the first and the second value of a pair. Pair `p` of the run is digit `p` of
//! those numbers, base 16 (four pairs) or 256 (two pairs), so that shifts and masks unpack it and nothing is widened.
//! 8-bit values are kept with 128 added, to have no sign.
//!
//! # Types
//! GGML's block types with one scale per 32 weights: Q8_0 (`w = d·q`), Q4_0 (`w = d·(q - 8)`) and
//! Q4_1 (`w = d·q + m`). <https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h>

use half::f16;

use super::activation::{Activations, BLOCK, Block};
use super::count_multiply_adds;
use super::simd::{F32s, I16s, I32s};

/// Rows that are interleaved.
const LANES: usize = 4;

/// Tokens that share one unpacking of the weights.
const TILE: usize = 4;

/// Groups of rows that lie together, and share one broadcast of the activations when there is one token.
const GROUPS: usize = 4;

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
    /// `[rows / 16, rounded up][blocks][GROUPS][LANES · value_bytes]`.
    values: Vec<u8>,
    /// `[rows / 16, rounded up][blocks][GROUPS]`, a lane per row.
    scales: Vec<[f32; LANES]>,
    /// Q4_1's minimum, laid out as the scales; else empty.
    minima: Vec<[f32; LANES]>,
}

impl Packed {
    /// A matrix of zeros. `columns` must be a multiple of 32.
    pub(crate) fn zeros(format: Format, rows: usize, columns: usize) -> Self {
        let blocks = columns / BLOCK;
        let tiles = rows.div_ceil(GROUPS * LANES) * blocks * GROUPS;
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

    /// Which tile holds a row's block.
    fn tile(&self, row: usize, block: usize) -> usize {
        (row / (GROUPS * LANES) * self.blocks + block) * GROUPS + row / LANES % GROUPS
    }

    /// Puts the file's block number `index` (row-major) in its place. `bytes` is one block.
    pub(crate) fn set_block(&mut self, index: usize, bytes: &[u8]) {
        let (row, block) = (index / self.blocks, index % self.blocks);
        let (tile, lane) = (self.tile(row, block), row % LANES);
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
            let tile = self.tile(row, block);
            let scale = self.scales[tile][lane];
            let nibble = |element: usize| f32::from(self.nibble(tile, lane, element));
            let elements = out.iter_mut().enumerate();
            match self.format {
                Format::Q8_0 => {
                    let bytes = &self.values.as_chunks::<{ LANES * BLOCK }>().0[tile];
                    elements.for_each(|(i, out)| *out = (f32::from(bytes[byte_place(lane, i)]) - 128.0) * scale);
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
        count_multiply_adds(tokens * self.rows * self.blocks * BLOCK);
        match self.format {
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
                Format::Q8_0 => i32::from(self.values[tile * LANES * BLOCK + byte_place(lane, element)]) - 128,
                Format::Q4_0 => i32::from(self.nibble(tile, lane, element)) - 8,
                Format::Q4_1 => i32::from(self.nibble(tile, lane, element)),
            };
            let pair =
                |(i, &pair): (usize, &i32)| weight(2 * i) * i32::from(pair as i16) + weight(2 * i + 1) * (pair >> 16);
            let dot: i32 = x.pairs.iter().enumerate().map(pair).sum();
            sum += dot as f32 * (self.scales[tile][lane] * x.scale);
            if let Some(minima) = self.minima.get(tile) {
                sum += minima[lane] * x.total;
            }
        }
        sum
    }

    fn run<K: Kernel>(&self, x: &Activations, tokens: usize, out: &mut [f32]) {
        let (groups, whole) = (self.rows.div_ceil(LANES), tokens / TILE * TILE);
        for group in 0..groups {
            for token in (0..whole).step_by(TILE) {
                self.panel::<K, 1, TILE>(group, x, token, out);
            }
        }
        for token in whole..tokens {
            for group in (0..groups).step_by(GROUPS) {
                self.panel::<K, GROUPS, 1>(group, x, token, out);
            }
        }
    }

    /// `G` groups of four rows times `T` tokens. Each sum is taken block by block, whatever `G` and `T` are.
    #[inline(always)]
    #[allow(clippy::needless_range_loop, reason = "several arrays share the indices")]
    fn panel<K: Kernel, const G: usize, const T: usize>(
        &self,
        group: usize,
        x: &Activations,
        token: usize,
        out: &mut [f32],
    ) {
        // All slices have one length that the compiler can see, so that it checks no index below.
        let (blocks, first) = (self.blocks, group % GROUPS);
        let part = group / GROUPS * blocks..(group / GROUPS + 1) * blocks;
        let x: [&[Block]; T] = std::array::from_fn(|t| &x.row(token + t)[..blocks]);
        let values = &K::tiles(&self.values).as_chunks::<GROUPS>().0[part.clone()][..blocks];
        let scales = &self.scales.as_chunks::<GROUPS>().0[part.clone()][..blocks];
        let minima = if K::MINIMUM { &self.minima.as_chunks::<GROUPS>().0[part][..blocks] } else { &[] };
        let mut sums = [[F32s::splat(0.0); G]; T];
        for block in 0..blocks {
            let x: [&Block; T] = std::array::from_fn(|t| &x[t][block]);
            let dots: [[I32s; G]; T] = K::dots(std::array::from_fn(|g| &values[block][first + g]), x);
            for t in 0..T {
                let (scale, total) = (F32s::splat(x[t].scale), F32s::splat(x[t].total));
                for g in 0..G {
                    let product = dots[t][g].to_f32().mul(F32s::load(&scales[block][first + g]).mul(scale));
                    sums[t][g] = sums[t][g].add(product);
                    if K::MINIMUM {
                        sums[t][g] = sums[t][g].add(F32s::load(&minima[block][first + g]).mul(total));
                    }
                }
            }
        }
        for (t, sums) in sums.into_iter().enumerate() {
            let out = &mut out[(token + t) * self.rows..][..self.rows];
            for (sum, out) in sums.into_iter().zip(out[group * LANES..].chunks_mut(LANES)) {
                out.copy_from_slice(&sum.to_array()[..out.len()]);
            }
        }
    }
}

/// Integer products of one block of `G` groups of four rows with `T` tokens.
trait Kernel {
    /// Whether a minimum is added per block.
    const MINIMUM: bool;
    /// A block's values of four rows.
    type Tile;
    fn tiles(values: &[u8]) -> &[Self::Tile];
    fn dots<const G: usize, const T: usize>(tiles: [&Self::Tile; G], x: [&Block; T]) -> [[I32s; G]; T];
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
    #[allow(clippy::needless_range_loop, reason = "indices are known when compiled, and several arrays share them")]
    fn dots<const G: usize, const T: usize>(tiles: [&Self::Tile; G], x: [&Block; T]) -> [[I32s; G]; T] {
        // The values are kept with 128 added: Σ (q - 128)·x = Σ q·x - 128·Σ x.
        let mut sums: [[I32s; G]; T] = std::array::from_fn(|t| [I32s::splat(-128 * x[t].sum); G]);
        let x = x.map(|x| x.pairs.as_chunks::<2>().0);
        for run in 0..8 {
            for g in 0..G {
                let [first, second] = I16s::load(&tiles[g][run]).bytes();
                for t in 0..T {
                    let [a, b] = x[t][run].map(I16s::splat_pair);
                    sums[t][g] = sums[t][g].add(first.dot(a).add(second.dot(b)));
                }
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
    #[allow(clippy::needless_range_loop, reason = "indices are known when compiled, and several arrays share them")]
    fn dots<const G: usize, const T: usize>(tiles: [&Self::Tile; G], x: [&Block; T]) -> [[I32s; G]; T] {
        // Without a minimum the values are offset by 8: Σ (q - 8)·x = Σ q·x - 8·Σ x.
        let mut sums: [[I32s; G]; T] =
            std::array::from_fn(|t| [I32s::splat(if MINIMUM { 0 } else { -8 * x[t].sum }); G]);
        let x = x.map(|x| x.pairs.as_chunks::<4>().0);
        for run in 0..4 {
            for g in 0..G {
                let [first, second, third, fourth] = I16s::load(&tiles[g][run]).nibbles();
                for t in 0..T {
                    let [a, b, c, d] = x[t][run].map(I16s::splat_pair);
                    let sum = first.dot(a).add(second.dot(b)).add(third.dot(c).add(fourth.dot(d)));
                    sums[t][g] = sums[t][g].add(sum);
                }
            }
        }
        sums
    }
}

/// Where an 8-bit value of a tile lies.
fn byte_place(lane: usize, element: usize) -> usize {
    let (run, within) = (element / 4, element % 4);
    run * 16 + lane * 4 + within % 2 * 2 + within / 2
}

/// Where a 4-bit value of a tile lies: byte and shift.
fn nibble_place(lane: usize, element: usize) -> (usize, u32) {
    let (run, within) = (element / 8, element % 8);
    let (pair, side) = (within / 2, within % 2);
    (run * 16 + lane * 4 + side * 2 + pair / 2, 4 * (pair as u32 % 2))
}

fn scatter_bytes(tile: &mut [u8], lane: usize, values: &[u8]) {
    let runs = tile.as_chunks_mut::<16>().0.iter_mut();
    for (run, &[a, b, c, d]) in runs.zip(values.as_chunks().0) {
        run[lane * 4..][..4].copy_from_slice(&[a, c, b, d].map(|value| value ^ 0x80));
    }
}

/// GGML's order: the low nibbles are values 0 to 15, the high ones 16 to 31. Eight values at a time.
fn scatter_nibbles(tile: &mut [u8], lane: usize, bytes: &[u8]) {
    // Every other byte's low nibble, gathered in one 16-bit number.
    let gather = |x: u64| (x | x >> 12 | x >> 24 | x >> 36) as u16;
    const EVERY_OTHER: u64 = 0x000F_000F_000F_000F;
    for (run, part) in tile.as_chunks_mut::<16>().0.iter_mut().enumerate() {
        let [half, which] = [run % 2, run / 2];
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[half * 8..][..8]);
        let nibbles = u64::from_le_bytes(eight) >> (4 * which);
        let (first, second) = (gather(nibbles & EVERY_OTHER), gather(nibbles >> 8 & EVERY_OTHER));
        part[lane * 4..][..2].copy_from_slice(&first.to_le_bytes());
        part[lane * 4 + 2..][..2].copy_from_slice(&second.to_le_bytes());
    }
}

/// Whether the kernels of this build compute here what plain code does, to the bit: all types, with rows and tokens
/// that fill groups and tiles and that do not.
pub(crate) fn agrees_with_plain() -> bool {
    let noise = |seed: u64, at: usize| generation::sampling::coin(seed, at as u64, 0);
    [Format::Q4_0, Format::Q4_1, Format::Q8_0].into_iter().all(|format| {
        [(1, 1, 1), (7, 2, 4), (16, 3, 1), (23, 5, 5), (64, 1, 9)].into_iter().all(|(rows, blocks, tokens)| {
            let mut packed = Packed::zeros(format, rows, blocks * BLOCK);
            for index in 0..rows * blocks {
                let byte = |i: usize| (noise(1, index * 64 + i) * 256.0) as u8;
                let mut bytes: Vec<u8> = (0..format.block_bytes()).map(byte).collect();
                // Scale and minimum: from 0 to 1.
                for half in bytes[..4].chunks_exact_mut(2).take(if format == Format::Q4_1 { 2 } else { 1 }) {
                    let value = f16::from_f64(noise(2, index * 256 + usize::from(half[0])));
                    half.copy_from_slice(&value.to_le_bytes());
                }
                packed.set_block(index, &bytes);
            }
            let x: Vec<f32> = (0..tokens * blocks * BLOCK).map(|i| noise(3, i) as f32 - 0.5).collect();
            let x = Activations::new(&x, blocks);
            let mut out = vec![0.0; tokens * rows];
            packed.product(&x, tokens, &mut out);
            out.iter()
                .enumerate()
                .all(|(i, out)| out.to_bits() == packed.plain_product(i % rows, x.row(i / rows)).to_bits())
        })
    })
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
    fn kernels_agree_with_plain_code() {
        assert!(agrees_with_plain());
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
