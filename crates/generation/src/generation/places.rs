//! Places in the tree of branches: how they are made, and gone to.

use super::{Generation, MAX_NEW};
use crate::line::Line;
use crate::stage::Stage;
use crate::step::TokenId;
use crate::tree::{Node, NodeId, Origin};

impl Generation {
    pub(super) fn start(&mut self, prompt: Vec<TokenId>) {
        if prompt != self.prompt {
            self.prompt = prompt;
            self.nodes = vec![Node::root()];
            self.pending = None;
            self.begin();
        }
    }

    pub(super) fn restart(&mut self) {
        self.nodes.truncate(1);
        let root = &mut self.nodes[0];
        root.redraws = 0;
        root.altered.clear();
        self.breakpoints.clear();
        self.max_new = MAX_NEW;
        self.begin();
    }

    fn begin(&mut self) {
        self.history.clear();
        self.scoring = None;
        self.settled.clear();
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
        self.running = false;
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
            self.history.push(self.tip);
        }
    }

    fn arrive_at(&mut self, node: NodeId) {
        if node != self.tip {
            self.pending = None;
        }
        self.tip = node;
        self.halt = None;
        self.line = if self.made() == 0 { Line::Copy } else { Line::Append };
        self.mind_the_end();
    }

    /// The child of `parent` by `token`, made if need be, with a new record of how it came. `None` if the parent's step
    /// is not known or has no such token.
    pub(super) fn child(&mut self, parent: NodeId, token: TokenId, origin: Origin) -> Option<NodeId> {
        if let Some(child) = self.known_child(parent, token) {
            let node = &mut self.nodes[child.0];
            node.origin = origin;
            node.differs = None;
            return Some(child);
        }
        let log_probability = self.nodes[parent.0].result.as_ref()?.ranking.log_probability(token)?;
        self.nodes.push(Node::new(Some(parent), token, origin, Some(log_probability)));
        Some(NodeId(self.nodes.len() - 1))
    }

    fn known_child(&self, parent: NodeId, token: TokenId) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.parent == Some(parent) && node.token == token).map(NodeId)
    }
}
