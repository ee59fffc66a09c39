//! The loop in code: lines, breakpoints, calls that come to their limit.

use generation::generation::{Event, Halt};
use generation::line::Line;
use generation::protocol::Request;
use generation::{Generation, Stage};

use crate::fake::{END, Live, computed, long_run, model_ready};

fn at(live: &Live) -> (Line, Stage) {
    (live.generation.line(), live.generation.stage())
}

#[test]
fn stepping_through_the_code_makes_one_token_a_round() {
    let mut live = long_run(&[5], 3);
    let token = live.generation.choice().unwrap().draw.token;
    assert_eq!(at(&live), (Line::Copy, Stage::Context), "the prompt is copied, no token is made");
    let round = [
        (Line::Repeat, Stage::Context),
        (Line::Model, Stage::Logits),
        (Line::Softmax, Stage::Softmax),
        (Line::Sample, Stage::Sampling),
    ];
    for place in round {
        live.apply(Event::StepLine);
        assert_eq!((at(&live), live.generation.made()), (place, 0));
    }
    live.apply(Event::StepLine);
    assert_eq!((at(&live), live.generation.context()), ((Line::Append, Stage::Context), vec![5, token]));
    live.apply(Event::StepLine);
    assert_eq!(at(&live), (Line::Stop, Stage::Context));
    for place in round {
        live.apply(Event::StepLine);
        assert_eq!((at(&live), live.generation.made()), (place, 1));
    }
    assert_eq!(live.asked, 2, "one pass a token");
}

#[test]
fn the_line_waits_for_its_pass() {
    let mut generation = Generation::default();
    generation.apply(model_ready());
    let Some(Request::Step { id, tokens, taps }) = generation.apply(Event::Prompt(vec![1])) else { panic!() };
    for _ in 0..3 {
        assert_eq!(generation.apply(Event::StepLine), None);
        assert_eq!((generation.line(), generation.stage()), (Line::Repeat, Stage::Context));
    }
    generation.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    generation.apply(Event::StepLine);
    assert_eq!(generation.line(), Line::Model);
    // An open stage that waits for its data is in the middle of the pass, and a press does not run ahead of it.
    generation.apply(Event::Open(Stage::Sampling));
    let Some(Request::Step { .. }) = generation.apply(Event::NextToken) else { panic!() };
    for _ in 0..2 {
        assert_eq!((generation.line(), generation.stage()), (Line::Model, Stage::Sampling));
        assert_eq!(generation.apply(Event::StepLine), None);
        assert_eq!(generation.made(), 1);
    }
}

#[test]
fn stages_and_lines_are_one_loop() {
    let mut live = long_run(&[5], 2);
    for (stage, line) in [
        (Stage::Embedding, Line::Model),
        (Stage::Transformer, Line::Model),
        (Stage::Logits, Line::Model),
        (Stage::Softmax, Line::Softmax),
        (Stage::Sampling, Line::Sample),
        (Stage::Context, Line::Append),
    ] {
        live.apply(Event::Advance);
        assert_eq!(at(&live), (line, stage));
    }
    assert_eq!(live.generation.made(), 1);
    // From an open stage the code goes on, and looking at the context again begins the round again.
    live.apply(Event::Open(Stage::Transformer));
    live.apply(Event::StepLine);
    assert_eq!(at(&live), (Line::Softmax, Stage::Softmax));
    live.apply(Event::Open(Stage::Context));
    assert_eq!(at(&live), (Line::Repeat, Stage::Context));
    assert_eq!(live.generation.made(), 1);
}

#[test]
fn the_end_of_text_in_code_is_stop_and_then_return() {
    let mut live = long_run(&[5], 2);
    live.generate(1);
    live.apply(Event::Force { after: live.generation.tip(), token: END });
    assert_eq!(at(&live), (Line::Append, Stage::Context));
    for line in [Line::Stop, Line::Return, Line::Return] {
        live.apply(Event::StepLine);
        assert_eq!(live.generation.line(), line);
        assert_eq!(live.generation.halt(), Some(&Halt::EndOfText(END)), "it says why, all the way");
    }
    live.apply(Event::Run);
    assert!(!live.generation.running());
}

