//! The tree of branches: every context that was visited, with the model's answer to it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::sampling::{Controls, Draw, Ranking};
use crate::step::{Step, TokenId};

/// A place in the tree of branches: the context that ends there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) usize);

impl NodeId {
    /// The prompt, where every branch starts.
    pub const ROOT: Self = Self(0);
}

/// A context: its parent's and one token more.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) token: TokenId,
    pub(crate) origin: Origin,
    pub(crate) log_probability: f64,
    pub(crate) redraws: u64,
    pub(crate) result: Option<Arc<Ranked>>,
}

/// A step and the order of its logits, sorted once.
#[derive(Debug)]
pub struct Ranked {
    /// The model's answer.
    pub step: Arc<Step>,
    /// The vocabulary, best token first.
    pub ranking: Ranking,
}

/// How a token came into the context.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Origin {
    /// Part of the prompt.
    Given,
    /// Drawn from the model's distribution.
    Sampled {
        /// Where the coin fell.
        draw: Draw,
        /// The controls at that time.
        controls: Controls,
    },
    /// Chosen by the reader.
    Forced,
}

impl Node {
    pub(crate) fn root() -> Self {
        Self { parent: None, token: 0, origin: Origin::Given, log_probability: 0.0, redraws: 0, result: None }
    }

    /// The node before this one; `None` for the prompt.
    #[must_use]
    pub fn parent(&self) -> Option<NodeId> {
        self.parent
    }

    /// The token that this node adds; meaningless for the prompt.
    #[must_use]
    pub fn token(&self) -> TokenId {
        self.token
    }

    /// How the token came here.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Natural logarithm of the token's probability under the model (temperature 1, whole vocabulary).
    #[must_use]
    pub fn log_probability(&self) -> f64 {
        self.log_probability
    }

    /// How often the coin for the next token was thrown again.
    #[must_use]
    pub fn redraws(&self) -> u64 {
        self.redraws
    }

    /// The model's answer to this context, once it is known.
    #[must_use]
    pub fn result(&self) -> Option<&Arc<Ranked>> {
        self.result.as_ref()
    }
}
