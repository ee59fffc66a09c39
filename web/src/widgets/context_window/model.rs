//! The context window as a ruler, and what the next token costs in it: pure functions.

use generation::cost;
use generation::protocol::ModelInfo;

use session::kv_cost::Measurement;

/// Fallen tokens shown one by one, the nearest to the window.
const LOST: usize = 8;

/// The largest window whose places are shown one by one.
const WHOLE: usize = 32;

/// Of a larger one: its first tokens and its last.
const ENDS: [usize; 2] = [6, 18];

/// A place on the ruler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// So many tokens fell out before those shown.
    MoreLost(usize),
    /// The token at this position of the text has fallen out.
    Lost(usize),
    /// The token at this position of the text stands at this place of the window.
    Seen {
        /// Of the text, from 0.
        position: usize,
        /// Of the window, from 0.
        place: usize,
    },
    /// So many tokens within the window are not shown.
    MoreSeen(usize),
    /// This place of the window is free.
    Free(usize),
    /// So many places are free.
    MoreFree(usize),
}

/// What of a text of so many tokens a window sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Tokens of the text.
    pub tokens: usize,
    /// The most that can be seen.
    pub window: usize,
}

impl Sight {
    /// Tokens within the window.
    #[must_use]
    pub fn visible(self) -> usize {
        self.tokens.min(self.window)
    }

    /// Tokens that have fallen out.
    #[must_use]
    pub fn lost(self) -> usize {
        self.tokens - self.visible()
    }

    /// The ruler, from the first token of the text to the last place of the window.
    #[must_use]
    pub fn ruler(self) -> Vec<Cell> {
        let (lost, visible) = (self.lost(), self.visible());
        let mut cells = Vec::new();
        if lost > LOST {
            cells.push(Cell::MoreLost(lost - LOST));
        }
        cells.extend((lost.saturating_sub(LOST)..lost).map(Cell::Lost));
        let seen = |place: usize| Cell::Seen { position: lost + place, place };
        let [first, last] = ENDS;
        if visible <= first + last + 1 || self.window <= WHOLE {
            cells.extend((0..visible).map(seen));
        } else {
            cells.extend((0..first).map(seen));
            cells.push(Cell::MoreSeen(visible - first - last));
            cells.extend((visible - last..visible).map(seen));
        }
        match self.window - visible {
            0 => {}
            _ if self.window <= WHOLE => cells.extend((visible..self.window).map(Cell::Free)),
            free => cells.push(Cell::MoreFree(free)),
        }
        cells
    }
}

/// The work of one pass, by the formula.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Tokens that go through the model.
    pub computed: usize,
    /// Tokens whose keys and values are kept.
    pub reused: usize,
    /// Multiply-adds.
    pub multiply_adds: u64,
}

impl Work {
    fn new(model: &ModelInfo, computed: usize, reused: usize) -> Self {
        Self { computed, reused, multiply_adds: cost::multiply_adds(model, computed, reused) }
    }
}

/// What the next token costs with a cache and without. Once the window has slid, a cache is of no use.
#[must_use]
pub fn works(model: &ModelInfo, sight: Sight) -> [Work; 2] {
    let (visible, slid) = (sight.visible(), sight.lost() > 0);
    let whole = Work::new(model, visible, 0);
    let cached = if slid || visible == 0 { whole } else { Work::new(model, 1, visible - 1) };
    [cached, whole]
}

/// What the next token costs after `tokens` visible ones: in all, and of that attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Tokens in the context.
    pub tokens: usize,
    /// With a cache.
    pub cached: Share,
    /// Without.
    pub whole: Share,
}

/// A pass's multiply-adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// In all.
    pub all: u64,
    /// Of that, attention.
    pub attention: u64,
}

/// A row of the curves.
#[must_use]
pub fn row(model: &ModelInfo, tokens: usize) -> Row {
    let [cached, whole] = works(model, Sight { tokens, window: tokens });
    let head = if tokens == 0 { 0 } else { cost::head(model) };
    let share = |Work { computed, multiply_adds, .. }: Work| Share {
        all: multiply_adds,
        attention: multiply_adds - head - (computed as u64).saturating_mul(cost::weights(model)),
    };
    Row { tokens, cached: share(cached), whole: share(whole) }
}

