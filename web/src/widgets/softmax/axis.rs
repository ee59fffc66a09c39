//! The axis of the logits, and how they are written, read and stepped along it.

use crate::i18n::messages::marks;
use crate::i18n::numbers::{fixed, read, signed};
use crate::t;
use session::toy_logits::LIMIT;

/// The visible range of logits, from a multiple of [`TICK`] to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The distance of two marks.
pub const TICK: f64 = 5.0;

/// What one press of an arrow key, or one notch of a drag, changes.
pub const STEP: f64 = 0.1;

/// What a larger step changes.
pub const LEAP: f64 = 1.0;

/// Room at both ends, for dragging.
const ROOM: f64 = 5.0;

/// A model whose logits lie wider apart than this shows the uppermost of them.
const WIDEST: f64 = 40.0;

impl Default for Axis {
    /// For the six words.
    fn default() -> Self {
        Self { low: -5.0, high: 10.0 }
    }
}

impl Axis {
    /// An axis with room around `logits`.
    #[must_use]
    pub fn around(logits: impl Iterator<Item = f64> + Clone) -> Self {
        let finite = logits.filter(|logit| logit.is_finite());
        let best = finite.clone().fold(f64::NEG_INFINITY, f64::max);
        if best == f64::NEG_INFINITY {
            return Self::default();
        }
        let least = finite.fold(best, f64::min).max(best - WIDEST);
        Self { low: ((least - ROOM) / TICK).floor() * TICK, high: ((best + ROOM) / TICK).ceil() * TICK }
    }

