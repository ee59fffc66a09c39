//! What the chart shows: six bars, and in the model's case all other tokens as one more.

use generation::sampling::{Distribution, Ranking, argmax, entropy, softmax};
use generation::tree::Alterations;
use generation::{Controls, TokenId};

use super::axis::Axis;
use session::toy_logits::ToyLogits;

/// How many bars there are.
pub const BARS: usize = 6;

/// Who has a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Who {
    /// One of the lesson's six words.
    Word(usize),
    /// A token of the model's.
    Token(TokenId),
}

/// One of the six.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Whose it is.
    pub who: Who,
    /// Its logit, as it stands now.
    pub logit: f64,
    /// The logit that goes into softmax: after the repetition penalty.
    pub used: f64,
    /// The model's logit, where the reader has set another.
    pub was: Option<f64>,
    /// `e^(z/T)` divided by the largest of them: 1 for the winner.
    pub weight: f64,
    /// Its probability, before the filters.
    pub probability: f64,
    /// Its chance of being drawn, after the filters.
    pub drawn: f64,
    /// Whether the filters leave it.
    pub kept: bool,
}

/// All tokens without a bar of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    /// How many they are.
    pub count: usize,
    /// Their probability together.
    pub probability: f64,
    /// Their chance of being drawn, together.
    pub drawn: f64,
}

/// The whole chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The six, or fewer where there are no six.
    pub bars: Vec<Bar>,
    /// The others, in the model's case.
    pub rest: Option<Rest>,
    /// The best one, unless all are equally likely.
    pub winner: Option<Who>,
    /// Entropy in bits.
    pub entropy: f64,
    /// How many terms the sum has.
    pub terms: usize,
    /// The sum of all weights.
    pub sum: f64,
    /// The temperature.
    pub temperature: f64,
    /// The axis of the logits.
    pub axis: Axis,
    /// Whether a filter takes some tokens.
    pub filtered: bool,
}

/// The model's six best tokens of a step with their logits, whatever the reader has set since.
#[derive(Clone, Debug, PartialEq)]
pub struct TopTokens {
    tokens: Vec<(TokenId, f32)>,
    axis: Axis,
}

impl TopTokens {
    /// The six best of a ranking, and an axis with room around their logits.
    #[must_use]
    pub fn new(ranking: &Ranking) -> Self {
        let best = ranking.order().iter().copied().zip(ranking.logits().iter().copied());
        let tokens: Vec<_> = best.take(BARS).collect();
        let axis = Axis::around(tokens.iter().map(|(_, logit)| f64::from(*logit)));
        Self { tokens, axis }
    }
}

impl Chart {
    /// The six words at a temperature.
    #[must_use]
    pub fn of_words(classes: &ToyLogits, temperature: f32) -> Self {
        let logits = classes.logits.map(|logit| logit as f32);
        let probabilities = softmax(&logits, temperature);
        let best = probabilities.iter().copied().fold(0.0, f32::max);
        let bar = |(index, &probability): (usize, &f32)| Bar {
            who: Who::Word(index),
            logit: classes.logits[index],
            used: classes.logits[index],
            was: None,
            weight: f64::from(probability) / f64::from(best),
            probability: probability.into(),
            drawn: probability.into(),
            kept: true,
        };
        let bars: Vec<Bar> = probabilities.iter().enumerate().map(bar).collect();
        Self {
            rest: None,
            winner: argmax(&logits).filter(|_| temperature.is_finite()).map(Who::Word),
            entropy: entropy(&probabilities),
            terms: bars.len(),
            sum: bars.iter().map(|bar| bar.weight).sum(),
            temperature: temperature.into(),
            axis: Axis::default(),
            filtered: false,
            bars,
        }
    }

