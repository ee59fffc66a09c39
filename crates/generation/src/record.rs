//! A recorded run: what the page shows before the live model is there.
//!
//! It is made by `cargo xtask record` from the real model with the real engine. Per step it keeps the best logits
//! exactly and counts the rest in bins of 1/16 logit, so that probabilities are right within 1e-3 at any temperature.

use std::sync::Arc;

use crate::protocol::ModelInfo;
use crate::sampling::Controls;
use crate::step::{Inspected, Inspection, TokenId};
use crate::tree::Ranked;

/// The lesson's prompt.
pub const PROMPT: &str = "The cat sat on";

/// The seed of the lesson's coins.
pub const SEED: u64 = 1;

/// How many tokens the lesson's run makes.
pub const LENGTH: usize = 12;

/// The controls of the lesson's run.
#[must_use]
pub fn controls() -> Controls {
    Controls::default()
}

/// A recorded run, read and checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    info: ModelInfo,
    prompt: Vec<TokenId>,
}

impl Record {
    /// Reads a record's file.
    ///
    /// # Errors
    /// Says in words what is wrong with the bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let _ = bytes;
        Err("not written yet".into())
    }

    /// The model that was recorded. Its vocabulary has text only for the tokens that the record names.
    #[must_use]
    pub fn info(&self) -> &ModelInfo {
        &self.info
    }

    /// The prompt's tokens.
    #[must_use]
    pub fn prompt(&self) -> &[TokenId] {
        &self.prompt
    }

    /// The recorded answer to a context, marked as recorded; `None` if the run did not come by.
    #[must_use]
    pub fn step(&self, context: &[TokenId]) -> Option<Arc<Ranked>> {
        let _ = context;
        None
    }

    /// The recorded answer to a look inside; `None` if the run did not come by, or this was not recorded.
    #[must_use]
    pub fn inspect(&self, context: &[TokenId], inspection: Inspection) -> Option<Inspected> {
        let _ = (context, inspection);
        None
    }
}
