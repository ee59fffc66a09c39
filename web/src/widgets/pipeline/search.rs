//! Search in the whole vocabulary, by text or by id.

use generation::TokenId;
use generation::protocol::Vocabulary;
use generation::sampling::{Ranking, UNNAMED};

/// A token that was searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Its place among all, 0 the best.
    pub rank: usize,
    /// The token.
    pub token: TokenId,
    /// Its logit.
    pub logit: f32,
}

/// What a search gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    /// How many tokens fit.
    pub total: usize,
    /// The best of them: first the very token that was asked for, then by rank.
    pub shown: Vec<Found>,
}

/// How well a token fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Id,
    Exact,
    /// But for a space in front.
    Word,
    Part,
}

/// The tokens whose id is `query` or whose text has it in it, whatever the case; at most `most` of them.
/// `␣`, `⏎` and `⇥` stand for what they show.
pub fn search(query: &str, ranking: &Ranking, vocabulary: &Vocabulary, most: usize) -> Hits {
    let text = query.replace('␣', " ").replace('⏎', "\n").replace('⇥', "\t").into_bytes();
    if text.is_empty() {
        return Hits::default();
    }
    let id = query.trim().trim_start_matches('#').parse::<TokenId>().ok();
    let named = ranking.order().iter().enumerate().filter(|&(_, &token)| token != UNNAMED);
    let mut hits: Vec<(Fit, usize, TokenId)> = named
        .filter_map(|(rank, &token)| {
            let fit = if id == Some(token) { Some(Fit::Id) } else { fit(vocabulary.bytes(token), &text) };
            Some((fit?, rank, token))
        })
        .collect();
    hits.sort_unstable();
    let found = |&(_, rank, token): &(Fit, usize, TokenId)| Found { rank, token, logit: ranking.logits()[rank] };
    Hits { total: hits.len(), shown: hits.iter().take(most).map(found).collect() }
}

fn fit(token: &[u8], text: &[u8]) -> Option<Fit> {
    if token == text {
        Some(Fit::Exact)
    } else if token.strip_prefix(b" ") == Some(text) {
        Some(Fit::Word)
    } else {
        token.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text)).then_some(Fit::Part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &[TokenId]) {
        let mut vocabulary = Vocabulary::default();
        for token in ["Paris", " Paris", "paris", " par", "\n", "4", " 14"] {
            vocabulary.push(token.as_bytes(), false);
        }
        let ranking = Ranking::new(&[0.0, 5.0, 4.0, 3.0, 2.0, 1.0, 6.0]);
        let hits = search(query, &ranking, &vocabulary, 3);
        assert_eq!(hits.shown.iter().map(|found| found.token).collect::<Vec<_>>(), expected, "{query}");
        for found in hits.shown {
            assert_eq!((ranking.order()[found.rank], ranking.logit(found.token)), (found.token, Some(found.logit)));
        }
    }

    #[test]
    fn the_very_token_comes_first_then_the_likeliest() {
        check("Paris", &[0, 1, 2]);
        check("␣Paris", &[1]);
        check(" Paris", &[1]);
        check("par", &[3, 1, 2]);
        check("⏎", &[4]);
    }

    #[test]
    fn a_number_is_an_id_and_a_text() {
        check("4", &[4, 5, 6]);
        check("#4", &[4]);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        check("", &[]);
        check("London", &[]);
        check("99", &[]);
    }
}
