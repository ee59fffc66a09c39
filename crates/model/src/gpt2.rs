//! GPT-2: learned positions, LayerNorm, one matrix for queries, keys and values, GELU in its tanh form.
//!
//! GPT-2 (Radford et al. 2019, <https://github.com/openai/gpt-2>); tensor names are GGUF's. Shapes: `t` tokens of this
//! pass, `width`, `ffn`, `vocabulary`; heads of `head` values make up `width`.

use candle_core::Tensor;
use generation::TokenId;

use crate::cache::Cache;
use crate::config::Config;
use crate::error::Result;
use crate::kernels::attention::{Heads, attention};
use crate::kernels::elementwise::{gelu, layer_norm};
use crate::linear::{Linear, Matrix, Precision, embed, map};
use crate::tap::Tap;
use crate::weights::Weights;

/// A GPT-2 model's weights.
#[derive(Debug)]
pub(crate) struct Gpt2 {
    pub(crate) config: Config,
    precision: Precision,
    /// `[vocabulary, width]`.
    pub(crate) token_embd: Matrix,
    /// `[window, width]`.
    position_embd: Matrix,
    blocks: Vec<Block>,
    output_norm: Norm,
    /// `[vocabulary, width]`; `None` if tied to `token_embd`.
    output: Option<Matrix>,
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
            token_embd: weights.matrix("token_embd.weight", vocabulary, width)?,
            position_embd: weights.matrix("position_embd.weight", window, width)?,
            output_norm: Norm::new("output_norm", width, weights)?,
            output: weights.head(vocabulary, width)?,
            precision,
            config,
        })
    }

    /// As [`crate::transformer::Transformer::forward`].
    pub(crate) fn forward(&self, tokens: &[TokenId], cache: &mut Cache, tap: &mut impl Tap) -> Result<Tensor> {
        let Config { width, head, heads, epsilon, .. } = self.config;
        let norm = |x: &Tensor, norm: &Norm| map(x, width, |x| norm.apply(x, epsilon));
        let shape = Heads { queries: heads, keys: heads, width: head };
        let first = cache.len();
        let positions: Vec<TokenId> = (first..first + tokens.len()).map(|position| position as TokenId).collect();

        let mut x = (embed(&self.token_embd, tokens)? + embed(&self.position_embd, &positions)?)?; // [t, width]
        tap.embedding(&x)?;
        for (layer, block) in self.blocks.iter().enumerate() {
            tap.resid_pre(layer, &x)?;
            let qkv = block.attn_qkv.forward(&norm(&x, &block.attn_norm)?)?; // [t, 3 · width]
            let part = |i: usize| qkv.narrow(1, i * width, width); // [t, width]
            let kept = cache.layer(layer);
            kept.append(&part(1)?, &part(2)?)?;
            let wanted = tap.wants_pattern(layer);
            let see = |query: usize, head: usize, weights: &[f32]| {
                if wanted {
                    tap.pattern(layer, head, query, weights);
                }
            };
            let mixed = map(&part(0)?, width, |q| attention(q, &kept.keys, &kept.values, shape, see))?; // [t, width]
            let attn_out = block.attn_output.forward(&mixed)?; // [t, width]
            tap.attn_out(layer, &attn_out)?;
            x = (x + attn_out)?; // [t, width]

            let up = block.ffn_up.forward(&norm(&x, &block.ffn_norm)?)?; // [t, ffn]
            let hidden = map(&up, self.config.ffn, gelu)?; // [t, ffn]
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
        map(x, head.rows(), |x| head.product(&self.output_norm.apply(x, self.config.epsilon), self.precision))
    }

    /// Whether the head is the embedding.
    pub(crate) fn tied(&self) -> bool {
        self.output.is_none()
    }
}
