//! Taps that keep what steps and inspections show of a pass.

use generation::step::{Layer, Taps};

use crate::arch::tap::Tap;
use crate::kernels::elementwise::l2_norm;

/// Keeps what a step shows of its last (here: only) position.
pub(crate) struct StepTap {
    taps: Taps,
    pub(crate) embedding: Vec<f32>,
    pub(crate) layers: Vec<Layer>,
}

impl StepTap {
    pub(crate) fn new(taps: Taps, layers: usize) -> Self {
        let layers = vec![Layer::default(); if taps.layers { layers } else { 0 }];
        Self { taps, embedding: Vec::new(), layers }
    }

    fn norm(&mut self, layer: usize, x: &[f32], of: fn(&mut Layer) -> &mut f32) {
        if let Some(layer) = self.layers.get_mut(layer).filter(|_| self.taps.layers) {
            *of(layer) = l2_norm(x);
        }
    }
}

impl Tap for StepTap {
    fn wants_pattern(&self, _layer: usize) -> bool {
        self.taps.layers
    }

    fn embedding(&mut self, x: &[f32]) {
        if self.taps.embedding {
            self.embedding = x.to_vec();
        }
    }

    fn resid_pre(&mut self, layer: usize, x: &[f32]) {
        self.norm(layer, x, |layer| &mut layer.resid_pre_norm);
    }

    fn pattern(&mut self, layer: usize, _head: usize, _query: usize, weights: &[f32]) {
        self.layers[layer].attention.push(weights.to_vec());
    }

    fn attn_out(&mut self, layer: usize, x: &[f32]) {
        self.norm(layer, x, |layer| &mut layer.attn_out_norm);
    }

    fn mlp_out(&mut self, layer: usize, x: &[f32]) {
        self.norm(layer, x, |layer| &mut layer.mlp_out_norm);
    }
}

/// Keeps the residual stream of one position after every layer, `[layers, width]`.
#[derive(Default)]
pub(crate) struct ResidualTap(pub(crate) Vec<f32>);

impl Tap for ResidualTap {
    fn resid_pre(&mut self, layer: usize, x: &[f32]) {
        if layer > 0 {
            self.0.extend_from_slice(x);
        }
    }
}

/// Keeps one head's rows, future positions as zeros.
pub(crate) struct PatternTap {
    pub(crate) layer: usize,
    pub(crate) head: usize,
    /// Tokens of the whole context.
    pub(crate) total: usize,
    pub(crate) rows: Vec<Vec<f32>>,
}

impl Tap for PatternTap {
    fn wants_pattern(&self, layer: usize) -> bool {
        layer == self.layer
    }

    fn pattern(&mut self, _layer: usize, head: usize, _query: usize, weights: &[f32]) {
        if head == self.head {
            let mut row = weights.to_vec();
            row.resize(self.total, 0.0);
            self.rows.push(row);
        }
    }
}
