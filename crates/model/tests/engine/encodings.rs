//! How texts are encoded, merge by merge, held against `tokenizers` (tests/fixtures/make_merges.py), and the committed
//! recording of the lesson's texts.

use std::collections::HashMap;
use std::path::PathBuf;

use generation::encoding::{Encoding, Order, recorded};
use generation::lesson;
use model::{FileEntry, Loader, Precision, Tokenizer};
use serde::Deserialize;

use crate::smollm2::smollm2;
use crate::support::{Noise, engine, fixture, json, open};

#[derive(Deserialize)]
struct Golden {
    smollm2: Side,
    gpt2: Side,
}

#[derive(Deserialize)]
struct Side {
    cases: Vec<Case>,
    parts: Option<Parts>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
    tokens: Vec<String>,
    words: Vec<Merged>,
}

#[derive(Deserialize)]
struct Merged {
    pieces: Vec<String>,
    /// Rank, and where the two met in letters of GPT-2's table: one for each byte.
    merges: Vec<(f64, u32)>,
}

/// The part of a tokenizer's tables that these texts touch.
#[derive(Deserialize)]
struct Parts {
    size: u32,
    merge_count: usize,
    tokens: Vec<(u32, String)>,
    merges: Vec<(usize, String, String)>,
}

fn cases_agree(tokenizer: &Tokenizer, cases: &[Case]) {
    assert_eq!(cases.len(), 7);
    for case in cases {
        let encoding = tokenizer.encode_with_merges(&case.text).unwrap();
        assert_eq!(encoding.order, Order::Ranks);
        assert_eq!(encoding.tokens().collect::<Vec<_>>(), case.ids, "{:?}", case.text);
        let bytes: Vec<u8> = encoding.words.iter().flat_map(|word| word.bytes.clone()).collect();
        assert_eq!(String::from_utf8(bytes).unwrap(), case.text);
        let parts = encoding.words.iter().map(|word| word.parts().len()).sum::<usize>();
        assert_eq!(parts, case.tokens.len());
        if case.words.is_empty() {
            // Control tokens are words of their own, with nothing to merge.
            assert!(encoding.words.iter().filter(|word| word.control).all(|word| word.merges.is_empty()));
            continue;
        }
        assert_eq!(encoding.words.len(), case.words.len(), "{:?}", case.text);
        for (word, golden) in encoding.words.iter().zip(&case.words) {
            let merges: Vec<(f64, u32)> = word.merges.iter().map(|merge| (merge.by, merge.at)).collect();
            assert_eq!(merges, golden.merges, "{:?}", case.text);
            let lengths: Vec<usize> = word.pieces(usize::MAX).iter().map(|piece| piece.len()).collect();
            assert_eq!(lengths, golden.pieces.iter().map(|piece| piece.chars().count()).collect::<Vec<_>>());
            assert!(word.pairs().iter().all(Option::is_some));
        }
    }
}

#[test]
fn smollm2_merges_as_tokenizers_does() {
    let golden: Golden = json("merges-golden.json");
    cases_agree(smollm2(Precision::Quantized).tokenizer(), &golden.smollm2.cases);
}

/// GPT-2's own ids and ranks: what of its tables these texts cannot touch is filled up.
#[test]
fn gpt2_merges_as_tokenizers_does() {
    let golden: Golden = json("merges-golden.json");
    let Parts { size, merge_count, tokens, merges } = golden.gpt2.parts.unwrap();
    let mut vocab: HashMap<u32, String> = tokens.into_iter().collect();
    for id in 0..size {
        vocab.entry(id).or_insert_with(|| format!("ÿÿ{id}"));
    }
    let (filler, _) = vocab.iter().find(|(_, piece)| piece.starts_with("ÿÿ")).unwrap();
    vocab.insert(*filler, "ÿÿ".into());
    let vocab: HashMap<String, u32> = vocab.into_iter().map(|(id, piece)| (piece, id)).collect();
    assert_eq!(vocab.len(), size as usize);
    let mut list = vec!["ÿ ÿ".to_owned(); merge_count];
    for (rank, left, right) in merges {
        list[rank] = format!("{left} {right}");
    }
    let vocab = serde_json::to_vec(&vocab).unwrap();
    let tokenizer = Tokenizer::from_vocab_and_merges(&vocab, list.join("\n").as_bytes(), &[]).unwrap();
    cases_agree(&tokenizer, &golden.gpt2.cases);
}

