//! A text of the reader's, and the newest answer to it: the tokenizer's box and the two scored texts are such.

use std::sync::Arc;

use generation::protocol::Failure;

/// An answer that knows which text it is about.
pub trait TextAnswer {
    /// The text.
    fn text(&self) -> &str;
}

/// A text and what was answered.
#[derive(Debug)]
pub struct AnsweredText<A> {
    pub(crate) text: String,
    shown: Option<Arc<A>>,
    /// What is on show is to be asked for again: another model or tokenizer gave it.
    stale: bool,
    refused: Option<(String, Failure)>,
}

impl<A: TextAnswer> AnsweredText<A> {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), shown: None, stale: false, refused: None }
    }

    /// The text in the box.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The newest answer; about another text than the box's while the reader types.
    #[must_use]
    pub fn shown(&self) -> Option<&Arc<A>> {
        self.shown.as_ref()
    }

    /// Whether what is on show is about the text in the box.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.text() == self.text)
    }

    /// Why the text in the box has no answer.
    #[must_use]
    pub fn refused(&self) -> Option<&Failure> {
        self.refused.as_ref().filter(|(text, _)| *text == self.text).map(|(_, failure)| failure)
    }

    /// Whether an answer is still to be asked for.
    pub(crate) fn is_open(&self) -> bool {
        (self.stale || !self.is_current()) && self.refused().is_none()
    }

    /// Shows a recorded answer.
    pub(crate) fn show_recorded(&mut self, answer: A) {
        self.shown = Some(Arc::new(answer));
    }

    /// Shows an answer of the model or tokenizer at hand.
    pub(crate) fn show(&mut self, answer: A) {
        (self.shown, self.stale, self.refused) = (Some(Arc::new(answer)), false, None);
    }

    /// Notes why a text has no answer.
    pub(crate) fn refuse(&mut self, text: String, failure: Failure) {
        self.refused = Some((text, failure));
    }

    /// A model or tokenizer has come that has not answered yet. What a crash refused is not asked again by itself.
    pub(crate) fn renew(&mut self) {
        self.refused.take_if(|(_, failure)| !matches!(failure, Failure::Crashed(_)));
        self.stale = true;
    }

    /// Another model than the one on show has come.
    pub(crate) fn clear(&mut self) {
        (self.shown, self.stale, self.refused) = (None, true, None);
    }
}
