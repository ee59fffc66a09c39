//! A model's dimensions, as a GGUF header or a folder's `config.json` gives them.

use generation::TokenId;
use generation::protocol::{Activation, Defect, Norm, Positions};
use serde::Deserialize;

use crate::error::{Error, Result, defect, malformed, unsupported};
use crate::load::gguf::metadata::Metadata;

/// The families of models that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Architecture {
    Gpt2,
    Llama,
}

impl Architecture {
    /// The architecture that files call `name`.
    fn named(name: &str) -> Result<Self> {
        match name {
            "gpt2" => Ok(Self::Gpt2),
            "llama" => Ok(Self::Llama),
            _ => defect(Defect::Architecture { name: name.to_owned() }),
        }
    }

    /// Its name in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gpt2 => "gpt2",
            Self::Llama => "llama",
        }
    }

    /// What normalizes the residual stream.
    pub(crate) fn norm(self) -> Norm {
        match self {
            Self::Gpt2 => Norm::LayerNorm,
            Self::Llama => Norm::RmsNorm,
        }
    }

    /// What stands between the feed-forward network's matrices.
    pub(crate) fn activation(self) -> Activation {
        match self {
            Self::Gpt2 => Activation::Gelu,
            Self::Llama => Activation::SwiGlu,
        }
    }
}

/// A model's dimensions.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) architecture: Architecture,
    pub(crate) layers: usize,
    /// Width of the residual stream.
    pub(crate) width: usize,
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    /// Width of one head.
    pub(crate) head: usize,
    /// Width between the feed-forward network's matrices.
    pub(crate) ffn: usize,
    pub(crate) window: usize,
    /// What keeps a norm from dividing by 0.
    pub(crate) epsilon: f32,
    pub(crate) positions: Positions,
}

impl Config {
    /// Reads a GGUF file's header.
    pub(crate) fn from_gguf(metadata: &Metadata) -> Result<Self> {
        let architecture = Architecture::named(metadata.string("general.architecture").unwrap_or("nothing"))?;
        let key = |name: &str| format!("{}.{name}", architecture.name());
        let width = metadata.size(&key("embedding_length"))?;
        let heads = metadata.size(&key("attention.head_count"))?;
        let head = metadata.size_or(&key("attention.key_length"), width.div_ceil(heads))?;
        let (kv_heads, epsilon, positions) = match architecture {
            Architecture::Gpt2 => (heads, "attention.layer_norm_epsilon", Positions::Learned),
            Architecture::Llama => {
                if let Some(scaling) = metadata.string(&key("rope.scaling.type")).filter(|kind| *kind != "none") {
                    return unsupported(format!(
                        "its rotary positions are scaled ({scaling}), which cannot be run yet"
                    ));
                }
                let base = metadata.float_or(&key("rope.freq_base"), 10_000.0)?;
                let dimensions = metadata.size_or(&key("rope.dimension_count"), head)?;
                let kv_heads = metadata.size_or(&key("attention.head_count_kv"), heads)?;
                (kv_heads, "attention.layer_norm_rms_epsilon", Positions::Rotary { base, dimensions })
            }
        };
        let config = Self {
            architecture,
            layers: metadata.size(&key("block_count"))?,
            width,
            heads,
            kv_heads,
            head,
            ffn: metadata.size(&key("feed_forward_length"))?,
            window: metadata.size(&key("context_length"))?,
            epsilon: metadata.float(&key(epsilon))? as f32,
            positions,
        };
        config.checked()
    }

    /// The dimensions, if they fit each other.
    fn checked(self) -> Result<Self> {
        let Self { width, heads, kv_heads, head, .. } = self;
        if !width.is_multiple_of(heads) || !heads.is_multiple_of(kv_heads) {
            return malformed(format!("{heads} heads with {kv_heads} key heads do not divide a width of {width}"));
        }
        if heads.checked_mul(head).is_none_or(|all| all > 1 << 20) {
            return malformed(format!("{heads} heads of {head} values make no sense"));
        }
        match self.positions {
            Positions::Rotary { dimensions, .. } if dimensions > head || !dimensions.is_multiple_of(2) => {
                malformed(format!("{dimensions} rotary dimensions do not fit heads of {head}"))
            }
            _ => Ok(self),
        }
    }
}

/// What a folder's `config.json` says.
#[derive(Debug)]
pub(crate) struct FolderConfig {
    pub(crate) config: Config,
    /// Rows of the embedding.
    pub(crate) vocabulary: usize,
    /// Whether the head is the embedding.
    pub(crate) tied: bool,
    /// Tokens that end a text.
    pub(crate) end_of_text: Vec<TokenId>,
}

/// What decides how the rest is to be read.
#[derive(Deserialize)]
struct Kind {
    model_type: String,
}

/// Names and defaults of `transformers`' `GPT2Config`.
#[derive(Deserialize)]
struct Gpt2 {
    n_layer: usize,
    n_head: usize,
    n_embd: usize,
    n_positions: usize,
    n_inner: Option<usize>,
    vocab_size: usize,
    activation_function: Option<String>,
    layer_norm_epsilon: Option<f32>,
    tie_word_embeddings: Option<bool>,
    scale_attn_weights: Option<bool>,
    scale_attn_by_inverse_layer_idx: Option<bool>,
    eos_token_id: Option<Ids>,
}

