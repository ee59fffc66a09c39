//! Records the lesson's run and its texts' encodings and prints the run, on the command line:
//! `cargo xtask record [--model FILE --name NAME]`.

#[allow(dead_code, reason = "it has no flags")]
mod support;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use generation::encoding::recorded;
use generation::lesson;
use generation::record::Record;
use generation::sampling::{Distribution, coin};
use model::Precision;
use support::{Options, load, report};

fn main() -> ExitCode {
    report(run())
}

fn run() -> Result<bool> {
    let mut options = Options::from_env();
    let model: PathBuf = options.value("--model")?.context("say which model: --model FILE")?.into();
    let file: PathBuf = options.value("--to")?.context("say where to write it: --to FILE")?.into();
    let encodings: PathBuf =
        options.value("--encodings")?.context("say where to write the encodings: --encodings FILE")?.into();
    let name = options.value("--name")?;
    options.finish()?;

    let mut engine = load(&model, Precision::Quantized)?;
    let encoding = recorded::encode(&model::record_encodings(engine.tokenizer())?);
    std::fs::write(&encodings, encoding).with_context(|| format!("cannot write {}", encodings.display()))?;
    let mut run = model::record(&mut engine)?;
    if let Some(name) = name {
        run.info.name = name;
    }
    let record = Record::new(&run).map_err(anyhow::Error::msg)?;
    std::fs::write(&file, record.encode()).with_context(|| format!("cannot write {}", file.display()))?;
    print(&record)?;
    Ok(true)
}

/// Prints the text, and each drawn token with its place and probability.
fn print(record: &Record) -> Result<()> {
    let (tokens, vocabulary) = (record.tokens(), &record.info().vocabulary);
    println!("{}", vocabulary.text(tokens));
    for length in record.prompt().len()..tokens.len() {
        let context = &tokens[..length];
        let step = record.step(context).context("a step is missing")?;
        let distribution = Distribution::new(&step.ranking, context, &lesson::controls());
        let Some(draw) = distribution.draw(coin(lesson::SEED, length as u64, 0)) else { bail!("nothing to draw") };
        let text = vocabulary.text(&[draw.token]);
        println!("{length:>3} {text:<12} rank {:>3}, probability {:.4}", draw.rank + 1, draw.probability);
    }
    Ok(())
}
