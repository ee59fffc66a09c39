//! The context's growth: a row per generated position, and one for the position that comes next.

use generation::generation::Halt;
use generation::sampling::ranked_mass;
use generation::shortlist::{BARS, Candidate, Candidates, Others, Shortlist};
use generation::tree::Origin;
use generation::{Controls, Generation, NodeId, TokenId};

use crate::app::distribution_inputs::DistributionInputs;
use crate::app::ptr_eq::PtrEq;

/// The most rows on show, unless all are asked for; earlier ones are folded away, this many at a time.
const SHOWN: usize = 24;
const FOLD: usize = 8;

/// Tokens of the context that a row shows before its caret.
const TAIL: usize = 32;

/// What a row is made of: cheap to make and to compare, so that only rows that have changed are computed.
#[derive(Clone, Debug, PartialEq)]
pub struct RowInputs {
    /// The context that the row's token follows.
    pub after: NodeId,
    /// How many tokens that context has.
    pub position: usize,
    /// Its last tokens.
    pub tail: Vec<TokenId>,
    /// How the last of them came; `None` for the prompt's.
    pub last: Option<Origin>,
    /// What the row's bars are of.
    pub source: Source,
    /// The row's token and how it came; `None` for the row of the next position.
    pub made: Option<(TokenId, Origin)>,
}

/// What a row's bars are of.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The model has not answered yet.
    Unknown,
    /// The model's step.
    Step(DistributionInputs),
    /// What stayed of a step that was dropped to bound the memory.
    Shortlist(PtrEq<Shortlist>),
}

impl RowInputs {
    /// Whether the token was chosen by the reader and its bars are of other controls than the present ones: the step that
    /// would tell the present ones was dropped.
    #[must_use]
    pub fn is_outdated(&self, present: &Controls) -> bool {
        let forced = matches!(&self.made, Some((_, Origin::Forced)));
        forced && matches!(&self.source, Source::Shortlist(shortlist) if shortlist.controls != *present)
    }
}

impl Source {
    /// The controls that the shares are of.
    #[must_use]
    pub fn controls(&self) -> Option<Controls> {
        match self {
            Self::Unknown => None,
            Self::Step(inputs) => Some(inputs.controls),
            Self::Shortlist(shortlist) => Some(shortlist.controls),
        }
    }
}

/// How many of so many rows are folded away.
#[must_use]
pub fn folded(rows: usize) -> usize {
    rows.saturating_sub(SHOWN).next_multiple_of(FOLD)
}

/// The rows of the present branch from the `skipped`-th on, the next position's last. After the end of the text nothing
/// comes next.
#[must_use]
pub fn rows(generation: &Generation, skipped: usize) -> Vec<RowInputs> {
    let tokens = generation.context();
    let path = generation.path(generation.tip());
    let nodes: Vec<NodeId> = std::iter::once(NodeId::ROOT).chain(path).collect();
    let ended = matches!(generation.halt(), Some(Halt::EndOfText(_)));
    let rows = nodes.len() - usize::from(ended);
    (skipped..rows).map(|row| row_inputs(generation, &tokens, &nodes, row)).collect()
}

fn row_inputs(generation: &Generation, tokens: &[TokenId], nodes: &[NodeId], row: usize) -> RowInputs {
    let position = generation.prompt().len() + row;
    let origin = |node: NodeId| Some(generation.node(node)?.origin().clone());
    let next = nodes.get(row + 1).copied();
    RowInputs {
        after: nodes[row],
        position,
        tail: tokens[position.saturating_sub(TAIL)..position].to_vec(),
        last: Some(nodes[row]).filter(|&node| node != NodeId::ROOT).and_then(origin),
        source: source(generation, nodes[row], next),
        made: next.and_then(|node| Some((generation.node(node)?.token(), origin(node)?))),
    }
}

/// What the bars of the place `after` are of; `next` is the token that follows it, if one does.
fn source(generation: &Generation, after: NodeId, next: Option<NodeId>) -> Source {
    let step = match next {
        Some(node) => DistributionInputs::of_made(generation, node),
        None => DistributionInputs::of_next(generation, after),
    };
    let shortlist = || next.and_then(|node| generation.node(node)?.shortlist().cloned());
    match step {
        Some(inputs) => Source::Step(inputs),
        None => shortlist().map_or(Source::Unknown, |shortlist| Source::Shortlist(PtrEq(shortlist))),
    }
}

/// The bars of a row, best first; a choice from further down takes the last bar. `None` until the model has answered.
#[must_use]
pub fn row(inputs: &RowInputs) -> Option<Candidates> {
    let chosen = inputs.made.as_ref().map(|(token, _)| *token);
    match &inputs.source {
        Source::Unknown => None,
        Source::Shortlist(shortlist) => Some(shortlist.candidates.clone()),
        Source::Step(step) if step.is_plain() => Some(plain(step, chosen)),
        Source::Step(step) => Some(Candidates::with_token(&step.ranked.ranking, &step.distribution(), BARS, chosen)),
    }
}

