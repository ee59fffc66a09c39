//! The build's own tools: pinned, installed once into the cache folder, never into the system.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::process::{announce, become_command, cargo, executable, on_path, output, run, version};
use crate::project::Project;

/// A tool that cargo installs.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
    /// The programs it consists of; the first tells the version as its second word.
    programs: &'static [&'static str],
    /// What `cargo install` is told besides name and version.
    install: &'static [&'static str],
    /// As little optimization as its work bears: compiling the tools is most of the wait in a new clone.
    opt_level: &'static str,
    /// How long two cores take.
    minutes: u32,
}

// Every tool's version, in one place; tests compare it with Cargo.toml and Trunk.toml. The tools' default features
// are TLS and downloads, which nothing here needs.

/// Makes JavaScript's side of a wasm file, and runs its tests in a browser.
pub(crate) const WASM_BINDGEN: Tool = Tool {
    name: "wasm-bindgen-cli",
    version: "0.2.130",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    // Without `--locked`: its lock file names a crate that was withdrawn.
    install: &["--no-default-features"],
    opt_level: "1",
    minutes: 2,
};

/// Builds, bundles and serves the page.
pub(crate) const TRUNK: Tool = Tool {
    name: "trunk",
    version: "0.21.14",
    programs: &["trunk"],
    install: &["--no-default-features", "--locked"],
    opt_level: "0",
    minutes: 2,
};

/// Makes books: one of the hosts that a frame is tried in.
pub(crate) const MDBOOK: Tool = Tool {
    name: "mdbook",
    version: "0.5.4",
    programs: &["mdbook"],
    // Its defaults are a server, a watcher and a search.
    install: &["--no-default-features", "--locked"],
    opt_level: "0",
    minutes: 2,
};

/// The target of the page and the worker.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The variable whose flags are added to those of `.cargo/config.toml` for that target.
pub(crate) const WASM_FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Starts programs with the tools in front of `PATH`.
pub(crate) struct Toolbox {
    path: OsString,
}

/// Where [`Toolbox::cargo_with`] tells [`rustc`] the features.
const FEATURES: &str = "NEXT_TOKEN_WASM_FEATURES";

/// The program that cargo starts in place of rustc for the workspace's crates.
const WRAPPER: &str = "RUSTC_WORKSPACE_WRAPPER";

/// Where `cargo clippy` hands its arguments to clippy.
const CLIPPY_ARGUMENTS: &str = "CLIPPY_ARGS";

/// Runs rustc for cargo, which names this program as its wrapper for the workspace's crates; `None` where it does not.
pub(crate) fn rustc() -> Option<Result<()>> {
    let features = env::var(FEATURES).ok()?;
    let mut words = env::args_os().skip(1);
    let mut command = if env::var_os(CLIPPY_ARGUMENTS).is_some() {
        match clippy() {
            Ok(clippy) => Command::new(clippy),
            Err(error) => return Some(Err(error)),
        }
    } else {
        Command::new(words.next()?)
    };
    command.args(words);
    if command.get_args().any(|word| word == WASM) {
        command.arg("-C").arg(format!("target-feature={features}"));
    }
    Some(become_command(&mut command))
}

/// Has clippy compile the workspace's crates for this command of cargo, as `cargo clippy` does, and fail on a warning. Clippy
/// is rustc with lints: what it compiles can be run, so that one compilation serves both.
pub(crate) fn lint(command: &mut Command) -> Result<&mut Command> {
    if !command.get_envs().any(|(name, _)| name == WRAPPER) {
        command.env(WRAPPER, clippy()?);
    }
    // Clippy splits its arguments at this word.
    Ok(command.env(CLIPPY_ARGUMENTS, "-Dwarnings__CLIPPY_HACKERY__"))
}

/// The toolchain's clippy, which takes rustc's arguments.
fn clippy() -> Result<PathBuf> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(executable(&Path::new(sysroot.trim()).join("bin"), "clippy-driver"))
}

impl Toolbox {
    /// Installs what is missing of the wasm target and these tools.
    pub(crate) fn ensure(project: &Project, tools: &[Tool]) -> Result<Self> {
        add_wasm_target()?;
        let mut folders = Vec::new();
        for tool in tools {
            folders.extend(tool.ensure(project)?);
        }
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        Ok(Self { path: env::join_paths(folders).context("a folder on PATH cannot be passed on")? })
    }

    /// A cargo command for the browser.
    pub(crate) fn cargo(&self, project: &Project) -> Command {
        let mut command = cargo();
        self.prepare(&mut command, project);
        command
    }

    /// The same, for browsers that have more than simd128: `features` as rustc takes them. They are for the project's own
    /// crates, which have the kernels: all others are compiled once for both.
    pub(crate) fn cargo_with(&self, project: &Project, features: &str) -> Result<Command> {
        let mut command = self.cargo(project);
        let this = env::current_exe().context("this program does not know where it lies")?;
        command.env(WRAPPER, this).env(FEATURES, features);
        Ok(command)
    }

