//! Arithmetic on plain slices. A product's sums run in one order however its rows are split into calls, so that
//! cached and uncached runs agree to the bit, in the browser as on the command line.

pub(crate) mod activation;
pub(crate) mod attention;
pub(crate) mod dense;
pub(crate) mod elementwise;
pub(crate) mod packed;
mod simd;
