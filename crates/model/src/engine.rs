//! A loaded model at work: steps, inspections and scores, in slices short enough to be stopped between.

use std::ops::Range;
use std::sync::Arc;

use generation::TokenId;
use generation::checksum::checksum;
use generation::protocol::ModelInfo;
use generation::step::{Cost, Inspected, Inspection, Layer, Pass, Score, Step, Taps, Window};

use crate::arch::linear::Precision;
use crate::arch::tap::{NoTap, Tap};
use crate::arch::transformer::Transformer;
use crate::arch::weights::Weights;
use crate::error::{Error, Result};
use crate::inspect::logit_lens::{Logits, given};
use crate::inspect::neighbours::neighbours;
use crate::kernels::elementwise::l2_norm;
use crate::kernels::multiply_adds;
use crate::kv_cache::KvCache;
use crate::load::loader::Description;
use crate::tokenizer::Tokenizer;

/// How many of the best tokens a [`Score`] reports per position.
const SCORE_TOP: usize = 20;

/// Positions whose logits are computed together: the head is read once for all of them.
const SCORED: usize = 4;

/// A model, its tokenizer and its cache.
#[derive(Debug)]
pub struct Engine {
    model: Transformer,
    tokenizer: Arc<Tokenizer>,
    cache: KvCache,
    info: ModelInfo,
}

/// What the engine can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// All logits of the last position, and what the taps show.
    Step(Taps),
    /// A look inside.
    Inspect(Inspection),
    /// Each token's log-probability, rank and distribution.
    Score,
}

/// A task's result.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Of [`Task::Step`]; the caller fills in the time.
    Step(Box<Step>),
    /// Of [`Task::Inspect`]; the caller fills in the time of a pass.
    Inspected(Inspected),
    /// Of [`Task::Score`].
    Scored(Vec<Score>),
}

/// How far a job is.
#[derive(Debug)]
pub enum Progress {
    /// So many visible tokens went through the model.
    Working {
        /// Tokens done.
        done: usize,
        /// Tokens in all.
        total: usize,
    },
    /// There it is.
    Done(Answer),
}

/// A task on a context, under way. Dropping it stops it; the tokens that went through stay in the engine's cache.
#[derive(Debug)]
pub struct RunningTask<'a> {
    engine: &'a mut Engine,
    work: PausedTask,
    /// Multiply-adds of this thread when it began or went on.
    counted: u64,
}

/// A job that lets others go first: see [`RunningTask::pause`].
#[derive(Debug)]
pub struct PausedTask {
    task: Task,
    context: Window,
    visible: Vec<TokenId>,
    reused: usize,
    /// Multiply-adds until it was paused.
    made: u64,
    /// Attention rows of the wanted head so far.
    pattern: Vec<Vec<f32>>,
    scores: Vec<Score>,
}

impl Engine {
    /// Makes an engine of a described model's weights.
    ///
    /// # Errors
    /// A tensor is missing, of another shape, or of no use.
    pub(crate) fn new(description: Description, weights: Weights, precision: Precision) -> Result<Self> {
        let Description { config, tokenizer, info } = description;
        let model = Transformer::new(config, tokenizer.vocabulary().len(), weights, precision)?;
        let info = ModelInfo { tied: model.embedding().tied(), memory_bytes: 0, ..info };
        Ok(Self { cache: model.new_cache(), model, tokenizer: Arc::new(tokenizer), info })
    }

    /// What the model is. Its vocabulary is left to [`Self::tokenizer`], which has it already.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The model's tokenizer, shared: a text can be cut while a job is under way.
    #[must_use]
    pub fn tokenizer(&self) -> &Arc<Tokenizer> {
        &self.tokenizer
    }

    /// Multiply-adds that this thread's products have made so far, those of attention among them.
    #[must_use]
    pub fn multiply_adds(&self) -> u64 {
        multiply_adds()
    }

