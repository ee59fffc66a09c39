//! The tokens whose embeddings point most nearly the same way.

use generation::TokenId;

use crate::arch::matrix::Matrix;
use crate::error::{Error, Result};
use crate::inspect::logit_lens::best;
use crate::kernels::dense::dot;

/// The `top` tokens whose rows of `embedding` (`[vocabulary, width]`) have the largest cosine with that of `token`,
/// nearest first, itself left out; among equal ones the lowest id comes first. A row of zeros has cosine 0.
///
/// One row is dequantized at a time.
pub(crate) fn neighbours(embedding: &Matrix, token: TokenId, top: usize) -> Result<Vec<(TokenId, f32)>> {
    let mut ours = vec![0.0; embedding.columns()];
    embedding.row(token as usize, &mut ours);
    let length = dot(&ours, &ours).sqrt();
    let mut row = vec![0.0; embedding.columns()];
    let mut tokens = Vec::with_capacity(embedding.rows());
    for other in (0..embedding.rows()).filter(|&other| other != token as usize) {
        embedding.row(other, &mut row);
        let lengths = length * dot(&row, &row).sqrt();
        let cosine = if lengths > 0.0 { (dot(&ours, &row) / lengths).clamp(-1.0, 1.0) } else { 0.0 };
        if !cosine.is_finite() {
            return Err(Error::Arithmetic(format!("the embedding of token {other} makes a cosine of {cosine}")));
        }
        tokens.push((other as TokenId, cosine));
    }
    Ok(best(tokens, top))
}
