//! GPT-2 and Llama as `transformers` saves them, and GGUF's block types, held against figures made by
//! `tests/fixtures/make_tiny_folders.py`.

use std::collections::HashMap;
use std::path::PathBuf;

use generation::TokenId;
use generation::protocol::{Activation, Norm, Positions};
use generation::step::{Inspected, Inspection};
use model::{Answer, Engine, Error, FileEntry, Loader, Precision, Result, Task};
use serde::Deserialize;

use crate::support::*;

#[derive(Deserialize)]
struct Golden {
    text: String,
    folders: HashMap<String, Figures>,
    gguf: HashMap<String, Figures>,
}

/// Of one model, after `ids`.
#[derive(Deserialize)]
struct Figures {
    ids: Vec<TokenId>,
    last_logits: Vec<f32>,
    embedding: Vec<f32>,
    logprobs: Vec<f64>,
    greedy_ids: Vec<TokenId>,
    greedy_margins: Vec<f64>,
}

pub(crate) type Files = Vec<(String, Vec<u8>)>;

fn golden() -> Golden {
    json("tiny-folders-golden.json")
}

pub(crate) fn folder(name: &str) -> Files {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    let entries = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|file| (file.clone(), fixture(&format!("{name}/{file}")))).collect()
}

pub(crate) fn open_files(files: &Files, precision: Precision) -> Result<Engine> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    open(&files, 1000, precision)
}

fn refusal(files: &Files) -> String {
    match open_files(files, Precision::F32) {
        Err(error) => error.to_string(),
        Ok(engine) => panic!("{} should be refused", engine.info().name),
    }
}

/// The files without those whose names end so.
fn without(files: &Files, end: &str) -> Files {
    files.iter().filter(|(name, _)| !name.ends_with(end)).cloned().collect()
}

/// The files with a piece of one's text replaced.
fn altered(files: &Files, name: &str, from: &str, to: &str) -> Files {
    let alter = |(file, bytes): &(String, Vec<u8>)| {
        if file != name {
            return (file.clone(), bytes.clone());
        }
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        (file.clone(), text.replace(from, to).into_bytes())
    };
    files.iter().map(alter).collect()
}

fn largest(ours: &[f32], golden: &[f32]) -> f32 {
    assert_eq!(ours.len(), golden.len());
    ours.iter().zip(golden).map(|(ours, golden)| (ours - golden).abs()).fold(0.0, f32::max)
}

/// Logits, the embedding, log-probabilities and the greedy text, within `tolerance`.
fn hold(engine: &mut Engine, figures: &Figures, tolerance: f32) {
    let seen = step(engine, &figures.ids);
    let name = &engine.info().name;
    let difference = largest(&seen.logits, &figures.last_logits);
    assert!(difference < tolerance, "{name}: logits differ by {difference}");
    let difference = largest(&seen.embedding, &figures.embedding);
    assert!(difference < tolerance, "{name}: embeddings differ by {difference}");
    let scores = score(engine, &figures.ids);
    for (score, golden) in scores[1..].iter().zip(&figures.logprobs) {
        let difference = f64::from(score.log_probability.unwrap()) - golden;
        assert!(difference.abs() < f64::from(tolerance), "a log-probability differs by {difference}");
    }
    // As far as no two logits are so near that the tolerance could change their order.
    let sure = figures.greedy_margins.iter().take_while(|&&margin| margin > 4.0 * f64::from(tolerance)).count();
    assert!(sure > 0);
    assert_eq!(greedy(engine, &figures.ids, sure), figures.greedy_ids[..sure]);
}

#[test]
fn folders_are_what_transformers_computes() {
    let golden = golden();
    for (name, figures) in &golden.folders {
        let files = folder(name);
        for precision in [Precision::F32, Precision::Quantized] {
            let mut engine = open_files(&files, precision).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(engine.tokenizer().encode(&golden.text).unwrap(), figures.ids, "{name}");
            assert_eq!(engine.tokenizer().vocabulary().text(&figures.ids), golden.text);
            hold(&mut engine, figures, 1e-4);
        }
    }
}

#[test]
fn gguf_of_gpt2_is_what_transformers_computes() {
    let golden = golden();
    for (kind, figures) in &golden.gguf {
        let bytes = fixture(&format!("tiny-gpt2-{kind}.gguf"));
        let mut f32 = engine(&bytes, Precision::F32);
        assert_eq!(f32.tokenizer().encode(&golden.text).unwrap(), figures.ids);
        hold(&mut f32, figures, 1e-4);
        // Nearly 16 bits per activation.
        hold(&mut engine(&bytes, Precision::Quantized), figures, 5e-3);
    }
}

