//! A model of any architecture that can be run.

use generation::TokenId;

use crate::arch::config::{Architecture, Config};
use crate::arch::embedding::Embedding;
use crate::arch::gpt2::Gpt2;
use crate::arch::linear::Precision;
use crate::arch::llama::Llama;
use crate::arch::tap::Tap;
use crate::arch::weights::Weights;
use crate::error::Result;
use crate::kv_cache::KvCache;

#[derive(Debug)]
pub(crate) enum Transformer {
    Gpt2(Gpt2),
    Llama(Llama),
}

impl Transformer {
    /// Takes a model's weights; every one must be of use.
    pub(crate) fn new(config: Config, vocabulary: usize, mut weights: Weights, precision: Precision) -> Result<Self> {
        let model = match config.architecture {
            Architecture::Gpt2 => Self::Gpt2(Gpt2::new(config, vocabulary, &mut weights, precision)?),
            Architecture::Llama => Self::Llama(Llama::new(config, vocabulary, &mut weights, precision)?),
        };
        weights.finish()?;
        Ok(model)
    }

    pub(crate) fn config(&self) -> &Config {
        match self {
            Self::Gpt2(model) => &model.config,
            Self::Llama(model) => &model.config,
        }
    }

    /// The tokens' embeddings and the head.
    pub(crate) fn embedding(&self) -> &Embedding {
        match self {
            Self::Gpt2(model) => &model.embedding,
            Self::Llama(model) => &model.embedding,
        }
    }

    /// An empty cache of this model's shape.
    pub(crate) fn new_cache(&self) -> KvCache {
        let Config { layers, kv_heads, head, .. } = *self.config();
        KvCache::new(layers, kv_heads * head)
    }

    /// Sends `tokens` through all blocks, at the positions after those in `cache`, which grows by them.
    /// Gives the residual stream after the last block, `[t, width]`.
    pub(crate) fn forward(&self, tokens: &[TokenId], cache: &mut KvCache, tap: &mut impl Tap) -> Result<Vec<f32>> {
        match self {
            Self::Gpt2(model) => model.forward(tokens, cache, tap),
            Self::Llama(model) => model.forward(tokens, cache, tap),
        }
    }

    /// The final norm and the head: a residual stream `[t, width]` to logits, `[t, vocabulary]`.
    pub(crate) fn logits(&self, x: &[f32]) -> Vec<f32> {
        match self {
            Self::Gpt2(model) => model.logits(x),
            Self::Llama(model) => model.logits(x),
        }
    }
}
