//! Products with weights that the file keeps as F16 or F32.

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

/// `out[token][row] = weights(row) · x[token]`, where `weights(row, buffer)` fills the buffer (`columns` values).
pub(crate) fn product(columns: usize, weights: impl Fn(usize, &mut [f32]), x: &[f32], out: &mut [f32]) {
    let mut buffer = vec![0.0; columns];
    let rows = out.len() / (x.len() / columns).max(1);
    for row in 0..rows {
        weights(row, &mut buffer);
        for (x, out) in x.chunks_exact(columns).zip(out.chunks_exact_mut(rows)) {
            out[row] = dot(&buffer, x);
        }
    }
}