/// The table behind the curves: powers of ten, and the model's window.
#[must_use]
pub fn rows(model: &ModelInfo) -> Vec<Row> {
    let powers = std::iter::successors(Some(1usize), |power| power.checked_mul(10));
    let tens = powers.take_while(|&power| power < model.window);
    tens.chain([model.window]).filter(|&tokens| tokens > 0).map(|tokens| row(model, tokens)).collect()
}

/// The curves' four lines.
pub const LINES: usize = 4;

/// Points of each line.
const POINTS: usize = 49;

/// The chart: both axes logarithmic, each from one power of ten to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Tokens at the right end, as a power of ten; the left is 1.
    pub decades: i64,
    /// Multiply-adds at the lower and upper end, as powers of ten.
    pub range: [i64; 2],
    /// With a cache and without, then of both the attention alone: points from (0, 0), lower left, to (1, 1).
    pub lines: [Vec<(f64, f64)>; LINES],
}

impl Chart {
    /// The curves of a model up to its window.
    #[must_use]
    pub fn new(model: &ModelInfo) -> Option<Self> {
        let last = row(model, model.window);
        let least = row(model, 1).cached.attention;
        if model.window < 2 || least == 0 {
            return None;
        }
        let decades = (model.window as f64).log10().ceil() as i64;
        let range = [(least as f64).log10().floor() as i64, (last.whole.all as f64).log10().ceil() as i64];
        let mut chart = Self { decades, range, lines: Default::default() };
        let mut tokens: Vec<usize> =
            (0..POINTS).map(|i| (model.window as f64).powf(i as f64 / (POINTS - 1) as f64).round() as usize).collect();
        tokens.dedup();
        for tokens in tokens {
            let Row { cached, whole, .. } = row(model, tokens.min(model.window));
            let values = [cached.all, whole.all, cached.attention, whole.attention];
            for (line, value) in values.into_iter().enumerate() {
                let point = chart.place(tokens, value);
                chart.lines[line].push(point);
            }
        }
        Some(chart)
    }

    /// Where so many tokens and multiply-adds are.
    #[must_use]
    pub fn place(&self, tokens: usize, multiply_adds: u64) -> (f64, f64) {
        let [low, high] = self.range;
        let x = (tokens.max(1) as f64).log10() / self.decades.max(1) as f64;
        let y = ((multiply_adds.max(1) as f64).log10() - low as f64) / (high - low).max(1) as f64;
        (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0))
    }
}

/// The reader's own pass on the curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Tokens that it saw.
    pub tokens: usize,
    /// Multiply-adds.
    pub multiply_adds: u64,
    /// Whether it could use what was kept.
    pub cached: bool,
    /// Whether the kernels counted them; else they follow from the formula.
    pub counted: bool,
    /// Whether it is that of the context on show.
    pub present: bool,
}

/// What was measured, and the context on show: measured or not.
#[must_use]
pub fn marks(model: &ModelInfo, sight: Sight, measured: &[Measurement], here: Option<&Measurement>) -> Vec<Mark> {
    let of = |measured: &Measurement, present: bool| {
        let tokens = measured.tokens.min(measured.window);
        [(measured.whole, false), (measured.cached, true)].map(|(pass, cached)| Mark {
            tokens,
            multiply_adds: pass.multiply_adds,
            cached,
            counted: true,
            present,
        })
    };
    let others = measured.iter().filter(|other| Some(*other) != here).flat_map(|measured| of(measured, false));
    let present = match here {
        Some(here) => of(here, true).to_vec(),
        None if sight.tokens == 0 => Vec::new(),
        None => {
            let [cached, whole] = works(model, sight);
            let mark = |work: Work, cached| Mark {
                tokens: sight.visible(),
                multiply_adds: work.multiply_adds,
                cached,
                counted: false,
                present: true,
            };
            vec![mark(whole, false), mark(cached, true)]
        }
    };
    others.chain(present).collect()
}

#[cfg(test)]
mod tests {
    use generation::protocol::Activation;

    use super::*;

    /// SmolLM2-135M's dimensions.
    fn model() -> ModelInfo {
        ModelInfo {
            layers: 30,
            heads: 9,
            kv_heads: 3,
            head: 64,
            width: 576,
            ffn: 1536,
            activation: Activation::SwiGlu,
            window: 8192,
            vocabulary_size: 49_152,
            ..ModelInfo::default()
        }
    }

