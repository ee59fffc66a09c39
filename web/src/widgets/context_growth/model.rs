//! The context's growth: a row per generated position, and one for the position that comes next.

use generation::generation::Halt;
use generation::sampling::{Distribution, UNNAMED, ranked_mass};
use generation::{Generation, NodeId, TokenId};

use crate::app::distribution_inputs::{DistributionInputs, OriginKind};

/// Candidates shown one by one in a row; the rest is one bar.
pub const BARS: usize = 6;

/// The most rows on show, unless all are asked for; earlier ones are folded away, this many at a time.
const SHOWN: usize = 24;
const FOLD: usize = 8;

/// Tokens of the context that a row shows before its caret.
const TAIL: usize = 32;

/// What a row grows from: cheap to make and to compare, so that only rows that have changed are computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Stem {
    /// The context that the row's token follows.
    pub after: NodeId,
    /// How many tokens that context has.
    pub position: usize,
    /// Its last tokens.
    pub tail: Vec<TokenId>,
    /// How the last of them came; `None` for the prompt's.
    pub last: Option<OriginKind>,
    /// What the row's token is drawn from; `None` until the model has answered.
    pub basis: Option<DistributionInputs>,
    /// The row's token and how it came; `None` for the row of the next position.
    pub made: Option<(TokenId, OriginKind)>,
}

/// How many of so many rows are folded away.
#[must_use]
pub fn folded(rows: usize) -> usize {
    rows.saturating_sub(SHOWN).next_multiple_of(FOLD)
}

/// The rows of the present branch from the `skipped`-th on, the next position's last. After the end of the text nothing
/// comes next.
#[must_use]
pub fn stems(generation: &Generation, skipped: usize) -> Vec<Stem> {
    let tokens = generation.context();
    let path = generation.path(generation.tip());
    let nodes: Vec<NodeId> = std::iter::once(NodeId::ROOT).chain(path).collect();
    let ended = matches!(generation.halt(), Some(Halt::EndOfText(_)));
    let rows = nodes.len() - usize::from(ended);
    (skipped..rows).map(|row| stem(generation, &tokens, &nodes, row)).collect()
}

fn stem(generation: &Generation, tokens: &[TokenId], nodes: &[NodeId], row: usize) -> Stem {
    let position = generation.prompt().len() + row;
    let how = |node: NodeId| Some(OriginKind::of(generation.node(node)?.origin()));
    let next = nodes.get(row + 1).copied();
    Stem {
        after: nodes[row],
        position,
        tail: tokens[position.saturating_sub(TAIL)..position].to_vec(),
        last: Some(nodes[row]).filter(|&node| node != NodeId::ROOT).and_then(how),
        basis: match next {
            Some(node) => DistributionInputs::of_made(generation, node),
            None => DistributionInputs::of_next(generation, nodes[row]),
        },
        made: next.and_then(|node| Some((generation.node(node)?.token(), how(node)?))),
    }
}

/// A candidate's bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Place among all tokens, 0 the best.
    pub rank: usize,
    /// The token.
    pub token: TokenId,
    /// Its probability over the whole vocabulary, before the filters.
    pub model: f32,
    /// Its chance of being drawn, after the filters.
    pub drawn: f32,
    /// Whether it came next.
    pub chosen: bool,
}

/// All tokens without a bar of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Others {
    /// How many they are.
    pub count: usize,
    /// Their probability together, before the filters.
    pub model: f64,
    /// Their chance together, after the filters.
    pub drawn: f64,
}

/// A row's bars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The best, and the chosen one wherever it stands; at most [`BARS`].
    pub bars: Vec<Bar>,
    /// The rest.
    pub others: Others,
}

impl Row {
    /// The row of a stem; `shared` is its distribution where that is known already.
    #[must_use]
    pub fn new(stem: &Stem, shared: Option<&Distribution>) -> Self {
        let Some(basis) = &stem.basis else { return Self::default() };
        match shared {
            Some(distribution) => Self::of(distribution, stem.made),
            None if basis.is_plain() => Self::plain(basis, stem.made),
            None => Self::of(&basis.distribution(), stem.made),
        }
    }

