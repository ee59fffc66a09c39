//! A state from elsewhere: it is what it was, and the model at hand says what it makes of it.

use std::sync::Arc;

use generation::generation::{Event, Generation, Halt};
use generation::protocol::{Failure, Request};
use generation::sampling::{Controls, Distribution, coin};
use generation::snapshot::Snapshot;
use generation::step::{Step, Taps, TokenId};
use generation::tree::{NodeId, Origin, Ranked};
use generation::{Line, Stage};

use crate::fake::{END, Live, TAPS, VOCABULARY, computed, fake_logits, model_ready, recorded, recording_ready};

/// A run of 30 tokens on two branches, with altered logits, filters, another seed and draws again.
fn run() -> Live {
    let mut live = Live::new(&[5, 3], 11);
    let filters = Controls { temperature: 1.3, top_k: 8, top_p: 0.95, repetition_penalty: 1.1, ..Controls::default() };
    live.apply(Event::MaxNew(100));
    grow(&mut live, 10);
    live.apply(Event::Controls(filters));
    live.apply(Event::DrawAgain);
    grow(&mut live, 5);
    live.apply(Event::Alter { token: 7, logit: Some(9.0) });
    live.apply(Event::Continue);
    live.apply(Event::Seed(12));
    grow(&mut live, 4);
    let fork = live.generation.path(live.generation.tip())[7];
    let context = live.generation.context_at(fork);
    let taken = live.generation.context()[context.len()];
    let other = (1..VOCABULARY).find(|&token| token != taken).unwrap();
    live.apply(Event::Force { after: fork, token: other });
    live.apply(Event::Controls(Controls { temperature: 0.0, ..filters }));
    grow(&mut live, 9);
    live.apply(Event::Alter { token: 4, logit: Some(-2.5) });
    live.apply(Event::DrawAgain);
    live.apply(Event::Breakpoint { line: Line::Sample, on: true });
    live.apply(Event::Open(Stage::Softmax));
    assert_eq!(live.generation.snapshot().made.len(), 30);
    live
}

/// So many tokens, none of them the end.
fn grow(live: &mut Live, count: usize) {
    let want = live.generation.context().len() + count;
    while live.generation.context().len() < want {
        let next = live.generation.choice().unwrap().draw.token;
        if next == END {
            live.apply(Event::DrawAgain);
        } else {
            live.apply(Event::NextToken);
        }
    }
}

fn take_up(snapshot: &Snapshot) -> Generation {
    let mut generation = Generation::new(Controls::default(), 0, TAPS);
    assert_eq!(generation.apply(Event::TakeUp(Box::new(snapshot.clone()))), None, "no model yet");
    generation
}

fn serve(generation: &mut Generation, mut request: Option<Request>) -> usize {
    let mut asked = 0;
    while let Some(Request::Step { id, tokens, taps }) = request {
        asked += 1;
        request = generation.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    }
    asked
}

#[test]
fn a_state_taken_up_is_the_one_it_was() {
    let there = run().generation;
    let snapshot = there.snapshot();
    let mut here = take_up(&snapshot);
    assert_eq!(here.snapshot(), snapshot);
    assert_eq!((here.unscored(), here.awaiting()), (30, 30));
    assert_eq!(here.ledger(here.tip()), None, "nobody has said yet how likely it is");
    let request = here.apply(model_ready());
    let Some(Request::Step { ref tokens, .. }) = request else { panic!() };
    assert_eq!(*tokens, here.context(), "what is on show comes first");
    // Every place with a token after it, and the tip; a place only once.
    assert_eq!(serve(&mut here, request), 30);
    assert_eq!(here.snapshot(), snapshot);
    assert_eq!((here.unscored(), here.awaiting(), here.differing()), (0, 0, Vec::new()));
    let mut compared = 0;
    for leaf in there.leaves() {
        for id in there.path(leaf) {
            let (one, other) = (there.node(id).unwrap(), here.node(id).unwrap());
            assert_eq!(one.origin(), other.origin());
            assert_eq!(one.log_probability(), other.log_probability());
            // Only the steps that were used last are kept.
            if let (Some(one), Some(other)) = (one.result(), other.result()) {
                assert_eq!(one.ranking, other.ranking);
                compared += 1;
            }
        }
    }
    assert!(compared > 0);
    assert_eq!(there.altered_choice(), here.altered_choice());
    assert_eq!((there.line(), there.made()), (here.line(), here.made()));
    // And it goes on as it would have there.
    let mut there = Live { generation: there, asked: 0 };
    let mut here = Live { generation: here, asked: 0 };
    for live in [&mut there, &mut here] {
        live.apply(Event::Continue);
        live.generate(5);
    }
    assert_eq!(there.generation.snapshot(), here.generation.snapshot());
}

