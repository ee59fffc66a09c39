//! A recording first, the live model later: what is on show stays, and becomes the model's own.

use std::sync::Arc;

use generation::generation::{Event, Halt};
use generation::protocol::{Failure, Request};
use generation::sampling::{Controls, Ranking};
use generation::step::{Step, Taps, TokenId};
use generation::tree::{NodeId, Ranked};
use generation::{Generation, Stage};

use crate::fake::{TAPS, VOCABULARY, computed, fake_logits, long_run, model_ready, recorded, recording_ready};

/// A generation that plays back a recording which names so many tokens a step.
fn playing(prompt: &[TokenId], seed: u64, named: usize) -> (Generation, usize) {
    let mut generation = Generation::new(Controls::default(), seed, TAPS);
    generation.apply(recording_ready());
    let request = generation.apply(Event::Prompt(prompt.to_vec()));
    play(&mut generation, request, named);
    (generation, named)
}

/// A seed whose run does not end at once.
fn long_seed() -> u64 {
    long_run(&[5], 4).generation.seed()
}

fn play(generation: &mut Generation, request: Option<Request>, named: usize) {
    if let Some(Request::Step { id, tokens, .. }) = request {
        assert_eq!(generation.apply(Event::Step { id, ranked: recorded(&tokens, named) }), None);
    }
}

#[test]
fn what_was_recorded_is_computed_once_a_model_is_there_and_stays_on_show_till_then() {
    let (mut generation, named) = playing(&[5], long_seed(), VOCABULARY as usize);
    for _ in 0..3 {
        let request = generation.apply(Event::NextToken);
        play(&mut generation, request, named);
    }
    generation.apply(Event::Open(Stage::Transformer));
    let (tip, context, shown) = (generation.tip(), generation.context(), generation.result().cloned());
    assert!(generation.pending().is_none(), "a recording is not asked for what it does not show");

    let Some(Request::Step { id, tokens, taps }) = generation.apply(model_ready()) else { panic!() };
    assert_eq!((&tokens, taps), (&context, TAPS));
    assert_eq!((generation.result().cloned(), generation.stage()), (shown, Stage::Transformer));
    assert!(generation.choice().is_some());
    assert_eq!(generation.apply(Event::Step { id, ranked: computed(&tokens, taps) }), None);
    assert!(!generation.result().unwrap().recorded);

    // Each earlier step in its turn, when the reader comes by; once computed, never again.
    for place in generation.path(tip).into_iter().rev().skip(1).chain([NodeId::ROOT]) {
        let Some(Request::Step { id, tokens, taps }) = generation.apply(Event::Select(place)) else { panic!() };
        assert!(generation.result().unwrap().recorded);
        generation.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    }
    assert_eq!(generation.apply(Event::Select(tip)), None);
    assert_eq!((generation.context(), generation.halt()), (context, None));
}

#[test]
fn why_a_recorded_run_halted_stays_said_when_the_model_comes() {
    let (mut generation, named) = playing(&[5], long_seed(), VOCABULARY as usize);
    generation.apply(Event::MaxNew(1));
    generation.apply(Event::Run);
    let request = generation.apply(Event::NextToken);
    play(&mut generation, request, named);
    assert_eq!(generation.halt(), Some(&Halt::Limit(1)));
    assert!(generation.apply(model_ready()).is_some());
    assert_eq!(generation.halt(), Some(&Halt::Limit(1)));
}

