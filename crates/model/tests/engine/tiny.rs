//! The engine on a tiny seeded Llama (see tests/fixtures), in every type that a GGUF may have.

use std::collections::{HashMap, VecDeque};

use crate::support::*;
use generation::TokenId;
use generation::sampling::{entropy, log_sum_exp, softmax};
use generation::step::{Inspected, Inspection, Taps};
use model::{Answer, ContextId, Engine, Error, Precision, Progress, Tap, Task};
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Golden {
    prompts: Vec<Prompt>,
    files: HashMap<String, FileGolden>,
    taps: Taps3,
    long: Long,
    tokenizer_cases: Vec<TokenizerCase>,
}

#[derive(Deserialize)]
struct FileGolden {
    prompts: Vec<Prompt>,
}

#[derive(Deserialize)]
struct Taps3 {
    embedding: Vec<f64>,
    layers: Vec<LayerGolden>,
    pattern: PatternGolden,
    lens: Vec<LensGolden>,
}

#[derive(Deserialize)]
struct LayerGolden {
    resid_pre_norm: f64,
    attn_out_norm: f64,
    mlp_out_norm: f64,
    attention: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct PatternGolden {
    layer: usize,
    head: usize,
    rows: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct LensGolden {
    top5: Vec<(TokenId, f64)>,
    entropy_bits: f64,
}

#[derive(Deserialize)]
struct Long {
    token_ids: Vec<TokenId>,
    capacity: usize,
    full: WindowGolden,
    slid: WindowGolden,
}

#[derive(Deserialize)]
struct WindowGolden {
    start: usize,
    top20: Vec<(TokenId, f64)>,
}

const QUANTIZED: [&str; 3] = ["Q8_0", "Q4_0", "Q4_1"];

fn golden() -> Golden {
    json("tiny-llama-golden.json")
}

fn tiny(kind: &str, precision: Precision) -> Engine {
    engine(&fixture(&format!("tiny-llama-{kind}.gguf")), precision)
}

fn close(ours: &[f32], golden: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), golden.len());
    for (ours, golden) in ours.iter().zip(golden) {
        assert!((f64::from(*ours) - golden).abs() <= tolerance * golden.abs().max(1.0), "{ours} {golden}");
    }
}

/// A text longer than a slice, within the tiny model's window.
fn some_tokens() -> Vec<TokenId> {
    golden().long.token_ids[..40].to_vec()
}

#[test]
fn f32_path_is_the_golden() {
    let golden = golden();
    let mut engine = tiny("F32", Precision::F32);
    for prompt in &golden.prompts {
        let step = step(&mut engine, &prompt.token_ids);
        assert!(logit_difference(&step.logits, &prompt.last_logits_top20) < 1e-4, "{}", prompt.name);
        let scores = score(&mut engine, &prompt.token_ids);
        assert!(log_probability_difference(&scores, &prompt.prompt_token_logprobs) < 1e-4, "{}", prompt.name);
        let count = prompt.greedy_ids.len();
        assert_eq!(greedy(&mut engine, &prompt.token_ids, count), prompt.greedy_ids, "{}", prompt.name);
    }
}

#[test]
fn every_type_is_its_own_golden_on_both_paths() {
    let golden = golden();
    for (kind, file) in &golden.files {
        // Activations of 16 bits leave the quantized path almost where the f32 path is.
        for (precision, tolerance) in [(Precision::F32, 1e-4), (Precision::Quantized, 5e-3)] {
            let mut engine = tiny(kind, precision);
            for (prompt, figures) in golden.prompts.iter().zip(&file.prompts) {
                let logits = step(&mut engine, &prompt.token_ids).logits;
                let difference = logit_difference(&logits, &figures.last_logits_top20);
                assert!(difference < tolerance, "{kind} {precision:?} {}: {difference}", prompt.name);
                let sure = figures.greedy_margins.iter().take_while(|&&margin| margin > 2.0 * tolerance).count();
                assert!(sure > 0, "the golden decides nothing");
                let ids = greedy(&mut engine, &prompt.token_ids, sure);
                assert_eq!(ids, figures.greedy_ids[..sure], "{kind} {precision:?} {}", prompt.name);
            }
        }
    }
}

#[test]
fn tokenizer_cases_are_exact() {
    let engine = tiny("Q4_0", Precision::Quantized);
    for case in golden().tokenizer_cases {
        assert_eq!(engine.tokenizer().encode(&case.text).unwrap(), case.ids, "{:?}", case.text);
        assert_eq!(engine.tokenizer().vocabulary().text(&case.ids), case.text);
    }
}

