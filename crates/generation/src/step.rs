//! What one forward pass gives: the data of a generation step, one field per stage that the model computes.
//! Softmax and Sampling are derived from the logits (see [`crate::sampling`]), so they are not kept here.

use serde::{Deserialize, Serialize};

/// Index into the vocabulary.
pub type TokenId = u32;

/// One forward pass over a context, seen from its last position.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What the model could see.
    pub context: Window,
    /// The last token's embedding, `[width]`; empty unless asked for.
    #[serde(with = "crate::floats")]
    pub embedding: Vec<f32>,
    /// One entry per layer; empty unless asked for.
    pub layers: Vec<Layer>,
    /// One number per vocabulary entry, `[vocabulary]`.
    #[serde(with = "crate::floats")]
    pub logits: Vec<f32>,
    /// What the pass cost.
    pub cost: Cost,
}

/// The part of the context that one pass saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Position of the first visible token in the reader's text: above 0 once the window has slid.
    pub start: usize,
    /// Visible tokens.
    pub len: usize,
    /// The most tokens that one pass can see.
    pub capacity: usize,
}

/// What a transformer block did at the last position.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Attention weights of the last position, `[heads][visible tokens]`; each row sums to 1.
    pub attention: Vec<Vec<f32>>,
    /// L2 norm of the residual stream before the block.
    pub resid_pre_norm: f32,
    /// L2 norm of what attention adds to the residual stream.
    pub attn_out_norm: f32,
    /// L2 norm of what the feed-forward network adds.
    pub mlp_out_norm: f32,
}

/// Work done for a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Tokens that went through the model: all visible ones less those whose keys and values were kept.
    pub tokens_computed: usize,
    /// Tokens whose keys and values were kept.
    pub tokens_reused: usize,
    /// Time in the engine, in milliseconds.
    pub milliseconds: f64,
}

/// What a step should show beside its logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taps {
    /// Fill [`Step::embedding`].
    pub embedding: bool,
    /// Fill [`Step::layers`].
    pub layers: bool,
}

impl Taps {
    /// Everything that a step can show.
    pub const ALL: Self = Self { embedding: true, layers: true };
}

/// A view that costs more than a step's taps, requested when it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Inspection {
    /// The whole attention pattern of one head.
    Pattern {
        /// Block, from 0.
        layer: usize,
        /// Query head, from 0.
        head: usize,
    },
    /// The logit lens: the next-token distribution if the model ended after each layer, at the last position.
    Lens {
        /// How many of the best tokens to report per layer.
        top: usize,
    },
    /// The tokens whose embeddings have the smallest angle to the last token's.
    Neighbours {
        /// How many of them to report, itself left out.
        top: usize,
    },
    /// What a step over this context costs.
    Pass {
        /// The most tokens that it may see: at least 1, at most as many as the model can.
        window: usize,
        /// Whether keys and values that were kept may be used; without, they are dropped first.
        cached: bool,
    },
}

/// The answer to an [`Inspection`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inspected {
    /// `rows[query][key]` for the visible tokens; keys after the query are exactly 0.
    Pattern {
        /// `[visible][visible]`.
        rows: Vec<Vec<f32>>,
    },
    /// One entry per layer: the residual stream after it, through the final norm and the head.
    Lens {
        /// `[layers]`.
        layers: Vec<Reading>,
    },
    /// The nearest first.
    Neighbours {
        /// Tokens with the cosine of the angle between the two embeddings, -1 to 1.
        tokens: Vec<(TokenId, f32)>,
    },
    /// What the step cost, and what came of it.
    Pass(Pass),
}

/// What a step over a context cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// Work done, and the time it took.
    pub cost: Cost,
    /// Multiply-adds, as the kernels counted them.
    pub multiply_adds: u64,
    /// Of the bits of all logits ([`crate::checksum`]): passes with the same sum gave the same logits.
    pub logits: u64,
}

/// A next-token distribution, reduced to what a table shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The best tokens, best first.
    pub top: Vec<Candidate>,
    /// Entropy of the whole distribution at temperature 1, in bits.
    pub entropy: f32,
}

/// A token that may come next.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The token.
    pub token: TokenId,
    /// Its raw logit.
    pub logit: f32,
    /// Its probability at temperature 1 over the whole vocabulary.
    pub probability: f32,
}

/// How the model takes each token of a text, given those before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Natural logarithm of the token's probability; `None` for a first token, which nothing predicts.
    pub log_probability: Option<f32>,
    /// Place of the token among all, 0 the best; `None` for a first token.
    pub rank: Option<usize>,
    /// The distribution after this token.
    pub next: Reading,
}
