//! What is read off a forward pass: activations, logits and embeddings.

pub(crate) mod logit_lens;
pub(crate) mod neighbours;
pub(crate) mod taps;
