//! Holds a model against a golden file: `cargo xtask check --model FILE --golden FILE
//! [--tolerance LOGIT] [--quantized]`. A model can be a folder too.
//!
//! A golden file of `cases` (texts and ids) in place of prompts checks the tokenizer; `--texts N` in place of `--golden`
//! sends N random texts through it and back.
//!
//! Without `--quantized`: the f32 path against the golden's figures. With it: the quantized path against our own f32
//! path. `--tolerance` is for files whose weights are rounded and whose golden figures are not. Exit status 1 outside the tolerances.

mod support;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use generation::TokenId;
use generation::sampling::{argmax, coin, divergence};
use generation::step::Taps;
use model::{Answer, Engine, Precision, Task};
use serde::Deserialize;
use support::{Options, load, report};

/// Largest difference of a logit.
const LOGIT: f64 = 2e-3;
/// Largest difference of a prompt token's log-probability.
const LOG_PROBABILITY: f64 = 1e-3;
/// Largest mean divergence of the quantized from the f32 path on a prompt, in nats.
const MEAN_KL: f64 = 0.01;

#[derive(Deserialize)]
struct Golden {
    #[serde(default)]
    prompts: Vec<Prompt>,
    /// Texts and their tokens.
    #[serde(default)]
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<TokenId>,
}

#[derive(Deserialize)]
struct Prompt {
    name: String,
    text: String,
    token_ids: Vec<TokenId>,
    last_logits_top20: Vec<(TokenId, f64)>,
    prompt_token_logprobs: Vec<Option<f64>>,
    greedy_ids: Vec<TokenId>,
}

fn main() -> ExitCode {
    report(run())
}

fn run() -> Result<bool> {
    let mut options = Options::from_env();
    let model: PathBuf = options.value("--model")?.context("say which model: --model FILE")?.into();
    if let Some(count) = options.value("--texts")? {
        options.finish()?;
        return round_trips(&model, count.parse().context("--texts needs a number")?);
    }
    let golden: PathBuf = options.value("--golden")?.context("say which figures: --golden FILE")?.into();
    let tolerance = options.value("--tolerance")?.map(|text| text.parse().context("--tolerance needs a number"));
    let tolerance = tolerance.transpose()?.map_or((LOGIT, LOG_PROBABILITY), |tolerance| (tolerance, tolerance));
    let quantized = options.flag("--quantized");
    options.finish()?;

    let golden = read_golden(&golden)?;
    if golden.prompts.is_empty() {
        return check_tokenizer(&model, &golden.cases);
    }
    let good = if quantized { check_quantized(&model, &golden)? } else { check_f32(&model, &golden, tolerance)? };
    println!("{}", if good { "within the tolerances" } else { "OUTSIDE the tolerances" });
    Ok(good)
}

fn read_golden(path: &Path) -> Result<Golden> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not a golden file", path.display()))
}

fn check_tokenizer(model: &Path, cases: &[Case]) -> Result<bool> {
    let engine = load(model, Precision::Quantized)?;
    let exact = |case: &&Case| match engine.tokenizer().encode(&case.text) {
        Ok(ids) => ids == case.ids && engine.tokenizer().vocabulary().text(&ids) == case.text,
        Err(_) => false,
    };
    let wrong: Vec<&Case> = cases.iter().filter(|case| !exact(case)).collect();
    println!("{} of {} texts exact, there and back", cases.len() - wrong.len(), cases.len());
    for case in &wrong {
        println!("  not {:?}", case.text);
    }
    Ok(wrong.is_empty() && !cases.is_empty())
}

/// Random texts must come back, or be refused with the character named that the vocabulary lacks.
fn round_trips(model: &Path, count: u64) -> Result<bool> {
    let engine = load(model, Precision::Quantized)?;
    let (mut exact, mut refused) = (0, 0);
    for text in (0..count).map(random_text) {
        match engine.tokenizer().encode(&text) {
            Ok(ids) if engine.tokenizer().vocabulary().text(&ids) == text => exact += 1,
            Ok(_) => println!("  not {text:?}"),
            Err(model::Error::Unreadable(what)) if text.chars().any(|c| names(&what, c)) => refused += 1,
            Err(error) => println!("  not {text:?}: {error}"),
        }
    }
    println!("{exact} of {count} texts came back, {refused} were refused by the character that is lacking");
    Ok(exact + refused == count)
}

fn names(what: &str, character: char) -> bool {
    what.contains(&format!("U+{:04X}", u32::from(character)))
}

/// Up to 12 characters: of ASCII, of the first planes' start, and of all of Unicode.
fn random_text(seed: u64) -> String {
    let below = |end: u32, position: u64| (coin(seed, position, 0) * f64::from(end)) as u32;
    let character = |i: u64| {
        let end = [128, 0x3000, 0x11_0000][below(3, 2 * i + 1) as usize];
        char::from_u32(below(end, 2 * i + 2)).unwrap_or(' ')
    };
    (0..u64::from(below(13, 0))).map(character).collect()
}

