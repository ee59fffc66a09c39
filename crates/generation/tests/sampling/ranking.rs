//! The ranking: order and logits, best first.

use super::*;

/// Some logits to change, tokens beyond the vocabulary among them.
fn changes() -> impl Strategy<Value = BTreeMap<TokenId, f32>> {
    let logit = prop_oneof![4 => -20.0..20.0f32, 1 => Just(NOTHING), 1 => Just(3.0f32), 1 => Just(f32::NAN), 1 => Just(-0.0f32)];
    prop::collection::btree_map(0..70u32, logit, 0..12)
}

/// The best `named` tokens with their names, as a recording keeps them.
fn recorded(logits: &[f32], named: usize) -> Ranking {
    let whole = Ranking::new(logits);
    Ranking::of_sorted(whole.order()[..named.min(logits.len())].to_vec(), whole.logits().to_vec()).unwrap()
}

proptest! {
    #[test]
    fn a_ranking_is_the_stable_sort(logits in logits(200)) {
        let mut expected: Vec<TokenId> = (0..logits.len() as TokenId).collect();
        expected.sort_by(|&a, &b| logits[b as usize].total_cmp(&logits[a as usize]));
        let ranking = Ranking::new(&logits);
        prop_assert_eq!(ranking.order(), &expected);
        let sorted: Vec<f32> = expected.iter().map(|&token| logits[token as usize]).collect();
        prop_assert_eq!(ranking.logits(), sorted);
        prop_assert_eq!(ranking.named(), logits.len());
    }

    #[test]
    fn a_rankings_figures_are_those_of_its_logits(logits in logits(200)) {
        let ranking = Ranking::new(&logits);
        let total = log_sum_exp(&logits);
        for (token, &logit) in (0..).zip(&logits) {
            let better = |(other, &z): (TokenId, &f32)| z > logit || z == logit && other < token;
            prop_assert_eq!(ranking.rank(token), Some((0..).zip(&logits).filter(|&pair| better(pair)).count()));
            prop_assert_eq!(ranking.logit(token), Some(logit));
            let (found, expected) = (ranking.log_probability(token).unwrap(), f64::from(logit) - total);
            prop_assert!(found == expected || (found - expected).abs() < 1e-9, "{} {}", found, expected);
        }
        for missing in [logits.len() as TokenId, UNNAMED] {
            prop_assert_eq!(ranking.rank(missing), None);
            prop_assert_eq!(ranking.logit(missing), None);
            prop_assert_eq!(ranking.log_probability(missing), None);
        }
    }

    #[test]
    fn changed_logits_rank_as_if_they_had_come_so(logits in logits(60), changes in changes()) {
        let mut changed = logits.clone();
        for (&token, &logit) in &changes {
            if let Some(entry) = changed.get_mut(token as usize) {
                *entry = logit;
            }
        }
        prop_assert_eq!(Ranking::new(&logits).with(&changes), Ranking::new(&changed));
        prop_assert_eq!(Ranking::new(&logits).with(&BTreeMap::new()), Ranking::new(&logits));
    }

    #[test]
    fn what_is_sorted_is_taken_as_it_is_and_nothing_else(logits in logits(60), swap in any::<prop::sample::Index>()) {
        let whole = Ranking::new(&logits);
        let (order, mut sorted) = (whole.order().to_vec(), whole.logits().to_vec());
        prop_assert_eq!(Ranking::of_sorted(order.clone(), sorted.clone()), Ok(whole));
        let mut many = order.clone();
        many.push(0);
        prop_assert!(Ranking::of_sorted(many, sorted.clone()).is_err());
        let place = swap.index(sorted.len());
        if place > 0 && sorted[place - 1] > sorted[place] {
            sorted.swap(place - 1, place);
            let refusal = format!("logit {place} is above the one before it");
            prop_assert_eq!(Ranking::of_sorted(order, sorted), Err(refusal));
        }
    }

    /// All that a recording gives up is names: of the tokens that it names it says what the model says.
    #[test]
    fn a_recording_gives_up_names_and_no_probability(
        logits in logits(60),
        named in 0..70usize,
        changes in changes(),
        settings in any_controls(),
        coin in 0.0..1.0f64,
    ) {
        let (whole, recorded) = (Ranking::new(&logits), recorded(&logits, named));
        prop_assert_eq!(recorded.named(), named.min(logits.len()));
        prop_assert_eq!(recorded.logits(), whole.logits());
        prop_assert_eq!(recorded.rank(UNNAMED), None);
        for (rank, &token) in whole.order().iter().enumerate() {
            let found = (recorded.rank(token), recorded.logit(token), recorded.log_probability(token));
            let kept = (whole.rank(token), whole.logit(token), whole.log_probability(token));
            prop_assert_eq!(found, if rank < named { kept } else { (None, None, None) });
        }

        // A logit without a name can be neither changed nor penalised.
        let nameable: BTreeMap<_, _> =
            changes.iter().filter(|(token, _)| recorded.rank(**token).is_some()).map(|(&t, &z)| (t, z)).collect();
        let (changed, expected) = (recorded.with(&changes), whole.with(&nameable));
        prop_assert_eq!(changed.logits(), expected.logits());
        prop_assert_eq!(changed.named(), recorded.named());
        for &token in &recorded.order()[..recorded.named()] {
            prop_assert_eq!(changed.logit(token), expected.logit(token));
        }
        prop_assert_eq!(&recorded.with(&[(UNNAMED, 9.0)].into()), &recorded);
        prop_assert!(penalised(&recorded, &[UNNAMED], 2.0).is_empty());

        // The same coin falls in the same place, whether it has a name or not.
        let settings = Controls { repetition_penalty: 1.0, ..settings };
        let [kept, all] = [&recorded, &whole].map(|ranking| Distribution::new(ranking, &[], &settings));
        prop_assert_eq!(kept.drawn(), all.drawn());
        let (kept, all) = (kept.draw(coin).unwrap(), all.draw(coin).unwrap());
        prop_assert_eq!((kept.rank, kept.low, kept.probability), (all.rank, all.low, all.probability));
        prop_assert_eq!(kept.token, if kept.rank < named { all.token } else { UNNAMED });
    }

    #[test]
    fn huge_logits_stay_numbers(
        logits in prop::collection::vec(prop_oneof![Just(1e4f32), Just(-1e4f32), -1e4..1e4f32], 1..40),
        settings in any_controls(),
    ) {
        let ranking = Ranking::new(&logits);
        prop_assert!((0..logits.len() as TokenId).all(|token| ranking.log_probability(token).unwrap().is_finite()));
        let distribution = Distribution::new(&ranking, &[0], &settings);
        for probabilities in [distribution.full(), distribution.drawn()] {
            prop_assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
            prop_assert!((sum(probabilities) - 1.0).abs() < 1e-6);
        }
    }
}

