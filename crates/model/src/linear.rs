//! Weight matrices and their products.

use candle_core::{DType, Device, Tensor};
use half::f16;

use crate::error::{Result, malformed};
use crate::gguf::GgmlType;
use crate::kernels::activation::{Activations, BLOCK};
use crate::kernels::dense;
use crate::kernels::packed::{Format, Packed};

/// Which arithmetic a model runs with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Weights dequantized to f32, products in f32: the truth that the other is measured against.
    F32,
    /// Weights as the file keeps them, quantized ones in integer products: for speed and memory.
    #[default]
    Quantized,
}

/// A weight matrix of `rows × columns`, as its file stores it, filled while its bytes arrive.
#[derive(Debug)]
pub(crate) struct Matrix {
    rows: usize,
    columns: usize,
    weights: Weights,
}

#[derive(Debug)]
enum Weights {
    F32(Vec<f32>),
    F16(Vec<f16>),
    Packed(Packed),
}

impl Matrix {
    pub(crate) fn zeros(kind: GgmlType, rows: usize, columns: usize) -> Result<Self> {
        let packed = |format| -> Result<Weights> {
            if columns.is_multiple_of(BLOCK) {
                Ok(Weights::Packed(Packed::zeros(format, rows, columns)))
            } else {
                malformed(format!("a {kind:?} matrix has rows of {columns} values, no multiple of {BLOCK}"))
            }
        };
        let weights = match kind {
            GgmlType::F32 => Weights::F32(vec![0.0; rows * columns]),
            GgmlType::F16 => Weights::F16(vec![f16::ZERO; rows * columns]),
            GgmlType::Q4_0 => packed(Format::Q4_0)?,
            GgmlType::Q4_1 => packed(Format::Q4_1)?,
            GgmlType::Q8_0 => packed(Format::Q8_0)?,
        };
        Ok(Self { rows, columns, weights })
    }

    /// Bytes of the file's smallest unit: a number, or a block of 32.
    pub(crate) fn unit_bytes(&self) -> usize {
        match &self.weights {
            Weights::F32(_) => 4,
            Weights::F16(_) => 2,
            Weights::Packed(packed) => packed.format().block_bytes(),
        }
    }

    /// Puts whole units in place, from unit number `index` on.
    pub(crate) fn set_units(&mut self, index: usize, bytes: &[u8]) {
        match &mut self.weights {
            Weights::F32(values) => {
                for (value, bytes) in values[index..].iter_mut().zip(bytes.as_chunks().0) {
                    *value = f32::from_le_bytes(*bytes);
                }
            }
            Weights::F16(values) => {
                for (value, bytes) in values[index..].iter_mut().zip(bytes.as_chunks().0) {
                    *value = f16::from_le_bytes(*bytes);
                }
            }
            Weights::Packed(packed) => {
                for (i, block) in bytes.chunks_exact(packed.format().block_bytes()).enumerate() {
                    packed.set_block(index + i, block);
                }
            }
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    /// Row `row` as f32, into `out` (`columns` values).
    pub(crate) fn row(&self, row: usize, out: &mut [f32]) {
        let range = row * self.columns..(row + 1) * self.columns;
        match &self.weights {
            Weights::F32(values) => out.copy_from_slice(&values[range]),
            Weights::F16(values) => {
                for (out, value) in out.iter_mut().zip(&values[range]) {
                    *out = value.to_f32();
                }
            }
            Weights::Packed(packed) => packed.dequantize_row(row, out),
        }
    }

    /// `x · Wᵀ`: `[tokens, columns]` to `[tokens, rows]`.
    pub(crate) fn product(&self, x: &[f32], precision: Precision) -> Vec<f32> {
        let tokens = x.len() / self.columns;
        let mut out = vec![0.0; tokens * self.rows];
        match (&self.weights, precision) {
            (Weights::Packed(packed), Precision::Quantized) => {
                packed.product(&Activations::new(x, self.columns / BLOCK), tokens, &mut out);
            }
            _ => dense::product(self.columns, |row, out| self.row(row, out), x, &mut out),
        }
        out
    }
}

/// A linear layer without bias.
#[derive(Debug)]
pub(crate) enum Linear {
    /// In the file's form.
    Stored(Matrix),
    /// Dequantized, `[rows, columns]`.
    Dense(Tensor),
}

impl Linear {
    pub(crate) fn new(matrix: Matrix, precision: Precision) -> Result<Self> {
        if precision == Precision::Quantized {
            return Ok(Self::Stored(matrix));
        }
        let mut values = vec![0.0; matrix.rows * matrix.columns];
        for (row, out) in values.chunks_exact_mut(matrix.columns).enumerate() {
            matrix.row(row, out);
        }
        Ok(Self::Dense(Tensor::from_vec(values, (matrix.rows, matrix.columns), &Device::Cpu)?))
    }

    /// `[tokens, columns]` to `[tokens, rows]`.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Stored(matrix) => map(x, matrix.rows(), |x| matrix.product(x, Precision::Quantized)),
            Self::Dense(weights) => Ok(x.matmul(&weights.t()?)?),
        }
    }
}

/// Runs `f` on the values of a `[tokens, _]` tensor; the result is `[tokens, columns]`.
pub(crate) fn map(x: &Tensor, columns: usize, f: impl FnOnce(&[f32]) -> Vec<f32>) -> Result<Tensor> {
    let tokens = x.dim(0)?;
    let out = with_values(x, f)?;
    Ok(Tensor::from_vec(out, (tokens, columns), &Device::Cpu)?)
}

/// Lends the values of a contiguous f32 tensor, row-major.
pub(crate) fn with_values<R>(x: &Tensor, f: impl FnOnce(&[f32]) -> R) -> Result<R> {
    debug_assert_eq!(x.dtype(), DType::F32);
    let x = x.contiguous()?;
    let (storage, layout) = x.storage_and_layout();
    match (&*storage, layout.contiguous_offsets()) {
        (candle_core::Storage::Cpu(storage), Some((start, end))) => Ok(f(&storage.as_slice::<f32>()?[start..end])),
        _ => Err(crate::Error::BadInput("a tensor is not in this machine's memory".into())),
    }
}
