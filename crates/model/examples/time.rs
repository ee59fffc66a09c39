//! How long passes take, on one thread: `cargo xtask time --model FILE [--context N] [--f32]`. Prints medians: prefill
//! of 256 tokens, decode over a growing context, a step with all taps that the page shows, and the logit lens.

mod support;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use generation::TokenId;
use generation::step::{Inspection, Taps};
use model::{Engine, Precision, Task};
use support::{Options, load, report};

fn main() -> ExitCode {
    report(run())
}

fn run() -> Result<bool> {
    let mut options = Options::from_env();
    let model: PathBuf = options.value("--model")?.context("say which model: --model FILE")?.into();
    let longest: usize = options.value("--context")?.map_or(Ok(0), |n| n.parse())?;
    let precision = if options.flag("--f32") { Precision::F32 } else { Precision::Quantized };
    options.finish()?;

    let (mut engine, load_ms) = timed(|| load(&model, precision))?;
    println!("load              {load_ms:8.1} ms");
    // Any tokens do: the arithmetic is the same.
    let tokens: Vec<TokenId> = (0..longest.max(400) as TokenId).map(|i| 300 + i * 7 % 1000).collect();

    let mut prefill: Vec<f64> = (0..5)
        .map(|i| Ok(timed(|| engine.run(&rotated(&tokens[..256], i), Task::Step(Taps::default())))?.1))
        .collect::<Result<_>>()?;
    let prefill = median(&mut prefill);
    println!("prefill of 256    {prefill:8.1} ms, {:.1} tokens/s", 256e3 / prefill);

    let all = Taps { embedding: true, layers: true };
    for (name, taps) in [("decode", Taps::default()), ("decode with taps", all)] {
        engine.run(&tokens[..16], Task::Step(taps))?;
        let mut steps = decode(&mut engine, &tokens, 17..81, taps)?;
        let ms = median(&mut steps);
        println!("{name:<17} {ms:8.2} ms, {:.1} tokens/s", 1e3 / ms);
    }
    engine.run(&tokens[..64], Task::Step(all))?;
    let mut lens: Vec<f64> = (0..5)
        .map(|_| Ok(timed(|| engine.run(&tokens[..64], Task::Inspect(Inspection::Lens { top: 5 })))?.1))
        .collect::<Result<_>>()?;
    println!("logit lens        {:8.1} ms", median(&mut lens));

    for end in (250..=longest).step_by(250) {
        let mut steps = decode(&mut engine, &tokens, end - 20..end + 1, Taps::default())?;
        steps.remove(0); // all before it
        println!("decode at {end:<5}   {:8.2} ms", median(&mut steps));
    }
    Ok(true)
}

/// Milliseconds of steps on the contexts of these lengths.
fn decode(engine: &mut Engine, tokens: &[TokenId], lengths: std::ops::Range<usize>, taps: Taps) -> Result<Vec<f64>> {
    lengths.map(|length| Ok(timed(|| engine.run(&tokens[..length], Task::Step(taps)))?.1)).collect()
}

fn rotated(tokens: &[TokenId], by: usize) -> Vec<TokenId> {
    [&tokens[by..], &tokens[..by]].concat()
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, f64), E> {
    let started = Instant::now();
    let result = work()?;
    Ok((result, started.elapsed().as_secs_f64() * 1e3))
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
