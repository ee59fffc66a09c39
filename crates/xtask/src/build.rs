//! The release build: `dist/`, for any static host, under any path.

use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::process::{announce, run};
use crate::project::Project;
use crate::tools::{TRUNK, Toolbox, WASM, WASM_BINDGEN};
use crate::{digest, licences, model, npm, offline, pages, sizes, start, wasm_opt};

/// What goes into `dist/`.
pub(crate) struct Options {
    /// A GGUF file to embed in place of the default model.
    pub(crate) model: Option<PathBuf>,
    /// Embed no model: the reader chooses a file.
    pub(crate) no_model: bool,
    /// Leave wasm-opt out.
    pub(crate) no_opt: bool,
}

/// The worker's files as trunk names them, whatever they contain; the first is the one that the page starts.
const WORKER: [&str; 3] = ["worker_loader.js", "worker.js", "worker_bg.wasm"];

/// The folder of the worker's build for browsers with relaxed SIMD.
const RELAXED: &str = "relaxed";

/// The lesson's recorded run as trunk names it, whatever it contains.
const RECORD: &str = "recorded-run.bin";

/// Builds `dist/` and returns the files whose size counts.
pub(crate) fn release(project: &Project, options: &Options) -> Result<Vec<PathBuf>> {
    let tools = Toolbox::ensure(project, &[WASM_BINDGEN, TRUNK])?;
    if !options.no_opt {
        npm::ensure(project)?;
    }
    if !options.no_model {
        model::copy_model(project, options.model.as_deref())
            .context("no model to embed (--model FILE names another, --no-model leaves it out)")?;
    }
    announce("building the page and the worker for release (the first time about 8 minutes on 2 cores)…");
    let mut trunk = tools.trunk(project);
    // Both programs of the page in one go, for linking keeps one processor busy: trunk then finds its own made.
    let arguments = ["build", "--release", "--package", "web", "--bins", "--target", WASM, "--offline"];
    run(tools.cargo(project).args(arguments))?;
    run(trunk.args(["build", "--release"]))?;

    let dist = project.dist();
    if options.no_model && dist.join("model").exists() {
        fs::remove_dir_all(dist.join("model"))?;
        licences::write(project, &dist, None)?;
    }
    if options.no_opt {
        build_relaxed(project, &tools, &dist)?;
        add_small_program(project, &tools, &dist)?;
    } else {
        build_optimized(project, &tools, &dist)?;
    }
    let pages = pages::built(project, &dist)?;
    let worker = move_worker(&dist, &pages)?;
    let record = move_record(&dist, &pages)?;
    let small = rename_small_program(&dist)?;
    start::externalize(&dist, pages.iter().map(|(page, root)| (page.as_path(), *root)), &small)?;
    offline::write_service_worker(project, &dist)?;
    Ok([wasm_files(&dist)?, wasm_files(&worker)?, wasm_files(&worker.join(RELAXED))?, vec![record]].concat())
}

/// Builds `dist/` for the tests, and fails where a program exceeds its budget.
pub(crate) fn release_within_budget(project: &Project, options: &Options) -> Result<Vec<PathBuf>> {
    let files = release(project, options)?;
    sizes::check(&files)?;
    Ok(files)
}

/// Compiles what trunk does not, while wasm-opt is at work on the rest: linking keeps one processor busy, as wasm-opt does.
fn build_optimized(project: &Project, tools: &Toolbox, dist: &Path) -> Result<()> {
    add_small_program(project, tools, dist)?;
    let made = wasm_files(dist)?;
    thread::scope(|scope| {
        let optimized = scope.spawn(|| wasm_opt::optimize_all(project, &made));
        let built = build_relaxed(project, tools, dist);
        built.and(optimized.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })?;
    wasm_opt::optimize_all(project, &wasm_files(&dist.join(RELAXED))?)
}

/// Compiles the worker for browsers with relaxed SIMD as well, and writes both builds into its loader, which chooses.
fn build_relaxed(project: &Project, tools: &Toolbox, dist: &Path) -> Result<()> {
    run(tools.cargo_with(project, "+relaxed-simd")?.args([
        "build",
        "--release",
        "--package",
        "worker",
        "--target",
        WASM,
        "--offline",
    ]))?;
    let wasm = project.target().join(WASM).join("release/worker.wasm");
    let folder = dist.join(RELAXED);
    run(tools.wasm_bindgen(project).args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&folder).arg(wasm))?;
    let loader = dist.join(WORKER[0]);
    let text = fs::read_to_string(&loader).with_context(|| format!("trunk copied no {}", WORKER[0]))?;
    let only = "const builds = ['./worker.js'];";
    ensure!(text.contains(only), "{} should have the line {only}", WORKER[0]);
    let both = format!("const builds = ['./{RELAXED}/worker.js', './worker.js'];");
    Ok(fs::write(loader, text.replace(only, &both))?)
}

