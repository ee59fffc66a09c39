//! Numbers as people write them, in the page's language.

use crate::i18n::messages::marks;
use crate::t;

/// A number with so many decimals, such as `0.50`.
#[must_use]
pub fn fixed(number: f64, decimals: usize) -> String {
    localized(&format!("{number:.decimals$}"))
}

/// A plain figure such as `-0.5` with the language's decimal mark.
pub(crate) fn localized(plain: &str) -> String {
    let decimal = marks().decimal;
    plain.chars().map(|letter| if letter == '.' { decimal } else { letter }).collect()
}

/// A size in decimal units, such as `98.4 MB`.
#[must_use]
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count}\u{a0}B"),
        1_000..100_000 => format!("{}\u{a0}kB", count / 1_000),
        100_000..1_000_000_000 => format!("{}\u{a0}MB", megabytes(count)),
        _ => format!("{}\u{a0}GB", fixed(count as f64 / 1e9, 2)),
    }
}

/// Megabytes with one decimal and no unit, such as `98.4`.
#[must_use]
pub fn megabytes(count: u64) -> String {
    fixed(count as f64 / 1e6, 1)
}

/// A whole number with its thousands set apart, such as `49,152`.
#[must_use]
pub fn count(number: usize) -> String {
    large(number as u64)
}

/// As [`count`], also beyond 32 bits.
#[must_use]
pub fn large(number: u64) -> String {
    let (digits, group) = (number.to_string(), marks().group);
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    grouped
}

/// A probability in percent, such as `49.6 %`. Only an exact 0 or 1 is written as 0 or 100.
#[must_use]
pub fn percent(probability: f64) -> String {
    format!("{}\u{a0}%", percentage(probability))
}

/// A probability for the ear, such as `9.3 percent`.
#[must_use]
pub fn spoken_percent(probability: f64) -> String {
    let figure = percentage(probability);
    match (figure.strip_prefix("< "), figure.strip_prefix("> ")) {
        (Some(least), _) => t!("spoken-percent-below", percent = least),
        (_, Some(most)) => t!("spoken-percent-above", percent = most),
        _ => t!("spoken-percent", percent = figure),
    }
}

fn percentage(probability: f64) -> String {
    let percent = probability * 100.0;
    match percent {
        p if p <= 0.0 => "0".to_owned(),
        p if p >= 100.0 => "100".to_owned(),
        p if p < 0.0005 => format!("< {}", fixed(0.001, 3)),
        p if p < 0.0095 => fixed(p, 3),
        p if p < 0.995 => fixed(p, 2),
        p if p > 99.95 => format!("> {}", fixed(99.9, 1)),
        p => fixed(p, 1),
    }
}

/// A probability from its natural logarithm, however small, such as `0.25` or `4.4×10⁻⁶`.
#[must_use]
pub fn probability(ln: f64) -> String {
    significant(ln, 2)
}

/// A factor of a product, from its natural logarithm, with three digits, such as `0.713` or `9.74×10⁻⁶`.
#[must_use]
pub fn factor(ln: f64) -> String {
    significant(ln, 3)
}

/// So many digits of a number up to 1, from its natural logarithm.
fn significant(ln: f64, digits: usize) -> String {
    if ln >= 0.0 {
        return "1".to_owned();
    }
    if ln.is_nan() || ln.is_infinite() {
        return "0".to_owned();
    }
    let power = ln / std::f64::consts::LN_10;
    let mut exponent = power.floor();
    let mut mantissa = 10f64.powf(power - exponent);
    if format!("{mantissa:.*}", digits - 1).starts_with("10") {
        (mantissa, exponent) = (1.0, exponent + 1.0);
    }
    match exponent {
        e if e >= -1.0 => fixed(ln.exp(), digits),
        -2.0 => fixed(ln.exp(), digits + 1),
        e => format!("{}{}10{}", fixed(mantissa, digits - 1), marks().times, superscript(e as i64)),
    }
}

