//! What passes cost: counted in the kernels, by the formula, with and without kept keys and values.

use generation::TokenId;
use generation::cost;
use generation::step::{Inspected, Inspection, Pass};
use model::{Answer, Engine, Error, Precision, Task};

use crate::formats::{folder, open_files};
use crate::support::*;

const WINDOW: usize = 16;

fn pass(engine: &mut Engine, tokens: &[TokenId], window: usize, cached: bool) -> Pass {
    match engine.run(tokens, Task::Inspect(Inspection::Pass { window, cached })).unwrap() {
        Answer::Inspected(Inspected::Pass(pass)) => pass,
        other => panic!("{other:?}"),
    }
}

/// Both architectures, with a head of its own and a tied one, with and without grouped heads.
fn engines(precision: Precision) -> Vec<(&'static str, Engine)> {
    let gguf = ["tiny-llama-F32.gguf", "tiny-llama-Q8_0.gguf", "tiny-llama-Q4_1.gguf", "tiny-gpt2-Q5_1.gguf"];
    let folders = ["tiny-llama-bf16-grouped", "tiny-gpt2-f32", "tiny-gpt2-f16-untied-sharded"];
    let gguf = gguf.map(|name| (name, engine(&fixture(name), precision)));
    let folders = folders.map(|name| (name, open_files(&folder(name), precision).unwrap()));
    gguf.into_iter().chain(folders).collect()
}

fn tokens(engine: &Engine, length: usize) -> Vec<TokenId> {
    let size = engine.tokenizer().vocabulary().len();
    (0..length).map(|i| ((i * 37 + 11) % size) as TokenId).collect()
}

#[test]
fn counted_multiply_adds_are_those_of_the_formula() {
    for precision in [Precision::F32, Precision::Quantized] {
        let engines = engines(precision);
        assert!(engines.iter().any(|(_, engine)| engine.info().kv_heads < engine.info().heads));
        for (name, mut engine) in engines {
            let tokens = tokens(&engine, 24);
            let mut check = |length: usize, window: usize, cached: bool, computed: usize, reused: usize| {
                let pass = pass(&mut engine, &tokens[..length], window, cached);
                assert_eq!((pass.cost.tokens_computed, pass.cost.tokens_reused), (computed, reused), "{name}");
                let formula = cost::multiply_adds(engine.info(), computed, reused);
                assert_eq!(pass.multiply_adds, formula, "{name}, {precision:?}: {computed} after {reused}");
            };
            // A whole prompt, one more token, and the same without what was kept.
            check(9, WINDOW, false, 9, 0);
            check(10, WINDOW, true, 1, 9);
            check(10, WINDOW, false, 10, 0);
            // Up to the window's end, and beyond it: all that is visible, every time.
            check(16, WINDOW, true, 6, 10);
            check(17, WINDOW, true, 16, 0);
            check(18, WINDOW, true, 16, 0);
            check(24, WINDOW, false, 16, 0);
            check(24, 1, true, 1, 0);
        }
    }
}

#[test]
fn logits_are_the_same_bits_with_and_without_what_was_kept() {
    for (name, mut engine) in engines(Precision::Quantized) {
        let tokens = tokens(&engine, 24);
        for length in 2..=tokens.len() {
            pass(&mut engine, &tokens[..length - 1], WINDOW, true);
            let with = pass(&mut engine, &tokens[..length], WINDOW, true);
            let without = pass(&mut engine, &tokens[..length], WINDOW, false);
            assert_eq!(with.logits, without.logits, "{name}, {length} tokens");
            let slid = length > WINDOW;
            assert_eq!(with.cost.tokens_reused, if slid { 0 } else { length - 1 }, "{name}, {length} tokens");
            assert_eq!(with.multiply_adds == without.multiply_adds, slid, "{name}, {length} tokens");
            // A slid window is a text of its own.
            let alone = pass(&mut engine, &tokens[length.saturating_sub(WINDOW)..length], WINDOW, false);
            assert_eq!(with.logits, alone.logits, "{name}, {length} tokens");
        }
        let other: Vec<TokenId> = tokens.iter().rev().copied().collect();
        assert_ne!(pass(&mut engine, &tokens, WINDOW, true).logits, pass(&mut engine, &other, WINDOW, true).logits);
    }
}

#[test]
fn a_small_window_leaves_later_steps_as_they_are() {
    let mut engine = engine(&fixture("tiny-llama-Q4_1.gguf"), Precision::Quantized);
    let tokens = tokens(&engine, 24);
    let logits = step(&mut engine, &tokens).logits;
    pass(&mut engine, &tokens, WINDOW, true);
    let again = step(&mut engine, &tokens);
    assert_eq!((again.logits, again.context.len), (logits, tokens.len()));
}

#[test]
fn a_window_that_cannot_be_had_is_refused_in_words() {
    let mut engine = engine(&fixture("tiny-llama-Q4_1.gguf"), Precision::Quantized);
    let most = engine.info().window;
    for window in [0, most + 1] {
        match engine.run(&[5], Task::Inspect(Inspection::Pass { window, cached: true })) {
            Err(Error::BadInput(words)) => assert!(words.contains(&format!("of 1 to {most}")), "{words}"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(pass(&mut engine, &[5], most, true).cost.tokens_computed, 1);
}
