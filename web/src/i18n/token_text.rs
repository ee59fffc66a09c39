//! Tokens as text: to be seen, with every byte visible, and to be spoken.

use generation::TokenId;
use generation::protocol::Vocabulary;

use crate::t;

/// A token's text with everything visible: a space as `␣`, a line's end as `⏎`, a tab as `⇥`, and bytes that are no
/// whole character as `⟨E2 82⟩`.
#[must_use]
pub fn visible(token: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in token.utf8_chunks() {
        chunk.valid().chars().for_each(|character| push_visible(&mut shown, character));
        if !chunk.invalid().is_empty() {
            let hex: Vec<String> = chunk.invalid().iter().map(|byte| format!("{byte:02X}")).collect();
            shown.push_str(&format!("⟨{}⟩", hex.join(" ")));
        }
    }
    shown
}

/// A token's text with everything visible; its id, as `#28`, while its text is not known.
#[must_use]
pub fn token_name(vocabulary: &Vocabulary, token: TokenId) -> String {
    match vocabulary.bytes(token) {
        [] => format!("#{token}"),
        bytes => visible(bytes),
    }
}

/// The text of a run of tokens; `⟨#28⟩` stands for one whose text is not known yet.
#[must_use]
pub fn token_words(vocabulary: &Vocabulary, tokens: &[TokenId]) -> String {
    let known = |token: &TokenId| !vocabulary.bytes(*token).is_empty();
    let words = |run: &[TokenId]| match run {
        [token, ..] if !known(token) => run.iter().map(|token| format!("⟨#{token}⟩")).collect(),
        run => vocabulary.text(run),
    };
    tokens.chunk_by(|one, other| known(one) == known(other)).map(words).collect()
}

fn push_visible(shown: &mut String, character: char) {
    match character {
        ' ' => shown.push('␣'),
        '\n' => shown.push('⏎'),
        '\t' => shown.push('⇥'),
        '\r' => shown.push('␍'),
        c if is_invisible(c) => shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
        // A combining mark needs something to stand on.
        '\u{300}'..='\u{36f}' if shown.is_empty() => shown.extend(['◌', character]),
        c => shown.push(c),
    }
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}')
        || matches!(c, '\u{3000}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A token's text for the ear: what is not a word gets a name.
#[must_use]
pub fn spoken(token: &[u8]) -> String {
    let text = String::from_utf8_lossy(token);
    let word = text.trim();
    match word {
        "" if text.contains('\n') => t!("spoken-line-break"),
        "" if text.contains('\t') => t!("spoken-tab"),
        "" if !text.is_empty() => t!("spoken-space"),
        "," => t!("spoken-comma"),
        "." => t!("spoken-full-stop"),
        "?" => t!("spoken-question-mark"),
        "!" => t!("spoken-exclamation-mark"),
        ":" => t!("spoken-colon"),
        ";" => t!("spoken-semicolon"),
        "-" | "–" | "—" => t!("spoken-dash"),
        "\"" | "“" | "”" => t!("spoken-quotation-mark"),
        "'" | "‘" | "’" => t!("spoken-apostrophe"),
        "(" | ")" => t!("spoken-bracket"),
        _ if text.contains('\u{fffd}') => t!("spoken-bytes", bytes = visible(token)),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_a_token_can_be_seen() {
        for (token, text) in [
            (&b" mat"[..], "␣mat"),
            (b"\n\n", "⏎⏎"),
            (b"\t", "⇥"),
            (b"\xE2\x82", "⟨E2 82⟩"),
            (b" \xF0\x9F", "␣⟨F0 9F⟩"),
            ("é".as_bytes(), "é"),
            ("\u{200b}".as_bytes(), "⟨U+200B⟩"),
            ("\u{301}".as_bytes(), "◌\u{301}"),
            (b"\x07", "⟨U+0007⟩"),
            (b"", ""),
        ] {
            assert_eq!(visible(token), text);
        }
    }

    #[test]
    fn a_token_without_a_text_has_its_number() {
        let mut vocabulary = Vocabulary::default();
        ["a", "", " caf"].iter().for_each(|text| vocabulary.push(text.as_bytes(), false));
        vocabulary.push(b"\xC3", false);
        vocabulary.push(b"\xA9", false);
        assert_eq!([0, 1, 2, 9].map(|token| token_name(&vocabulary, token)), ["a", "#1", "␣caf", "#9"]);
        assert_eq!(token_words(&vocabulary, &[0, 1, 9, 2, 3, 4, 1]), "a⟨#1⟩⟨#9⟩ café⟨#1⟩");
    }

    #[test]
    fn every_token_has_a_name() {
        for (token, text) in
            [(&b" mat"[..], "mat"), (b",", "comma"), (b"\n", "line break"), (b"  ", "space"), (b"\xE2", "bytes ⟨E2⟩")]
        {
            assert_eq!(spoken(token), text);
        }
    }
}
