//! What a token was drawn from, or will be: a step's logits and the controls at that time.

use std::sync::Arc;

use generation::sampling::Distribution;
use generation::tree::{Alterations, Ranked};
use generation::{Controls, Generation, NodeId, TokenId};

use crate::app::ptr_eq::PtrEq;

/// All that a distribution follows from.
#[derive(Clone, Debug, PartialEq)]
pub struct DistributionInputs {
    /// The context that the token follows.
    pub after: NodeId,
    /// The model's answer to it.
    pub ranked: PtrEq<Ranked>,
    /// The sampling controls.
    pub controls: Controls,
    /// The logits that the reader had set.
    pub altered: Alterations,
    /// The context's tokens, which a repetition penalty looks at.
    context: Vec<TokenId>,
}

impl DistributionInputs {
    /// What the token after `node` will be drawn from; `None` until the model has answered.
    #[must_use]
    pub fn of_next(generation: &Generation, node: NodeId) -> Option<Self> {
        Self::new(generation, node, *generation.controls(), Alterations::new())
    }

    /// What the token of `node` was drawn from. One that the reader chose was drawn from nothing: it is held against
    /// the present controls.
    #[must_use]
    pub fn of_made(generation: &Generation, node: NodeId) -> Option<Self> {
        let made = generation.node(node)?;
        let (controls, altered) = made.origin().conditions(generation.controls());
        Self::new(generation, made.parent()?, controls, altered)
    }

    /// As [`Self::of_made`], but at the present controls.
    #[must_use]
    pub fn of_made_now(generation: &Generation, node: NodeId) -> Option<Self> {
        let Self { after, altered, .. } = Self::of_made(generation, node)?;
        Self::new(generation, after, *generation.controls(), altered)
    }

    fn new(generation: &Generation, after: NodeId, controls: Controls, altered: Alterations) -> Option<Self> {
        let ranked = PtrEq(Arc::clone(generation.node(after)?.result()?));
        Some(Self { after, ranked, controls, altered, context: generation.context_at(after) })
    }

    /// The distribution; computed once for all who ask with the same controls.
    #[must_use]
    pub fn distribution(&self) -> Arc<Distribution> {
        if self.altered.is_empty() {
            return self.ranked.distribution(&self.context, &self.controls);
        }
        Arc::new(Distribution::new(&self.ranked.ranking.with(&self.altered), &self.context, &self.controls))
    }

    /// Whether the distribution is plain softmax of the model's logits at a finite temperature.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let Controls { temperature, top_k, top_p, min_p, repetition_penalty } = self.controls;
        let tempered = temperature > 0.0 && temperature.is_finite();
        tempered && top_k == 0 && top_p >= 1.0 && min_p <= 0.0 && repetition_penalty == 1.0 && self.altered.is_empty()
    }
}
