//! Weight matrices and their products.

use std::borrow::Cow;
use std::cell::OnceCell;

use candle_core::CpuStorage;
use candle_core::quantized::GgmlDType;
#[cfg(feature = "f32")]
use candle_core::{Device, Tensor};
use half::{bf16, f16};

use crate::arch::linear::Precision;
use crate::error::{Result, malformed, unsupported};
use crate::kernels::activation::{Activations, BLOCK};
use crate::kernels::dense;
use crate::kernels::packed::{Format, Packed};
use crate::load::ggml_type::GgmlType;

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
    Bf16(Vec<bf16>),
    Packed(Packed),
    Blocks(Blocks),
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
            GgmlType::BF16 => Weights::Bf16(vec![bf16::ZERO; rows * columns]),
            GgmlType::Q4_0 => packed(Format::Q4_0)?,
            GgmlType::Q4_1 => packed(Format::Q4_1)?,
            GgmlType::Q8_0 => packed(Format::Q8_0)?,
            GgmlType::Q5_0
            | GgmlType::Q5_1
            | GgmlType::Q2_K
            | GgmlType::Q3_K
            | GgmlType::Q4_K
            | GgmlType::Q5_K
            | GgmlType::Q6_K => Weights::Blocks(Blocks::zeros(kind, rows, columns)?),
        };
        Ok(Self { rows, columns, weights })
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
            Weights::Bf16(values) => {
                for (value, bytes) in values[index..].iter_mut().zip(bytes.as_chunks().0) {
                    *value = bf16::from_le_bytes(*bytes);
                }
            }
            Weights::Blocks(blocks) => blocks.set_units(index, bytes),
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
                    *out = dense::from_f16(value.to_bits());
                }
            }
            Weights::Bf16(values) => {
                for (out, value) in out.iter_mut().zip(&values[range]) {
                    *out = value.to_f32();
                }
            }
            Weights::Packed(packed) => packed.dequantize_row(row, out),
            Weights::Blocks(blocks) => blocks.dequantize_row(row, out),
        }
    }

    /// The matrix with rows and columns exchanged.
    ///
    /// # Errors
    /// Quantized weights share scales along their rows.
    pub(crate) fn transposed(self) -> Result<Self> {
        fn transpose<T: Copy>(values: &[T], columns: usize) -> Vec<T> {
            (0..columns).flat_map(|column| values.iter().skip(column).step_by(columns.max(1)).copied()).collect()
        }
        let Self { rows, columns, weights } = self;
        let weights = match weights {
            Weights::F32(values) => Weights::F32(transpose(&values, columns)),
            Weights::F16(values) => Weights::F16(transpose(&values, columns)),
            Weights::Bf16(values) => Weights::Bf16(transpose(&values, columns)),
            Weights::Packed(_) | Weights::Blocks(_) => return unsupported("quantized weights cannot be transposed"),
        };
        Ok(Self { rows: columns, columns: rows, weights })
    }

    /// Brings rows `i` and `i + head / 2` of each `head` rows together: rotary pairs become neighbours.
    ///
    /// # Errors
    /// The rows are no whole heads, or quantized.
    pub(crate) fn interleaved(self, head: usize) -> Result<Self> {
        fn interleave<T: Copy>(values: &[T], head: usize, columns: usize) -> Vec<T> {
            let half = head / 2 * columns;
            let pairs = |head: &[T]| {
                let (first, second) = head.split_at(half);
                let rows = first.chunks_exact(columns).zip(second.chunks_exact(columns));
                rows.flat_map(|(a, b)| [a, b].concat()).collect::<Vec<T>>()
            };
            values.chunks_exact(head * columns).flat_map(pairs).collect()
        }
        let Self { rows, columns, weights } = self;
        if head == 0 || !head.is_multiple_of(2) || !rows.is_multiple_of(head) {
            return malformed(format!("{rows} rows are no whole heads of {head}"));
        }
        let weights = match weights {
            Weights::F32(values) => Weights::F32(interleave(&values, head, columns)),
            Weights::F16(values) => Weights::F16(interleave(&values, head, columns)),
            Weights::Bf16(values) => Weights::Bf16(interleave(&values, head, columns)),
            Weights::Packed(_) | Weights::Blocks(_) => return unsupported("quantized rows cannot be moved"),
        };
        Ok(Self { rows, columns, weights })
    }

    /// Dequantized and transposed, `[columns, rows]`.
    #[cfg(feature = "f32")]
    pub(super) fn dense(&self) -> Result<Tensor> {
        let mut values = vec![0.0; self.rows * self.columns];
        for (row, out) in values.chunks_exact_mut(self.columns).enumerate() {
            self.row(row, out);
        }
        Ok(Tensor::from_vec(values, (self.rows, self.columns), &Device::Cpu)?.t()?)
    }

    /// `x · Wᵀ`: `[tokens, columns]` to `[tokens, rows]`.
    pub(crate) fn product(&self, x: &Input, precision: Precision) -> Vec<f32> {
        debug_assert_eq!(x.columns, self.columns);
        let tokens = x.tokens();
        let mut out = vec![0.0; tokens * self.rows];
        match (&self.weights, precision) {
            (Weights::Packed(packed), Precision::Quantized) => packed.product(x.quantized(), tokens, &mut out),
            _ => dense::product(self.columns, |row, out| self.row(row, out), x.values, &mut out),
        }
        out
    }
}

