//! Activations, made ready for integer products.

/// Values per block: GGUF's quantized types share one scale among 32 values, and so do our activations.
pub(crate) const BLOCK: usize = 32;

/// Largest quantized magnitude. 32 products of a weight of at most 8 bits with 15 bits and a sign fit an `i32`, so
/// activations can have nearly 16 bits at the price of 8: their rounding is far below the weights'.
const LIMIT: f32 = 32_000.0;

/// What scale and total of a block are kept times, and a sum of products once more: weights' half-precision numbers come
/// 2¹¹² times too small ([`super::simd::F32s::of_halves`]), and in two steps nothing leaves what an `f32` can be.
pub(crate) const RAISED: f32 = f32::from_bits((127 + 56) << 23);

/// Rows of activations, quantized: `x ≈ scale · q`, one scale per block.
pub(crate) struct Activations {
    /// Blocks per row.
    per_row: usize,
    blocks: Vec<Block>,
}

/// One block of one row.
pub(crate) struct Block {
    /// Pairs of neighbouring values as two `i16` in one `i32`, the first in the low half.
    pub(crate) pairs: [i32; BLOCK / 2],
    /// Times [`RAISED`].
    pub(crate) scale: f32,
    /// Sum of the quantized values.
    pub(crate) sum: i32,
    /// Sum of the values, `scale · sum`: times [`RAISED`] as well.
    pub(crate) total: f32,
}

impl Activations {
    /// Quantizes `x`, rows of `per_row · 32` values.
    pub(crate) fn new(x: &[f32], per_row: usize) -> Self {
        Self { per_row, blocks: x.as_chunks().0.iter().map(Block::new).collect() }
    }

    /// The blocks of a row.
    pub(crate) fn row(&self, row: usize) -> &[Block] {
        &self.blocks[row * self.per_row..(row + 1) * self.per_row]
    }
}

impl Block {
    fn new(x: &[f32; BLOCK]) -> Self {
        // As integers: magnitudes keep their order, and infinity and NaN come out on top.
        let largest = f32::from_bits(x.iter().fold(0, |max, x| max.max(x.abs().to_bits())));
        if !largest.is_finite() {
            // What is no number stays none, so that the logits say so.
            return Self { scale: f32::NAN, total: f32::NAN, ..Self::new(&[0.0; BLOCK]) };
        }
        let inverse = if largest > 0.0 { LIMIT / largest } else { 0.0 };
        let mut quantized = [0; BLOCK];
        for (quantized, x) in quantized.iter_mut().zip(x) {
            *quantized = round(x * inverse);
        }
        let mut pairs = [0; BLOCK / 2];
        for (pair, [a, b]) in pairs.iter_mut().zip(quantized.as_chunks().0) {
            *pair = (a & 0xFFFF) | (b << 16);
        }
        let (scale, sum) = (largest / LIMIT * RAISED, quantized.iter().sum());
        Self { pairs, scale, sum, total: sum as f32 * scale }
    }
}

/// Rounds to the nearest integer, ties to even, for magnitudes below 2^22: adding 1.5·2^23 leaves no room for a
/// fraction. Exact on every platform, and a vector instruction where `f32::round` is a call.
#[inline(always)]
fn round(x: f32) -> i32 {
    const MAGIC: f32 = 12_582_912.0;
    ((x + MAGIC).to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_nearest() {
        for (x, expected) in
            [(0.0, 0), (0.4, 0), (0.6, 1), (-0.6, -1), (1.5, 2), (2.5, 2), (-31_999.7, -32_000), (32_000.0, 32_000)]
        {
            assert_eq!(round(x), expected, "{x}");
        }
    }

    #[test]
    fn a_block_keeps_its_values_within_half_a_step() {
        let x: [f32; BLOCK] = std::array::from_fn(|i| (i as f32 * 0.37).sin() * 5.0);
        let activations = Activations::new(&x, 1);
        let block = &activations.row(0)[0];
        let values: Vec<i32> = block.pairs.iter().flat_map(|&pair| [i32::from(pair as i16), pair >> 16]).collect();
        for (value, x) in values.iter().zip(x) {
            let scale = block.scale / RAISED;
            assert!((*value as f32 * scale - x).abs() <= scale * 0.51);
        }
        assert_eq!(values.iter().sum::<i32>(), block.sum);
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for strange in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut x = [1.0; BLOCK];
            x[17] = strange;
            let activations = Activations::new(&x, 1);
            assert!(activations.row(0)[0].scale.is_nan() && activations.row(0)[0].total.is_nan());
        }
    }

    #[test]
    fn a_block_of_zeros_stays_zero() {
        let activations = Activations::new(&[0.0; BLOCK], 1);
        assert_eq!(activations.row(0)[0].pairs, [0; BLOCK / 2]);
        assert_eq!(activations.row(0)[0].scale, 0.0);
    }
}