    /// The model's six in the distribution over the whole vocabulary, whose entropy is known already.
    #[must_use]
    pub fn of_model(
        top: &TopTokens,
        distribution: &Distribution,
        altered: &Alterations,
        entropy: f64,
        controls: &Controls,
    ) -> Self {
        let best = f64::from(distribution.full().first().copied().unwrap_or(0.0));
        let kept = distribution.kept().min_p;
        let bar = |&(token, own): &(TokenId, f32)| {
            let rank = distribution.order().iter().position(|&other| other == token)?;
            let probability = f64::from(distribution.full()[rank]);
            let set = altered.get(&token);
            Some(Bar {
                who: Who::Token(token),
                logit: set.copied().unwrap_or(own).into(),
                used: distribution.logits()[rank].into(),
                was: set.map(|_| own.into()),
                weight: if best > 0.0 { probability / best } else { 0.0 },
                probability,
                drawn: distribution.drawn()[rank].into(),
                kept: rank < kept,
            })
        };
        let bars: Vec<Bar> = top.tokens.iter().filter_map(bar).collect();
        let terms = distribution.order().len();
        let winner = distribution.order().first().copied().filter(|_| controls.temperature.is_finite());
        let mass = sum(distribution.full());
        Self {
            rest: Some(Rest::beside(&bars, distribution, mass)),
            winner: winner.map(Who::Token),
            entropy,
            terms,
            sum: if best > 0.0 { mass / best } else { 0.0 },
            temperature: controls.temperature.into(),
            axis: top.axis,
            filtered: kept < terms,
            bars,
        }
    }

    /// The bar that is asked for, or the winner's; the first one where the winner has no bar.
    #[must_use]
    pub fn shown(&self, chosen: Option<usize>) -> Option<&Bar> {
        let winner = || self.bars.iter().find(|bar| Some(bar.who) == self.winner).or(self.bars.first());
        chosen.and_then(|index| self.bars.get(index)).or_else(winner)
    }

    /// The largest entropy that there could be, in bits.
    #[must_use]
    pub fn most_entropy(&self) -> f64 {
        (self.terms.max(1) as f64).log2()
    }
}

impl Rest {
    fn beside(bars: &[Bar], distribution: &Distribution, mass: f64) -> Self {
        let rest = |mass: f64, of: fn(&Bar) -> f64| (mass - bars.iter().map(of).sum::<f64>()).max(0.0);
        let kept = distribution.kept().min_p;
        let others_kept = kept - bars.iter().filter(|bar| bar.kept).count();
        Self {
            count: distribution.order().len() - bars.len(),
            probability: rest(mass, |bar| bar.probability),
            // What is filtered is out, at exactly 0, and no rounding error; what is left is renormalised.
            drawn: if others_kept == 0 || mass == 0.0 { 0.0 } else { rest(1.0, |bar| bar.drawn) },
        }
    }
}

