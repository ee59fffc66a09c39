//! The project's commands. `cargo xtask` alone lists them.

mod arguments;
mod browser;
mod build;
mod deep;
mod digest;
mod fonts;
mod gguf;
mod hosts;
mod html;
mod licences;
mod model;
mod new_widget;
mod npm;
mod offline;
mod pages;
mod process;
mod program;
mod project;
mod serve;
mod site;
mod sizes;
mod start;
mod test;
#[cfg(test)]
mod tidy;
mod tiny_site;
mod tools;
mod wasm_opt;
mod widgets;

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
  test deep                                   what takes long: fuzzing, tests with the tag @deep, memory; an hour
  bench [FILTER] [--rounds N]                 measure the built page in Chromium, `compare` beside llama.cpp
  generate ARGUMENTS                          generate text with the model, in the terminal
  check ARGUMENTS                             compare the model with recorded figures
  time ARGUMENTS                              how long passes take natively, `--context N` over a growing context
  record [--model FILE]                       record the lesson's run anew: web/recorded-*.bin
  new-widget NAME                             begin a widget: its folder, style, words, tests, and a place in every list

What a command needs is fetched or installed once, and said when it happens. Tools and models lie in
~/.cache/next-token, or where NEXT_TOKEN_TOOLS says.

The former names `say` (generate), `pace` (time) and `seal` (write-service-worker) work until the next release.";

/// Commands that were renamed, with their present names. They go with the next release.
const FORMER_NAMES: [(&str, &str); 3] = [("say", "generate"), ("pace", "time"), ("seal", "write-service-worker")];

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
    match command.to_str().map(present_name) {
        Some("serve") => serve(&project, words)?,
        Some("build") => build(&project, words)?,
        Some("test") => return Ok(test::test(&project, &stages(words)?)),
        Some("bench") => bench(&project, words)?,
        Some(name @ ("generate" | "check" | "time")) => become_command(&mut example(&project, name, &words)?)?,
        Some("record") => record(&project, words)?,
        Some("new-widget") => {
            let mut arguments = Arguments::new(words);
            let name = arguments.word().context("new-widget wants a name, such as context-window")?;
            arguments.finish()?;
            new_widget::create(&project, &name.to_string_lossy())?;
        }
        // Trunk.toml's hook.
        Some("finish-page") => {
            let staging = env::var_os("TRUNK_STAGING_DIR").context("finish-page is for trunk to call")?;
            let staging = PathBuf::from(staging);
            pages::render(&project, &staging)?;
            licences::write(&project, &staging, model::manifest(&project).as_ref())?;
            offline::write_no_service_worker(&project, &staging)?;
            model::add_to_site(&project, &staging)?;
        }
        // What tests/fixtures/widgets.json holds.
        Some("widgets") => print!("{}", widgets::json()?),
        // For the end-to-end tests, which make a newer site of a built one.
        Some("write-service-worker") => {
            let folder = words.first().context("write-service-worker wants the folder of a built site")?;
            offline::write_service_worker(&project, &PathBuf::from(folder))?;
        }
        // For who changes a test or the tiny model, and not the page.
        Some("tiny-site") => println!("{}", tiny_site::assemble(&project)?.display()),
        Some("" | "help" | "--help" | "-h") => println!("{HELP}"),
        _ => bail!("there is no command {command:?}\n\n{HELP}"),
    }
    Ok(true)
}

/// The name of a command today.
fn present_name(name: &str) -> &str {
    let renamed = FORMER_NAMES.into_iter().find(|(former, _)| *former == name);
    renamed.map_or(name, |(former, present)| {
        announce(format!("`{former}` is now called `{present}`; the former name goes with the next release"));
        present
    })
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
    sizes::print(&files)?;
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

/// Records what the page opens on: the lesson's run, and encodings of its texts.
fn record(project: &Project, mut words: Vec<OsString>) -> Result<()> {
    let (run_file, encodings) = (project.record(), project.recorded_encodings());
    words.extend(["--to".into(), run_file.clone().into(), "--encodings".into(), encodings.clone().into()]);
    run(&mut example(project, "record", &words)?)?;
    sizes::print(&[run_file, encodings])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_former_name_still_leads_to_its_command() {
        for (former, present) in FORMER_NAMES {
            assert_eq!(present_name(former), present);
            assert_eq!(present_name(present), present);
            assert!(HELP.contains(&format!("`{former}` ({present})")), "the help should say so: {former}");
        }
    }
}
