//! The Llama family: RMSNorm, rotary positions on interleaved pairs, grouped-query attention, SwiGLU.
//!
//! Llama (arXiv:2302.13971); tensor names are GGUF's. Shapes: `t` tokens of this pass, `width`, `heads`,
//! `kv_heads`, `head` (width of one head), `ffn`, `vocabulary`.

use candle_core::{Device, Tensor};
use generation::TokenId;

use crate::cache::Cache;
use crate::error::{Error, Result, malformed};
use crate::gguf::{Metadata, Weights};
use crate::kernels::attention::{Heads, attention};
use crate::kernels::elementwise::{Rope, rms_norm, swiglu};
use crate::linear::{Linear, Matrix, Precision, map, with_values};
use crate::tap::Tap;

/// A Llama model's dimensions, read from its file.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) layers: usize,
    pub(crate) width: usize,
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    pub(crate) head: usize,
    pub(crate) window: usize,
    rope_dimensions: usize,
    rope_base: f64,
    norm_epsilon: f32,
}

impl Config {
    pub(crate) fn read(metadata: &Metadata) -> Result<Self> {
        let width = metadata.size("llama.embedding_length")?;
        let heads = metadata.size("llama.attention.head_count")?;
        let kv_heads = metadata.size_or("llama.attention.head_count_kv", heads)?;
        if !width.is_multiple_of(heads) || !heads.is_multiple_of(kv_heads) {
            return malformed(format!("{heads} heads with {kv_heads} key heads do not divide a width of {width}"));
        }
        let head = metadata.size_or("llama.attention.key_length", width / heads)?;
        let rope_dimensions = metadata.size_or("llama.rope.dimension_count", head)?;
        if rope_dimensions > head || !rope_dimensions.is_multiple_of(2) {
            return malformed(format!("{rope_dimensions} rotary dimensions do not fit heads of {head}"));
        }
        Ok(Self {
            layers: metadata.size("llama.block_count")?,
            width,
            heads,
            kv_heads,
            head,
            window: metadata.size("llama.context_length")?,
            rope_dimensions,
            rope_base: metadata.float_or("llama.rope.freq_base", 10_000.0)?,
            norm_epsilon: metadata.float("llama.attention.layer_norm_rms_epsilon")? as f32,
        })
    }
}

/// A Llama model's weights.
#[derive(Debug)]
pub(crate) struct Llama {
    pub(crate) config: Config,
    precision: Precision,
    /// `[vocabulary, width]`; rows are dequantized one at a time.
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
        let Config { width, head, heads, kv_heads, .. } = config;
        let block = |i: usize, weights: &mut Weights| -> Result<Block> {
            let ffn = weights.rows(&format!("blk.{i}.ffn_gate.weight"))?;
            let mut linear = |name: &str, rows, columns| {
                Linear::new(weights.matrix(&format!("blk.{i}.{name}.weight"), rows, columns)?, precision)
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
            output: weights
                .has("output.weight")
                .then(|| weights.matrix("output.weight", vocabulary, width))
                .transpose()?,
            precision,
            config,
        })
    }

    /// An empty cache of this model's shape.
    pub(crate) fn new_cache(&self) -> Cache {
        Cache::new(self.config.layers, self.config.kv_heads * self.config.head)
    }

    /// Sends `tokens` through all blocks, at the positions after those in `cache`, which grows by them.
    /// Gives the residual stream after the last block, `[t, width]`.
    pub(crate) fn forward(&self, tokens: &[TokenId], cache: &mut Cache, tap: &mut impl Tap) -> Result<Tensor> {
        let Config { width, head, heads, kv_heads, norm_epsilon, .. } = self.config;
        let norm = |x: &Tensor, weight: &[f32]| map(x, width, |x| rms_norm(x, weight, norm_epsilon));
        let first = cache.len();
        let rope = Rope::new(self.config.rope_base, self.config.rope_dimensions, first..first + tokens.len());
        let turn = |x: &Tensor, row: usize| map(x, row, |x| rope.apply(x.to_vec(), row, head));
        let shape = Heads { queries: heads, keys: kv_heads, width: head };

        let mut x = self.embed(tokens)?; // [t, width]
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
            let hidden = with_values(&up, |up| map(&gate, up.len() / tokens.len(), |gate| swiglu(gate, up)))??; // [t, ffn]
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
        map(x, head.rows(), |x| head.product(&rms_norm(x, &self.output_norm, self.config.norm_epsilon), self.precision))
    }

    fn embed(&self, tokens: &[TokenId]) -> Result<Tensor> {
        let width = self.token_embd.columns();
        let mut rows = vec![0.0; tokens.len() * width];
        for (&token, row) in tokens.iter().zip(rows.chunks_exact_mut(width)) {
            if token as usize >= self.token_embd.rows() {
                let size = self.token_embd.rows();
                return Err(Error::BadInput(format!("token {token} is not in the vocabulary of {size}")));
            }
            self.token_embd.row(token as usize, row);
        }
        Ok(Tensor::from_vec(rows, (tokens.len(), width), &Device::Cpu)?)
    }
}
