//! The Llama family: RMSNorm, rotary positions on interleaved pairs, grouped-query attention, SwiGLU.
//!
//! Llama (arXiv:2302.13971); tensor names are GGUF's. Shapes: `t` tokens of this pass, `width`, `heads`,
//! `kv_heads`, `head` (width of one head), `ffn`, `vocabulary`.

use candle_core::Tensor;
use generation::TokenId;
use generation::protocol::Positions;

use crate::cache::Cache;
use crate::config::Config;
use crate::error::{Result, malformed};
use crate::kernels::attention::{Heads, attention};
use crate::kernels::elementwise::{Rope, rms_norm, swiglu};
use crate::linear::{Linear, Matrix, Precision, embed, map, with_values};
use crate::tap::Tap;
use crate::weights::Weights;

/// A Llama model's weights.
#[derive(Debug)]
pub(crate) struct Llama {
    pub(crate) config: Config,
    rope_base: f64,
    rope_dimensions: usize,
    precision: Precision,
    /// `[vocabulary, width]`.
    pub(crate) token_embd: Matrix,
    blocks: Vec<Block>,
    output_norm: Vec<f32>,
    /// `[vocabulary, width]`; `None` if tied to `token_embd`.
    output: Option<Matrix>,
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
            token_embd: weights.matrix("token_embd.weight", vocabulary, width)?,
            output_norm: weights.vector("output_norm.weight", width)?,
            output: weights.head(vocabulary, width)?,
            rope_base: base,
            rope_dimensions: dimensions,
            precision,
            config,
        })
    }

    /// As [`crate::transformer::Transformer::forward`].
    pub(crate) fn forward(&self, tokens: &[TokenId], cache: &mut Cache, tap: &mut impl Tap) -> Result<Tensor> {
        let Config { width, head, heads, kv_heads, ffn, epsilon, .. } = self.config;
        let norm = |x: &Tensor, weight: &[f32]| map(x, width, |x| rms_norm(x, weight, epsilon));
        let first = cache.len();
        let rope = Rope::new(self.rope_base, self.rope_dimensions, first..first + tokens.len());
        let turn = |x: &Tensor, row: usize| map(x, row, |x| rope.apply(x.to_vec(), row, head));
        let shape = Heads { queries: heads, keys: kv_heads, width: head };

        let mut x = embed(&self.token_embd, tokens)?; // [t, width]
        tap.embedding(&x)?;
        for (layer, block) in self.blocks.iter().enumerate() {
            tap.resid_pre(layer, &x)?;
            let normed = norm(&x, &block.attn_norm)?; // [t, width]
            let q = turn(&block.attn_q.forward(&normed)?, heads * head)?; // [t, heads · head]
            let k = turn(&block.attn_k.forward(&normed)?, kv_heads * head)?; // [t, kv_heads · head]
            let v = block.attn_v.forward(&normed)?; // [t, kv_heads · head]
            let kept = cache.layer(layer);
            kept.append(&k, &v)?;
            let wanted = tap.wants_pattern(layer);
            let see = |query: usize, head: usize, weights: &[f32]| {
                if wanted {
                    tap.pattern(layer, head, query, weights);
                }
            };
            let mixed = map(&q, heads * head, |q| attention(q, &kept.keys, &kept.values, shape, see))?; // [t, heads · head]
            let attn_out = block.attn_output.forward(&mixed)?; // [t, width]
            tap.attn_out(layer, &attn_out)?;
            x = (x + attn_out)?; // [t, width]

            let normed = norm(&x, &block.ffn_norm)?; // [t, width]
            let gate = block.ffn_gate.forward(&normed)?; // [t, ffn]
            let up = block.ffn_up.forward(&normed)?; // [t, ffn]
            let hidden = with_values(&up, |up| map(&gate, ffn, |gate| swiglu(gate, up)))??; // [t, ffn]
            let mlp_out = block.ffn_down.forward(&hidden)?; // [t, width]
            tap.mlp_out(layer, &mlp_out)?;
            x = (x + mlp_out)?; // [t, width]
        }
        tap.resid_pre(self.blocks.len(), &x)?;
        cache.extend(tokens);
        Ok(x)
    }

    /// The final norm and the head: a residual stream `[t, width]` to logits, `[t, vocabulary]`.
    pub(crate) fn logits(&self, x: &Tensor) -> Result<Tensor> {
        let head = self.output.as_ref().unwrap_or(&self.token_embd);
        map(x, head.rows(), |x| head.product(&rms_norm(x, &self.output_norm, self.config.epsilon), self.precision))
    }

    /// Whether the head is the embedding.
    pub(crate) fn tied(&self) -> bool {
        self.output.is_none()
    }
}
