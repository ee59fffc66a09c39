//! What is dearer than a step: the logit lens, a head's whole pattern, an embedding's neighbours. Asked for while a
//! view shows it, and kept.

use std::collections::VecDeque;
use std::sync::Arc;

use generation::protocol::Request;
use generation::step::{Inspected, Inspection};
use generation::{NodeId, Stage};

use crate::Session;
use crate::in_flight::Purpose;

/// How many of the best tokens the lens shows per layer.
pub const LENS_TOP: usize = 5;

/// How many neighbours of an embedding are shown.
pub const NEIGHBOURS: usize = 8;

/// The longest context of which a head's whole pattern is shown, in tokens.
pub const PATTERN_MOST: usize = 256;

/// Bytes of the answers kept; the oldest go first. A whole pattern of 256 tokens has 262 kB.
pub(crate) const MAX_BYTES: usize = 8 << 20;

/// Questions remembered because they came to nothing.
const MAX_REFUSED: usize = 64;

/// Where in the transformer the reader looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InspectorFocus {
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
pub struct Inspections {
    /// In the order of their arrival.
    seen: VecDeque<(Key, Arc<Inspected>)>,
    bytes: usize,
    /// Not asked for again.
    refused: VecDeque<Key>,
}

impl Inspections {
    fn get(&self, key: Key) -> Option<&Arc<Inspected>> {
        self.seen.iter().find(|(other, _)| *other == key).map(|(_, inspected)| inspected)
    }

    pub(crate) fn keep(&mut self, key: Key, inspected: Inspected) {
        let former = self.seen.iter().position(|(other, _)| *other == key).and_then(|place| self.seen.remove(place));
        self.bytes -= former.map_or(0, |(_, inspected)| size(&inspected));
        self.bytes += size(&inspected);
        self.seen.push_back((key, Arc::new(inspected)));
        while self.bytes > MAX_BYTES && self.seen.len() > 1 {
            let oldest = self.seen.pop_front();
            self.bytes -= oldest.map_or(0, |(_, inspected)| size(&inspected));
        }
    }

    /// Notes that a question came to nothing.
    pub(crate) fn refuse(&mut self, key: Key) {
        self.refused.push_back(key);
        if self.refused.len() > MAX_REFUSED {
            self.refused.pop_front();
        }
    }
}

/// What an answer counts as, in bytes: what it takes in memory, and no less than what bounds the number of answers to a list
/// that is searched from its start.
fn size(inspected: &Inspected) -> usize {
    let bytes = match inspected {
        Inspected::Pattern { rows } => {
            rows.iter().map(|row| row.len() * size_of::<f32>() + size_of::<Vec<f32>>()).sum()
        }
        Inspected::Lens { layers } => layers.iter().map(|layer| 64 + layer.top.len() * 16).sum(),
        Inspected::Neighbours { tokens } => tokens.len() * 8,
        Inspected::Pass(_) => 0,
    };
    bytes.max(MAX_BYTES / 2_048)
}

impl Session {
    /// Where in the transformer the reader looks.
    #[must_use]
    pub fn inspector_focus(&self) -> InspectorFocus {
        self.focus
    }

    /// Looks elsewhere in the transformer.
    pub fn set_inspector_focus(&mut self, focus: InspectorFocus) {
        self.focus = focus;
    }

    /// What was seen of a context.
    #[must_use]
    pub fn inspected(&self, node: NodeId, inspection: Inspection) -> Option<&Arc<Inspected>> {
        self.inspections.get((node, inspection))
    }

    /// Whether a view was asked for and could not be had.
    #[must_use]
    pub fn is_refused(&self, node: NodeId, inspection: Inspection) -> bool {
        self.inspections.refused.contains(&(node, inspection))
    }

    /// Asks for the first thing that the open stage shows and that is not there yet. A recording answers at once.
    pub(crate) fn inspect(&mut self) {
        let tip = self.generation.tip();
        if self.running() || self.generation.pending().is_some() || self.generation.result().is_none() {
            return;
        }
        let tokens = self.generation.context();
        for inspection in self.wanted_inspections(tokens.len()) {
            let key = (tip, inspection);
            if self.inspections.get(key).is_some() || self.inspections.refused.contains(&key) {
                continue;
            }
            if self.is_ready() {
                return self.send(Purpose::Inspect(tip, inspection), |id| Request::Inspect { id, tokens, inspection });
            }
            let recorded = self.record.as_ref().and_then(|record| record.inspect(&tokens, inspection));
            if let Some(inspected) = recorded {
                self.inspections.keep(key, inspected);
            }
        }
    }

    fn wanted_inspections(&self, tokens: usize) -> Vec<Inspection> {
        let InspectorFocus { layer, head, whole } = self.focus;
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
