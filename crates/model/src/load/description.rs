//! What is known of a model before its weights are there.

use generation::protocol::ModelInfo;

use crate::arch::config::Config;
use crate::tokenizer::Tokenizer;

/// What is known of a model before its weights are there.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) config: Config,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) info: ModelInfo,
}
