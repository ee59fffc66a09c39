//! Writes a state as a link.

use std::fmt::{Display, LowerExp};

use super::tree::Lists;
use super::{CALL, Link, MAX_CALL, MAX_LENGTH, MAX_MADE, MAX_PROMPT, TooLong, VERSION, checksum};
use crate::line::Line;
use crate::sampling::Controls;
use crate::snapshot::Snapshot;
use crate::stage::Stage;

impl Link {
    /// The link's text. The same state gives the same text.
    ///
    /// # Errors
    /// By how much the state is too long for one.
    pub fn encode(&self) -> Result<String, TooLong> {
        let Snapshot { prompt, made, .. } = &self.snapshot;
        if prompt.len() > MAX_PROMPT {
            return Err(TooLong::Prompt(prompt.len()));
        }
        if made.len() > MAX_MADE {
            return Err(TooLong::Made(made.len()));
        }
        let fields = self.fields();
        let end = checksum(fields.iter().map(|(key, value)| (key.as_bytes(), value.as_bytes())));
        let mut link = String::new();
        for (key, value) in fields {
            percent(&mut link, &key);
            link.push('=');
            percent(&mut link, &value);
            link.push('&');
        }
        link.push_str(&format!("end={end:08x}"));
        if link.len() > MAX_LENGTH { Err(TooLong::Bytes(link.len())) } else { Ok(link) }
    }

    fn fields(&self) -> Vec<(String, String)> {
        let Snapshot { prompt, made, tip, stage, line, breakpoints, max_new, called_at, controls, seed, .. } =
            &self.snapshot;
        let lists = Lists::of(&self.snapshot);
        let mut fields = Fields(vec![("v".to_owned(), VERSION.to_string())]);
        let run = !prompt.is_empty();
        fields.add("text", self.text.is_some(), || self.text.clone().unwrap_or_default());
        fields.add("model", !self.model.is_empty(), || self.model.clone());
        fields.add("ids", run, || joined(prompt, "."));
        fields.add("seed", true, || seed.to_string());
        controls_fields(controls, |_, key, value| fields.0.push((key.to_owned(), value)));
        fields.add("max", *max_new != CALL, || (*max_new).min(MAX_CALL).to_string());
        fields.add("call", run && *called_at != prompt.len(), || called_at.to_string());
        fields.add("stage", run && *stage != Stage::Context, || stage.name().to_owned());
        fields.add("line", run && *line != Line::Copy, || number(*line).to_string());
        fields.add("break", !breakpoints.is_empty(), || {
            joined(&breakpoints.iter().map(|&line| number(line)).collect::<Vec<_>>(), ".")
        });
        fields.0.extend(self.options.iter().map(|(key, value)| (key.clone(), value.clone())));
        fields.add("past", !lists.past.is_empty(), || lists.write_past(*seed));
        fields.add("logits", !lists.logits.is_empty(), || lists.write_logits());
        fields.add("tip", run && *tip != made.len(), || tip.to_string());
        let tree = lists.write_tree(&self.snapshot);
        fields.add("tree", !tree.is_empty(), || tree);
        fields.0
    }
}

struct Fields(Vec<(String, String)>);

impl Fields {
    fn add(&mut self, key: &str, is_there: bool, value: impl FnOnce() -> String) {
        if is_there {
            self.0.push((key.to_owned(), value()));
        }
    }
}

/// Passes on each control that is not plain: its letter in a list, its field's name, its value.
pub(super) fn controls_fields(controls: &Controls, mut give: impl FnMut(char, &str, String)) {
    let Controls { temperature, top_k, top_p, min_p, repetition_penalty } = *controls;
    let mut share = |letter, key, value: f32, plain: f32| {
        if value != plain {
            give(letter, key, float(value));
        }
    };
    share('T', "T", temperature, 1.0);
    share('p', "topp", top_p, 1.0);
    share('m', "minp", min_p, 0.0);
    share('r', "penalty", repetition_penalty, 1.0);
    if top_k != 0 {
        give('k', "topk", top_k.to_string());
    }
}

/// A number as short as it can be written without losing anything.
pub(super) fn float<T: Display + LowerExp>(value: T) -> String {
    let (plain, power) = (value.to_string(), format!("{value:e}"));
    if power.len() < plain.len() { power } else { plain }
}

pub(super) fn joined<T: ToString>(items: &[T], separator: &str) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(separator)
}

/// A line's number as the page shows it, from 1.
fn number(line: Line) -> usize {
    line as usize + 1
}

/// Appends `text`, percent-encoded. Characters that mail programs and chats take for the end of an address are encoded as well.
fn percent(link: &mut String, text: &str) {
    for &byte in text.as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b',' => {
                link.push(char::from(byte));
            }
            b' ' => link.push('+'),
            _ => link.push_str(&format!("%{byte:02X}")),
        }
    }
}
