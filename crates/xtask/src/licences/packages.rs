//! The crates that are part of the shipped programs, as cargo resolves them.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process::{cargo, output};
use crate::project::Project;
use crate::tools::{WASM, WASM_FLAGS};

/// The packages whose programs are shipped: the page's (its two programs have the same dependencies), and the worker's.
const PROGRAMS: [&str; 2] = ["web", "worker"];

/// What the programs are compiled for; the worker is built for both, and a dependency may hang on either.
const BUILDS: [&str; 2] = ["-C target-feature=+simd128", "-C target-feature=+simd128,+relaxed-simd"];

/// What `cargo metadata` says of a crate.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// SPDX expression; also in the former form with a slash for `OR`.
    pub(super) license: Option<String>,
    license_file: Option<PathBuf>,
    pub(super) authors: Vec<String>,
    /// None for the crates of this repository.
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

impl Package {
    /// Whether the crate belongs to this repository.
    pub(super) fn is_own(&self) -> bool {
        self.source.is_none()
    }

    /// The licences and notices in the crate's package, in order of their names.
    pub(super) fn texts(&self) -> Result<Vec<String>> {
        let folder = self.manifest_path.parent().context("a manifest lies in a folder")?;
        let mut files: BTreeSet<PathBuf> = self.license_file.iter().map(|file| folder.join(file)).collect();
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let file = entry?.path();
            if file.is_file() && is_notice(&file) {
                files.insert(file);
            }
        }
        let read = |file: PathBuf| {
            let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            Ok(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
        };
        files.into_iter().map(read).collect()
    }
}

/// Whether a file's name is that of a licence, of a notice, or of a list of authors.
fn is_notice(file: &Path) -> bool {
    const STARTS: [&str; 7] = ["license", "licence", "copying", "notice", "unlicense", "copyright", "authors"];
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    // The same word may begin a source file's name.
    !name.ends_with(".rs") && STARTS.iter().any(|start| name.starts_with(start))
}

/// Every crate whose code can be in a shipped program, by name and version.
pub(super) fn shipped(project: &Project) -> Result<Vec<Package>> {
    let mut packages = HashMap::new();
    for package in metadata(project)? {
        packages.insert(format!("{} v{}", package.name, package.version), package);
    }
    let crates = resolved(project)?;
    let known = |id: &String| packages.remove(id).with_context(|| format!("cargo metadata does not know {id}"));
    crates.iter().map(known).collect()
}

/// The crates by name and version, in order: what `cargo tree` follows from the programs for the browser.
///
/// `cargo metadata` alone would not do: its features are those of the whole workspace, tests and xtask included.
fn resolved(project: &Project) -> Result<BTreeSet<String>> {
    let mut crates = BTreeSet::new();
    for flags in BUILDS {
        let mut tree = cargo();
        tree.current_dir(&project.root).env_remove("RUSTFLAGS").env(WASM_FLAGS, flags);
        tree.args(["tree", "--edges", "normal,no-proc-macro", "--target", WASM, "--prefix", "none", "--format", "{p}"]);
        tree.args(PROGRAMS.iter().flat_map(|program| ["--package", program]));
        crates.extend(output(&mut tree)?.lines().filter(|line| !line.is_empty()).map(name_and_version));
    }
    Ok(crates)
}

/// `serde v1.0.0` of `cargo tree`'s line, which a path or a mark may follow.
pub(super) fn name_and_version(line: &str) -> String {
    line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

fn metadata(project: &Project) -> Result<Vec<Package>> {
    let mut command = cargo();
    command.current_dir(&project.root).args(["metadata", "--format-version", "1", "--filter-platform", WASM]);
    let metadata: Metadata = serde_json::from_str(&output(&mut command)?).context("cargo metadata is no JSON")?;
    Ok(metadata.packages)
}
