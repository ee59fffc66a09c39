//! A state that came from elsewhere, and what the model at hand says of it.
//!
//! A [`Snapshot`] has tokens and how they came, but no figures. Place after place the model is asked for them, whenever
//! the tip needs nothing: the present branch first. A token that this model would not have drawn stays, and is marked.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Generation, Halt, Run};
use crate::inserted::inserted;
use crate::line::Line;
use crate::protocol::Request;
use crate::sampling::{Distribution, Draw};
use crate::snapshot::{Ahead, Made, Snapshot};
use crate::step::Taps;
use crate::tree::{Node, NodeId, Origin, Ranked};

impl Generation {
    /// The state as plain data: all but what a model says, the way back, and a run under way.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let ahead = |node: &Node| Ahead { redraws: node.redraws, altered: node.altered.clone() };
        let made = |node: &Node| Made {
            parent: node.parent.map_or(0, |parent| parent.0),
            token: node.token,
            origin: without_draw(&node.origin),
            ahead: ahead(node),
        };
        Snapshot {
            prompt: self.prompt.clone(),
            root: ahead(&self.nodes[0]),
            made: self.nodes[1..].iter().map(made).collect(),
            tip: self.tip.0,
            stage: self.stage,
            line: self.line,
            breakpoints: self.breakpoints.clone(),
            max_new: self.max_new,
            called_at: self.called_at,
            controls: self.controls,
            seed: self.seed,
        }
    }

    pub(super) fn take_up(&mut self, snapshot: Snapshot) {
        if !snapshot.is_sound() {
            return;
        }
        let mut root = Node::root();
        set_ahead(&mut root, snapshot.root);
        self.nodes = vec![root];
        for made in snapshot.made {
            self.push(node(made));
        }
        self.kept.clear();
        self.recalled.clear();
        self.prompt = snapshot.prompt;
        self.tip = NodeId(snapshot.tip);
        self.history.clear();
        self.stage = snapshot.stage;
        self.line = snapshot.line;
        self.breakpoints = snapshot.breakpoints;
        self.max_new = snapshot.max_new;
        self.called_at = snapshot.called_at;
        self.controls = snapshot.controls;
        self.seed = snapshot.seed;
        self.pending = None;
        self.scoring = None;
        self.settled.clear();
        let returned = self.line == Line::Return;
        self.run = if returned { Run::Halted(Halt::Limit(self.made())) } else { Run::Idle };
        self.sync_end_of_text();
    }

    /// The tokens of which no model has said yet how likely they are.
    #[must_use]
    pub fn unscored(&self) -> usize {
        self.nodes.iter().skip(1).filter(|node| node.log_probability.is_none()).count()
    }

    /// The tokens that came by a link and that no live model has been asked about yet.
    #[must_use]
    pub fn awaiting(&self) -> usize {
        self.nodes.iter().filter(|node| node.awaits).count()
    }

    /// The tokens that came by a link and that the live model would not have drawn.
    #[must_use]
    pub fn differing(&self) -> Vec<NodeId> {
        (0..self.nodes.len()).filter(|&id| self.nodes[id].differs.is_some()).map(NodeId).collect()
    }

    /// Asks for the step of another place than the tip: one before a token that no model has scored, or one that was
    /// dropped and is on show.
    pub(super) fn ask_of_others(&mut self) -> Option<Request> {
        if self.running() || self.scoring.is_some() {
            return None;
        }
        let place = self.unsettled()?;
        let id = self.fresh_id();
        self.scoring = Some((id, place));
        Some(Request::Step { id, tokens: self.context_at(place), taps: Taps::default() })
    }

    fn unsettled(&self) -> Option<NodeId> {
        let awaited = self.nodes.iter().filter(|node| node.awaits).filter_map(|node| node.parent);
        let wanted: BTreeSet<NodeId> = inserted(awaited.filter(|place| !self.settled.contains(place)));
        let present = std::iter::once(NodeId::ROOT).chain(self.path(self.tip)).find(|place| wanted.contains(place));
        present.or_else(|| wanted.first().copied()).or_else(|| self.recalled.front().copied())
    }

    /// Holds the tokens after a place, which came by a link, against the model's answer.
    pub(super) fn hold_children(&mut self, place: NodeId, ranked: &Ranked) {
        for child in self.nodes[place.0].children.clone() {
            if self.nodes[child.0].awaits {
                self.hold(place, child.0, ranked);
            }
        }
    }

    fn hold(&mut self, place: NodeId, child: usize, ranked: &Ranked) {
        let (token, origin) = (self.nodes[child].token, self.nodes[child].origin.clone());
        let Origin::Drawn { toss, controls, altered, .. } = origin else {
            return self.nodes[child].awaits = ranked.recorded;
        };
        let context = self.context_at(place);
        let distribution = if altered.is_empty() {
            ranked.distribution(&context, &controls)
        } else {
            Arc::new(Distribution::new(&ranked.ranking.with(&altered), &context, &controls))
        };
        let coin = self.coin_at(place, toss);
        // A recording does not name every token.
        let Some(rank) = distribution.order().iter().position(|&other| other == token) else { return };
        let here = distribution.draw(coin);
        let draw = here.filter(|draw| draw.token == token).unwrap_or_else(|| Draw {
            token,
            rank,
            coin,
            low: distribution.drawn()[..rank].iter().map(|&share| f64::from(share)).sum(),
            probability: distribution.drawn()[rank],
        });
        let node = &mut self.nodes[child];
        // Beyond its named tokens a recording's shares are not exact: it has no say in what would be drawn.
        node.differs = here.map(|draw| draw.token).filter(|&drawn| drawn != token && !ranked.recorded);
        node.awaits = ranked.recorded;
        node.origin = Origin::Drawn { draw: Some(draw), toss, controls, altered };
    }
}

/// How a token came, for another model: it draws again.
fn without_draw(origin: &Origin) -> Origin {
    match origin.clone() {
        Origin::Drawn { toss, controls, altered, .. } => Origin::Drawn { draw: None, toss, controls, altered },
        Origin::Forced | Origin::Prompt => Origin::Forced,
    }
}

fn node(made: Made) -> Node {
    let mut node = Node::new(made.token, made.origin, None);
    node.parent = Some(NodeId(made.parent));
    node.awaits = true;
    set_ahead(&mut node, made.ahead);
    node
}

fn set_ahead(node: &mut Node, ahead: Ahead) {
    node.redraws = ahead.redraws;
    node.altered = ahead.altered;
}
