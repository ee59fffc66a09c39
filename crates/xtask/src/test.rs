//! `cargo xtask test`: what CI runs, in the order in which a mistake shows soonest.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::process::{announce, cargo, describe, executable, run};
use crate::project::Project;
use crate::tools::{MDBOOK, TRUNK, Toolbox, WASM, WASM_BINDGEN, lint};
use crate::{browser, deep, fonts, hosts, model, npm, site};

/// A part of the tests that can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Whatever the others need is installed.
    Tools,
    /// Formatting and clippy, which compiles what the next two run.
    Lint,
    /// The workspace's tests on this machine.
    Native,
    /// The page's and the worker's tests in headless Chromium.
    Wasm,
    /// The release build, and the site with the tiny model.
    Site,
    /// End-to-end tests of the built page, in Chromium.
    EndToEnd,
    /// The end-to-end tests of lesson and live model in Firefox.
    Firefox,
    /// What takes long: fuzzing, memory over thousands of tokens, hours of use in minutes.
    Deep,
}

impl Stage {
    /// What runs unless stages are named, in order.
    pub(crate) const USUAL: [Self; 7] =
        [Self::Tools, Self::Lint, Self::Native, Self::Wasm, Self::Site, Self::EndToEnd, Self::Firefox];

    /// Every stage, in order.
    pub(crate) const ALL: [Self; 8] =
        [Self::Tools, Self::Lint, Self::Native, Self::Wasm, Self::Site, Self::EndToEnd, Self::Firefox, Self::Deep];

    /// The stage's name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Lint => "lint",
            Self::Native => "native",
            Self::Wasm => "wasm",
            Self::Site => "site",
            Self::EndToEnd => "e2e",
            Self::Firefox => "firefox",
            Self::Deep => "deep",
        }
    }

    fn run(self, project: &Project, tally: &mut Tally) -> Result<()> {
        match self {
            Self::Tools => tools(project),
            Self::Lint => lint_all(project, tally),
            Self::Native => native(project, tally),
            Self::Wasm => wasm(project, tally),
            Self::Site => site::ensure(project).map(drop),
            // Whatever else runs in Chromium comes before what runs alone.
            Self::EndToEnd => tally.run(&mut in_chromium(project, "alone")?),
            Self::Firefox => tally.run(&mut playwright(project, "firefox", "FIREFOX", browser::firefox()?)?),
            Self::Deep => {
                deep::fuzz(project, |command| tally.run(command))?;
                // One of the hosts that frames are tried in.
                let mut command = in_chromium(project, "deep")?;
                Toolbox::ensure(project, &[MDBOOK])?.equip(&mut command);
                tally.run(&mut command)
            }
        }
    }
}

/// Runs the stages up to the first that fails, and prints how many tests passed and failed, and how long each stage took;
/// returns whether all passed.
pub(crate) fn test(project: &Project, stages: &[Stage]) -> bool {
    let mut tally = Tally::default();
    let mut times = Vec::new();
    let passed = stages.iter().all(|stage| {
        let start = Instant::now();
        announce(format!("── {} ──", stage.name()));
        let result = stage.run(project, &mut tally);
        times.push((stage.name(), start.elapsed()));
        announce(format!("── {} took {:.0} s ──", stage.name(), start.elapsed().as_secs_f64()));
        result.inspect_err(|error| announce(format!("the stage {} failed: {error:#}", stage.name()))).is_ok()
    });
    announce(durations(&times));
    // A stage may fail before or beside its tests.
    let failed = if passed { tally.failed } else { tally.failed.max(1) };
    println!("{} passed, {failed} failed", tally.passed);
    passed
}

