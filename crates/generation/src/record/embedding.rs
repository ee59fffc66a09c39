//! An embedding without loss, in few bytes where its values come from a quantized model.

use serde::{Deserialize, Serialize};

/// Values that share a scale in GGUF's Q8_0.
const BLOCK: usize = 32;

/// The exact values of an embedding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Embedding {
    /// As they are.
    Plain(Vec<f32>),
    /// Blocks of 32 small integers, each times its block's scale.
    Scaled {
        /// `[width / 32]`.
        scales: Vec<f32>,
        /// `[width]`.
        values: Vec<i8>,
    },
}

impl Embedding {
    pub(super) fn encode(embedding: &[f32]) -> Self {
        let (mut scales, mut values) = (Vec::new(), Vec::new());
        for block in embedding.chunks(BLOCK) {
            let Some((scale, block)) = scaled(block) else { return Self::Plain(embedding.to_vec()) };
            scales.push(scale);
            values.extend(block);
        }
        Self::Scaled { scales, values }
    }

    pub(super) fn decode(&self) -> Vec<f32> {
        match self {
            Self::Plain(values) => values.clone(),
            Self::Scaled { scales, values } => {
                let block = |(values, &scale): (&[i8], &f32)| values.iter().map(|&v| f32::from(v) * scale).collect();
                values.chunks(BLOCK).zip(scales).flat_map::<Vec<f32>, _>(block).collect()
            }
        }
    }
}

/// A block's scale and integers, if they reproduce it to the bit. In Q8_0 the largest value is 127 times the scale.
fn scaled(block: &[f32]) -> Option<(f32, Vec<i8>)> {
    let largest = block.iter().fold(0f32, |largest, value| largest.max(value.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    let integers: Vec<i8> = block.iter().map(|value| (value / scale).round() as i8).collect();
    let exact =
        block.iter().zip(&integers).all(|(value, &integer)| (f32::from(integer) * scale).to_bits() == value.to_bits());
    exact.then_some((scale, integers))
}
