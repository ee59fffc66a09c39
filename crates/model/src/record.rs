//! The lesson's run, made by the loop that the page runs too.

use std::sync::Arc;

use generation::encoding::Encoding;
use generation::lesson::{self, LENGTH, MODEL};
use generation::protocol::{ModelInfo, Request};
use generation::record::{self, LENS_TOP, NEIGHBOURS_TOP, Run};
use generation::step::{Inspected, Inspection, Step, Taps};
use generation::tree::Ranked;
use generation::{Event, Generation, TokenId};

use crate::arch::tap::Tap;
use crate::engine::{Answer, Engine, Task};
use crate::error::{Error, Result};
use crate::tokenizer::Tokenizer;

/// Runs the lesson's prompt under its controls and seed, for as many tokens as it has, and keeps all that a
/// [`record::Record`] has room for.
///
/// # Errors
/// The model ends its text too soon, or as [`Engine::run`].
pub fn record(engine: &mut Engine) -> Result<Run> {
    let mut generation = Generation::new(lesson::controls(), lesson::SEED, Taps::ALL);
    generation.apply(Event::Model { end_of_text: engine.info().end_of_text.clone(), live: true });
    let prompt = engine.tokenizer().encode(lesson::PROMPT)?;
    let given = prompt.len();
    let mut request = generation.apply(Event::Prompt(prompt));
    let mut answers = Vec::new();
    while let Some(Request::Step { id, tokens, taps }) = request {
        let answer = answer(engine, &tokens, taps)?;
        generation.apply(Event::Step { id, ranked: Arc::new(Ranked::new(answer.step.clone())) });
        answers.push(answer);
        if answers.len() > LENGTH {
            break;
        }
        request = generation.apply(Event::NextToken);
    }
    if answers.len() <= LENGTH {
        return Err(Error::BadInput(format!("the text ends after {} of {LENGTH} tokens", answers.len())));
    }
    let tokens = generation.context();
    let attention = attention(engine, &tokens)?;
    let info = ModelInfo {
        // The file's own name is that of a training run.
        name: MODEL.to_owned(),
        vocabulary: engine.tokenizer().vocabulary().clone(),
        ..engine.info().clone()
    };
    Ok(Run { info, prompt: given, tokens, answers, attention })
}

/// The lesson's texts with their encodings, as the page shows them before a tokenizer is there.
///
/// # Errors
/// As [`Tokenizer::encode_with_merges`].
pub fn record_encodings(tokenizer: &Tokenizer) -> Result<Vec<(String, Encoding)>> {
    lesson::TEXTS.iter().map(|&text| Ok((text.to_owned(), tokenizer.encode_with_merges(text)?))).collect()
}

/// A step on a context, and the looks inside that a record keeps of it.
fn answer(engine: &mut Engine, tokens: &[TokenId], taps: Taps) -> Result<record::Answer> {
    let step = match engine.run(tokens, Task::Step(taps))? {
        Answer::Step(step) => *step,
        _ => Step::default(),
    };
    let mut inspect = |inspection| engine.run(tokens, Task::Inspect(inspection));
    let lens = match inspect(Inspection::Lens { top: LENS_TOP })? {
        Answer::Inspected(Inspected::Lens { layers }) => layers,
        _ => Vec::new(),
    };
    let neighbours = match inspect(Inspection::Neighbours { top: NEIGHBOURS_TOP })? {
        Answer::Inspected(Inspected::Neighbours { tokens }) => tokens,
        _ => Vec::new(),
    };
    Ok(record::Answer { step, lens, neighbours })
}

/// The rows of every head, in one pass.
fn attention(engine: &mut Engine, tokens: &[TokenId]) -> Result<Vec<Vec<Vec<Vec<f32>>>>> {
    let mut patterns = Patterns(vec![vec![Vec::new(); engine.info().heads]; engine.info().layers]);
    engine.observe(tokens, &mut patterns)?;
    Ok(patterns.0)
}

/// Keeps all attention, `[layers][heads][query][keys up to the query]`.
struct Patterns(Vec<Vec<Vec<Vec<f32>>>>);

impl Tap for Patterns {
    fn wants_pattern(&self, _layer: usize) -> bool {
        true
    }

    fn pattern(&mut self, layer: usize, head: usize, _query: usize, weights: &[f32]) {
        self.0[layer][head].push(weights.to_vec());
    }
}
