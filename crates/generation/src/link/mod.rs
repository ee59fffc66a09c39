//! A link: the state of the page as a line of text, for the address's fragment.
//!
//! ```text
//! v=1&text=The+cat+sat+on&model=SmolLM2-135M-Instruct&ids=504.2644.3323.335&seed=143&T=0.8&tree=260.28f.30~1-335&end=0a1b2c3d
//! ```
//!
//! Fields in the form of a query, percent-encoded, in this order; what is left out has the value in brackets:
//!
//! | field | what it is |
//! |---|---|
//! | `v` | the version |
//! | `text` | the prompt's text |
//! | `model` | the name of the model whose tokens these are |
//! | `ids` | the prompt's tokens; without them there is no run, and `text` makes a new prompt |
//! | `seed` | \[143\] |
//! | `T`, `topk`, `topp`, `minp`, `penalty` | the controls \[1, 0, 1, 0, 1: none changes anything\] |
//! | `max` | how many tokens one call of the loop makes \[50\] |
//! | `call` | the context's length when the call began \[the prompt's\] |
//! | `stage`, `line` | the open stage by name \[context\], the line that has been run, from 1 \[2\] |
//! | `break` | lines with a breakpoint |
//! | any other | an option of a widget |
//! | `past` | settings of earlier draws, apart by `~`: `T0.8_k40_p0.9_m0.1_r1.2_s7` with what differs from plain controls and from `seed` |
//! | `logits` | sets of altered logits, apart by `~`: `28:-3.5_30:12` |
//! | `tip` | number of the token where the context ends, 0 the prompt \[the last\] |
//! | `tree` | the tokens after the prompt, in order of their making |
//! | `end` | a check on all before it: a link that was cut off lacks it |
//!
//! `tree` has chains apart by `~`, a chain's tokens apart by `.`; each follows the one before it, a chain's first the
//! prompt, or the token whose number is written before a `-`. A token is its id with marks: `f` forced; else drawn, with
//! `d3` by the coin's throw 3 \[0\], `c2` under `past`'s second entry \[the present settings\], `x1` from `logits`' first
//! \[none\]. For what comes after it: `n4` the coin's present throw \[0\], `y1` the logits that are altered now \[none\].
//! Marks before the first token are the prompt's own.
//!
//! **Version 1 never changes**: a test holds a link of every version for ever.

mod parse;
mod read;
mod tree;
mod write;

use std::collections::BTreeMap;

use crate::snapshot::Snapshot;

/// The version that is written.
pub const VERSION: u32 = 1;

/// The longest link that is read or written, in bytes.
pub const MAX_LENGTH: usize = 8_192;

/// The most tokens of a prompt.
pub const MAX_PROMPT: usize = 2_048;

/// The most tokens after it, of all branches together.
pub const MAX_MADE: usize = 1_024;

/// The most tokens that one call of the loop may be told to make.
pub const MAX_CALL: usize = 10_000;

/// The seed that version 1 means where it has none.
const SEED: u64 = 143;

/// How many tokens a call makes where version 1 does not say.
const CALL: usize = 50;

/// The state that a link carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// The name of the model whose tokens these are; may be empty.
    pub model: String,
    /// The prompt's text, where the link has it.
    pub text: Option<String>,
    /// The loop's state. Without a prompt there is only what stands beside a run: controls, seed, breakpoints.
    pub snapshot: Snapshot,
    /// Options of the widgets, by name.
    pub options: BTreeMap<String, String>,
}

/// Why a state has no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLong {
    /// So many tokens of a prompt.
    Prompt(usize),
    /// So many tokens after it.
    Made(usize),
    /// It would have so many bytes.
    Bytes(usize),
}

/// What was read of a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// What could be read.
    pub link: Link,
    /// What was left out, in the order of the fields.
    pub ignored: Vec<Ignored>,
}

/// What of a link was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// All of it: it has so many bytes.
    Length(usize),
    /// All of it: it is of this unknown version.
    Version(String),
    /// It was cut off: the end of this field may be missing.
    Cut(String),
    /// Nothing, but it has been changed since it was made.
    Changed,
    /// A field whose value makes no sense.
    Value {
        /// The field.
        field: String,
        /// Its value, or the beginning of it.
        value: String,
    },
    /// A field that is there a second time.
    Twice(String),
    /// A field that needs tokens, which are not there.
    Alone(String),
    /// The tree from this place on, counted from 1.
    Tree {
        /// The first token that is left out.
        from: usize,
        /// What stands there.
        value: String,
    },
}

/// Characters that are shown of what somebody else wrote.
const TOLD: usize = 24;

/// The beginning of what somebody else wrote.
#[must_use]
pub fn beginning(value: &str) -> String {
    let mut letters = value.chars();
    let told: String = letters.by_ref().take(TOLD).collect();
    if letters.next().is_some() { told + "…" } else { told }
}

impl Link {
    /// Whether a fragment is a link, and not the name of a place in the page.
    #[must_use]
    pub fn is_one(fragment: &str) -> bool {
        fragment.contains('=')
    }
}

/// FNV-1a of 32 bits: against accidents, not against malice.
fn checksum<'a>(fields: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> u32 {
    let step = |hash: u32, &byte: &u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let field =
        |hash, (key, value): (&'a [u8], &'a [u8])| key.iter().chain(b"=").chain(value).chain(b"&").fold(hash, step);
    fields.fold(0x811c_9dc5, field)
}
