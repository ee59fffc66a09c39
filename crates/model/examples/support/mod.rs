//! What the command-line examples share.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use model::{Engine, Precision, Reader};

/// Reads a GGUF file into an engine, a mebibyte at a time.
pub(crate) fn load(path: &Path, precision: Precision) -> Result<Engine> {
    let mut file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut reader = Reader::default();
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece).with_context(|| format!("cannot read {}", path.display()))? {
            0 => break,
            count => reader.push(&piece[..count])?,
        }
    }
    Ok(Engine::new(reader.finish()?, precision)?)
}

/// Says what went wrong, in a line, and gives the process's exit status.
pub(crate) fn report(result: Result<bool>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The command line's `--name value` options and `--flags`.
pub(crate) struct Options(Vec<String>);

impl Options {
    /// Takes the process's arguments.
    pub(crate) fn from_env() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Takes `--name`, if it is there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let at = self.0.iter().position(|arg| arg == name);
        at.map(|at| self.0.remove(at)).is_some()
    }

    /// Takes the value of `--name`, if it is there.
    pub(crate) fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.0.iter().position(|arg| arg == name) else { return Ok(None) };
        if self.0.get(at + 1).is_none_or(|value| value.starts_with("--")) {
            bail!("{name} needs a value");
        }
        self.0.remove(at);
        Ok(Some(self.0.remove(at)))
    }

    /// All options must have been taken.
    pub(crate) fn finish(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(unknown) => bail!("unknown argument {unknown:?}"),
        }
    }
}
