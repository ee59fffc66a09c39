//! Small GPT-2-class language models, run with their inside in view: readers of their files, the forward passes, tokenizers
//! and the [`Engine`] that answers the page's questions. Runs natively and in a browser.

mod arch;
mod engine;
mod error;
mod inspect;
mod kernels;
mod kv_cache;
mod kv_cache_pool;
mod load;
mod record;
mod tokenizer;

pub use arch::linear::Precision;
pub use arch::tap::Tap;
pub use engine::{Answer, Engine, Progress, RunningTask, Task};
pub use error::{Error, Result};
pub use kv_cache_pool::ContextId;
pub use load::loader::{FileEntry, Loader};
pub use record::{record, record_encodings};
pub use tokenizer::Tokenizer;

/// Whether this build has a second set of kernels, for processors with a dot product of bytes: see [`use_relaxed`].
pub const HAS_RELAXED: bool = cfg!(target_feature = "relaxed-simd");

/// Lets this thread's products use relaxed SIMD from now on, or not. The bits are the same, the speed is not.
pub fn use_relaxed(used: bool) {
    #[cfg(target_feature = "relaxed-simd")]
    kernels::packed::relaxed::use_it(used);
    let _ = used;
}

/// Whether this build's kernels compute here what plain code does, to the bit: rows and tokens that fill groups and tiles,
/// and that do not. Takes a few milliseconds.
#[must_use]
pub fn kernels_agree() -> bool {
    let shapes = [(1, 1, 1), (7, 2, 4), (16, 3, 1), (23, 5, 5), (64, 1, 9)];
    shapes.into_iter().all(|(rows, blocks, tokens)| kernels_agree_on(rows, blocks, tokens, 0))
}

/// As [`kernels_agree`], on one shape: `rows` of `blocks` blocks of weights, times `tokens` rows of activations, of values
/// that follow from `seed`.
#[must_use]
pub fn kernels_agree_on(rows: usize, blocks: usize, tokens: usize, seed: u64) -> bool {
    let agree = [false, HAS_RELAXED].into_iter().all(|used| {
        use_relaxed(used);
        kernels::packed::agree_with_plain(rows, blocks, tokens, seed)
    });
    use_relaxed(false);
    agree
}
