//! wasm-opt over what trunk built, once per input.

use std::cmp::Reverse;
use std::fs;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process::{announce, run};
use crate::program::Program;
use crate::project::Project;
use crate::{digest, npm};

/// The features that rustc's wasm uses.
const FEATURES: [&str; 7] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Optimizes programs in place: the largest first, and as many at once as there are processors, for wasm-opt uses one.
pub(crate) fn optimize_all(project: &Project, files: &[PathBuf]) -> Result<()> {
    let size = |file: &Path| fs::metadata(file).map_or(0, |metadata| metadata.len());
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by_key(|file| Reverse(size(file)));
    let next = AtomicUsize::new(0);
    let work = || -> Result<()> {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            optimize(project, file)?;
        }
        Ok(())
    };
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        let results = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        results.collect()
    })
}

/// Optimizes a program in place. The result is kept under the digest of what it was made from.
fn optimize(project: &Project, wasm: &Path) -> Result<()> {
    let program = Program::of(wasm).with_context(|| format!("{} is no program of the site", wasm.display()))?;
    let flags = [&FEATURES, program.wasm_opt_flags()].concat();
    let cache = project.target().join("wasm-opt");
    fs::create_dir_all(&cache)?;
    let recipe = format!("{} {} {}", digest::of_file(wasm)?, binaryen_version(project)?, flags.join(" "));
    let kept = cache.join(digest::of_bytes(recipe.as_bytes())).with_extension("wasm");
    if !kept.is_file() {
        let megabytes = fs::metadata(wasm)?.len() as f64 / 1e6;
        announce(format!("optimizing {} (about {:.0} seconds)…", wasm.display(), 5.0 + 16.0 * megabytes));
        let partial = kept.with_extension("partial");
        run(npm::node(&npm::script(project, "binaryen/bin/wasm-opt")).args(&flags).arg(wasm).arg("-o").arg(&partial))?;
        fs::rename(partial, &kept)?;
    }
    fs::copy(&kept, wasm).with_context(|| format!("cannot write {}", wasm.display()))?;
    Ok(())
}

fn binaryen_version(project: &Project) -> Result<String> {
    let package: Value = serde_json::from_slice(&fs::read(project.tests().join("package.json"))?)?;
    let version = package["devDependencies"]["binaryen"].as_str();
    Ok(version.context("tests/package.json names no binaryen")?.to_owned())
}
