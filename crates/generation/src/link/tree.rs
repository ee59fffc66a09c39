//! The tokens after the prompt, with how they came.

use std::collections::BTreeSet;

use super::parse::{Cursor, controls_of, float, items};
use super::write::{controls_fields, float as written};
use super::{Ignored, MAX_MADE, beginning};
use crate::inserted::inserted;
use crate::sampling::Controls;
use crate::snapshot::{Ahead, Made, Snapshot};
use crate::tree::{Alterations, Origin, Toss};

/// Controls and a seed.
type Settings = (Controls, u64);

/// What tokens refer to by number, from 1.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) past: Vec<Settings>,
    pub(super) logits: Vec<Alterations>,
}

/// Writing.
impl Lists {
    /// All that a state's tokens refer to.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut lists = Self::default();
        let present = (snapshot.controls, snapshot.seed);
        lists.add_logits(&snapshot.root.altered);
        for made in &snapshot.made {
            if let Origin::Drawn { toss, controls, altered, .. } = &made.origin {
                let settings = (*controls, toss.seed);
                if settings != present && !lists.past.contains(&settings) {
                    lists.past.push(settings);
                }
                lists.add_logits(altered);
            }
            lists.add_logits(&made.ahead.altered);
        }
        lists
    }

    fn add_logits(&mut self, logits: &Alterations) {
        if !logits.is_empty() && !self.logits.contains(logits) {
            self.logits.push(logits.clone());
        }
    }

    pub(super) fn write_past(&self, present: u64) -> String {
        let item = |&(controls, seed): &Settings| {
            let mut parts = Vec::new();
            controls_fields(&controls, |letter, _, value| parts.push(format!("{letter}{value}")));
            if seed != present {
                parts.push(format!("s{seed}"));
            }
            parts.join("_")
        };
        self.past.iter().map(item).collect::<Vec<_>>().join("~")
    }

    pub(super) fn write_logits(&self) -> String {
        let entry = |(token, &logit): (&u32, &f32)| format!("{token}:{}", written(logit));
        let item = |logits: &Alterations| logits.iter().map(entry).collect::<Vec<_>>().join("_");
        self.logits.iter().map(item).collect::<Vec<_>>().join("~")
    }

    pub(super) fn write_tree(&self, snapshot: &Snapshot) -> String {
        let mut tree = String::new();
        self.write_ahead(&mut tree, &snapshot.root);
        for (before, made) in snapshot.made.iter().enumerate() {
            if made.parent != before {
                tree.push_str(&format!("~{}-", made.parent));
            } else if !tree.is_empty() {
                tree.push('.');
            }
            tree.push_str(&made.token.to_string());
            self.write_origin(&mut tree, &made.origin, (snapshot.controls, snapshot.seed));
            self.write_ahead(&mut tree, &made.ahead);
        }
        tree
    }

    fn write_origin(&self, tree: &mut String, origin: &Origin, present: Settings) {
        let Origin::Drawn { toss, controls, altered, .. } = origin else { return tree.push('f') };
        let settings = (*controls, toss.seed);
        let past = self.past.iter().position(|&past| settings != present && past == settings);
        mark(tree, 'd', toss.number);
        mark(tree, 'c', past.map_or(0, |place| place as u64 + 1));
        mark(tree, 'x', self.place(altered));
    }

    fn write_ahead(&self, tree: &mut String, ahead: &Ahead) {
        mark(tree, 'n', ahead.redraws);
        mark(tree, 'y', self.place(&ahead.altered));
    }

    fn place(&self, logits: &Alterations) -> u64 {
        self.logits.iter().position(|other| other == logits).map_or(0, |place| place as u64 + 1)
    }
}

fn mark(tree: &mut String, letter: char, number: u64) {
    if number != 0 {
        tree.push_str(&format!("{letter}{number}"));
    }
}

