//! SentencePiece's byte-pair encoding, as Llama's GGUF files describe it: of all neighbours that make a token, those of
//! the best score are joined first, the leftmost among equals (Kudo and Richardson 2018, arXiv:1808.06226).

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};

use generation::TokenId;

use super::{BYTE, CONTROL, sentence_piece};
use crate::error::{Result, malformed};
use crate::gguf::Metadata;

/// `tokenizer.ggml.token_type` of the token for what has none.
const UNKNOWN: i64 = 2;

/// What stands for a space.
const SPACE: &str = "\u{2581}";

/// Tables to cut a text by.
#[derive(Debug)]
pub(super) struct SentencePiece {
    ids: HashMap<String, TokenId>,
    /// By token.
    scores: Vec<f64>,
    bytes: HashMap<u8, TokenId>,
    /// Stands before every text.
    begin: Option<TokenId>,
    /// Whether a text gets a space before it.
    space_first: bool,
}

/// A run of characters that is a token or may become part of one.
#[derive(Clone, Copy)]
struct Symbol {
    start: usize,
    /// Equal to `start` once it was joined to the one on its left.
    end: usize,
    before: Option<usize>,
    after: Option<usize>,
}

/// Two neighbours that make a token.
struct Pair {
    score: f64,
    left: usize,
    right: usize,
    /// Bytes of both: a pair of which one has grown since is out of date.
    length: usize,
}

impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(Reverse(self.left).cmp(&Reverse(other.left)))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}

impl SentencePiece {
    /// Takes the tables of `tokens` out of `metadata`.
    pub(super) fn new(metadata: &mut Metadata, tokens: Vec<String>, kinds: &[i64]) -> Result<Self> {
        let scores = metadata.take_floats("tokenizer.ggml.scores")?;
        if scores.len() != tokens.len() {
            return malformed(format!("the file has {} tokens but {} scores", tokens.len(), scores.len()));
        }
        let begin = metadata.integer("tokenizer.ggml.bos_token_id").and_then(|id| TokenId::try_from(id).ok());
        let begin = begin.filter(|&id| (id as usize) < tokens.len());
        let begin = begin.filter(|_| metadata.flag("tokenizer.ggml.add_bos_token").unwrap_or(true));
        let space_first = metadata.flag("tokenizer.ggml.add_space_prefix").unwrap_or(true);
        let (mut ids, mut bytes) = (HashMap::new(), HashMap::new());
        for (id, (token, &kind)) in tokens.into_iter().zip(kinds).enumerate() {
            let id = id as TokenId;
            match (kind, sentence_piece(&token, true).as_slice()) {
                (CONTROL | UNKNOWN, _) => {}
                (BYTE, &[byte]) => {
                    bytes.entry(byte).or_insert(id);
                }
                _ => {
                    ids.entry(token).or_insert(id);
                }
            }
        }
        Ok(Self { ids, scores, bytes, begin, space_first })
    }

    /// The tokens of a text. A byte that has none is left out: the caller compares.
    pub(super) fn encode(&self, text: &str) -> Vec<TokenId> {
        let first = if self.space_first && !text.is_empty() { SPACE } else { "" };
        let text = format!("{first}{}", text.replace(' ', SPACE));
        let pieces = self.pieces(&text);
        self.begin.into_iter().chain(pieces.into_iter().flat_map(|piece| self.ids_of(piece))).collect()
    }

    /// A piece's token, or those of its bytes.
    fn ids_of(&self, piece: &str) -> Vec<TokenId> {
        match self.ids.get(piece) {
            Some(&id) => vec![id],
            None => piece.bytes().filter_map(|byte| self.bytes.get(&byte).copied()).collect(),
        }
    }

    /// The text cut into pieces, tokens as far as possible.
    fn pieces<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let count = text.chars().count();
        let symbol = |(i, (start, c)): (usize, (usize, char))| Symbol {
            start,
            end: start + c.len_utf8(),
            before: i.checked_sub(1),
            after: (i + 1 < count).then_some(i + 1),
        };
        let mut symbols: Vec<Symbol> = text.char_indices().enumerate().map(symbol).collect();
        let pair = |symbols: &[Symbol], left: usize, right: usize| {
            let (start, end) = (symbols[left].start, symbols[right].end);
            let id = *self.ids.get(&text[start..end])?;
            Some(Pair { score: self.scores[id as usize], left, right, length: end - start })
        };
        let mut pairs: BinaryHeap<Pair> = (1..count).filter_map(|i| pair(&symbols, i - 1, i)).collect();
        while let Some(Pair { left, right, length, .. }) = pairs.pop() {
            let (a, b) = (symbols[left], symbols[right]);
            let gone = a.start == a.end || b.start == b.end;
            if gone || a.after != Some(right) || b.end - a.start != length {
                continue;
            }
            symbols[left] = Symbol { end: b.end, after: b.after, ..a };
            symbols[right].end = b.start;
            if let Some(after) = b.after {
                symbols[after].before = Some(left);
                pairs.extend(pair(&symbols, left, after));
            }
            if let Some(before) = a.before {
                pairs.extend(pair(&symbols, before, left));
            }
        }
        symbols
            .iter()
            .filter(|symbol| symbol.start < symbol.end)
            .map(|symbol| &text[symbol.start..symbol.end])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(tokens: &[(&str, f64)]) -> SentencePiece {
        SentencePiece {
            ids: tokens.iter().enumerate().map(|(id, (token, _))| ((*token).to_owned(), id as TokenId)).collect(),
            scores: tokens.iter().map(|&(_, score)| score).collect(),
            bytes: (0..=255).map(|byte| (byte, 1000 + TokenId::from(byte))).collect(),
            begin: None,
            space_first: true,
        }
    }

    #[test]
    fn the_best_score_is_joined_first_and_the_leftmost_among_equals() {
        let tables =
            tables(&[("▁", -9.0), ("a", -9.0), ("b", -9.0), ("aa", -2.0), ("ab", -1.0), ("▁a", -3.0), ("aab", -4.0)]);
        // "ab" goes before "aa" and "▁a", which has nothing left to join but the first "a".
        assert_eq!(tables.pieces("▁aab"), ["▁a", "ab"]);
        assert_eq!(tables.pieces("aab"), ["aab"]);
        assert_eq!(tables.pieces("aaa"), ["aa", "a"]);
        assert_eq!(tables.encode("ab a"), [0, 4, 5]);
    }

    #[test]
    fn what_has_no_token_goes_by_its_bytes() {
        let tables = tables(&[("▁", -1.0), ("x", -1.0)]);
        assert_eq!(tables.encode("xé"), [0, 1, 1000 + 0xC3, 1000 + 0xA9]);
        assert!(tables.encode("").is_empty());
    }
}