/// A power of ten, such as `10⁸`.
#[must_use]
pub fn power_of_ten(exponent: i64) -> String {
    format!("10{}", superscript(exponent))
}

fn superscript(number: i64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |letter: char| letter.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    number.to_string().chars().map(digit).collect()
}

/// A signed number with a true minus and so many decimals, such as `−3.21`.
#[must_use]
pub fn signed(number: f64, decimals: usize) -> String {
    match number {
        n if n.is_nan() => t!("not-a-number"),
        n if n.is_infinite() => if n > 0.0 { "∞" } else { "−∞" }.to_owned(),
        n => {
            let figure = format!("{n:.decimals$}");
            let is_zero = figure.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
            localized(&figure.replace('-', if is_zero { "" } else { "−" }))
        }
    }
}

/// Reads a typed number, in the language's writing or the other common one: `0,7` is `0.7` everywhere. A single mark
/// with three digits behind it is what the page itself would mean by it.
#[must_use]
pub fn read(text: &str) -> Option<f64> {
    let (whole, decimals) = split(text)?;
    let plain = decimals.map_or_else(|| whole.clone(), |decimals| format!("{whole}.{decimals}"));
    plain.parse::<f64>().ok().filter(|number| !number.is_nan())
}

/// Reads a typed whole number, likewise.
#[must_use]
pub fn read_whole(text: &str) -> Option<u64> {
    match split(text)? {
        (whole, None) => whole.parse().ok(),
        _ => None,
    }
}

/// The parts before and behind the decimal mark, without marks between thousands; `None` where marks stand as they do in
/// no number.
fn split(text: &str) -> Option<(String, Option<String>)> {
    let text = text.trim().replace('−', "-");
    let is_mark = |letter: char| matches!(letter, '.' | ',' | '\'' | '’') || letter.is_whitespace();
    let marked: Vec<(usize, char)> = text.char_indices().filter(|(_, letter)| is_mark(*letter)).collect();
    let Some(&(last, mark)) = marked.last() else { return Some((text, None)) };
    let behind = &text[last + mark.len_utf8()..];
    let is_decimal = matches!(mark, '.' | ',')
        && match marked.iter().filter(|(_, other)| *other == mark).count() {
            1 if marked.len() > 1 => true,
            1 => mark != marks().group || !is_group(behind) || !is_first_group(&text[..last]),
            _ => false,
        };
    let (whole, decimals) = if is_decimal { (&text[..last], Some(behind.to_owned())) } else { (&text[..], None) };
    let between: Vec<char> = whole.chars().filter(|letter| is_mark(*letter)).collect();
    let mut groups = whole.split(is_mark);
    let well_formed = between.is_empty() || groups.next().is_some_and(is_first_group) && groups.all(is_group);
    let one_kind = between.iter().all(|mark| *mark == between[0]);
    (well_formed && one_kind).then(|| (whole.replace(is_mark, ""), decimals))
}

