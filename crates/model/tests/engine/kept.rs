//! The loop's keys and values outlast whatever else the engine is asked for.

use generation::TokenId;
use generation::step::{Inspection, Step, Taps};
use model::{Answer, Engine, Precision, Progress, Task};

use crate::support::*;

fn tiny() -> Engine {
    engine(&fixture("tiny-llama-Q4_1.gguf"), Precision::Quantized)
}

/// A context one token short of the window.
fn tokens(engine: &Engine) -> Vec<TokenId> {
    let size = engine.tokenizer().vocabulary().len();
    (0..engine.info().window - 1).map(|i| ((i * 37 + 11) % size) as TokenId).collect()
}

/// The step after one token more; what it computes and its bits.
fn next(engine: &mut Engine, tokens: &[TokenId]) -> Step {
    step(engine, &[tokens, &[7]].concat())
}

#[test]
fn the_next_token_computes_one_token_whatever_was_asked_before() {
    let mut engine = tiny();
    let tokens = tokens(&engine);
    let other: Vec<TokenId> = tokens.iter().rev().copied().collect();
    let expected = next(&mut tiny(), &tokens).logits;
    let pass = |window, cached| Task::Inspect(Inspection::Pass { window, cached });
    let questions = [
        (&other[..], Task::Score),
        (&tokens[..], Task::Score),
        (&tokens[..], pass(16, true)),
        (&tokens[..], pass(16, false)),
        (&tokens[..], pass(engine.info().window, false)),
        (&other[..], Task::Inspect(Inspection::Pattern { layer: 1, head: 1 })),
        (&tokens[..], Task::Inspect(Inspection::Neighbours { top: 3 })),
        // Scrolling back: an earlier step, and looks into it.
        (&tokens[..9], Task::Step(Taps::ALL)),
        (&tokens[..30], Task::Inspect(Inspection::Lens { top: 3 })),
        (&tokens[..30], Task::Inspect(Inspection::Pattern { layer: 1, head: 1 })),
    ];
    for (context, question) in questions {
        step(&mut engine, &tokens);
        engine.run(context, question).unwrap();
        let after = next(&mut engine, &tokens);
        assert_eq!(after.cost.tokens_computed, 1, "after {question:?} on {} tokens", context.len());
        assert_eq!(after.logits, expected, "after {question:?}");
    }
}

#[test]
fn a_step_between_two_slices_of_another_task_changes_neither() {
    let tokens = tokens(&tiny());
    let other: Vec<TokenId> = tokens.iter().rev().copied().collect();
    for task in [
        Task::Score,
        Task::Inspect(Inspection::Pattern { layer: 1, head: 1 }),
        Task::Inspect(Inspection::Pass { window: 32, cached: false }),
        Task::Inspect(Inspection::Lens { top: 3 }),
    ] {
        // A lens works on the loop's own cache: on another branch it would start again after each step.
        let contexts = if matches!(task, Task::Inspect(Inspection::Lens { .. })) { 1 } else { 2 };
        for context in [&tokens, &other].into_iter().take(contexts) {
            let expected = tiny().run(context, task).unwrap();
            let mut engine = tiny();
            step(&mut engine, &tokens);
            let mut running = engine.start(context, task).unwrap();
            let mut length = 9;
            let answer = loop {
                match engine.advance(&mut running, 8).unwrap() {
                    Progress::Done(answer) => break answer,
                    Progress::Working { .. } => drop(step(&mut engine, &tokens[..length])),
                }
                length = (length + 1).min(tokens.len());
            };
            assert_eq!(answer, expected, "{task:?}");
        }
    }
}

#[test]
fn another_branch_computes_what_differs() {
    let mut engine = tiny();
    let tokens = tokens(&engine);
    step(&mut engine, &tokens);
    let branch = [&tokens[..20], &[3, 4]].concat();
    let there = step(&mut engine, &branch);
    assert_eq!((there.cost.tokens_computed, there.cost.tokens_reused), (2, 20));
    assert_eq!(there.logits, step(&mut tiny(), &branch).logits);
    let back = step(&mut engine, &tokens);
    assert_eq!(back.cost.tokens_reused, 20);
    assert_eq!(back.logits, step(&mut tiny(), &tokens).logits);
}

#[test]
fn a_measured_pass_uses_what_the_loop_has_computed() {
    let mut engine = tiny();
    let tokens = tokens(&engine);
    step(&mut engine, &tokens);
    let task = Task::Inspect(Inspection::Pass { window: engine.info().window, cached: true });
    let Answer::Inspected(generation::step::Inspected::Pass(pass)) = engine.run(&tokens, task).unwrap() else {
        panic!("another answer");
    };
    assert_eq!((pass.cost.tokens_computed, pass.cost.tokens_reused), (1, tokens.len() - 1));
}

#[test]
fn what_is_over_keeps_no_memory_and_nor_does_who_leaves() {
    let mut engine = tiny();
    let tokens = tokens(&engine);
    step(&mut engine, &tokens);
    let bytes = engine.cache_bytes();
    assert!(bytes > 0);
    for task in [Task::Score, Task::Inspect(Inspection::Pattern { layer: 0, head: 0 })] {
        engine.run(&tokens, task).unwrap();
        assert_eq!(engine.cache_bytes(), bytes, "{task:?}");
    }
    let mut running = engine.start_for(5, &tokens, Task::Step(Taps::default())).unwrap();
    engine.advance(&mut running, 8).unwrap();
    assert!(engine.cache_bytes() > bytes);
    engine.forget(5);
    assert_eq!(engine.cache_bytes(), bytes);
    engine.forget(0);
    assert_eq!(engine.cache_bytes(), 0);
}
