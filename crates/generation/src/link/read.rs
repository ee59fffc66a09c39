//! Reads a state from a link. Of any text, what makes sense is read, and the rest is named.

use std::collections::BTreeSet;

use super::parse::{Cursor, PLAIN, controls_of, items};
use super::tree::Lists;
use super::{CALL, Ignored, Link, MAX_CALL, MAX_LENGTH, MAX_PROMPT, Reading, SEED, VERSION, beginning, checksum};
use crate::inserted::inserted;
use crate::line::Line;
use crate::sampling::Controls;
use crate::snapshot::Snapshot;
use crate::stage::Stage;
use crate::step::TokenId;

impl Link {
    /// Reads a fragment, with or without its `#`. Nothing makes it fail: see [`Reading::ignored`].
    #[must_use]
    pub fn decode(fragment: &str) -> Reading {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        if fragment.len() > MAX_LENGTH {
            return Reading { ignored: vec![Ignored::Length(fragment.len())], ..Reading::default() };
        }
        let mut fields = Fields::split(fragment);
        match fields.take("v") {
            Some(version) if version.parse() != Ok(VERSION) => {
                let ignored = vec![Ignored::Version(beginning(&version))];
                Reading { ignored, ..Reading::default() }
            }
            _ => fields.read(),
        }
    }
}

/// A field's key and value.
type Raw = (Vec<u8>, Vec<u8>);

/// Leaves out what may be incomplete in a link without a check at its end. A link that somebody wrote by hand has none and needs
/// none; one that carries a run or names a model was made by a page.
fn drop_incomplete_field(raw: &mut Vec<Raw>) -> Option<Ignored> {
    raw.iter().find(|(key, _)| matches!(&key[..], b"model" | b"ids" | b"tree"))?;
    let (key, mut value) = raw.pop()?;
    let field = String::from_utf8_lossy(&key).into_owned();
    let kept = value.iter().rposition(|letter| matches!(letter, b'.' | b'~'));
    if let Some(end) = kept.filter(|_| field == "tree") {
        value.truncate(end);
        raw.push((key, value));
    }
    Some(Ignored::Cut(beginning(&field)))
}

/// The fields that are not read yet.
struct Fields {
    fields: Vec<(String, String)>,
    ignored: Vec<Ignored>,
}

impl Fields {
    fn split(fragment: &str) -> Self {
        let mut raw: Vec<Raw> = Vec::new();
        for field in fragment.split('&').filter(|field| !field.is_empty()) {
            let (key, value) = field.split_once('=').unwrap_or((field, ""));
            raw.push((unescape(key), unescape(value)));
        }
        let mut all = Self { fields: Vec::new(), ignored: Vec::new() };
        match raw.pop_if(|(key, value)| key == b"end" && value.len() == 8) {
            Some((_, end)) => {
                let sum = checksum(raw.iter().map(|(key, value)| (&key[..], &value[..])));
                all.ignored.extend((end != format!("{sum:08x}").as_bytes()).then_some(Ignored::Changed));
            }
            None => all.ignored.extend(drop_incomplete_field(&mut raw)),
        }
        let mut seen = BTreeSet::new();
        for (key, value) in raw {
            let field = String::from_utf8_lossy(&key).into_owned();
            match String::from_utf8(value) {
                _ if !seen.insert(key) => all.ignored.push(Ignored::Twice(beginning(&field))),
                Ok(value) => all.fields.push((field, value)),
                Err(wrong) => all.refuse(&field, &String::from_utf8_lossy(wrong.as_bytes())),
            }
        }
        all
    }

    fn take(&mut self, key: &str) -> Option<String> {
        let place = self.fields.iter().position(|(field, _)| field == key)?;
        Some(self.fields.remove(place).1)
    }

    fn refuse(&mut self, field: &str, value: &str) {
        self.ignored.push(Ignored::Value { field: beginning(field), value: beginning(value) });
    }

