//! What is known of a model besides its weights.

use serde::{Deserialize, Serialize};

use crate::step::TokenId;
use crate::vocabulary::Vocabulary;

/// A model, as its file describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The model's name.
    pub name: String,
    /// Architecture, such as `llama`.
    pub architecture: String,
    /// The weights' main type, such as `Q4_1`.
    pub quantization: String,
    /// SPDX expression of the weights' licence, where known.
    pub licence: String,
    /// Transformer blocks.
    pub layers: usize,
    /// Query heads per block.
    pub heads: usize,
    /// Key-value heads per block.
    pub kv_heads: usize,
    /// Width of one head.
    pub head: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Width between the feed-forward network's matrices.
    pub ffn: usize,
    /// How the model encodes positions.
    pub positions: Positions,
    /// What normalizes the residual stream.
    pub norm: Norm,
    /// What stands between the feed-forward network's matrices.
    pub activation: Activation,
    /// Whether the head is the embedding.
    pub tied: bool,
    /// The most tokens one pass can see.
    pub window: usize,
    /// Tokens that end a text.
    pub end_of_text: Vec<TokenId>,
    /// Every token's bytes; empty where only [`Self::vocabulary_size`] is known yet.
    pub vocabulary: Vocabulary,
    /// How many tokens there are.
    pub vocabulary_size: usize,
    /// The file's length in bytes.
    pub file_bytes: u64,
    /// The engine's memory once the model is loaded, in bytes, where the platform reports it.
    pub memory_bytes: u64,
}

/// How a model encodes positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Positions {
    /// A row for each position, added to the token's.
    #[default]
    Learned,
    /// Queries and keys are turned by angles that grow with the position (RoPE, arXiv:2104.09864).
    Rotary {
        /// What the angles' frequencies are powers of.
        base: f64,
        /// How many values of each head are turned.
        dimensions: usize,
    },
}

/// What normalizes the residual stream before each part of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Norm {
    /// To mean 0 and variance 1 (arXiv:1607.06450).
    #[default]
    LayerNorm,
    /// To a mean square of 1 (arXiv:1910.07467).
    RmsNorm,
}

/// What stands between the feed-forward network's matrices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    /// GELU in its tanh form (arXiv:1606.08415).
    #[default]
    Gelu,
    /// A product with a gate's SiLU (arXiv:2002.05202).
    SwiGlu,
}
