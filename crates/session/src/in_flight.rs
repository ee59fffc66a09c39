//! What the worker has been asked and has not answered: one map from a request's id to its purpose.

use std::collections::BTreeMap;

use generation::protocol::{Request, RequestId};
use generation::step::Inspection;
use generation::{NodeId, TokenId};

use crate::Session;
use crate::kv_cost::PendingMeasurement;

/// What an answer is for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Purpose {
    /// To know what there is to load.
    Survey,
    /// To have the model.
    LoadModel,
    /// To have the tokenizer without the model.
    LoadTokenizer,
    /// The tokens of the prompt box's text.
    EncodePrompt(String),
    /// A step of the loop.
    Step,
    /// A view of the transformer.
    Inspect(NodeId, Inspection),
    /// How the text in the tokenizer's box is split.
    EncodeTokenizerText(String),
    /// The tokens of a text that is to be scored.
    EncodeSequence {
        /// Which text, from 0.
        index: usize,
        /// The text.
        text: String,
    },
    /// How likely those tokens are.
    ScoreSequence {
        /// Which text, from 0.
        index: usize,
        /// The text.
        text: String,
        /// Its tokens.
        tokens: Vec<TokenId>,
        /// Tokens done of how many.
        progress: Option<(usize, usize)>,
    },
    /// One of the passes of a measurement.
    Measure(PendingMeasurement),
}

impl Purpose {
    /// Whether a view asked it beside the loop: one at a time, and only while the loop is idle.
    pub(crate) fn is_question(&self) -> bool {
        self.is_scoring() || matches!(self, Self::Inspect(..) | Self::Measure(_))
    }

    /// Whether it is about a text that is to be scored.
    pub(crate) fn is_scoring(&self) -> bool {
        matches!(self, Self::EncodeSequence { .. } | Self::ScoreSequence { .. })
    }

    /// Which of the texts that are scored it is about.
    pub(crate) fn sequence(&self) -> Option<usize> {
        match self {
            Self::EncodeSequence { index, .. } | Self::ScoreSequence { index, .. } => Some(*index),
            _ => None,
        }
    }
}

/// The requests without an answer.
#[derive(Debug, Default)]
pub(crate) struct InFlight(BTreeMap<RequestId, Purpose>);

impl InFlight {
    pub(crate) fn insert(&mut self, id: RequestId, purpose: Purpose) {
        self.0.insert(id, purpose);
    }

    pub(crate) fn get(&self, id: RequestId) -> Option<&Purpose> {
        self.0.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: RequestId) -> Option<&mut Purpose> {
        self.0.get_mut(&id)
    }

    pub(crate) fn remove(&mut self, id: RequestId) -> Option<Purpose> {
        self.0.remove(&id)
    }

    /// The purposes, the oldest request's first.
    pub(crate) fn purposes(&self) -> impl Iterator<Item = &Purpose> {
        self.0.values()
    }

    /// Whether something is asked for such a purpose.
    pub(crate) fn any(&self, is_such: impl Fn(&Purpose) -> bool) -> bool {
        self.0.values().any(is_such)
    }

    /// Forgets requests for such purposes: their answers are dropped.
    pub(crate) fn forget(&mut self, is_such: impl Fn(&Purpose) -> bool) {
        self.0.retain(|_, purpose| !is_such(purpose));
    }

    /// Forgets all requests, and returns their purposes.
    pub(crate) fn take_all(&mut self) -> impl Iterator<Item = Purpose> + use<> {
        std::mem::take(&mut self.0).into_values()
    }
}

/// Sending and taking back.
impl Session {
    /// What is to be sent to the worker now, in order. What the views on show need is asked for here, one thing at a time
    /// and only while the loop is idle.
    #[must_use]
    pub fn take_requests(&mut self) -> Vec<Request> {
        self.ask_questions();
        std::mem::take(&mut self.outbox)
    }

    /// Asks the worker for something.
    pub(crate) fn send(&mut self, purpose: Purpose, request: impl FnOnce(RequestId) -> Request) {
        let id = self.generation.fresh_id();
        self.in_flight.insert(id, purpose);
        self.outbox.push(request(id));
    }

    /// Takes back what was asked for such purposes; late answers are dropped.
    pub(crate) fn cancel(&mut self, is_such: impl Fn(&Purpose) -> bool) {
        let ids: Vec<RequestId> =
            self.in_flight.0.iter().filter(|(_, purpose)| is_such(purpose)).map(|(&id, _)| id).collect();
        for id in ids {
            self.in_flight.remove(id);
            self.outbox.push(Request::Cancel { id });
        }
    }

    fn ask_questions(&mut self) {
        let busy = self.running() || self.generation.pending().is_some();
        if busy {
            return;
        }
        if self.is_ready() && !self.in_flight.any(Purpose::is_question) {
            for ask in [Self::ask_measurement, Self::inspect, Self::score] {
                if !self.in_flight.any(Purpose::is_question) {
                    ask(self);
                }
            }
        } else if self.is_recorded() {
            self.inspect();
        }
    }
}
