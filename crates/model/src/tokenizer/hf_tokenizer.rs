//! Tokenizers as Hugging Face's folders keep them: `tokenizer.json`, or GPT-2's `vocab.json` and `merges.txt`.

use std::collections::HashMap;

use generation::TokenId;
use generation::protocol::Vocabulary;
use serde::Deserialize;
use serde_json::Value;
use tokenizers::models::ModelWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::{DecoderWrapper, Model, Tokenizer as HuggingFace};

use super::encode_with_merges::Merges;
use super::{Kind, Tokenizer, assemble, byte_level, sentence_piece};
use crate::error::{Error, Result, malformed, unsupported};

/// GPT-2's one control token.
const END_OF_TEXT: &str = "<|endoftext|>";

impl Tokenizer {
    /// Reads a `tokenizer.json`; `end_of_text` is what the model's configuration says.
    ///
    /// # Errors
    /// It is damaged, or of a kind whose tokens are not bytes of text.
    pub fn from_tokenizer_json(json: &[u8], end_of_text: &[TokenId]) -> Result<Self> {
        let merges = look_over(json)?;
        let broken = |error| Error::Malformed(format!("tokenizer.json cannot be read: {error}"));
        let mut tokenizer = HuggingFace::from_bytes(json).map_err(broken)?;
        // A file may say that texts are to be cut short or filled up: ours stay as they are.
        tokenizer.with_truncation(None).map_err(broken)?.with_padding(None);
        let ModelWrapper::BPE(bpe) = tokenizer.get_model() else {
            return unsupported("tokenizer.json is of another kind than BPE, which alone can be read");
        };
        let (bytes_of, plain): (BytesOf, fn(&str) -> Vec<u8>) = match tokenizer.get_decoder() {
            Some(DecoderWrapper::ByteLevel(_)) => (|token, _| byte_level(token), byte_level),
            _ if bpe.byte_fallback => (sentence_piece, |token| sentence_piece(token, false)),
            other => {
                let found = other.map_or_else(|| "none".to_owned(), |decoder| format!("{decoder:?}"));
                let found: String = found.chars().take(80).collect();
                return unsupported(format!(
                    "tokenizer.json has the decoder {found}; ByteLevel or byte fallback can be read"
                ));
            }
        };
        let merges = Merges::new(merges.iter().filter_map(Merge::pair), |piece| bpe.token_to_id(piece));
        let added = tokenizer.get_added_tokens_decoder();
        let words = tokenizer.get_vocab(true);
        let vocabulary = vocabulary(words, |id, token| match added.get(&id) {
            Some(added) => (token.as_bytes().to_vec(), added.special),
            None => (bytes_of(token, true), false),
        })?;
        let begin = tokenizer.encode_fast("", true).map_err(broken)?.get_ids().to_vec();
        let kind = Kind::Bpe { bpe: Box::new(tokenizer), merges, bytes_of: plain, begin };
        Ok(Self { kind, vocabulary, end_of_text: end_of_text.to_vec() })
    }

    /// Reads GPT-2's `vocab.json` and `merges.txt`; `end_of_text` is what the model's configuration says.
    ///
    /// # Errors
    /// Either is damaged, or they do not belong together.
    pub fn from_vocab_and_merges(vocab: &[u8], merges: &[u8], end_of_text: &[TokenId]) -> Result<Self> {
        let broken = |error: serde_json::Error| Error::Malformed(format!("vocab.json cannot be read: {error}"));
        let words: HashMap<String, TokenId> = serde_json::from_slice(vocab).map_err(broken)?;
        let Ok(merges) = std::str::from_utf8(merges) else { return malformed("merges.txt is no text in UTF-8") };
        let lines = merges.lines().filter(|line| !line.is_empty() && !line.starts_with("#version"));
        let merges: Vec<String> = lines.map(str::to_owned).collect();
        let vocabulary = vocabulary(words.clone(), |_, token| match token {
            END_OF_TEXT => (token.as_bytes().to_vec(), true),
            _ => (byte_level(token), false),
        })?;
        let control = words.contains_key(END_OF_TEXT).then(|| END_OF_TEXT.to_owned()).into_iter();
        let words = words.into_iter().collect();
        let kind = assemble(words, &merges, control, ByteLevel::new(false, true, true).into())?;
        Ok(Self { kind, vocabulary, end_of_text: end_of_text.to_vec() })
    }
}

/// The bytes of a token, which may be written as a byte's number.
type BytesOf = fn(&str, bool) -> Vec<u8>;

/// The parts of a `tokenizer.json` that are looked at before `tokenizers` reads it.
#[derive(Deserialize)]
struct Parts {
    normalizer: Option<Value>,
    // Not used, but must be values: `tokenizers` panics if they are not.
    #[serde(rename = "pre_tokenizer")]
    _pre_tokenizer: Option<Value>,
    #[serde(rename = "post_processor")]
    _post_processor: Option<Value>,
    #[serde(rename = "decoder")]
    _decoder: Option<Value>,
    model: ModelParts,
}

#[derive(Deserialize)]
struct ModelParts {
    continuing_subword_prefix: Option<String>,
    dropout: Option<f64>,
    #[serde(default)]
    merges: Vec<Merge>,
}

/// A pair that is joined, as older and newer files write it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Spaced(String),
    Pair(String, String),
    // `tokenizers` says what is wrong with it.
    Other(serde::de::IgnoredAny),
}

impl Merge {
    fn pair(&self) -> Option<(&str, &str)> {
        match self {
            Self::Spaced(merge) => merge.split_once(' '),
            Self::Pair(left, right) => Some((left, right)),
            Self::Other(_) => None,
        }
    }
}

/// Refuses what would make `tokenizers` panic instead of returning an error, and what would cut one text in two ways.
/// Gives the list of merges.
fn look_over(json: &[u8]) -> Result<Vec<Merge>> {
    let broken = |error: &dyn std::fmt::Display| Error::Malformed(format!("tokenizer.json cannot be read: {error}"));
    let text = std::str::from_utf8(json).map_err(|error| broken(&error))?;
    let Parts { normalizer, model, .. } = serde_json::from_str(text).map_err(|error| broken(&error))?;
    if normalizer.is_some_and(|normalizer| normalizer.to_string().contains("Precompiled")) {
        return unsupported("tokenizer.json has a precompiled normalizer, which cannot be read");
    }
    if model.continuing_subword_prefix.is_some_and(|prefix| !prefix.is_empty()) {
        return unsupported(
            "tokenizer.json marks the inside of words with a prefix, as BERT's do, which cannot be read",
        );
    }
    if model.dropout.is_some_and(|dropout| dropout != 0.0) {
        return unsupported("tokenizer.json drops merges at random");
    }
    Ok(model.merges)
}

/// A vocabulary in order of its ids. `bytes` gives a token's bytes, and whether it is a control token.
fn vocabulary(words: HashMap<String, TokenId>, bytes: impl Fn(TokenId, &str) -> (Vec<u8>, bool)) -> Result<Vocabulary> {
    let mut words: Vec<(TokenId, String)> = words.into_iter().map(|(word, id)| (id, word)).collect();
    words.sort_unstable();
    let mut vocabulary = Vocabulary::default();
    for (id, word) in words {
        if id as usize != vocabulary.len() {
            return malformed(format!("the tokenizer's ids have a gap or a double: {word:?} has {id}"));
        }
        let (bytes, control) = bytes(id, &word);
        vocabulary.push(&bytes, control);
    }
    Ok(vocabulary)
}
