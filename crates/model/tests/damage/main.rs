//! No file can break us: damaged models are refused in words or loaded harmlessly, in time, without a panic and
//! without memory that they only claim.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod harness;

use std::path::PathBuf;

use harness::{Files, hurt};

#[global_allocator]
static ALLOCATOR: harness::Counting = harness::Counting;

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder(name: &str) -> Files {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    let names = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|file| (file.clone(), fixture(&format!("{name}/{file}")))).collect()
}

#[test]
fn damaged_gguf_files() {
    for name in ["tiny-llama-Q4_0.gguf", "tiny-gpt2-Q5_1.gguf"] {
        let outcome = hurt(&vec![(name.to_owned(), fixture(name))], 200, 2000);
        assert!(outcome.refused > 500 && outcome.loaded > 50, "{name}: {outcome:?}");
    }
}

#[test]
fn damaged_folders() {
    for name in ["tiny-gpt2-f32", "tiny-llama-bf16-grouped", "tiny-llama-f32-tied-sharded"] {
        let outcome = hurt(&folder(name), 40, 400);
        assert!(outcome.refused > 100 && outcome.loaded > 10, "{name}: {outcome:?}");
    }
}

#[test]
fn wrong_pairs() {
    let gpt2 = folder("tiny-gpt2-f32");
    let llama = folder("tiny-llama-bf16-grouped");
    // Another model's file in place of each.
    for (name, _) in &gpt2 {
        let other = llama.iter().find(|(other, _)| other == name);
        let Some((_, bytes)) = other else { continue };
        let swapped = gpt2.iter().map(|(file, old)| (file.clone(), if file == name { bytes } else { old }.clone()));
        let error = harness::open(&swapped.collect()).expect_err(name);
        assert!(!error.is_empty());
    }
}

#[test]
fn weights_that_are_no_numbers() {
    // Scales of quantized blocks too.
    let mut bytes = fixture("tiny-llama-Q4_0.gguf");
    let at = bytes.len() / 2;
    bytes[at..at + 20_000].fill(0xFF);
    let error = harness::open(&vec![("tiny-llama-Q4_0.gguf".to_owned(), bytes)]).expect_err("blocks of NaN");
    assert!(error.contains("NaN"), "{error}");
    for (file, value) in [("tiny-llama-F32.gguf", f32::NAN), ("tiny-gpt2-F32.gguf", f32::INFINITY)] {
        let mut bytes = fixture(file);
        let at = (bytes.len() / 2) & !3;
        for value_at in (at..at + 40_000).step_by(4) {
            bytes[value_at..value_at + 4].copy_from_slice(&value.to_le_bytes());
        }
        let error = harness::open(&vec![(file.to_owned(), bytes)]).expect_err(file);
        assert!(error.contains("NaN") || error.contains("inf"), "{error}");
    }
}