#[test]
fn taps_are_the_golden() {
    let golden = golden();
    let prompt = &golden.prompts[0];
    let mut engine = tiny("F32", Precision::F32);
    let step = step(&mut engine, &prompt.token_ids);
    close(&step.embedding, &golden.taps.embedding, 1e-4);
    assert_eq!(step.layers.len(), golden.taps.layers.len());
    for (layer, figures) in step.layers.iter().zip(&golden.taps.layers) {
        close(
            &[layer.resid_pre_norm, layer.attn_out_norm, layer.mlp_out_norm],
            &[figures.resid_pre_norm, figures.attn_out_norm, figures.mlp_out_norm],
            1e-4,
        );
        for (row, figures) in layer.attention.iter().zip(&figures.attention) {
            close(row, figures, 1e-4);
        }
    }
    let PatternGolden { layer, head, rows } = golden.taps.pattern;
    let task = Task::Inspect(Inspection::Pattern { layer, head });
    let Answer::Inspected(Inspected::Pattern { rows: ours }) = engine.run(&prompt.token_ids, task).unwrap() else {
        panic!("another answer");
    };
    assert_eq!(ours.len(), rows.len());
    for (ours, figures) in ours.iter().zip(&rows) {
        close(ours, figures, 1e-4);
    }
    let task = Task::Inspect(Inspection::Lens { top: 5 });
    let Answer::Inspected(Inspected::Lens { layers }) = engine.run(&prompt.token_ids, task).unwrap() else {
        panic!("another answer");
    };
    assert_eq!(layers.len(), golden.taps.lens.len());
    for (ours, figures) in layers.iter().zip(&golden.taps.lens) {
        let ids: Vec<TokenId> = ours.top.iter().map(|candidate| candidate.token).collect();
        let golden_ids: Vec<TokenId> = figures.top5.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, golden_ids);
        assert!((f64::from(ours.entropy) - figures.entropy_bits).abs() < 1e-4);
    }
}

#[test]
fn lens_of_the_last_layer_is_the_logits() {
    for (kind, precision) in [("F32", Precision::F32), ("Q4_1", Precision::Quantized)] {
        let mut engine = tiny(kind, precision);
        let tokens = some_tokens();
        let logits = step(&mut engine, &tokens).logits;
        let task = Task::Inspect(Inspection::Lens { top: logits.len() });
        let Answer::Inspected(Inspected::Lens { layers }) = engine.run(&tokens, task).unwrap() else {
            panic!("another answer");
        };
        for candidate in &layers.last().unwrap().top {
            assert_eq!(candidate.logit, logits[candidate.token as usize]);
        }
    }
}

/// Keeps the residual stream and what is added to it.
#[derive(Default)]
struct Stream {
    resid_pre: Vec<Vec<f32>>,
    attn_out: Vec<Vec<f32>>,
    mlp_out: Vec<Vec<f32>>,
    rows: Vec<(usize, Vec<f32>)>,
}

impl Tap for Stream {
    fn wants_pattern(&self, _layer: usize) -> bool {
        true
    }
    fn resid_pre(&mut self, _layer: usize, x: &[f32]) {
        self.resid_pre.push(x.to_vec());
    }
    fn pattern(&mut self, _layer: usize, _head: usize, query: usize, weights: &[f32]) {
        self.rows.push((query, weights.to_vec()));
    }
    fn attn_out(&mut self, _layer: usize, x: &[f32]) {
        self.attn_out.push(x.to_vec());
    }
    fn mlp_out(&mut self, _layer: usize, x: &[f32]) {
        self.mlp_out.push(x.to_vec());
    }
}

#[test]
fn the_residual_stream_adds_up_and_attention_looks_back_only() {
    for (kind, precision) in [("F32", Precision::F32), ("Q4_0", Precision::Quantized)] {
        let mut stream = Stream::default();
        tiny(kind, precision).observe(&some_tokens(), &mut stream).unwrap();
        assert_eq!(stream.resid_pre.len(), stream.attn_out.len() + 1);
        for layer in 0..stream.attn_out.len() {
            for (i, next) in stream.resid_pre[layer + 1].iter().enumerate() {
                let sum = stream.resid_pre[layer][i] + stream.attn_out[layer][i] + stream.mlp_out[layer][i];
                assert!((sum - next).abs() <= 1e-4 * next.abs().max(1.0), "layer {layer}: {sum} {next}");
            }
        }
        for (query, row) in &stream.rows {
            assert_eq!(row.len(), query + 1);
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            assert!(row.iter().all(|&weight| weight >= 0.0));
        }
        assert_eq!(stream.rows.len(), 3 * 4 * some_tokens().len());
    }
}

