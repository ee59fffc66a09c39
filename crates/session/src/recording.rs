//! The recorded run: it answers in the live model's place until there is one.

use std::sync::Arc;

use generation::Event;
use generation::lesson::PROMPT;
use generation::protocol::{Failure, ModelInfo, Request};
use generation::record::Record;

use crate::Session;

impl Session {
    /// Opens a recorded run, unless a live model is there already.
    pub fn set_record(&mut self, record: Arc<Record>) {
        self.recorded_info = Some(Arc::new(record.info().clone()));
        if self.info.is_none() {
            self.sequences.open(&record);
        }
        self.record = Some(record);
        self.open_record();
    }

    /// Whether the recorded run stands in for the live model, which has never been there.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.record.is_some() && self.info.is_none()
    }

    /// The model whose numbers are on show: the live one, or the one that was recorded.
    #[must_use]
    pub fn shown_model(&self) -> Option<&Arc<ModelInfo>> {
        self.info.as_ref().or(self.recorded_info.as_ref())
    }

    pub(crate) fn open_record(&mut self) {
        let Some(record) = self.record.clone().filter(|_| self.info.is_none()) else { return };
        let end_of_text = record.info().end_of_text.clone();
        self.change(Event::Model { end_of_text, live: false });
        self.take_up_link();
        if self.generation.prompt().is_empty() {
            self.change(Event::Prompt(record.prompt().to_vec()));
        }
        if self.generation.prompt() == record.prompt() {
            self.prompt.encoded = Some(PROMPT.to_owned());
        }
    }

    /// Answers a step from the record; gives back what only the worker can answer.
    pub(crate) fn replay(&mut self, mut request: Request) -> Option<Request> {
        // An answer may lead to the next question: of a link's run every place is asked for.
        while self.info.is_none() {
            let Request::Step { id, tokens, .. } = request else { break };
            let known = self.record.as_ref().and_then(|record| record.step(&tokens));
            let event = match known {
                Some(ranked) => Event::Step { id, ranked },
                None => Event::Failed { id: Some(id), failure: Failure::NoModel },
            };
            request = self.generation.apply(event)?;
        }
        Some(request)
    }
}
