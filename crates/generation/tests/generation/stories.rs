//! Single stories, told as a reader would.

use std::collections::HashSet;
use std::sync::Arc;

use generation::Stage;
use generation::generation::{Event, Generation, Halt};
use generation::protocol::{Failure, Request};
use generation::sampling::{Controls, Ranking, coin, softmax};
use generation::step::{Step, Taps};
use generation::tree::{NodeId, Origin, Ranked, Toss};

use crate::fake::{END, Live, VOCABULARY, computed, crash, fake_logits, log_probability, long_run, model_ready};

#[test]
fn nothing_is_asked_without_a_model_or_a_prompt() {
    let mut generation = Generation::default();
    for event in [Event::Advance, Event::NextToken, Event::Run, Event::Retry, Event::Undo, Event::Prompt(vec![3, 4])] {
        assert_eq!(generation.apply(event), None);
    }
    assert_eq!(generation.pending(), None);
    let request = generation.apply(model_ready());
    assert_eq!(request, Some(Request::Step { id: 1, tokens: vec![3, 4], taps: Taps::default() }));
    assert_eq!(generation.apply(Event::Prompt(vec![])), None, "no context to run on");
    assert_eq!(generation.pending(), None);
}

#[test]
fn six_advances_are_one_token() {
    let mut live = long_run(&[5], 2);
    let expected = live.generation.choice().unwrap().draw.token;
    for stage in &Stage::ALL[1..] {
        live.apply(Event::Advance);
        assert_eq!(live.generation.stage(), *stage);
        assert_eq!(live.generation.context(), [5]);
    }
    assert_eq!(live.asked, 1, "within a step nothing is asked");
    live.apply(Event::Advance);
    assert_eq!((live.generation.stage(), live.generation.context()), (Stage::Context, vec![5, expected]));
    assert_eq!(live.asked, 2);
}

#[test]
fn stages_wait_for_the_answer() {
    let mut generation = Generation::default();
    generation.apply(model_ready());
    let Some(Request::Step { id, tokens, .. }) = generation.apply(Event::Prompt(vec![1])) else { panic!() };
    for event in [Event::Advance, Event::NextToken, Event::Open(Stage::Softmax), Event::Retry] {
        assert_eq!(generation.apply(event), None);
        assert_eq!((generation.stage(), generation.pending()), (Stage::Context, Some(id)));
    }
    generation.apply(Event::Step { id, ranked: computed(&tokens, Taps::default()) });
    generation.apply(Event::Open(Stage::Softmax));
    assert_eq!(generation.stage(), Stage::Softmax);
}

#[test]
fn the_text_ends_where_the_model_ends_it() {
    let mut live = long_run(&[5], 3);
    live.generate(1);
    live.apply(Event::Run);
    let tip = live.generation.tip();
    let asked = live.asked;
    live.apply(Event::Force { after: tip, token: END });
    assert_eq!(live.generation.halt(), Some(&Halt::EndOfText(END)));
    assert!(!live.generation.running());
    for event in [Event::Advance, Event::NextToken, Event::Run, Event::Retry, model_ready()] {
        live.apply(event);
        assert_eq!(live.generation.halt(), Some(&Halt::EndOfText(END)));
        assert!(!live.generation.running() && live.generation.choice().is_none());
    }
    assert_eq!(live.asked, asked, "nothing comes after the end");
    live.apply(Event::Undo);
    assert_eq!((live.generation.tip(), live.generation.halt()), (tip, None));
    assert_eq!(live.asked, asked);
}

#[test]
fn an_end_of_text_in_the_prompt_does_not_end_it() {
    let live = Live::new(&[4, END], 1);
    assert_eq!(live.generation.halt(), None);
    assert!(live.generation.choice().is_some());
}

