//! What tensors are called, and how they lie, in GGUF files and in the folders of Hugging Face's `transformers`.

use crate::arch::config::Architecture;

/// Whose names a file uses.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TensorNames {
    /// GGUF's, which this program uses too.
    Gguf,
    /// Those of `transformers`.
    HuggingFace {
        architecture: Architecture,
        /// Width of a head.
        head: usize,
        /// Whether the head of the model is its embedding, whatever the file has.
        tied: bool,
    },
}

/// How a tensor lies in its file, compared to what the arithmetic here expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    AsIs,
    /// Inputs are rows: GPT-2's layers were written as convolutions.
    Transposed,
    /// Rotary pairs stand half a head apart; here they are neighbours.
    Halves {
        head: usize,
    },
}

/// GGUF's and Hugging Face's names of GPT-2's parts, and whether their weights are transposed.
const GPT2: [(&str, &str, bool); 6] = [
    ("attn_norm", "ln_1", false),
    ("attn_qkv", "attn.c_attn", true),
    ("attn_output", "attn.c_proj", true),
    ("ffn_norm", "ln_2", false),
    ("ffn_up", "mlp.c_fc", true),
    ("ffn_down", "mlp.c_proj", true),
];

const LLAMA: [(&str, &str); 9] = [
    ("attn_norm", "input_layernorm"),
    ("attn_q", "self_attn.q_proj"),
    ("attn_k", "self_attn.k_proj"),
    ("attn_v", "self_attn.v_proj"),
    ("attn_output", "self_attn.o_proj"),
    ("ffn_norm", "post_attention_layernorm"),
    ("ffn_gate", "mlp.gate_proj"),
    ("ffn_up", "mlp.up_proj"),
    ("ffn_down", "mlp.down_proj"),
];

impl TensorNames {
    /// A file's name of a tensor without what a wrapping module puts before it.
    pub(crate) fn without_prefix(self, name: String) -> String {
        match self {
            Self::Gguf => name,
            Self::HuggingFace { .. } => {
                let rest = ["transformer.", "model."].iter().find_map(|prefix| name.strip_prefix(prefix));
                rest.map_or_else(|| name.clone(), str::to_owned)
            }
        }
    }

    /// The name and the layout in the file of what GGUF calls `name`.
    pub(crate) fn in_file(self, name: &str) -> (String, Layout) {
        let Self::HuggingFace { architecture, head, .. } = self else { return (name.to_owned(), Layout::AsIs) };
        let (part, kind) = name.rsplit_once('.').unwrap_or((name, ""));
        let block = part.strip_prefix("blk.").and_then(|rest| rest.split_once('.'));
        let whole = |name: &str| (format!("{name}.{kind}"), Layout::AsIs);
        match (architecture, block) {
            (_, None) if part == "output" => whole("lm_head"),
            (Architecture::Gpt2, None) => whole(match part {
                "token_embd" => "wte",
                "position_embd" => "wpe",
                _ => "ln_f",
            }),
            (Architecture::Llama, None) => whole(if part == "token_embd" { "embed_tokens" } else { "norm" }),
            (Architecture::Gpt2, Some((layer, part))) => {
                let known = GPT2.iter().find(|(gguf, ..)| *gguf == part);
                let (name, transposed) = known.map_or((part, false), |&(_, name, transposed)| (name, transposed));
                let layout = if transposed && kind == "weight" { Layout::Transposed } else { Layout::AsIs };
                (format!("h.{layer}.{name}.{kind}"), layout)
            }
            (Architecture::Llama, Some((layer, part))) => {
                let name = LLAMA.iter().find(|(gguf, _)| *gguf == part).map_or(part, |&(_, name)| name);
                let layout = if ["attn_q", "attn_k"].contains(&part) { Layout::Halves { head } } else { Layout::AsIs };
                (format!("layers.{layer}.{name}.{kind}"), layout)
            }
        }
    }

    /// Whether the head is said to be the embedding; in GGUF it is where no other is there.
    pub(crate) fn tied(self) -> bool {
        matches!(self, Self::HuggingFace { tied: true, .. })
    }

    /// Whether a tensor left over is one that the model itself does not use: masks and angles that old versions of
    /// `transformers` saved, and a copy of a tied embedding.
    pub(crate) fn is_unused(self, name: &str) -> bool {
        match self {
            Self::Gguf => false,
            Self::HuggingFace { .. } => {
                [".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq"].iter().any(|end| name.ends_with(end))
                    || (self.tied() && name == "lm_head.weight")
            }
        }
    }
}