/// Names and defaults of `transformers`' `LlamaConfig`.
#[derive(Deserialize)]
struct Llama {
    num_hidden_layers: usize,
    num_attention_heads: usize,
    num_key_value_heads: Option<usize>,
    head_dim: Option<usize>,
    hidden_size: usize,
    intermediate_size: usize,
    max_position_embeddings: usize,
    vocab_size: usize,
    hidden_act: Option<String>,
    rms_norm_eps: Option<f32>,
    tie_word_embeddings: Option<bool>,
    rope_theta: Option<f64>,
    rope_scaling: Option<Rope>,
    rope_parameters: Option<Rope>,
    eos_token_id: Option<Ids>,
}

/// Rotary positions, as newer and older versions write them.
#[derive(Deserialize)]
struct Rope {
    rope_theta: Option<f64>,
    #[serde(alias = "type")]
    rope_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Ids {
    One(TokenId),
    Many(Vec<TokenId>),
}

impl FolderConfig {
    /// Reads `config.json`.
    pub(crate) fn read(json: &[u8]) -> Result<Self> {
        let architecture = Architecture::named(&parse::<Kind>(json)?.model_type)?;
        let read = match architecture {
            Architecture::Gpt2 => Self::gpt2(parse(json)?)?,
            Architecture::Llama => Self::llama(parse(json)?)?,
        };
        let Config { layers, width, heads, kv_heads, head, ffn, window, .. } = read.config;
        let figures = [layers, width, heads, kv_heads, head, ffn, window, read.vocabulary];
        if figures.iter().any(|&figure| figure == 0 || figure > 1 << 24) {
            return malformed(format!("a figure of config.json is 0 or beyond reason: {figures:?}"));
        }
        Ok(Self { config: read.config.checked()?, ..read })
    }

    fn gpt2(json: Gpt2) -> Result<Self> {
        let activation = json.activation_function.as_deref().unwrap_or("gelu_new");
        if !["gelu_new", "gelu_pytorch_tanh", "gelu_fast"].contains(&activation) {
            return unsupported(format!("its activation is {activation}; GPT-2's gelu_new can be run"));
        }
        if json.scale_attn_weights == Some(false) || json.scale_attn_by_inverse_layer_idx == Some(true) {
            return unsupported("its attention is scaled in a way that cannot be run yet");
        }
        let config = Config {
            architecture: Architecture::Gpt2,
            layers: json.n_layer,
            width: json.n_embd,
            heads: json.n_head,
            kv_heads: json.n_head,
            head: json.n_embd.checked_div(json.n_head).unwrap_or(0),
            ffn: json.n_inner.unwrap_or(json.n_embd.saturating_mul(4)),
            window: json.n_positions,
            epsilon: json.layer_norm_epsilon.unwrap_or(1e-5),
            positions: Positions::Learned,
        };
        let (vocabulary, tied) = (json.vocab_size, json.tie_word_embeddings.unwrap_or(true));
        Ok(Self { config, vocabulary, tied, end_of_text: ids(json.eos_token_id) })
    }

    fn llama(json: Llama) -> Result<Self> {
        let activation = json.hidden_act.as_deref().unwrap_or("silu");
        if activation != "silu" {
            return unsupported(format!("its activation is {activation}; Llama's silu can be run"));
        }
        let ropes = [json.rope_parameters, json.rope_scaling].into_iter().flatten();
        let mut base = json.rope_theta;
        for rope in ropes {
            if let Some(kind) = rope.rope_type.filter(|kind| kind != "default") {
                return unsupported(format!("its rotary positions are scaled ({kind}), which cannot be run yet"));
            }
            base = base.or(rope.rope_theta);
        }
        let head = json.head_dim.or_else(|| json.hidden_size.checked_div(json.num_attention_heads)).unwrap_or(0);
        let config = Config {
            architecture: Architecture::Llama,
            layers: json.num_hidden_layers,
            width: json.hidden_size,
            heads: json.num_attention_heads,
            kv_heads: json.num_key_value_heads.unwrap_or(json.num_attention_heads),
            head,
            ffn: json.intermediate_size,
            window: json.max_position_embeddings,
            epsilon: json.rms_norm_eps.unwrap_or(1e-6),
            positions: Positions::Rotary { base: base.unwrap_or(10_000.0), dimensions: head },
        };
        let (vocabulary, tied) = (json.vocab_size, json.tie_word_embeddings.unwrap_or(false));
        Ok(Self { config, vocabulary, tied, end_of_text: ids(json.eos_token_id) })
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T> {
    serde_json::from_slice(json).map_err(|error| Error::Malformed(format!("config.json cannot be read: {error}")))
}

fn ids(ids: Option<Ids>) -> Vec<TokenId> {
    match ids {
        None => Vec::new(),
        Some(Ids::One(id)) => vec![id],
        Some(Ids::Many(ids)) => ids,
    }
}
