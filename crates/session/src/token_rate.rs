//! Tokens per second.

use std::collections::VecDeque;

/// Over how many tokens the rate is taken.
const SPAN: usize = 32;

/// Measures the time between tokens that arrive one after the other in one uninterrupted run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TokenRate {
    arrivals: VecDeque<f64>,
    last: Option<f64>,
}

impl TokenRate {
    /// A token arrived at `now` milliseconds.
    pub(crate) fn arrive(&mut self, now: f64) {
        self.arrivals.push_back(now);
        if self.arrivals.len() > SPAN + 1 {
            self.arrivals.pop_front();
        }
        self.last = self.present().or(self.last);
    }

    /// A new run begins: what was measured before says nothing about it.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.last = None;
    }

    /// The run is over; its rate stays on show.
    pub(crate) fn stop(&mut self) {
        self.arrivals.clear();
    }

    /// Tokens per second; `None` until there is something to measure.
    #[must_use]
    pub(crate) fn rate(&self) -> Option<f64> {
        self.last
    }

    fn present(&self) -> Option<f64> {
        let (first, last) = (self.arrivals.front()?, self.arrivals.back()?);
        let seconds = (last - first) / 1000.0;
        (seconds > 0.0).then(|| (self.arrivals.len() - 1) as f64 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_of_the_last_tokens_of_one_run() {
        let mut rate = TokenRate::default();
        assert_eq!(rate.rate(), None);
        (0..10).for_each(|i| rate.arrive(f64::from(i) * 100.0));
        assert_eq!(rate.rate(), Some(10.0));
        // Ever faster: only the last 32 intervals count.
        (1..=32).for_each(|i| rate.arrive(900.0 + f64::from(i) * 20.0));
        assert_eq!(rate.rate(), Some(50.0));
        rate.stop();
        rate.arrive(1e9);
        assert_eq!(rate.rate(), Some(50.0), "a pause is not an interval");
        rate.restart();
        assert_eq!(rate.rate(), None);
    }

    #[test]
    fn two_arrivals_at_once_are_no_division_by_zero() {
        let mut rate = TokenRate::default();
        rate.arrive(5.0);
        rate.arrive(5.0);
        assert_eq!(rate.rate(), None);
    }
}