    /// Where a logit stands, 0 at the lower end to 1 at the upper; what is outside stands at the end.
    #[must_use]
    pub fn share(&self, logit: f64) -> f64 {
        ((logit - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The nearest logit that can be seen.
    #[must_use]
    pub fn visible(&self, logit: f64) -> f64 {
        logit.clamp(self.low, self.high)
    }

    /// Whether a logit stands where the axis shows it.
    #[must_use]
    pub fn shows(&self, logit: f64) -> bool {
        (self.low..=self.high).contains(&logit)
    }

    /// The marks, from below.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / TICK).round() as usize;
        let every = count.div_ceil(6).max(1);
        (0..=count).step_by(every).map(|i| self.low + TICK * i as f64).collect()
    }

    /// The logit at a place of the axis, on a notch.
    #[must_use]
    pub fn notch(&self, logit: f64) -> f64 {
        self.visible((logit / STEP).round() * STEP)
    }

    /// The logit after a step; a step does not leave the axis, but may come back from outside.
    #[must_use]
    pub fn step(&self, logit: f64, by: f64) -> f64 {
        let next = ((logit + by) * 1e4).round() / 1e4;
        next.clamp(self.low.min(logit), self.high.max(logit))
    }

    /// The logit that a key of a slider leads to; `None` if it is no such key.
    #[must_use]
    pub fn after_key(&self, logit: f64, key: &str, shift: bool) -> Option<f64> {
        let step = if shift { LEAP } else { STEP };
        Some(match key {
            "ArrowUp" | "ArrowRight" => self.step(logit, step),
            "ArrowDown" | "ArrowLeft" => self.step(logit, -step),
            "PageUp" => self.step(logit, LEAP),
            "PageDown" => self.step(logit, -LEAP),
            "Home" => self.low,
            "End" => self.high,
            _ => return None,
        })
    }
}

/// A logit with one decimal, or two where one would hide something; a large one with none.
#[must_use]
pub fn short(logit: f64) -> String {
    if logit.abs() < 999.5 { decimals(logit, 1, 2) } else { signed(logit, 0) }
}

/// A logit with as many decimals as it has, up to three.
#[must_use]
pub fn exact(logit: f64) -> String {
    decimals(logit, if logit.abs() < 999.5 { 1 } else { 0 }, 3)
}

fn decimals(number: f64, least: usize, most: usize) -> String {
    let full = signed(number, most);
    let shown = (least..most).map(|decimals| signed(number, decimals)).find(|short| {
        let rest = full.strip_prefix(short.as_str());
        rest.is_some_and(|rest| rest.trim_start_matches(marks().decimal).bytes().all(|byte| byte == b'0'))
    });
    let shown = shown.unwrap_or(full);
    // No minus before a zero.
    if number.is_finite() && !shown.contains(|letter| matches!(letter, '1'..='9')) {
        shown.replace('−', "")
    } else {
        shown
    }
}

/// Reads a typed logit; says in words what is wrong with it.
///
/// # Errors
/// If the text is no number, or one out of range.
pub fn parse(text: &str) -> Result<f64, String> {
    match read(text) {
        Some(number) if number.abs() <= LIMIT => Ok(number),
        Some(_) => Err(t!("softmax-field-range")),
        _ => Err(t!("softmax-field-wrong")),
    }
}

/// A probability or a weight with so many decimals, and the sign before it: only an exact 0 or 1 is written as one.
#[must_use]
pub fn rounded(number: f64, decimals: usize) -> (&'static str, String) {
    let unit = 10_f64.powi(-(decimals as i32));
    match number {
        n if n > 0.0 && n < unit / 2.0 => ("<", fixed(unit, decimals)),
        n if n < 1.0 && n > 1.0 - unit / 2.0 => (">", fixed(1.0 - unit, decimals)),
        n => ("=", fixed(n, decimals)),
    }
}

/// [`rounded`] without its equals sign, for a table.
#[must_use]
pub fn cell(number: f64) -> String {
    match rounded(number, 3) {
        ("=", text) => text,
        (sign, text) => format!("{sign}\u{a0}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_room_around_its_logits() {
        for (logits, low, high) in [
            (&[18.4, 14.9][..], 5.0, 25.0),
            (&[3.8, 0.3], -5.0, 10.0),
            (&[-40.2, -44.0], -50.0, -35.0),
            (&[7.0, f64::NEG_INFINITY], 0.0, 15.0),
            (&[500.0, -500.0], 455.0, 505.0),
            (&[], -5.0, 10.0),
        ] {
            let axis = Axis::around(logits.iter().copied());
            assert_eq!((axis.low, axis.high), (low, high), "{logits:?}");
            assert_eq!((axis.ticks()[0], axis.share(low), axis.share(high)), (low, 0.0, 1.0));
            assert!(axis.ticks().len() <= 7);
        }
    }

    #[test]
    fn keys_step_and_stay_on_the_axis() {
        let axis = Axis::default();
        for (logit, key, shift, next) in [
            (3.8, "ArrowUp", false, Some(3.9)),
            (3.8, "ArrowDown", true, Some(2.8)),
            (3.8, "PageUp", false, Some(4.8)),
            (9.95, "ArrowRight", false, Some(10.0)),
            (-1e4, "ArrowUp", false, Some(-9999.9)),
            (1e4, "ArrowUp", false, Some(1e4)),
            (1e4, "Home", false, Some(-5.0)),
            (0.0, "End", false, Some(10.0)),
            (0.0, "Tab", false, None),
        ] {
            assert_eq!(axis.after_key(logit, key, shift), next, "{logit} {key}");
        }
        assert_eq!(axis.notch(2.3499), 2.3000000000000003);
        assert_eq!((axis.notch(99.0), axis.share(99.0), axis.shows(99.0)), (10.0, 1.0, false));
    }

    #[test]
    fn logits_are_as_short_as_they_can_be() {
        for (logit, shorter, longer) in [
            (3.8, "3.8", "3.8"),
            (0.1 + 0.2, "0.3", "0.3"),
            (2.345, "2.35", "2.345"),
            (17.37126, "17.37", "17.371"),
            (f64::from(17.2_f32), "17.2", "17.2"),
            (-1e4, "−10000", "−10000"),
            (1234.5, "1234", "1234.5"),
            (-0.0, "0.0", "0.0"),
            (f64::NEG_INFINITY, "−∞", "−∞"),
        ] {
            assert_eq!((short(logit).as_str(), exact(logit).as_str()), (shorter, longer));
        }
    }

    #[test]
    fn garbage_is_answered_in_words() {
        for text in ["", "abc", "NaN", "1e9", "inf", "1.2.3", "🦀", "10000.1", "--1"] {
            assert!(parse(text).unwrap_err().ends_with('.'), "{text}");
        }
        for (text, logit) in [("2,5", 2.5), (" −1e4 ", -1e4), ("10000", 1e4), ("-0", 0.0), (".5", 0.5)] {
            assert_eq!(parse(text), Ok(logit), "{text}");
        }
    }

    #[test]
    fn only_an_exact_end_is_written_as_one() {
        for (number, decimals, sign, text) in [
            (0.496, 2, "=", "0.50"),
            (0.015, 2, "=", "0.01"),
            (0.0, 2, "=", "0.00"),
            (1.0, 2, "=", "1.00"),
            (0.001, 2, "<", "0.01"),
            (0.999, 2, ">", "0.99"),
            (0.0001, 3, "<", "0.001"),
            (2.016, 3, "=", "2.016"),
        ] {
            assert_eq!(rounded(number, decimals), (sign, text.to_owned()));
        }
        assert_eq!(cell(1e-9), "<\u{a0}0.001");
    }
}