#[test]
fn a_pattern_is_zero_after_its_query() {
    let tokens = some_tokens();
    let mut engine = tiny("Q8_0", Precision::Quantized);
    let task = Task::Inspect(Inspection::Pattern { layer: 1, head: 3 });
    let Answer::Inspected(Inspected::Pattern { rows }) = engine.run(&tokens, task).unwrap() else {
        panic!("another answer");
    };
    assert_eq!(rows.len(), tokens.len());
    for (query, row) in rows.iter().enumerate() {
        assert_eq!(row.len(), tokens.len());
        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(row[query + 1..].iter().all(|&weight| weight == 0.0));
    }
}

#[test]
fn neighbours_are_those_of_a_plain_computation() {
    for (kind, precision) in [("F32", Precision::F32), ("Q8_0", Precision::Quantized), ("Q4_1", Precision::Quantized)] {
        let mut engine = tiny(kind, precision);
        // A step shows the embedding of its last token.
        let size = engine.tokenizer().vocabulary().len() as TokenId;
        let embeddings: Vec<Vec<f32>> = (0..size).map(|token| step(&mut engine, &[token]).embedding).collect();
        let dot = |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum() };
        let token = 7;
        let ours = &embeddings[token];
        let cosine = |other: &[f32]| dot(ours, other) / (dot(ours, ours) * dot(other, other)).sqrt();
        let mut expected: Vec<(usize, f64)> = embeddings.iter().map(|other| cosine(other)).enumerate().collect();
        expected.retain(|&(other, _)| other != token);
        expected.sort_by(|a, b| b.1.total_cmp(&a.1));

        let mut neighbours = |context: &[TokenId], top| match engine
            .run(context, Task::Inspect(Inspection::Neighbours { top }))
            .unwrap()
        {
            Answer::Inspected(Inspected::Neighbours { tokens }) => tokens,
            other => panic!("{other:?}"),
        };
        let all = neighbours(&[3, 5, token as TokenId], usize::MAX);
        assert_eq!(all.len(), expected.len(), "{kind}");
        for (&(other, cosine), &(_, place)) in all.iter().zip(&expected) {
            assert!((f64::from(cosine) - place).abs() < 1e-5, "{kind}: {cosine} {place}");
            let plain = expected.iter().find(|&&(token, _)| token == other as usize).unwrap().1;
            assert!((f64::from(cosine) - plain).abs() < 1e-5, "{kind} {other}: {cosine} {plain}");
        }
        assert_eq!(neighbours(&[token as TokenId], 5), all[..5], "{kind}");
        assert!(neighbours(&[token as TokenId], 0).is_empty());
    }
}

#[test]
fn looking_for_neighbours_leaves_the_cache_as_it_is() {
    let tokens = some_tokens();
    let mut engine = tiny("Q4_1", Precision::Quantized);
    step(&mut engine, &tokens[..9]);
    engine.run(&tokens[..9], Task::Inspect(Inspection::Neighbours { top: 3 })).unwrap();
    let after = step(&mut engine, &tokens[..10]);
    assert_eq!(after.cost.tokens_reused, 9);
    assert_eq!(after.logits, step(&mut tiny("Q4_1", Precision::Quantized), &tokens[..10]).logits);
}

#[test]
fn cached_equals_uncached() {
    let tokens = some_tokens();
    let kinds = QUANTIZED.map(|kind| (kind, Precision::Quantized, 0.0));
    for (kind, precision, tolerance) in kinds.into_iter().chain([("F32", Precision::F32, 1e-4)]) {
        let fresh = |tokens: &[TokenId]| step(&mut tiny(kind, precision), tokens).logits;
        let mut engine = tiny(kind, precision);
        let mut check = |tokens: &[TokenId], reused: usize| {
            let cached = step(&mut engine, tokens);
            assert_eq!(cached.cost.tokens_reused, reused, "{kind}");
            assert_eq!(cached.cost.tokens_computed, tokens.len() - reused);
            for (cached, fresh) in cached.logits.iter().zip(fresh(tokens)) {
                assert!(f64::from((cached - fresh).abs()) <= tolerance, "{kind}: {cached} {fresh}");
            }
        };
        for length in 1..=12 {
            check(&tokens[..length], length - 1);
        }
        check(&tokens, 12);
        // Undo, and another branch from there.
        check(&tokens[..8], 7);
        let branch: Vec<TokenId> = tokens[..6].iter().copied().chain([3, 5, 7, 11]).collect();
        check(&branch, 6);
        check(&tokens[..10], 6);
        // The same again: only the last token must be computed.
        check(&tokens[..10], 9);
    }
}