    fn of(distribution: &Distribution, made: Option<(TokenId, OriginKind)>) -> Self {
        let (full, drawn) = (distribution.full(), distribution.drawn());
        let (ranks, chosen) = ranks(distribution.order(), made);
        let rest = |shares: &[f32]| {
            let below: f64 = shares[full.len().min(BARS - 1)..].iter().map(|&share| f64::from(share)).sum();
            (below - ranks.iter().filter(|&&rank| rank + 1 >= BARS).map(|&rank| f64::from(shares[rank])).sum::<f64>())
                .max(0.0)
        };
        let others = Others { count: full.len() - ranks.len(), model: rest(full), drawn: rest(drawn) };
        let bar = |&rank: &usize| Bar {
            rank,
            token: distribution.order()[rank],
            model: full[rank],
            drawn: drawn[rank],
            chosen: chosen == Some(rank),
        };
        Self { bars: ranks.iter().map(bar).collect(), others }
    }

    /// The same without a vector of the vocabulary's length: a moved slider asks for many rows at once.
    fn plain(basis: &DistributionInputs, made: Option<(TokenId, OriginKind)>) -> Self {
        let ranking = &basis.ranked.ranking;
        let (logits, order) = (ranking.logits(), ranking.order());
        let best = logits.first().copied().map_or(0.0, f64::from);
        let weight = |logit: f32| {
            let weight = ((f64::from(logit) - best) / f64::from(basis.controls.temperature)).exp();
            if weight.is_nan() { 0.0 } else { weight }
        };
        let (ranks, chosen) = ranks(order, made);
        let (top, below) = logits.split_at(logits.len().min(BARS - 1));
        let below = ranked_mass(below, best, f64::from(basis.controls.temperature));
        let total = top.iter().map(|&logit| weight(logit)).sum::<f64>() + below;
        let shown: f64 = ranks.iter().filter(|&&rank| rank + 1 >= BARS).map(|&rank| weight(logits[rank])).sum();
        let rest = (below - shown).max(0.0) / total;
        let bar = |&rank: &usize| {
            let share = (weight(logits[rank]) / total) as f32;
            Bar { rank, token: order[rank], model: share, drawn: share, chosen: chosen == Some(rank) }
        };
        let others = Others { count: logits.len() - ranks.len(), model: rest, drawn: rest };
        Self { bars: ranks.iter().map(bar).collect(), others }
    }
}

/// The places on show, and the chosen one's. A choice from further down takes the last bar.
fn ranks(order: &[TokenId], made: Option<(TokenId, OriginKind)>) -> (Vec<usize>, Option<usize>) {
    let chosen = made.and_then(|(token, _)| order.iter().position(|&other| token != UNNAMED && other == token));
    let last = chosen.unwrap_or(0);
    let ranks = (0..order.len().min(BARS)).map(|bar| if bar == BARS - 1 { bar.max(last) } else { bar });
    (ranks.collect(), chosen)
}

#[cfg(test)]
mod tests {
    use generation::{Controls, Event};

    use super::*;
    use crate::testing::{self, END, Fake, VOCABULARY};

    const PROMPT: [TokenId; 3] = [3, 1, 4];

    fn rows(generation: &Generation) -> Vec<(Stem, Row)> {
        stems(generation, 0).into_iter().map(|stem| (stem.clone(), Row::new(&stem, None))).collect()
    }

