//! The bytes of every token.

use serde::{Deserialize, Serialize};

use crate::step::TokenId;

/// The bytes of every token, packed: token `i` is `bytes[ends[i - 1]..ends[i]]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    ends: Vec<u32>,
    bytes: Vec<u8>,
    control: Vec<TokenId>,
}

impl Vocabulary {
    /// Appends the next token; a control token (such as the end of text) has a name instead of text.
    pub fn push(&mut self, bytes: &[u8], control: bool) {
        if control {
            self.control.push(self.ends.len() as TokenId);
        }
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len() as u32);
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no token at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A token's bytes: not always whole UTF-8 characters. Empty for an id beyond the vocabulary.
    #[must_use]
    pub fn bytes(&self, token: TokenId) -> &[u8] {
        let token = token as usize;
        let Some(&end) = self.ends.get(token) else { return &[] };
        let start = if token == 0 { 0 } else { self.ends[token - 1] };
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Whether the token is a control token, whose bytes are a name and not text.
    #[must_use]
    pub fn is_control(&self, token: TokenId) -> bool {
        self.control.binary_search(&token).is_ok()
    }

    /// The text of a run of tokens. Bytes that make no character become U+FFFD.
    #[must_use]
    pub fn text(&self, tokens: &[TokenId]) -> String {
        let bytes: Vec<u8> = tokens.iter().flat_map(|&token| self.bytes(token)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
