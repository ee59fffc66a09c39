//! Products with weights that the file keeps as F16 or F32.

use super::count_multiply_adds;

/// Sums that run side by side, so that the compiler can use vectors.
const LANES: usize = 8;

/// `Σ a·b`, in an order that depends on the length alone.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0f32; LANES];
    for (a, b) in a.iter().zip(b) {
        for i in 0..LANES {
            sums[i] += a[i] * b[i];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// `Σ a`, in an order that depends on the length alone.
pub(crate) fn sum(a: &[f32]) -> f32 {
    let (a, rest) = a.as_chunks::<LANES>();
    let mut sums = [0f32; LANES];
    for a in a {
        for i in 0..LANES {
            sums[i] += a[i];
        }
    }
    sums.iter().sum::<f32>() + rest.iter().sum::<f32>()
}

/// The largest value; not a number is passed over. Of nothing, negative infinity.
pub(crate) fn max(a: &[f32]) -> f32 {
    let (a, rest) = a.as_chunks::<LANES>();
    let larger = |x: f32, y: f32| if y > x { y } else { x };
    let mut largest = [f32::NEG_INFINITY; LANES];
    for a in a {
        for i in 0..LANES {
            largest[i] = larger(largest[i], a[i]);
        }
    }
    largest.iter().chain(rest).copied().fold(f32::NEG_INFINITY, larger)
}

/// `out[token][row] = weights(row) · x[token]`, where `weights(row, buffer)` fills the buffer (`columns` values).
pub(crate) fn product(columns: usize, weights: impl Fn(usize, &mut [f32]), x: &[f32], out: &mut [f32]) {
    count_multiply_adds(columns * out.len());
    let mut buffer = vec![0.0; columns];
    let rows = out.len() / (x.len() / columns).max(1);
    for row in 0..rows {
        weights(row, &mut buffer);
        for (x, out) in x.chunks_exact(columns).zip(out.chunks_exact_mut(rows)) {
            out[row] = dot(&buffer, x);
        }
    }
}

/// The value of a half-precision number's bits. `half` asks case by case; this has no branch, so that four go at a time.
#[inline(always)]
pub(crate) fn from_f16(bits: u16) -> f32 {
    let magnitude = u32::from(bits & 0x7FFF) << 13;
    // As an f32 of the same bits it is too small by 2^112; a subnormal one is made normal by the product.
    let value = f32::from_bits(magnitude) * f32::from_bits((127 + 112) << 23);
    let special = if bits & 0x7C00 == 0x7C00 { 0x7F80_0000 | magnitude } else { value.to_bits() };
    f32::from_bits(special | u32::from(bits & 0x8000) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_is_read_right() {
        for bits in 0..=u16::MAX {
            let (ours, expected) = (from_f16(bits), half::f16::from_bits(bits).to_f32());
            assert!(ours.to_bits() == expected.to_bits() || ours.is_nan() && expected.is_nan(), "{bits:#x}");
        }
    }

    #[test]
    fn sums_and_products_of_any_length_are_those_of_plain_code() {
        for length in 0..70 {
            let a: Vec<f32> = (0..length).map(|i| (i as f32 * 0.7).sin()).collect();
            let b: Vec<f32> = (0..length).map(|i| (i as f32 * 1.3).cos()).collect();
            let plain: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            assert!((f64::from(dot(&a, &b)) - plain).abs() < 1e-5);
            let plain: f64 = a.iter().map(|&a| f64::from(a)).sum();
            assert!((f64::from(sum(&a)) - plain).abs() < 1e-5);
            assert_eq!(max(&a), a.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        }
    }
}
