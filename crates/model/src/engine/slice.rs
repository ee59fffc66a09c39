//! One slice of a task: some tokens through the model, and the answer once it was the last.

use std::ops::Range;

use generation::checksum::checksum;
use generation::step::{Inspected, Inspection, Pass, Step, Taps};

use super::{Answer, Engine, Progress, RunningTask, Task};
use crate::arch::tap::{NoTap, Tap};
use crate::error::Result;
use crate::inspect::logit_lens::{Logits, given};
use crate::inspect::neighbours::neighbours;
use crate::inspect::taps::{PatternTap, ResidualTap, StepTap};
use crate::kernels::multiply_adds;
use crate::kv_cache::KvCache;

/// How many of the best tokens a [`Score`](generation::step::Score) reports per position.
const SCORE_TOP: usize = 20;

/// Positions whose logits are computed together: the head is read once for all of them.
const SCORED: usize = 4;

/// Sends at most `slice` more tokens through the model.
pub(super) fn advance(engine: &Engine, cache: &mut KvCache, task: &mut RunningTask, slice: usize) -> Result<Progress> {
    let (done, total) = (cache.len(), task.visible().len());
    let before = multiply_adds();
    let end = (done + slice.max(1)).min(total);
    let answer = Slice { engine, cache, task, before }.answer(done..end)?;
    task.multiply_adds += multiply_adds() - before;
    task.done = cache.len();
    Ok(answer.map_or(Progress::Working { done: cache.len(), total }, Progress::Done))
}

struct Slice<'a> {
    engine: &'a Engine,
    cache: &'a mut KvCache,
    task: &'a mut RunningTask,
    /// Multiply-adds of this thread when the slice began.
    before: u64,
}

impl Slice<'_> {
    fn answer(mut self, range: Range<usize>) -> Result<Option<Answer>> {
        let last = self.task.visible().len() - 1;
        match self.task.task() {
            Task::Score => self.score(range),
            Task::Inspect(Inspection::Pattern { layer, head }) => self.pattern(range, layer, head),
            Task::Inspect(Inspection::Neighbours { top }) => self.neighbours(top).map(Some),
            // The last token goes alone, with its taps.
            _ if range.start < last => {
                self.forward(range.start..range.end.min(last), &mut NoTap)?;
                Ok(None)
            }
            Task::Step(taps) => self.step(taps).map(Some),
            Task::Inspect(Inspection::Lens { top }) => self.lens(top).map(Some),
            Task::Inspect(Inspection::Pass { .. }) => self.pass().map(Some),
        }
    }

    fn forward(&mut self, range: Range<usize>, tap: &mut impl Tap) -> Result<Vec<f32>> {
        self.engine.model.forward(&self.task.visible()[range], self.cache, tap)
    }

    /// The residual stream of the last token, `[width]`.
    fn forward_last(&mut self, tap: &mut impl Tap) -> Result<Vec<f32>> {
        let total = self.task.visible().len();
        self.forward(total - 1..total, tap)
    }

    fn step(&mut self, taps: Taps) -> Result<Answer> {
        let mut tap = StepTap::new(taps, self.engine.info.layers);
        let x = if taps == Taps::default() { self.forward_last(&mut NoTap)? } else { self.forward_last(&mut tap)? };
        Ok(Answer::Step(Box::new(Step {
            context: self.task.window(),
            embedding: tap.embedding,
            layers: tap.layers,
            logits: self.engine.logits(&x)?,
            cost: self.task.cost(),
        })))
    }

    fn pass(&mut self) -> Result<Answer> {
        let x = self.forward_last(&mut NoTap)?;
        let logits = self.engine.logits(&x)?;
        Ok(Answer::Inspected(Inspected::Pass(Pass {
            cost: self.task.cost(),
            multiply_adds: self.task.multiply_adds + multiply_adds() - self.before,
            logits: checksum(logits.iter().flat_map(|logit| logit.to_bits().to_le_bytes())),
        })))
    }

    /// All layers as rows of one product.
    fn lens(&mut self, top: usize) -> Result<Answer> {
        let mut tap = ResidualTap::default();
        self.forward_last(&mut tap)?;
        let logits = self.engine.logits(&tap.0)?;
        let layers = logits.chunks_exact(self.engine.tokenizer.vocabulary().len());
        let layers = layers.map(|logits| Logits::new(logits).reading(top)).collect();
        Ok(Answer::Inspected(Inspected::Lens { layers }))
    }

    fn neighbours(&self, top: usize) -> Result<Answer> {
        let last = self.task.visible()[self.task.visible().len() - 1];
        let tokens = neighbours(&self.engine.model.embedding().tokens, last, top)?;
        Ok(Answer::Inspected(Inspected::Neighbours { tokens }))
    }

    fn pattern(&mut self, range: Range<usize>, layer: usize, head: usize) -> Result<Option<Answer>> {
        let total = self.task.visible().len();
        let mut tap = PatternTap { layer, head, total, rows: std::mem::take(&mut self.task.pattern) };
        let is_last = range.end == total;
        self.forward(range, &mut tap)?;
        if is_last {
            return Ok(Some(Answer::Inspected(Inspected::Pattern { rows: tap.rows })));
        }
        self.task.pattern = tap.rows;
        Ok(None)
    }

    fn score(&mut self, range: Range<usize>) -> Result<Option<Answer>> {
        let x = self.forward(range.clone(), &mut NoTap)?;
        let size = self.engine.tokenizer.vocabulary().len();
        let mut position = range.start;
        for x in x.chunks(SCORED * self.engine.info.width) {
            for logits in self.engine.logits(x)?.chunks_exact(size) {
                let logits = Logits::new(logits);
                if position == 0 {
                    self.task.scores.push(given());
                }
                if let Some(current) = self.task.scores.last_mut() {
                    current.next = logits.reading(SCORE_TOP);
                }
                position += 1;
                if let Some(&next) = self.task.visible().get(position) {
                    self.task.scores.push(logits.predicted(next));
                }
            }
        }
        let is_last = range.end == self.task.visible().len();
        Ok(is_last.then(|| Answer::Scored(std::mem::take(&mut self.task.scores))))
    }
}
