//! Generates text with the page's own loop, on the command line:
//! `cargo xtask generate --model FILE --prompt TEXT [--temperature T] [--top-k K] [--top-p P] [--min-p P]
//! [--repetition-penalty R] [--seed N] [--tokens N] [--f32]`

mod support;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use generation::generation::Halt;
use generation::protocol::Request;
use generation::step::Taps;
use generation::tree::Ranked;
use generation::{Controls, Event, Generation};
use model::{Answer, Engine, Precision, Task};
use support::{Options, load, report};

fn main() -> ExitCode {
    report(run())
}

fn run() -> Result<bool> {
    let mut options = Options::from_env();
    let model: PathBuf = options.value("--model")?.context("say which model: --model FILE")?.into();
    let prompt = options.value("--prompt")?.context("say what to go on from: --prompt TEXT")?;
    let controls = Controls {
        temperature: parsed(&mut options, "--temperature", 1.0)?,
        top_k: parsed(&mut options, "--top-k", 0)?,
        top_p: parsed(&mut options, "--top-p", 1.0)?,
        min_p: parsed(&mut options, "--min-p", 0.0)?,
        repetition_penalty: parsed(&mut options, "--repetition-penalty", 1.0)?,
    };
    let seed = parsed(&mut options, "--seed", 0)?;
    let most: usize = parsed(&mut options, "--tokens", 40)?;
    let precision = if options.flag("--f32") { Precision::F32 } else { Precision::Quantized };
    options.finish()?;

    let started = Instant::now();
    let mut engine = load(&model, precision)?;
    eprintln!("loaded in {:.2} s", started.elapsed().as_secs_f64());
    generate(&mut engine, Generation::new(controls, seed, Taps::default()), &prompt, most)?;
    Ok(true)
}

fn parsed<T: FromStr>(options: &mut Options, name: &str, default: T) -> Result<T> {
    match options.value(name)? {
        None => Ok(default),
        Some(text) => text.parse().ok().with_context(|| format!("{name} cannot be {text:?}")),
    }
}

fn generate(engine: &mut Engine, mut generation: Generation, prompt: &str, most: usize) -> Result<()> {
    let tokens = engine.tokenizer().encode(prompt)?;
    let given = tokens.len();
    generation.apply(Event::Model { end_of_text: engine.info().end_of_text.clone(), live: true });
    print!("{prompt}");
    let mut request = generation.apply(Event::Prompt(tokens));
    let (mut prefill, mut decode) = (0.0, 0.0);
    // Bytes that do not make a character yet.
    let mut unprinted = Vec::new();
    for count in 0..most {
        let asked = Instant::now();
        answer(engine, &mut generation, request)?;
        *(if count == 0 { &mut prefill } else { &mut decode }) += asked.elapsed().as_secs_f64();
        request = generation.apply(Event::NextToken);
        let Some(&token) = generation.context().last() else { bail!("the prompt is empty") };
        unprinted.extend_from_slice(engine.tokenizer().vocabulary().bytes(token));
        print_whole(&mut unprinted);
        std::io::stdout().flush()?;
        if request.is_none() {
            break;
        }
    }
    println!("{}", String::from_utf8_lossy(&unprinted));
    let made = generation.context().len() - given;
    if let Some(Halt::EndOfText(token)) = generation.halt() {
        eprintln!("stopped: token {token} ends the text");
    }
    if let Some(ledger) = generation.ledger(generation.tip()) {
        eprintln!("{made} tokens, log-probability {:.3}", ledger.log_probability);
    }
    eprintln!(
        "prefill {:.1} tokens/s, decode {:.1} tokens/s",
        given as f64 / prefill,
        (made.saturating_sub(1)) as f64 / decode.max(f64::MIN_POSITIVE)
    );
    Ok(())
}

fn answer(engine: &mut Engine, generation: &mut Generation, request: Option<Request>) -> Result<()> {
    let Some(Request::Step { id, tokens, taps }) = request else {
        bail!("the prompt is empty: the model needs a token")
    };
    let Answer::Step(step) = engine.run(&tokens, Task::Step(taps))? else {
        bail!("the engine answered something else")
    };
    generation.apply(Event::Step { id, ranked: Arc::new(Ranked::new(*step)) });
    Ok(())
}

/// Prints what is whole UTF-8 at the start of `bytes`, and takes it out.
fn print_whole(bytes: &mut Vec<u8>) {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => text.len(),
        Err(error) if error.error_len().is_some() => bytes.len(),
        Err(error) => error.valid_up_to(),
    };
    let taken: Vec<u8> = bytes.drain(..whole).collect();
    print!("{}", String::from_utf8_lossy(&taken));
}
