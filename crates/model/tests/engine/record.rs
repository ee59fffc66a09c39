//! The committed recording of the lesson's run, held against the model that it was made from.

use std::path::PathBuf;

use generation::lesson::{self, LENGTH};
use generation::protocol::Request;
use generation::record::{self, NAMED, Record, Run};
use generation::sampling::{Ranking, entropy, softmax};
use generation::step::{Inspected, Inspection, Taps};
use generation::{Event, Generation};
use model::{Answer, Engine, Precision, Task};

use crate::smollm2::smollm2;

/// What the file may weigh, even before a host compresses it.
const MOST_BYTES: usize = 150_000;

/// The temperatures at which probabilities are compared: both ends, and what lies between.
const TEMPERATURES: [f32; 12] = [0.0, 0.05, 0.1, 0.2, 0.5, 0.7, 1.0, 1.5, 2.0, 5.0, 100.0, f32::INFINITY];

fn committed() -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../web/recorded-run.bin");
    std::fs::read(path).expect("make it with `cargo xtask record`")
}

#[test]
fn recorded_again_it_is_the_committed_file_and_says_what_the_model_says() {
    let mut engine = smollm2(Precision::Quantized);
    let run = model::record(&mut engine).unwrap();
    let record = Record::new(&run).unwrap();
    let bytes = record.encode();
    assert!(bytes == committed(), "the record is out of date: make it again with `cargo xtask record`");
    assert!(bytes.len() <= MOST_BYTES, "{} bytes", bytes.len());
    assert_eq!(Record::decode(&bytes).unwrap(), record);

    for (answer, length) in run.answers.iter().zip(run.prompt..) {
        let context = &run.tokens[..length];
        steps_agree(&run, answer, &record, context);
        assert!(distributions_differ_by(&answer.step.logits, record.step(context).unwrap().ranking.logits()) < 1e-4);
    }
    // One context's heads, looked at one by one.
    let context = &run.tokens[..run.prompt + 3];
    for (layer, head) in [(0, 0), (13, 4), (29, 8)] {
        patterns_agree(&mut engine, &record, context, Inspection::Pattern { layer, head });
    }
}

/// All but the tail of the logits and the attention is exact.
fn steps_agree(run: &Run, answer: &record::Answer, record: &Record, context: &[u32]) {
    let recorded = record.step(context).unwrap();
    let truth = Ranking::new(&answer.step.logits);
    assert!(recorded.recorded);
    assert_eq!(recorded.ranking.named(), NAMED);
    assert_eq!(recorded.ranking.order()[..NAMED], truth.order()[..NAMED]);
    assert_eq!(recorded.ranking.logits()[..NAMED], truth.logits()[..NAMED]);
    assert_eq!(recorded.step.embedding, answer.step.embedding);
    assert_eq!(recorded.step.context, answer.step.context);
    assert_eq!(recorded.step.cost, answer.step.cost);
    for (ours, theirs) in recorded.step.layers.iter().zip(&answer.step.layers) {
        assert_eq!(ours.resid_pre_norm, theirs.resid_pre_norm);
        assert_eq!((ours.attn_out_norm, ours.mlp_out_norm), (theirs.attn_out_norm, theirs.mlp_out_norm));
        rows_agree(&ours.attention, &theirs.attention);
    }
    let vocabulary = &run.info.vocabulary;
    for &token in recorded.ranking.order().iter().take(NAMED).chain(context) {
        assert_eq!(record.info().vocabulary.bytes(token), vocabulary.bytes(token));
    }
    let lens = Inspected::Lens { layers: answer.lens.clone() };
    assert_eq!(record.inspect(context, Inspection::Lens { top: usize::MAX }), Some(lens));
    let neighbours = Inspected::Neighbours { tokens: answer.neighbours.clone() };
    assert_eq!(record.inspect(context, Inspection::Neighbours { top: usize::MAX }), Some(neighbours));
}

/// The largest difference of a probability at any of the temperatures, rank by rank. The entropy is held here too.
fn distributions_differ_by(logits: &[f32], recorded: &[f32]) -> f32 {
    let truth = Ranking::new(logits);
    let mut worst = 0f32;
    for temperature in TEMPERATURES {
        let (ours, theirs) = (softmax(recorded, temperature), softmax(truth.logits(), temperature));
        let difference = ours.iter().zip(&theirs).map(|(ours, theirs)| (ours - theirs).abs()).fold(0.0, f32::max);
        assert!((entropy(&ours) - entropy(&theirs)).abs() < 1e-3, "temperature {temperature}");
        if temperature == 0.0 || temperature == f32::INFINITY {
            assert_eq!(difference, 0.0);
        }
        worst = worst.max(difference);
    }
    worst
}

fn patterns_agree(engine: &mut Engine, record: &Record, context: &[u32], inspection: Inspection) {
    let answer = engine.run(context, Task::Inspect(inspection)).unwrap();
    let (Answer::Inspected(Inspected::Pattern { rows }), Some(Inspected::Pattern { rows: recorded })) =
        (answer, record.inspect(context, inspection))
    else {
        panic!("another answer");
    };
    rows_agree(&recorded, &rows);
    for (query, row) in recorded.iter().enumerate() {
        assert!(row[query + 1..].iter().all(|&weight| weight == 0.0));
    }
}

fn rows_agree(ours: &[Vec<f32>], theirs: &[Vec<f32>]) {
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.len(), theirs.len());
        assert!((ours.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(ours.iter().zip(theirs).all(|(ours, theirs)| (ours - theirs).abs() < 2e-5));
    }
}

/// The page's loop, fed by the record, draws the record's tokens: so does the live model that takes over.
#[test]
fn the_loop_walks_the_record_to_its_end() {
    let record = Record::decode(&committed()).unwrap();
    let mut generation = Generation::new(lesson::controls(), lesson::SEED, Taps::ALL);
    generation.apply(Event::Model { end_of_text: record.info().end_of_text.clone(), live: false });
    let mut request = generation.apply(Event::Prompt(record.prompt().to_vec()));
    for _ in 0..LENGTH {
        let Some(Request::Step { id, tokens, .. }) = request else { panic!("{request:?}") };
        generation.apply(Event::Step { id, ranked: record.step(&tokens).unwrap() });
        let draw = generation.choice().unwrap().draw;
        assert!(draw.coin - draw.low > 1e-3 && draw.low + f64::from(draw.probability) - draw.coin > 1e-3, "{draw:?}");
        request = generation.apply(Event::NextToken);
    }
    assert_eq!(generation.context(), record.tokens());
    assert_eq!(record.info().vocabulary.text(record.prompt()), lesson::PROMPT);
    assert!(record.step(record.tokens()).is_some());
}
