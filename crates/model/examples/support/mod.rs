//! What the command-line examples share.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use model::{Engine, FileEntry, Loader, Precision};

/// Reads a GGUF file or a model's folder into an engine, a mebibyte at a time.
pub(crate) fn load(path: &Path, precision: Precision) -> Result<Engine> {
    let reading = || format!("cannot read {}", path.display());
    let paths: Vec<PathBuf> = if path.is_dir() {
        let entries = std::fs::read_dir(path).with_context(reading)?;
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>().with_context(reading)?
    } else {
        vec![path.to_owned()]
    };
    let entry = |path: &PathBuf| -> Result<FileEntry> {
        let bytes = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(FileEntry { name, bytes })
    };
    let mut loader = Loader::new(&paths.iter().map(entry).collect::<Result<Vec<_>>>()?)?;
    let mut piece = vec![0; 1 << 20];
    while let Some(at) = loader.next_file() {
        let reading = || format!("cannot read {}", paths[at].display());
        let mut file = File::open(&paths[at]).with_context(reading)?;
        loop {
            match file.read(&mut piece).with_context(reading)? {
                0 => break,
                count => loader.push(&piece[..count])?,
            }
        }
        loader.end_file()?;
    }
    Ok(loader.finish(precision)?)
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
