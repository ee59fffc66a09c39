//! What a token was drawn from, or will be: a step's logits and the controls at that time.

use std::sync::Arc;

use generation::sampling::{Distribution, Draw};
use generation::tree::{Alterations, Origin, Ranked};
use generation::{Controls, Generation, NodeId, TokenId};
use leptos::prelude::*;

use crate::app::ptr_eq::PtrEq;
use crate::app::store::Store;

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
    /// What the repetition penalty looks at; empty where there is no penalty.
    penalised: Vec<TokenId>,
}

/// How a token came into the context.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OriginKind {
    /// Drawn from the model's distribution.
    Drawn(Draw),
    /// Drawn from a distribution in which the reader had set some logits.
    Altered(Draw),
    /// Drawn, as a link says; no model at hand has said yet how likely it was.
    Carried,
    /// Chosen by the reader.
    Chosen,
}

impl OriginKind {
    /// How the token of a generated node came.
    #[must_use]
    pub fn of(origin: &Origin) -> Self {
        match origin {
            Origin::Sampled { draw, .. } => Self::Drawn(*draw),
            Origin::Altered { draw, .. } => Self::Altered(*draw),
            Origin::Carried { .. } => Self::Carried,
            Origin::Forced | Origin::Given => Self::Chosen,
        }
    }
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
        let (controls, altered) = match made.origin() {
            Origin::Sampled { controls, .. } => (*controls, Alterations::new()),
            Origin::Altered { controls, logits, .. } | Origin::Carried { controls, logits, .. } => {
                (*controls, logits.clone())
            }
            Origin::Forced | Origin::Given => (*generation.controls(), Alterations::new()),
        };
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
        let penalised = if controls.repetition_penalty == 1.0 { Vec::new() } else { generation.context_at(after) };
        Some(Self { after, ranked, controls, altered, penalised })
    }

    /// The distribution.
    #[must_use]
    pub fn distribution(&self) -> Distribution {
        if self.altered.is_empty() {
            return Distribution::new(&self.ranked.ranking, &self.penalised, &self.controls);
        }
        Distribution::new(&self.ranked.ranking.with(&self.altered), &self.penalised, &self.controls)
    }

    /// Whether the distribution is plain softmax of the model's logits at a finite temperature.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let Controls { temperature, top_k, top_p, min_p, repetition_penalty } = self.controls;
        let tempered = temperature > 0.0 && temperature.is_finite();
        tempered && top_k == 0 && top_p >= 1.0 && min_p <= 0.0 && repetition_penalty == 1.0 && self.altered.is_empty()
    }

    /// The page's own distribution, if it is this one: it need not be computed twice.
    #[must_use]
    pub fn on_show(&self, store: Store) -> Option<PtrEq<Distribution>> {
        let place = store.selectors.place.get_untracked()?;
        let same = place.node == self.after
            && place.ranked == self.ranked
            && store.selectors.controls.get_untracked() == self.controls
            && self.altered.is_empty();
        if same { store.selectors.distribution.get_untracked() } else { None }
    }
}
