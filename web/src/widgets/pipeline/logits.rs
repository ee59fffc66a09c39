//! Stage 4: one raw number for every token of the vocabulary.

use generation::sampling::Ranking;
use leptos::prelude::*;

use crate::app::candidate_table::ROWS;
use crate::app::selectors::Place;
use crate::app::store::Store;
use crate::components::bar::Bar;
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, signed};
use crate::t;
use crate::widgets::pipeline::search::{Found, Hits, search};
use crate::widgets::pipeline::shared::{Figure, exact, fast};

/// Hits shown.
const HITS: usize = 12;

/// Bars of the histogram.
const BINS: usize = 40;

/// What is said of all logits.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Overview {
    number: usize,
    max: f64,
    min: f64,
    mean: f64,
}

impl Overview {
    fn of(ranking: &Ranking) -> Option<Self> {
        let logits = ranking.logits();
        let (max, min) = (f64::from(*logits.first()?), f64::from(*logits.last()?));
        let sum: f64 = logits.iter().map(|&logit| f64::from(logit)).sum();
        Some(Self { number: logits.len(), max, min, mean: sum / logits.len() as f64 })
    }
}

/// Logits from `from` up to the next bin's.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bin {
    from: f64,
    tokens: usize,
}

fn histogram(ranking: &Ranking) -> Vec<Bin> {
    let Some(Overview { max, min, .. }) = Overview::of(ranking).filter(|all| all.max > all.min && all.min.is_finite())
    else {
        return Vec::new();
    };
    let width = (max - min) / BINS as f64;
    let mut bins: Vec<Bin> = (0..BINS).map(|bin| Bin { from: min + width * bin as f64, tokens: 0 }).collect();
    for &logit in ranking.logits() {
        let bin = (((f64::from(logit) - min) / width) as usize).min(BINS - 1);
        bins[bin].tokens += 1;
    }
    bins
}

/// The panel.
#[component]
pub fn LogitsPanel() -> impl IntoView {
    let store = Store::from_context();
    let place = store.selectors.place;
    let all = Memo::new(move |_| Overview::of(&place.get()?.ranked.ranking));
    let read = move |read: fn(Overview) -> f64| Signal::derive(move || all.get().map(read));
    let two = |value: f64| signed(value, 2);
    view! {
        <dl class="figures-grid">
            <Figure
                key="vocabulary"
                label=t!("pipeline-logits-number")
                value=read(|all| all.number as f64)
                show=|n| count(n as usize)
            />
            <Figure key="max" label=t!("pipeline-max") value=read(|all| all.max) show=two/>
            <Figure key="mean" label=t!("pipeline-mean") value=read(|all| all.mean) show=two/>
            <Figure key="min" label=t!("pipeline-min") value=read(|all| all.min) show=two/>
        </dl>
        <p class="pipeline-note">{t!("pipeline-logits-note")}</p>
        <div class="pipeline-columns">
            <section class="pipeline-part">
                <h4>{t!("pipeline-logits-top")}</h4>
                <TopTable/>
            </section>
            <section class="pipeline-part">
                <Search/>
                <Histogram/>
            </section>
        </div>
    }
}

/// The head of a table of tokens with their ranks and logits.
#[component]
fn Head(
    /// Whether a column of bars follows.
    bars: bool,
) -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th scope="col" class="at">{t!("pipeline-rank")}</th>
                <th scope="col" class="word">{t!("pipeline-token")}</th>
                <th scope="col">{t!("pipeline-id")}</th>
                <th scope="col">{t!("pipeline-logit")}</th>
                {bars.then(|| view! { <th class="bar-column" aria-hidden="true"></th> })}
            </tr>
        </thead>
    }
}

#[component]
fn TopTable() -> impl IntoView {
    let place = Store::from_context().selectors.place;
    let row = move |rank: usize| {
        let found = Memo::new(move |_| at(&place.get()?, rank));
        let length = Memo::new(move |_| {
            let (place, found) = (place.get()?, found.get()?);
            let (max, min) = (*place.ranked.ranking.logits().first()?, *place.ranked.ranking.logits().last()?);
            (max > min).then(|| (found.logit - min) / (max - min))
        });
        view! {
            <FoundRow found>
                <td class="bar-column" aria-hidden="true"><Bar outer=0.0 inner=Signal::derive(move || length.get().unwrap_or(0.0))/></td>
            </FoundRow>
        }
    };
    view! {
        <table class="values" data-table="logits" aria-label=t!("pipeline-logits-top")><Head bars=true/><tbody>{(0..ROWS).map(row).collect_view()}</tbody></table>
    }
}

fn at(place: &Place, rank: usize) -> Option<Found> {
    let ranking = &place.ranked.ranking;
    Some(Found { rank, token: *ranking.order().get(rank)?, logit: *ranking.logits().get(rank)? })
}

#[component]
fn FoundRow(
    /// The token; an empty row without.
    found: Memo<Option<Found>>,
    /// Further cells.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let token = Signal::derive(move || found.get().map(|found| found.token));
    view! {
        <tr data-token=token data-rank=move || found.get().map(|found| found.rank)>
            <td class="at">{move || found.get().map(|found| count(found.rank + 1))}</td>
            <th scope="row" class="word"><TokenText token/></th>
            <td>{move || token.get().map(|token| token.to_string())}</td>
            <td data-value=move || found.get().map(|found| exact(found.logit))>
                {move || found.get().map(|found| signed(found.logit.into(), 2))}
            </td>
            {children.map(|children| children())}
        </tr>
    }
}

