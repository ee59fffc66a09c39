//! The chain rule's ledger of the real model, held against PyTorch in f32 (tests/fixtures/README.md).

use generation::TokenId;
use generation::chain_rule::Ledger;
use generation::step::Score;
use model::{Engine, Precision};
use serde::Deserialize;

use crate::smollm2::smollm2;
use crate::support::{Prompt, json, log_probability_difference, score};

#[derive(Deserialize)]
struct Golden {
    prompts: Vec<Prompt>,
}

#[derive(Deserialize)]
struct Long {
    text: String,
    token_ids: Vec<TokenId>,
    prompt_token_logprobs: Vec<Option<f64>>,
}

/// How far the quantized path may be off: on average over a text's tokens, and for one of them. Its activations are
/// rounded to nearly 16 bits.
const QUANTIZED: [f64; 2] = [0.001, 0.01];

fn perplexity(logs: impl Iterator<Item = Option<f64>>) -> f64 {
    Ledger::of(logs).perplexity().unwrap()
}

fn of_scores(scores: &[Score]) -> f64 {
    perplexity(scores.iter().map(|score| score.log_probability.map(f64::from)))
}

fn mean_difference(scores: &[Score], golden: &[Option<f64>]) -> f64 {
    let pairs = scores.iter().zip(golden).filter_map(|(ours, golden)| Some((ours.log_probability?, (*golden)?)));
    let differences: Vec<f64> = pairs.map(|(ours, golden)| (f64::from(ours) - golden).abs()).collect();
    differences.iter().sum::<f64>() / differences.len() as f64
}

fn quantized_agrees(engine: &mut Engine, name: &str, tokens: &[TokenId], golden: &[Option<f64>]) -> f64 {
    let scores = score(engine, tokens);
    let (mean, most) = (mean_difference(&scores, golden), log_probability_difference(&scores, golden));
    let (ours, theirs) = (of_scores(&scores), perplexity(golden.iter().copied()));
    println!("{name}: mean |Δ ln p| {mean:.4}, largest {most:.4}; perplexity {ours:.3}, reference {theirs:.3}");
    assert!(mean < QUANTIZED[0] && most < QUANTIZED[1], "{name}: {mean} {most}");
    assert!((ours / theirs - 1.0).abs() < QUANTIZED[0], "{name}: {ours} {theirs}");
    assert_eq!((scores[0].log_probability, scores[0].rank), (None, None));
    ours
}

#[test]
fn ledgers_of_the_quantized_path_stay_near_the_reference() {
    let golden: Golden = json("smollm2-golden.json");
    let mut engine = smollm2(Precision::Quantized);
    for prompt in &golden.prompts {
        quantized_agrees(&mut engine, &prompt.name, &prompt.token_ids, &prompt.prompt_token_logprobs);
    }
    let long: Long = json("smollm2-long.json");
    assert_eq!(engine.tokenizer().encode(&long.text).unwrap(), long.token_ids);
    assert_eq!(long.token_ids.len(), 241);
    let perplexity = quantized_agrees(&mut engine, "long", &long.token_ids, &long.prompt_token_logprobs);
    assert!((perplexity - 23.5).abs() < 0.05, "{perplexity}");
}

#[test]
fn the_long_texts_ledger_in_f32_is_the_references() {
    let long: Long = json("smollm2-long.json");
    let scores = score(&mut smollm2(Precision::F32), &long.token_ids);
    let most = log_probability_difference(&scores, &long.prompt_token_logprobs);
    println!("long in f32: largest |Δ ln p| {most:.2e}, perplexity {:.4}", of_scores(&scores));
    assert!(most < 1e-3, "{most}");
}