#[test]
fn gpt2_adds_up_and_its_cache_changes_nothing() {
    let bytes = fixture("tiny-gpt2-Q8_0.gguf");
    let ids = golden().folders["tiny-gpt2-f32"].ids.clone();
    let mut model = engine(&bytes, Precision::Quantized);
    let mut grown = Vec::new();
    for length in 1..=ids.len() {
        grown = step(&mut model, &ids[..length]).logits;
    }
    let mut fresh = engine(&bytes, Precision::Quantized);
    let seen = step(&mut fresh, &ids);
    assert_eq!(grown, seen.logits);
    for layer in &seen.layers {
        for row in &layer.attention {
            assert_eq!(row.len(), ids.len());
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
    }
    let Answer::Inspected(Inspected::Lens { layers }) =
        fresh.run(&ids, Task::Inspect(Inspection::Lens { top: 3 })).unwrap()
    else {
        panic!("another answer")
    };
    let best = layers.last().unwrap().top[0];
    assert_eq!(Some(best.token as usize), generation::sampling::argmax(&seen.logits));
    assert_eq!(best.logit, seen.logits[best.token as usize]);
}

#[test]
fn a_model_says_what_it_is_before_its_weights_are_read() {
    let bytes = fixture("tiny-gpt2-Q8_0.gguf");
    let mut loader = Loader::new(&[FileEntry { name: "mine.gguf".into(), bytes: bytes.len() as u64 }]).unwrap();
    assert!(loader.info().is_none());
    loader.push(&bytes[..bytes.len() / 2]).unwrap();
    let info = loader.info().unwrap();
    assert_eq!((info.layers, info.heads, info.width, info.ffn, info.window), (2, 4, 32, 128, 48));
    assert_eq!((info.architecture.as_str(), info.quantization.as_str()), ("gpt2", "Q8_0"));
    assert_eq!((info.norm, info.activation, info.tied), (Norm::LayerNorm, Activation::Gelu, true));
    assert_eq!(info.positions, Positions::Learned);
    assert_eq!((info.vocabulary_size, info.end_of_text.as_slice()), (280, &[0][..]));
    // Weights, and keys and values of 48 positions in 2 layers, f32.
    assert_eq!(info.memory_bytes, bytes.len() as u64 + 2 * 48 * 2 * 32 * 4);

    let model = open_files(&folder("tiny-llama-bf16-grouped"), Precision::Quantized).unwrap();
    let info = model.info();
    assert_eq!((info.architecture.as_str(), info.quantization.as_str()), ("llama", "BF16"));
    assert_eq!((info.heads, info.kv_heads, info.ffn, info.tied), (4, 2, 48, false));
    assert_eq!((info.norm, info.activation), (Norm::RmsNorm, Activation::SwiGlu));
    assert_eq!(info.positions, Positions::Rotary { base: 10_000.0, dimensions: 8 });
    assert_eq!(info.end_of_text, [0, 1]);
}

#[test]
fn folders_that_do_not_fit_together_are_refused_in_words() {
    let gpt2 = folder("tiny-gpt2-f32");
    let sharded = folder("tiny-llama-f32-tied-sharded");
    let check = |files: &Files, words: &str| {
        let error = refusal(files);
        assert!(error.contains(words), "{error:?} should say {words:?}");
    };
    check(&without(&gpt2, "config.json"), "no config.json");
    check(&without(&gpt2, ".safetensors"), "a .safetensors file is needed");
    check(&without(&gpt2, "merges.txt"), "merges.txt is needed");
    check(&without(&sharded, "index.json"), "no model.safetensors.index.json");
    let last = sharded.iter().map(|(name, _)| name).filter(|name| name.ends_with(".safetensors")).max().unwrap();
    check(&without(&sharded, last), last);
    check(&altered(&gpt2, "config.json", "\"n_embd\": 32", "\"n_embd\": 64"), "make it");
    check(&altered(&gpt2, "config.json", "\"n_layer\": 2", "\"n_layer\": 3"), "there is no tensor h.2.");
    check(&altered(&gpt2, "config.json", "\"n_layer\": 2", "\"n_layer\": 1"), "its tensor h.1.");
    check(&altered(&gpt2, "config.json", "\"gpt2\"", "\"mamba\""), "mamba");
    check(&altered(&gpt2, "config.json", "gelu_new", "relu"), "relu");
    check(&altered(&gpt2, "config.json", "\"vocab_size\": 280", "\"vocab_size\": 200"), "277 tokens");
    check(&altered(&gpt2, "merges.txt", "Ġ t", "Ġ zz"), "zz");
    check(&altered(&gpt2, "vocab.json", ":7", ":7000000"), "a gap");
    let mut pickled = without(&gpt2, ".safetensors");
    pickled.push(("pytorch_model.bin".into(), vec![0; 10]));
    check(&pickled, "can hold programs");
}

#[test]
fn without_a_tokenizer_tokens_go_by_numbers_and_texts_are_refused() {
    let files = without(&without(&folder("tiny-gpt2-f32"), "vocab.json"), "merges.txt");
    let mut engine = open_files(&files, Precision::F32).unwrap();
    hold(&mut engine, &golden().folders["tiny-gpt2-f32"], 1e-4);
    let Err(Error::Unsupported(words)) = engine.tokenizer().encode("The") else { panic!("it has no tokenizer") };
    assert!(words.contains("tokenizer.json"), "{words}");
    assert_eq!(engine.tokenizer().vocabulary().bytes(7), b"[7]");
}

#[test]
fn ten_thousand_texts_come_back_from_a_vocabulary_of_all_bytes() {
    for name in ["tiny-gpt2-f32", "tiny-llama-bf16-grouped"] {
        let engine = open_files(&folder(name), Precision::Quantized).unwrap();
        let mut noise = Noise(1);
        for _ in 0..10_000 {
            let text = noise.text();
            let tokens = engine.tokenizer().encode(&text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert_eq!(engine.tokenizer().vocabulary().text(&tokens), text);
        }
    }
}
