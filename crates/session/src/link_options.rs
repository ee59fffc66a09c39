//! What the widgets share beside the loop, as a link's options. What is not there is as at the start.
//!
//! | option | what it is |
//! |---|---|
//! | `six`, `added`, `fill` | the softmax widget's six logits, what is added to all, whether the model fills them |
//! | `look` | the layer and the head that are looked at, and whether at the whole pattern |
//! | `cut`, `word` | the tokenizer's text; the word whose merges are chosen, from 1 |
//! | `first`, `second` | the chain rule's two texts |
//! | `window` | the window of the demonstration in tokens, or `own` for the model's |
//! | `at` | the widget to go to: the page's own matter |
//!
//! An option keeps its meaning for ever, as the fields of the link do; a page that does not know one says so.

use std::collections::BTreeMap;

use crate::Session;
use crate::inspections::InspectorFocus;
use crate::kv_cost::{KvCost, SMALL};
use crate::sequence_scores::{self, SEQUENCES};
use crate::tokenizer_text;
use crate::toy_logits::{LIMIT, ToyLogits};

/// The chain rule's texts, in order.
const SEQUENCE_KEYS: [&str; SEQUENCES] = ["first", "second"];

impl Session {
    /// What is not as at the start.
    pub(crate) fn options(&self) -> BTreeMap<String, String> {
        let mut options = BTreeMap::new();
        let mut add = |key: &str, value: String| drop(options.insert(key.to_owned(), value));
        let (toy, plain) = (&self.toy_logits, ToyLogits::default());
        if toy.logits != plain.logits {
            add("six", toy.logits.map(|logit| logit.to_string()).join("_"));
        }
        if toy.added != plain.added {
            add("added", toy.added.to_string());
        }
        if toy.from_model {
            add("fill", "model".to_owned());
        }
        if self.focus != InspectorFocus::default() {
            let InspectorFocus { layer, head, whole } = self.focus;
            add("look", format!("{layer}.{head}{}", if whole { ".whole" } else { "" }));
        }
        if !self.tokenizer_text.is_lessons() {
            add("cut", self.tokenizer_text.answered().text().to_owned());
        }
        if let Some(word) = self.tokenizer_text.word() {
            add("word", (word + 1).to_string());
        }
        for (index, key) in SEQUENCE_KEYS.into_iter().enumerate() {
            if let Some(text) = self.sequences.own(index, self.record.as_deref()) {
                add(key, text.to_owned());
            }
        }
        if self.kv_cost.window_choice() != KvCost::default().window_choice() {
            add("window", self.kv_cost.window_choice().map_or_else(|| "own".to_owned(), |small| small.to_string()));
        }
        options
    }

    /// Sets an option; `None` where no widget knows it, or not with this value.
    pub(crate) fn set_option(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "six" => self.toy_logits.logits = read_six(value)?,
            "added" => self.toy_logits.added = logit(value)?,
            "fill" => self.toy_logits.from_model = (value == "model").then_some(true)?,
            "look" => self.focus = read_focus(value)?,
            "cut" => self.write_tokenizer_text(text(value, tokenizer_text::MAX_UTF16)?),
            "word" => self.choose_word(Some(read_word(value)?)),
            "window" => self.set_window(read_window(value)?),
            "at" => {}
            _ => {
                let index = SEQUENCE_KEYS.iter().position(|&name| name == key)?;
                self.write_sequence(index, text(value, sequence_scores::MAX_UTF16)?);
            }
        }
        Some(())
    }

    /// Whether a text that is not the prompt is the reader's own.
    pub(crate) fn has_own_texts(&self) -> bool {
        let own = |index| self.sequences.own(index, self.record.as_deref()).is_some();
        !self.tokenizer_text.is_lessons() || (0..SEQUENCES).any(own)
    }
}

/// A text that fits its box.
fn text(value: &str, most: usize) -> Option<String> {
    (value.encode_utf16().count() <= most).then(|| value.to_owned())
}

fn read_six(value: &str) -> Option<[f64; 6]> {
    let logits: Option<Vec<f64>> = value.split('_').map(logit).collect();
    logits?.try_into().ok()
}

fn logit(text: &str) -> Option<f64> {
    text.parse().ok().filter(|logit: &f64| logit.abs() <= LIMIT)
}

/// A word's place, from 0. No text has more words than letters.
fn read_word(value: &str) -> Option<usize> {
    value.parse().ok().filter(|number| (1..=tokenizer_text::MAX_UTF16).contains(number)).map(|number| number - 1)
}

fn read_window(value: &str) -> Option<Option<usize>> {
    match value {
        "own" => Some(None),
        _ => value.parse().ok().filter(|small| SMALL.contains(small)).map(Some),
    }
}

/// More layers or heads than any model has would only be in the way.
const MAX_FOCUS: usize = 1_000;

fn read_focus(value: &str) -> Option<InspectorFocus> {
    let mut parts = value.split('.');
    let mut number = || parts.next()?.parse().ok().filter(|&number: &usize| number < MAX_FOCUS);
    let (layer, head) = (number()?, number()?);
    match (parts.next(), parts.next()) {
        (None, _) => Some(InspectorFocus { layer, head, whole: false }),
        (Some("whole"), None) => Some(InspectorFocus { layer, head, whole: true }),
        _ => None,
    }
}
