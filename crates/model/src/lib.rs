//! Small GPT-2-class language models, run with their inside in view: readers of their files, the forward passes, tokenizers
//! and the [`Engine`] that answers the page's questions. Runs natively and in a browser.

mod arrivals;
mod cache;
mod config;
mod embedding;
mod engine;
mod error;
mod folder;
mod ggml_type;
mod gguf;
mod gpt2;
mod kernels;
mod linear;
mod llama;
mod names;
mod neighbours;
mod opening;
mod reading;
mod record;
mod safetensors;
mod tap;
mod tokenizer;
mod transformer;
mod weights;

pub use engine::{Answer, Engine, Job, Progress, Task};
pub use error::{Error, Result};
pub use linear::Precision;
pub use opening::{Listed, Opening};
pub use record::{record, record_cuts};
pub use tap::Tap;
pub use tokenizer::Tokenizer;

/// Whether this build has a second set of kernels, for processors with a dot product of bytes: see [`use_relaxed`].
pub const HAS_RELAXED: bool = cfg!(target_feature = "relaxed-simd");

/// Lets this thread's products use relaxed SIMD from now on, or not. The bits are the same, the speed is not.
pub fn use_relaxed(used: bool) {
    #[cfg(target_feature = "relaxed-simd")]
    kernels::packed::relaxed::use_it(used);
    let _ = used;
}

/// Whether this build's kernels compute here what plain code does, to the bit. Takes a few milliseconds.
#[must_use]
pub fn kernels_agree() -> bool {
    let agree = [false, HAS_RELAXED].into_iter().all(|used| {
        use_relaxed(used);
        kernels::packed::agrees_with_plain()
    });
    use_relaxed(false);
    agree
}