    /// Holds all rows against the model itself.
    fn check(generation: &Generation, temperature: f64) {
        let tokens = generation.context();
        for (i, (stem, row)) in rows(generation).iter().enumerate() {
            let position = PROMPT.len() + i;
            assert_eq!((stem.position, &*stem.tail), (position, &tokens[..position]));
            assert_eq!(stem.made.map(|(token, _)| token), tokens.get(position).copied());
            let expected = testing::probabilities(&tokens[..position], temperature);
            for bar in &row.bars {
                assert!((f64::from(bar.model) - expected[bar.token as usize]).abs() < 1e-6, "{bar:?}");
                assert_eq!(bar.chosen, tokens.get(position) == Some(&bar.token));
            }
            assert!(row.bars.windows(2).all(|pair| pair[0].model >= pair[1].model && pair[0].rank < pair[1].rank));
            let sum: f64 = row.bars.iter().map(|bar| f64::from(bar.model)).sum();
            assert!((sum + row.others.model - 1.0).abs() < 1e-6);
            assert_eq!(row.bars.len() + row.others.count, VOCABULARY as usize);
            // However it is computed.
            let whole = Row::new(stem, stem.basis.as_ref().map(DistributionInputs::distribution).as_ref());
            assert!((whole.others.model - row.others.model).abs() < 1e-6);
            assert_eq!(whole.bars, row.bars);
        }
    }

    #[test]
    fn every_position_has_its_row() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        check(&fake.0, 1.0);
        fake.generate(8);
        assert_eq!(rows(&fake.0).len(), 9);
        check(&fake.0, 1.0);
    }

    #[test]
    fn forcing_going_on_undoing_and_returning_leave_every_row_right() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        let first = fake.generate(8);
        let leaf = fake.0.tip();
        let third = rows(&fake.0)[2].0.after;
        let other = (1..VOCABULARY).find(|&token| token != first[5]).unwrap();
        fake.apply(Event::Force { after: third, token: other });
        check(&fake.0, 1.0);
        assert_eq!(fake.0.context(), [&first[..5], &[other]].concat());
        assert_eq!(rows(&fake.0)[2].0.made, Some((other, OriginKind::Chosen)));
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
        let drawn = rows(&fake.0)[0].1.clone();
        fake.apply(Event::Controls(Controls { temperature: 0.5, ..Controls::default() }));
        assert_eq!(rows(&fake.0)[0].1, drawn);
        let node = fake.0.tip();
        let token = fake.0.result().unwrap().ranking.order()[VOCABULARY as usize - 1].max(1);
        fake.apply(Event::Force { after: node, token });
        let context = fake.0.context();
        let forced = rows(&fake.0)[1].1.clone();
        let chosen = forced.bars.iter().find(|bar| bar.chosen).unwrap();
        let expected = testing::probabilities(&context[..4], 0.5)[token as usize];
        assert!((f64::from(chosen.model) - expected).abs() < 1e-6);
        assert_eq!(forced.bars.last().map(|bar| bar.token), Some(token), "an unlikely choice takes the last bar");
    }

    #[test]
    fn filters_leave_their_share_to_the_kept() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::Controls(Controls { top_k: 2, ..Controls::default() }));
        let (_, row) = rows(&fake.0).remove(0);
        let kept: f32 = row.bars[..2].iter().map(|bar| bar.drawn).sum();
        assert!((kept - 1.0).abs() < 1e-6 && row.bars[2].drawn == 0.0 && row.bars[2].model > 0.0);
        assert_eq!(row.others.drawn, 0.0);
    }

    #[test]
    fn nothing_comes_after_the_end_and_nothing_is_shown_before_it_is_known() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.ask(Event::NextToken);
        let last = rows(&fake.0).pop().unwrap();
        assert_eq!((last.0.basis, last.1), (None, Row::default()));
        fake.apply(Event::Force { after: NodeId::ROOT, token: END });
        assert_eq!(rows(&fake.0).len(), 1);
    }

    #[test]
    fn an_altered_draw_shows_what_it_was_drawn_from() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::Alter { token: 7, logit: Some(30.0) });
        fake.apply(Event::Continue);
        let (stem, row) = rows(&fake.0).remove(0);
        assert!(matches!(stem.made, Some((7, OriginKind::Altered(_)))));
        assert!(row.bars[0].chosen && row.bars[0].token == 7 && row.bars[0].model > 0.99);
    }

    #[test]
    fn long_runs_are_folded_in_steps() {
        for (rows, hidden) in [(0, 0), (SHOWN, 0), (SHOWN + 1, FOLD), (SHOWN + FOLD + 1, 2 * FOLD)] {
            assert_eq!(folded(rows), hidden);
        }
    }
}
