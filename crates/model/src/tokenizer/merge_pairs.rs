//! The merge loop of byte-pair encoding: of all adjacent pairs that make a piece, the best is merged, the leftmost among
//! equals, until none is left.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::ops::Range;

/// A run of bytes that is a piece or may become part of one.
#[derive(Clone, Copy)]
struct Symbol {
    start: usize,
    /// Equal to `start` once it is merged into the one on its left.
    end: usize,
    before: Option<usize>,
    after: Option<usize>,
}

/// An adjacent pair that makes a piece.
struct Pair<R> {
    rating: R,
    left: usize,
    right: usize,
    /// Bytes of both: where one has grown since, the pair is out of date.
    length: usize,
}

impl<R: Ord> Ord for Pair<R> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rating.cmp(&other.rating).then(Reverse(self.left).cmp(&Reverse(other.left)))
    }
}

impl<R: Ord> PartialOrd for Pair<R> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<R: Ord> PartialEq for Pair<R> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<R: Ord> Eq for Pair<R> {}

/// Merges the characters of `text` into pieces, given as byte ranges. `rate` gives a pair's rating (the greatest goes first)
/// if it makes a piece; `on_merge` gets the byte at which the two met, and their rating.
pub(super) fn merge_pairs<R: Ord>(
    text: &str,
    rate: impl Fn(&str, &str) -> Option<R>,
    mut on_merge: impl FnMut(usize, &R),
) -> Vec<Range<usize>> {
    let mut symbols = characters(text);
    let pair = |symbols: &[Symbol], left: usize, right: usize| {
        let (a, b) = (symbols[left], symbols[right]);
        let rating = rate(&text[a.start..a.end], &text[b.start..b.end])?;
        Some(Pair { rating, left, right, length: b.end - a.start })
    };
    let mut pairs: BinaryHeap<Pair<R>> = (1..symbols.len()).filter_map(|i| pair(&symbols, i - 1, i)).collect();
    while let Some(Pair { rating, left, right, length }) = pairs.pop() {
        let (a, b) = (symbols[left], symbols[right]);
        let gone = a.start == a.end || b.start == b.end;
        if gone || a.after != Some(right) || b.end - a.start != length {
            continue;
        }
        on_merge(b.start, &rating);
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
    symbols.iter().filter(|symbol| symbol.start < symbol.end).map(|symbol| symbol.start..symbol.end).collect()
}

fn characters(text: &str) -> Vec<Symbol> {
    let count = text.chars().count();
    let symbol = |(i, (start, c)): (usize, (usize, char))| Symbol {
        start,
        end: start + c.len_utf8(),
        before: i.checked_sub(1),
        after: (i + 1 < count).then_some(i + 1),
    };
    text.char_indices().enumerate().map(symbol).collect()
}