    #[test]
    fn the_ruler_has_every_place_of_a_small_window() {
        let ruler = |tokens| Sight { tokens, window: 4 }.ruler();
        let seen = |position, place| Cell::Seen { position, place };
        assert_eq!(ruler(0), [0, 1, 2, 3].map(Cell::Free));
        assert_eq!(ruler(3), [seen(0, 0), seen(1, 1), seen(2, 2), Cell::Free(3)]);
        assert_eq!(ruler(4), [0, 1, 2, 3].map(|place| seen(place, place)));
        assert_eq!(ruler(6), [Cell::Lost(0), Cell::Lost(1), seen(2, 0), seen(3, 1), seen(4, 2), seen(5, 3)]);
        assert_eq!(ruler(14)[..2], [Cell::MoreLost(2), Cell::Lost(2)]);
    }

    #[test]
    fn no_token_and_no_place_is_forgotten() {
        for window in [1, 8, 16, 32, 33, 1024, 8192] {
            for tokens in [0, 1, 7, 16, 24, 25, 26, 40, 1024, 1025, 9000] {
                let sight = Sight { tokens, window };
                let ruler = sight.ruler();
                let count = |of: fn(&Cell) -> [usize; 3]| {
                    ruler.iter().map(of).fold([0; 3], |sum, of| std::array::from_fn(|i| sum[i] + of[i]))
                };
                let counts = count(|cell| match *cell {
                    Cell::MoreLost(more) => [more, 0, 0],
                    Cell::Lost(_) => [1, 0, 0],
                    Cell::Seen { .. } => [0, 1, 0],
                    Cell::MoreSeen(more) => [0, more, 0],
                    Cell::Free(_) => [0, 0, 1],
                    Cell::MoreFree(more) => [0, 0, more],
                });
                assert_eq!(counts, [sight.lost(), sight.visible(), window - sight.visible()], "{sight:?}");
                assert!(ruler.len() <= LOST + WHOLE + 1, "{sight:?}");
            }
        }
    }

    #[test]
    fn a_cache_saves_all_but_one_token_until_the_window_slides() {
        let of = |tokens| works(&model(), Sight { tokens, window: 16 });
        let [cached, whole] = of(16);
        assert_eq!((cached.computed, cached.reused, whole.computed, whole.reused), (1, 15, 16, 0));
        assert!(cached.multiply_adds < whole.multiply_adds);
        let [cached, slid] = of(17);
        assert_eq!((cached, slid), (whole, whole));
        assert_eq!(of(0)[0], Work::default());
        assert_eq!(of(1)[0], of(1)[1]);
    }

    #[test]
    fn the_curves_are_the_formula_written_out() {
        let (weights, pair, head) = (30 * 576 * (2 * 576 + 2 * 192 + 3 * 1536), 2 * 30 * 576, 49_152 * 576);
        let tokens: Vec<usize> = rows(&model()).iter().map(|row| row.tokens).collect();
        assert_eq!(tokens, [1, 10, 100, 1000, 8192]);
        for Row { tokens, cached, whole } in rows(&model()) {
            let n = tokens as u64;
            assert_eq!(cached, Share { all: weights + n * pair + head, attention: n * pair });
            let pairs = n * (n + 1) / 2;
            assert_eq!(whole, Share { all: n * weights + pairs * pair + head, attention: pairs * pair });
        }
    }

    #[test]
    fn lines_rise_within_the_chart() {
        let chart = Chart::new(&model()).unwrap();
        assert_eq!((chart.decades, chart.range), (4, [4, 13]));
        for line in &chart.lines {
            assert!(line.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1));
            assert!(line.iter().all(|&(x, y)| (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)));
        }
        // O(n) and O(n²): a decade of tokens is one decade of multiply-adds, or two.
        let slope = |line: usize| {
            let [.., (x0, y0), _, _, _, _, (x1, y1)] = chart.lines[line][..] else { return f64::NAN };
            (y1 - y0) * 9.0 / ((x1 - x0) * 4.0)
        };
        assert!((slope(2) - 1.0).abs() < 1e-9, "{}", slope(2));
        assert!((slope(3) - 2.0).abs() < 0.01, "{}", slope(3));
        assert_eq!(Chart::new(&ModelInfo::default()), None);
    }

    #[test]
    fn the_context_on_show_is_marked_measured_or_not() {
        let sight = Sight { tokens: 20, window: 16 };
        let marks = marks(&model(), sight, &[], None);
        assert_eq!(marks.len(), 2);
        assert!(marks.iter().all(|mark| mark.present && !mark.counted && mark.tokens == 16));
        assert!(super::marks(&model(), Sight { tokens: 0, window: 16 }, &[], None).is_empty());
    }
}