    /// A trunk command.
    pub(crate) fn trunk(&self, project: &Project) -> Command {
        // Trunk works offline, and so does the cargo that it starts.
        if let Err(error) = run(cargo().arg("fetch").current_dir(&project.root)) {
            announce(format!("going on with the crates that are here: {error:#}"));
        }
        let mut command = Command::new("trunk");
        self.prepare(&mut command, project);
        command.env("TRUNK_SKIP_VERSION_CHECK", "true");
        // Trunk takes no `NO_COLOR=1`, only "true".
        match env::var_os("NO_COLOR") {
            Some(value) if !value.is_empty() => command.env("NO_COLOR", "true"),
            _ => command.env_remove("NO_COLOR"),
        };
        command
    }

    /// Puts the tools in front of a command's `PATH`.
    pub(crate) fn equip(&self, command: &mut Command) {
        command.env("PATH", &self.path);
    }

    /// A wasm-bindgen command.
    pub(crate) fn wasm_bindgen(&self, project: &Project) -> Command {
        let mut command = Command::new("wasm-bindgen");
        self.prepare(&mut command, project);
        command
    }

    fn prepare(&self, command: &mut Command, project: &Project) {
        command.current_dir(&project.root).env("PATH", &self.path);
        // RUSTFLAGS would replace the target's flags of .cargo/config.toml, and so drop simd128 without a word;
        // as flags of the target they are added to them.
        if let Ok(flags) = env::var("RUSTFLAGS") {
            let flags = format!("{flags} -C target-feature=+simd128");
            announce(format!("RUSTFLAGS is set: wasm is compiled with {flags:?}"));
            command.env_remove("RUSTFLAGS").env(WASM_FLAGS, flags);
        }
    }
}

impl Tool {
    /// The folder to put on `PATH`, if the tool is not there already.
    fn ensure(&self, project: &Project) -> Result<Option<PathBuf>> {
        let on_path = self.programs.iter().all(|program| on_path(&[program]).is_some());
        if on_path && version(self.programs[0]).is_some_and(|text| self.is_version(&text)) {
            return Ok(None);
        }
        let folder = project.cache.join("tools").join(format!("{}-{}", self.name, self.version));
        if !self.is_in(&folder) {
            self.install(&folder).with_context(|| format!("cannot install {} {}", self.name, self.version))?;
        }
        Ok(Some(folder.join("bin")))
    }

    fn is_version(&self, text: &str) -> bool {
        text.split_whitespace().nth(1).map(|word| word.trim_start_matches('v')) == Some(self.version)
    }

    fn is_in(&self, folder: &Path) -> bool {
        self.programs.iter().all(|program| executable(&folder.join("bin"), program).is_file())
    }

    /// Installs beside `folder` and moves it there, so that what is in place is whole. What an interrupted
    /// installation compiled is used by the next.
    fn install(&self, folder: &Path) -> Result<()> {
        let Self { name, version, minutes, .. } = self;
        // Two clones that install at once would take each other's files away.
        fs::create_dir_all(folder.with_file_name(""))?;
        let lock = File::create(folder.with_file_name(format!("{name}-{version}.lock")))?;
        lock.lock()?;
        if self.is_in(folder) {
            return Ok(());
        }
        announce(format!("installing {name} {version} (once, about {minutes} minutes on 2 cores)…"));
        let partial = folder.with_file_name(format!("{name}-{version}.partial"));
        let compiled = partial.join("target");
        fs::create_dir_all(&partial)?;
        run(cargo()
            .args(["install", name, "--version", version])
            .args(self.install)
            .arg("--root")
            .arg(&partial)
            .arg("--target-dir")
            .arg(&compiled)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            // Outside the repository: its configuration is for its own crates.
            .current_dir(&partial))?;
        fs::remove_dir_all(&compiled)?;
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        Ok(fs::rename(&partial, folder)?)
    }
}

fn add_wasm_target() -> Result<()> {
    let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(&folder).is_dir() {
        return Ok(());
    }
    if on_path(&["rustup"]).is_none() {
        bail!("this Rust has no target {WASM} and there is no rustup to add it: install the target, or rustup");
    }
    announce(format!("adding the target {WASM} (once, a few seconds)…"));
    run(Command::new("rustup").args(["target", "add", WASM]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> String {
        fs::read_to_string(Project::find().unwrap().root.join(path)).unwrap()
    }

    #[test]
    fn versions_agree_with_the_files_that_repeat_them() {
        let line = |name: &str, version: &str| format!("{name} = \"{version}\"");
        assert!(read("Cargo.toml").contains(&line("wasm-bindgen", &format!("={}", WASM_BINDGEN.version))));
        assert!(read("Trunk.toml").contains(&line("wasm_bindgen", WASM_BINDGEN.version)));
        assert!(read("Trunk.toml").contains(&line("trunk-version", &format!("={}", TRUNK.version))));
    }

    #[test]
    fn a_version_is_the_second_word() {
        assert!(WASM_BINDGEN.is_version("wasm-bindgen 0.2.130"));
        assert!(WASM_BINDGEN.is_version("wasm-bindgen 0.2.130 (abcdef)"));
        assert!(MDBOOK.is_version("mdbook v0.5.4"));
        assert!(!WASM_BINDGEN.is_version("wasm-bindgen 0.2.13"));
        assert!(!WASM_BINDGEN.is_version(""));
    }
}
