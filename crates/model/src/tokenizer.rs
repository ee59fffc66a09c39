//! Text to tokens and back, by the tables in a GGUF file.

use generation::TokenId;
use generation::protocol::Vocabulary;
use tokenizers::models::bpe::BPE;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::{AddedToken, Tokenizer as HuggingFace};

use crate::error::{Error, Result, malformed};
use crate::gguf::Metadata;

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
    /// Boxed: it is large.
    ByteLevelBpe(Box<HuggingFace>),
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
        let bytes_of: fn(&str, i64) -> Vec<u8> = if model == "gpt2" { byte_level } else { sentence_piece };
        let mut vocabulary = Vocabulary::default();
        for (token, &kind) in tokens.iter().zip(&kinds) {
            let bytes = if kind == CONTROL { token.as_bytes().to_vec() } else { bytes_of(token, kind) };
            vocabulary.push(&bytes, kind == CONTROL);
        }
        let end_of_text = end_of_text(metadata, &tokens);
        let kind = match pre_tokenizer(&model, &pre) {
            Ok(pre_tokenizer) => Kind::ByteLevelBpe(Box::new(bpe(metadata, tokens, &kinds, pre_tokenizer)?)),
            Err(why) => Kind::DecodeOnly(why),
        };
        Ok(Self { kind, vocabulary, end_of_text })
    }

    /// The tokens of a text. Names of control tokens in it become these tokens.
    ///
    /// # Errors
    /// [`Error::Unreadable`] names a character for which the vocabulary has no bytes;
    /// [`Error::Unsupported`] a kind of tokenizer that cannot cut texts yet.
    pub fn encode(&self, text: &str) -> Result<Vec<TokenId>> {
        let bpe = match &self.kind {
            Kind::ByteLevelBpe(bpe) => bpe,
            Kind::DecodeOnly(why) => return Err(Error::Unsupported(why.clone())),
        };
        let encoding = bpe.encode_fast(text, false).map_err(|error| Error::BadInput(error.to_string()))?;
        let tokens = encoding.get_ids().to_vec();
        // The BPE drops bytes that it has no token for without a word.
        match self.lost(text, &tokens) {
            Some(lost) => Err(Error::Unreadable(format!("{lost:?} (U+{:04X})", u32::from(lost)))),
            None => Ok(tokens),
        }
    }

    /// The first character of `text` that `tokens` do not give back.
    fn lost(&self, text: &str, tokens: &[TokenId]) -> Option<char> {
        let mut bytes = tokens.iter().flat_map(|&token| self.vocabulary.bytes(token));
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
            "its tokenizer is of kind {model:?} with pre-tokenizer {pre:?}; \"gpt2\" with \"gpt-2\" or \"smollm\" can be read"
        )),
    }
}

fn bpe(
    metadata: &mut Metadata,
    tokens: Vec<String>,
    kinds: &[i64],
    pre_tokenizer: PreTokenizerWrapper,
) -> Result<HuggingFace> {
    let merges = metadata.take_strings("tokenizer.ggml.merges")?;
    let pair = |merge: &String| merge.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned()));
    let Some(merges) = merges.iter().map(pair).collect::<Option<Vec<_>>>() else {
        return malformed("a merge of its tokenizer is not two pieces with a space between");
    };
    let control = tokens.iter().zip(kinds).filter(|(_, kind)| **kind == CONTROL);
    let control: Vec<AddedToken> = control.map(|(token, _)| AddedToken::from(token.clone(), true)).collect();
    let vocabulary: tokenizers::models::bpe::Vocab =
        tokens.into_iter().enumerate().map(|(id, token)| (token, id as TokenId)).collect();
    let broken = |error: tokenizers::Error| Error::Malformed(format!("its tokenizer makes no sense: {error}"));
    let bpe = BPE::builder().vocab_and_merges(vocabulary, merges).build().map_err(broken)?;
    let mut tokenizer = HuggingFace::new(bpe);
    tokenizer.with_pre_tokenizer(Some(pre_tokenizer));
    tokenizer.add_special_tokens(control).map_err(broken)?;
    Ok(tokenizer)
}

/// Undoes GPT-2's table, which writes each byte as a printable character: printable ASCII and most of Latin-1 stand
/// for themselves, the others are counted up from U+0100.
fn byte_level(token: &str, _kind: i64) -> Vec<u8> {
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

/// SentencePiece writes a space as U+2581, and single bytes as `<0x0A>`.
fn sentence_piece(token: &str, kind: i64) -> Vec<u8> {
    let hex = token.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
    match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
        Some(byte) if kind == BYTE => vec![byte],
        _ => token.replace('\u{2581}', " ").into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_table_is_gpt2s() {
        assert_eq!(byte_level("Ġcat", 1), b" cat");
        assert_eq!(byte_level("Ċ", 1), b"\n");
        assert_eq!(byte_level("Ã©", 1), "é".as_bytes());
        // DEL is the 34th byte without a printable character of its own, the soft hyphen the last.
        assert_eq!(byte_level("ġ", 1), [0x7F]);
        assert_eq!(byte_level("Ń", 1), [0xAD]);
    }

    #[test]
    fn sentence_piece_bytes_and_spaces() {
        assert_eq!(sentence_piece("▁Once", 1), b" Once");
        assert_eq!(sentence_piece("<0x0A>", BYTE), b"\n");
        assert_eq!(sentence_piece("<0x0A>", 1), b"<0x0A>");
    }
}
