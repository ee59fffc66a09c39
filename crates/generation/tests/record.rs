//! A record gives back the run it was made from; bytes that are no record are refused, whatever they are.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use generation::protocol::{ModelInfo, Vocabulary};
use generation::record::{Answer, LENS_TOP, NAMED, NEIGHBOURS_TOP, Record, Run};
use generation::sampling::{Ranking, UNNAMED};
use generation::step::{Candidate, Inspected, Inspection, Layer, Reading, Step, TokenId, Window};
use proptest::collection::vec;
use proptest::prelude::*;

const LAYERS: usize = 2;
const HEADS: usize = 3;
const WINDOW: usize = 64;

// --- Arbitrary runs --------------------------------------------------------------------------------------------------

fn info(vocabulary: usize, width: usize) -> ModelInfo {
    let mut tokens = Vocabulary::default();
    (0..vocabulary).for_each(|token| tokens.push(format!(" t{token}").as_bytes(), token == 0));
    ModelInfo {
        name: "tiny".into(),
        layers: LAYERS,
        heads: HEADS,
        width,
        window: WINDOW,
        end_of_text: vec![0],
        vocabulary: tokens,
        ..ModelInfo::default()
    }
}

/// Rows of causal attention for every head, each of which sums to 1.
fn attention(tokens: usize) -> impl Strategy<Value = Vec<Vec<Vec<Vec<f32>>>>> {
    let row = |length: usize| {
        vec(prop_oneof![3 => 0.001..1f32, 1 => Just(0f32)], length).prop_map(|mut row| {
            row[0] += 0.01;
            let sum: f32 = row.iter().sum();
            row.iter().map(|weight| weight / sum).collect::<Vec<_>>()
        })
    };
    vec(vec((1..=tokens).map(row).collect::<Vec<_>>(), HEADS), LAYERS)
}

/// Values of a quantized model, or any others.
fn embedding(width: usize) -> impl Strategy<Value = Vec<f32>> {
    let quantized = (vec(-126..=126i8, width), 1..100u8).prop_map(|(mut values, scale)| {
        values.chunks_mut(32).for_each(|block| block[0] = 127);
        values.iter().map(|&value| f32::from(value) * (f32::from(scale) / 1024.0)).collect()
    });
    prop_oneof![quantized, vec(-2f32..2.0, width)]
}

fn answer(vocabulary: usize, width: usize) -> impl Strategy<Value = Answer> {
    let token = 0..vocabulary as TokenId;
    let candidate = (token.clone(), -9f32..9.0, 0f32..1.0);
    let candidate = candidate.prop_map(|(token, logit, probability)| Candidate { token, logit, probability });
    let reading = (vec(candidate, 0..9), 0f32..9.0).prop_map(|(top, entropy)| Reading { top, entropy });
    let layer = (0f32..9.0, 0f32..9.0, 0f32..9.0).prop_map(|(resid_pre_norm, attn_out_norm, mlp_out_norm)| Layer {
        resid_pre_norm,
        attn_out_norm,
        mlp_out_norm,
        ..Layer::default()
    });
    (
        vec(-20f32..20.0, vocabulary),
        embedding(width),
        vec(layer, LAYERS),
        vec(reading, LAYERS),
        vec((token, -1f32..1.0), 0..12),
    )
        .prop_map(|(logits, embedding, layers, lens, neighbours)| Answer {
            step: Step { logits, embedding, layers, ..Step::default() },
            lens,
            neighbours,
        })
}

/// A run whose drawn tokens are among the named ones.
fn run() -> impl Strategy<Value = Run> {
    (200..400usize, prop_oneof![Just(64), HEADS..70], 1..4usize, 0..4usize)
        .prop_flat_map(|(vocabulary, width, prompt, drawn)| {
            (
                Just((info(vocabulary, width), prompt)),
                vec(0..vocabulary as TokenId, prompt),
                vec(0..NAMED.min(vocabulary), drawn),
                vec(answer(vocabulary, width), drawn + 1),
                attention(prompt + drawn),
            )
        })
        .prop_map(|((info, prompt), mut tokens, ranks, answers, attention)| {
            let token = |(rank, answer): (&usize, &Answer)| Ranking::new(&answer.step.logits).order()[*rank];
            tokens.extend(ranks.iter().zip(&answers).map(token));
            Run { info, prompt, tokens, answers, attention }
        })
}

// --- There and back --------------------------------------------------------------------------------------------------