/// Lays the small program, for frames whose widget is in it, beside the program with all widgets.
fn add_small_program(project: &Project, tools: &Toolbox, dist: &Path) -> Result<()> {
    let wasm = project.target().join(WASM).join("release").join(start::PROGRAM).with_extension("wasm");
    run(tools.wasm_bindgen(project).args(["--target", "web", "--no-typescript", "--out-dir"]).arg(dist).arg(wasm))
}

/// Names the small program by its content, as trunk does the other one, and returns the name.
fn rename_small_program(dist: &Path) -> Result<String> {
    let endings = [".js", "_bg.wasm"];
    let mut content = Vec::new();
    for ending in endings {
        content.extend(fs::read(dist.join(format!("{}{ending}", start::PROGRAM)))?);
    }
    let name = format!("{}-{}", start::PROGRAM, short_digest(&content));
    for ending in endings {
        fs::rename(dist.join(format!("{}{ending}", start::PROGRAM)), dist.join(format!("{name}{ending}")))?;
    }
    Ok(name)
}

/// Moves the worker's files into a folder named by their content, and writes the new address into the pages.
///
/// Trunk gives them the same names in every build, so a browser or a host would mix old and new files.
fn move_worker(dist: &Path, pages: &[Page]) -> Result<PathBuf> {
    let mut content = Vec::new();
    let relaxed = WORKER[1..].iter().map(|name| Path::new(RELAXED).join(name));
    let names: Vec<PathBuf> = WORKER.iter().map(PathBuf::from).chain(relaxed).collect();
    for name in &names {
        let file = fs::read(dist.join(name)).with_context(|| format!("there is no {} in dist", name.display()))?;
        ensure!(
            name.extension().is_none_or(|kind| kind != "js") || !String::from_utf8_lossy(&file).contains("./snippets/"),
            "{} imports ./snippets/, which would be lost where the worker's files are moved",
            name.display()
        );
        content.extend(file);
    }
    let folder = format!("worker-{}", short_digest(&content));
    rename_in(pages, WORKER[0], &format!("{folder}/{}", WORKER[0]))?;
    let folder = dist.join(folder);
    fs::create_dir_all(folder.join(RELAXED))?;
    for name in names {
        fs::rename(dist.join(&name), folder.join(name))?;
    }
    fs::remove_dir_all(dist.join(RELAXED))?;
    Ok(folder)
}

/// Names the recorded run by its content, and writes the new name into the pages.
fn move_record(dist: &Path, pages: &[Page]) -> Result<PathBuf> {
    let content = fs::read(dist.join(RECORD)).with_context(|| format!("trunk copied no {RECORD}"))?;
    let name = record_name(&content);
    rename_in(pages, RECORD, &name)?;
    fs::rename(dist.join(RECORD), dist.join(&name))?;
    Ok(dist.join(name))
}

/// The name of a recorded run in a built site.
pub(crate) fn record_name(content: &[u8]) -> String {
    format!("recorded-run-{}.bin", short_digest(content))
}

fn short_digest(content: &[u8]) -> String {
    digest::of_bytes(content)[..16].to_owned()
}

/// A page's file, and the way from it to the site's root.
pub(crate) type Page = (PathBuf, &'static str);

/// Gives a file of the site another name in the pages that mention it: all of them must.
pub(crate) fn rename_in(pages: &[Page], from: &str, to: &str) -> Result<()> {
    for (page, root) in pages {
        let html = fs::read_to_string(page).with_context(|| format!("there is no {}", page.display()))?;
        fs::write(page, renamed(&html, root, from, to)?)?;
    }
    Ok(())
}

/// The page with every address of the file `from` replaced by that of `to`.
fn renamed(html: &str, root: &str, from: &str, to: &str) -> Result<String> {
    let address = |file: &str| format!("\"{root}{file}\"");
    ensure!(html.contains(&address(from)), "index.html should name {} in a <meta>", address(from));
    Ok(html.replace(&address(from), &address(to)))
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
    fn new_names_are_written_into_the_page() {
        let html = r#"<meta content="./worker_loader.js"><link href="./run.bin"><meta content="./run.bin">"#;
        let html = renamed(html, "./", "worker_loader.js", "worker-0a/worker_loader.js").unwrap();
        let html = renamed(&html, "./", "run.bin", "run-0b.bin").unwrap();
        let expected =
            r#"<meta content="./worker-0a/worker_loader.js"><link href="./run-0b.bin"><meta content="./run-0b.bin">"#;
        assert_eq!(html, expected);
        assert!(renamed(&html, "./", "run.bin", "run-0c.bin").is_err());
        let below = renamed(r#"<meta content="../run.bin">"#, "../", "run.bin", "run-0b.bin").unwrap();
        assert_eq!(below, r#"<meta content="../run-0b.bin">"#);
    }
}
