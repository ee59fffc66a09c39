//! GPT-2: learned positions, LayerNorm, one matrix for queries, keys and values, GELU in its tanh form.
//!
//! GPT-2 (Radford et al. 2019, <https://github.com/openai/gpt-2>); tensor names are GGUF's. Shapes: `t` tokens of this
//! pass, `width`, `ffn`, `vocabulary`; heads of `head` values make up `width`.

use generation::TokenId;

use crate::arch::config::Config;
use crate::arch::embedding::{Embedding, embed};
use crate::arch::linear::{Linear, Precision};
use crate::arch::matrix::{Input, Matrix};
use crate::arch::tap::Tap;
use crate::arch::weights::Weights;
use crate::error::Result;
use crate::kernels::attention::{Heads, attention};
use crate::kernels::elementwise::{add, gelu, layer_norm};
use crate::kv_cache::KvCache;

/// A GPT-2 model's weights.
#[derive(Debug)]
pub(crate) struct Gpt2 {
    pub(crate) config: Config,
    pub(crate) embedding: Embedding,
    /// `[window, width]`.
    position_embd: Matrix,
    blocks: Vec<Block>,
    output_norm: Norm,
}

#[derive(Debug)]
struct Block {
    attn_norm: Norm,
    attn_qkv: Linear,
    attn_output: Linear,
    ffn_norm: Norm,
    ffn_up: Linear,
    ffn_down: Linear,
}

/// A LayerNorm's weights.
#[derive(Debug)]
struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Norm {
    fn new(name: &str, width: usize, weights: &mut Weights) -> Result<Self> {
        let mut vector = |kind| weights.vector(&format!("{name}.{kind}"), width);
        Ok(Self { weight: vector("weight")?, bias: vector("bias")? })
    }

    fn apply(&self, x: &[f32], epsilon: f32) -> Vec<f32> {
        layer_norm(x, &self.weight, &self.bias, epsilon)
    }
}

impl Gpt2 {
    pub(crate) fn new(config: Config, vocabulary: usize, weights: &mut Weights, precision: Precision) -> Result<Self> {
        let Config { width, ffn, window, .. } = config;
        let block = |i: usize, weights: &mut Weights| -> Result<Block> {
            let mut linear = |name: &str, shape| weights.linear(&format!("blk.{i}.{name}"), shape, true, precision);
            Ok(Block {
                attn_qkv: linear("attn_qkv", [3 * width, width])?,
                attn_output: linear("attn_output", [width, width])?,
                ffn_up: linear("ffn_up", [ffn, width])?,
                ffn_down: linear("ffn_down", [width, ffn])?,
                attn_norm: Norm::new(&format!("blk.{i}.attn_norm"), width, weights)?,
                ffn_norm: Norm::new(&format!("blk.{i}.ffn_norm"), width, weights)?,
            })
        };
        Ok(Self {
            blocks: (0..config.layers).map(|i| block(i, weights)).collect::<Result<_>>()?,
            embedding: Embedding::new(vocabulary, width, weights, precision)?,
            position_embd: weights.matrix("position_embd.weight", window, width)?,
            output_norm: Norm::new("output_norm", width, weights)?,
            config,
        })
    }

    /// As [`crate::arch::transformer::Transformer::forward`].
    pub(crate) fn forward(&self, tokens: &[TokenId], cache: &mut KvCache, tap: &mut impl Tap) -> Result<Vec<f32>> {
        let Config { width, ffn, head, heads, epsilon, .. } = self.config;
        let shape = Heads { queries: heads, keys: heads, width: head };
        let first = cache.len();
        let positions: Vec<TokenId> = (first..first + tokens.len()).map(|position| position as TokenId).collect();

        let mut x = self.embedding.embed(tokens)?; // [t, width]
        add(&mut x, &embed(&self.position_embd, &positions)?);
        tap.embedding(&x);
        for (layer, block) in self.blocks.iter().enumerate() {
            tap.resid_pre(layer, &x);
            let normed = block.attn_norm.apply(&x, epsilon); // [t, width]
            let qkv = block.attn_qkv.forward(&Input::new(&normed, width))?; // [t, 3 · width]
            let part = |i: usize| qkv.chunks_exact(3 * width).flat_map(move |row| &row[i * width..][..width]).copied();
            let [q, k, v] = [0, 1, 2].map(|i| part(i).collect::<Vec<f32>>()); // [t, width] each
            let (keys, values) = cache.append(layer, &k, &v);
            let wanted = tap.wants_pattern(layer);
            let see = |query: usize, head: usize, weights: &[f32]| {
                if wanted {
                    tap.pattern(layer, head, query, weights);
                }
            };
            let mixed = attention(&q, keys, values, shape, see); // [t, width]
            let attn_out = block.attn_output.forward(&Input::new(&mixed, width))?; // [t, width]
            tap.attn_out(layer, &attn_out);
            add(&mut x, &attn_out);

            let normed = block.ffn_norm.apply(&x, epsilon); // [t, width]
            let mut hidden = block.ffn_up.forward(&Input::new(&normed, width))?; // [t, ffn]
            gelu(&mut hidden);
            let mlp_out = block.ffn_down.forward(&Input::new(&hidden, ffn))?; // [t, width]
            tap.mlp_out(layer, &mlp_out);
            add(&mut x, &mlp_out);
        }
        tap.resid_pre(self.blocks.len(), &x);
        cache.extend(tokens);
        Ok(x)
    }

    /// As [`crate::arch::transformer::Transformer::logits`].
    pub(crate) fn logits(&self, x: &[f32]) -> Vec<f32> {
        self.embedding.logits(&self.output_norm.apply(x, self.config.epsilon))
    }
}