fn is_group(digits: &str) -> bool {
    digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What can stand before a mark between thousands.
fn is_first_group(digits: &str) -> bool {
    let digits = digits.trim_start_matches(['-', '+']);
    matches!(digits.len(), 1..=3) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::messages::speak;

    #[test]
    fn sizes_are_decimal() {
        for (size, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_500, "1 kB"),
            (1_048_576, "1.0 MB"),
            (98_362_432, "98.4 MB"),
            (2_340_000_000, "2.34 GB"),
        ] {
            assert_eq!(bytes(size).replace('\u{a0}', " "), text);
        }
        assert_eq!([0, 7, 999, 1_000, 49_152, 1_234_567].map(count).join(" "), "0 7 999 1,000 49,152 1,234,567");
    }

    #[test]
    fn only_an_exact_end_is_written_as_one() {
        for (probability, text) in [
            (0.0, "0 %"),
            (1.0, "100 %"),
            (1e-9, "< 0.001 %"),
            (1.0 / 49_152.0, "0.002 %"),
            (0.000_099, "0.01 %"),
            (0.0003, "0.03 %"),
            (0.00996, "1.0 %"),
            (0.0934, "9.3 %"),
            (0.4961, "49.6 %"),
            (0.9999, "> 99.9 %"),
        ] {
            assert_eq!(percent(probability).replace('\u{a0}', " "), text, "{probability}");
        }
        assert_eq!(spoken_percent(0.093), "9.3 percent");
        assert_eq!(spoken_percent(1e-9), "less than 0.001 percent");
    }

    #[test]
    fn small_probabilities_keep_their_size() {
        for (probability, text) in [
            (1.0, "1"),
            (0.25, "0.25"),
            (0.012, "0.012"),
            (4.4e-6, "4.4×10⁻⁶"),
            (9.99e-5, "1.0×10⁻⁴"),
            (1e-30, "1.0×10⁻³⁰"),
        ] {
            assert_eq!(super::probability(f64::ln(probability)), text);
        }
        assert_eq!([-0.337_616, -2.438_665, -11.539_295].map(factor), ["0.713", "0.0873", "9.74×10⁻⁶"]);
        assert_eq!(factor(9.999e-5f64.ln()), "1.00×10⁻⁴");
        assert_eq!(super::probability(-10_000.0), "1.1×10⁻⁴³⁴³");
        assert_eq!(super::probability(f64::NEG_INFINITY), "0");
    }

    #[test]
    fn signs_are_true_minuses() {
        assert_eq!(signed(-3.214, 2), "−3.21");
        assert_eq!(signed(17.37126, 2), "17.37");
        assert_eq!(signed(f64::NEG_INFINITY, 2), "−∞");
        assert_eq!(signed(f64::NAN, 2), "not a number");
    }

    #[test]
    fn german_writes_numbers_its_own_way() {
        speak("de");
        assert_eq!(bytes(98_362_432), "98,4\u{a0}MB");
        assert_eq!(count(1_234_567), "1.234.567");
        assert_eq!((percent(1e-9), percent(0.4961)), ("< 0,001\u{a0}%".into(), "49,6\u{a0}%".into()));
        assert_eq!(spoken_percent(0.093), "9,3 Prozent");
        assert_eq!(
            (super::probability(f64::ln(4.4e-6)), super::probability(f64::ln(0.25))),
            ("4,4·10⁻⁶".into(), "0,25".into())
        );
        assert_eq!((signed(-3.214, 2), signed(f64::NAN, 2)), ("−3,21".into(), "keine Zahl".into()));
    }

    #[test]
    fn a_number_is_read_in_either_writing() {
        let same = [
            ("0.7", 0.7),
            ("0,7", 0.7),
            ("0.123", 0.123),
            ("0,123", 0.123),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1 234,5", 1234.5),
            ("1’234’567", 1_234_567.0),
            ("1.234.567", 1_234_567.0),
            ("−2,5", -2.5),
            ("12,5", 12.5),
            (" -1e4 ", -1e4),
            (".5", 0.5),
            ("1,", 1.0),
            ("2.5000", 2.5),
            ("1234.567", 1234.567),
        ];
        for (language, other) in [("en", '.'), ("de", ',')] {
            speak(language);
            for (text, number) in same {
                assert_eq!(read(text), Some(number), "{language}: {text}");
            }
            // One mark and three digits: as the page itself writes it.
            let own = marks().group;
            assert_eq!(read(&format!("−1{own}234")), Some(-1234.0));
            assert_eq!(read(&format!("1{other}234")), Some(1.234));
            assert_eq!(read_whole(&format!("10{own}000")), Some(10_000));
            assert_eq!(read_whole(&format!("10{other}000")), None);
            assert_eq!(read_whole("18446744073709551615"), Some(u64::MAX));
            for wrong in
                ["", "abc", "1.2.3", "1,2,3", "1.23,456.7", "1,234.567,8", "1 2", "NaN", "1.2345.678", "🦀", "."]
            {
                assert_eq!(read(wrong), None, "{language}: {wrong}");
            }
            assert_eq!(read_whole("2,5"), None);
        }
    }
}