/// A run of 8 tokens, another token forced at position 3, on from there, and back to the first branch.
#[test]
fn a_forced_token_starts_a_branch_and_both_keep_their_figures() {
    let prompt = [5, 7];
    let mut live = long_run(&prompt, 9);
    let first = live.generate(8);
    let first_tip = live.generation.tip();
    let third = live.generation.path(first_tip)[2];
    let after = live.generation.node(third).unwrap().parent().unwrap();

    live.apply(Event::Select(after));
    assert_eq!(live.generation.context(), first[..4]);
    let other = (1..VOCABULARY).find(|&token| token != first[4]).unwrap();
    live.apply(Event::Force { after, token: other });
    let forced = live.generation.tip();
    assert_eq!(live.generation.node(forced).unwrap().origin(), &Origin::Forced);
    live.generate(3);
    let second_tip = live.generation.tip();
    let second = live.generation.context();
    assert_eq!(second[..4], first[..4]);
    assert_eq!(second[4], other);
    let probability = f64::from(softmax(&fake_logits(&first[..4]), 1.0)[other as usize]);
    assert!((live.generation.node(forced).unwrap().log_probability().unwrap() - probability.ln()).abs() < 1e-5);

    let asked = live.asked;
    while live.generation.tip() != first_tip {
        assert!(live.generation.can_undo());
        live.apply(Event::Undo);
    }
    assert_eq!(live.generation.context(), first);
    live.apply(Event::Select(second_tip));
    assert_eq!(live.generation.context(), second);
    live.apply(Event::Select(first_tip));
    assert_eq!(live.asked, asked, "all of it was known");
    assert_eq!(live.generation.leaves(), [first_tip, second_tip]);
    for (tip, context) in [(first_tip, &first), (second_tip, &second)] {
        assert_eq!(live.generation.context_at(tip), *context);
        let ledger = live.generation.ledger(tip).unwrap();
        assert_eq!(ledger.predicted, context.len() - prompt.len());
        assert!((ledger.log_probability - log_probability(context, prompt.len())).abs() < 1e-9);
    }
}

#[test]
fn forcing_what_is_there_already_goes_there() {
    let mut live = long_run(&[5], 4);
    let context = live.generate(3);
    let path = live.generation.path(live.generation.tip());
    let asked = live.asked;
    live.apply(Event::Force { after: path[0], token: context[2] });
    assert_eq!(live.generation.tip(), path[1]);
    assert_eq!(live.generation.leaves().len(), 1);
    assert_eq!(live.asked, asked);
}

#[test]
fn an_impossible_token_changes_nothing() {
    let mut live = long_run(&[5], 3);
    live.apply(Event::Run);
    live.generate(1);
    let before = format!("{:?}", live.generation);
    live.apply(Event::Force { after: live.generation.tip(), token: VOCABULARY });
    assert_eq!(format!("{:?}", live.generation), before, "it goes on running, too");
}

#[test]
fn the_answer_to_an_abandoned_question_is_dropped() {
    let mut generation = Generation::default();
    generation.apply(model_ready());
    let Some(Request::Step { id: old, .. }) = generation.apply(Event::Prompt(vec![1])) else { panic!() };
    let Some(Request::Step { id: new, tokens, .. }) = generation.apply(Event::Prompt(vec![2])) else { panic!() };
    generation.apply(Event::Step { id: old, ranked: computed(&[1], Taps::default()) });
    generation.apply(Event::Failed { id: Some(old), failure: Failure::Cancelled });
    assert_eq!((generation.pending(), generation.halt()), (Some(new), None));
    generation.apply(Event::Step { id: new, ranked: computed(&tokens, Taps::default()) });
    assert_eq!(generation.result().unwrap().ranking, Ranking::new(&fake_logits(&[2])));
}

