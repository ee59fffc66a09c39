//! Small GPT-2-class language models, run with their inside in view: readers of their files, the forward passes, tokenizers
//! and the [`Engine`] that answers the page's questions. Runs natively and in a browser.

mod arrivals;
mod cache;
mod config;
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
pub use record::record;
pub use tap::Tap;
pub use tokenizer::Tokenizer;

/// Whether this build's kernels compute here what the plain ones do. No build has kernels of its own yet, so there is
/// nothing to compare; relaxed ones, whose results may differ by browser, must be compared here.
#[must_use]
pub fn kernels_agree() -> bool {
    true
}