/// Holds what the record says of one context against what the run says.
fn agrees(record: &Record, run: &Run, answer: &Answer, context: &[TokenId]) {
    let recorded = record.step(context).unwrap();
    let truth = Ranking::new(&answer.step.logits);
    let named = NAMED.min(truth.order().len());
    assert!(recorded.recorded && recorded.ranking.named() == named);
    assert_eq!(recorded.ranking.order()[..named], truth.order()[..named]);
    assert_eq!(recorded.ranking.logits()[..named], truth.logits()[..named]);
    assert!(recorded.ranking.order()[named..].iter().all(|&token| token == UNNAMED));
    let pairs = recorded.ranking.logits().iter().zip(truth.logits());
    assert!(pairs.fold(0.0, |worst: f32, (ours, theirs)| worst.max((ours - theirs).abs())) <= 1.0 / 16.0 + 1e-5);
    assert_eq!(recorded.step.context, Window { start: 0, len: context.len(), capacity: WINDOW });
    assert_eq!(recorded.step.embedding, answer.step.embedding);

    for (index, (layer, theirs)) in recorded.step.layers.iter().zip(&answer.step.layers).enumerate() {
        assert_eq!(layer.resid_pre_norm, theirs.resid_pre_norm);
        assert_eq!((layer.attn_out_norm, layer.mlp_out_norm), (theirs.attn_out_norm, theirs.mlp_out_norm));
        for (head, row) in layer.attention.iter().enumerate() {
            let pattern = record.inspect(context, Inspection::Pattern { layer: index, head });
            let Some(Inspected::Pattern { rows }) = pattern else { panic!("{pattern:?}") };
            assert_eq!((rows.len(), rows.last()), (context.len(), Some(row)));
            rows.iter().zip(&run.attention[index][head]).for_each(|(ours, theirs)| row_agrees(ours, theirs));
        }
    }
    looks_agree(record, answer, context);
}

