//! Arithmetic on plain slices. A product's sums run in one order however its rows are split into calls, so that
//! cached and uncached runs agree to the bit, in the browser as on the command line.

use std::cell::Cell;

pub(crate) mod activation;
pub(crate) mod attention;
pub(crate) mod dense;
pub(crate) mod elementwise;
pub(crate) mod exponential;
pub(crate) mod packed;
mod simd;

thread_local! {
    static MULTIPLY_ADDS: Cell<u64> = const { Cell::new(0) };
}

/// Each product counts what it multiplies and adds: those with weights and those of attention; norms, rotations and
/// activations are left out, as is usual.
pub(crate) fn count_multiply_adds(count: usize) {
    MULTIPLY_ADDS.set(MULTIPLY_ADDS.get() + count as u64);
}

/// Multiply-adds on this thread so far.
pub(crate) fn multiply_adds() -> u64 {
    MULTIPLY_ADDS.get()
}
