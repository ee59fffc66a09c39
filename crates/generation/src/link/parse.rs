//! The smallest parts of a link.

use crate::sampling::{Controls, UNNAMED};
use crate::step::TokenId;

/// What is left to read of a value.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a>(pub(super) &'a str);

impl Cursor<'_> {
    /// The digits that come next, as a number; `None` if there are none, or too many.
    pub(super) fn number(&mut self) -> Option<u64> {
        let end = self.0.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits.parse().ok()
    }

    /// A token's id.
    pub(super) fn id(&mut self) -> Option<TokenId> {
        TokenId::try_from(self.number()?).ok().filter(|&token| token != UNNAMED)
    }

    /// The number that this is, and nothing else.
    pub(super) fn whole(mut self) -> Option<u64> {
        self.number().filter(|_| self.is_done())
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// The letter that comes next.
    pub(super) fn letter(&self) -> Option<char> {
        self.0.chars().next().filter(char::is_ascii_lowercase)
    }

    pub(super) fn take_letter(&mut self) -> Option<char> {
        let letter = self.letter()?;
        self.0 = &self.0[1..];
        Some(letter)
    }
}

/// A number with a fraction, or infinity.
pub(super) fn float(text: &str) -> Option<f32> {
    text.parse().ok().filter(|number: &f32| !number.is_nan())
}

/// The parts between separators; none of an empty text.
pub(super) fn items(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split(separator).filter(move |_| !text.is_empty())
}

/// Controls that change nothing.
pub(super) const PLAIN: Controls =
    Controls { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0 };

/// The controls of which these, by their letters, are not plain; `None` where no reader could set them so.
pub(super) fn controls_of<'a>(parts: impl Iterator<Item = (char, &'a str)>) -> Option<Controls> {
    let mut controls = PLAIN;
    for (letter, value) in parts {
        match letter {
            'T' => controls.temperature = float(value)?,
            'k' => controls.top_k = usize::try_from(Cursor(value).whole()?).ok()?,
            'p' => controls.top_p = float(value)?,
            'm' => controls.min_p = float(value)?,
            _ => controls.repetition_penalty = float(value)?,
        }
    }
    controls.are_sound().then_some(controls)
}
