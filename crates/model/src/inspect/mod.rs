//! What an inspection computes beside the forward pass.

pub(crate) mod logit_lens;
pub(crate) mod neighbours;
