//! The command line: flags and values in any order. An argument that no command takes is an error.

use std::ffi::OsString;

use anyhow::{Result, bail};

/// The words after the command, taken one by one.
pub(crate) struct Arguments(Vec<OsString>);

impl Arguments {
    /// Arguments to take from.
    pub(crate) fn new(words: Vec<OsString>) -> Self {
        Self(words)
    }

    /// Takes a word; returns whether it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let found = self.0.iter().position(|word| word == name);
        found.map(|at| self.0.remove(at)).is_some()
    }

    /// Takes `name VALUE` or `name=VALUE`.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<OsString>> {
        let start = format!("{name}=");
        let joined = |word: &OsString| word.to_str().and_then(|word| word.strip_prefix(&start)).map(OsString::from);
        if let Some((at, value)) = self.0.iter().enumerate().find_map(|(at, word)| Some((at, joined(word)?))) {
            self.0.remove(at);
            return Ok(Some(value));
        }
        match self.0.iter().position(|word| word == name) {
            None => Ok(None),
            Some(at) if at + 1 < self.0.len() => {
                self.0.remove(at);
                Ok(Some(self.0.remove(at)))
            }
            Some(_) => bail!("{name} wants a value"),
        }
    }

    /// Takes the first word that is no flag.
    pub(crate) fn word(&mut self) -> Option<OsString> {
        let at = self.0.iter().position(|word| !word.to_string_lossy().starts_with('-'))?;
        Some(self.0.remove(at))
    }

    /// Fails on an argument that was not taken.
    pub(crate) fn finish(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => bail!("{word:?} means nothing here; `cargo xtask help` lists what does"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(line: &str) -> Arguments {
        Arguments::new(line.split_whitespace().map(OsString::from).collect())
    }

    #[test]
    fn flags_and_values_come_in_any_order() {
        for line in ["--port 9 --open", "--open --port 9", "--port=9 --open"] {
            let mut arguments = arguments(line);
            assert_eq!(arguments.value("--port").unwrap().unwrap(), "9", "{line}");
            assert!(arguments.flag("--open") && !arguments.flag("--open"), "{line}");
            arguments.finish().unwrap();
        }
    }

    #[test]
    fn a_word_is_no_flag() {
        let mut arguments = arguments("--open speed");
        assert_eq!(arguments.word().unwrap(), "speed");
        assert!(arguments.word().is_none() && arguments.flag("--open"));
    }

    #[test]
    fn what_is_missing_or_left_over_is_named() {
        assert!(arguments("--port").value("--port").unwrap_err().to_string().contains("--port"));
        assert!(arguments("--prot 9").finish().unwrap_err().to_string().contains("--prot"));
    }
}
