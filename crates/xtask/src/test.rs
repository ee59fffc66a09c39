//! `cargo xtask test`: what CI runs, in the order in which a mistake shows soonest.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::process::{announce, cargo, describe};
use crate::project::Project;
use crate::tools::{MDBOOK, Toolbox, WASM, WASM_BINDGEN};
use crate::{browser, build, hosts, model, npm};

/// A part of the tests that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Formatting and clippy.
    Lint,
    /// The workspace's tests on this machine.
    Native,
    /// The page's and the worker's tests in headless Chromium.
    Wasm,
    /// Journeys through the built page, in Chromium.
    EndToEnd,
    /// The journeys of lesson and live model in Firefox.
    Firefox,
}

impl Stage {
    /// Every stage, in order.
    pub(crate) const ALL: [Self; 5] = [Self::Lint, Self::Native, Self::Wasm, Self::EndToEnd, Self::Firefox];

    /// The stage's name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::EndToEnd => "e2e",
            Self::Firefox => "firefox",
        }
    }

    fn run(self, project: &Project, tally: &mut Tally) -> Result<()> {
        match self {
            Self::Lint => lint(project, tally),
            Self::Native => native(project, tally),
            Self::Wasm => wasm(project, tally),
            Self::EndToEnd => end_to_end(project, tally),
            Self::Firefox => tally.run(&mut playwright(project, "firefox", "FIREFOX", browser::firefox()?)?),
        }
    }
}

/// Runs the stages up to the first that fails, and prints how many tests passed and failed; returns whether all
/// passed.
pub(crate) fn test(project: &Project, stages: &[Stage]) -> bool {
    let mut tally = Tally::default();
    let passed = stages.iter().all(|stage| {
        let start = Instant::now();
        announce(format!("── {} ──", stage.name()));
        let result = stage.run(project, &mut tally);
        announce(format!("── {} took {:.0} s ──", stage.name(), start.elapsed().as_secs_f64()));
        result.inspect_err(|error| announce(format!("the stage {} failed: {error:#}", stage.name()))).is_ok()
    });
    // A stage may fail before or beside its tests.
    let failed = if passed { tally.failed } else { tally.failed.max(1) };
    println!("{} passed, {failed} failed", tally.passed);
    passed
}

/// Measures the built page in Chromium: all of `tests/bench/*.spec.ts`, or those whose path has `filter` in it.
/// `rounds` is how often each system is measured beside the others.
pub(crate) fn bench(project: &Project, filter: Option<&OsStr>, rounds: Option<&OsStr>) -> Result<()> {
    npm::ensure_rivals(project);
    let mut command = playwright(project, "bench", "CHROME", browser::chromium()?)?;
    command.args(filter);
    if let Some(rounds) = rounds {
        command.env("BENCH_ROUNDS", rounds);
    }
    Tally::default().run(&mut command)
}

fn lint(project: &Project, tally: &mut Tally) -> Result<()> {
    let tools = Toolbox::ensure(project, &[])?;
    let deny = ["--", "-D", "warnings"];
    tally.run(cargo().current_dir(&project.root).args(["fmt", "--all", "--check"]))?;
    tally.run(cargo().current_dir(&project.root).args(["clippy", "--workspace", "--all-targets"]).args(deny))?;
    tally.run(tools.cargo(project).args(["clippy", "--all-targets", "--target", WASM]).args(BROWSER).args(deny))
}

fn native(project: &Project, tally: &mut Tally) -> Result<()> {
    let model = model::default_file(project)?;
    tally.run(cargo().current_dir(&project.root).args(["test", "--workspace"]).env("NEXT_TOKEN_MODEL", model))
}

fn wasm(project: &Project, tally: &mut Tally) -> Result<()> {
    let tools = Toolbox::ensure(project, &[WASM_BINDGEN])?;
    let plain = (tools.cargo(project), &BROWSER[..]);
    // The worker's second build.
    let relaxed = (tools.cargo_with(project, "+relaxed-simd"), &BROWSER[2..]);
    for (mut cargo, crates) in [plain, relaxed] {
        tally.run(
            cargo
                .args(["test", "--tests", "--target", WASM])
                .args(crates)
                .env("CHROMEDRIVER", browser::chromedriver()?)
                .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", browser::webdriver_json(project)?)
                .env("WASM_BINDGEN_TEST_TIMEOUT", "300"),
        )?;
    }
    Ok(())
}

