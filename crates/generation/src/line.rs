//! The lines of the generation loop, as the page shows it in code.
//!
//! ```text
//! def generate(model, prompt, max_new=50):       Define
//!     tokens = list(prompt)                      Copy
//!     for _ in range(max_new):                   Repeat
//!         logits = model(tokens)                 Model
//!         probs = softmax(logits)                Softmax
//!         token = sample(probs)                  Sample
//!         tokens.append(token)                   Append
//!         if token == END_OF_TEXT: break         Stop
//!     return tokens                              Return
//! ```

use serde::{Deserialize, Serialize};

use crate::stage::Stage;

/// A line of the loop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Line {
    /// The function's head.
    Define,
    /// The prompt's tokens are copied.
    #[default]
    Copy,
    /// Once more, up to the maximum.
    Repeat,
    /// The forward pass.
    Model,
    /// Logits become probabilities.
    Softmax,
    /// A token is drawn.
    Sample,
    /// The token joins the context.
    Append,
    /// The end of the text ends the loop.
    Stop,
    /// The tokens are given back.
    Return,
}

impl Line {
    /// All lines, from the top.
    pub const ALL: [Self; 9] = [
        Self::Define,
        Self::Copy,
        Self::Repeat,
        Self::Model,
        Self::Softmax,
        Self::Sample,
        Self::Append,
        Self::Stop,
        Self::Return,
    ];

    /// The line that is run after this one while the loop goes on; after the last, that of a new call.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Define | Self::Return => Self::Copy,
            Self::Copy | Self::Stop => Self::Repeat,
            Self::Repeat => Self::Model,
            Self::Model => Self::Softmax,
            Self::Softmax => Self::Sample,
            Self::Sample => Self::Append,
            Self::Append => Self::Stop,
        }
    }

    /// The stage at which the loop is while the line has been run.
    #[must_use]
    pub fn stage(self) -> Stage {
        match self {
            Self::Model => Stage::Logits,
            Self::Softmax => Stage::Softmax,
            Self::Sample => Stage::Sampling,
            _ => Stage::Context,
        }
    }
}

impl Stage {
    /// The line that the loop is at; `None` for the context, where several lines are.
    #[must_use]
    pub fn line(self) -> Option<Line> {
        match self {
            Self::Context => None,
            Self::Embedding | Self::Transformer | Self::Logits => Some(Line::Model),
            Self::Softmax => Some(Line::Softmax),
            Self::Sampling => Some(Line::Sample),
        }
    }
}
