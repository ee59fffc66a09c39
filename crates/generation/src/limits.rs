//! How much the loop makes at once, and how much of it is kept.

/// How many tokens one call of the loop makes, unless said otherwise.
pub const MAX_NEW: usize = 50;

/// Steps whose logits are kept: of the places that were visited or asked for last. With SmolLM2's vocabulary a step has
/// 0.4 MB, and its distribution as much again.
pub const KEPT_STEPS: usize = 16;

/// Places that [`Event::Undo`](crate::Event::Undo) can go back to.
pub const MAX_HISTORY: usize = 10_000;