/// What each stage took and all of them together, in seconds.
fn durations(times: &[(&str, Duration)]) -> String {
    let stages = times.iter().map(|(name, time)| format!("{name} {:.0}", time.as_secs_f64()));
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    format!("seconds: {}, {:.0} in all", stages.collect::<Vec<_>>().join(", "), total.as_secs_f64())
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

/// Installs everything at once: what is compiled on the one side, what is only fetched on the other.
fn tools(project: &Project) -> Result<()> {
    thread::scope(|scope| {
        let fetched = scope.spawn(|| -> Result<()> {
            npm::ensure(project)?;
            browser::chromium()?;
            browser::chromedriver()?;
            browser::firefox()?;
            hosts::python()?;
            hosts::nginx()?;
            for set in fonts::SETS {
                set.ensure(project)?;
            }
            model::default_file(project).map(drop)
        });
        Toolbox::ensure(project, &[WASM_BINDGEN, TRUNK])?;
        fetched.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn lint_all(project: &Project, tally: &mut Tally) -> Result<()> {
    tally.run(cargo().current_dir(&project.root).args(["fmt", "--all", "--check"]))?;
    let [plain, relaxed] = wasm_tests(project)?;
    [native_tests(project)?, plain, relaxed].iter_mut().try_for_each(|tests| tally.run(tests.arg("--no-run")))
}

fn native(project: &Project, tally: &mut Tally) -> Result<()> {
    let model = model::default_file(project)?;
    tally.run(native_tests(project)?.env("NEXT_TOKEN_MODEL", model))
}

fn wasm(project: &Project, tally: &mut Tally) -> Result<()> {
    for mut tests in wasm_tests(project)? {
        tally.run(
            tests
                .env("CHROMEDRIVER", browser::chromedriver()?)
                .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", browser::webdriver_json(project)?)
                .env("WASM_BINDGEN_TEST_TIMEOUT", "300"),
        )?;
    }
    Ok(())
}

/// The workspace's tests on this machine; clippy compiles them.
fn native_tests(project: &Project) -> Result<Command> {
    let mut tests = cargo();
    lint(tests.current_dir(&project.root).args(["test", "--workspace"]))?;
    Ok(tests)
}

/// The tests in a browser, of each of the worker's builds; clippy compiles them and the programs.
fn wasm_tests(project: &Project) -> Result<[Command; 2]> {
    let tools = Toolbox::ensure(project, &[WASM_BINDGEN])?;
    let mut plain = tools.cargo(project);
    let mut relaxed = tools.cargo_with(project, "+relaxed-simd")?;
    for (tests, targets) in [(&mut plain, &["widgets", "engine"][..]), (&mut relaxed, &["engine"])] {
        // Both crates are named for both, so that their dependencies have the same features.
        lint(tests.args(["test", "--target", WASM, "-p", "web", "-p", "worker"]))?;
        tests.args(targets.iter().flat_map(|target| ["--test", target]));
    }
    Ok([plain, relaxed])
}

/// Playwright's command for a project in Chromium, with the hosts that its frames and sites are tried on.
fn in_chromium(project: &Project, name: &str) -> Result<Command> {
    let (python, nginx) = (hosts::python()?, hosts::nginx()?);
    let mut command = playwright(project, name, "CHROME", browser::chromium()?)?;
    command.env("PYTHON", python).env("NGINX", nginx);
    Ok(command)
}

/// Playwright's command for a project of tests/playwright.config.ts, with all that it needs made; `variable` tells it the
/// browser's program.
fn playwright(project: &Project, name: &str, variable: &str, browser: PathBuf) -> Result<Command> {
    npm::ensure(project)?;
    let tiny = site::ensure(project)?;
    let mut command = npm::node(&npm::script(project, "@playwright/test/cli.js"));
    command
        .args(["test", &format!("--project={name}")])
        .current_dir(project.tests())
        .env(variable, browser)
        .env("TINY_SITE", tiny)
        .env("DECODER", decoder(project)?)
        .env("NEXT_TOKEN_MODEL", model::default_file(project)?);
    for set in fonts::SETS {
        command.env(set.variable, set.ensure(project)?);
    }
    Ok(command)
}

/// The program that reads the worker's messages for the tests.
fn decoder(project: &Project) -> Result<PathBuf> {
    // As the native tests are compiled, so that it is there already.
    let mut build = cargo();
    run(lint(build.current_dir(&project.root).args(["build", "--quiet", "--workspace", "--example", "decode"]))?)?;
    Ok(executable(&project.target().join("debug/examples"), "decode"))
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
    fn the_time_of_each_stage_is_told() {
        let times = [("lint", Duration::from_millis(1_400)), ("native", Duration::from_millis(60_300))];
        assert_eq!(durations(&times), "seconds: lint 1, native 60, 62 in all");
    }

    #[test]
    fn a_command_without_tests_counts_as_one() {
        let mut tally = Tally::default();
        tally.run(Command::new("rustc").arg("--version")).unwrap();
        assert!(tally.run(Command::new("rustc").arg("--no-such-flag").stderr(Stdio::null())).is_err());
        assert_eq!((tally.passed, tally.failed), (1, 1));
    }
}