#[component]
fn Search() -> impl IntoView {
    let store = Store::from_context();
    let query = RwSignal::new(String::new());
    let fast = fast(store);
    let hits = Memo::new(move |before: Option<&Hits>| {
        let (Some(place), Some(info)) = (store.selectors.place.get(), store.selectors.info.get()) else {
            return Hits::default();
        };
        match before {
            // Tokens come too fast to search them all.
            Some(before) if fast.get() => before.clone(),
            _ => query.with(|query| search(query, &place.ranked.ranking, &info.vocabulary, HITS)),
        }
    });
    let kept = Memo::new(move |_| {
        store.selectors.place.get().filter(|place| place.ranked.recorded).map(|place| place.ranked.ranking.named())
    });
    let scope = move || match kept.get() {
        Some(named) => t!("pipeline-search-recorded", named = count(named)),
        None => t!("pipeline-search-all"),
    };
    let result = move || {
        let (total, shown) = hits.with(|hits| (hits.total, hits.shown.len()));
        match query.with(String::is_empty) {
            true => scope(),
            false => t!("pipeline-search-result", total = total, figure = count(total), shown = shown),
        }
    };
    let row = move |index: usize| {
        let found = Memo::new(move |_| hits.with(|hits| hits.shown.get(index).copied()));
        view! { <FoundRow found/> }
    };
    view! {
        <h4><label for="pipeline-search">{t!("pipeline-search")}</label></h4>
        <input
            id="pipeline-search"
            class="field"
            type="search"
            autocomplete="off"
            spellcheck="false"
            placeholder=t!("pipeline-search-example")
            aria-describedby="pipeline-search-result"
            on:input=move |event| query.set(event_target_value(&event))
        />
        <p id="pipeline-search-result" class="pipeline-note" role="status">{result}</p>
        <div class="pipeline-scroll search-hits" tabindex="0" role="group" aria-label=t!("pipeline-search")>
            <table class="values" data-table="search"><Head bars=false/><tbody>{(0..HITS).map(row).collect_view()}</tbody></table>
        </div>
    }
}

#[component]
fn Histogram() -> impl IntoView {
    let store = Store::from_context();
    let fast = fast(store);
    let bins = Memo::new(move |before: Option<&Vec<Bin>>| match (store.selectors.place.get(), before) {
        (_, Some(before)) if fast.get() => before.clone(),
        (Some(place), _) => histogram(&place.ranked.ranking),
        (None, _) => Vec::new(),
    });
    let open = RwSignal::new(false);
    let all = Memo::new(move |_| Overview::of(&store.selectors.place.get()?.ranked.ranking));
    let end = move |read: fn(Overview) -> f64| move || all.get().map(|all| signed(read(all), 1));
    let row = |bin: &Bin| {
        view! {
            <tr data-from=exact(bin.from)>
                <th scope="row">{signed(bin.from, 2)}</th>
                <td data-value=bin.tokens>{count(bin.tokens)}</td>
            </tr>
        }
    };
    view! {
        <h4>{t!("pipeline-histogram")}</h4>
        <svg class="histogram" viewBox=format!("0 0 {BINS} 100") preserveAspectRatio="none" aria-hidden="true">
            <path d=move || bins.with(|bins| outline(bins))></path>
        </svg>
        <p class="histogram-ends" aria-hidden="true">
            <span>{end(|all| all.min)}</span>
            <span>{t!("pipeline-histogram-note")}</span>
            <span>{end(|all| all.max)}</span>
        </p>
        <details class="pipeline-details" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>{t!("pipeline-histogram-table")}</summary>
            <table class="values" data-table="histogram">
                <thead>
                    <tr><th scope="col">{t!("pipeline-histogram-from")}</th><th scope="col">{t!("pipeline-tokens")}</th></tr>
                </thead>
                <tbody>{move || open.get().then(|| bins.with(|bins| bins.iter().map(row).collect_view()))}</tbody>
            </table>
        </details>
    }
}

/// Bars whose height is the logarithm of their tokens, so that a single one can be seen beside thousands.
fn outline(bins: &[Bin]) -> String {
    let height = |tokens: usize| (1.0 + tokens as f64).ln();
    let most = bins.iter().map(|bin| height(bin.tokens)).fold(0.0, f64::max);
    let bars = bins.iter().enumerate().filter(|(_, bin)| bin.tokens > 0);
    bars.map(|(x, bin)| format!("M{x}.05 100V{:.1}h0.9V100z", 100.0 - 100.0 * height(bin.tokens) / most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_logit_is_in_a_bin() {
        let logits: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.37).sin() * 9.0).collect();
        let ranking = Ranking::new(&logits);
        let bins = histogram(&ranking);
        assert_eq!(bins.iter().map(|bin| bin.tokens).sum::<usize>(), 1000);
        let all = Overview::of(&ranking).unwrap();
        assert_eq!(bins[0].from, all.min);
        assert!(bins[BINS - 1].from < all.max);
        assert!(outline(&bins).contains("V0.0"));
    }

    #[test]
    fn equal_or_absent_logits_have_no_histogram() {
        assert_eq!(histogram(&Ranking::new(&[1.0, 1.0])), []);
        assert_eq!(histogram(&Ranking::default()), []);
        assert_eq!(Overview::of(&Ranking::default()), None);
    }
}
