//! Norms, activations and positions, row by row. `libm` gives the same bits in the browser as natively.

use super::exponential::exp;

/// `x / sqrt(mean(x²) + epsilon) · weight`, for each row of `weight.len()` values (RMSNorm, arXiv:1910.07467).
pub(crate) fn rms_norm(x: &[f32], weight: &[f32], epsilon: f32) -> Vec<f32> {
    let width = weight.len();
    let mut out = Vec::with_capacity(x.len());
    for row in x.chunks_exact(width) {
        let mean = super::dense::dot(row, row) / width as f32;
        let scale = 1.0 / (mean + epsilon).sqrt();
        out.extend(row.iter().zip(weight).map(|(x, weight)| x * scale * weight));
    }
    out
}

/// `(x - mean) / sqrt(variance + epsilon) · weight + bias`, for each row of `weight.len()` values (LayerNorm,
/// arXiv:1607.06450).
pub(crate) fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], epsilon: f32) -> Vec<f32> {
    let width = weight.len();
    let mut out = Vec::with_capacity(x.len());
    for row in x.chunks_exact(width) {
        let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / width as f64;
        let centred: Vec<f32> = row.iter().map(|&x| (f64::from(x) - mean) as f32).collect();
        let variance = super::dense::dot(&centred, &centred) / width as f32;
        let scale = 1.0 / (variance + epsilon).sqrt();
        out.extend(centred.iter().zip(weight).zip(bias).map(|((x, weight), bias)| x * scale * weight + bias));
    }
    out
}

/// `x += y`.
pub(crate) fn add(x: &mut [f32], y: &[f32]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x += y;
    }
}

/// GELU in its tanh form, `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))` (arXiv:1606.08415), which GPT-2 uses; in
/// place. With `(1 + tanh z) / 2 = 1 / (1 + exp(-2z))`.
pub(crate) fn gelu(x: &mut [f32]) {
    const SQRT_2_OVER_PI: f32 = std::f32::consts::FRAC_2_SQRT_PI * std::f32::consts::FRAC_1_SQRT_2;
    for x in x {
        *x /= 1.0 + exp(-2.0 * SQRT_2_OVER_PI * (*x + 0.044_715 * *x * *x * *x));
    }
}

/// `silu(gate) · up` into `gate`, with `silu(x) = x / (1 + exp(-x))` (SwiGLU, arXiv:2002.05202).
pub(crate) fn swiglu(gate: &mut [f32], up: &[f32]) {
    for (gate, up) in gate.iter_mut().zip(up) {
        *gate = *gate / (1.0 + exp(-*gate)) * up;
    }
}

/// Rotary position embedding (RoPE, arXiv:2104.09864) on **interleaved** pairs, as GGUF's `llama` tensors need it.
pub(crate) struct Rope {
    /// `(cos, sin)` of each pair's angle, `[positions][pairs]`.
    rotations: Vec<(f32, f32)>,
    pairs: usize,
}

impl Rope {
    /// The rotations of `positions` for heads of `dimensions` values that turn.
    pub(crate) fn new(base: f64, dimensions: usize, positions: std::ops::Range<usize>) -> Self {
        let pairs = dimensions / 2;
        let frequency = |i: usize| libm::pow(base, -((2 * i) as f64) / dimensions as f64);
        let frequencies: Vec<f64> = (0..pairs).map(frequency).collect();
        let rotate = |position: usize, frequency: f64| {
            let angle = position as f64 * frequency;
            (libm::cos(angle) as f32, libm::sin(angle) as f32)
        };
        let rotations = positions.flat_map(|p| frequencies.iter().map(move |&f| rotate(p, f))).collect();
        Self { rotations, pairs }
    }

    /// Turns the heads of each row of `x`, `[positions][heads · head_width]`; what a head has beyond its turning
    /// dimensions stays.
    pub(crate) fn apply(&self, x: &mut [f32], width: usize, head_width: usize) {
        for (row, rotations) in x.chunks_exact_mut(width).zip(self.rotations.chunks_exact(self.pairs)) {
            for head in row.chunks_exact_mut(head_width) {
                for (pair, (cos, sin)) in head.as_chunks_mut::<2>().0.iter_mut().zip(rotations) {
                    *pair = [pair[0] * cos - pair[1] * sin, pair[0] * sin + pair[1] * cos];
                }
            }
        }
    }
}

/// Euclidean length.
pub(crate) fn l2_norm(x: &[f32]) -> f32 {
    super::dense::dot(x, x).sqrt()
}
