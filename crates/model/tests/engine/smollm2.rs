//! The engine on the page's own model, SmolLM2-135M-Instruct. `cargo xtask test` fetches the file and says where it
//! is in NEXT_TOKEN_MODEL.

use crate::support::*;
use generation::TokenId;
use generation::sampling::{Ranking, argmax, divergence, softmax};
use model::{Engine, Error, Precision};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    prompts: Vec<Prompt>,
}

/// What the browser is held to as well (tests/e2e).
#[derive(Deserialize)]
struct Browser {
    prompts: Vec<BrowserPrompt>,
}

#[derive(Deserialize)]
struct BrowserPrompt {
    text: String,
    /// Token, logit, probability.
    top20: Vec<(TokenId, f32, f32)>,
}

#[derive(Deserialize)]
struct TokenizerGolden {
    cases: Vec<TokenizerCase>,
}

pub(crate) fn smollm2(precision: Precision) -> Engine {
    let path = std::env::var("NEXT_TOKEN_MODEL").expect("NEXT_TOKEN_MODEL names no file: run `cargo xtask test`");
    engine(&std::fs::read(path).unwrap(), precision)
}

#[test]
fn f32_path_is_pytorchs() {
    let golden: Golden = json("smollm2-golden.json");
    let mut engine = smollm2(Precision::F32);
    for prompt in &golden.prompts {
        assert_eq!(engine.tokenizer().encode(&prompt.text).unwrap(), prompt.token_ids);
        let logits = step(&mut engine, &prompt.token_ids).logits;
        assert!(logit_difference(&logits, &prompt.last_logits_top20) < 2e-3, "{}", prompt.name);
        let scores = score(&mut engine, &prompt.token_ids);
        assert!(log_probability_difference(&scores, &prompt.prompt_token_logprobs) < 1e-3, "{}", prompt.name);
        let count = prompt.greedy_ids.len();
        assert_eq!(greedy(&mut engine, &prompt.token_ids, count), prompt.greedy_ids, "{}", prompt.name);
    }
}

#[test]
fn quantized_path_stays_near_and_splits_exactly() {
    let golden: Golden = json("smollm2-golden.json");
    let mut truth = smollm2(Precision::F32);
    let mut engine = smollm2(Precision::Quantized);
    for prompt in &golden.prompts {
        let tokens = &prompt.token_ids[..prompt.token_ids.len().min(24)];
        let mut sum = 0.0;
        let mut token_by_token = Vec::new();
        for length in 1..=tokens.len() {
            let p = step(&mut truth, &tokens[..length]).logits;
            token_by_token = step(&mut engine, &tokens[..length]).logits;
            sum += divergence(&p, &token_by_token);
        }
        let mean = sum / tokens.len() as f64;
        assert!(mean < 0.01, "{}: mean KL {mean}", prompt.name);
        // Another prompt in between empties the cache: all tokens at once now.
        step(&mut engine, &[1]);
        assert_eq!(step(&mut engine, tokens).logits, token_by_token, "{}", prompt.name);
    }
}

#[test]
fn quantized_path_gives_what_the_browser_is_held_to() {
    let figures: Browser = json("smollm2-quantized.json");
    let mut engine = smollm2(Precision::Quantized);
    for prompt in &figures.prompts {
        let tokens = engine.tokenizer().encode(&prompt.text).unwrap();
        let logits = step(&mut engine, &tokens).logits;
        let probabilities = softmax(&logits, 1.0);
        let order = Ranking::new(&logits);
        assert_eq!(prompt.top20.len(), 20);
        for (&(token, logit, probability), &ours) in prompt.top20.iter().zip(order.order()) {
            assert_eq!(ours, token, "{:?}", prompt.text);
            assert!((logits[token as usize] - logit).abs() < 1e-4);
            assert!((probabilities[token as usize] - probability).abs() < 1e-5);
        }
    }
}

#[test]
fn paris() {
    let mut engine = smollm2(Precision::Quantized);
    let tokens = engine.tokenizer().encode("The capital of France is").unwrap();
    let best = argmax(&step(&mut engine, &tokens).logits).unwrap();
    assert_eq!(engine.tokenizer().vocabulary().text(&[best as u32]), " Paris");
}

#[test]
fn tokenizer_is_exact() {
    let golden: TokenizerGolden = json("smollm2-tokenizer.json");
    let engine = smollm2(Precision::Quantized);
    assert!(golden.cases.len() > 50);
    for case in golden.cases {
        assert_eq!(engine.tokenizer().encode(&case.text).unwrap(), case.ids, "{:?}", case.text);
        assert_eq!(engine.tokenizer().vocabulary().text(&case.ids), case.text);
    }
    // This vocabulary lacks 21 bytes; a text with one of them must not lose it silently.
    let refused = engine.tokenizer().encode("a\u{4}b");
    assert!(matches!(&refused, Err(Error::Unreadable(what)) if what.contains("U+0004")), "{refused:?}");
}

#[test]
fn ten_thousand_texts_come_back_or_are_refused_by_the_character_that_is_lacking() {
    let engine = smollm2(Precision::Quantized);
    let vocabulary = engine.tokenizer().vocabulary();
    let alone: Vec<&[u8]> = (0..vocabulary.len() as TokenId).map(|token| vocabulary.bytes(token)).collect();
    let lacking: Vec<u8> = (0..=255).filter(|byte| !alone.contains(&[*byte].as_slice())).collect();
    assert_eq!(lacking.len(), 21);
    let (mut noise, mut refused) = (Noise(2), 0);
    for _ in 0..10_000 {
        let text = noise.text();
        // A byte without a token of its own may still be part of a longer one.
        match engine.tokenizer().encode(&text) {
            Ok(tokens) => assert_eq!(vocabulary.text(&tokens), text),
            Err(Error::Unreadable(what)) => {
                refused += 1;
                let named = |c: &char| what.contains(&format!("(U+{:04X})", u32::from(*c)));
                let c = text.chars().find(named).unwrap_or_else(|| panic!("{what} is not in {text:?}"));
                assert!(c.to_string().bytes().any(|byte| lacking.contains(&byte)), "{what} in {text:?}");
            }
            Err(other) => panic!("{text:?}: {other}"),
        }
    }
    assert!((1000..9000).contains(&refused), "{refused} refused");
}