#[test]
fn a_run_comes_to_the_end_of_the_text_and_returns() {
    // From this prompt some seed ends its text within 50 tokens.
    let mut live = (0..100)
        .map(|seed| Live::new(&[5], seed))
        .find_map(|mut live| {
            live.apply(Event::Run);
            live.drive();
            matches!(live.generation.halt(), Some(Halt::EndOfText(_))).then_some(live)
        })
        .unwrap();
    assert_eq!(live.generation.context().last(), Some(&END));
    assert_eq!(live.generation.line(), Line::Return);
    // With a breakpoint on the line that looks for the end, the same run halts there.
    live.apply(Event::Restart);
    live.apply(Event::Breakpoint { line: Line::Stop, on: true });
    while live.generation.halt() != Some(&Halt::EndOfText(END)) {
        live.apply(Event::Run);
        assert!(live.drive() <= 1);
        assert_eq!(live.generation.line(), Line::Stop);
    }
}

#[test]
fn a_breakpoint_on_sampling_halts_a_run_before_each_token() {
    let mut live = long_run(&[5], 5);
    live.apply(Event::Breakpoint { line: Line::Sample, on: true });
    for made in 0..4 {
        live.apply(Event::Run);
        assert_eq!(live.drive(), usize::from(made > 0), "one token a halt");
        assert_eq!(live.generation.halt(), Some(&Halt::Breakpoint(Line::Sample)));
        assert_eq!((at(&live), live.generation.made()), ((Line::Sample, Stage::Sampling), made));
        assert!(live.generation.choice().is_some(), "the draw is on show, its token not yet in the context");
    }
    // By hand the breakpoint is passed.
    live.apply(Event::NextToken);
    assert_eq!((live.generation.made(), live.generation.halt()), (4, None));
    live.apply(Event::Breakpoint { line: Line::Sample, on: false });
    live.apply(Event::Run);
    live.apply(Event::NextToken);
    assert!(live.generation.running() || live.generation.halt() == Some(&Halt::EndOfText(END)));
}

#[test]
fn a_run_to_a_line_halts_there_once() {
    let mut live = long_run(&[5], 4);
    live.apply(Event::RunTo(Line::Softmax));
    assert_eq!((live.drive(), at(&live)), (0, (Line::Softmax, Stage::Softmax)));
    live.apply(Event::RunTo(Line::Softmax));
    assert_eq!((live.drive(), at(&live)), (1, (Line::Softmax, Stage::Softmax)));
    live.apply(Event::RunTo(Line::Append));
    assert_eq!((live.drive(), at(&live)), (1, (Line::Append, Stage::Context)));
    live.apply(Event::RunTo(Line::Repeat));
    assert_eq!((live.generation.running(), at(&live)), (false, (Line::Repeat, Stage::Context)), "no pass is needed");
    assert!(live.generation.breakpoints().is_empty());
}

#[test]
fn a_breakpoint_on_the_model_leaves_the_transformer_open() {
    let mut live = long_run(&[5], 3);
    live.apply(Event::Open(Stage::Transformer));
    live.apply(Event::Breakpoint { line: Line::Model, on: true });
    live.apply(Event::Run);
    assert_eq!((live.drive(), at(&live)), (1, (Line::Model, Stage::Transformer)));
    assert!(live.generation.result().unwrap().shows(crate::fake::TAPS), "and it has something to show");
}

