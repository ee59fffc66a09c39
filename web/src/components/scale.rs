//! Scales of the sampling controls: what a slider's positions, a typed text and a value have to do with each other.

use crate::i18n::numbers::{fixed, localized, read, read_whole};
use crate::t;

/// One control's scale.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// The slider's last position; the first is 0.
    pub last: u32,
    /// The value at a position.
    pub value: fn(u32) -> f64,
    /// The position nearest to a value.
    pub position: fn(f64) -> u32,
    /// Reads what a person typed; says in words what is wrong with it.
    pub parse: fn(&str) -> Result<f64, String>,
    /// The value, as short as can be.
    pub show: fn(f64) -> String,
    /// The value with its effect in words.
    pub speak: fn(f64) -> String,
}

/// Temperature: 0 to 2 in steps of 0.05, then infinity. Both ends are exact.
pub const TEMPERATURE: Scale = Scale {
    last: TEMPERATURE_STEPS + 1,
    value: |position| {
        if position > TEMPERATURE_STEPS { f64::INFINITY } else { f64::from(position) / 20.0 }
    },
    position: |value| {
        if value.is_infinite() { TEMPERATURE_STEPS + 1 } else { ((value * 20.0).round() as u32).min(TEMPERATURE_STEPS) }
    },
    parse: parse_temperature,
    show: |value| if value.is_infinite() { "∞".to_owned() } else { two_decimals(value) },
    speak: |value| match value {
        0.0 => t!("scale-temperature-zero"),
        1.0 => t!("scale-temperature-one"),
        v if v.is_infinite() => t!("scale-temperature-infinite"),
        v if v < 1.0 => t!("scale-temperature-sharper", value = two_decimals(v)),
        v => t!("scale-temperature-flatter", value = two_decimals(v)),
    },
};

const TEMPERATURE_STEPS: u32 = 40;

/// The highest finite temperature that can be typed.
const TEMPERATURE_MAX: f64 = 100.0;

/// How many of the best candidates are kept; the last position keeps all, and is written as 0.
pub const TOP_K: Scale = Scale {
    last: TOP_K_STOPS.len() as u32,
    value: |position| TOP_K_STOPS.get(position as usize).map_or(0.0, |&k| f64::from(k)),
    position: |value| {
        if value < 1.0 {
            return TOP_K_STOPS.len() as u32;
        }
        let above = TOP_K_STOPS.partition_point(|&k| f64::from(k) < value);
        above.min(TOP_K_STOPS.len() - 1) as u32
    },
    parse: parse_top_k,
    show: |value| format!("{value:.0}"),
    speak: |value| match value {
        0.0 => t!("scale-top-k-off"),
        k => t!("scale-top-k", count = k),
    },
};

const TOP_K_STOPS: [u16; 20] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40, 50, 75, 100, 200, 300, 500, 1000];

/// The share of the mass that the kept candidates must reach; 1 keeps all.
pub const TOP_P: Scale = Scale {
    last: 100,
    value: |position| f64::from(position) / 100.0,
    position: |value| ((value * 100.0).round() as u32).min(100),
    parse: parse_top_p,
    show: two_decimals,
    speak: |value| match value {
        1.0 => t!("scale-top-p-off"),
        p => t!("scale-top-p", value = two_decimals(p), percent = fixed(p * 100.0, 0)),
    },
};

/// Two decimals, or up to four where two would hide something.
fn two_decimals(value: f64) -> String {
    let exact = (value * 1e4).round() / 1e4;
    if ((exact * 100.0).round() - exact * 100.0).abs() < 1e-6 { fixed(exact, 2) } else { localized(&exact.to_string()) }
}

fn parse_temperature(text: &str) -> Result<f64, String> {
    if matches!(text.trim(), "∞" | "+∞") {
        return Ok(f64::INFINITY);
    }
    match read(text) {
        Some(value) if value == f64::INFINITY || (0.0..=TEMPERATURE_MAX).contains(&value) => Ok(value.abs()),
        Some(value) if value < 0.0 => Err(t!("scale-temperature-negative")),
        _ => Err(t!("scale-temperature-wrong")),
    }
}

fn parse_top_k(text: &str) -> Result<f64, String> {
    let off = t!("controls-off");
    if [off.as_str(), "off"].contains(&text.trim().to_lowercase().as_str()) {
        return Ok(0.0);
    }
    match read_whole(text) {
        Some(k) if k <= 1_000_000 => Ok(k as f64),
        _ => Err(t!("scale-top-k-wrong")),
    }
}

