//! The tree of branches: every context that was visited, with the model's answer to it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::sampling::{Controls, Distribution, Draw, Ranking};
use crate::shortlist::Shortlist;
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
    pub(crate) children: Vec<NodeId>,
    /// How many generated tokens lead here, its own included.
    pub(crate) depth: usize,
    pub(crate) token: TokenId,
    pub(crate) origin: Origin,
    pub(crate) log_probability: Option<f64>,
    /// It came by a link, and no live model has been asked what it says of it.
    pub(crate) awaits: bool,
    pub(crate) differs: Option<TokenId>,
    pub(crate) redraws: u64,
    pub(crate) altered: Alterations,
    pub(crate) answer: Answer,
    /// What the token was chosen from, once the parent's step is dropped.
    pub(crate) shortlist: Option<Arc<Shortlist>>,
}

/// What is known of the model's answer to a context.
#[derive(Clone, Debug, Default)]
pub(crate) enum Answer {
    /// Nothing yet.
    #[default]
    Unknown,
    /// The whole step.
    Kept {
        /// The step.
        ranked: Arc<Ranked>,
        /// What it was asked to show.
        taps: Taps,
    },
    /// The step was known, and dropped to bound the memory: the model can be asked again.
    Dropped,
}

/// A step, its logits sorted once.
#[derive(Debug)]
pub struct Ranked {
    /// The model's answer. Its logits are in [`Self::ranking`], and not here.
    pub step: Step,
    /// The logits, best first.
    pub ranking: Ranking,
    /// Whether the step was recorded rather than computed here.
    pub recorded: bool,
    /// The last distribution that was asked for, with its context's length and controls.
    last: Mutex<Option<(usize, Controls, Arc<Distribution>)>>,
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.step == other.step && self.ranking == other.ranking && self.recorded == other.recorded
    }
}

impl Ranked {
    /// A step that a model has just computed.
    #[must_use]
    pub fn new(mut step: Step) -> Self {
        let ranking = Ranking::new(&std::mem::take(&mut step.logits));
        Self { step, ranking, recorded: false, last: Mutex::default() }
    }

    /// A step from a recording, whose logits are sorted already.
    #[must_use]
    pub fn recorded(step: Step, ranking: Ranking) -> Self {
        Self { step, ranking, recorded: true, last: Mutex::default() }
    }

    /// What the token after `context`, which this step answers, is drawn from. Computed once for all who ask with the same
    /// controls: the loop and every view of it.
    #[must_use]
    pub fn distribution(&self, context: &[TokenId], controls: &Controls) -> Arc<Distribution> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((length, at, distribution)) if *length == context.len() && at == controls => Arc::clone(distribution),
            _ => {
                let distribution = Arc::new(Distribution::new(&self.ranking, context, controls));
                *last = Some((context.len(), *controls, Arc::clone(&distribution)));
                distribution
            }
        }
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
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// Part of the prompt.
    Prompt,
    /// Chosen by the reader.
    Forced,
    /// Drawn with a coin.
    Drawn {
        /// Where the coin fell; `None` of a token that came by a link while no model has said how likely it was.
        draw: Option<Draw>,
        /// Which coin it was.
        toss: Toss,
        /// The controls at that time.
        controls: Controls,
        /// The logits that the reader had set; empty where the distribution was the model's.
        altered: Alterations,
    },
}

impl Origin {
    /// Whether it was drawn from logits that the reader had set.
    #[must_use]
    pub fn is_altered(&self) -> bool {
        matches!(self, Self::Drawn { altered, .. } if !altered.is_empty())
    }

    /// Where the coin fell, if one was thrown and a model has said so.
    #[must_use]
    pub fn draw(&self) -> Option<&Draw> {
        match self {
            Self::Drawn { draw, .. } => draw.as_ref(),
            Self::Prompt | Self::Forced => None,
        }
    }

    /// Whether it was drawn elsewhere, and no model at hand has said yet how likely it was.
    #[must_use]
    pub fn is_unverified(&self) -> bool {
        matches!(self, Self::Drawn { draw: None, .. })
    }

    /// What the token was drawn under; of one that was not drawn, what it is held against: `present`.
    #[must_use]
    pub fn conditions(&self, present: &Controls) -> (Controls, Alterations) {
        match self {
            Self::Drawn { controls, altered, .. } => (*controls, altered.clone()),
            Self::Prompt | Self::Forced => (*present, Alterations::new()),
        }
    }
}

impl Node {
    pub(crate) fn new(token: TokenId, origin: Origin, log_probability: Option<f64>) -> Self {
        Self {
            parent: None,
            children: Vec::new(),
            depth: 0,
            token,
            origin,
            log_probability,
            awaits: false,
            differs: None,
            redraws: 0,
            altered: Alterations::new(),
            answer: Answer::Unknown,
            shortlist: None,
        }
    }

    pub(crate) fn root() -> Self {
        Self::new(0, Origin::Prompt, None)
    }

    /// The node before this one; `None` for the prompt.
    #[must_use]
    pub fn parent(&self) -> Option<NodeId> {
        self.parent
    }

    /// The nodes after this one, in the order of creation.
    #[must_use]
    pub fn children(&self) -> &[NodeId] {
        &self.children
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

    /// The model's answer to this context, once it is known and while it is kept.
    #[must_use]
    pub fn result(&self) -> Option<&Arc<Ranked>> {
        match &self.answer {
            Answer::Kept { ranked, .. } => Some(ranked),
            Answer::Unknown | Answer::Dropped => None,
        }
    }

    /// Whether the model's answer was known and is not kept any more. It can be asked for again.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        matches!(self.answer, Answer::Dropped)
    }

    /// What the token was chosen from, where the whole step is not kept any more.
    #[must_use]
    pub fn shortlist(&self) -> Option<&Arc<Shortlist>> {
        self.shortlist.as_ref()
    }
}