#[test]
fn a_token_without_a_name_asks_for_the_model() {
    // Some coin falls among the tokens that the recording does not name.
    let nameless = |seed| {
        let (mut generation, _) = playing(&[5], seed, 1);
        generation.apply(Event::Run);
        (generation.apply(Event::NextToken), generation)
    };
    let (request, mut generation) = (0..100).map(nameless).find(|(_, generation)| generation.halt().is_some()).unwrap();
    assert_eq!((request, generation.context()), (None, vec![5]));
    assert_eq!(generation.halt(), Some(&Halt::Failed(Failure::NoModel)));
    assert!(!generation.running());
    let place = generation.choice().unwrap().draw;

    let Some(Request::Step { id, tokens, taps }) = generation.apply(model_ready()) else { panic!() };
    assert_eq!(generation.apply(Event::NextToken), None, "its answer is under way");
    assert_eq!((generation.context(), generation.halt()), (vec![5], None));
    generation.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    let draw = generation.choice().unwrap().draw;
    assert_eq!(
        (draw.rank, draw.coin, draw.low),
        (place.rank, place.coin, place.low),
        "the coin fell where it falls now"
    );
    generation.apply(Event::NextToken);
    assert_eq!(generation.context(), [5, draw.token]);
}

#[test]
fn a_token_without_a_name_cannot_be_forced_and_altering_it_changes_nothing() {
    let (mut generation, _) = playing(&[5], 1, 3);
    let worst = *Ranking::new(&fake_logits(&[5])).order().last().unwrap();
    assert_eq!(generation.apply(Event::Force { after: NodeId::ROOT, token: worst }), None);
    generation.apply(Event::Alter { token: worst, logit: Some(50.0) });
    assert_eq!((generation.altered_distribution(), generation.context()), (generation.distribution(), vec![5]));
}

/// A recording's tail is rounded: the ledger follows the model as soon as it has spoken.
#[test]
fn the_ledger_is_of_the_model_once_it_has_spoken() {
    let (mut generation, _) = playing(&[5], 1, 12);
    generation.apply(Event::Prompt(vec![6]));
    let rough: Vec<f32> = fake_logits(&[6]).iter().map(|logit| (logit * 4.0).round() / 4.0).collect();
    let ranked = Ranked::recorded(Step::default(), Ranking::new(&rough));
    generation.apply(Event::Step { id: generation.pending().unwrap(), ranked: Arc::new(ranked) });
    generation.apply(Event::NextToken);
    let tip = generation.tip();
    let before = generation.node(tip).unwrap().log_probability();

    generation.apply(model_ready());
    let Some(Request::Step { id, tokens, taps }) = generation.apply(Event::Undo) else { panic!() };
    generation.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    let node = generation.node(tip).unwrap();
    let expected = Ranking::new(&fake_logits(&[6])).log_probability(node.token());
    assert_eq!(node.log_probability(), expected);
    assert_ne!(node.log_probability(), before);
    assert!(node.origin().draw().is_some(), "how it came is history");
}

#[test]
fn a_step_of_a_run_shows_its_inside_once_the_run_has_stopped() {
    let mut generation = Generation::new(Controls::default(), long_seed(), TAPS);
    generation.apply(model_ready());
    let Some(Request::Step { id, tokens, taps }) = generation.apply(Event::Prompt(vec![5])) else { panic!() };
    assert_eq!(taps, TAPS);
    generation.apply(Event::Step { id, ranked: computed(&tokens, taps) });
    generation.apply(Event::Open(Stage::Embedding));
    generation.apply(Event::Run);
    let Some(Request::Step { id, tokens, taps }) = generation.apply(Event::NextToken) else { panic!() };
    assert_eq!(taps, Taps::default(), "a run is not held up by what nobody can read");

    // Paused in the middle of a pass: its answer comes without an inside, and the inside is asked for then.
    assert_eq!(generation.apply(Event::Pause), None);
    let Some(Request::Step { id, tokens, taps }) =
        generation.apply(Event::Step { id, ranked: computed(&tokens, taps) })
    else {
        panic!()
    };
    assert_eq!(taps, TAPS);
    assert!(generation.choice().is_some(), "what is known stays on show meanwhile");
    // An engine that shows nothing all the same is not asked for ever.
    assert_eq!(generation.apply(Event::Step { id, ranked: computed(&tokens, Taps::default()) }), None);
}
