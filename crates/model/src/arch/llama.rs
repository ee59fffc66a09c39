//! The Llama family: RMSNorm, rotary positions on interleaved pairs, grouped-query attention, SwiGLU.
//!
//! Llama (arXiv:2302.13971); tensor names are GGUF's. Shapes: `t` tokens of this pass, `width`, `heads`,
//! `kv_heads`, `head` (width of one head), `ffn`, `vocabulary`.

use generation::TokenId;
use generation::protocol::Positions;

use crate::arch::config::Config;
use crate::arch::embedding::Embedding;
use crate::arch::linear::{Linear, Precision};
use crate::arch::matrix::Input;
use crate::arch::tap::Tap;
use crate::arch::weights::Weights;
use crate::error::{Result, malformed};
use crate::kernels::attention::{Heads, attention};
use crate::kernels::elementwise::{Rope, add, rms_norm, swiglu};
use crate::kv_cache::KvCache;

/// A Llama model's weights.
#[derive(Debug)]
pub(crate) struct Llama {
    pub(crate) config: Config,
    rope_base: f64,
    rope_dimensions: usize,
    pub(crate) embedding: Embedding,
    blocks: Vec<Block>,
    output_norm: Vec<f32>,
}

#[derive(Debug)]
struct Block {
    attn_norm: Vec<f32>,
    attn_q: Linear,
    attn_k: Linear,
    attn_v: Linear,
    attn_output: Linear,
    ffn_norm: Vec<f32>,
    ffn_gate: Linear,
    ffn_up: Linear,
    ffn_down: Linear,
}

impl Llama {
    pub(crate) fn new(config: Config, vocabulary: usize, weights: &mut Weights, precision: Precision) -> Result<Self> {
        let Config { width, head, heads, kv_heads, ffn, .. } = config;
        let Positions::Rotary { base, dimensions } = config.positions else {
            return malformed("a Llama has rotary positions");
        };
        let block = |i: usize, weights: &mut Weights| -> Result<Block> {
            let mut linear = |name: &str, rows, columns| {
                weights.linear(&format!("blk.{i}.{name}"), [rows, columns], false, precision)
            };
            Ok(Block {
                attn_q: linear("attn_q", heads * head, width)?,
                attn_k: linear("attn_k", kv_heads * head, width)?,
                attn_v: linear("attn_v", kv_heads * head, width)?,
                attn_output: linear("attn_output", width, heads * head)?,
                ffn_gate: linear("ffn_gate", ffn, width)?,
                ffn_up: linear("ffn_up", ffn, width)?,
                ffn_down: linear("ffn_down", width, ffn)?,
                attn_norm: weights.vector(&format!("blk.{i}.attn_norm.weight"), width)?,
                ffn_norm: weights.vector(&format!("blk.{i}.ffn_norm.weight"), width)?,
            })
        };
        Ok(Self {
            blocks: (0..config.layers).map(|i| block(i, weights)).collect::<Result<_>>()?,
            embedding: Embedding::new(vocabulary, width, weights, precision)?,
            output_norm: weights.vector("output_norm.weight", width)?,
            rope_base: base,
            rope_dimensions: dimensions,
            config,
        })
    }

    /// As [`crate::arch::transformer::Transformer::forward`].
    pub(crate) fn forward(&self, tokens: &[TokenId], cache: &mut KvCache, tap: &mut impl Tap) -> Result<Vec<f32>> {
        let Config { width, head, heads, kv_heads, ffn, epsilon, .. } = self.config;
        let first = cache.len();
        let rope = Rope::new(self.rope_base, self.rope_dimensions, first..first + tokens.len());
        let shape = Heads { queries: heads, keys: kv_heads, width: head };

        let mut x = self.embedding.embed(tokens)?; // [t, width]
        tap.embedding(&x);
        for (layer, block) in self.blocks.iter().enumerate() {
            tap.resid_pre(layer, &x);
            let normed = rms_norm(&x, &block.attn_norm, epsilon); // [t, width]
            let input = Input::new(&normed, width);
            let mut q = block.attn_q.forward(&input)?; // [t, heads · head]
            let mut k = block.attn_k.forward(&input)?; // [t, kv_heads · head]
            let v = block.attn_v.forward(&input)?; // [t, kv_heads · head]
            rope.apply(&mut q, heads * head, head);
            rope.apply(&mut k, kv_heads * head, head);
            let (keys, values) = cache.append(layer, &k, &v);
            let wanted = tap.wants_pattern(layer);
            let see = |query: usize, head: usize, weights: &[f32]| {
                if wanted {
                    tap.pattern(layer, head, query, weights);
                }
            };
            let mixed = attention(&q, keys, values, shape, see); // [t, heads · head]
            let attn_out = block.attn_output.forward(&Input::new(&mixed, heads * head))?; // [t, width]
            tap.attn_out(layer, &attn_out);
            add(&mut x, &attn_out);

            let normed = rms_norm(&x, &block.ffn_norm, epsilon); // [t, width]
            let input = Input::new(&normed, width);
            let mut hidden = block.ffn_gate.forward(&input)?; // [t, ffn]
            swiglu(&mut hidden, &block.ffn_up.forward(&input)?);
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
        self.embedding.logits(&rms_norm(x, &self.output_norm, self.config.epsilon))
    }
}