/// Reading.
impl Lists {
    /// `T0.8_s7~…`; `None` where an entry makes no sense.
    pub(super) fn read_past(text: &str, present: u64) -> Option<Vec<Settings>> {
        let item = |item: &str| {
            let mut seed = present;
            let mut parts = Vec::new();
            for part in items(item, '_') {
                let letter = part.chars().next().filter(char::is_ascii)?;
                let value = &part[1..];
                match letter {
                    's' => seed = Cursor(value).whole()?,
                    'T' | 'k' | 'p' | 'm' | 'r' => parts.push((letter, value)),
                    _ => return None,
                }
            }
            Some((controls_of(parts.into_iter())?, seed))
        };
        text.split('~').map(item).collect()
    }

    /// `28:-3.5_30:12~…`; `None` where an entry makes no sense.
    pub(super) fn read_logits(text: &str) -> Option<Vec<Alterations>> {
        let entry = |entry: &str| {
            let (token, logit) = entry.split_once(':')?;
            Some((Cursor(token).id()?, float(logit)?))
        };
        text.split('~').map(|item| items(item, '_').map(entry).collect::<Option<Vec<_>>>().map(inserted)).collect()
    }

    /// Reads the tree into a state that has the prompt, the controls and the seed already; stops where it makes no sense.
    pub(super) fn read_tree(&self, text: &str, snapshot: &mut Snapshot) -> Option<Ignored> {
        let present = (snapshot.controls, snapshot.seed);
        let mut children = BTreeSet::new();
        for (i, chain) in text.split('~').enumerate() {
            let (parent, chain) = match chain.split_once('-') {
                Some((parent, chain)) if i > 0 => (Cursor(parent).whole().map(|parent| parent as usize), chain),
                _ => ((i == 0).then_some(0), chain),
            };
            let mut parent = parent.filter(|&parent| parent <= snapshot.made.len());
            for (j, entry) in chain.split('.').enumerate() {
                let wrong = || Some(Ignored::Tree { from: snapshot.made.len() + 1, value: beginning(entry) });
                let mut cursor = Cursor(entry);
                let first = i == 0 && j == 0;
                if first && cursor.letter().is_some() {
                    match self.read_marks(cursor, present) {
                        Some((Origin::Drawn { toss, .. }, ahead)) if toss.number == 0 => snapshot.root = ahead,
                        _ => return wrong(),
                    }
                    continue;
                }
                let read = cursor.id().zip(parent).and_then(|(token, parent)| {
                    let (origin, ahead) = self.read_marks(cursor, present)?;
                    Some(Made { parent, token, origin, ahead })
                });
                match read {
                    Some(made) if snapshot.made.len() < MAX_MADE && children.insert((made.parent, made.token)) => {
                        snapshot.made.push(made);
                        parent = Some(snapshot.made.len());
                    }
                    _ => return wrong(),
                }
            }
        }
        None
    }

    fn read_marks(&self, mut cursor: Cursor<'_>, present: Settings) -> Option<(Origin, Ahead)> {
        let (mut chosen, mut drawn) = (false, false);
        let (mut number, mut settings, mut altered) = (0, present, Alterations::new());
        let mut ahead = Ahead::default();
        let mut last = ' ';
        while let Some(letter) = cursor.take_letter() {
            // In one order, each once at most.
            let order = |letter: char| " fdcxny".find(letter);
            if order(letter)? <= order(last)? {
                return None;
            }
            last = letter;
            if letter == 'f' {
                chosen = true;
                continue;
            }
            let value = cursor.number()?;
            let place = usize::try_from(value).ok().and_then(|place| place.checked_sub(1));
            match letter {
                'd' => number = value,
                'c' => settings = *self.past.get(place?)?,
                'x' => altered = self.logits.get(place?)?.clone(),
                'n' => ahead.redraws = value,
                _ => ahead.altered = self.logits.get(place?)?.clone(),
            }
            drawn |= matches!(letter, 'd' | 'c' | 'x');
        }
        if !cursor.is_done() || chosen && drawn {
            return None;
        }
        let (controls, seed) = settings;
        let toss = Toss { seed, number };
        let origin = if chosen { Origin::Forced } else { Origin::Drawn { draw: None, toss, controls, altered } };
        Some((origin, ahead))
    }
}