#[test]
fn a_recording_says_what_it_knows_and_the_model_the_rest() {
    let there = run().generation;
    let mut here = take_up(&there.snapshot());
    let first = there.leaves()[0];
    // It has the first five places of the first branch.
    let known = there.context_at(there.path(first)[4]);
    let mut request = here.apply(recording_ready());
    let mut asked = 0;
    while let Some(Request::Step { id, tokens, .. }) = request {
        asked += 1;
        request = match known.starts_with(&tokens) {
            true => here.apply(Event::Step { id, ranked: recorded(&tokens, VOCABULARY as usize) }),
            false => here.apply(Event::Failed { id: Some(id), failure: Failure::NoModel }),
        };
    }
    assert_eq!(asked, 30, "each place once");
    assert_eq!(here.halt(), Some(&Halt::Failed(Failure::NoModel)));
    assert_eq!(here.unscored(), 30 - 6);
    assert_eq!(here.awaiting(), 30, "a recording has not the last word");
    let request = here.apply(model_ready());
    assert_eq!(serve(&mut here, request), 30);
    assert_eq!((here.unscored(), here.awaiting()), (0, 0));
    assert_eq!(here.snapshot(), there.snapshot());
}

#[test]
fn what_this_model_would_not_have_drawn_stays_and_is_marked() {
    let there = run().generation;
    let mut snapshot = there.snapshot();
    let Origin::Drawn { toss, controls, .. } = snapshot.made[2].origin.clone() else { panic!() };
    let drawn = snapshot.made[2].token;
    let other = (1..VOCABULARY).find(|&token| token != drawn).unwrap();
    snapshot.made.truncate(3);
    snapshot.made[2].token = other;
    snapshot.tip = 3;
    snapshot.called_at = 2;
    let mut here = take_up(&snapshot);
    let request = here.apply(model_ready());
    serve(&mut here, request);
    let [place] = here.differing()[..] else { panic!("one place") };
    let node = here.node(place).unwrap();
    assert_eq!((node.token(), node.differs()), (other, Some(drawn)));
    let draw = node.origin().draw().unwrap();
    let context = here.context_at(node.parent().unwrap());
    let ranked = Ranked::new(Step { logits: fake_logits(&context), ..Step::default() });
    let distribution = Distribution::new(&ranked.ranking, &context, &controls);
    assert_eq!(draw.coin, coin(toss.seed, 4, toss.number));
    assert_eq!((draw.token, draw.probability), (other, distribution.drawn()[draw.rank]));
    assert!(!(draw.low..draw.low + f64::from(draw.probability)).contains(&draw.coin), "the coin fell elsewhere");
    assert_eq!(here.snapshot(), snapshot, "the link's token is kept");
}

#[test]
fn the_reader_need_not_wait_for_the_scores() {
    let snapshot = run().generation.snapshot();
    let mut here = take_up(&snapshot);
    let Some(Request::Step { id, tokens, taps }) = here.apply(model_ready()) else { panic!() };
    let Some(Request::Step { id: scoring, .. }) = here.apply(Event::Step { id, ranked: computed(&tokens, taps) })
    else {
        panic!()
    };
    assert_eq!(here.pending(), None, "nothing that is on show is awaited");
    let Some(Request::Step { id, tokens, taps }) = here.apply(Event::NextToken) else { panic!() };
    assert_eq!((tokens.len(), here.pending()), (here.context().len(), Some(id)));
    // The worker has dropped the older question, or answers it late.
    assert_eq!(here.apply(Event::Failed { id: Some(scoring), failure: Failure::Cancelled }), None);
    assert_eq!(here.pending(), Some(id));
    let request = here.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    assert_eq!(serve(&mut here, request), 29, "the place that was given up is asked for again");
    assert_eq!((here.unscored(), here.awaiting()), (0, 0));
    // A place that fails is left alone, and nothing halts for it.
    let mut here = take_up(&snapshot);
    let request = here.apply(model_ready());
    let Some(Request::Step { id, tokens, taps }) = request else { panic!() };
    let Some(Request::Step { id, .. }) = here.apply(Event::Step { id, ranked: computed(&tokens, taps) }) else {
        panic!()
    };
    let failure = Failure::Arithmetic("a test".into());
    let request = here.apply(Event::Failed { id: Some(id), failure });
    assert_eq!(here.halt(), None);
    assert_eq!(serve(&mut here, request), 28);
    assert_eq!(here.unscored(), 1);
}