    /// A field's value, if it is there and `read` can make sense of it.
    fn get<T>(&mut self, key: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = self.take(key)?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(key, &value);
        }
        read
    }

    fn read(mut self) -> Reading {
        let text = self.take("text");
        let model = self.take("model").unwrap_or_default();
        let prompt = self.get("ids", |ids| {
            let ids: Option<Vec<_>> = items(ids, '.').map(id).collect();
            ids.filter(|ids| ids.len() <= MAX_PROMPT)
        });
        let mut snapshot = Snapshot {
            prompt: prompt.unwrap_or_default(),
            seed: self.get("seed", |seed| Cursor(seed).whole()).unwrap_or(SEED),
            controls: self.controls(),
            max_new: self.get("max", max).unwrap_or(CALL),
            breakpoints: self
                .get("break", |lines| items(lines, '.').map(line).collect::<Option<Vec<_>>>())
                .map(inserted)
                .unwrap_or_default(),
            ..Snapshot::default()
        };
        self.run(&mut snapshot);
        let options = inserted(self.fields);
        Reading { link: Link { model, text, snapshot, options }, ignored: self.ignored }
    }

    fn controls(&mut self) -> Controls {
        let mut controls = PLAIN;
        for (letter, key) in [('T', "T"), ('k', "topk"), ('p', "topp"), ('m', "minp"), ('r', "penalty")] {
            let Some(read) = self.get(key, |value| controls_of([(letter, value)].into_iter())) else { continue };
            match letter {
                'T' => controls.temperature = read.temperature,
                'k' => controls.top_k = read.top_k,
                'p' => controls.top_p = read.top_p,
                'm' => controls.min_p = read.min_p,
                _ => controls.repetition_penalty = read.repetition_penalty,
            }
        }
        controls
    }

    /// What only a run has.
    fn run(&mut self, snapshot: &mut Snapshot) {
        if snapshot.prompt.is_empty() {
            for key in ["call", "stage", "line", "past", "logits", "tip", "tree"] {
                if self.take(key).is_some() {
                    self.ignored.push(Ignored::Alone(key.to_owned()));
                }
            }
            return;
        }
        let seed = snapshot.seed;
        let lists = Lists {
            past: self.get("past", |past| Lists::read_past(past, seed)).unwrap_or_default(),
            logits: self.get("logits", Lists::read_logits).unwrap_or_default(),
        };
        if let Some(tree) = self.take("tree") {
            self.ignored.extend(lists.read_tree(&tree, snapshot));
        }
        let last = snapshot.made.len();
        // A field that refers to tokens that are missing is not reported a second time.
        let short = self.ignored.iter().any(|ignored| matches!(ignored, Ignored::Cut(_) | Ignored::Tree { .. }));
        let clamp = |number: usize, most: usize| if short { Some(number.min(most)) } else { Some(number) };
        let tip = |text: &str| clamp(number(text)?, last).filter(|&tip| tip <= last);
        snapshot.tip = self.get("tip", tip).unwrap_or(last);
        snapshot.stage = self.get("stage", stage).unwrap_or(Stage::Context);
        snapshot.line = self.get("line", line).unwrap_or(Line::Copy);
        let begin = snapshot.prompt.len();
        let place = snapshot.position(snapshot.tip).unwrap_or(begin);
        let call = |text: &str| clamp(number(text)?, place).filter(|call| (begin..=place).contains(call));
        snapshot.called_at = self.get("call", call).unwrap_or(begin);
    }
}

fn id(text: &str) -> Option<TokenId> {
    let mut cursor = Cursor(text);
    cursor.id().filter(|_| cursor.is_done())
}

fn number(text: &str) -> Option<usize> {
    usize::try_from(Cursor(text).whole()?).ok()
}

fn max(text: &str) -> Option<usize> {
    number(text).filter(|most| (1..=MAX_CALL).contains(most))
}

fn line(text: &str) -> Option<Line> {
    Line::ALL.get(number(text)?.checked_sub(1)?).copied()
}

fn stage(text: &str) -> Option<Stage> {
    Stage::ALL.into_iter().find(|&stage| stage.name() == text)
}

/// Undoes percent-encoding and `+` for a space. What is no escape stays as it is.
fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let hex = |place: usize| bytes.get(place).and_then(|&byte| char::from(byte).to_digit(16));
    let mut read = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(&byte) = bytes.get(place) {
        match (byte, hex(place + 1), hex(place + 2)) {
            (b'%', Some(high), Some(low)) => {
                read.push((high * 16 + low) as u8);
                place += 3;
                continue;
            }
            (b'+', ..) => read.push(b' '),
            _ => read.push(byte),
        }
        place += 1;
    }
    read
}
