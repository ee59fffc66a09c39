//! The sites that the end-to-end tests open, made once for all browsers and not again while nothing has changed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{announce, output};
use crate::project::Project;
use crate::{build, digest, tiny_site};

/// What a built page is made of, besides the default model.
const SOURCES: [&str; 10] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    ".cargo",
    "crates",
    "web",
    "tests/package.json",
    "tests/package-lock.json",
    "tests/fixtures/stories260K",
];

/// Builds `dist/` for release, and the site with the tiny model beside it, whose folder is returned.
pub(crate) fn ensure(project: &Project) -> Result<PathBuf> {
    let note = project.target().join("site-made-of");
    let recipe = recipe(project)?;
    if made(project).is_some_and(|made| fs::read_to_string(&note).is_ok_and(|text| text == format!("{recipe} {made}")))
    {
        announce("the built site is up to date");
        return Ok(tiny_site::folder(project));
    }
    build::release_within_budget(project, &build::Options { model: None, no_model: false, no_opt: false })?;
    let tiny = tiny_site::assemble(project)?;
    let made = made(project).context("the build left no service worker")?;
    fs::write(note, format!("{recipe} {made}"))?;
    Ok(tiny)
}

/// What lies in both sites: each one's service worker has the digests of all its files.
fn made(project: &Project) -> Option<String> {
    let folders = [project.dist(), tiny_site::folder(project)];
    let digests = folders.map(|folder| digest::of_file(&folder.join("service_worker.js")).ok());
    digests.into_iter().collect::<Option<Vec<_>>>().map(|digests| digests.join(" "))
}

/// What the sites would be made of now.
fn recipe(project: &Project) -> Result<String> {
    let mut parts = vec![output(Command::new("rustc").arg("-vV"))?];
    parts.push(env::var("RUSTFLAGS").unwrap_or_default());
    for source in SOURCES {
        add(&project.root.join(source), &mut parts)?;
    }
    Ok(digest::of_bytes(parts.join("\n").as_bytes()))
}

/// Adds a file's name and digest, or those of all files in a folder.
fn add(path: &Path, parts: &mut Vec<String>) -> Result<()> {
    if path.is_file() {
        parts.push(format!("{} {}", path.display(), digest::of_file(path)?));
        return Ok(());
    }
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    paths.iter().try_for_each(|path| add(path, parts))
}
