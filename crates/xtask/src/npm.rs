//! The npm packages of `tests/`: Playwright drives the browser, binaryen has wasm-opt.

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
    let tests = project.tests();
    let wanted = digest::of_file(&tests.join("package-lock.json"))?;
    // npm empties node_modules first, and with it this note of what was installed.
    let note = tests.join("node_modules").join(".installed");
    if fs::read_to_string(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    announce("installing the npm packages of tests/ (once, a few seconds)…");
    run(Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" }).arg("ci").current_dir(&tests))
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
