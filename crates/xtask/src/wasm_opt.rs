//! wasm-opt over what trunk built, once per input.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process::{announce, run};
use crate::project::Project;
use crate::{digest, npm};

/// The level, and the features that rustc's wasm uses.
const FLAGS: [&str; 8] = [
    "-O3",
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Optimizes a wasm file in place, `features` being what it uses beyond [`FLAGS`]. The result is kept under the digest of what it was made from.
pub(crate) fn optimize(project: &Project, wasm: &Path, features: &[&str]) -> Result<()> {
    let flags = [&FLAGS, features].concat();
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
