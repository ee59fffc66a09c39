//! What a browser must compute right before the engine trusts it.

use half::f16;

use super::super::activation::{Activations, BLOCK};
use super::{Format, Packed};

/// Whether the kernels of this build compute here what plain code does, to the bit: weights of all types, of `rows` rows
/// of `blocks` blocks, times `tokens` rows of activations. What the values are follows from `seed`.
pub(crate) fn agree_with_plain(rows: usize, blocks: usize, tokens: usize, seed: u64) -> bool {
    let noise = |kind: u64, at: usize| generation::sampling::coin(seed, at as u64, kind);
    [Format::Q4_0, Format::Q4_1, Format::Q8_0].into_iter().all(|format| {
        let mut packed = Packed::zeros(format, rows, blocks * BLOCK);
        for index in 0..rows * blocks {
            let byte = |i: usize| (noise(1, index * 64 + i) * 256.0) as u8;
            let mut bytes: Vec<u8> = (0..format.block_bytes()).map(byte).collect();
            // Scale and minimum: from -1 to 1, for files have both signs.
            for half in bytes[..4].chunks_exact_mut(2).take(if format == Format::Q4_1 { 2 } else { 1 }) {
                let value = f16::from_f64(2.0 * noise(2, index * 256 + usize::from(half[0])) - 1.0);
                half.copy_from_slice(&value.to_le_bytes());
            }
            packed.set_block(index, &bytes);
        }
        // Blocks of very different size, and some of zeros.
        let size = |at: usize| (noise(4, at / BLOCK) * 40.0 - 8.0).floor().clamp(0.0, 30.0).exp2() as f32 - 1.0;
        let x: Vec<f32> = (0..tokens * blocks * BLOCK).map(|i| (noise(3, i) as f32 - 0.5) * size(i)).collect();
        let x = Activations::new(&x, blocks);
        let mut out = vec![0.0; tokens * rows];
        packed.product(&x, tokens, &mut out);
        out.iter()
            .enumerate()
            .all(|(i, out)| out.to_bits() == packed.plain_product(i % rows, x.row(i / rows)).to_bits())
    })
}
