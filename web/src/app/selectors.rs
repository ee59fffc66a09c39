//! Values derived from the session that several widgets show: each is computed once, and only when its inputs change.

use std::sync::Arc;

use generation::protocol::ModelInfo;
use generation::sampling::{Distribution, Draw, UNNAMED};
use generation::tree::{Alterations, Origin, Ranked, Toss};
use generation::{Controls, Generation, Line, NodeId, Stage, TokenId};
use leptos::prelude::*;

use crate::app::candidate_table::CandidateTable;
use crate::app::ptr_eq::PtrEq;
use session::Session;

/// The place whose candidates are on show: the tip, or the place before it while the tip's step is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The context that ends here.
    pub node: NodeId,
    /// How many tokens it has: the position of the token that comes next.
    pub position: usize,
    /// The model's answer to it.
    pub ranked: PtrEq<Ranked>,
}

impl Place {
    /// The place on show; `None` before the first step.
    #[must_use]
    pub fn of(generation: &Generation) -> Option<Self> {
        let tip = generation.tip();
        let before = generation.node(tip)?.parent();
        let known = |node: NodeId| Some((node, generation.node(node)?.result()?));
        let (node, ranked) = known(tip).or_else(|| known(before?))?;
        Some(Self { node, position: generation.position(node), ranked: PtrEq(Arc::clone(ranked)) })
    }
}

/// The token that comes next at a [`Place`], and how it is chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct NextToken {
    /// The token; [`UNNAMED`] where a recording does not name what the coin chose.
    pub token: TokenId,
    /// How it is chosen.
    pub origin: Origin,
}

impl NextToken {
    /// The token that the coin chooses at the tip.
    #[must_use]
    pub fn drawn(generation: &Generation, distribution: &Distribution) -> Option<Self> {
        let draw = distribution.draw(generation.coin())?;
        let toss = Toss { seed: generation.seed(), number: generation.node(generation.tip())?.redraws() };
        let controls = *generation.controls();
        let origin = Origin::Drawn { draw: Some(draw), toss, controls, altered: Alterations::new() };
        Some(Self { token: draw.token, origin })
    }

    /// What has joined the context already after the place on show, while the tip's step is under way.
    fn appended(generation: &Generation, place: &Place) -> Option<Self> {
        let tip = generation.node(generation.tip()).filter(|_| generation.tip() != place.node)?;
        Some(Self { token: tip.token(), origin: tip.origin().clone() })
    }

    /// Where the coin fell, if it chose the token.
    #[must_use]
    pub fn draw(&self) -> Option<&Draw> {
        self.origin.draw()
    }

    /// Its place in a distribution, 0 the best.
    #[must_use]
    pub fn rank(&self, distribution: &Distribution) -> Option<usize> {
        match self.draw() {
            // What a recording does not name has a place all the same.
            Some(draw) if draw.token == UNNAMED => Some(draw.rank),
            _ => distribution.order().iter().position(|&token| token == self.token),
        }
    }
}

/// The derived values, shared by all widgets.
#[derive(Clone, Copy)]
pub struct Selectors {
    /// The model whose numbers are on show: the live one, or the recorded one before it.
    pub info: Memo<Option<PtrEq<ModelInfo>>>,
    /// Whether the recorded run stands in for the live model.
    pub recorded: Memo<bool>,
    /// The open stage.
    pub stage: Memo<Stage>,
    /// The current line of the loop in code.
    pub line: Memo<Line>,
    /// The sampling controls.
    pub controls: Memo<Controls>,
    /// The place on show.
    pub place: Memo<Option<Place>>,
    /// Its distribution under the present controls.
    pub distribution: Memo<Option<PtrEq<Distribution>>>,
    /// The token that comes next.
    pub next_token: Memo<Option<NextToken>>,
    /// Whether it has joined the context already.
    pub made: Memo<bool>,
    /// The best candidates as a table.
    pub table: Memo<CandidateTable>,
    /// Entropy of the distribution before the filters, in bits.
    pub entropy: Memo<Option<f64>>,
    /// The logits that the reader has set at the place on show.
    pub alterations: Memo<Alterations>,
    /// The distribution with the logits that the reader has set; `None` while none is.
    pub altered: Memo<Option<PtrEq<Distribution>>>,
}

impl Selectors {
    /// Derives all values from `session`.
    #[must_use]
    pub fn new(session: RwSignal<Session>) -> Self {
        let info = Memo::new(move |_| session.with(|session| session.shown_model().cloned().map(PtrEq)));
        let recorded = Memo::new(move |_| session.with(Session::is_recorded));
        let stage = Memo::new(move |_| session.with(|session| session.generation().stage()));
        let line = Memo::new(move |_| session.with(|session| session.generation().line()));
        let controls = Memo::new(move |_| session.with(|session| *session.generation().controls()));
        let place = Memo::new(move |_| session.with(|session| Place::of(session.generation())));
        let distribution = Memo::new(move |_| {
            let (place, controls) = (place.get()?, controls.get());
            let context = session.with_untracked(|session| session.generation().context_at(place.node));
            // The loop has computed it if it has chosen here.
            Some(PtrEq(place.ranked.distribution(&context, &controls)))
        });
        let next_token = Memo::new(move |_| {
            let (place, distribution) = (place.get()?, distribution.get()?);
            session.with(|session| {
                let generation = session.generation();
                NextToken::appended(generation, &place).or_else(|| NextToken::drawn(generation, &distribution))
            })
        });
        let made = Memo::new(move |_| {
            place.get().is_some_and(|place| session.with(|session| session.generation().tip() != place.node))
        });
        let table = Memo::new(move |_| match (place.get(), distribution.get()) {
            (Some(place), Some(distribution)) => {
                let chosen = next_token.get().and_then(|next| next.rank(&distribution));
                CandidateTable::new(&place.ranked.ranking, &distribution, chosen)
            }
            _ => CandidateTable::default(),
        });
        // On its own: not every change of the session is one of these.
        let alterations = Memo::new(move |_| {
            let node = place.get().map(|place| place.node);
            session.with(|session| {
                node.and_then(|node| session.generation().node(node))
                    .map_or_else(Alterations::new, |node| node.altered().clone())
            })
        });
        let altered = Memo::new(move |_| {
            let (place, controls, changes) = (place.get()?, controls.get(), alterations.get());
            if changes.is_empty() {
                return None;
            }
            let context = session.with_untracked(|session| session.generation().context_at(place.node));
            Some(PtrEq(Arc::new(Distribution::new(&place.ranked.ranking.with(&changes), &context, &controls))))
        });
        let entropy = Memo::new(move |_| distribution.get().map(|distribution| distribution.entropy()));
        Self {
            info,
            recorded,
            stage,
            line,
            controls,
            place,
            distribution,
            next_token,
            made,
            table,
            entropy,
            alterations,
            altered,
        }
    }
}
