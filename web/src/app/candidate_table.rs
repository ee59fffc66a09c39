//! The best candidates of a distribution, as rows.

use generation::TokenId;
use generation::sampling::{Distribution, Ranking};

/// Candidates shown one by one; the rest is one row.
pub const ROWS: usize = 12;

/// Lengths of a full bar.
const SCALES: [f32; 5] = [0.05, 0.1, 0.2, 0.5, 1.0];

/// A candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Place among all tokens, 0 the best.
    pub rank: usize,
    /// The token.
    pub token: TokenId,
    /// Its raw logit.
    pub logit: f32,
    /// Its probability over the whole vocabulary, before the filters.
    pub model: f32,
    /// Its chance of being drawn, after the filters.
    pub drawn: f32,
    /// Whether the filters leave it.
    pub kept: bool,
    /// Whether it comes next.
    pub picked: bool,
}

/// All tokens without a row of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Others {
    /// How many they are.
    pub count: usize,
    /// How many of them the filters leave.
    pub kept: usize,
    /// Their probability together, before the filters.
    pub model: f64,
    /// Their chance together, after the filters.
    pub drawn: f64,
}

/// The best candidates, and the one that comes next wherever it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CandidateTable {
    /// Best first; at most [`ROWS`].
    pub rows: Vec<Row>,
    /// The rest.
    pub others: Others,
    /// The probability of a full bar.
    pub scale: f32,
}

impl CandidateTable {
    /// The table of a distribution over a step's logits; `picked` is the place of the token that comes next.
    #[must_use]
    pub fn new(ranking: &Ranking, distribution: &Distribution, picked: Option<usize>) -> Self {
        let order = distribution.order();
        let last = picked.unwrap_or(0);
        // A pick from further down takes the last row.
        let ranks = (0..order.len().min(ROWS)).map(|row| if row == ROWS - 1 { row.max(last) } else { row });
        let rows: Vec<Row> = ranks
            .map(|rank| Row {
                rank,
                token: order[rank],
                logit: ranking.logit(order[rank]).unwrap_or(distribution.logits()[rank]),
                model: distribution.full()[rank],
                drawn: distribution.drawn()[rank],
                kept: rank < distribution.kept().min_p,
                picked: picked == Some(rank),
            })
            .collect();
        let longest = rows.iter().map(|row| row.model.max(row.drawn)).fold(0.0, f32::max);
        let scale = SCALES.into_iter().find(|&scale| longest <= scale).unwrap_or(1.0);
        Self { others: Others::beside(&rows, distribution), rows, scale }
    }
}

impl Others {
    fn beside(rows: &[Row], distribution: &Distribution) -> Self {
        // Summed rather than taken from 1: what is left there would be rounding errors.
        let rest = |probabilities: &[f32], of: fn(&Row) -> f32| {
            let shown: f64 = rows.iter().filter(|row| row.rank + 1 >= ROWS).map(|row| f64::from(of(row))).sum();
            let from = probabilities.len().min(ROWS - 1);
            let below: f64 = probabilities[from..].iter().map(|&p| f64::from(p)).sum();
            (below - shown).max(0.0)
        };
        let kept = distribution.kept().min_p;
        Self {
            count: distribution.order().len() - rows.len(),
            kept: kept - rows.iter().filter(|row| row.kept).count(),
            model: rest(distribution.full(), |row| row.model),
            drawn: rest(distribution.drawn(), |row| row.drawn),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use generation::Controls;

    fn table(logits: &[f32], controls: &Controls, picked: Option<usize>) -> CandidateTable {
        let ranking = Ranking::new(logits);
        CandidateTable::new(&ranking, &Distribution::new(&ranking, &[], controls), picked)
    }

    fn check_sums(table: &CandidateTable) {
        let model: f64 = table.rows.iter().map(|row| f64::from(row.model)).sum();
        let drawn: f64 = table.rows.iter().map(|row| f64::from(row.drawn)).sum();
        assert!((model + table.others.model - 1.0).abs() < 1e-5, "{table:?}");
        assert!((drawn + table.others.drawn - 1.0).abs() < 1e-5, "{table:?}");
    }

    #[test]
    fn rows_and_others_make_the_whole() {
        let logits: Vec<f32> = (0..100).map(|i| (i as f32 * 0.7).sin() * 4.0).collect();
        for picked in [None, Some(0), Some(3), Some(99)] {
            for top_k in [0, 1, 12, 50] {
                for temperature in [0.0, 0.5, 1.0, f32::INFINITY] {
                    let controls = Controls { top_k, temperature, ..Controls::default() };
                    let table = table(&logits, &controls, picked);
                    check_sums(&table);
                    assert_eq!(table.rows.len() + table.others.count, 100);
                    let picks: Vec<_> = table.rows.iter().filter(|row| row.picked).map(|row| row.rank).collect();
                    assert_eq!(picks, picked.into_iter().collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn what_is_filtered_has_exactly_no_chance() {
        let logits: Vec<f32> = (0..40).map(|i| -(i as f32)).collect();
        let table = table(&logits, &Controls { top_k: 3, ..Controls::default() }, None);
        assert!(table.rows[..3].iter().all(|row| row.kept && row.drawn > 0.0));
        assert!(table.rows[3..].iter().all(|row| !row.kept && row.drawn == 0.0));
        assert_eq!((table.others.kept, table.others.drawn), (0, 0.0));
    }

    #[test]
    fn small_vocabularies_leave_no_others() {
        let table = table(&[1.0, 2.0, 3.0], &Controls::default(), Some(1));
        assert_eq!(table.rows.len(), 3);
        assert_eq!(table.others, Others::default());
        assert_eq!(table.scale, 1.0);
        assert_eq!(CandidateTable::default().rows, []);
    }
}
