//! The best tokens' numbers before and after each of the controls.

use leptos::prelude::*;

use crate::app::candidate_table::ROWS;
use crate::app::store::Store;
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, percent, signed};
use crate::t;
use crate::widgets::pipeline::sampling::filters::{Filters, Left, Natural, Way, ways};
use crate::widgets::pipeline::shared::exact;

/// A column: its key in the page, and what it shows of a token.
#[derive(Clone, Copy)]
struct Column {
    key: &'static str,
    value: fn(&Way) -> f64,
    /// Logits are shown as they are, probabilities in percent.
    logit: bool,
}

const COLUMNS: [Column; 7] = [
    Column { key: "raw", value: |way| way.raw.into(), logit: true },
    Column { key: "penalised", value: |way| way.penalised.into(), logit: true },
    Column { key: "natural", value: |way| way.natural, logit: false },
    Column { key: "tempered", value: |way| way.tempered.into(), logit: false },
    Column { key: "top_k", value: |way| way.top_k, logit: false },
    Column { key: "top_p", value: |way| way.top_p, logit: false },
    Column { key: "min_p", value: |way| way.min_p.into(), logit: false },
];

fn title(column: usize) -> String {
    match COLUMNS[column].key {
        "raw" => t!("pipeline-walk-raw"),
        "penalised" => t!("pipeline-walk-penalised"),
        "natural" => t!("pipeline-walk-natural"),
        "tempered" => t!("pipeline-walk-tempered"),
        "top_k" => t!("pipeline-walk-top-k"),
        "top_p" => t!("pipeline-walk-top-p"),
        _ => t!("pipeline-walk-min-p"),
    }
}

/// A row per token, a column per control, in the order in which they are applied.
#[component]
pub fn WalkTable() -> impl IntoView {
    let store = Store::from_context();
    let natural = Natural::memo(store);
    let rows = Memo::new(move |_| {
        let (place, distribution) = (store.selectors.place.get()?, store.selectors.distribution.get()?);
        Some(ways(&place.ranked.ranking, &distribution, &natural.get()?))
    });
    let filters =
        Memo::new(move |_| store.selectors.distribution.get().map(|all| Filters::of(&all)).unwrap_or_default());
    let head = |column: usize| view! { <th scope="col">{title(column)}</th> };
    view! {
        <p class="pipeline-note">{t!("pipeline-walk-note")}</p>
        <div class="pipeline-scroll" tabindex="0" role="group" aria-label=t!("pipeline-walk")>
            <table class="values walk" data-table="walk">
                <thead>
                    <tr>
                        <th scope="col" class="word">{t!("pipeline-token")}</th>
                        {(0..COLUMNS.len()).map(head).collect_view()}
                    </tr>
                </thead>
                <tbody>{(0..ROWS).map(|rank| view! { <WayRow rank rows/> }).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="5" class="word">{t!("pipeline-walk-tokens")}</th>
                        <LeftCells filters show=|left| count(left.tokens) value=|left| left.tokens as f64/>
                    </tr>
                    <tr>
                        <th scope="row" colspan="5" class="word">{t!("pipeline-walk-mass")}</th>
                        <LeftCells filters show=|left| percent(left.mass) value=|left| left.mass/>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}

#[component]
fn LeftCells(
    /// What the filters leave.
    filters: Memo<Filters>,
    /// What a cell shows.
    show: fn(&Left) -> String,
    /// Its value.
    value: fn(&Left) -> f64,
) -> impl IntoView {
    let parts: [fn(&Filters) -> Left; 3] = [|filters| filters.top_k, |filters| filters.top_p, |filters| filters.min_p];
    let cell = move |part: fn(&Filters) -> Left| {
        let left = Memo::new(move |_| filters.with(part));
        view! {
            <td data-value=move || exact(value(&left.get()))>
                <span class="secret">{move || show(&left.get())}</span>
            </td>
        }
    };
    parts.map(cell).into_iter().collect_view()
}

#[component]
fn WayRow(
    /// Which token, 0 the best.
    rank: usize,
    /// All of them.
    rows: Memo<Option<Vec<Way>>>,
) -> impl IntoView {
    let way = Memo::new(move |_| rows.with(|rows| rows.as_ref().and_then(|rows| rows.get(rank).copied())));
    let token = Signal::derive(move || way.get().map(|way| way.token));
    let cell = move |column: Column| {
        let value = Memo::new(move |_| way.with(|way| way.as_ref().map(column.value)));
        let out = move || !column.logit && value.get() == Some(0.0);
        let text = move || match value.get() {
            None => "–".to_owned(),
            Some(value) if column.logit => signed(value, 2),
            Some(value) => percent(value),
        };
        view! {
            <td data-step=column.key data-value=move || value.get().map(exact) class:cell-out=out>
                <span class:secret=!column.logit>{text}</span>
            </td>
        }
    };
    view! {
        <tr data-token=token>
            <th scope="row" class="word"><TokenText token/></th>
            {COLUMNS.map(cell).into_iter().collect_view()}
        </tr>
    }
}
