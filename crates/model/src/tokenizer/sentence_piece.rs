//! SentencePiece's byte-pair encoding, as Llama's GGUF files describe it: of all neighbours that make a token, those of
//! the best score are joined first, the leftmost among equals (Kudo and Richardson 2018, arXiv:1808.06226).

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use generation::TokenId;
use generation::encoding::{Piece, Word};

use super::encode_with_merges::word;
use super::merge_pairs::merge_pairs;
use super::{BYTE, CONTROL, sentence_piece};
use crate::error::{Result, malformed};
use crate::load::gguf::metadata::Metadata;

/// `tokenizer.ggml.token_type` of the token for what has none.
const UNKNOWN: i64 = 2;

/// What stands for a space.
const SPACE: &str = "\u{2581}";

/// Tables to encode a text by.
#[derive(Debug)]
pub(super) struct SentencePiece {
    ids: HashMap<String, TokenId>,
    /// By token.
    scores: Vec<f64>,
    bytes: HashMap<u8, TokenId>,
    /// Stands before every text.
    begin: Option<TokenId>,
    /// Whether a text gets a space before it.
    pub(super) space_first: bool,
}

/// A token's score, to be compared.
#[derive(Clone, Copy)]
struct Score(f64);

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Score {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Score {}

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
        let text = self.prepare(text);
        let pieces = self.pieces(&text, |_, _| ());
        self.begin.into_iter().chain(pieces.into_iter().flat_map(|piece| self.ids_of(&text[piece]))).collect()
    }

    /// How a text is encoded. Pairs are joined over the whole of it; shown word by word, as no token crosses these.
    pub(super) fn encode_with_merges(&self, text: &str) -> Vec<Word> {
        let text = self.prepare(text);
        let mut merges = Vec::new();
        let pieces = self.pieces(&text, |at, score| merges.push((at, score)));
        let mut words: Vec<Range<usize>> = Vec::new();
        for piece in pieces.iter().cloned() {
            match words.last_mut() {
                Some(word) if !text[piece.clone()].starts_with(SPACE) => word.end = piece.end,
                _ => words.push(piece),
            }
        }
        let of_word = |range: Range<usize>| {
            let steps =
                merges.iter().filter(|(at, _)| range.contains(at)).map(|&(at, score)| (at - range.start, score));
            let own = pieces.iter().filter(|piece| range.contains(&piece.start));
            let tokens = own.flat_map(|piece| self.tokens_of(&text[piece.clone()])).collect();
            word(&text[range.clone()], |character| sentence_piece(character, false), steps, tokens)
        };
        words.into_iter().map(of_word).collect()
    }

    /// The token that stands before every text.
    pub(super) fn begin(&self) -> Option<TokenId> {
        self.begin
    }

    fn prepare(&self, text: &str) -> String {
        let first = if self.space_first && !text.is_empty() { SPACE } else { "" };
        format!("{first}{}", text.replace(' ', SPACE))
    }

    fn tokens_of(&self, piece: &str) -> Vec<Piece> {
        let ids = self.ids_of(piece);
        let bytes = if ids.len() == 1 { sentence_piece(piece, false).len() as u32 } else { 1 };
        ids.into_iter().map(|id| Piece { id, bytes }).collect()
    }

    /// A piece's token, or those of its bytes.
    fn ids_of(&self, piece: &str) -> Vec<TokenId> {
        match self.ids.get(piece) {
            Some(&id) => vec![id],
            None => piece.bytes().filter_map(|byte| self.bytes.get(&byte).copied()).collect(),
        }
    }

    /// The text split into pieces, tokens as far as possible.
    fn pieces(&self, text: &str, mut joined: impl FnMut(usize, f64)) -> Vec<Range<usize>> {
        let rate = |left: &str, right: &str| {
            let id = *self.ids.get(&[left, right].concat())?;
            Some(Score(self.scores[id as usize]))
        };
        merge_pairs(text, rate, |at, score| joined(at, score.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use generation::encoding::Merge;

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
        // "ab" goes before "aa" and "▁a", which has nothing left to merge but the first "a".
        let pieces =
            |text: &str| tables.pieces(text, |_, _| ()).into_iter().map(|p| text[p].to_owned()).collect::<Vec<_>>();
        assert_eq!(pieces("▁aab"), ["▁a", "ab"]);
        assert_eq!(pieces("aab"), ["aab"]);
        assert_eq!(pieces("aaa"), ["aa", "a"]);
        assert_eq!(tables.encode("ab a"), [0, 4, 5]);
    }

    #[test]
    fn a_cut_shows_each_join_with_its_score() {
        let tables =
            tables(&[("▁", -9.0), ("a", -9.0), ("b", -9.0), ("aa", -2.0), ("ab", -1.0), ("▁a", -3.0), ("aab", -4.0)]);
        let words = tables.encode_with_merges("ab aé");
        assert_eq!(
            words.iter().map(|word| word.bytes.as_slice()).collect::<Vec<_>>(),
            [" ab".as_bytes(), " aé".as_bytes()]
        );
        assert_eq!(words[0].merges, [Merge { at: 2, by: -1.0 }]);
        assert_eq!(words[0].parts(), [(0, 0..1), (4, 1..3)]);
        assert_eq!(words[1].ends, [1, 2, 4]);
        assert_eq!(words[1].merges, [Merge { at: 1, by: -3.0 }]);
        assert_eq!(words[1].parts(), [(5, 0..2), (1000 + 0xC3, 2..3), (1000 + 0xA9, 3..4)]);
    }

    #[test]
    fn what_has_no_token_goes_by_its_bytes() {
        let tables = tables(&[("▁", -1.0), ("x", -1.0)]);
        assert_eq!(tables.encode("xé"), [0, 1, 1000 + 0xC3, 1000 + 0xA9]);
        assert!(tables.encode("").is_empty());
    }
}
