//! Linear layers.

#[cfg(feature = "f32")]
use candle_core::{Device, Tensor};

use crate::arch::matrix::{Input, Matrix};
use crate::error::Result;
#[cfg(feature = "f32")]
use crate::kernels::count_multiply_adds;
use crate::kernels::elementwise::add;

/// Which arithmetic a model runs with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Weights dequantized to f32, products in f32: the truth that the other is measured against.
    #[cfg(feature = "f32")]
    F32,
    /// Weights as the file keeps them, quantized ones in integer products: for speed and memory.
    #[default]
    Quantized,
}

/// A linear layer.
#[derive(Debug)]
pub(crate) struct Linear {
    weights: LinearWeights,
    /// `[rows]`, added to each product.
    bias: Option<Vec<f32>>,
}

#[derive(Debug)]
enum LinearWeights {
    /// In the file's form.
    Stored(Matrix),
    /// Dequantized and transposed, `[columns, rows]`.
    #[cfg(feature = "f32")]
    Dense(Tensor),
}

impl Linear {
    pub(crate) fn new(matrix: Matrix, bias: Option<Vec<f32>>, precision: Precision) -> Result<Self> {
        let weights = match precision {
            Precision::Quantized => LinearWeights::Stored(matrix),
            #[cfg(feature = "f32")]
            Precision::F32 => LinearWeights::Dense(matrix.dense()?),
        };
        Ok(Self { weights, bias })
    }

    /// `[tokens, columns]` to `[tokens, rows]`.
    pub(crate) fn forward(&self, x: &Input) -> Result<Vec<f32>> {
        let mut product = match &self.weights {
            LinearWeights::Stored(matrix) => matrix.product(x, Precision::Quantized),
            #[cfg(feature = "f32")]
            LinearWeights::Dense(weights) => {
                count_multiply_adds(x.tokens() * weights.elem_count());
                let x = Tensor::from_slice(x.values, (x.tokens(), x.columns), &Device::Cpu)?;
                x.matmul(weights)?.flatten_all()?.to_vec1()?
            }
        };
        if let Some(bias) = &self.bias {
            for row in product.chunks_exact_mut(bias.len()) {
                add(row, bias);
            }
        }
        Ok(product)
    }
}
