//! What the model is asked, and what becomes of its answers.

use std::sync::Arc;

use super::{Generation, Halt, Run};
use crate::limits::KEPT_STEPS;
use crate::protocol::{Failure, Request, RequestId};
use crate::sampling::Distribution;
use crate::shortlist::{BARS, Candidates, Shortlist};
use crate::stage::Stage;
use crate::step::{Taps, TokenId};
use crate::tree::{Answer, NodeId, Ranked};

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

    pub(super) fn set_model(&mut self, end_of_text: Vec<TokenId>, live: bool) {
        self.end_of_text = Some(end_of_text);
        self.live = live;
        self.pending = None;
        self.scoring = None;
        self.settled.clear();
        self.forget_failure();
        self.sync_end_of_text();
    }

    /// An answer to an older question is dropped.
    pub(super) fn arrive(&mut self, id: RequestId, ranked: Arc<Ranked>) {
        let of_tip = self.pending.take_if(|(asked, _)| *asked == id).map(|(_, taps)| (self.tip, taps));
        let of_other = || self.scoring.take_if(|(asked, _)| *asked == id).map(|(_, node)| (node, Taps::default()));
        let Some((place, taps)) = of_tip.or_else(of_other) else { return };
        self.score_children(place, &ranked);
        self.settled.insert(place);
        self.recalled.retain(|&other| other != place);
        self.nodes[place.0].answer = Answer::Kept { ranked, taps };
        self.keep(place);
        // A place that was asked for beside the tip must not push the tip's own step out.
        self.keep(self.tip);
    }

    /// Notes that a place's step is used, and drops the one that was not used for longest.
    pub(super) fn keep(&mut self, place: NodeId) {
        if self.nodes[place.0].result().is_none() {
            return;
        }
        self.kept.retain(|&other| other != place);
        self.kept.push_back(place);
        while self.kept.len() > KEPT_STEPS {
            self.kept.pop_front().into_iter().for_each(|oldest| self.drop_step(oldest));
        }
    }

    /// Drops a step; what its tokens were chosen from stays with them.
    fn drop_step(&mut self, place: NodeId) {
        let Answer::Kept { ranked, .. } = std::mem::replace(&mut self.nodes[place.0].answer, Answer::Dropped) else {
            return;
        };
        let context = self.context_at(place);
        for child in self.nodes[place.0].children.clone() {
            let child = &mut self.nodes[child.0];
            let (controls, altered) = child.origin.conditions(&self.controls);
            let distribution = match altered.is_empty() {
                true => ranked.distribution(&context, &controls),
                false => Arc::new(Distribution::new(&ranked.ranking.with(&altered), &context, &controls)),
            };
            let candidates = Candidates::with_token(&ranked.ranking, &distribution, BARS, Some(child.token));
            let log_sum_exp = ranked.ranking.log_sum_exp();
            child.shortlist = Some(Arc::new(Shortlist { candidates, controls, log_sum_exp }));
        }
    }

    pub(super) fn recall(&mut self, place: NodeId) {
        let dropped = self.node(place).is_some_and(|node| node.is_dropped());
        if dropped && !self.recalled.contains(&place) && self.recalled.len() < KEPT_STEPS {
            self.recalled.push_back(place);
        }
    }

    /// What a recording said of them is the model's to say.
    fn score_children(&mut self, place: NodeId, ranked: &Ranked) {
        for child in self.nodes[place.0].children.clone() {
            let child = &mut self.nodes[child.0];
            child.log_probability = ranked.ranking.log_probability(child.token).or(child.log_probability);
        }
        self.hold_children(place, ranked);
    }

    pub(super) fn fail(&mut self, id: Option<RequestId>, failure: Failure) {
        if id.is_none() {
            self.end_of_text = None;
            self.live = false;
            self.scoring = None;
            self.recalled.clear();
        } else if let Some((_, place)) = self.scoring.take_if(|(asked, _)| Some(*asked) == id) {
            // A place that was given up for the tip is asked for again.
            if failure != Failure::Cancelled {
                self.settled.insert(place);
                self.recalled.retain(|&other| other != place);
            }
            return;
        } else if self.pending() != id {
            return;
        } else {
            self.settled.insert(self.tip);
        }
        self.pending = None;
        self.run = Run::Halted(Halt::Failed(failure));
    }

    /// While there is a model, a failure is no reason not to ask again.
    pub(super) fn forget_failure(&mut self) {
        if self.end_of_text.is_some() && self.has_failed() {
            self.run = Run::Idle;
        }
    }

    /// At the end of the text all stops.
    pub(super) fn sync_end_of_text(&mut self) {
        if let Some(token) = self.ended() {
            self.run = Run::Halted(Halt::EndOfText(token));
        } else if matches!(self.run, Run::Halted(Halt::EndOfText(_))) {
            self.run = Run::Idle;
        }
    }

    /// Asks for the tip's step, unless it is known, asked for, or cannot be had.
    pub(super) fn ask(&mut self) -> Option<Request> {
        if self.end_of_text.is_none() || self.pending.is_some() || self.prompt.is_empty() {
            return None;
        }
        if self.has_failed() || self.is_answered() || self.ended().is_some() {
            return self.ask_of_others();
        }
        self.scoring = None;
        let tokens = self.context();
        let id = self.fresh_id();
        let taps = if self.running() { Taps::default() } else { self.taps };
        self.pending = Some((id, taps));
        Some(Request::Step { id, tokens, taps })
    }

    fn has_failed(&self) -> bool {
        matches!(self.run, Run::Halted(Halt::Failed(_)))
    }

    /// Whether the tip's step is known, from a live model if there is one, with what the open stage shows.
    fn is_answered(&self) -> bool {
        let inside = matches!(self.stage, Stage::Embedding | Stage::Transformer) && !self.running();
        match &self.nodes[self.tip.0].answer {
            Answer::Unknown | Answer::Dropped => false,
            // A recording does not know better.
            Answer::Kept { .. } if !self.live => true,
            Answer::Kept { ranked, taps } => !ranked.recorded && (!inside || *taps == self.taps),
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