#[test]
fn a_failure_stops_the_run_and_retry_goes_on() {
    let mut live = long_run(&[5], 6);
    live.apply(Event::Run);
    let Some(Request::Step { id, .. }) = live.generation.apply(Event::NextToken) else { panic!() };
    let failure = Failure::Arithmetic("not a number".into());
    live.generation.apply(Event::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(live.generation.halt(), Some(&Halt::Failed(failure)));
    assert!(!live.generation.running());
    live.apply(Event::Retry);
    assert_eq!(live.generation.halt(), None);
    assert!(live.generation.choice().is_some());
}

#[test]
fn after_a_crash_the_readers_state_is_whole() {
    let mut live = long_run(&[5], 6);
    let context = live.generate(3);
    let asked = live.asked;
    live.apply(Event::Failed { id: None, failure: crash() });
    assert_eq!(live.generation.halt(), Some(&Halt::Failed(crash())));
    assert_eq!(live.generation.context(), context);
    // What is known can still be looked at, and without a model the loop goes as far as it can.
    live.apply(Event::Undo);
    assert_eq!(live.generation.context(), context[..3]);
    live.apply(model_ready());
    assert_eq!((live.generation.halt(), live.asked), (None, asked), "its step is known");
    assert_eq!(live.generate(2)[..4], context);
}

#[test]
fn a_crash_while_an_answer_is_awaited_asks_again() {
    let mut generation = Generation::default();
    generation.apply(model_ready());
    generation.apply(Event::Prompt(vec![1]));
    generation.apply(Event::Failed { id: None, failure: crash() });
    assert_eq!((generation.pending(), generation.apply(Event::Retry)), (None, None));
    assert!(matches!(generation.apply(model_ready()), Some(Request::Step { id: 2, .. })));
    assert_eq!(generation.halt(), None);
}

#[test]
fn running_and_paused_exclude_each_other() {
    let mut live = long_run(&[5], 6);
    live.apply(Event::Run);
    assert!(live.generation.running() && live.generation.halt().is_none());
    live.apply(Event::Pause);
    assert!(!live.generation.running() && live.generation.halt() == Some(&Halt::Paused));
    live.apply(Event::Run);
    assert!(live.generation.running() && live.generation.halt().is_none());
    live.generate(2);
    assert!(live.generation.running());
    live.apply(Event::Undo);
    assert!(!live.generation.running(), "going back stops the run");
}

#[test]
fn drawing_again_moves_only_this_positions_coin() {
    let mut live = Live::new(&[5], 3);
    let before = live.generation.choice().unwrap();
    let coins: HashSet<u64> = (0..20)
        .map(|_| {
            live.apply(Event::DrawAgain);
            live.generation.coin().to_bits()
        })
        .collect();
    assert_eq!(coins.len(), 20);
    assert_eq!(live.generation.coin(), coin(3, 1, 20));
    assert_eq!(live.generation.choice().unwrap().distribution, before.distribution);
    live.apply(Event::Force { after: NodeId::ROOT, token: 4 });
    assert_eq!(live.generation.coin(), coin(3, 2, 0));
    assert_eq!(live.asked, 2);
}

#[test]
fn the_draw_holds_while_the_controls_move() {
    let mut live = Live::new(&[5], 3);
    let held = live.generation.coin();
    for temperature in [0.0, 0.3, 1.7, f32::INFINITY] {
        live.apply(Event::Controls(Controls { temperature, ..Controls::default() }));
        assert_eq!(live.generation.choice().unwrap().draw.coin, held);
    }
    assert_eq!(live.asked, 1, "controls never reach the model");
}

#[test]
fn a_token_keeps_the_record_of_its_draw() {
    let mut live = Live::new(&[5], 3);
    let controls = Controls { temperature: 0.7, top_k: 5, ..Controls::default() };
    live.apply(Event::Controls(controls));
    let draw = live.generation.choice().unwrap().draw;
    live.apply(Event::NextToken);
    live.apply(Event::Controls(Controls::default()));
    let node = live.generation.node(live.generation.tip()).unwrap();
    assert_eq!(
        node.origin(),
        &Origin::Drawn { draw: Some(draw), toss: Toss { seed: 3, number: 0 }, controls, altered: Default::default() }
    );
    // Its own probability is the model's, whatever the controls were.
    let expected = f64::from(softmax(&fake_logits(&[5]), 1.0)[draw.token as usize]).ln();
    assert!((node.log_probability().unwrap() - expected).abs() < 1e-5);
}

#[test]
fn an_unlikely_token_can_be_forced_past_every_filter() {
    let mut live = Live::new(&[5], 3);
    live.apply(Event::Controls(Controls { temperature: 0.0, top_k: 1, ..Controls::default() }));
    let token = live.unlikely();
    live.apply(Event::Force { after: NodeId::ROOT, token });
    assert_eq!(live.generation.context(), [5, token]);
    assert!(live.generation.ledger(live.generation.tip()).unwrap().probability() > 0.0);
}

#[test]
fn a_model_of_nothing_but_nan_leaves_the_loop_still() {
    let mut generation = Generation::default();
    generation.apply(model_ready());
    let Some(Request::Step { id, .. }) = generation.apply(Event::Prompt(vec![1])) else { panic!() };
    generation.apply(Event::Step {
        id,
        ranked: Arc::new(Ranked::new(Step { logits: vec![f32::NAN; 5], ..Step::default() })),
    });
    assert_eq!(generation.choice(), None);
    for event in [Event::NextToken, Event::Advance, Event::Run, Event::NextToken] {
        assert_eq!(generation.apply(event), None);
    }
    assert_eq!(generation.context(), [1]);
}