#[test]
fn a_run_is_not_held_up_and_a_crash_loses_nothing() {
    let snapshot = run().generation.snapshot();
    let mut here = take_up(&snapshot);
    let Some(Request::Step { id, tokens, taps }) = here.apply(model_ready()) else { panic!() };
    here.apply(Event::Breakpoint { line: Line::Sample, on: false });
    here.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    here.apply(Event::Run);
    let Some(Request::Step { id, tokens, taps }) = here.apply(Event::NextToken) else { panic!() };
    assert_eq!(here.apply(Event::Step { id, ranked: computed(&tokens, taps) }), None, "a run goes before");
    assert!(here.apply(Event::Pause).is_some());
    here.apply(Event::Failed { id: None, failure: Failure::Crashed("a test".into()) });
    assert_eq!(here.snapshot().made.len(), 31);
    let request = here.apply(model_ready());
    serve(&mut here, request);
    assert_eq!((here.unscored(), here.awaiting()), (0, 0));
}

#[test]
fn what_does_not_fit_together_is_let_fall() {
    let mut generation = run().generation;
    let before = generation.snapshot();
    for spoil in [
        |snapshot: &mut Snapshot| snapshot.tip = 31,
        |snapshot: &mut Snapshot| snapshot.made[3].parent = 4,
        |snapshot: &mut Snapshot| snapshot.made[3] = snapshot.made[2].clone(),
        |snapshot: &mut Snapshot| snapshot.made[3].token = TokenId::MAX,
        |snapshot: &mut Snapshot| snapshot.prompt.clear(),
        |snapshot: &mut Snapshot| snapshot.called_at = 0,
        |snapshot: &mut Snapshot| snapshot.max_new = 0,
        |snapshot: &mut Snapshot| snapshot.controls.temperature = f32::NAN,
        |snapshot: &mut Snapshot| snapshot.root.altered = [(1, f32::NAN)].into(),
    ] {
        let mut snapshot = before.clone();
        spoil(&mut snapshot);
        assert!(!snapshot.is_sound());
        generation.apply(Event::TakeUp(Box::new(snapshot)));
        assert_eq!(generation.snapshot(), before);
    }
}

#[test]
fn the_end_of_the_text_and_a_call_that_has_returned_are_known_again() {
    let mut live = Live::new(&[5], 1);
    live.apply(Event::MaxNew(2));
    live.apply(Event::Run);
    live.drive();
    let snapshot = live.generation.snapshot();
    let mut here = take_up(&snapshot);
    assert_eq!((here.line(), here.halt()), (live.generation.line(), live.generation.halt()));
    here.apply(model_ready());
    assert_eq!(here.halt(), live.generation.halt());

    let mut live = Live::new(&[5], 1);
    live.apply(Event::Force { after: NodeId::ROOT, token: END });
    let mut here = take_up(&live.generation.snapshot());
    let request = here.apply(model_ready());
    assert_eq!(here.halt(), Some(&Halt::EndOfText(END)));
    let Some(Request::Step { id, tokens, taps }) = request else { panic!("its own score") };
    assert_eq!((&tokens[..], taps), (&[5][..], Taps::default()));
    assert_eq!(here.apply(Event::Step { id, ranked: Arc::clone(&computed(&tokens, taps)) }), None);
    assert_eq!(here.unscored(), 0);
}
