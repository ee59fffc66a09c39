//! What the engine can be asked for, and how far that is.

use generation::TokenId;
use generation::step::{Cost, Inspected, Inspection, Score, Step, Taps, Window};

use crate::kv_cache::KvCache;
use crate::kv_cache_pool::{ContextId, Key, Lease, Purpose};

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

/// How far a task is.
#[derive(Debug)]
pub enum Progress {
    /// So many visible tokens went through the model.
    Working {
        /// Tokens done.
        done: usize,
        /// Tokens in all.
        total: usize,
    },
    /// It is done.
    Done(Answer),
}

/// A task on a context, under way: [`Engine::advance`](super::Engine::advance) goes on with it. Dropping it stops it; a step's
/// tokens that went through stay in the engine's cache.
#[derive(Debug)]
pub struct RunningTask {
    context: ContextId,
    task: Task,
    window: Window,
    visible: Vec<TokenId>,
    /// Tokens whose keys and values were there when it began.
    reused: usize,
    /// Tokens whose keys and values are there now.
    pub(super) done: usize,
    /// Its multiply-adds so far.
    pub(super) multiply_adds: u64,
    /// Attention rows of the wanted head so far.
    pub(super) pattern: Vec<Vec<f32>>,
    pub(super) scores: Vec<Score>,
    lease: Lease,
}

impl RunningTask {
    /// `visible` are the tokens in `window`, at least one.
    pub(super) fn new(context: ContextId, task: Task, window: Window, visible: Vec<TokenId>) -> Self {
        Self {
            context,
            task,
            window,
            visible,
            reused: 0,
            done: 0,
            multiply_adds: 0,
            pattern: Vec::new(),
            scores: Vec::new(),
            lease: Lease::default(),
        }
    }

    pub(super) fn task(&self) -> Task {
        self.task
    }

    pub(super) fn window(&self) -> Window {
        self.window
    }

    pub(super) fn visible(&self) -> &[TokenId] {
        &self.visible
    }

    pub(super) fn lease(&self) -> &Lease {
        &self.lease
    }

    /// The cache that it works with; `None` if it needs no pass.
    pub(super) fn key(&self) -> Option<Key> {
        let purpose = match self.task {
            Task::Step(_) | Task::Inspect(Inspection::Lens { .. }) => Purpose::Loop,
            Task::Inspect(Inspection::Pattern { .. } | Inspection::Pass { .. }) | Task::Score => Purpose::Other,
            Task::Inspect(Inspection::Neighbours { .. }) => return None,
        };
        Some((self.context, purpose))
    }

    /// How many tokens it may take from earlier passes. What is kept of those lacks what some tasks look at; the last token
    /// is always computed.
    pub(super) fn may_reuse(&self) -> usize {
        match self.task {
            Task::Step(_) | Task::Inspect(Inspection::Lens { .. } | Inspection::Pass { cached: true, .. }) => {
                self.visible.len() - 1
            }
            _ => 0,
        }
    }

    /// Whether what it has computed is kept for later tasks.
    pub(super) fn leaves_cache(&self) -> bool {
        !matches!(self.task, Task::Score | Task::Inspect(Inspection::Pattern { .. }))
    }

    /// Makes its cache ready to begin with.
    pub(super) fn begin(&mut self, cache: &mut KvCache) {
        self.resume(cache);
        self.reused = self.done;
    }

    /// Makes its cache ready to go on; another task may have used it meanwhile.
    pub(super) fn resume(&mut self, cache: &mut KvCache) {
        let limit = self.may_reuse().max(self.done);
        self.done = cache.keep(self.window.start, &self.visible, limit);
    }

    /// What it costs in all, without the time.
    pub(super) fn cost(&self) -> Cost {
        let reused = self.reused;
        Cost { tokens_computed: self.visible.len() - reused, tokens_reused: reused, milliseconds: 0.0 }
    }
}
