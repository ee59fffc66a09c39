//! A state that came from elsewhere, and what the model at hand says of it.
//!
//! A [`Snapshot`] has tokens and how they came, but no figures. Place after place the model is asked for them, whenever
//! the tip needs nothing: the present branch first. A token that this model would not have drawn stays, and is marked.

use std::collections::BTreeSet;

use super::{Generation, Halt};
use crate::line::Line;
use crate::protocol::Request;
use crate::sampling::{Distribution, Draw};
use crate::snapshot::{Ahead, Came, Made, Snapshot};
use crate::step::Taps;
use crate::tree::{Alterations, Node, NodeId, Origin, Ranked};

impl Generation {
    /// The state as plain data: all but what a model says, the way back, and a run under way.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let ahead = |node: &Node| Ahead { redraws: node.redraws, altered: node.altered.clone() };
        let made = |node: &Node| Made {
            parent: node.parent.map_or(0, |parent| parent.0),
            token: node.token,
            came: came(&node.origin),
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
        self.nodes = std::iter::once(root).chain(snapshot.made.into_iter().map(node)).collect();
        self.prompt = snapshot.prompt;
        self.tip = NodeId(snapshot.tip);
        self.history.clear();
        self.stage = snapshot.stage;
        self.line = snapshot.line;
        self.breakpoints = snapshot.breakpoints;
        self.run_to = None;
        self.max_new = snapshot.max_new;
        self.called_at = snapshot.called_at;
        self.controls = snapshot.controls;
        self.seed = snapshot.seed;
        self.pending = None;
        self.scoring = None;
        self.settled.clear();
        self.running = false;
        self.halt = (self.line == Line::Return).then(|| Halt::Limit(self.made()));
        self.mind_the_end();
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

    /// Asks for the step of a place before a token that came by a link.
    pub(super) fn ask_of_others(&mut self) -> Option<Request> {
        if self.running || self.scoring.is_some() {
            return None;
        }
        let place = self.unsettled()?;
        let id = self.fresh_id();
        self.scoring = Some((id, place));
        Some(Request::Step { id, tokens: self.context_at(place), taps: Taps::default() })
    }

    fn unsettled(&self) -> Option<NodeId> {
        let awaited = self.nodes.iter().filter(|node| node.awaits).filter_map(|node| node.parent);
        let wanted: BTreeSet<NodeId> = awaited.filter(|place| !self.settled.contains(place)).collect();
        let present = std::iter::once(NodeId::ROOT).chain(self.path(self.tip)).find(|place| wanted.contains(place));
        present.or_else(|| wanted.first().copied())
    }

    /// Holds the tokens after a place, which came by a link, against the model's answer.
    pub(super) fn hold_children(&mut self, place: NodeId, ranked: &Ranked) {
        let children = (0..self.nodes.len()).filter(|&id| self.nodes[id].parent == Some(place));
        for child in children.filter(|&id| self.nodes[id].awaits).collect::<Vec<_>>() {
            self.hold(place, child, ranked);
        }
    }

    fn hold(&mut self, place: NodeId, child: usize, ranked: &Ranked) {
        let (token, origin) = (self.nodes[child].token, self.nodes[child].origin.clone());
        let (toss, controls, logits) = match origin {
            Origin::Carried { toss, controls, logits } | Origin::Altered { toss, controls, logits, .. } => {
                (toss, controls, logits)
            }
            Origin::Sampled { toss, controls, .. } => (toss, controls, Alterations::new()),
            Origin::Forced | Origin::Given => return self.nodes[child].awaits = ranked.recorded,
        };
        let ranking = if logits.is_empty() { ranked.ranking.clone() } else { ranked.ranking.with(&logits) };
        let distribution = Distribution::new(&ranking, &self.context_at(place), &controls);
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
        node.origin = if logits.is_empty() {
            Origin::Sampled { draw, toss, controls }
        } else {
            Origin::Altered { draw, toss, controls, logits }
        };
    }
}

fn came(origin: &Origin) -> Came {
    match origin {
        Origin::Sampled { toss, controls, .. } => {
            Came::Drawn { toss: *toss, controls: *controls, logits: Alterations::new() }
        }
        Origin::Altered { toss, controls, logits, .. } | Origin::Carried { toss, controls, logits } => {
            Came::Drawn { toss: *toss, controls: *controls, logits: logits.clone() }
        }
        Origin::Forced | Origin::Given => Came::Chosen,
    }
}

fn node(made: Made) -> Node {
    let origin = match made.came {
        Came::Chosen => Origin::Forced,
        Came::Drawn { toss, controls, logits } => Origin::Carried { toss, controls, logits },
    };
    let mut node = Node::new(Some(NodeId(made.parent)), made.token, origin, None);
    node.awaits = true;
    set_ahead(&mut node, made.ahead);
    node
}

fn set_ahead(node: &mut Node, ahead: Ahead) {
    node.redraws = ahead.redraws;
    node.altered = ahead.altered;
}
