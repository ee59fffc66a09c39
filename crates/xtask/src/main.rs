//! The project's commands. `cargo xtask` alone lists them.

mod arguments;
mod browser;
mod build;
mod deep;
mod digest;
mod fonts;
mod hosts;
mod model;
mod npm;
mod offline;
mod pages;
mod process;
mod project;
mod serve;
mod site;
mod start;
mod test;
#[cfg(test)]
mod tidy;
mod tiny_site;
mod tools;
mod wasm_opt;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};

use crate::arguments::Arguments;
use crate::process::{announce, become_command, cargo, run};
use crate::project::Project;
use crate::test::Stage;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N] [--model FILE] [--open]    serve the page here, rebuilt at each change
  build [--model FILE | --no-model] [--no-opt]
                                              build dist/, for any static host
  test [tools] [lint] [native] [wasm] [site] [e2e] [firefox]
                                              run the tests, all of them unless some are named
  test deep                                   fuzz, and watch the page's memory for long: an hour
  bench [FILTER] [--rounds N]                 measure the built page in Chromium, `compare` beside llama.cpp
  say ARGUMENTS                               let the model speak in the terminal
  check ARGUMENTS                             compare the model with recorded figures
  pace ARGUMENTS                              how long passes take natively, `--context N` over a growing context
  record [--model FILE]                       record the lesson's run anew: web/recorded-*.bin

What a command needs is fetched or installed once, and said when it happens. Tools and models lie in
~/.cache/next-token, or where NEXT_TOKEN_TOOLS says.";

fn main() -> ExitCode {
    match tools::rustc().map_or_else(dispatch, |done| done.map(|()| true)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            announce(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the command that the arguments name; returns whether all went well.
fn dispatch() -> Result<bool> {
    let project = Project::find()?;
    let mut words = env::args_os().skip(1);
    let command = words.next().unwrap_or_default();
    let words: Vec<OsString> = words.collect();
    match command.to_str() {
        Some("serve") => serve(&project, words)?,
        Some("build") => build(&project, words)?,
        Some("test") => return Ok(test::test(&project, &stages(words)?)),
        Some("bench") => bench(&project, words)?,
        Some(name @ ("say" | "check" | "pace")) => become_command(&mut example(&project, name, &words)?)?,
        Some("record") => record(&project, words)?,
        // Trunk.toml's hook.
        Some("finish-page") => {
            let staging = env::var_os("TRUNK_STAGING_DIR").context("finish-page is for trunk to call")?;
            pages::render(&project, &PathBuf::from(&staging))?;
            offline::none(&project, &PathBuf::from(&staging))?;
            model::place(&project, &PathBuf::from(staging))?;
        }
        // For the end-to-end tests, which make a newer site of a built one.
        Some("seal") => {
            let folder = words.first().context("seal wants the folder of a built site")?;
            offline::seal(&project, &PathBuf::from(folder))?;
        }
        // For who changes a test or the tiny model, and not the page.
        Some("tiny-site") => println!("{}", tiny_site::assemble(&project)?.display()),
        Some("" | "help" | "--help" | "-h") => println!("{HELP}"),
        _ => bail!("there is no command {command:?}\n\n{HELP}"),
    }
    Ok(true)
}

fn serve(project: &Project, words: Vec<OsString>) -> Result<()> {
    let mut arguments = Arguments::new(words);
    let port = arguments.value("--port")?.map_or(Some(8080), |port| port.to_str()?.parse().ok());
    let options = serve::Options {
        port: port.context("--port wants a number up to 65535")?,
        model: arguments.value("--model")?.map(PathBuf::from),
        open: arguments.flag("--open"),
    };
    arguments.finish()?;
    serve::serve(project, &options)
}

fn build(project: &Project, words: Vec<OsString>) -> Result<()> {
    let mut arguments = Arguments::new(words);
    let options = build::Options {
        model: arguments.value("--model")?.map(PathBuf::from),
        no_model: arguments.flag("--no-model"),
        no_opt: arguments.flag("--no-opt"),
    };
    arguments.finish()?;
    ensure!(options.model.is_none() || !options.no_model, "--model and --no-model contradict each other");
    let files = build::release(project, &options)?;
    build::print_sizes(&files)?;
    announce(format!("{} is ready for any static host, under any path", project.dist().display()));
    Ok(())
}

fn bench(project: &Project, words: Vec<OsString>) -> Result<()> {
    let mut arguments = Arguments::new(words);
    let rounds = arguments.value("--rounds")?;
    let filter = arguments.word();
    arguments.finish()?;
    test::bench(project, filter.as_deref(), rounds.as_deref())
}

fn stages(words: Vec<OsString>) -> Result<Vec<Stage>> {
    let mut arguments = Arguments::new(words);
    let mut stages = Stage::ALL.to_vec();
    stages.retain(|stage| arguments.flag(stage.name()));
    arguments.finish()?;
    Ok(if stages.is_empty() { Stage::USUAL.to_vec() } else { stages })
}

/// Records what the page opens on: the lesson's run, and cuts of its texts.
fn record(project: &Project, mut words: Vec<OsString>) -> Result<()> {
    let (run_file, cuts) = (project.record(), project.recorded_cuts());
    words.extend(["--to".into(), run_file.clone().into(), "--cuts".into(), cuts.clone().into()]);
    run(&mut example(project, "record", &words)?)?;
    build::print_sizes(&[run_file, cuts])
}

/// An example of the model crate, on the default model unless `--model` names another.
fn example(project: &Project, name: &str, words: &[OsString]) -> Result<Command> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "model", "--example", name, "--manifest-path"]);
    command.arg(project.root.join("Cargo.toml")).arg("--");
    let names_model = |word: &OsString| word.to_str().is_some_and(|word| word.split('=').next() == Some("--model"));
    if !words.iter().any(names_model) {
        command.arg("--model").arg(model::default_file(project)?);
    }
    command.args(words);
    Ok(command)
}
