//! What the tests share: fixtures, and the figures that they are held against.

use std::path::PathBuf;

use generation::TokenId;
use generation::step::{Score, Step, Taps};
use model::{Answer, Engine, FileEntry, Loader, Precision, Result, Task};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Prompt {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) token_ids: Vec<TokenId>,
    pub(crate) last_logits_top20: Vec<(TokenId, f64)>,
    pub(crate) prompt_token_logprobs: Vec<Option<f64>>,
    pub(crate) greedy_ids: Vec<TokenId>,
    pub(crate) greedy_margins: Vec<f64>,
}

/// A text and its tokens.
#[derive(Deserialize)]
pub(crate) struct TokenizerCase {
    pub(crate) text: String,
    pub(crate) ids: Vec<TokenId>,
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn json<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    serde_json::from_slice(&fixture(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn engine(bytes: &[u8], precision: Precision) -> Engine {
    open(&[("model.gguf", bytes)], usize::MAX, precision).unwrap()
}

/// Opens a model's files, given in pieces of at most `piece` bytes.
pub(crate) fn open(files: &[(&str, &[u8])], piece: usize, precision: Precision) -> Result<Engine> {
    let entry = |(name, bytes): &(&str, &[u8])| FileEntry { name: (*name).to_owned(), bytes: bytes.len() as u64 };
    let mut loader = Loader::new(&files.iter().map(entry).collect::<Vec<_>>())?;
    while let Some(at) = loader.next_file() {
        for piece in files[at].1.chunks(piece) {
            loader.push(piece)?;
        }
        loader.end_file()?;
    }
    loader.finish(precision)
}

pub(crate) fn step(engine: &mut Engine, tokens: &[TokenId]) -> Step {
    match engine.run(tokens, Task::Step(Taps::ALL)).unwrap() {
        Answer::Step(step) => *step,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn score(engine: &mut Engine, tokens: &[TokenId]) -> Vec<Score> {
    match engine.run(tokens, Task::Score).unwrap() {
        Answer::Scored(scores) => scores,
        other => panic!("{other:?}"),
    }
}

/// Largest difference from the golden's logits of the last position.
pub(crate) fn logit_difference(logits: &[f32], golden: &[(TokenId, f64)]) -> f64 {
    let differences = golden.iter().map(|&(id, golden)| (f64::from(logits[id as usize]) - golden).abs());
    differences.fold(0.0, f64::max)
}

/// Largest difference from the golden's log-probabilities of a prompt's tokens.
pub(crate) fn log_probability_difference(scores: &[Score], golden: &[Option<f64>]) -> f64 {
    assert_eq!(scores.len(), golden.len());
    let difference = |(score, golden): (&Score, &Option<f64>)| match (score.log_probability, golden) {
        (Some(ours), Some(golden)) => (f64::from(ours) - golden).abs(),
        (None, None) => 0.0,
        (ours, golden) => panic!("{ours:?} where the golden has {golden:?}"),
    };
    scores.iter().zip(golden).map(difference).fold(0.0, f64::max)
}

pub(crate) fn greedy(engine: &mut Engine, prompt: &[TokenId], count: usize) -> Vec<TokenId> {
    let mut tokens = prompt.to_vec();
    for _ in 0..count {
        let best = generation::sampling::argmax(&step(engine, &tokens).logits).unwrap();
        tokens.push(best as TokenId);
    }
    tokens.split_off(prompt.len())
}

/// Seeded noise (xorshift64*, Vigna 2016).
pub(crate) struct Noise(pub(crate) u64);

impl Noise {
    /// A whole number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    /// Up to 12 characters: ASCII, white space, and anything in Unicode.
    pub(crate) fn text(&mut self) -> String {
        let length = self.below(13);
        let character = |noise: &mut Self| match noise.below(4) {
            0 => char::from(noise.below(128) as u8),
            1 => ['\n', ' ', '\t', '\u{a0}', '\u{2581}', '\'', 'é', '漢', '😀', '\u{301}'][noise.below(10)],
            2 => char::from_u32(noise.below(0x3000) as u32).unwrap_or('x'),
            _ => char::from_u32(noise.below(0x11_0000) as u32).unwrap_or('\u{fffd}'),
        };
        (0..length).map(|_| character(self)).collect()
    }
}
