//! The architectures: their dimensions, their weights, and forward passes that read top to bottom.

pub(crate) mod config;
pub(crate) mod embedding;
pub(crate) mod gpt2;
pub(crate) mod linear;
pub(crate) mod llama;
pub(crate) mod matrix;
pub(crate) mod tap;
pub(crate) mod transformer;
pub(crate) mod weights;
