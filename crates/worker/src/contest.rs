//! Which of the build's two kernels for 4-bit weights is faster on this processor.
//!
//! They give the same bits, so the first tokens of a run can be made with either: they are made with both, by turns,
//! and timed. Timing anything earlier would time code that the browser has not optimized yet.

use model::use_relaxed;

/// Tokens that one kernel makes before it is the other's turn.
const TURN: usize = 6;

/// Tokens after which the faster one stays.
const TOKENS: usize = 4 * TURN;

/// The contest, while it is open.
#[derive(Default)]
pub(crate) struct Contest {
    made: usize,
    /// The least milliseconds a token took, by the plain and by the relaxed kernel.
    best: [Option<f64>; 2],
}

impl Contest {
    /// Whose turn it is: 0 the plain kernel's, 1 the relaxed one's.
    fn turn(&self) -> usize {
        self.made / TURN % 2
    }

    /// A token was made in so many milliseconds.
    pub(crate) fn made(&mut self, milliseconds: f64) {
        if !model::HAS_RELAXED || self.made == TOKENS {
            return;
        }
        let best = &mut self.best[self.turn()];
        *best = Some(best.map_or(milliseconds, |best| best.min(milliseconds)));
        self.made += 1;
        use_relaxed(if self.made == TOKENS { self.best[1] < self.best[0] } else { self.turn() == 1 });
    }
}