#[test]
fn the_recorded_encodings_are_the_models() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../session/recorded-encodings.bin");
    let committed = recorded::decode(&std::fs::read(path).unwrap());
    let engine = smollm2(Precision::Quantized);
    assert!(
        committed == model::record_encodings(engine.tokenizer()).unwrap(),
        "make them again with `cargo xtask record`"
    );
    assert_eq!(committed.len(), lesson::TEXTS.len());
}

fn is_whole(encoding: &Encoding, text: &str, prefix: &str) {
    let bytes: Vec<u8> =
        encoding.words.iter().filter(|word| !word.control).flat_map(|word| word.bytes.clone()).collect();
    assert_eq!(String::from_utf8_lossy(&bytes), format!("{prefix}{text}"));
    for word in &encoding.words {
        let joined: usize = word.pieces(0).len() - word.merges.len();
        assert_eq!(word.pieces(usize::MAX).len(), joined);
        assert_eq!(word.parts().last().map_or(0, |(_, place)| place.end), word.bytes.len());
    }
}

#[test]
fn every_kind_of_tokenizer_is_followed_to_the_tokens_that_the_model_gets() {
    let tiny = engine(&fixture("tiny-llama-F32.gguf"), Precision::Quantized);
    let gpt2 = open(
        &[
            ("config.json", &fixture("tiny-gpt2-f32/config.json")),
            ("vocab.json", &fixture("tiny-gpt2-f32/vocab.json")),
            ("merges.txt", &fixture("tiny-gpt2-f32/merges.txt")),
            ("model.safetensors", &fixture("tiny-gpt2-f32/model.safetensors")),
        ],
        usize::MAX,
        Precision::Quantized,
    )
    .unwrap();
    let llama = open(
        &[
            ("config.json", &fixture("tiny-llama-bf16-grouped/config.json")),
            ("tokenizer.json", &fixture("tiny-llama-bf16-grouped/tokenizer.json")),
            ("model.safetensors", &fixture("tiny-llama-bf16-grouped/model.safetensors")),
        ],
        usize::MAX,
        Precision::Quantized,
    )
    .unwrap();
    let mut noise = Noise(7);
    for engine in [&tiny, &gpt2, &llama] {
        let tokenizer = engine.tokenizer();
        let mut followed = 0;
        for text in (0..500).map(|_| noise.text()).chain(["The cat sat on the mat.".into(), String::new()]) {
            let Ok(tokens) = tokenizer.encode(&text) else {
                assert!(tokenizer.encode_with_merges(&text).is_err());
                continue;
            };
            let encoding = tokenizer.encode_with_merges(&text).unwrap();
            assert_eq!(encoding.tokens().collect::<Vec<_>>(), tokens, "{text:?}");
            assert_eq!(encoding.order, Order::Ranks, "{text:?}");
            is_whole(&encoding, &text, "");
            followed += 1;
        }
        assert!(followed > 100, "{followed}");
        let steps: usize =
            tokenizer.encode_with_merges("The cat sat on the mat.").unwrap().words.iter().map(|w| w.merges.len()).sum();
        assert!(steps > 0);
    }
}

/// The tokenizer is there once the header is, with no byte of the weights.
#[test]
fn a_tokenizer_needs_no_weights() {
    let file = fixture("tiny-llama-Q4_1.gguf");
    let mut loader = Loader::new(&[FileEntry { name: "tiny.gguf".into(), bytes: file.len() as u64 }]).unwrap();
    let mut given = 0;
    for piece in file.chunks(512) {
        loader.push(piece).unwrap();
        given += piece.len();
        if loader.info().is_some() {
            break;
        }
    }
    assert!(given < file.len() / 2, "{given} of {} bytes", file.len());
    let early = loader.into_tokenizer().unwrap();
    let whole = engine(&file, Precision::Quantized);
    let text = "The cat sat on";
    assert_eq!(early.encode_with_merges(text).unwrap(), whole.tokenizer().encode_with_merges(text).unwrap());
}