#[test]
fn slices_change_nothing() {
    let tokens = some_tokens();
    let whole = step(&mut tiny("Q4_1", Precision::Quantized), &tokens).logits;
    for slice in [1, 3, 16, 1000] {
        let mut engine = tiny("Q4_1", Precision::Quantized);
        let mut task = engine.start(&tokens, Task::Step(Taps::default())).unwrap();
        let mut last = 0;
        let logits = loop {
            match engine.advance(&mut task, slice).unwrap() {
                Progress::Working { done, total } => {
                    assert!(done > last && done <= last + slice && total == tokens.len());
                    last = done;
                }
                Progress::Done(Answer::Step(step)) => break step.logits,
                Progress::Done(other) => panic!("{other:?}"),
            }
        };
        assert_eq!(logits, whole, "slices of {slice}");
    }
}

#[test]
fn a_dropped_task_leaves_a_cache_that_is_right() {
    let tokens = some_tokens();
    let mut engine = tiny("Q4_1", Precision::Quantized);
    let mut task = engine.start(&tokens, Task::Step(Taps::default())).unwrap();
    engine.advance(&mut task, 10).unwrap();
    drop(task);
    let whole = step(&mut tiny("Q4_1", Precision::Quantized), &tokens);
    let resumed = step(&mut engine, &tokens);
    assert_eq!(resumed.logits, whole.logits);
    assert_eq!(resumed.cost.tokens_reused, 10);
}

#[test]
fn contexts_by_turns_give_what_each_gives_alone() {
    let tokens = some_tokens();
    let tasks = [
        Task::Step(Taps::ALL),
        Task::Score,
        Task::Inspect(Inspection::Pattern { layer: 1, head: 1 }),
        Task::Inspect(Inspection::Pass { window: 64, cached: true }),
    ];
    let contexts: Vec<_> = tasks.iter().enumerate().map(|(i, &task)| (&tokens[i..20 + 3 * i], task)).collect();
    let mut engine = tiny("Q4_1", Precision::Quantized);
    let mut waiting = VecDeque::new();
    for (i, &(context, task)) in contexts.iter().enumerate() {
        waiting.push_back((i, engine.start_for(i as ContextId, context, task).unwrap()));
    }
    let mut answers = vec![None; contexts.len()];
    while let Some((i, mut task)) = waiting.pop_front() {
        match engine.advance(&mut task, 3).unwrap() {
            Progress::Done(answer) => answers[i] = Some(answer),
            Progress::Working { .. } => waiting.push_back((i, task)),
        }
    }
    for (i, (context, task)) in contexts.into_iter().enumerate() {
        let alone = tiny("Q4_1", Precision::Quantized).run(context, task).unwrap();
        assert_eq!(answers[i], Some(alone), "{task:?}");
    }
}

#[test]
fn beyond_the_window_only_the_last_tokens_count() {
    let Long { token_ids, capacity, full, slid } = golden().long;
    let mut engine = tiny("F32", Precision::F32);
    let first = step(&mut engine, &token_ids[..capacity]);
    assert_eq!((first.context.start, first.context.len, first.context.capacity), (full.start, capacity, capacity));
    assert!(logit_difference(&first.logits, &full.top20) < 1e-4);
    let last = step(&mut engine, &token_ids);
    assert_eq!((last.context.start, last.context.len), (slid.start, capacity));
    assert_eq!(last.cost.tokens_reused, 0, "what fell out must not live on in the cache");
    assert!(logit_difference(&last.logits, &slid.top20) < 1e-4);
}

