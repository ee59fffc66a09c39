//! Text to tokens and back, by the tables in a model's files.

mod encode_with_merges;
mod hf_tokenizer;
mod merge_pairs;
mod sentence_piece;

use encode_with_merges::Merges;
use generation::TokenId;
use generation::protocol::Vocabulary;
use sentence_piece::SentencePiece;
use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::{AddedToken, Tokenizer as HuggingFace};

use crate::error::{Error, Result, malformed};
use crate::load::gguf::metadata::Metadata;

/// `tokenizer.ggml.token_type` of a control token, such as the end of text.
const CONTROL: i64 = 3;
/// `tokenizer.ggml.token_type` of a token that stands for one byte (SentencePiece).
const BYTE: i64 = 6;

/// A model's tokenizer.
#[derive(Debug)]
pub struct Tokenizer {
    kind: Kind,
    vocabulary: Vocabulary,
    end_of_text: Vec<TokenId>,
}

#[derive(Debug)]
enum Kind {
    /// Boxed: it is large. `begin` stands before every text; `bytes_of` gives the bytes that a piece is written for.
    Bpe { bpe: Box<HuggingFace>, merges: Merges, bytes_of: fn(&str) -> Vec<u8>, begin: Vec<TokenId> },
    /// Llama's.
    SentencePiece(Box<SentencePiece>),
    /// Tokens can be shown but texts not cut; why.
    DecodeOnly(String),
}

impl Tokenizer {
    /// Builds the tokenizer, taking its tables out of `metadata`.
    pub(crate) fn from_gguf(metadata: &mut Metadata) -> Result<Self> {
        let tokens = metadata.take_strings("tokenizer.ggml.tokens")?;
        let kinds = metadata.take_integers("tokenizer.ggml.token_type")?;
        if kinds.len() != tokens.len() {
            return malformed(format!("the file has {} tokens but {} token types", tokens.len(), kinds.len()));
        }
        let model = metadata.string("tokenizer.ggml.model").unwrap_or("none").to_owned();
        let pre = metadata.string("tokenizer.ggml.pre").unwrap_or("none").to_owned();
        let mut vocabulary = Vocabulary::default();
        for (token, &kind) in tokens.iter().zip(&kinds) {
            let bytes = match (kind, model.as_str()) {
                (CONTROL, _) => token.as_bytes().to_vec(),
                (_, "gpt2") => byte_level(token),
                _ => sentence_piece(token, kind == BYTE),
            };
            vocabulary.push(&bytes, kind == CONTROL);
        }
        let end_of_text = end_of_text(metadata, &tokens);
        let kind = match pre_tokenizer(&model, &pre) {
            _ if model == "llama" => Kind::SentencePiece(Box::new(SentencePiece::new(metadata, tokens, &kinds)?)),
            Ok(pre_tokenizer) => {
                let merges = metadata.take_strings("tokenizer.ggml.merges")?;
                let control = tokens.iter().zip(&kinds).filter(|(_, kind)| **kind == CONTROL);
                let control: Vec<String> = control.map(|(token, _)| token.clone()).collect();
                let words = tokens.into_iter().enumerate().map(|(id, token)| (token, id as TokenId)).collect();
                assemble(words, &merges, control.into_iter(), pre_tokenizer)?
            }
            Err(why) => Kind::DecodeOnly(why),
        };
        Ok(Self { kind, vocabulary, end_of_text })
    }

    /// Stands in where a folder has no tokenizer: tokens go by their numbers.
    pub(crate) fn none(end_of_text: &[TokenId]) -> Self {
        let why = "the folder has no tokenizer: tokenizer.json, or vocab.json and merges.txt, is needed to read a text";
        Self {
            kind: Kind::DecodeOnly(why.to_owned()),
            vocabulary: Vocabulary::default(),
            end_of_text: end_of_text.to_vec(),
        }
    }

    /// For an embedding of `rows` rows. Models are often given a few more than they have tokens; these go by their
    /// numbers.
    ///
    /// # Errors
    /// There are more tokens than rows, or an end of text beyond them.
    pub(crate) fn with_rows(mut self, rows: usize) -> Result<Self> {
        let tokens = self.vocabulary.len();
        if tokens > rows {
            return malformed(format!("the tokenizer has {tokens} tokens, but the model has {rows}"));
        }
        for token in tokens..rows {
            self.vocabulary.push(format!("[{token}]").as_bytes(), true);
        }
        self.end_of_text.retain(|&id| (id as usize) < rows);
        Ok(self)
    }

    /// The tokens of a text. Names of control tokens in it become these tokens.
    ///
    /// # Errors
    /// [`Error::Unreadable`] names a character for which the vocabulary has no bytes;
    /// [`Error::Unsupported`] a kind of tokenizer that cannot cut texts yet.
    pub fn encode(&self, text: &str) -> Result<Vec<TokenId>> {
        let tokens = match &self.kind {
            Kind::Bpe { bpe, begin, .. } => {
                let encoding = bpe.encode_fast(text, false).map_err(|error| Error::BadInput(error.to_string()))?;
                [begin, encoding.get_ids()].concat()
            }
            Kind::SentencePiece(tables) => tables.encode(text),
            Kind::DecodeOnly(why) => return Err(Error::Unsupported(why.clone())),
        };
        // What has no token is dropped without a word.
        match self.lost(text, &tokens) {
            Some(lost) => Err(Error::Unreadable(format!("{lost:?} (U+{:04X})", u32::from(lost)))),
            None => Ok(tokens),
        }
    }

