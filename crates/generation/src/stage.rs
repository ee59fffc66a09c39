//! The six stages of one generation step.

use serde::{Deserialize, Serialize};

/// A stage of one generation step, in the order in which data flows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    /// All tokens so far.
    #[default]
    Context,
    /// Tokens become vectors.
    Embedding,
    /// Self-attention and feed-forward blocks.
    Transformer,
    /// One number per vocabulary entry.
    Logits,
    /// Numbers become probabilities.
    Softmax,
    /// One token is drawn; it joins the context.
    Sampling,
}

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 6] =
        [Self::Context, Self::Embedding, Self::Transformer, Self::Logits, Self::Softmax, Self::Sampling];

    /// The stage after this one; after [`Stage::Sampling`] a new step begins, so there is none.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }

    /// Its name in links, in messages to the page around a frame and in the page's own marks; it never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Embedding => "embedding",
            Self::Transformer => "transformer",
            Self::Logits => "logits",
            Self::Softmax => "softmax",
            Self::Sampling => "sampling",
        }
    }
}