#[test]
fn scores_agree_with_steps() {
    let tokens = &some_tokens()[..9];
    let mut engine = tiny("Q8_0", Precision::Quantized);
    let scores = score(&mut engine, tokens);
    for (i, score) in scores.iter().enumerate() {
        let logits = step(&mut engine, &tokens[..=i]).logits;
        let probabilities = softmax(&logits, 1.0);
        assert!((f64::from(score.next.entropy) - entropy(&probabilities)).abs() < 1e-4);
        assert_eq!(score.next.top.len(), 20);
        for candidate in &score.next.top {
            assert_eq!(candidate.logit, logits[candidate.token as usize]);
            assert!((candidate.probability - probabilities[candidate.token as usize]).abs() < 1e-6);
        }
        if let (Some(next), Some(&token)) = (scores.get(i + 1), tokens.get(i + 1)) {
            let expected = f64::from(logits[token as usize]) - log_sum_exp(&logits);
            assert!((f64::from(next.log_probability.unwrap()) - expected).abs() < 1e-5);
            let rank = logits.iter().filter(|&&logit| logit > logits[token as usize]).count();
            assert_eq!(next.rank, Some(rank));
        }
    }
}

#[test]
fn pieces_of_any_length_make_the_same_model() {
    let bytes = fixture("tiny-llama-Q4_1.gguf");
    let tokens = some_tokens();
    let whole = step(&mut engine(&bytes, Precision::Quantized), &tokens).logits;
    for length in [1, 7, 19, 4096, 60_001] {
        let mut engine = open(&[("model.gguf", &bytes)], length, Precision::Quantized).unwrap();
        assert_eq!(step(&mut engine, &tokens).logits, whole, "pieces of {length}");
    }
}

#[test]
fn same_bits_as_in_a_browser() {
    // The worker crate's test holds the browser to the same file.
    let expected = String::from_utf8(fixture("tiny-llama-bits.txt")).unwrap();
    for kind in ["F16", "Q8_0", "Q4_0", "Q4_1"] {
        let mut engine = tiny(kind, Precision::Quantized);
        let tokens = engine.tokenizer().encode("The cat sat on the mat and looked at the moon.").unwrap();
        let logits = step(&mut engine, &tokens).logits;
        let bytes: Vec<u8> = logits.iter().flat_map(|logit| logit.to_le_bytes()).collect();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(expected.contains(&format!("{kind} {digest}")), "{kind} {digest}");
    }
}

fn refusal(bytes: &[u8]) -> Error {
    open(&[("model.gguf", bytes)], usize::MAX, Precision::Quantized).expect_err("it should be refused")
}

#[test]
fn bad_files_are_refused_in_words() {
    let good = fixture("tiny-llama-Q4_0.gguf");
    let check = |bytes: &[u8], words: &str| {
        let error = refusal(bytes).to_string();
        assert!(error.contains(words), "{error:?} should say {words:?}");
    };
    check(b"", "ends within its header");
    check(&good[..1000], "ends within its header");
    check(&good[..good.len() - 1], "but tensor");
    check(b"<!DOCTYPE html><title>404</title>", "does not start with GGUF");
    let altered = |at: usize, with: &[u8]| {
        let mut bytes = good.clone();
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    };
    check(&altered(4, &[1]), "version 1");
    check(&altered(8, &u64::MAX.to_le_bytes()), "tensors");
    let place = |text: &[u8]| good.windows(text.len()).position(|window| window == text).unwrap();
    check(&altered(place(b"llama.block_count"), b"llama.black_count"), "llama.block_count");
    check(&altered(place(b"blk.1.ffn_up"), b"blk.1.ffn_xx"), "blk.1.ffn_up.weight");
    // The value of a string: its key, a type of four bytes and a length of eight come before it.
    let architecture = place(b"general.architecture") + b"general.architecture".len() + 12;
    check(&altered(architecture, b"mamba"), "mamba");
}

#[test]
fn senseless_requests_are_refused_in_words() {
    let mut engine = tiny("Q4_0", Precision::Quantized);
    let mut refused = |tokens: &[TokenId], task| match engine.run(tokens, task) {
        Err(Error::BadInput(words)) => words,
        other => panic!("{other:?}"),
    };
    assert!(refused(&[], Task::Score).contains("empty"));
    assert!(refused(&[99_999], Task::Score).contains("99999"));
    assert!(refused(&[5], Task::Inspect(Inspection::Pattern { layer: 3, head: 0 })).contains("layer 3"));
    assert!(refused(&[5], Task::Inspect(Inspection::Pattern { layer: 0, head: 4 })).contains("head 4"));
}