fn check_f32(model: &Path, golden: &Golden, (most, most_log): (f64, f64)) -> Result<bool> {
    let mut engine = load(model, Precision::F32)?;
    println!("{:<14} {:>6} {:>11} {:>11}  {:<22} greedy", "prompt", "tokens", "logits", "log-probs", "ids");
    let mut good = true;
    for prompt in &golden.prompts {
        let logits = step(&mut engine, &prompt.token_ids)?;
        let differences = prompt.last_logits_top20.iter().map(|&(id, golden)| {
            logits.get(id as usize).map_or(f64::INFINITY, |&logit| (f64::from(logit) - golden).abs())
        });
        let logit = differences.fold(0.0, f64::max);
        let log_probability = log_probability_difference(&mut engine, prompt)?;
        let ids = match engine.tokenizer().encode(&prompt.text) {
            Ok(ids) if ids == prompt.token_ids => Ids::Equal,
            Ok(_) => Ids::Different,
            Err(model::Error::Unsupported(_)) => Ids::Given,
            Err(error) => return Err(error.into()),
        };
        let greedy = greedy(&mut engine, prompt)?;
        let equal = greedy.iter().zip(&prompt.greedy_ids).take_while(|(a, b)| a == b).count();
        let all = prompt.greedy_ids.len();
        println!(
            "{:<14} {:>6} {logit:>11.2e} {log_probability:>11.2e}  {:<22} {equal}/{all} equal",
            prompt.name,
            prompt.token_ids.len(),
            ids.words(),
        );
        good &= logit <= most && log_probability <= most_log && equal == all && ids != Ids::Different;
    }
    Ok(good)
}

/// How our tokens of a prompt's text compare with the golden's.
#[derive(Clone, Copy, PartialEq)]
enum Ids {
    Equal,
    Different,
    Given,
}

impl Ids {
    fn words(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Different => "DIFFERENT",
            Self::Given => "given (no tokenizer)",
        }
    }
}

fn check_quantized(model: &Path, golden: &Golden) -> Result<bool> {
    let mut truth = load(model, Precision::F32)?;
    let mut engine = load(model, Precision::Quantized)?;
    println!("{:<14} {:>6} {:>11} {:>11} {:>9}", "prompt", "tokens", "mean KL", "largest KL", "top-1");
    let mut good = true;
    for prompt in &golden.prompts {
        let tokens = &prompt.token_ids;
        let (mut sum, mut largest, mut agreed) = (0.0, 0.0f64, 0);
        for length in 1..=tokens.len() {
            let p = step(&mut truth, &tokens[..length])?;
            let q = step(&mut engine, &tokens[..length])?;
            let kl = divergence(&p, &q);
            sum += kl;
            largest = largest.max(kl);
            agreed += usize::from(argmax(&p) == argmax(&q));
        }
        let mean = sum / tokens.len() as f64;
        let share = 100.0 * agreed as f64 / tokens.len() as f64;
        println!("{:<14} {:>6} {mean:>11.2e} {largest:>11.2e} {share:>8.1}%", prompt.name, tokens.len());
        good &= mean <= MEAN_KL;
    }
    Ok(good)
}

fn step(engine: &mut Engine, tokens: &[TokenId]) -> Result<Vec<f32>> {
    match engine.run(tokens, Task::Step(Taps::default()))? {
        Answer::Step(step) => Ok(step.logits),
        _ => bail!("the engine answered something else"),
    }
}

fn log_probability_difference(engine: &mut Engine, prompt: &Prompt) -> Result<f64> {
    let Answer::Scored(scores) = engine.run(&prompt.token_ids, Task::Score)? else {
        bail!("the engine answered something else")
    };
    let differences =
        scores.iter().zip(&prompt.prompt_token_logprobs).map(|(score, golden)| match (score.log_probability, golden) {
            (Some(ours), Some(golden)) => (f64::from(ours) - golden).abs(),
            (None, None) => 0.0,
            _ => f64::INFINITY,
        });
    Ok(differences.fold(0.0, f64::max))
}

/// The greedy continuation, never stopping at the end of a text.
fn greedy(engine: &mut Engine, prompt: &Prompt) -> Result<Vec<TokenId>> {
    let mut tokens = prompt.token_ids.clone();
    for _ in &prompt.greedy_ids {
        let logits = step(engine, &tokens)?;
        let best = argmax(&logits).context("no logit is a number")?;
        tokens.push(best as TokenId);
    }
    Ok(tokens.split_off(prompt.token_ids.len()))
}