/// What enters a layer, `[tokens, columns]`: quantized at the first product that needs it, for all of them.
pub(crate) struct Input<'a> {
    pub(super) values: &'a [f32],
    pub(super) columns: usize,
    quantized: OnceCell<Activations>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(values: &'a [f32], columns: usize) -> Self {
        Self { values, columns, quantized: OnceCell::new() }
    }

    pub(super) fn tokens(&self) -> usize {
        self.values.len() / self.columns
    }

    fn quantized(&self) -> &Activations {
        self.quantized.get_or_init(|| Activations::new(self.values, self.columns / BLOCK))
    }
}

/// Blocks that candle dequantizes, a row at a time.
struct Blocks {
    kind: GgmlDType,
    /// Bytes of one block.
    unit: usize,
    /// Bytes of one row.
    row: usize,
    /// Of two bytes each: candle wants blocks to begin at even addresses.
    halves: Vec<u16>,
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blocks of {:?}", self.kind)
    }
}

impl Blocks {
    fn zeros(kind: GgmlType, rows: usize, columns: usize) -> Result<Self> {
        let (values, unit) = kind.unit();
        let (values, unit) = (values as usize, unit as usize);
        match kind.candle_blocks() {
            Some(candle) if columns.is_multiple_of(values) => {
                let row = columns / values * unit;
                Ok(Self { kind: candle, unit, row, halves: vec![0; rows * row / 2] })
            }
            _ => malformed(format!("a {kind:?} matrix has rows of {columns} values, no multiple of {values}")),
        }
    }

    fn set_units(&mut self, index: usize, bytes: &[u8]) {
        let start = index * self.unit;
        bytemuck::cast_slice_mut::<u16, u8>(&mut self.halves)[start..start + bytes.len()].copy_from_slice(bytes);
    }

    fn dequantize_row(&self, row: usize, out: &mut [f32]) {
        let bytes = &bytemuck::cast_slice::<u16, u8>(&self.halves)[row * self.row..(row + 1) * self.row];
        match self.kind.from_data(Cow::Borrowed(bytes)).dequantize(out.len()) {
            Ok(CpuStorage::F32(values)) => out.copy_from_slice(&values),
            // Candle always gives f32 here; should that change, the logits say so.
            _ => out.fill(f32::NAN),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;

    use super::*;

    /// A row of random blocks, by `tests/fixtures/make_tiny_folders.py`.
    #[derive(Deserialize)]
    struct Row {
        bytes: String,
        values: Vec<f32>,
    }

    #[test]
    fn blocks_are_dequantized_as_ggml_does() {
        let json = include_str!("../../../../tests/fixtures/quantized-blocks.json");
        let rows: HashMap<String, Row> = serde_json::from_str(json).unwrap();
        assert_eq!(rows.len(), 7);
        for (code, name) in
            [(6, "Q5_0"), (7, "Q5_1"), (10, "Q2_K"), (11, "Q3_K"), (12, "Q4_K"), (13, "Q5_K"), (14, "Q6_K")]
        {
            let Row { bytes, values } = &rows[name];
            let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            let bytes: Vec<u8> = bytes.as_bytes().chunks(2).map(byte).collect();
            let kind = GgmlType::from_code(code).unwrap();
            assert_eq!(format!("{kind:?}"), name);
            // The second row is ours; the first stays zeros.
            let mut matrix = Matrix::zeros(kind, 2, values.len()).unwrap();
            let (unit_values, unit_bytes) = kind.unit();
            matrix.set_units(values.len() / unit_values as usize, &bytes[..unit_bytes as usize]);
            matrix.set_units(values.len() / unit_values as usize + 1, &bytes[unit_bytes as usize..]);
            let mut ours = vec![0.0; values.len()];
            matrix.row(1, &mut ours);
            for (ours, golden) in ours.iter().zip(values) {
                assert!((ours - golden).abs() <= golden.abs() * 1e-5 + 1e-7, "{name}: {ours} should be {golden}");
            }
            let x: Vec<f32> = (0..values.len()).map(|i| (i as f32 * 0.37).sin()).collect();
            let expected: f64 = values.iter().zip(&x).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            for precision in [Precision::F32, Precision::Quantized] {
                let product = matrix.product(&Input::new(&x, x.len()), precision);
                assert_eq!(product[0], 0.0);
                assert!((f64::from(product[1]) - expected).abs() < 1e-4, "{name}: {} should be {expected}", product[1]);
            }
        }
    }
}
