//! The record's file: [`MAGIC`], the version, the run in postcard's format, a checksum.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::checksum::checksum;
use crate::inserted::inserted;
use crate::protocol::{ModelInfo, Vocabulary};
use crate::sampling::Ranking;
use crate::step::{Cost, Reading, TokenId};

use super::{Answer, LENS_TOP, NAMED, NEIGHBOURS_TOP, attention, embedding::Embedding, tail};

const MAGIC: [u8; 4] = *b"NTRR";

/// To be raised whenever the file changes its form.
const VERSION: u8 = 2;

/// The most tokens of a vocabulary: it is laid out in memory, although the file only gives their number.
const MAX_VOCABULARY: usize = 1 << 18;

/// The most tokens of a run: attention grows with their square.
const MAX_TOKENS: usize = 1 << 12;

/// The whole run, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    /// Without its vocabulary.
    pub(super) info: ModelInfo,
    /// How many tokens the vocabulary has.
    pub(super) vocabulary: usize,
    pub(super) names: Vec<Name>,
    /// How many of the tokens are the prompt's.
    pub(super) prompt: usize,
    pub(super) tokens: Vec<TokenId>,
    pub(super) entries: Vec<Entry>,
    /// See [`attention`].
    pub(super) attention: Vec<u16>,
}

/// The text of a token that the record mentions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Name {
    /// How many tokens without a name lie between the name before and this one.
    skipped: u32,
    bytes: Vec<u8>,
    control: bool,
}

/// One context's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// The best tokens, best first.
    pub(super) order: Vec<TokenId>,
    /// Their logits.
    best: Vec<f32>,
    /// See [`tail`].
    tail: Vec<u32>,
    pub(super) embedding: Embedding,
    /// Per layer: the residual stream before it, what attention adds, what the feed-forward network adds.
    pub(super) norms: Vec<[f32; 3]>,
    /// Tokens computed, tokens reused.
    cost: (usize, usize),
    pub(super) lens: Vec<Reading>,
    pub(super) neighbours: Vec<(TokenId, f32)>,
}

impl Name {
    /// The names of some tokens.
    pub(super) fn list(vocabulary: &Vocabulary, tokens: &BTreeSet<TokenId>) -> Vec<Self> {
        let mut next = 0;
        let name = |&token: &TokenId| {
            let skipped = token - std::mem::replace(&mut next, token + 1);
            Self { skipped, bytes: vocabulary.bytes(token).to_vec(), control: vocabulary.is_control(token) }
        };
        tokens.iter().map(name).collect()
    }
}

impl Entry {
    pub(super) fn new(answer: &Answer) -> Result<Self, String> {
        let Answer { step, lens, neighbours } = answer;
        let ranking = Ranking::new(&step.logits);
        let (best, rest) = ranking.logits().split_at(NAMED.min(step.logits.len()));
        let last = *best.last().ok_or("a step has no logits")?;
        let reading =
            |reading: &Reading| Reading { top: reading.top.iter().take(LENS_TOP).copied().collect(), ..*reading };
        Ok(Self {
            order: ranking.order()[..best.len()].to_vec(),
            best: best.to_vec(),
            tail: tail::count(last, rest)?,
            embedding: Embedding::encode(&step.embedding),
            norms: step.layers.iter().map(|l| [l.resid_pre_norm, l.attn_out_norm, l.mlp_out_norm]).collect(),
            cost: (step.cost.tokens_computed, step.cost.tokens_reused),
            lens: lens.iter().map(reading).collect(),
            neighbours: neighbours.iter().take(NEIGHBOURS_TOP).copied().collect(),
        })
    }

    /// Every token that it mentions.
    pub(super) fn mentioned(&self) -> impl Iterator<Item = TokenId> {
        let lens = self.lens.iter().flat_map(|reading| reading.top.iter().map(|candidate| candidate.token));
        let neighbours = self.neighbours.iter().map(|&(token, _)| token);
        self.order.iter().copied().chain(lens).chain(neighbours)
    }

    /// All logits, largest first: the named ones, then those of the tail.
    pub(super) fn logits(&self) -> Vec<f32> {
        let last = self.best.last().copied().unwrap_or_default();
        self.best.iter().copied().chain(tail::spread(last, &self.tail)).collect()
    }

    /// A recorded step has no time.
    pub(super) fn cost(&self) -> Cost {
        Cost { tokens_computed: self.cost.0, tokens_reused: self.cost.1, milliseconds: 0.0 }
    }

    fn numbers(&self) -> impl Iterator<Item = f32> {
        let candidates = self.lens.iter().flat_map(|reading| &reading.top);
        let lens = candidates.flat_map(|candidate| [candidate.logit, candidate.probability]);
        let entropies = self.lens.iter().map(|reading| reading.entropy);
        let cosines = self.neighbours.iter().map(|&(_, cosine)| cosine);
        let norms = self.norms.iter().flatten().copied();
        self.best
            .iter()
            .copied()
            .chain(self.embedding.decode())
            .chain(norms)
            .chain(lens)
            .chain(entropies)
            .chain(cosines)
    }

