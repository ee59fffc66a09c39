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

/// Whether this build's kernels compute here what plain code does, to the bit. Takes less than a millisecond.
#[must_use]
pub fn kernels_agree() -> bool {
    kernels::packed::agrees_with_plain()
}