/// The same without a vector of the vocabulary's length: a moved slider asks for many rows at once.
fn plain(step: &DistributionInputs, chosen: Option<TokenId>) -> Candidates {
    let ranking = &step.ranked.ranking;
    let (logits, order) = (ranking.logits(), ranking.order());
    let best = logits.first().copied().map_or(0.0, f64::from);
    let temperature = f64::from(step.controls.temperature);
    let weight = |logit: f32| {
        let weight = ((f64::from(logit) - best) / temperature).exp();
        if weight.is_nan() { 0.0 } else { weight }
    };
    let chosen = chosen.and_then(|token| ranking.rank(token));
    let last = chosen.unwrap_or(0);
    let ranks = (0..order.len().min(BARS)).map(|bar| if bar == BARS - 1 { bar.max(last) } else { bar });
    let ranks: Vec<usize> = ranks.collect();
    let (top, below) = logits.split_at(logits.len().min(BARS - 1));
    let below = ranked_mass(below, best, temperature);
    let total = top.iter().map(|&logit| weight(logit)).sum::<f64>() + below;
    let shown: f64 = ranks.iter().filter(|&&rank| rank + 1 >= BARS).map(|&rank| weight(logits[rank])).sum();
    let rest = (below - shown).max(0.0) / total;
    let count = logits.len() - ranks.len();
    let candidate = |&rank: &usize| {
        let share = (weight(logits[rank]) / total) as f32;
        let (token, logit) = (order[rank], logits[rank]);
        Candidate { rank, token, logit, model: share, drawn: share, kept: true, chosen: chosen == Some(rank) }
    };
    let others = Others { count, kept: count, model: rest, drawn: rest };
    Candidates { named: ranks.iter().map(candidate).collect(), others }
}

#[cfg(test)]
mod tests {
    use generation::{Controls, Event};

    use generation::limits::KEPT_STEPS;

    use super::*;
    use crate::testing::{self, END, Fake, VOCABULARY};

    const PROMPT: [TokenId; 3] = [3, 1, 4];

    fn shown(generation: &Generation) -> Vec<(RowInputs, Candidates)> {
        let bars = |inputs: RowInputs| (inputs.clone(), row(&inputs).unwrap_or_default());
        rows(generation, 0).into_iter().map(bars).collect()
    }

    /// Holds all rows against the model itself.
    fn check(generation: &Generation, temperature: f64) {
        let tokens = generation.context();
        for (i, (inputs, row)) in shown(generation).iter().enumerate() {
            let position = PROMPT.len() + i;
            assert_eq!((inputs.position, &*inputs.tail), (position, &tokens[..position]));
            assert_eq!(inputs.made.as_ref().map(|(token, _)| *token), tokens.get(position).copied());
            let expected = testing::probabilities(&tokens[..position], temperature);
            for bar in &row.named {
                assert!((f64::from(bar.model) - expected[bar.token as usize]).abs() < 1e-6, "{bar:?}");
                assert_eq!(bar.chosen, tokens.get(position) == Some(&bar.token));
            }
            assert!(row.named.windows(2).all(|pair| pair[0].model >= pair[1].model && pair[0].rank < pair[1].rank));
            let sum: f64 = row.named.iter().map(|bar| f64::from(bar.model)).sum();
            assert!((sum + row.others.model - 1.0).abs() < 1e-6);
            assert_eq!(row.named.len() + row.others.count, VOCABULARY as usize);
            // However it is computed.
            let Source::Step(step) = &inputs.source else { panic!("{inputs:?}") };
            let chosen = inputs.made.as_ref().map(|(token, _)| *token);
            let whole = Candidates::with_token(&step.ranked.ranking, &step.distribution(), BARS, chosen);
            assert!((whole.others.model - row.others.model).abs() < 1e-6);
            assert_eq!(whole.named, row.named);
        }
    }

