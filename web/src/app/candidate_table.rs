//! The best candidates of a distribution, as rows.

use generation::sampling::{Distribution, Ranking};
use generation::shortlist::{Candidate, Candidates, Others};

/// Candidates shown one by one; the rest is one row.
pub const ROWS: usize = 12;

/// Lengths of a full bar.
const SCALES: [f32; 5] = [0.05, 0.1, 0.2, 0.5, 1.0];

/// The best candidates, and the one that comes next wherever it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CandidateTable {
    /// Best first; at most [`ROWS`].
    pub rows: Vec<Candidate>,
    /// The rest.
    pub others: Others,
    /// The probability of a full bar.
    pub scale: f32,
}

impl CandidateTable {
    /// The table of a distribution over a step's logits; `chosen` is the place of the token that comes next.
    #[must_use]
    pub fn new(ranking: &Ranking, distribution: &Distribution, chosen: Option<usize>) -> Self {
        let Candidates { named: rows, others } = Candidates::new(ranking, distribution, ROWS, chosen);
        let longest = rows.iter().map(|row| row.model.max(row.drawn)).fold(0.0, f32::max);
        let scale = SCALES.into_iter().find(|&scale| longest <= scale).unwrap_or(1.0);
        Self { rows, others, scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use generation::Controls;

    fn table(logits: &[f32], controls: &Controls, chosen: Option<usize>) -> CandidateTable {
        let ranking = Ranking::new(logits);
        CandidateTable::new(&ranking, &Distribution::new(&ranking, &[], controls), chosen)
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
        for chosen in [None, Some(0), Some(3), Some(99)] {
            for top_k in [0, 1, 12, 50] {
                for temperature in [0.0, 0.5, 1.0, f32::INFINITY] {
                    let controls = Controls { top_k, temperature, ..Controls::default() };
                    let table = table(&logits, &controls, chosen);
                    check_sums(&table);
                    assert_eq!(table.rows.len() + table.others.count, 100);
                    let picks: Vec<_> = table.rows.iter().filter(|row| row.chosen).map(|row| row.rank).collect();
                    assert_eq!(picks, chosen.into_iter().collect::<Vec<_>>());
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
