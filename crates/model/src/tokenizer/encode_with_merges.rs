//! Encodes a text and lists the merges that lead to its tokens.

use std::cmp::Reverse;
use std::collections::HashMap;

use generation::TokenId;
use generation::encoding::{Encoding, Merge, Order, Piece, Word};
use tokenizers::models::ModelWrapper;
use tokenizers::models::bpe::BPE;
use tokenizers::{Model, OffsetReferential, OffsetType, PreTokenizer, Tokenizer as HuggingFace};

use super::merge_pairs::merge_pairs;
use super::{Kind, Tokenizer};
use crate::error::{Error, Result};

/// A BPE's merges: each pair's place in their list.
#[derive(Debug, Default)]
pub(super) struct Merges(HashMap<(TokenId, TokenId), u32>);

impl Merges {
    /// Pairs in the list's order; `id` knows the pieces. A pair with an unknown piece is never used.
    pub(super) fn new<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a str)>,
        id: impl Fn(&str) -> Option<TokenId>,
    ) -> Self {
        let ranked = pairs.zip(0..).filter_map(|((left, right), rank)| Some(((id(left)?, id(right)?), rank)));
        Self(ranked.collect())
    }
}

impl Tokenizer {
    /// The tokens of a text, and the merges that make them. Where the merges cannot be followed, or lead to other tokens than
    /// [`Self::encode`] gives, the order is [`Order::Unknown`] and there are none.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn encode_with_merges(&self, text: &str) -> Result<Encoding> {
        let tokens = self.encode(text)?;
        let followed = match &self.kind {
            Kind::Bpe { bpe, merges, bytes_of, begin } => {
                let words = self.words(bpe, merges, *bytes_of, text)?;
                Some((Order::Ranks, begin.clone(), words))
            }
            Kind::SentencePiece(tables) => {
                Some((Order::Scores, tables.begin().into_iter().collect(), tables.encode_with_merges(text)))
            }
            Kind::DecodeOnly(_) => None,
        };
        let encoding = followed.map(|(order, begin, words)| {
            let begin = begin.iter().map(|&id| self.alone(id));
            Encoding { order, words: begin.chain(words).collect() }
        });
        // What the model gets is the truth; the way there is shown only where it leads there.
        let exact = encoding.filter(|encoding| encoding.tokens().eq(tokens.iter().copied()));
        Ok(exact.unwrap_or_else(|| Encoding {
            order: Order::Unknown,
            words: tokens.iter().map(|&id| self.alone(id)).collect(),
        }))
    }

    /// A word that is one token, with nothing to merge.
    fn alone(&self, id: TokenId) -> Word {
        let bytes = self.vocabulary.bytes(id).to_vec();
        let length = bytes.len() as u32;
        let tokens = vec![Piece { id, bytes: length }];
        Word { bytes, ends: vec![length], merges: Vec::new(), tokens, control: self.vocabulary.is_control(id) }
    }

    fn words(
        &self,
        bpe: &HuggingFace,
        merges: &Merges,
        bytes_of: fn(&str) -> Vec<u8>,
        text: &str,
    ) -> Result<Vec<Word>> {
        let ModelWrapper::BPE(model) = bpe.get_model() else { return Ok(Vec::new()) };
        let mut parts = bpe.get_added_vocabulary().extract_and_normalize(bpe.get_normalizer(), text);
        if let Some(pre_tokenizer) = bpe.get_pre_tokenizer() {
            pre_tokenizer.pre_tokenize(&mut parts).map_err(|error| Error::BadInput(error.to_string()))?;
        }
        let splits = parts.get_splits(OffsetReferential::Original, OffsetType::Byte);
        let words = splits.into_iter().flat_map(|(part, _, tokens)| match tokens {
            Some(tokens) => tokens.iter().map(|token| self.alone(token.id)).collect(),
            None => vec![merged(model, merges, bytes_of, part)],
        });
        Ok(words.collect())
    }
}

/// Joins a word's pieces as the list of merges says.
fn merged(model: &BPE, merges: &Merges, bytes_of: fn(&str) -> Vec<u8>, text: &str) -> Word {
    let rank = |left: &str, right: &str| {
        let pair = (model.token_to_id(left)?, model.token_to_id(right)?);
        merges.0.get(&pair).copied().map(Reverse)
    };
    let whole = model.token_to_id(text).filter(|_| model.ignore_merges);
    if let Some(id) = whole {
        let bytes = bytes_of(text).len() as u32;
        return word(text, bytes_of, std::iter::empty(), vec![Piece { id, bytes }]);
    }
    let mut merges = Vec::new();
    let pieces = merge_pairs(text, rank, |at, rank: &Reverse<u32>| merges.push((at, f64::from(rank.0))));
    let tokens = pieces.into_iter().flat_map(|piece| tokens_of(model, bytes_of, &text[piece])).collect();
    word(text, bytes_of, merges.into_iter(), tokens)
}

/// A piece's token, or those of its bytes where it has none.
fn tokens_of(model: &BPE, bytes_of: fn(&str) -> Vec<u8>, piece: &str) -> Vec<Piece> {
    if let Some(id) = model.token_to_id(piece) {
        return vec![Piece { id, bytes: bytes_of(piece).len() as u32 }];
    }
    let byte = |byte: u8| Some(Piece { id: model.token_to_id(&format!("<0x{byte:02X}>"))?, bytes: 1 });
    piece.bytes().filter_map(byte).collect()
}

/// A word of `text`, whose characters stand for bytes; places in `merges` are places in `text`.
pub(super) fn word(
    text: &str,
    bytes_of: impl Fn(&str) -> Vec<u8>,
    merges: impl Iterator<Item = (usize, f64)>,
    tokens: Vec<Piece>,
) -> Word {
    let mut bytes = Vec::new();
    // Where each character ends: in the text, and in bytes.
    let mut places = vec![(0, 0)];
    for (start, character) in text.char_indices() {
        bytes.extend(bytes_of(character.encode_utf8(&mut [0; 4])));
        places.push((start + character.len_utf8(), bytes.len() as u32));
    }
    let place = |at: usize| places.binary_search_by_key(&at, |&(at, _)| at).map_or(0, |found| places[found].1);
    let merges = merges.map(|(at, by)| Merge { at: place(at), by }).collect();
    Word { ends: places[1..].iter().map(|&(_, end)| end).collect(), bytes, merges, tokens, control: false }
}
