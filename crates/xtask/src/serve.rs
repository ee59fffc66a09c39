//! `cargo xtask serve`: the page on this machine, rebuilt at each change.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::model;
use crate::process::{announce, become_command};
use crate::project::Project;
use crate::tools::{TRUNK, Toolbox, WASM_BINDGEN};

/// Where and what to serve.
pub(crate) struct Options {
    /// The port on the loopback address.
    pub(crate) port: u16,
    /// A GGUF file in place of the default model.
    pub(crate) model: Option<PathBuf>,
    /// Open a browser.
    pub(crate) open: bool,
}

/// The page's sources. Trunk watches the whole repository: it stops watching a single file (index.html) once an editor
/// replaces it.
const SOURCES: [&str; 4] = ["Cargo.toml", "crates", "index.html", "web"];

/// Serves until it is stopped.
pub(crate) fn serve(project: &Project, options: &Options) -> Result<()> {
    let port = options.port;
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("port {port} is taken; choose another with --port N"))?;
    let tools = Toolbox::ensure(project, &[WASM_BINDGEN, TRUNK])?;
    match (model::copy_model(project, options.model.as_deref()), &options.model) {
        (Err(error), Some(_)) => return Err(error),
        (Err(error), None) => announce(format!("going on without a model of the page's own: {error:#}")),
        (Ok(()), _) => {}
    }
    let mut trunk = tools.trunk(project);
    trunk.args(["serve", "--port", &port.to_string()]);
    for other in not_sources(project)? {
        trunk.arg("--ignore").arg(other);
    }
    if options.open {
        trunk.arg("--open");
    }
    announce("building the page and the worker (the first time about 5 minutes on 2 cores)…");
    announce(format!("then the page is at http://localhost:{port}/ (stop with Ctrl-C)"));
    become_command(&mut trunk)
}

/// Everything else in the repository, which trunk ignores: a growing log must not rebuild the page.
fn not_sources(project: &Project) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(&project.root).context("cannot read the repository's folder")?;
    let mut others: Vec<_> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    others.retain(|path| !SOURCES.iter().any(|source| path.ends_with(source)));
    Ok(others)
}