fn end_to_end(project: &Project, tally: &mut Tally) -> Result<()> {
    let (python, nginx) = (hosts::python()?, hosts::nginx()?);
    let mut command = playwright(project, "e2e", "CHROME", browser::chromium()?)?;
    tally.run(command.env("PYTHON", python).env("NGINX", nginx))
}

/// The crates that run in a browser.
const BROWSER: [&str; 4] = ["-p", "web", "-p", "worker"];

/// Playwright's command for a group of tests of the page, which is built; `variable` tells it the browser's program.
fn playwright(project: &Project, name: &str, variable: &str, browser: PathBuf) -> Result<Command> {
    npm::ensure(project)?;
    build::release_within_budget(project, &build::Options { model: None, no_model: false, no_opt: false })?;
    // One of the hosts that frames are tried in.
    let tools = Toolbox::ensure(project, if name == "e2e" { &[MDBOOK] } else { &[] })?;
    let mut command = npm::node(&npm::script(project, "@playwright/test/cli.js"));
    command
        .args(["test", &format!("--project={name}")])
        .current_dir(project.tests())
        .env(variable, browser)
        .env("NEXT_TOKEN_MODEL", model::default_file(project)?);
    tools.equip(&mut command);
    Ok(command)
}

/// How many tests passed and failed so far.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    /// Runs a command, shows what it prints, and counts the tests it reports; a command that reports none counts
    /// as one test.
    fn run(&mut self, command: &mut Command) -> Result<()> {
        let name = describe(command);
        announce(&name);
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {name}"))?;
        let (mut passed, mut failed) = (0, 0);
        for line in BufReader::new(child.stdout.take().context("no output to read")?).split(b'\n') {
            let line = line?;
            io::stdout().write_all(&[&line[..], b"\n"].concat())?;
            let counts = counts(&String::from_utf8_lossy(&line));
            passed += counts.0;
            failed += counts.1;
        }
        let success = child.wait()?.success();
        if passed + failed == 0 {
            (passed, failed) = if success { (1, 0) } else { (0, 1) };
        }
        self.passed += passed;
        self.failed += failed;
        ensure!(success, "{name} failed");
        Ok(())
    }
}

/// The tests passed and failed by a line of libtest (`test result: ok. 3 passed; 0 failed; …`) or of Playwright
/// (`3 passed (2.1s)`).
fn counts(line: &str) -> (u64, u64) {
    let line = line.trim();
    let summary =
        line.strip_prefix("test result: ").map(|result| result.split_once(". ").map_or(result, |(_, rest)| rest));
    let mut counts = (0, 0);
    for count in summary.unwrap_or(line).split(';') {
        let mut words = count.split_whitespace();
        let number = words.next().and_then(|word| word.parse().ok());
        match (number, words.next(), words.next()) {
            (Some(number), Some("passed"), _) => counts.0 = number,
            (Some(number), Some("failed"), _) => counts.1 = number,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_counted() {
        for (line, expected) in [
            ("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.04s", (12, 0)),
            ("test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out", (2, 1)),
            ("  3 passed (2.1s)", (3, 0)),
            ("  1 failed", (0, 1)),
            ("running 3 tests", (0, 0)),
            ("test three ... ok", (0, 0)),
        ] {
            assert_eq!(counts(line), expected, "{line}");
        }
    }

    #[test]
    fn a_command_without_tests_counts_as_one() {
        let mut tally = Tally::default();
        tally.run(Command::new("rustc").arg("--version")).unwrap();
        assert!(tally.run(Command::new("rustc").arg("--no-such-flag").stderr(Stdio::null())).is_err());
        assert_eq!((tally.passed, tally.failed), (1, 1));
    }
}