    fn check(&self, stored: &Stored) -> Result<(), String> {
        let (named, layers) = (self.order.len(), stored.info.layers);
        let distinct = inserted::<BTreeSet<TokenId>, _>(self.order.iter().copied()).len();
        if named == 0 || distinct != named || self.best.len() != named {
            return Err(format!("{named} tokens, {distinct} of them distinct, have {} logits", self.best.len()));
        }
        let total = tail::total(&self.tail).saturating_add(named as u64);
        if total != stored.vocabulary as u64 {
            return Err(format!("it has {total} logits for a vocabulary of {}", stored.vocabulary));
        }
        if self.best.windows(2).any(|pair| pair[0] < pair[1]) {
            return Err("its logits are not in order".into());
        }
        if self.numbers().any(|number| !number.is_finite()) {
            return Err("it has a number that is not finite".into());
        }
        if (self.norms.len(), self.lens.len()) != (layers, layers) {
            return Err(format!("{layers} layers have {} norms and {} lenses", self.norms.len(), self.lens.len()));
        }
        let width = self.embedding.decode().len();
        if width != stored.info.width {
            return Err(format!("an embedding has {width} values, not {}", stored.info.width));
        }
        stored.check_tokens(self.mentioned())
    }
}

impl Stored {
    /// Whether everything fits together, so that nothing that is asked later can fail.
    pub(super) fn check(&self) -> Result<(), String> {
        if !(1..=MAX_VOCABULARY).contains(&self.vocabulary) || !self.info.vocabulary.is_empty() {
            return Err(format!("a vocabulary of {} tokens cannot be laid out", self.vocabulary));
        }
        let named: u64 = self.names.iter().map(|name| u64::from(name.skipped) + 1).sum();
        if named > self.vocabulary as u64 {
            return Err(format!("it names token {} of {}", named - 1, self.vocabulary));
        }
        let drawn = self.tokens.len().checked_sub(self.prompt);
        if self.prompt == 0 || drawn.and_then(|drawn| drawn.checked_add(1)) != Some(self.entries.len()) {
            let (tokens, entries) = (self.tokens.len(), self.entries.len());
            return Err(format!("{tokens} tokens, {} of them given, have {entries} answers", self.prompt));
        }
        if self.tokens.len() > MAX_TOKENS {
            return Err(format!("a run of {} tokens is too long", self.tokens.len()));
        }
        if self.info.heads > self.info.width {
            return Err(format!("{} heads do not fit a width of {}", self.info.heads, self.info.width));
        }
        self.check_tokens(self.tokens.iter().copied())?;
        self.entries.iter().try_for_each(|entry| entry.check(self))?;
        let mut draws = self.entries.iter().zip(&self.tokens[self.prompt..]);
        if let Some((_, token)) = draws.find(|(entry, token)| !entry.order.contains(token)) {
            return Err(format!("the drawn token {token} is not among the named ones"));
        }
        attention::check(&self.attention, self.info.layers as u128 * self.info.heads as u128, self.tokens.len())
    }

    fn check_tokens(&self, mut tokens: impl Iterator<Item = TokenId>) -> Result<(), String> {
        match tokens.find(|&token| token as usize >= self.vocabulary) {
            Some(token) => Err(format!("token {token} is not in the vocabulary of {}", self.vocabulary)),
            None => Ok(()),
        }
    }

    /// The names, with nothing for all other tokens.
    pub(super) fn vocabulary(&self) -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for name in &self.names {
            (0..name.skipped).for_each(|_| vocabulary.push(&[], false));
            vocabulary.push(&name.bytes, name.control);
        }
        (vocabulary.len()..self.vocabulary).for_each(|_| vocabulary.push(&[], false));
        vocabulary
    }
}

/// The file's bytes.
pub(super) fn write(stored: &Stored) -> Vec<u8> {
    let start = [&MAGIC[..], &[VERSION]].concat();
    // Plain data, and a vector takes any length: postcard has no way to fail here.
    let mut bytes = postcard::to_extend(stored, start).unwrap_or_default();
    bytes.extend(checksum(bytes.iter().copied()).to_le_bytes());
    bytes
}

/// Reads what [`write`] has written.
pub(super) fn read(bytes: &[u8]) -> Result<Stored, String> {
    let Some(([magic @ .., version], _)) = bytes.split_first_chunk::<5>() else {
        return Err(format!("{} bytes are too few for a recorded run", bytes.len()));
    };
    if *magic != MAGIC {
        return Err("this is not a recorded run".into());
    }
    if *version != VERSION {
        return Err(format!("the recorded run is of version {version}; this page reads version {VERSION}"));
    }
    let whole =
        bytes.split_last_chunk::<8>().filter(|(body, sum)| checksum(body.iter().copied()) == u64::from_le_bytes(**sum));
    let Some((body, _)) = whole else { return Err("the recorded run is damaged".into()) };
    match postcard::take_from_bytes(body.get(MAGIC.len() + 1..).unwrap_or_default()) {
        Ok((stored, [])) => Ok(stored),
        Ok((_, rest)) => Err(format!("the recorded run has {} bytes too many", rest.len())),
        Err(error) => Err(format!("the recorded run cannot be read: {error}")),
    }
}
