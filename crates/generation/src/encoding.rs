//! How a tokenizer splits a text: its words, the first pieces of each, and the merges of neighbours, one pair after the other.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::inserted::inserted;
use crate::step::TokenId;

/// A text with its words, pieces and merges.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Encoding {
    /// Which pair goes first.
    pub order: Order,
    /// The parts of the text that are encoded on their own, in order.
    pub words: Vec<Word>,
}

/// Which of a word's pairs is joined first; among equals it is the leftmost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// The one that stands first in the list of merges.
    #[default]
    Ranks,
    /// The one that makes the token of the best score.
    Scores,
    /// The merges of this kind of tokenizer cannot be shown pair by pair.
    Unknown,
}

/// A part of a text that no token crosses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// Its bytes; of a control token, the name.
    pub bytes: Vec<u8>,
    /// Where the pieces that it starts from end, in bytes.
    pub ends: Vec<u32>,
    /// What is joined, in order.
    pub merges: Vec<Merge>,
    /// What comes out.
    pub tokens: Vec<Piece>,
    /// Whether it is a control token.
    pub control: bool,
}

/// Two neighbours become one piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Merge {
    /// Where the right one starts, in bytes of the word.
    pub at: u32,
    /// The pair's place in the list of merges, from 0; or the score of the token that it makes (see [`Order`]).
    pub by: f64,
}

/// A token of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The token.
    pub id: TokenId,
    /// How many of the word's bytes it is.
    pub bytes: u32,
}

impl Encoding {
    /// All tokens, in order.
    pub fn tokens(&self) -> impl Iterator<Item = TokenId> {
        self.words.iter().flat_map(|word| word.tokens.iter().map(|piece| piece.id))
    }
}

impl Word {
    /// The pieces after the first `merges` merges, as places in [`Self::bytes`].
    #[must_use]
    pub fn pieces(&self, merges: usize) -> Vec<Range<usize>> {
        let gone: BTreeSet<u32> = inserted(self.merges.iter().take(merges).map(|merge| merge.at));
        let ends = self.ends.iter().filter(|end| !gone.contains(end)).map(|&end| end as usize);
        ranges(ends, self.bytes.len())
    }

    /// The pair of each merge, in order: where the left one starts, where they meet, where the right one ends; `None` for a merge
    /// at which no two pieces meet. All pairs take one pass: each boundary knows its neighbours, and a merge takes it out.
    #[must_use]
    pub fn pairs(&self) -> Vec<Option<(Range<usize>, Range<usize>)>> {
        let ends: Vec<usize> =
            ranges(self.ends.iter().map(|&end| end as usize), self.bytes.len()).iter().map(|piece| piece.end).collect();
        // The boundaries before and after each one; of the first and the last, none.
        let mut before: Vec<Option<usize>> = (0..ends.len()).map(|i| i.checked_sub(1)).collect();
        let mut after: Vec<Option<usize>> = (0..ends.len()).map(|i| Some(i + 1).filter(|&i| i < ends.len())).collect();
        let mut there = vec![true; ends.len()];
        let mut pair = |merge: &Merge| {
            let i = ends.binary_search(&(merge.at as usize)).ok()?;
            let next = after[i]?;
            if !std::mem::take(&mut there[i]) {
                return None;
            }
            let start = before[i].map_or(0, |i| ends[i]);
            before[next] = before[i];
            if let Some(i) = before[i] {
                after[i] = Some(next);
            }
            Some((start..ends[i], ends[i]..ends[next]))
        };
        self.merges.iter().map(&mut pair).collect()
    }

    /// What comes out, each token with its place in [`Self::bytes`].
    #[must_use]
    pub fn parts(&self) -> Vec<(TokenId, Range<usize>)> {
        let mut end = 0usize;
        let ends = self.tokens.iter().map(|piece| {
            end = end.saturating_add(piece.bytes as usize);
            end
        });
        let ranges = ranges(ends, self.bytes.len());
        self.tokens.iter().map(|piece| piece.id).zip(ranges).collect()
    }

