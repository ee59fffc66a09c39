//! The texts that are not the prompt: the tokenizer's, and the sentences that are scored.

use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::*;

use super::saved;
use super::store::{Store, TYPING_PAUSE};
use session::Session;
use session::ledgers::SIDES;

impl Store {
    /// Takes up what a reload of the tab has not lost.
    pub(super) fn recall_texts(self) {
        let cut = saved::other_text("cut");
        let sentences = (0..SIDES).filter_map(|index| Some((index, saved::other_text(&sentence(index))?)));
        self.session.update_untracked(|session| {
            cut.into_iter().for_each(|text| session.write_cut(text));
            // There is nothing to stop yet.
            sentences.for_each(|(index, text)| drop(session.write_sentence(index, text)));
            session.settle_sentences();
        });
    }

    /// What a reload of the tab shall not lose.
    pub(super) fn keep_texts(self) {
        self.peek(|session| {
            saved::keep_other_text("cut", session.cutting().text());
            let sides = (0..SIDES).filter_map(|index| Some((index, session.ledgers().side(index)?)));
            sides.for_each(|(index, side)| saved::keep_other_text(&sentence(index), side.text()));
        });
    }

    /// The tokenizer's box has a new text.
    pub fn write_cut(self, text: String) {
        self.leave_link();
        saved::keep_other_text("cut", &text);
        self.session.update(|session| session.write_cut(text));
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

    /// A sentence's box has a new text.
    pub fn write_sentence(self, index: usize, text: String) {
        self.leave_link();
        saved::keep_other_text(&sentence(index), &text);
        self.update(|session| session.write_sentence(index, text));
        self.when_typing_pauses();
    }

    /// The reader looks at the sentences' ledgers, or away from them.
    pub fn look_at_ledgers(self, wanted: bool) {
        self.update(|session| {
            session.look_at_ledgers(wanted);
            Vec::new()
        });
    }

    /// Asks for what the texts in the boxes need, now.
    pub fn settle_texts(self) {
        self.update(|session| {
            session.settle_sentences();
            session.ask_cut()
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

fn sentence(index: usize) -> String {
    format!("sentence-{index}")
}
