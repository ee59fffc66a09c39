//! The npm packages of `tests/`: Playwright drives the browser, binaryen has wasm-opt; and of `tests/bench/`: llama.cpp, to
//! compare with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::digest;
use crate::process::{announce, run, version};
use crate::project::Project;

/// The oldest Node.js that Playwright and the tests work with.
const OLDEST_NODE: u32 = 20;

/// Installs the packages of the lock file, unless they are there.
pub(crate) fn ensure(project: &Project) -> Result<()> {
    ensure!(
        node_version().is_some_and(|major| major >= OLDEST_NODE),
        "Node.js {OLDEST_NODE} or newer is needed here: install it, with npm"
    );
    install(&project.tests(), &["ci"])
}

/// Installs what `cargo xtask bench` compares with; what cannot be installed is left out, with words.
pub(crate) fn ensure_rivals(project: &Project) {
    let bench = project.tests().join("bench");
    // Its optional packages are builds for graphics cards, 700 MB of them; `npm ci` wants to know them all the same.
    let native: &[&str] = &["install", "--omit=optional", "--no-save", "--ignore-scripts"];
    for (folder, arguments) in [(bench.clone(), &["ci"][..]), (bench.join("native"), native)] {
        if let Err(error) = install(&folder, arguments) {
            announce(format!("going on without the packages of {}: {error:#}", folder.display()));
        }
    }
}

/// Runs npm in a folder, unless what its lock file wants is there.
fn install(folder: &Path, arguments: &[&str]) -> Result<()> {
    let wanted = digest::of_file(&folder.join("package-lock.json"))?;
    // `npm ci` empties node_modules first, and with it this note of what was installed.
    let note = folder.join("node_modules").join(".installed");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    announce(format!("installing the npm packages of {} (once, a few seconds)…", folder.display()));
    run(Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" }).args(arguments).current_dir(folder))
        .context("cannot install the npm packages")?;
    fs::write(note, wanted)?;
    Ok(())
}

/// A command that runs a script with Node.js.
pub(crate) fn node(script: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg(script);
    command
}

/// A script of an installed package.
pub(crate) fn script(project: &Project, path: &str) -> PathBuf {
    project.tests().join("node_modules").join(path)
}

fn node_version() -> Option<u32> {
    version("node")?.trim_start_matches('v').split('.').next()?.parse().ok()
}