    #[test]
    fn every_position_has_its_row() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        check(&fake.0, 1.0);
        fake.generate(8);
        assert_eq!(shown(&fake.0).len(), 9);
        check(&fake.0, 1.0);
    }

    #[test]
    fn forcing_going_on_undoing_and_returning_leave_every_row_right() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        let first = fake.generate(8);
        let leaf = fake.0.tip();
        let third = shown(&fake.0)[2].0.after;
        let other = (1..VOCABULARY).find(|&token| token != first[5]).unwrap();
        fake.apply(Event::Force { after: third, token: other });
        check(&fake.0, 1.0);
        assert_eq!(fake.0.context(), [&first[..5], &[other]].concat());
        assert_eq!(shown(&fake.0)[2].0.made, Some((other, Origin::Forced)));
        fake.generate(2);
        check(&fake.0, 1.0);
        let second = fake.0.tip();
        fake.apply(Event::Undo);
        assert_eq!(Some(fake.0.tip()), fake.0.node(second).unwrap().parent());
        check(&fake.0, 1.0);
        fake.apply(Event::Select(leaf));
        assert_eq!(fake.0.context(), first);
        check(&fake.0, 1.0);
    }

    #[test]
    fn drawn_rows_keep_their_controls_and_forced_ones_follow_the_present() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.generate(1);
        let drawn = shown(&fake.0)[0].1.clone();
        fake.apply(Event::Controls(Controls { temperature: 0.5, ..Controls::default() }));
        assert_eq!(shown(&fake.0)[0].1, drawn);
        let node = fake.0.tip();
        let token = fake.0.result().unwrap().ranking.order()[VOCABULARY as usize - 1].max(1);
        fake.apply(Event::Force { after: node, token });
        let context = fake.0.context();
        let forced = shown(&fake.0)[1].1.clone();
        let chosen = forced.named.iter().find(|bar| bar.chosen).unwrap();
        let expected = testing::probabilities(&context[..4], 0.5)[token as usize];
        assert!((f64::from(chosen.model) - expected).abs() < 1e-6);
        assert_eq!(forced.named.last().map(|bar| bar.token), Some(token), "an unlikely choice takes the last bar");
    }

    #[test]
    fn filters_leave_their_share_to_the_kept() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::Controls(Controls { top_k: 2, ..Controls::default() }));
        let (_, row) = shown(&fake.0).remove(0);
        let kept: f32 = row.named[..2].iter().map(|bar| bar.drawn).sum();
        assert!((kept - 1.0).abs() < 1e-6 && row.named[2].drawn == 0.0 && row.named[2].model > 0.0);
        assert_eq!(row.others.drawn, 0.0);
    }

    #[test]
    fn nothing_comes_after_the_end_and_nothing_is_shown_before_it_is_known() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.ask(Event::NextToken);
        let last = shown(&fake.0).pop().unwrap();
        assert_eq!((last.0.source, last.1), (Source::Unknown, Candidates::default()));
        fake.apply(Event::Force { after: NodeId::ROOT, token: END });
        assert_eq!(shown(&fake.0).len(), 1);
    }

    #[test]
    fn an_altered_draw_shows_what_it_was_drawn_from() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::Alter { token: 7, logit: Some(30.0) });
        fake.apply(Event::Continue);
        let (inputs, row) = shown(&fake.0).remove(0);
        assert!(matches!(&inputs.made, Some((7, origin)) if origin.is_altered()));
        assert!(row.named[0].chosen && row.named[0].token == 7 && row.named[0].model > 0.99);
    }

    #[test]
    fn long_runs_are_folded_in_steps() {
        for (rows, hidden) in [(0, 0), (SHOWN, 0), (SHOWN + 1, FOLD), (SHOWN + FOLD + 1, 2 * FOLD)] {
            assert_eq!(folded(rows), hidden);
        }
    }

    #[test]
    fn rows_whose_steps_were_dropped_show_what_they_showed() {
        let mut fake = Fake::with_run(&PROMPT, 40);
        let mut before = Vec::new();
        for _ in 0..40 {
            fake.generate(1);
            before.push(shown(&fake.0).iter().rev().nth(1).unwrap().1.clone());
        }
        let now = shown(&fake.0);
        let dropped = now.iter().filter(|(inputs, _)| matches!(inputs.source, Source::Shortlist(_))).count();
        assert!(dropped >= 40 - KEPT_STEPS, "{dropped}");
        for ((_, now), before) in now.iter().zip(&before) {
            assert_eq!(
                now.named.iter().map(|bar| bar.token).collect::<Vec<_>>(),
                before.named.iter().map(|bar| bar.token).collect::<Vec<_>>()
            );
            assert!(now.named.iter().zip(&before.named).all(|(now, before)| (now.drawn - before.drawn).abs() < 1e-6));
        }
    }

    #[test]
    fn a_forced_row_that_was_dropped_is_outdated_once_the_controls_change() {
        let mut fake = Fake::with_run(&PROMPT, 40);
        let token = (1..VOCABULARY).next_back().unwrap();
        fake.apply(Event::Force { after: NodeId::ROOT, token });
        while shown(&fake.0).len() <= KEPT_STEPS + 4 {
            let ends = fake.0.choice().unwrap().draw.token == END;
            fake.apply(if ends { Event::DrawAgain } else { Event::NextToken });
        }
        let outdated = |fake: &Fake| {
            let present = *fake.0.controls();
            rows(&fake.0, 0)
                .iter()
                .filter(|inputs| inputs.is_outdated(&present))
                .map(|inputs| inputs.after)
                .collect::<Vec<_>>()
        };
        assert_eq!(outdated(&fake), []);
        fake.apply(Event::Controls(Controls { temperature: 0.5, ..Controls::default() }));
        assert_eq!(outdated(&fake), [NodeId::ROOT]);
        fake.apply(Event::Recall(NodeId::ROOT));
        assert_eq!(outdated(&fake), []);
        check_first(&fake.0, 0.5);
    }

    /// Holds the first row against the model itself.
    fn check_first(generation: &Generation, temperature: f64) {
        let expected = testing::probabilities(&PROMPT, temperature);
        let (_, row) = shown(generation).remove(0);
        assert!(row.named.iter().all(|bar| (f64::from(bar.model) - expected[bar.token as usize]).abs() < 1e-6));
    }
}
