//! Where things lie: the repository, and the folder for what outlives it.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders that every command works in.
pub(crate) struct Project {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Tools and models, shared by all clones: `NEXT_TOKEN_TOOLS`, else `next-token` in the user's cache folder.
    pub(crate) cache: PathBuf,
}

impl Project {
    /// Finds the repository that this program was compiled in, and the user's cache folder.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("xtask lies outside crates/")?;
        Ok(Self { root: root.to_path_buf(), cache: cache_folder()? })
    }

    /// What `trunk` writes, and what a static host serves.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The model that the page loads: a manifest and its parts.
    pub(crate) fn model(&self) -> PathBuf {
        self.root.join("model")
    }

    /// The lesson's recorded run, which the page opens on.
    pub(crate) fn record(&self) -> PathBuf {
        self.root.join("web/recorded-run.bin")
    }

    /// How the lesson's texts are encoded, which the tokenizer's widget opens on.
    pub(crate) fn recorded_encodings(&self) -> PathBuf {
        self.root.join("crates/session/recorded-encodings.bin")
    }

    /// The words of every language, and the lesson's formulas.
    pub(crate) fn locales(&self) -> PathBuf {
        self.root.join("web/locales")
    }

    /// What stands in the body of a frame's page.
    pub(crate) fn frame_body(&self) -> PathBuf {
        self.root.join("web/embed.html")
    }

    /// The browser tests, with their npm packages.
    pub(crate) fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// Intermediate results, deleted by `cargo clean`.
    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |target| self.root.join(target))
    }
}

fn cache_folder() -> Result<PathBuf> {
    let folder = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = folder("NEXT_TOKEN_TOOLS") {
        return Ok(std::path::absolute(folder)?);
    }
    let cache = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else {
        folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")))
    };
    let cache = cache.context("no home folder is known; set NEXT_TOKEN_TOOLS to a folder for tools and models")?;
    Ok(cache.join("next-token"))
}
