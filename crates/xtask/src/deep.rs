//! The part of `cargo xtask test deep` that needs no browser: the fuzz targets, for a minute each.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{cargo, executable, output, run};
use crate::project::Project;

/// What libFuzzer counts: SanitizerCoverage, as cargo-fuzz asks for it, which a stable compiler has too.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// How long each target runs.
const SECONDS: u32 = 60;

/// Builds every fuzz target and runs each from its seeds.
pub(crate) fn fuzz(project: &Project, mut test: impl FnMut(&mut Command) -> Result<()>) -> Result<()> {
    let folder = project.root.join("fuzz");
    let host = output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let built = project.target().join("fuzz");
    // With a target named, build scripts and macros are compiled without the counters.
    run(cargo()
        .args(["build", "--release", "--target", &host, "--target-dir"])
        .arg(&built)
        .current_dir(&folder)
        .env("RUSTFLAGS", COVERAGE))?;
    let targets = fs::read_dir(folder.join("targets")).context("there are no fuzz targets")?;
    let mut names: Vec<_> =
        targets.filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    for name in names {
        let corpus = built.join("corpus").join(&name);
        fs::create_dir_all(&corpus)?;
        test(
            Command::new(executable(&built.join(&host).join("release"), &name))
                .arg(corpus)
                .arg(folder.join("seeds").join(&name))
                .args([&format!("-max_total_time={SECONDS}"), "-timeout=10", "-rss_limit_mb=2048"])
                .current_dir(&built),
        )?;
    }
    Ok(())
}
