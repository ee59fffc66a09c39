//! Steps whose logits are not kept: what stays of them, and how they come back.

use generation::generation::Event;
use generation::limits::KEPT_STEPS;
use generation::protocol::Request;
use generation::sampling::{Controls, Distribution, Ranking};
use generation::shortlist::{BARS, Candidates};
use generation::tree::NodeId;
use generation::{Generation, TokenId};

use crate::fake::{END, Live, VOCABULARY, computed, fake_logits, log_probability};

const TOKENS: usize = 60;

/// A run of [`TOKENS`] tokens, with filters, and the places in it from the prompt on.
fn run() -> (Live, Vec<NodeId>) {
    let mut live = Live::new(&[5, 3], 4);
    live.apply(Event::Controls(Controls { temperature: 1.4, top_k: 9, ..Controls::default() }));
    while live.generation.context().len() < 2 + TOKENS {
        let ends = live.generation.choice().unwrap().draw.token == END;
        live.apply(if ends { Event::DrawAgain } else { Event::NextToken });
    }
    let places = std::iter::once(NodeId::ROOT).chain(live.generation.path(live.generation.tip())).collect();
    (live, places)
}

fn kept(generation: &Generation, places: &[NodeId]) -> usize {
    places.iter().filter(|&&place| generation.node(place).unwrap().result().is_some()).count()
}

#[test]
fn only_the_steps_used_last_are_kept_and_every_place_has_its_candidates() {
    let (live, places) = run();
    let generation = &live.generation;
    assert_eq!(kept(generation, &places), KEPT_STEPS);
    assert!(generation.result().is_some());
    for pair in places.windows(2).take(TOKENS - KEPT_STEPS) {
        let (place, node) = (pair[0], generation.node(pair[1]).unwrap());
        assert!(generation.node(place).unwrap().is_dropped());
        let context = generation.context_at(place);
        let ranking = Ranking::new(&fake_logits(&context));
        let distribution = Distribution::new(&ranking, &context, generation.controls());
        let expected = Candidates::with_token(&ranking, &distribution, BARS, Some(node.token()));
        let shortlist = node.shortlist().unwrap();
        assert_eq!((&shortlist.candidates, &shortlist.controls), (&expected, generation.controls()));
        assert!(expected.named.iter().any(|candidate| candidate.chosen && candidate.token == node.token()));
    }
}

#[test]
fn any_candidate_of_a_dropped_place_can_be_forced() {
    let (_, places) = run();
    let after = places[10];
    let tokens = (1..VOCABULARY).filter(|&token| token != END);
    for token in tokens {
        let (mut live, _) = run();
        let asked = live.asked;
        live.apply(Event::Force { after, token });
        let generation = &live.generation;
        let node = generation.node(generation.tip()).unwrap();
        assert_eq!((node.parent(), node.token()), (Some(after), token));
        let context = generation.context();
        let given = context.len() - 1;
        assert!((node.log_probability().unwrap() - log_probability(&context, given)).abs() < 1e-9);
        // The new tip, and the place before it, which is on show with it.
        assert!(live.asked - asked <= 2, "{}", live.asked - asked);
        assert!(generation.result().is_some() && generation.node(after).unwrap().result().is_some());
        let row = node.shortlist().map(|shortlist| shortlist.candidates.clone());
        let chosen =
            |row: Candidates| row.named.iter().filter(|one| one.chosen).map(|one| one.token).collect::<Vec<_>>();
        assert!(row.is_none_or(|row| chosen(row) == [token]));
    }
}

#[test]
fn a_dropped_step_comes_back_when_it_is_asked_for_and_the_context_stays() {
    let (mut live, places) = run();
    let (tip, place) = (live.generation.tip(), places[3]);
    let asked = live.asked;
    live.apply(Event::Recall(place));
    assert_eq!((live.generation.tip(), live.asked), (tip, asked + 1));
    let ranked = live.generation.node(place).unwrap().result().unwrap();
    assert_eq!(ranked.ranking, Ranking::new(&fake_logits(&live.generation.context_at(place))));
    assert_eq!(kept(&live.generation, &places), KEPT_STEPS);
    assert!(live.generation.result().is_some(), "the tip's own step is never pushed out");
    // What is there is not asked for.
    live.apply(Event::Recall(place));
    assert_eq!(live.asked, asked + 1);
    // More than can be kept are not asked for in a circle.
    places.iter().for_each(|&place| live.apply(Event::Recall(place)));
    assert!(live.asked <= asked + 1 + places.len());
}

#[test]
fn a_run_is_not_kept_waiting_by_what_is_recalled() {
    let (mut live, places) = run();
    let generation = &mut live.generation;
    let Some(Request::Step { id, tokens, .. }) = generation.apply(Event::Recall(places[3])) else { panic!() };
    assert_eq!(tokens, generation.context_at(places[3]));
    let step = generation.apply(Event::NextToken);
    let Some(Request::Step { id: next, tokens, taps }) = step else { panic!("{step:?}") };
    assert_eq!(tokens, generation.context());
    // The late answer of the recalled place is dropped, and it is asked for once more afterwards.
    assert_eq!(generation.apply(Event::Step { id, ranked: computed(&[1], taps) }), None);
    let again = generation.apply(Event::Step { id: next, ranked: computed(&tokens, taps) });
    let Some(Request::Step { tokens, .. }) = again else { panic!("{again:?}") };
    assert_eq!(tokens, generation.context_at(places[3]));
}

#[test]
fn branches_and_positions_are_found_without_walking_the_tree() {
    let (mut live, places) = run();
    let tokens: Vec<TokenId> = (1..VOCABULARY).collect();
    for &place in places.iter().rev().take(KEPT_STEPS - 1) {
        for &token in &tokens {
            live.apply(Event::Force { after: place, token });
        }
    }
    let generation = &live.generation;
    for leaf in generation.leaves() {
        assert_eq!(generation.position(leaf), generation.context_at(leaf).len());
    }
    assert!(generation.leaves().len() > 100);
}
