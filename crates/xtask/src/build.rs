//! The release build: `dist/`, for any static host, under any path.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process::{announce, run, version};
use crate::project::Project;
use crate::tools::{TRUNK, Toolbox, WASM_BINDGEN};
use crate::{digest, model, npm, wasm_opt};

/// What goes into `dist/`.
pub(crate) struct Options {
    /// A GGUF file to embed in place of the default model.
    pub(crate) model: Option<PathBuf>,
    /// Embed no model: the reader chooses a file.
    pub(crate) no_model: bool,
    /// Leave wasm-opt out.
    pub(crate) no_opt: bool,
}

/// The worker's files as trunk names them, whatever they contain.
const WORKER: [&str; 3] = ["worker_loader.js", "worker.js", "worker_bg.wasm"];

/// Builds `dist/` and returns its wasm files.
pub(crate) fn release(project: &Project, options: &Options) -> Result<Vec<PathBuf>> {
    let tools = Toolbox::ensure(project, &[WASM_BINDGEN, TRUNK])?;
    if !options.no_opt {
        npm::ensure(project)?;
    }
    if !options.no_model {
        model::lay(project, options.model.as_deref())
            .context("no model to embed (--model FILE names another, --no-model leaves it out)")?;
    }
    announce("building the page and the worker for release (the first time about 5 minutes on 2 cores)…");
    run(tools.trunk(project).args(["build", "--release"]))?;

    let dist = project.dist();
    if options.no_model && dist.join("model").exists() {
        fs::remove_dir_all(dist.join("model"))?;
    }
    if !options.no_opt {
        for wasm in wasm_files(&dist)? {
            wasm_opt::optimize(project, &wasm)?;
        }
    }
    let worker = move_worker(&dist)?;
    Ok([wasm_files(&dist)?, wasm_files(&worker)?].concat())
}

/// Prints the size of each file as it is, and as a host that compresses would send it.
pub(crate) fn print_sizes(files: &[PathBuf]) -> Result<()> {
    const SCRIPT: &str = "
        const { readFileSync } = require('node:fs');
        const { basename } = require('node:path');
        const { brotliCompressSync, gzipSync } = require('node:zlib');
        for (const file of process.argv.slice(1)) {
            const bytes = readFileSync(file);
            const sizes = [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)];
            const [raw, gzip, brotli] = sizes.map((bytes) => `${(bytes.length / 1000).toFixed(0)} kB`);
            console.log(`${basename(file)}: ${raw}, gzip ${gzip}, brotli ${brotli}`);
        }";
    if version("node").is_none() {
        announce("without Node.js here the sizes stay unknown");
        return Ok(());
    }
    run(Command::new("node").args(["-e", SCRIPT]).args(files))
}

/// Moves the worker's files into a folder named by their content, and tells the page.
///
/// Trunk gives them the same names in every build, so a browser or a host would mix old and new files.
fn move_worker(dist: &Path) -> Result<PathBuf> {
    let mut content = Vec::new();
    for name in WORKER {
        let file = dist.join(name);
        content.extend(fs::read(&file).with_context(|| format!("trunk built no {name}"))?);
    }
    ensure!(
        !fs::read_to_string(dist.join("worker.js"))?.contains("./snippets/"),
        "worker.js imports ./snippets/, which would be lost where the worker's files are moved"
    );
    let folder = format!("worker-{}", &digest::of_bytes(&content)[..16]);
    let page = dist.join("index.html");
    let html = name_worker(&fs::read_to_string(&page)?, &folder)?;

    fs::create_dir_all(dist.join(&folder))?;
    for name in WORKER {
        fs::rename(dist.join(name), dist.join(&folder).join(name))?;
    }
    fs::write(page, html)?;
    Ok(dist.join(folder))
}

/// The page, with the worker's address pointing into `folder`.
fn name_worker(html: &str, folder: &str) -> Result<String> {
    let address = "./worker_loader.js";
    let found = html.matches(address).count();
    ensure!(found == 1, "index.html should name {address} once, in <meta name=\"next-token-worker\">; found {found}");
    Ok(html.replace(address, &format!("./{folder}/worker_loader.js")))
}

fn wasm_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<_> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_worker_once() {
        let html = r#"<meta name="next-token-worker" content="./worker_loader.js">"#;
        let named = name_worker(html, "worker-0a").unwrap();
        assert_eq!(named, r#"<meta name="next-token-worker" content="./worker-0a/worker_loader.js">"#);
        assert!(name_worker("<meta>", "worker-0a").is_err());
        assert!(name_worker(&html.repeat(2), "worker-0a").is_err());
    }
}
