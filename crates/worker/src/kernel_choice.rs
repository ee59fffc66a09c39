//! Which of the build's two kernels for 4-bit weights is faster on this processor.
//!
//! They give the same bits, so the first tokens of a run can be made with either: they are made with both, by turns,
//! and timed. Timing anything earlier would time code that the browser has not optimized yet.

use model::use_relaxed;

/// Tokens in a row that one kernel makes.
const ROUND: usize = 6;

/// Tokens after which the faster kernel stays.
const TOKENS: usize = 4 * ROUND;

/// The measurement, and then its result.
#[derive(Default)]
pub(crate) struct KernelChoice {
    timed: usize,
    /// The least milliseconds a token took, by the plain and by the relaxed kernel.
    best: [Option<f64>; 2],
}

impl KernelChoice {
    /// The kernel that makes the next token: 0 the plain one, 1 the relaxed one.
    fn kernel(&self) -> usize {
        self.timed / ROUND % 2
    }

    /// A token was made in so many milliseconds.
    pub(crate) fn record(&mut self, milliseconds: f64) {
        if model::HAS_RELAXED && self.timed < TOKENS {
            use_relaxed(self.next_is_relaxed(milliseconds));
        }
    }

    /// Notes a token's time; says whether the relaxed kernel makes the next one.
    fn next_is_relaxed(&mut self, milliseconds: f64) -> bool {
        let best = &mut self.best[self.kernel()];
        *best = Some(best.map_or(milliseconds, |best| best.min(milliseconds)));
        self.timed += 1;
        if self.timed == TOKENS { self.best[1] < self.best[0] } else { self.kernel() == 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which kernel makes each token, and which stays, where a token takes them so many milliseconds at least.
    fn run(milliseconds: [f64; 2]) -> (Vec<bool>, bool) {
        let mut choice = KernelChoice::default();
        let mut relaxed = vec![false];
        for token in 0..TOKENS {
            let noise = (token % ROUND) as f64;
            relaxed.push(choice.next_is_relaxed(milliseconds[usize::from(relaxed[token])] + noise));
        }
        let stays = relaxed.pop().unwrap_or_default();
        (relaxed, stays)
    }

    #[test]
    fn both_make_as_many_tokens_and_the_faster_one_stays() {
        for (milliseconds, faster) in [([20.0, 15.0], true), ([15.0, 20.0], false), ([15.0, 15.0], false)] {
            let (relaxed, stays) = run(milliseconds);
            assert_eq!(relaxed.iter().filter(|relaxed| **relaxed).count(), TOKENS / 2);
            assert_eq!(stays, faster, "{milliseconds:?}");
        }
    }
}
