//! A recorded run: what the page shows before the live model is there.
//!
//! It is made by `cargo xtask record` from the real model with the real engine. Per step it keeps the best logits
//! exactly and counts the rest in bins of 1/16 logit: the lesson's probabilities are right within 1e-4 at any temperature.

mod attention;
mod embedding;
mod file;
mod tail;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::protocol::{ModelInfo, Vocabulary};
use crate::sampling::Ranking;
use crate::step::{Inspected, Inspection, Layer, Reading, Step, TokenId, Window};
use crate::tree::Ranked;

use file::{Entry, Name, Stored};

/// How many of a step's best tokens are kept by name, with their exact logits.
pub const NAMED: usize = 256;

/// How many of the best tokens are kept per layer of the logit lens.
pub const LENS_TOP: usize = 5;

/// How many neighbours of an embedding are kept.
pub const NEIGHBOURS_TOP: usize = 8;

/// What a record is made of: all that a model showed in one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// The model, with its whole vocabulary.
    pub info: ModelInfo,
    /// How many of [`Self::tokens`] are the prompt's, at least 1.
    pub prompt: usize,
    /// The prompt and what was drawn after it.
    pub tokens: Vec<TokenId>,
    /// The answers to the prompt and to each longer context: one more than tokens were drawn.
    pub answers: Vec<Answer>,
    /// Attention over the whole run, `[layers][heads][query][keys up to the query]`.
    pub attention: Vec<Vec<Vec<Vec<f32>>>>,
}

/// What a model showed of one context.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The step with everything that can be tapped; its attention is left to [`Run::attention`].
    pub step: Step,
    /// The logit lens, `[layers]`.
    pub lens: Vec<Reading>,
    /// The tokens nearest to the last one, with their cosines, nearest first.
    pub neighbours: Vec<(TokenId, f32)>,
}

/// A recorded run, read and checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    info: ModelInfo,
    stored: Stored,
}

impl Record {
    /// Keeps of a run what a record has room for.
    ///
    /// # Errors
    /// Says in words what does not fit together.
    pub fn new(run: &Run) -> Result<Self, String> {
        let vocabulary = &run.info.vocabulary;
        let entries = run.answers.iter().map(Entry::new).collect::<Result<Vec<_>, _>>()?;
        let ends = run.info.end_of_text.iter().copied();
        let mentioned: BTreeSet<TokenId> =
            ends.chain(run.tokens.iter().copied()).chain(entries.iter().flat_map(Entry::mentioned)).collect();
        let stored = Stored {
            info: ModelInfo { vocabulary: Vocabulary::default(), ..run.info.clone() },
            vocabulary: vocabulary.len(),
            names: Name::list(vocabulary, &mentioned),
            prompt: run.prompt,
            tokens: run.tokens.clone(),
            entries,
            attention: attention::encode(&run.attention)?,
        };
        Self::of_stored(stored)
    }

    fn of_stored(stored: Stored) -> Result<Self, String> {
        stored.check()?;
        Ok(Self { info: ModelInfo { vocabulary: stored.vocabulary(), ..stored.info.clone() }, stored })
    }

    /// The record's file; the same record gives the same bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        file::write(&self.stored)
    }

    /// Reads a record's file.
    ///
    /// # Errors
    /// Says in words what is wrong with the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        Self::of_stored(file::read(bytes)?)
    }

    /// The model that was recorded. Its vocabulary has text only for the tokens that the record names.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The prompt's tokens.
    #[must_use]
    pub fn prompt(&self) -> &[TokenId] {
        &self.stored.tokens[..self.stored.prompt]
    }

    /// The prompt's tokens and those drawn after it.
    #[must_use]
    pub fn tokens(&self) -> &[TokenId] {
        &self.stored.tokens
    }

    /// The recorded answer to a context, marked as recorded; `None` if the run did not come by.
    ///
    /// It shows all that can be tapped. Beyond the [`NAMED`] best tokens the ranking has no names, and logits within
    /// 1/16 of the true ones.
    #[must_use]
    pub fn step(&self, context: &[TokenId]) -> Option<Arc<Ranked>> {
        let entry = self.entry(context)?;
        let last = context.len() - 1;
        let layer = |(layer, norms): (usize, &[f32; 3])| Layer {
            attention: (0..self.info.heads).map(|head| self.row(layer, head, last)).collect(),
            resid_pre_norm: norms[0],
            attn_out_norm: norms[1],
            mlp_out_norm: norms[2],
        };
        let step = Step {
            context: Window { start: 0, len: context.len(), capacity: self.info.window },
            embedding: entry.embedding.decode(),
            layers: entry.norms.iter().enumerate().map(layer).collect(),
            logits: Vec::new(),
            cost: entry.cost(),
        };
        let ranking = Ranking::of_sorted(entry.order.clone(), entry.logits()).ok()?;
        Some(Arc::new(Ranked::recorded(step, ranking)))
    }

    /// The recorded answer to a look inside, at most as much as was asked for; `None` if the run did not come by, or
    /// the model has no such layer or head.
    #[must_use]
    pub fn inspect(&self, context: &[TokenId], inspection: Inspection) -> Option<Inspected> {
        let entry = self.entry(context)?;
        Some(match inspection {
            Inspection::Pattern { layer, head } if layer < self.info.layers && head < self.info.heads => {
                let row = |query| {
                    let mut row = self.row(layer, head, query);
                    row.resize(context.len(), 0.0);
                    row
                };
                Inspected::Pattern { rows: (0..context.len()).map(row).collect() }
            }
            Inspection::Pattern { .. } | Inspection::Pass { .. } => return None,
            Inspection::Lens { top } => {
                let reading =
                    |reading: &Reading| Reading { top: reading.top.iter().take(top).copied().collect(), ..*reading };
                Inspected::Lens { layers: entry.lens.iter().map(reading).collect() }
            }
            Inspection::Neighbours { top } => {
                Inspected::Neighbours { tokens: entry.neighbours.iter().take(top).copied().collect() }
            }
        })
    }

    fn entry(&self, context: &[TokenId]) -> Option<&Entry> {
        let drawn = context.len().checked_sub(self.stored.prompt)?;
        if self.stored.tokens.starts_with(context) { self.stored.entries.get(drawn) } else { None }
    }

    /// Attention of one query over the keys up to it, `[query + 1]`; the same in every later context.
    fn row(&self, layer: usize, head: usize, query: usize) -> Vec<f32> {
        let pattern = layer * self.info.heads + head;
        attention::row(&self.stored.attention, self.stored.tokens.len(), pattern, query)
    }
}