fn sum(numbers: &[f32]) -> f64 {
    numbers.iter().map(|&number| f64::from(number)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::toy_logits::LIMIT;

    fn words(change: impl FnOnce(&mut ToyLogits), temperature: f32) -> Chart {
        let mut classes = ToyLogits::default();
        change(&mut classes);
        Chart::of_words(&classes, temperature)
    }

    fn probabilities(chart: &Chart) -> Vec<String> {
        chart.bars.iter().map(|bar| format!("{:.3}", bar.probability)).collect()
    }

    #[test]
    fn the_lessons_figures() {
        let chart = words(|_| {}, 1.0);
        assert_eq!(probabilities(&chart), ["0.496", "0.272", "0.122", "0.067", "0.027", "0.015"]);
        assert_eq!(format!("{:.3} of {:.3}", chart.entropy, chart.most_entropy()), "1.878 of 2.585");
        assert_eq!(chart.winner, Some(Who::Word(0)));
        assert_eq!(format!("{:.3}", chart.sum), "2.016");
    }

    #[test]
    fn both_ends_of_the_temperature_are_exact() {
        let cold = words(|classes| classes.set(3, 3.8), 0.0);
        assert_eq!(probabilities(&cold), ["1.000", "0.000", "0.000", "0.000", "0.000", "0.000"]);
        assert_eq!((cold.entropy, cold.winner, cold.sum), (0.0, Some(Who::Word(0)), 1.0));
        let hot = words(|_| {}, f32::INFINITY);
        assert!(hot.bars.iter().all(|bar| bar.weight == 1.0));
        assert_eq!((hot.winner, hot.sum), (None, 6.0));
    }

    #[test]
    fn the_same_constant_changes_no_probability() {
        for constant in [1.0, -1.0, 100.0, -3.0] {
            let shifted = words(|classes| classes.add(constant), 1.0);
            assert_eq!(probabilities(&shifted), probabilities(&words(|_| {}, 1.0)));
        }
    }

    #[test]
    fn nothing_becomes_no_number() {
        for temperature in [0.0, f32::MIN_POSITIVE, 0.05, 1.0, 100.0, f32::INFINITY] {
            for first in [-LIMIT, 0.0, LIMIT] {
                let chart = words(|classes| classes.logits = [first, -LIMIT, LIMIT, 1.0, 2.0, 3.0], temperature);
                let total: f64 = chart.bars.iter().map(|bar| bar.probability).sum();
                assert!((total - 1.0).abs() < 1e-6 && chart.sum.is_finite() && chart.entropy >= 0.0, "{chart:?}");
                assert!(chart.bars.iter().all(|bar| bar.weight.is_finite()));
            }
        }
    }

    fn model(controls: &Controls, altered: &Alterations) -> Chart {
        let logits: Vec<f32> = (0..1000).map(|i| ((i * 37 % 1000) as f32).sqrt() / 2.0).collect();
        let ranking = Ranking::new(&logits);
        let top = TopTokens::new(&ranking);
        let distribution = Distribution::new(&ranking.with(altered), &[], controls);
        Chart::of_model(&top, &distribution, altered, distribution.entropy(), controls)
    }

    #[test]
    fn the_six_and_the_rest_are_the_whole() {
        let best = match model(&Controls::default(), &Alterations::new()).bars[0].who {
            Who::Token(token) => token,
            Who::Word(_) => panic!("a word"),
        };
        for altered in [Alterations::new(), [(best, -1e4)].into(), [(best, 1e4)].into(), [(best, 9.0)].into()] {
            for temperature in [0.0, 0.5, 1.0, f32::INFINITY] {
                for top_k in [0, 3, 100] {
                    let controls = Controls { temperature, top_k, ..Controls::default() };
                    let chart = model(&controls, &altered);
                    let rest = chart.rest.unwrap();
                    let total = |of: fn(&Bar) -> f64| chart.bars.iter().map(of).sum::<f64>();
                    assert!((total(|bar| bar.probability) + rest.probability - 1.0).abs() < 1e-5, "{chart:?}");
                    assert!((total(|bar| bar.drawn) + rest.drawn - 1.0).abs() < 1e-5, "{chart:?}");
                    // The six stay the same six, in their places.
                    assert_eq!((chart.bars.len(), chart.bars[0].who), (6, Who::Token(best)));
                    assert_eq!(chart.bars[0].was.is_some(), !altered.is_empty());
                    assert_eq!(chart.filtered, top_k > 0);
                }
            }
        }
    }

    #[test]
    fn what_a_filter_takes_is_out() {
        let chart = model(&Controls { top_k: 3, ..Controls::default() }, &Alterations::new());
        assert!(chart.bars[..3].iter().all(|bar| bar.kept && bar.drawn > bar.probability));
        assert!(chart.bars[3..].iter().all(|bar| !bar.kept && bar.drawn == 0.0));
        assert_eq!(chart.rest.unwrap().drawn, 0.0);
    }

    #[test]
    fn the_formula_is_the_winners_unless_another_is_chosen() {
        let chart = words(|classes| classes.set(4, 9.0), 1.0);
        assert_eq!(chart.shown(None).map(|bar| bar.who), Some(Who::Word(4)));
        assert_eq!(chart.shown(Some(1)).map(|bar| bar.who), Some(Who::Word(1)));
        assert_eq!(chart.shown(Some(17)).map(|bar| bar.who), Some(Who::Word(4)));
    }
}