    /// The first character of `text` that `tokens` do not give back.
    fn lost(&self, text: &str, tokens: &[TokenId]) -> Option<char> {
        // A token for the beginning is no part of the text, nor is the space that SentencePiece puts before it.
        let begins = tokens.first().is_some_and(|&first| {
            self.vocabulary.is_control(first) && !text.as_bytes().starts_with(self.vocabulary.bytes(first))
        });
        let mut bytes = tokens[usize::from(begins)..].iter().flat_map(|&token| self.vocabulary.bytes(token)).peekable();
        if !text.starts_with(' ') || matches!(&self.kind, Kind::SentencePiece(tables) if tables.space_first) {
            bytes.next_if_eq(&&b' ');
        }
        text.chars().find(|c| c.encode_utf8(&mut [0; 4]).bytes().any(|byte| bytes.next() != Some(&byte)))
    }

    /// Every token's bytes.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Tokens that end a text.
    #[must_use]
    pub fn end_of_text(&self) -> &[TokenId] {
        &self.end_of_text
    }
}

/// The end-of-text token that the file names, and `<|endoftext|>`, which ends a document for the models that have it.
fn end_of_text(metadata: &Metadata, tokens: &[String]) -> Vec<TokenId> {
    let named = metadata.integer("tokenizer.ggml.eos_token_id").and_then(|id| TokenId::try_from(id).ok());
    let document = tokens.iter().position(|token| token == "<|endoftext|>").map(|id| id as TokenId);
    let mut ends: Vec<TokenId> = named.into_iter().chain(document).collect();
    ends.retain(|&id| (id as usize) < tokens.len());
    ends.dedup();
    ends
}

/// How a text is cut before the merges; the error says which kinds can be read.
fn pre_tokenizer(model: &str, pre: &str) -> std::result::Result<PreTokenizerWrapper, String> {
    let byte_level = ByteLevel::new(false, true, true);
    match (model, pre) {
        ("gpt2", "gpt-2" | "gpt2") => Ok(byte_level.into()),
        ("gpt2", "smollm") => Ok(Sequence::new(vec![Digits::new(true).into(), byte_level.into()]).into()),
        _ => Err(format!(
            "its tokenizer is of kind {model:?} with pre-tokenizer {pre:?}; \"gpt2\" with \"gpt-2\" or \"smollm\", and \"llama\", can be read"
        )),
    }
}

/// Puts a byte-level BPE together. A merge is two pieces with a space between.
fn assemble(
    words: tokenizers::models::bpe::Vocab,
    merges: &[String],
    control: impl Iterator<Item = String>,
    pre_tokenizer: PreTokenizerWrapper,
) -> Result<Kind> {
    let Some(pairs) = merges.iter().map(|merge| merge.split_once(' ')).collect::<Option<Vec<_>>>() else {
        return malformed("a merge of its tokenizer is not two pieces with a space between");
    };
    let broken = |error: tokenizers::Error| Error::Malformed(format!("its tokenizer makes no sense: {error}"));
    let ranks = Merges::new(pairs.iter().copied(), |piece| words.get(piece).copied());
    let pairs = pairs.into_iter().map(|(left, right)| (left.to_owned(), right.to_owned())).collect::<Vec<_>>();
    let bpe = BPE::builder().vocab_and_merges(words, pairs).build().map_err(broken)?;
    let mut tokenizer = HuggingFace::new(bpe);
    tokenizer.with_pre_tokenizer(Some(pre_tokenizer));
    let control: Vec<AddedToken> = control.map(|token| AddedToken::from(token, true)).collect();
    tokenizer.add_special_tokens(control).map_err(broken)?;
    Ok(Kind::Bpe { bpe: Box::new(tokenizer), merges: ranks, bytes_of: byte_level, begin: Vec::new() })
}

/// Undoes GPT-2's table, which writes each byte as a printable character: printable ASCII and most of Latin-1 stand
/// for themselves, the others are counted up from U+0100.
fn byte_level(token: &str) -> Vec<u8> {
    let byte = |c: char| -> Option<u8> {
        let code = u32::from(c);
        match code {
            0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF => u8::try_from(code).ok(),
            0x100..=0x120 => u8::try_from(code - 0x100).ok(),
            0x121..=0x142 => u8::try_from(code - 0x121 + 0x7F).ok(),
            0x143 => Some(0xAD),
            _ => None,
        }
    };
    token.chars().map(byte).collect::<Option<_>>().unwrap_or_else(|| token.as_bytes().to_vec())
}

/// SentencePiece writes a space as U+2581, and (where such tokens may be bytes) single bytes as `<0x0A>`.
fn sentence_piece(token: &str, may_be_byte: bool) -> Vec<u8> {
    let hex = token.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
    match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
        Some(byte) if may_be_byte => vec![byte],
        _ => token.replace('\u{2581}', " ").into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_table_is_gpt2s() {
        assert_eq!(byte_level("Ġcat"), b" cat");
        assert_eq!(byte_level("Ċ"), b"\n");
        assert_eq!(byte_level("Ã©"), "é".as_bytes());
        // DEL is the 34th byte without a printable character of its own, the soft hyphen the last.
        assert_eq!(byte_level("ġ"), [0x7F]);
        assert_eq!(byte_level("Ń"), [0xAD]);
    }

    #[test]
    fn sentence_piece_bytes_and_spaces() {
        assert_eq!(sentence_piece("▁Once", false), b" Once");
        assert_eq!(sentence_piece("<0x0A>", true), b"\n");
        assert_eq!(sentence_piece("<0x0A>", false), b"<0x0A>");
    }
}