fn parse_top_p(text: &str) -> Result<f64, String> {
    match read(text) {
        Some(value) if (0.0..=1.0).contains(&value) => Ok(value.abs()),
        _ => Err(t!("scale-top-p-wrong")),
    }
}

/// Reads a seed; says in words what is wrong with it.
///
/// # Errors
/// If the text is no whole number below 2^64.
pub fn parse_seed(text: &str) -> Result<u64, String> {
    read_whole(text).ok_or_else(|| t!("scale-seed-wrong"))
}

/// The smallest share of the best token's probability that a kept one has; 0 keeps all.
pub const MIN_P: Scale = Scale {
    last: 100,
    value: |position| f64::from(position) / 100.0,
    position: |value| ((value * 100.0).round() as u32).min(100),
    parse: |text| match read(text) {
        Some(value) if (0.0..=1.0).contains(&value) => Ok(value.abs()),
        _ => Err(t!("scale-min-p-wrong")),
    },
    show: two_decimals,
    speak: |value| match value {
        0.0 => t!("scale-min-p-off"),
        p => t!("scale-min-p", value = two_decimals(p), percent = fixed(p * 100.0, 0)),
    },
};

/// The repetition penalty: 1 to 2 in steps of 0.05; 1 changes nothing.
pub const REPETITION: Scale = Scale {
    last: 20,
    value: |position| 1.0 + f64::from(position) / 20.0,
    position: |value| (((value - 1.0) * 20.0).round().max(0.0) as u32).min(20),
    parse: |text| match read(text) {
        Some(value) if (1.0..=REPETITION_MAX).contains(&value) => Ok(value),
        _ => Err(t!("scale-repetition-wrong")),
    },
    show: two_decimals,
    speak: |value| match value {
        1.0 => t!("scale-repetition-off"),
        v => t!("scale-repetition", value = two_decimals(v)),
    },
};

/// The strongest repetition penalty that can be typed.
const REPETITION_MAX: f64 = 10.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_the_temperature_are_exact() {
        assert_eq!((TEMPERATURE.value)(0), 0.0);
        assert_eq!((TEMPERATURE.value)(TEMPERATURE.last), f64::INFINITY);
        assert_eq!((TEMPERATURE.value)(TEMPERATURE.last) as f32, f32::INFINITY);
        assert_eq!((TEMPERATURE.value)(TEMPERATURE.last - 1), 2.0);
        assert_eq!((TEMPERATURE.position)(f64::INFINITY), TEMPERATURE.last);
        assert_eq!((TEMPERATURE.position)(50.0), TEMPERATURE.last - 1);
    }

    #[test]
    fn every_position_leads_back_to_itself() {
        for scale in [TEMPERATURE, TOP_K, TOP_P, MIN_P, REPETITION] {
            for position in 0..=scale.last {
                let value = (scale.value)(position);
                assert_eq!((scale.position)(value), position);
                // Controls keep some of them in f32, and fields show them as text.
                assert_eq!((scale.position)(f64::from(value as f32)), position);
                assert_eq!((scale.position)((scale.parse)(&(scale.show)(value)).unwrap()), position);
            }
        }
    }

    #[test]
    fn garbage_is_answered_in_words() {
        for text in ["", "abc", "-1", "1e9", "NaN", "1.2.3", "🦀"] {
            assert!((TEMPERATURE.parse)(text).unwrap_err().ends_with('.'), "{text}");
            assert!((TOP_K.parse)(text).unwrap_err().ends_with('.'), "{text}");
            assert!((TOP_P.parse)(text).unwrap_err().ends_with('.'), "{text}");
            assert!((MIN_P.parse)(text).unwrap_err().ends_with('.'), "{text}");
            assert!((REPETITION.parse)(text).unwrap_err().ends_with('.'), "{text}");
            assert!(parse_seed(text).unwrap_err().ends_with('.'), "{text}");
        }
        assert!(parse_seed("18446744073709551616").is_err());
        assert_eq!(parse_seed(" 18446744073709551615 "), Ok(u64::MAX));
    }

    #[test]
    fn what_is_typed_is_what_is_meant() {
        for (text, value, shown) in
            [("0,7", 0.7, "0.70"), ("∞", f64::INFINITY, "∞"), ("inf", f64::INFINITY, "∞"), ("0.123", 0.123, "0.123")]
        {
            assert_eq!((TEMPERATURE.parse)(text), Ok(value));
            assert_eq!((TEMPERATURE.show)(f64::from(value as f32)), shown);
        }
        assert_eq!((TOP_K.parse)("off"), Ok(0.0));
        assert_eq!((TEMPERATURE.show)((TEMPERATURE.parse)("-0").unwrap()), "0.00");
    }
}