    /// The bytes at a place.
    #[must_use]
    pub fn at(&self, place: &Range<usize>) -> &[u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }
}

/// Ranges that end at `ends`, none beyond `length`.
fn ranges(ends: impl Iterator<Item = usize>, length: usize) -> Vec<Range<usize>> {
    let mut start = 0;
    let range = |end: usize| {
        let end = end.clamp(start, length.max(start));
        std::mem::replace(&mut start, end)..end
    };
    ends.map(range).collect()
}

/// The lesson's texts with their tokens, recorded: see `cargo xtask record`.
pub mod recorded {
    use super::Encoding;

    /// The file's bytes.
    #[must_use]
    pub fn encode(encodings: &[(String, Encoding)]) -> Vec<u8> {
        // Plain data, and a vector takes any length: postcard has no way to fail here.
        postcard::to_allocvec(encodings).unwrap_or_default()
    }

    /// Reads the file; nothing where the bytes are none.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Vec<(String, Encoding)> {
        postcard::from_bytes(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word() -> Word {
        let merge = |at, by| Merge { at, by };
        Word {
            bytes: b"able".to_vec(),
            ends: vec![1, 2, 3, 4],
            merges: vec![merge(3, 38.0), merge(1, 117.0), merge(2, 263.0)],
            tokens: vec![Piece { id: 540, bytes: 4 }],
            control: false,
        }
    }

    #[test]
    fn a_join_takes_away_the_place_where_two_met() {
        let word = word();
        let shown =
            |merges| word.pieces(merges).iter().map(|p| word.at(p).escape_ascii().to_string()).collect::<Vec<_>>();
        assert_eq!(shown(0), ["a", "b", "l", "e"]);
        assert_eq!(shown(1), ["a", "b", "le"]);
        assert_eq!(shown(2), ["ab", "le"]);
        assert_eq!(shown(9), ["able"]);
        assert_eq!(word.pairs(), [Some((2..3, 3..4)), Some((0..1, 1..2)), Some((0..2, 2..4))]);
        assert_eq!(word.parts(), [(540, 0..4)]);
    }

    #[test]
    fn nonsense_is_no_panic() {
        let merge = |at, by| Merge { at, by };
        let word = Word { ends: vec![9, 3, 7], merges: vec![merge(77, 1.0), merge(7, 1.0)], ..word() };
        for merges in 0..4 {
            assert!(word.pieces(merges).iter().all(|piece| word.at(piece).len() <= 4));
        }
        assert!(word.pairs().iter().flatten().all(|(left, right)| left.end == right.start && right.end <= 4));
        let word = Word { tokens: vec![Piece { id: 1, bytes: u32::MAX }; 3], ..word };
        assert_eq!(word.parts().len(), 3);
        assert!(recorded::decode(&[255; 9]).is_empty());
    }

    /// So many letters, joined two by two until one piece is left.
    fn doubled(letters: u32) -> Word {
        let mut merges = Vec::new();
        let mut size = 1;
        while size < letters {
            merges.extend((size..letters).step_by(2 * size as usize).map(|at| Merge { at, by: f64::from(size) }));
            size *= 2;
        }
        Word { bytes: vec![b'a'; letters as usize], ends: (1..=letters).collect(), merges, ..Word::default() }
    }

    #[test]
    fn a_pair_is_two_neighbours_of_the_pieces_before_it_is_joined() {
        for letters in [1_000, 2_000] {
            let word = doubled(letters);
            let pairs = word.pairs();
            assert_eq!(pairs.len(), letters as usize - 1);
            for index in [0, 1, pairs.len() / 2, pairs.len() - 1] {
                let pieces = word.pieces(index);
                let (left, right) = pairs[index].clone().unwrap();
                let found = pieces.windows(2).any(|two| two == [left.clone(), right.clone()]);
                assert!(found, "{index}: {left:?} {right:?}");
            }
        }
    }
}