fn row_agrees(ours: &[f32], theirs: &[f32]) {
    assert!((ours.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    assert!(ours.iter().zip(theirs).all(|(ours, theirs)| (ours - theirs).abs() < 2e-5), "{ours:?} {theirs:?}");
    assert!(ours[theirs.len()..].iter().all(|&weight| weight == 0.0));
}

fn looks_agree(record: &Record, answer: &Answer, context: &[TokenId]) {
    for top in [0, 3, usize::MAX] {
        let Some(Inspected::Lens { layers }) = record.inspect(context, Inspection::Lens { top }) else { panic!() };
        for (ours, theirs) in layers.iter().zip(&answer.lens) {
            assert_eq!(ours.entropy, theirs.entropy);
            assert_eq!(ours.top, theirs.top[..theirs.top.len().min(LENS_TOP).min(top)]);
        }
        let nearest = &answer.neighbours[..answer.neighbours.len().min(NEIGHBOURS_TOP).min(top)];
        let expected = Inspected::Neighbours { tokens: nearest.to_vec() };
        assert_eq!(record.inspect(context, Inspection::Neighbours { top }), Some(expected));
    }
}

/// The checksum of the file's last eight bytes, for bytes that were changed on purpose.
fn reseal(bytes: &mut [u8]) {
    let (body, sum) = bytes.split_at_mut(bytes.len() - 8);
    let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    sum.copy_from_slice(&body.iter().fold(0xcbf2_9ce4_8422_2325, step).to_le_bytes());
}

/// Asks a record everything that there is to ask.
fn ask_all(record: &Record) {
    for length in 0..=record.tokens().len() {
        let context = &record.tokens()[..length];
        let _ = record.step(context);
        for inspection in [
            Inspection::Pattern { layer: 0, head: 0 },
            Inspection::Pattern { layer: record.info().layers.wrapping_sub(1), head: record.info().heads },
            Inspection::Lens { top: 9 },
            Inspection::Neighbours { top: 9 },
        ] {
            let _ = record.inspect(context, inspection);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_record_comes_back_as_it_was(run in run()) {
        let record = Record::new(&run).unwrap();
        let bytes = record.encode();
        prop_assert_eq!(&Record::decode(&bytes).unwrap(), &record);
        prop_assert_eq!(Record::new(&run).unwrap().encode(), bytes);
        prop_assert_eq!(record.prompt(), &run.tokens[..run.prompt]);
        prop_assert_eq!(record.info().vocabulary.len(), run.info.vocabulary.len());
        for (answer, length) in run.answers.iter().zip(run.prompt..) {
            agrees(&record, &run, answer, &run.tokens[..length]);
        }
    }

    #[test]
    fn what_is_mentioned_has_its_text_and_nothing_else(run in run()) {
        let record = Record::new(&run).unwrap();
        let (ours, theirs) = (&record.info().vocabulary, &run.info.vocabulary);
        for &token in run.tokens.iter().chain(&run.info.end_of_text) {
            prop_assert_eq!(ours.bytes(token), theirs.bytes(token));
            prop_assert_eq!(ours.is_control(token), theirs.is_control(token));
        }
        for token in 0..ours.len() as TokenId {
            prop_assert!(ours.bytes(token).is_empty() || ours.bytes(token) == theirs.bytes(token));
        }
    }

    #[test]
    fn where_the_run_did_not_come_by_there_is_no_answer(run in run(), other in vec(0..500u32, 0..8)) {
        let record = Record::new(&run).unwrap();
        let known = run.tokens.starts_with(&other) && other.len() >= run.prompt;
        prop_assert_eq!(record.step(&other).is_some(), known);
        prop_assert!(record.step(&run.tokens[..run.prompt - 1]).is_none());
        prop_assert!(record.step(&[&run.tokens[..], &[1]].concat()).is_none());
        for (layer, head) in [(LAYERS, 0), (0, HEADS)] {
            prop_assert_eq!(record.inspect(&run.tokens, Inspection::Pattern { layer, head }), None);
        }
    }

    #[test]
    fn damaged_bytes_are_refused_in_words(run in run(), at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let bytes = Record::new(&run).unwrap().encode();
        let at = at.index(bytes.len());
        prop_assert!(!Record::decode(&bytes[..at]).unwrap_err().is_empty());
        let mut spoilt = bytes;
        spoilt[at] ^= flip;
        prop_assert!(!Record::decode(&spoilt).unwrap_err().is_empty());
    }

    /// Bytes with a right checksum and a wrong content: refused, or a record that can be asked anything.
    #[test]
    fn nonsense_never_panics(
        run in run(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        early in any::<bool>(),
    ) {
        let mut bytes = Record::new(&run).unwrap().encode();
        let end = if early { 60 } else { bytes.len() - 8 };
        for (at, byte) in changes {
            bytes[5 + at.index(end - 5)] = byte;
        }
        reseal(&mut bytes);
        match Record::decode(&bytes) {
            Ok(record) => ask_all(&record),
            Err(words) => prop_assert!(!words.is_empty()),
        }
    }

    #[test]
    fn noise_is_refused(mut bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(Record::decode(&bytes).is_err());
        bytes.splice(..0, *b"NTRR\x02");
        bytes.extend([0; 8]);
        reseal(&mut bytes);
        prop_assert!(Record::decode(&bytes).is_err());
    }
}

#[test]
fn other_files_and_versions_are_told_apart() {
    let words = |bytes: &[u8]| Record::decode(bytes).unwrap_err();
    assert!(words(b"").contains("too few"));
    assert!(words(b"<!DOCTYPE html><title>404</title>").contains("not a recorded run"));
    assert!(words(b"NTRR\x01 and what that version has").contains("version 1"));
    assert!(words(b"NTRR\x02 and eight bytes").contains("damaged"));
}

#[test]
fn a_run_that_does_not_fit_together_is_refused() {
    let step =
        Step { logits: (0..300).map(|i| -(i as f32) / 8.0).collect(), embedding: vec![1.0; 4], ..Step::default() };
    let answer = Answer { step, ..Answer::default() };
    let info = ModelInfo { layers: 0, ..info(300, 4) };
    let good = Run { info, prompt: 1, tokens: vec![5, 255], answers: vec![answer.clone(), answer], attention: vec![] };
    Record::new(&good).unwrap();
    let refused = |change: fn(&mut Run), words: &str| {
        let mut run = good.clone();
        change(&mut run);
        let error = Record::new(&run).unwrap_err();
        assert!(error.contains(words), "{error:?} should say {words:?}");
    };
    refused(|run| run.prompt = 0, "0 of them given");
    refused(|run| drop(run.answers.pop()), "have 1 answers");
    refused(|run| run.tokens[1] = 256, "drawn token 256 is not among");
    refused(|run| run.tokens[0] = 300, "names token 300 of 300");
    refused(|run| run.answers[0].step.logits.clear(), "no logits");
    refused(|run| run.answers[0].step.logits.truncate(299), "logits for a vocabulary of 300");
    refused(|run| run.answers[0].step.logits[299] = -1e9, "cannot be counted");
    refused(|run| run.answers[0].step.logits[0] = f32::INFINITY, "not finite");
    refused(|run| run.answers[1].step.embedding.push(0.0), "5 values, not 4");
    refused(|run| run.answers[1].lens.push(Reading { top: vec![], entropy: 0.0 }), "1 lenses");
    refused(|run| run.attention = vec![vec![vec![vec![0.5]]]], "sums to 0.5");
    refused(|run| run.attention = vec![vec![vec![vec![0.5, 0.5]]]], "position 0 has 2 weights");
    refused(|run| run.attention = vec![vec![vec![vec![1.0], vec![0.5, 0.5]]]], "1 attention weights in place of 0");
    refused(|run| run.info.heads = 5, "5 heads");
}
