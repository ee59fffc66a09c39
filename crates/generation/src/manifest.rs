//! The manifest of a model cut into parts: written by `cargo xtask`, read by the worker.
//!
//! A model file is served as parts of at most [`MAX_PART_BYTES`], so that any static host can carry it, an
//! interrupted download loses little, and each part can be verified and kept on its own.

use serde::{Deserialize, Serialize};

/// The largest part: 16 MiB.
pub const MAX_PART_BYTES: u64 = 16 << 20;

/// The manifest's format: a reader refuses any other.
pub const FORMAT: u32 = 1;

/// The browser's cache in which parts are kept.
pub const CACHE: &str = "next-token-model";

/// What a model is and which parts make its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The model's name, for people.
    pub name: String,
    /// SPDX expression of the weights' licence.
    pub licence: String,
    /// `general.architecture` of the file, such as `llama`.
    pub architecture: String,
    /// The weights' main type, such as `Q4_1`.
    pub quantization: String,
    /// Length of the whole file in bytes.
    pub bytes: u64,
    /// SHA-256 of the whole file, lower-case hex.
    pub sha256: String,
    /// The file's parts, in order.
    pub parts: Vec<Part>,
}

/// One part of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// File name beside the manifest.
    pub name: String,
    /// Length in bytes, 1 to [`MAX_PART_BYTES`].
    pub bytes: u64,
    /// SHA-256 of the part, lower-case hex.
    pub sha256: String,
}

impl Manifest {
    /// Checks what a reader relies on.
    ///
    /// # Errors
    /// A description of what is wrong: another format, a part of an impossible length, a name that leaves the
    /// folder, a digest that is none, or parts that do not add up to the file.
    pub fn validate(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!("the manifest has format {}, this page reads format {FORMAT}", self.format));
        }
        for part in &self.parts {
            let name = &part.name;
            if part.bytes == 0 || part.bytes > MAX_PART_BYTES {
                return Err(format!("part {name} has {} bytes, expected 1 to {MAX_PART_BYTES}", part.bytes));
            }
            if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', ':', '?', '#', '%']) {
                return Err(format!("part name {name:?} is not a plain file name"));
            }
            if !is_sha256(&part.sha256) {
                return Err(format!("part {name} has no SHA-256 of 64 hex digits"));
            }
        }
        let sum: u64 = self.parts.iter().map(|part| part.bytes).sum();
        if sum != self.bytes {
            return Err(format!("the parts have {sum} bytes together, the file should have {}", self.bytes));
        }
        Ok(())
    }
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(names: &[&str], bytes: u64) -> Manifest {
        let part = |name: &&str| Part { name: name.to_string(), bytes: 10, sha256: "0a".repeat(32) };
        Manifest {
            format: FORMAT,
            name: "tiny".into(),
            licence: "MIT".into(),
            architecture: "llama".into(),
            quantization: "F32".into(),
            bytes,
            sha256: "0a".repeat(32),
            parts: names.iter().map(part).collect(),
        }
    }

    #[test]
    fn parts_add_up_and_stay_in_their_folder() {
        assert_eq!(manifest(&["a.part-0", "a.part-1"], 20).validate(), Ok(()));
        for (bad, word) in [
            (manifest(&["a"], 11), "together"),
            (manifest(&["../a"], 10), "plain file name"),
            (manifest(&["http:a"], 10), "plain file name"),
            (Manifest { format: 2, ..manifest(&["a"], 10) }, "format 2"),
        ] {
            let error = bad.validate().unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }
}