#[test]
fn a_ranking_puts_what_is_no_number_last_and_knows_one_zero() {
    let ranking = Ranking::new(&[f32::NAN, -0.0, NOTHING, 0.0, 7.0]);
    assert_eq!(ranking.order(), [4, 1, 3, 0, 2]);
    assert_eq!(ranking.logits(), [7.0, 0.0, 0.0, NOTHING, NOTHING]);
    assert_eq!(Ranking::of_sorted(vec![4, 1, 3], vec![7.0, 0.0, -0.0, f32::NAN, NOTHING]).unwrap().named(), 3);
    // What is no number has no chance, even where nothing has one.
    assert_eq!(ranking.log_probability(0), Some(f64::NEG_INFINITY));
    assert_eq!(Ranking::new(&[f32::NAN]).log_probability(0), Some(f64::NEG_INFINITY));
    assert!(Ranking::of_sorted(vec![0, 1], vec![f32::NAN, 0.0]).is_err());
}

#[test]
fn an_altered_logit_takes_its_place_among_the_six() {
    // water rises to roof's height, and comes after it: equal ones by token.
    let ranking = Ranking::new(&SIX).with(&[(5, 3.8)].into());
    assert_eq!(ranking.order(), [0, 5, 1, 2, 3, 4]);
    assert_eq!(ranking.logits(), [3.8, 3.8, 3.2, 2.4, 1.8, 0.9]);
}

#[test]
fn a_whole_vocabulary_has_the_probabilities_of_its_exponentials() {
    let mut logits: Vec<f32> =
        (0..49_152).map(|i| ((i as f32) * 0.37).sin() * 9.0 - (i as f32).sqrt() / 20.0).collect();
    logits.sort_by(|a, b| b.total_cmp(a));
    logits.extend([NOTHING; 2]);
    let ranking = Ranking::of_sorted(Vec::new(), logits.clone()).unwrap();
    let best = f64::from(logits[0]);
    for temperature in [0.01f32, 0.05, 0.5, 1.0, 2.0, 100.0] {
        let t = f64::from(temperature);
        let exact: Vec<f64> = logits.iter().map(|&logit| ((f64::from(logit) - best) / t).exp()).collect();
        let total: f64 = exact.iter().sum();
        let quick = ranked_mass(&logits, best, t);
        assert!((quick / total - 1.0).abs() < 1e-10, "{temperature}: {quick} {total}");
        let distribution = Distribution::new(&ranking, &[], &Controls { temperature, ..Controls::default() });
        for (&found, expected) in distribution.full().iter().zip(exact.iter().map(|weight| (weight / total) as f32)) {
            assert!((found - expected).abs() <= 1.2e-7 * expected, "{temperature}: {found} {expected}");
        }
        assert!(distribution.full().is_sorted_by(|a, b| a >= b), "{temperature}");
    }
}
