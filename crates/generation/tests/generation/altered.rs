//! Logits that the reader drags, and the tokens that come of them.

use generation::generation::Event;
use generation::sampling::{Controls, Distribution, Ranking, coin};
use generation::step::TokenId;
use generation::tree::{NodeId, Origin, Toss};

use crate::fake::{END, Live, fake_logits, log_probability};

/// A prompt's live loop with the token that the model thinks least of dragged to the best one's height.
fn dragged(seed: u64) -> (Live, TokenId) {
    let mut live = Live::new(&[5], seed);
    let token = live.unlikely();
    let best = live.generation.result().unwrap().ranking.logits()[0];
    live.apply(Event::Alter { token, logit: Some(best) });
    (live, token)
}

#[test]
fn a_dragged_logit_changes_that_entry_of_the_whole_distribution() {
    let (live, token) = dragged(1);
    let mut logits = fake_logits(&[5]);
    logits[token as usize] = logits.iter().copied().fold(f32::MIN, f32::max);
    let expected = Distribution::new(&Ranking::new(&logits), &[5], &Controls::default());
    assert_eq!(live.generation.altered_distribution().as_deref(), Some(&expected));
    // The model's own stands beside it, and is what the other widgets show.
    let own = Distribution::new(&Ranking::new(&fake_logits(&[5])), &[5], &Controls::default());
    assert_eq!(live.generation.distribution().as_deref(), Some(&own));
    assert_eq!(live.asked, 1);
}

#[test]
fn continuing_keeps_the_record_of_what_was_altered() {
    let (mut live, token) = dragged(1);
    live.apply(Event::Alter { token, logit: Some(40.0) });
    let choice = live.generation.altered_choice().unwrap();
    assert_eq!((choice.draw.token, choice.draw.coin), (token, coin(1, 1, 0)), "the same coin");
    live.apply(Event::Continue);
    let tip = live.generation.tip();
    assert_eq!(live.generation.context(), [5, token]);
    let (draw, toss) = (choice.draw, Toss { seed: 1, number: 0 });
    let record =
        Origin::Drawn { draw: Some(draw), toss, controls: Controls::default(), altered: [(token, 40.0)].into() };
    assert_eq!(live.generation.node(tip).unwrap().origin(), &record);
    // It was certain to be drawn; in the ledger stands what the model thinks of it.
    assert!(choice.draw.probability > 0.999);
    let ledger = live.generation.ledger(tip).unwrap();
    assert!((ledger.log_probability - log_probability(&[5, token], 1)).abs() < 1e-9);
    assert!(ledger.probability() < 0.1);
    // The next step is the model's own again.
    assert_eq!(live.generation.altered_distribution(), live.generation.distribution());
}

#[test]
fn what_was_altered_is_still_so_after_going_away_and_back() {
    let (mut live, token) = dragged(1);
    let altered = live.generation.altered_distribution();
    live.generate(1);
    live.apply(Event::Undo);
    assert_eq!(live.generation.altered_distribution(), altered);
    live.apply(Event::Alter { token, logit: None });
    assert_eq!(live.generation.altered_distribution(), live.generation.distribution());
    live.apply(Event::Alter { token, logit: Some(1.0) });
    live.apply(Event::Alter { token: END, logit: Some(2.0) });
    live.apply(Event::Restore);
    assert!(live.generation.node(NodeId::ROOT).unwrap().altered().is_empty());
}

#[test]
fn continuing_with_nothing_altered_is_the_next_token() {
    let mut live = Live::new(&[5], 1);
    let draw = live.generation.choice().unwrap().draw;
    live.apply(Event::Continue);
    let node = live.generation.node(live.generation.tip()).unwrap();
    assert_eq!(
        node.origin(),
        &Origin::Drawn {
            draw: Some(draw),
            toss: Toss { seed: 1, number: 0 },
            controls: Controls::default(),
            altered: Default::default(),
        }
    );
}

/// Pearson's statistic over 1,000 continuations, each with another seed, against the frequencies that the altered
/// distribution promises. Tokens of which fewer than 5 are expected are counted together.
#[test]
fn continuations_have_the_altered_distributions_frequencies() {
    const DRAWS: u64 = 1000;
    // Quantiles 0.999 of chi-square, by degrees of freedom from 1 to 11.
    const CRITICAL: [f64; 11] = [10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32, 26.12, 27.88, 29.59, 31.26];
    let (live, dragged_token) = dragged(0);
    let altered = live.generation.altered_distribution().unwrap();
    let own = live.generation.distribution().unwrap();

    let mut counts = [0.0; 12];
    for seed in 0..DRAWS {
        let (mut live, _) = dragged(seed);
        live.apply(Event::Continue);
        let node = live.generation.node(live.generation.tip()).unwrap();
        assert!(node.origin().is_altered());
        counts[node.token() as usize] += 1.0;
    }

    let statistic = |distribution: &Distribution| {
        let (mut sum, mut cells) = (0.0, 0);
        let (mut rare, mut expected_rare) = (0.0, 0.0);
        for (&token, &p) in distribution.order().iter().zip(distribution.drawn()) {
            let (found, expected) = (counts[token as usize], f64::from(p) * DRAWS as f64);
            if expected < 5.0 {
                rare += found;
                expected_rare += expected;
            } else {
                sum += (found - expected).powi(2) / expected;
                cells += 1;
            }
        }
        if expected_rare > 0.0 {
            sum += (rare - expected_rare).powi(2) / expected_rare;
            cells += 1;
        }
        (sum, CRITICAL[cells - 2])
    };
    let (found, critical) = statistic(&altered);
    assert!(found < critical, "chi-square {found:.2}, above {critical}");
    let (found, critical) = statistic(&own);
    assert!(found > 10.0 * critical, "the test would notice the model's own distribution: {found:.2}");
    assert!(counts[dragged_token as usize] > 100.0);
}
