//! What is measured of an encoded text.

use generation::encoding::Word;

use crate::i18n::numbers::{count, fixed};
use crate::t;
use session::tokenizer_text::EncodedText;

/// Counts of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measurement {
    /// Code points.
    pub characters: usize,
    /// Bytes of the text.
    pub bytes: usize,
    /// What stands between white space.
    pub words: usize,
    /// Tokens that stand for the text: one for its beginning is not among them.
    pub tokens: usize,
}

impl Measurement {
    /// Counts an encoded text.
    #[must_use]
    pub fn of(shown: &EncodedText) -> Self {
        let EncodedText { text, encoding, .. } = shown;
        let begins =
            encoding.words.first().is_some_and(|first| first.control && !text.as_bytes().starts_with(&first.bytes));
        Self {
            characters: text.chars().count(),
            bytes: text.len(),
            words: text.split_whitespace().count(),
            tokens: encoding.tokens().skip(usize::from(begins)).count(),
        }
    }

    /// How many tokens of how much text.
    #[must_use]
    pub fn words(&self) -> String {
        t!(
            "tokenizer-cut-count",
            count = self.tokens,
            shown = count(self.tokens),
            characters = count(self.characters),
            bytes = count(self.bytes),
        )
    }

    /// Characters for each token, with two decimals.
    #[must_use]
    pub fn characters_per_token(&self) -> String {
        self.share(self.characters, 1.0, 2)
    }

    /// Words for 100 tokens.
    #[must_use]
    pub fn words_per_hundred(&self) -> String {
        self.share(self.words, 100.0, 0)
    }

    fn share(&self, of: usize, times: f64, decimals: usize) -> String {
        match self.tokens {
            0 => "–".to_owned(),
            tokens => fixed(of as f64 * times / tokens as f64, decimals),
        }
    }
}

/// The word with the most merges: the first to be looked at.
#[must_use]
pub fn longest(words: &[Word]) -> Option<usize> {
    (0..words.len()).rev().max_by_key(|&index| words[index].merges.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use generation::encoding::{Encoding, Merge, Piece};

    fn text(text: &str, tokens: usize, begins: bool) -> EncodedText {
        let word = Word { tokens: vec![Piece::default(); tokens], ..Word::default() };
        let begin = Word { bytes: b"<s>".to_vec(), tokens: vec![Piece::default()], control: true, ..Word::default() };
        let words = begins.then_some(begin).into_iter().chain([word]).collect();
        EncodedText {
            text: text.into(),
            encoding: Encoding { words, ..Encoding::default() },
            model: String::new(),
            recorded: false,
        }
    }

    #[test]
    fn the_texts_own_tokens_are_measured() {
        for begins in [false, true] {
            let measured = Measurement::of(&text("The café is\nopen", 5, begins));
            assert_eq!(measured, Measurement { characters: 16, bytes: 17, words: 4, tokens: 5 });
            assert_eq!((measured.characters_per_token(), measured.words_per_hundred()), ("3.20".into(), "80".into()));
        }
        assert_eq!(Measurement::default().characters_per_token(), "–");
    }

    #[test]
    fn the_first_of_the_longest_is_looked_at() {
        let word = |merges| Word { merges: vec![Merge::default(); merges], ..Word::default() };
        assert_eq!(longest(&[word(1), word(3), word(3), word(0)]), Some(1));
        assert_eq!(longest(&[]), None);
    }
}
