//! What is dearer than a step: the logit lens, a head's whole pattern, an embedding's neighbours. Asked for while a
//! view shows it, and kept.

use std::collections::HashMap;
use std::sync::Arc;

use generation::protocol::{Request, RequestId};
use generation::step::{Inspected, Inspection};
use generation::{NodeId, Stage};

use super::Session;
use super::engine::Load;

/// How many of the best tokens the lens shows per layer.
pub const LENS_TOP: usize = 5;

/// How many neighbours of an embedding are shown.
pub const NEIGHBOURS: usize = 8;

/// The longest context of which a head's whole pattern is shown, in tokens.
pub const PATTERN_MOST: usize = 256;

/// Answers kept; the oldest go first.
const KEPT: usize = 200;

/// Where in the transformer the reader looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Block, from 0.
    pub layer: usize,
    /// Query head, from 0.
    pub head: usize,
    /// The head's whole pattern, and not the last row alone.
    pub whole: bool,
}

type Key = (NodeId, Inspection);

/// What was seen so far.
#[derive(Debug, Default)]
pub struct Insights {
    seen: HashMap<Key, Arc<Inspected>>,
    order: Vec<Key>,
    asked: Option<(RequestId, Key)>,
    /// Not asked for again.
    failed: Vec<Key>,
}

impl Insights {
    /// Takes an answer; one that was not asked for is dropped.
    pub(super) fn arrive(&mut self, id: RequestId, inspected: Inspected) {
        if let Some((_, key)) = self.asked.take_if(|(asked, _)| *asked == id) {
            self.keep(key, inspected);
        }
    }

    /// Whether the failed request was one of these.
    pub(super) fn fail(&mut self, id: RequestId) -> bool {
        let failed = self.asked.take_if(|(asked, _)| *asked == id);
        self.failed.extend(failed.map(|(_, key)| key));
        failed.is_some()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.asked.is_none()
    }

    pub(super) fn forget_question(&mut self) {
        self.asked = None;
    }

    fn keep(&mut self, key: Key, inspected: Inspected) {
        if self.order.len() >= KEPT {
            let oldest = self.order.remove(0);
            self.seen.remove(&oldest);
        }
        self.order.push(key);
        self.seen.insert(key, Arc::new(inspected));
    }
}

impl Session {
    /// Where in the transformer the reader looks.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// Looks elsewhere in the transformer.
    pub fn look_at(&mut self, look: Look) {
        self.look = look;
    }

    /// What was seen of a context.
    #[must_use]
    pub fn insight(&self, node: NodeId, inspection: Inspection) -> Option<&Arc<Inspected>> {
        self.insights.seen.get(&(node, inspection))
    }

    /// Whether a look was asked for and could not be had.
    #[must_use]
    pub fn is_refused(&self, node: NodeId, inspection: Inspection) -> bool {
        self.insights.failed.contains(&(node, inspection))
    }

    /// Asks for what the open stage shows and is not there yet, one thing at a time, while nothing else is under way.
    pub fn inspect(&mut self) -> Vec<Request> {
        let tip = self.generation.tip();
        let idle = !self.running() && self.generation.pending().is_none() && self.insights.is_idle();
        if !idle || self.passes.is_busy() || self.generation.result().is_none() {
            return Vec::new();
        }
        let tokens = self.generation.context();
        for inspection in self.wanted(tokens.len()) {
            let key = (tip, inspection);
            if self.insights.seen.contains_key(&key) || self.insights.failed.contains(&key) {
                continue;
            }
            if matches!(self.load, Load::Ready) {
                let id = self.generation.fresh_id();
                self.insights.asked = Some((id, key));
                return vec![Request::Inspect { id, tokens, inspection }];
            }
            let recorded = self.record.as_ref().and_then(|record| record.inspect(&tokens, inspection));
            if let Some(inspected) = recorded {
                self.insights.keep(key, inspected);
            }
        }
        Vec::new()
    }

    fn wanted(&self, tokens: usize) -> Vec<Inspection> {
        let Look { layer, head, whole } = self.look;
        match self.generation.stage() {
            Stage::Embedding => vec![Inspection::Neighbours { top: NEIGHBOURS }],
            Stage::Transformer => {
                let pattern = (whole && tokens <= PATTERN_MOST).then_some(Inspection::Pattern { layer, head });
                [Inspection::Lens { top: LENS_TOP }].into_iter().chain(pattern).collect()
            }
            _ => Vec::new(),
        }
    }
}
