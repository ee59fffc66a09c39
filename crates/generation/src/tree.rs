//! The tree of branches: every context that was visited, with the model's answer to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::sampling::{Controls, Draw, Ranking};
use crate::step::{Step, Taps, TokenId};

/// A place in the tree of branches: the context that ends there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) usize);

impl NodeId {
    /// The prompt, where every branch starts.
    pub const ROOT: Self = Self(0);
}

/// Logits that the reader has set, in place of the model's.
pub type Alterations = BTreeMap<TokenId, f32>;

/// A context: its parent's and one token more.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) parent: Option<NodeId>,
    pub(crate) token: TokenId,
    pub(crate) origin: Origin,
    pub(crate) log_probability: Option<f64>,
    /// It came by a link, and no live model has been asked what it says of it.
    pub(crate) awaits: bool,
    pub(crate) differs: Option<TokenId>,
    pub(crate) redraws: u64,
    pub(crate) altered: Alterations,
    pub(crate) result: Option<Arc<Ranked>>,
    /// What the result was asked to show.
    pub(crate) taps: Taps,
}

/// A step, its logits sorted once.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The model's answer. Its logits are in [`Self::ranking`], and not here.
    pub step: Step,
    /// The logits, best first.
    pub ranking: Ranking,
    /// Whether the step was recorded rather than computed here.
    pub recorded: bool,
}

impl Ranked {
    /// A step that a model has just computed.
    #[must_use]
    pub fn new(mut step: Step) -> Self {
        let ranking = Ranking::new(&std::mem::take(&mut step.logits));
        Self { step, ranking, recorded: false }
    }

    /// Whether the step shows what `taps` ask for.
    #[must_use]
    pub fn shows(&self, taps: Taps) -> bool {
        !(taps.embedding && self.step.embedding.is_empty() || taps.layers && self.step.layers.is_empty())
    }
}

/// Which coin decided: see [`coin`](crate::sampling::coin).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toss {
    /// The seed at that time.
    pub seed: u64,
    /// How often the coin of that place had been thrown before.
    pub number: u64,
}

/// How a token came into the context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Origin {
    /// Part of the prompt.
    Given,
    /// Drawn from the model's distribution.
    Sampled {
        /// Where the coin fell.
        draw: Draw,
        /// Which coin it was.
        toss: Toss,
        /// The controls at that time.
        controls: Controls,
    },
    /// Drawn from a distribution in which the reader had set some logits.
    Altered {
        /// Where the coin fell.
        draw: Draw,
        /// Which coin it was.
        toss: Toss,
        /// The controls at that time.
        controls: Controls,
        /// The logits that the reader had set.
        logits: Alterations,
    },
    /// Drawn, as a link says; no model at hand has said yet how likely it was.
    Carried {
        /// Which coin it was.
        toss: Toss,
        /// The controls at that time.
        controls: Controls,
        /// The logits that the reader had set.
        logits: Alterations,
    },
    /// Chosen by the reader.
    Forced,
}

impl Node {
    pub(crate) fn new(parent: Option<NodeId>, token: TokenId, origin: Origin, log_probability: Option<f64>) -> Self {
        Self {
            parent,
            token,
            origin,
            log_probability,
            awaits: false,
            differs: None,
            redraws: 0,
            altered: Alterations::new(),
            result: None,
            taps: Taps::default(),
        }
    }

    pub(crate) fn root() -> Self {
        Self::new(None, 0, Origin::Given, None)
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

    /// How the token came here: by the last draw, if there were several.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Natural logarithm of the token's probability under the model (temperature 1, whole vocabulary); `None` while no
    /// model has said it of a token that came by a link.
    #[must_use]
    pub fn log_probability(&self) -> Option<f64> {
        self.log_probability
    }

    /// Whether it came by a link, and no live model has been asked what it says of it.
    #[must_use]
    pub fn awaits(&self) -> bool {
        self.awaits
    }

    /// What the live model would have drawn in the place of a token that came by a link, where that is another one.
    #[must_use]
    pub fn differs(&self) -> Option<TokenId> {
        self.differs
    }

    /// How often the coin for the next token was thrown again.
    #[must_use]
    pub fn redraws(&self) -> u64 {
        self.redraws
    }

    /// The logits that the reader has set for what comes next.
    #[must_use]
    pub fn altered(&self) -> &Alterations {
        &self.altered
    }

    /// The model's answer to this context, once it is known.
    #[must_use]
    pub fn result(&self) -> Option<&Arc<Ranked>> {
        self.result.as_ref()
    }
}
