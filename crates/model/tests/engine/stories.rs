//! The tiny trained model on which the end-to-end tests of the page run.

use generation::record::Record;
use model::Precision;
use serde::Deserialize;

use crate::support::*;

#[derive(Deserialize)]
struct Golden {
    prompts: Vec<Prompt>,
}

/// The figures are of the weights in f32, the file has halves.
#[test]
fn it_says_what_pytorch_says() {
    let golden: Golden = json("stories260K/golden.json");
    for precision in [Precision::F32, Precision::Quantized] {
        let mut engine = engine(&fixture("stories260K/stories260K-F16.gguf"), precision);
        for prompt in &golden.prompts {
            // The figures are of a text with a space and a beginning before it, which this copy of the file does not add.
            let text = engine.tokenizer().encode(&format!(" {}", prompt.text)).unwrap();
            assert_eq!(text, prompt.token_ids[1..], "{}", prompt.name);
            let logits = step(&mut engine, &prompt.token_ids).logits;
            assert!(logit_difference(&logits, &prompt.last_logits_top20) < 0.05, "{}", prompt.name);
            let scores = score(&mut engine, &prompt.token_ids);
            assert!(log_probability_difference(&scores, &prompt.prompt_token_logprobs) < 0.05, "{}", prompt.name);
            // As far as no rounding can matter.
            let sure = prompt.greedy_margins.iter().take_while(|&&margin| margin > 0.2).count();
            assert_eq!(greedy(&mut engine, &prompt.token_ids, sure), prompt.greedy_ids[..sure], "{}", prompt.name);
        }
    }
}

/// Its tokenizer puts no space before a text: one that the text has is not mistaken for it.
#[test]
fn a_space_before_a_text_is_the_texts() {
    let engine = engine(&fixture("stories260K/stories260K-F16.gguf"), Precision::Quantized);
    for text in [" Lily", "Lily", "  Lily"] {
        let tokens = engine.tokenizer().encode(text).unwrap();
        assert_eq!(engine.tokenizer().vocabulary().text(&tokens), text);
    }
}

#[test]
fn its_recorded_run_is_what_it_says() {
    let mut engine = engine(&fixture("stories260K/stories260K-F16.gguf"), Precision::Quantized);
    let mut run = model::record(&mut engine).unwrap();
    run.info.name = "stories260K".to_owned();
    let made = Record::new(&run).unwrap().encode();
    let committed = fixture("stories260K/recorded-run.bin");
    assert!(made == committed, "it is out of date: tests/fixtures/README.md says how it is made");
}
