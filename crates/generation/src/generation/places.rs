//! Places in the tree of branches: how they are made, and gone to.

use std::sync::Arc;

use super::{Generation, Run};
use crate::limits::{MAX_HISTORY, MAX_NEW};
use crate::line::Line;
use crate::sampling::UNNAMED;
use crate::shortlist::Shortlist;
use crate::stage::Stage;
use crate::step::TokenId;
use crate::tree::{Node, NodeId, Origin};

impl Generation {
    pub(super) fn start(&mut self, prompt: Vec<TokenId>) {
        if prompt != self.prompt {
            self.prompt = prompt;
            self.nodes = vec![Node::root()];
            self.kept.clear();
            self.pending = None;
            self.begin();
        }
    }

    pub(super) fn restart(&mut self) {
        self.nodes.truncate(1);
        let root = &mut self.nodes[0];
        root.redraws = 0;
        root.altered.clear();
        root.children.clear();
        self.breakpoints.clear();
        self.max_new = MAX_NEW;
        self.begin();
    }

    fn begin(&mut self) {
        self.history.clear();
        self.scoring = None;
        self.settled.clear();
        self.kept.retain(|&place| place == NodeId::ROOT);
        self.recalled.clear();
        self.stage = Stage::Context;
        self.called_at = self.prompt.len();
        self.go(NodeId::ROOT);
    }

    pub(super) fn force(&mut self, after: NodeId, token: TokenId) {
        if after.0 >= self.nodes.len() || self.is_end(after) {
            return;
        }
        let child = self.known_child(after, token).or_else(|| self.child(after, token, Origin::Forced));
        if let Some(child) = child {
            self.select(child);
        }
    }

    pub(super) fn select(&mut self, node: NodeId) {
        if node.0 < self.nodes.len() {
            self.leave_for(node);
            self.go(node);
        }
    }

    pub(super) fn undo(&mut self) {
        if let Some(before) = self.history.pop() {
            self.go(before);
        }
    }

    /// Goes to a node by the reader's will. A call of the loop that did not come by cannot go on there: a new one
    /// begins.
    fn go(&mut self, node: NodeId) {
        self.run = Run::Idle;
        let place = self.position(node);
        let call = self.called_at..self.called_at.saturating_add(self.max_new);
        if !call.contains(&place) {
            self.called_at = place;
        }
        self.arrive_at(node);
    }

    /// Goes to a node by the loop's own step.
    pub(super) fn visit(&mut self, node: NodeId) {
        self.leave_for(node);
        self.arrive_at(node);
    }

    fn leave_for(&mut self, node: NodeId) {
        if node != self.tip {
            if self.history.len() == MAX_HISTORY {
                self.history.remove(0);
            }
            self.history.push(self.tip);
        }
    }

    fn arrive_at(&mut self, node: NodeId) {
        if node != self.tip {
            self.pending = None;
        }
        self.tip = node;
        self.keep(node);
        // What its token was drawn from is on show as well.
        if let Some(before) = self.nodes[node.0].parent {
            self.recall(before);
        }
        self.clear_halt();
        self.line = if self.made() == 0 { Line::Copy } else { Line::Append };
        self.sync_end_of_text();
    }

    /// The child of `parent` by `token`, made if need be, with a new record of how it came. `None` if the parent's step
    /// was never known or has no such token.
    pub(super) fn child(&mut self, parent: NodeId, token: TokenId, origin: Origin) -> Option<NodeId> {
        if let Some(child) = self.known_child(parent, token) {
            let node = &mut self.nodes[child.0];
            node.origin = origin;
            node.differs = None;
            return Some(child);
        }
        let mut node = match (self.nodes[parent.0].result(), self.shortlist_with(parent, token)) {
            (Some(ranked), _) => Node::new(token, origin, Some(ranked.ranking.log_probability(token)?)),
            (None, Some(shortlist)) => {
                let node = Node::new(token, origin, shortlist.log_probability(token));
                Node { shortlist: Some(Arc::new(shortlist)), ..node }
            }
            // The model is asked how likely it was.
            (None, None) if self.nodes[parent.0].is_dropped() && token != UNNAMED => {
                Node { awaits: true, ..Node::new(token, origin, None) }
            }
            (None, None) => return None,
        };
        if node.awaits {
            self.settled.remove(&parent);
        }
        node.parent = Some(parent);
        Some(self.push(node))
    }

    /// Adds a node to its parent's children.
    pub(super) fn push(&mut self, mut node: Node) -> NodeId {
        let id = NodeId(self.nodes.len());
        if let Some(parent) = node.parent.and_then(|parent| self.nodes.get_mut(parent.0)) {
            node.depth = parent.depth + 1;
            parent.children.push(id);
        }
        self.nodes.push(node);
        id
    }

    /// What stays of a dropped step, if it names `token`: as the token's own.
    fn shortlist_with(&self, parent: NodeId, token: TokenId) -> Option<Shortlist> {
        let mut kept =
            self.nodes[parent.0].children.iter().filter_map(|child| self.nodes[child.0].shortlist.as_deref());
        let mut shortlist = kept.find(|kept| kept.log_probability(token).is_some())?.clone();
        for candidate in &mut shortlist.candidates.named {
            candidate.chosen = candidate.token == token;
        }
        Some(shortlist)
    }

    fn known_child(&self, parent: NodeId, token: TokenId) -> Option<NodeId> {
        self.nodes[parent.0].children.iter().copied().find(|child| self.nodes[child.0].token == token)
    }
}
