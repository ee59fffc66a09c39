//! What a GGUF file says of itself in its header: the licence, for models that are embedded by `--model`.

use std::io::{self, Read};

/// A model's file says how long its strings and lists are; none that matters here is longer.
const LONGEST: u64 = 1 << 16;

/// GGUF's types of values: those of a fixed size by that size, strings and lists by their numbers.
const SIZES: [usize; 13] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const STRING: usize = 8;
const LIST: usize = 9;

/// The licence in a file's header (`general.license`), by its SPDX name where it has one; none where the file is no GGUF, is damaged or
/// names none.
pub(crate) fn licence(mut file: impl Read) -> Option<String> {
    let start = bytes::<4>(&mut file).ok()?;
    if &start != b"GGUF" {
        return None;
    }
    // The format's version, and the number of tensors.
    bytes::<12>(&mut file).ok()?;
    let entries = number(&mut file).ok()?;
    for _ in 0..entries {
        let key = string(&mut file).ok()?;
        // What describes the model comes first; the vocabulary, which may be long, after it.
        if !key.starts_with("general.") {
            return None;
        }
        let kind = u32::from_le_bytes(bytes(&mut file).ok()?) as usize;
        if key == "general.license" && kind == STRING {
            return string(&mut file).ok().map(canonical);
        }
        skip(&mut file, kind).ok()?;
    }
    None
}

/// SPDX's own way to write a licence's name, which files have in small letters.
fn canonical(name: String) -> String {
    let known = spdx::identifiers::LICENSES.iter().find(|licence| licence.name.eq_ignore_ascii_case(&name));
    known.map_or(name, |licence| licence.name.to_owned())
}

fn skip(file: &mut impl Read, kind: usize) -> io::Result<()> {
    match kind {
        STRING => string(file).map(drop),
        LIST => {
            let kind = u32::from_le_bytes(bytes(file)?) as usize;
            let length = bounded(number(file)?)?;
            // A list of lists does not occur.
            (0..length).try_for_each(|_| if kind == LIST { Err(damaged()) } else { skip(file, kind) })
        }
        _ => {
            let size = SIZES.get(kind).copied().ok_or_else(damaged)?;
            (0..size).try_for_each(|_| bytes::<1>(file).map(drop))
        }
    }
}

fn string(file: &mut impl Read) -> io::Result<String> {
    let mut text = vec![0; bounded(number(file)?)?];
    file.read_exact(&mut text)?;
    String::from_utf8(text).map_err(|_| damaged())
}

fn number(file: &mut impl Read) -> io::Result<u64> {
    Ok(u64::from_le_bytes(bytes(file)?))
}

fn bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn bounded(length: u64) -> io::Result<usize> {
    if length <= LONGEST { Ok(length as usize) } else { Err(damaged()) }
}

fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<u8> {
        [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
    }

    /// A header with these entries: key, type, value.
    fn header(entries: &[(&str, u32, Vec<u8>)]) -> Vec<u8> {
        let mut file =
            [&b"GGUF"[..], &3u32.to_le_bytes(), &9u64.to_le_bytes(), &(entries.len() as u64).to_le_bytes()].concat();
        for (key, kind, value) in entries {
            file.extend([text(key), kind.to_le_bytes().to_vec(), value.clone()].concat());
        }
        file
    }

    #[test]
    fn the_licence_is_read_behind_values_of_every_kind() {
        let tags = [&8u32.to_le_bytes()[..], &2u64.to_le_bytes(), &text("a"), &text("b")].concat();
        let file = header(&[
            ("general.architecture", 8, text("llama")),
            ("general.quantized", 7, vec![1]),
            ("general.file_type", 4, vec![3, 0, 0, 0]),
            ("general.tags", 9, tags),
            ("general.license", 8, text("apache-2.0")),
        ]);
        assert_eq!(licence(&file[..]).as_deref(), Some("Apache-2.0"));
        // Cut anywhere, it names none.
        assert!((0..file.len()).all(|end| licence(&file[..end]).is_none()));
        let other = header(&[("general.license", 8, text("llama3"))]);
        assert_eq!(licence(&other[..]).as_deref(), Some("llama3"));
    }

    #[test]
    fn a_file_that_names_none_or_claims_too_much_has_none() {
        assert_eq!(licence(&b"weights"[..]), None);
        assert_eq!(
            licence(&header(&[("llama.block_count", 4, vec![0; 4]), ("general.license", 8, text("mit"))])[..]),
            None
        );
        assert_eq!(licence(&header(&[("general.name", 8, u64::MAX.to_le_bytes().to_vec())])[..]), None);
        assert_eq!(licence(&header(&[("general.name", 99, text("a"))])[..]), None);
    }
}
