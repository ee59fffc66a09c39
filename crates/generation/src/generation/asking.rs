//! What the model is asked, and what becomes of its answers.

use std::sync::Arc;

use super::{Generation, Halt};
use crate::protocol::{Failure, Request, RequestId};
use crate::stage::Stage;
use crate::step::{Taps, TokenId};
use crate::tree::{NodeId, Ranked};

impl Generation {
    /// An id for a request, larger than all before it.
    pub fn fresh_id(&mut self) -> RequestId {
        self.last_id += 1;
        self.last_id
    }

    /// The request under way, if any.
    #[must_use]
    pub fn pending(&self) -> Option<RequestId> {
        self.pending.map(|(id, _)| id)
    }

    pub(super) fn meet_model(&mut self, end_of_text: Vec<TokenId>, live: bool) {
        self.end_of_text = Some(end_of_text);
        self.live = live;
        self.pending = None;
        self.scoring = None;
        self.settled.clear();
        self.forget_failure();
        self.mind_the_end();
    }

    /// An answer to an older question is dropped.
    pub(super) fn arrive(&mut self, id: RequestId, ranked: Arc<Ranked>) {
        let of_tip = self.pending.take_if(|(asked, _)| *asked == id).map(|(_, taps)| (self.tip, taps));
        let of_other = || self.scoring.take_if(|(asked, _)| *asked == id).map(|(_, node)| (node, Taps::default()));
        let Some((place, taps)) = of_tip.or_else(of_other) else { return };
        self.score_children(place, &ranked);
        self.settled.insert(place);
        let node = &mut self.nodes[place.0];
        node.result = Some(ranked);
        node.taps = taps;
    }

    /// What a recording said of them is the model's to say.
    fn score_children(&mut self, place: NodeId, ranked: &Ranked) {
        for child in self.nodes.iter_mut().filter(|node| node.parent == Some(place)) {
            if let Some(log_probability) = ranked.ranking.log_probability(child.token) {
                child.log_probability = Some(log_probability);
            }
        }
        self.hold_children(place, ranked);
    }

    pub(super) fn fail(&mut self, id: Option<RequestId>, failure: Failure) {
        if id.is_none() {
            self.end_of_text = None;
            self.live = false;
            self.scoring = None;
        } else if let Some((_, place)) = self.scoring.take_if(|(asked, _)| Some(*asked) == id) {
            // A place that was given up for the tip is asked for again.
            if failure != Failure::Cancelled {
                self.settled.insert(place);
            }
            return;
        } else if self.pending() != id {
            return;
        } else {
            self.settled.insert(self.tip);
        }
        self.pending = None;
        self.running = false;
        self.halt = Some(Halt::Failed(failure));
    }

    /// While there is a model, a failure is no reason not to ask again.
    pub(super) fn forget_failure(&mut self) {
        if self.end_of_text.is_some() && matches!(self.halt, Some(Halt::Failed(_))) {
            self.halt = None;
        }
    }

    /// At the end of the text all stops.
    pub(super) fn mind_the_end(&mut self) {
        if let Some(token) = self.ended() {
            self.running = false;
            self.halt = Some(Halt::EndOfText(token));
        } else if matches!(self.halt, Some(Halt::EndOfText(_))) {
            self.halt = None;
        }
    }

    /// Asks for the tip's step, unless it is known, asked for, or cannot be had.
    pub(super) fn ask(&mut self) -> Option<Request> {
        let failed = matches!(self.halt, Some(Halt::Failed(_)));
        if self.end_of_text.is_none() || self.pending.is_some() || self.prompt.is_empty() {
            return None;
        }
        if failed || self.is_answered() || self.ended().is_some() {
            return self.ask_of_others();
        }
        self.scoring = None;
        let tokens = self.context();
        let id = self.fresh_id();
        let taps = if self.running { Taps::default() } else { self.taps };
        self.pending = Some((id, taps));
        Some(Request::Step { id, tokens, taps })
    }

    /// Whether the tip's step is known, from a live model if there is one, with what the open stage shows.
    fn is_answered(&self) -> bool {
        let node = &self.nodes[self.tip.0];
        let inside = matches!(self.stage, Stage::Embedding | Stage::Transformer) && !self.running;
        match &node.result {
            None => false,
            // A recording does not know better.
            Some(_) if !self.live => true,
            Some(ranked) => !ranked.recorded && (!inside || node.taps == self.taps),
        }
    }

    pub(super) fn ended(&self) -> Option<TokenId> {
        self.is_end(self.tip).then(|| self.nodes[self.tip.0].token)
    }

    pub(super) fn is_end(&self, node: NodeId) -> bool {
        let ends = |token| self.end_of_text.as_ref().is_some_and(|ends| ends.contains(token));
        node != NodeId::ROOT && ends(&self.nodes[node.0].token)
    }
}