#[test]
fn one_run_is_one_call_and_another_run_makes_as_many_more() {
    let mut live = long_run(&[5], 9);
    live.apply(Event::MaxNew(4));
    live.apply(Event::Open(Stage::Sampling));
    for call in 1..=2 {
        live.apply(Event::Run);
        assert_eq!(live.generation.halt(), None);
        assert_eq!(live.drive(), 4);
        assert_eq!(live.generation.halt(), Some(&Halt::Limit(4)));
        assert_eq!((live.generation.made(), live.generation.context().len()), (4, 1 + 4 * call));
        // The code has returned; what would come next is on show all the same.
        assert_eq!(at(&live), (Line::Return, Stage::Sampling));
        assert!(live.generation.choice().is_some());
    }
    live.apply(Event::NextToken);
    assert_eq!((live.generation.made(), live.generation.halt()), (1, None), "a token more begins a call, too");
}

#[test]
fn the_limit_in_code_is_repeat_and_then_return() {
    let mut live = long_run(&[5], 4);
    live.apply(Event::MaxNew(1));
    live.apply(Event::RunTo(Line::Append));
    live.drive();
    for (line, halt) in
        [(Line::Stop, None), (Line::Repeat, None), (Line::Return, Some(Halt::Limit(1))), (Line::Copy, None)]
    {
        live.apply(Event::StepLine);
        assert_eq!((live.generation.line(), live.generation.halt()), (line, halt.as_ref()));
    }
    assert_eq!(
        (live.generation.made(), live.generation.context().len()),
        (0, 2),
        "a new call starts from what there is"
    );
}

#[test]
fn a_halt_at_the_last_token_is_not_the_end_of_its_call() {
    let mut live = long_run(&[5], 4);
    live.apply(Event::MaxNew(2));
    live.apply(Event::Breakpoint { line: Line::Append, on: true });
    for (tokens, halt) in [
        (1, Halt::Breakpoint(Line::Append)),
        (1, Halt::Breakpoint(Line::Append)),
        (0, Halt::Limit(2)),
        (1, Halt::Breakpoint(Line::Append)),
    ] {
        live.apply(Event::Run);
        assert_eq!((live.drive(), live.generation.halt()), (tokens, Some(&halt)));
    }
}

#[test]
fn going_elsewhere_in_the_tree_leaves_tokens_to_be_made() {
    let mut live = long_run(&[5], 9);
    live.apply(Event::MaxNew(3));
    for _ in 0..3 {
        live.apply(Event::Run);
        live.drive();
    }
    let path = live.generation.path(live.generation.tip());
    for &place in &path {
        live.apply(Event::Select(place));
        live.apply(Event::Run);
        assert!(live.drive() > 0, "a run makes tokens from anywhere");
    }
}

#[test]
fn a_press_on_a_running_loop_stops_it() {
    let mut live = long_run(&[5], 3);
    live.apply(Event::Run);
    live.apply(Event::NextToken);
    live.apply(Event::StepLine);
    assert_eq!((live.generation.running(), live.generation.line()), (false, Line::Stop));
}

#[test]
fn restart_forgets_all_but_the_prompt_and_asks_nothing() {
    let mut live = long_run(&[5, 7], 3);
    let fresh = format!("{:?}", live.generation.distribution());
    live.apply(Event::MaxNew(9));
    live.apply(Event::Breakpoint { line: Line::Model, on: true });
    live.apply(Event::Alter { token: 3, logit: Some(9.0) });
    live.apply(Event::DrawAgain);
    live.apply(Event::Open(Stage::Softmax));
    live.generate(3);
    let asked = live.asked;
    live.apply(Event::Restart);
    assert_eq!((live.generation.context(), live.asked), (vec![5, 7], asked));
    assert_eq!(at(&live), (Line::Copy, Stage::Context));
    assert_eq!(live.generation.leaves(), [live.generation.tip()]);
    assert!(live.generation.breakpoints().is_empty() && !live.generation.can_undo());
    assert_eq!(live.generation.max_new(), generation::limits::MAX_NEW);
    assert_eq!(format!("{:?}", live.generation.altered_distribution()), fresh);
    assert_eq!(live.generation.coin(), generation::sampling::coin(live.generation.seed(), 2, 0));
}