    /// Begins `task` on the context `tokens`; once that is longer than the window, on its last tokens.
    ///
    /// # Errors
    /// The context is empty or has a token that the vocabulary lacks, or the model has no such layer or head.
    pub fn start(&mut self, tokens: &[TokenId], task: Task) -> Result<RunningTask<'_>> {
        let size = self.tokenizer.vocabulary().len();
        if tokens.is_empty() {
            return Err(Error::BadInput("the context is empty: the model needs at least one token".into()));
        }
        if let Some(token) = tokens.iter().find(|&&token| token as usize >= size) {
            return Err(Error::BadInput(format!("token {token} is not in the vocabulary of {size}")));
        }
        let (layers, heads, most) = (self.info.layers, self.info.heads, self.info.window);
        if let Task::Inspect(Inspection::Pattern { layer, head }) = task
            && (layer >= layers || head >= heads)
        {
            let words =
                format!("there is no head {head} in layer {layer}: the model has {layers} layers of {heads} heads");
            return Err(Error::BadInput(words));
        }
        let capacity = match task {
            Task::Inspect(Inspection::Pass { window, .. }) if window == 0 || window > most => {
                let words = format!("a window of {window} tokens cannot be had: the model's is of 1 to {most}");
                return Err(Error::BadInput(words));
            }
            Task::Inspect(Inspection::Pass { window, .. }) => window,
            _ => most,
        };
        let start = tokens.len().saturating_sub(capacity);
        let visible = tokens[start..].to_vec();
        // What was kept of earlier passes lacks what some tasks look at.
        let reusable = match task {
            Task::Step(_) | Task::Inspect(Inspection::Lens { .. } | Inspection::Pass { cached: true, .. }) => {
                visible.len() - 1
            }
            Task::Inspect(Inspection::Pattern { .. } | Inspection::Pass { cached: false, .. }) | Task::Score => 0,
            // Needs no pass at all.
            Task::Inspect(Inspection::Neighbours { .. }) => visible.len(),
        };
        let reused = self.cache.keep(start, &visible, reusable);
        let context = Window { start, len: visible.len(), capacity };
        let work = PausedTask { task, context, visible, reused, made: 0, pattern: Vec::new(), scores: Vec::new() };
        Ok(self.resume(work))
    }

    /// Goes on with a paused job. The engine must have the cache that it had then, as it was.
    pub fn resume(&mut self, work: PausedTask) -> RunningTask<'_> {
        let counted = self.multiply_adds();
        RunningTask { engine: self, work, counted }
    }

    /// Another context's keys and values in place of these: `cache` gets the present ones.
    pub fn exchange(&mut self, cache: &mut KvCache) {
        std::mem::swap(&mut self.cache, cache);
    }

    /// Bytes of the keys and values of a context of so many tokens, of which the window holds the last.
    #[must_use]
    pub fn context_bytes(&self, tokens: usize) -> usize {
        self.cache.bytes_for(tokens.min(self.info.window))
    }

    /// An empty cache of this model's shape.
    #[must_use]
    pub fn new_cache(&self) -> KvCache {
        self.model.new_cache()
    }

    /// Runs a task to its end.
    ///
    /// # Errors
    /// As [`Self::start`] and [`RunningTask::advance`].
    pub fn run(&mut self, tokens: &[TokenId], task: Task) -> Result<Answer> {
        let mut job = self.start(tokens, task)?;
        loop {
            if let Progress::Done(answer) = job.advance(64)? {
                return Ok(answer);
            }
        }
    }

    /// Runs a context through the model from its first token, showing everything to `tap`. Gives the logits of the
    /// last position.
    ///
    /// # Errors
    /// As [`Self::start`] and [`RunningTask::advance`].
    pub fn observe(&mut self, tokens: &[TokenId], tap: &mut impl Tap) -> Result<Vec<f32>> {
        let mut job = self.start(tokens, Task::Score)?;
        let last = job.last();
        let x = job.forward(0..last.end, tap)?;
        self.logits(self.position(&x, last.start))
    }

    /// One position of a residual stream.
    fn position<'a>(&self, x: &'a [f32], position: usize) -> &'a [f32] {
        let width = self.info.width;
        &x[position * width..][..width]
    }

    /// The logits of each position of a residual stream, `[positions, width]` to `[positions, vocabulary]`.
    fn logits(&self, x: &[f32]) -> Result<Vec<f32>> {
        let logits = self.model.logits(x);
        match logits.iter().position(|logit| !logit.is_finite()) {
            Some(at) => {
                let token = at % self.tokenizer.vocabulary().len();
                Err(Error::Arithmetic(format!("the logit of token {token} is {}", logits[at])))
            }
            None => Ok(logits),
        }
    }
}

