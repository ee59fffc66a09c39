//! The texts that are not the prompt: the tokenizer's, and those that are scored.

use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::*;

use super::saved;
use super::store::{Store, TYPING_PAUSE};
use session::Session;
use session::sequence_scores::SEQUENCES;

impl Store {
    /// Takes up what a reload of the tab has not lost.
    pub(super) fn recall_texts(self) {
        let cut = saved::other_text("cut");
        let sequences = (0..SEQUENCES).filter_map(|index| Some((index, saved::other_text(&saved_name(index))?)));
        self.session.update_untracked(|session| {
            cut.into_iter().for_each(|text| session.write_tokenizer_text(text));
            sequences.for_each(|(index, text)| session.write_sequence(index, text));
            session.settle_sequences();
        });
    }

    /// What a reload of the tab shall not lose.
    pub(super) fn keep_texts(self) {
        self.peek(|session| {
            saved::keep_other_text("cut", session.tokenizer_text().answered().text());
            let sequences = (0..SEQUENCES).filter_map(|index| Some((index, session.sequence_scores().get(index)?)));
            sequences.for_each(|(index, sequence)| saved::keep_other_text(&saved_name(index), sequence.text()));
        });
    }

    /// The tokenizer's box has a new text.
    pub fn write_tokenizer_text(self, text: String) {
        self.leave_link();
        saved::keep_other_text("cut", &text);
        self.session.update(|session| session.write_tokenizer_text(text));
        self.when_typing_pauses();
    }

    /// Shows another word's merges; `None` is the longest's.
    pub fn choose_word(self, index: Option<usize>) {
        self.session.update(|session| session.choose_word(index));
    }

    /// Fetches the tokenizer without the model.
    pub fn load_tokenizer(self) {
        self.update(Session::load_tokenizer);
    }

    /// Stops that.
    pub fn cancel_tokenizer(self) {
        self.update(Session::cancel_tokenizer);
    }

    /// The box of a text that is scored has a new text.
    pub fn write_sequence(self, index: usize, text: String) {
        self.leave_link();
        saved::keep_other_text(&saved_name(index), &text);
        self.update(|session| session.write_sequence(index, text));
        self.when_typing_pauses();
    }

    /// The reader looks at the scores, or away from them.
    pub fn set_scores_visible(self, visible: bool) {
        self.update(|session| session.set_scores_visible(visible));
    }

    /// Asks for what the texts in the boxes need, now.
    pub fn settle_texts(self) {
        self.update(|session| {
            session.settle_sequences();
            session.encode_tokenizer_text();
        });
    }

    fn when_typing_pauses(self) {
        let timer = set_timeout_with_handle(move || self.settle_texts(), TYPING_PAUSE).ok();
        self.timers.update_value(|timers| {
            if let Some(old) = std::mem::replace(&mut timers.texts, timer) {
                old.clear();
            }
        });
    }
}

/// The name under which a reload finds a text.
fn saved_name(index: usize) -> String {
    format!("sentence-{index}")
}
