//! Small GPT-2-class language models, run with their inside in view: a GGUF reader, the forward pass, a tokenizer
//! and the [`Engine`] that answers the page's questions. Runs natively and in a browser.

mod cache;
mod engine;
mod error;
mod gguf;
mod kernels;
mod linear;
mod llama;
mod neighbours;
mod opening;
mod record;
mod tap;
mod tokenizer;

pub use engine::{Answer, Engine, Job, Progress, Task};
pub use error::{Error, Result};
pub use gguf::{File, Reader};
pub use linear::Precision;
pub use opening::{Listed, Opening};
pub use record::record;
pub use tap::Tap;
pub use tokenizer::Tokenizer;