impl RunningTask<'_> {
    /// Lets other jobs go first: [`Engine::resume`] goes on.
    #[must_use]
    pub fn pause(self) -> PausedTask {
        let made = self.multiply_adds();
        PausedTask { made, ..self.work }
    }

    /// Multiply-adds of this job so far.
    fn multiply_adds(&self) -> u64 {
        self.work.made + self.engine.multiply_adds() - self.counted
    }

    /// Sends at most `slice` more tokens through the model.
    ///
    /// # Errors
    /// [`Error::Arithmetic`] if the model gives something that is not a number.
    pub fn advance(&mut self, slice: usize) -> Result<Progress> {
        let (done, total) = (self.engine.cache.len(), self.work.visible.len());
        let end = (done + slice.max(1)).min(total);
        let answer = match self.work.task {
            Task::Score => self.score(done..end)?,
            Task::Inspect(Inspection::Pattern { layer, head }) => self.pattern(done..end, layer, head)?,
            Task::Inspect(Inspection::Neighbours { top }) => Some(self.neighbours(top)?),
            // The last token goes alone, with its taps.
            _ if done < total - 1 => {
                self.forward(done..end.min(total - 1), &mut NoTap)?;
                None
            }
            Task::Inspect(Inspection::Lens { top }) => Some(self.lens(top)?),
            Task::Inspect(Inspection::Pass { .. }) => Some(self.pass()?),
            Task::Step(taps) => Some(self.step(taps)?),
        };
        Ok(answer.map_or(Progress::Working { done: self.engine.cache.len(), total }, Progress::Done))
    }

    fn forward(&mut self, range: Range<usize>, tap: &mut impl Tap) -> Result<Vec<f32>> {
        self.engine.model.forward(&self.work.visible[range], &mut self.engine.cache, tap)
    }

    fn last(&self) -> Range<usize> {
        self.work.visible.len() - 1..self.work.visible.len()
    }

    fn step(&mut self, taps: Taps) -> Result<Answer> {
        let layers = vec![Layer::default(); if taps.layers { self.engine.info.layers } else { 0 }];
        let mut tap = LastPosition { taps, embedding: Vec::new(), layers };
        let x = if taps == Taps::default() {
            self.forward(self.last(), &mut NoTap)?
        } else {
            self.forward(self.last(), &mut tap)?
        };
        Ok(Answer::Step(Box::new(Step {
            context: self.work.context,
            embedding: tap.embedding,
            layers: tap.layers,
            logits: self.engine.logits(&x)?,
            cost: self.cost(),
        })))
    }

    fn cost(&self) -> Cost {
        let reused = self.work.reused;
        Cost { tokens_computed: self.work.visible.len() - reused, tokens_reused: reused, milliseconds: 0.0 }
    }

    fn pass(&mut self) -> Result<Answer> {
        let x = self.forward(self.last(), &mut NoTap)?;
        let logits = self.engine.logits(&x)?;
        Ok(Answer::Inspected(Inspected::Pass(Pass {
            cost: self.cost(),
            multiply_adds: self.multiply_adds(),
            logits: checksum(logits.iter().flat_map(|logit| logit.to_bits().to_le_bytes())),
        })))
    }

    /// All layers as rows of one product.
    fn lens(&mut self, top: usize) -> Result<Answer> {
        let mut tap = Residuals::default();
        self.forward(self.last(), &mut tap)?;
        let logits = self.engine.logits(&tap.0)?;
        let layers = logits.chunks_exact(self.engine.tokenizer.vocabulary().len());
        let layers = layers.map(|logits| Logits::new(logits).reading(top)).collect();
        Ok(Answer::Inspected(Inspected::Lens { layers }))
    }

    fn neighbours(&self, top: usize) -> Result<Answer> {
        let last = self.work.visible[self.work.visible.len() - 1];
        let tokens = neighbours(&self.engine.model.embedding().tokens, last, top)?;
        Ok(Answer::Inspected(Inspected::Neighbours { tokens }))
    }

    fn pattern(&mut self, range: Range<usize>, layer: usize, head: usize) -> Result<Option<Answer>> {
        let total = self.work.visible.len();
        let mut tap = Pattern { layer, head, total, rows: std::mem::take(&mut self.work.pattern) };
        let end = range.end;
        self.forward(range, &mut tap)?;
        if end == total {
            return Ok(Some(Answer::Inspected(Inspected::Pattern { rows: tap.rows })));
        }
        self.work.pattern = tap.rows;
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
                    self.work.scores.push(given());
                }
                if let Some(current) = self.work.scores.last_mut() {
                    current.next = logits.reading(SCORE_TOP);
                }
                position += 1;
                if let Some(&next) = self.work.visible.get(position) {
                    self.work.scores.push(logits.predicted(next));
                }
            }
        }
        Ok((range.end == self.work.visible.len()).then(|| Answer::Scored(std::mem::take(&mut self.work.scores))))
    }
}

