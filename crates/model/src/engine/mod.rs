//! A loaded model at work: steps, inspections and scores, in slices short enough to be stopped between.

mod slice;
mod task;

use std::sync::Arc;

use generation::TokenId;
use generation::protocol::ModelInfo;
use generation::step::{Inspection, Window};
pub use task::{Answer, Progress, RunningTask, Task};

use crate::arch::linear::Precision;
use crate::arch::tap::Tap;
use crate::arch::transformer::Transformer;
use crate::arch::weights::Weights;
use crate::error::{Error, Result};
use crate::kernels::multiply_adds;
use crate::kv_cache_pool::{ContextId, KvCachePool, Purpose};
use crate::load::description::Description;
use crate::tokenizer::Tokenizer;

/// What all keys and values but those of the largest cache may take together: about 1,090 tokens of SmolLM2's. With it, clients
/// that share an engine take at most half as much again as one alone.
const SHARED_BYTES: usize = 48 << 20;

/// The context of a caller that has the engine to itself: see [`Engine::start`].
const ALONE: ContextId = 0;

/// A model, its tokenizer, and the keys and values of its contexts.
#[derive(Debug)]
pub struct Engine {
    model: Transformer,
    tokenizer: Arc<Tokenizer>,
    caches: KvCachePool,
    info: ModelInfo,
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
        Ok(Self { model, tokenizer: Arc::new(tokenizer), caches: KvCachePool::new(SHARED_BYTES), info })
    }

    /// What the model is. Its vocabulary is left to [`Self::tokenizer`], which has it already.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The model's tokenizer, shared: a text can be encoded while a task is under way.
    #[must_use]
    pub fn tokenizer(&self) -> &Arc<Tokenizer> {
        &self.tokenizer
    }

    /// Multiply-adds that this thread's products have made so far, those of attention among them.
    #[must_use]
    pub fn multiply_adds(&self) -> u64 {
        multiply_adds()
    }

    /// Begins `task` on the context `tokens`; once that is longer than the window, on its last tokens. For a caller that has
    /// the engine alone.
    ///
    /// # Errors
    /// The context is empty or has a token that the vocabulary lacks, or the model has no such layer or head.
    pub fn start(&mut self, tokens: &[TokenId], task: Task) -> Result<RunningTask> {
        self.start_for(ALONE, tokens, task)
    }

    /// As [`Self::start`], for one of several clients: keys and values are kept for each `context`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_for(&mut self, context: ContextId, tokens: &[TokenId], task: Task) -> Result<RunningTask> {
        let capacity = self.check(tokens, task)?;
        let start = tokens.len().saturating_sub(capacity);
        let window = Window { start, len: tokens.len() - start, capacity };
        let mut task = RunningTask::new(context, task, window, tokens[start..].to_vec());
        if let Some(key) = task.key() {
            let mut cache = self.caches.take(key).unwrap_or_else(|| self.model.new_cache());
            // What the loop has computed, a measured pass may use as well.
            if let Some(other) = self.caches.get((context, Purpose::Loop)).filter(|_| task.may_reuse() > 0) {
                cache.copy_longer(other, start, task.visible());
            }
            task.begin(&mut cache);
            self.caches.put(key, cache, task.lease());
        }
        Ok(task)
    }

    /// Sends at most `slice` more tokens of a task through the model. Tasks may go on by turns, and each gives what it gives
    /// alone.
    ///
    /// # Errors
    /// [`Error::Arithmetic`] if the model gives something that is not a number. The task is of no use afterwards.
    pub fn advance(&mut self, task: &mut RunningTask, slice: usize) -> Result<Progress> {
        let kept = task.key().and_then(|key| self.caches.take(key));
        let mut cache = kept.unwrap_or_else(|| self.model.new_cache());
        task.resume(&mut cache);
        let progress = slice::advance(self, &mut cache, task, slice);
        let is_wanted = task.leaves_cache() || matches!(progress, Ok(Progress::Working { .. }));
        if let Some(key) = task.key().filter(|_| is_wanted) {
            self.caches.put(key, cache, task.lease());
        }
        progress
    }

    /// Runs a task to its end.
    ///
    /// # Errors
    /// As [`Self::start`] and [`Self::advance`].
    pub fn run(&mut self, tokens: &[TokenId], task: Task) -> Result<Answer> {
        let mut task = self.start(tokens, task)?;
        loop {
            if let Progress::Done(answer) = self.advance(&mut task, 64)? {
                return Ok(answer);
            }
        }
    }

    /// Runs a context through the model from its first token, showing everything to `tap`. Gives the logits of the
    /// last position. Keeps nothing.
    ///
    /// # Errors
    /// As [`Self::start`] and [`Self::advance`].
    pub fn observe(&mut self, tokens: &[TokenId], tap: &mut impl Tap) -> Result<Vec<f32>> {
        let capacity = self.check(tokens, Task::Score)?;
        let visible = &tokens[tokens.len().saturating_sub(capacity)..];
        let x = self.model.forward(visible, &mut self.model.new_cache(), tap)?;
        self.logits(&x[x.len() - self.info.width..])
    }

    /// Drops the keys and values of a context.
    pub fn forget(&mut self, context: ContextId) {
        self.caches.forget(context);
    }

    /// Bytes of the keys and values that a task on so many tokens needs.
    #[must_use]
    pub fn task_bytes(&self, tokens: usize, task: Task) -> usize {
        let ModelInfo { layers, kv_heads, head, window: most, .. } = self.info;
        let tokens = match task {
            Task::Inspect(Inspection::Neighbours { .. }) => 0,
            Task::Inspect(Inspection::Pass { window, .. }) => tokens.min(window),
            _ => tokens.min(most),
        };
        2 * layers * kv_heads * head * tokens * size_of::<f32>()
    }

    /// Whether the keys and values of tasks that need so many bytes each have room together; those of one alone always have.
    #[must_use]
    pub fn has_room(&self, bytes: &[usize]) -> bool {
        self.caches.has_room(bytes)
    }

    /// Bytes of all keys and values that are kept.
    #[must_use]
    pub fn cache_bytes(&self) -> usize {
        self.caches.bytes()
    }

    /// Refuses what makes no sense for this model. Gives how many tokens the task may see.
    fn check(&self, tokens: &[TokenId], task: Task) -> Result<usize> {
        let size = self.tokenizer.vocabulary().len();
        if tokens.is_empty() {
            return Err(Error::BadInput("the context is empty: the model needs at least one token".into()));
        }
        if let Some(token) = tokens.iter().find(|&&token| token as usize >= size) {
            return Err(Error::BadInput(format!("token {token} is not in the vocabulary of {size}")));
        }
        let ModelInfo { layers, heads, window: most, .. } = self.info;
        match task {
            Task::Inspect(Inspection::Pattern { layer, head }) if layer >= layers || head >= heads => {
                Err(Error::BadInput(format!(
                    "there is no head {head} in layer {layer}: the model has {layers} layers of {heads} heads"
                )))
            }
            Task::Inspect(Inspection::Pass { window, .. }) if window == 0 || window > most => Err(Error::BadInput(
                format!("a window of {window} tokens cannot be had: the model's is of 1 to {most}"),
            )),
            Task::Inspect(Inspection::Pass { window, .. }) => Ok(window),
            _ => Ok(most),
        }
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
