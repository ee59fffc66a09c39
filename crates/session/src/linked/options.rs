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

use generation::protocol::Request;

use super::Session;
use crate::classes::{Classes, LIMIT};
use crate::cutting;
use crate::insights::Look;
use crate::ledgers;
use crate::passes::{Passes, SMALL};

/// The chain rule's texts, in order.
const SENTENCES: [&str; ledgers::SIDES] = ["first", "second"];

impl Session {
    /// What is not as at the start.
    pub(super) fn options(&self) -> BTreeMap<String, String> {
        let mut options = BTreeMap::new();
        let mut add = |key: &str, value: String| drop(options.insert(key.to_owned(), value));
        let (classes, plain) = (&self.classes, Classes::default());
        if classes.logits != plain.logits {
            add("six", classes.logits.map(|logit| logit.to_string()).join("_"));
        }
        if classes.added != plain.added {
            add("added", classes.added.to_string());
        }
        if classes.from_model {
            add("fill", "model".to_owned());
        }
        if self.look != Look::default() {
            let Look { layer, head, whole } = self.look;
            add("look", format!("{layer}.{head}{}", if whole { ".whole" } else { "" }));
        }
        if !self.cutting.is_lessons() {
            add("cut", self.cutting.text().to_owned());
        }
        if let Some(word) = self.cutting.chosen() {
            add("word", (word + 1).to_string());
        }
        for (index, key) in SENTENCES.into_iter().enumerate() {
            if let Some(text) = self.ledgers.own(index, self.record.as_deref()) {
                add(key, text.to_owned());
            }
        }
        if self.passes.small() != Passes::default().small() {
            add("window", self.passes.small().map_or_else(|| "own".to_owned(), |small| small.to_string()));
        }
        options
    }

    /// Sets an option and returns what that asks of the worker; `None` where no widget knows it, or not with this value.
    pub(super) fn set_option(&mut self, key: &str, value: &str) -> Option<Vec<Request>> {
        match key {
            "six" => self.classes.logits = read_six(value)?,
            "added" => self.classes.added = logit(value)?,
            "fill" => self.classes.from_model = (value == "model").then_some(true)?,
            "look" => self.look = read_look(value)?,
            "cut" => self.write_cut(text(value, cutting::MOST)?),
            "word" => self.choose_word(Some(read_word(value)?)),
            "window" => return Some(self.set_window(read_window(value)?)),
            "at" => {}
            _ => {
                let index = SENTENCES.iter().position(|&name| name == key)?;
                return Some(self.write_sentence(index, text(value, ledgers::MOST)?));
            }
        }
        Some(Vec::new())
    }

    /// Whether a text that is not the prompt is the reader's own.
    pub(super) fn has_own_texts(&self) -> bool {
        let own = |index| self.ledgers.own(index, self.record.as_deref()).is_some();
        !self.cutting.is_lessons() || (0..ledgers::SIDES).any(own)
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
    value.parse().ok().filter(|number| (1..=cutting::MOST).contains(number)).map(|number| number - 1)
}

fn read_window(value: &str) -> Option<Option<usize>> {
    match value {
        "own" => Some(None),
        _ => value.parse().ok().filter(|small| SMALL.contains(small)).map(Some),
    }
}

/// More layers or heads than any model has would only be in the way.
const MOST_LOOK: usize = 1_000;

fn read_look(value: &str) -> Option<Look> {
    let mut parts = value.split('.');
    let mut number = || parts.next()?.parse().ok().filter(|&number: &usize| number < MOST_LOOK);
    let (layer, head) = (number()?, number()?);
    match (parts.next(), parts.next()) {
        (None, _) => Some(Look { layer, head, whole: false }),
        (Some("whole"), None) => Some(Look { layer, head, whole: true }),
        _ => None,
    }
}