/// Keeps what a step shows of its last (here: only) position.
struct LastPosition {
    taps: Taps,
    embedding: Vec<f32>,
    layers: Vec<Layer>,
}

impl LastPosition {
    fn norm(&mut self, layer: usize, x: &[f32], of: fn(&mut Layer) -> &mut f32) {
        if let Some(layer) = self.layers.get_mut(layer).filter(|_| self.taps.layers) {
            *of(layer) = l2_norm(x);
        }
    }
}

impl Tap for LastPosition {
    fn wants_pattern(&self, _layer: usize) -> bool {
        self.taps.layers
    }

    fn embedding(&mut self, x: &[f32]) {
        if self.taps.embedding {
            self.embedding = x.to_vec();
        }
    }

    fn resid_pre(&mut self, layer: usize, x: &[f32]) {
        self.norm(layer, x, |layer| &mut layer.resid_pre_norm);
    }

    fn pattern(&mut self, layer: usize, _head: usize, _query: usize, weights: &[f32]) {
        self.layers[layer].attention.push(weights.to_vec());
    }

    fn attn_out(&mut self, layer: usize, x: &[f32]) {
        self.norm(layer, x, |layer| &mut layer.attn_out_norm);
    }

    fn mlp_out(&mut self, layer: usize, x: &[f32]) {
        self.norm(layer, x, |layer| &mut layer.mlp_out_norm);
    }
}

/// Keeps the residual stream of one position after every layer, `[layers, width]`.
#[derive(Default)]
struct Residuals(Vec<f32>);

impl Tap for Residuals {
    fn resid_pre(&mut self, layer: usize, x: &[f32]) {
        if layer > 0 {
            self.0.extend_from_slice(x);
        }
    }
}

/// Keeps one head's rows, future positions as zeros.
struct Pattern {
    layer: usize,
    head: usize,
    total: usize,
    rows: Vec<Vec<f32>>,
}

impl Tap for Pattern {
    fn wants_pattern(&self, layer: usize) -> bool {
        layer == self.layer
    }

    fn pattern(&mut self, _layer: usize, head: usize, _query: usize, weights: &[f32]) {
        if head == self.head {
            let mut row = weights.to_vec();
            row.resize(self.total, 0.0);
            self.rows.push(row);
        }
    }
}
