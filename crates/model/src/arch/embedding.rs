//! The vocabulary's two ends: tokens to vectors, and the residual stream to logits.

use generation::TokenId;

use crate::arch::linear::Precision;
use crate::arch::matrix::{Input, Matrix};
use crate::arch::weights::Weights;
use crate::error::{Error, Result};

/// The tokens' embeddings and the head, which may be the same matrix.
#[derive(Debug)]
pub(crate) struct Embedding {
    /// `[vocabulary, width]`; rows are dequantized one at a time.
    pub(crate) tokens: Matrix,
    /// `[vocabulary, width]`; `None` if tied to `tokens`.
    head: Option<Matrix>,
    precision: Precision,
}

impl Embedding {
    pub(crate) fn new(vocabulary: usize, width: usize, weights: &mut Weights, precision: Precision) -> Result<Self> {
        let tokens = weights.matrix("token_embd.weight", vocabulary, width)?;
        Ok(Self { tokens, head: weights.head(vocabulary, width)?, precision })
    }

    /// The tokens' embeddings, `[tokens, width]`.
    ///
    /// # Errors
    /// A token is not in the vocabulary.
    pub(crate) fn embed(&self, tokens: &[TokenId]) -> Result<Vec<f32>> {
        embed(&self.tokens, tokens)
    }

    /// The logits of a residual stream that went through the final norm: `[tokens, width]` to `[tokens, vocabulary]`.
    pub(crate) fn logits(&self, normed: &[f32]) -> Vec<f32> {
        let head = self.head.as_ref().unwrap_or(&self.tokens);
        head.product(&Input::new(normed, head.columns()), self.precision)
    }

    /// Whether the head is the embedding.
    pub(crate) fn tied(&self) -> bool {
        self.head.is_none()
    }
}

/// Rows of a table, `[rows.len(), columns]`.
pub(crate) fn embed(table: &Matrix, rows: &[TokenId]) -> Result<Vec<f32>> {
    let columns = table.columns();
    let mut values = vec![0.0; rows.len() * columns];
    for (&row, out) in rows.iter().zip(values.chunks_exact_mut(columns)) {
        if row as usize >= table.rows() {
            return Err(Error::BadInput(format!("there is no row {row} in a table of {}", table.rows())));
        }
        table.row(row as usize, out);
    }
    Ok(values)
}
