//! Stage 2: the last token's vector, its position, and its neighbours.

use generation::TokenId;
use generation::protocol::Positions;
use generation::step::{Inspected, Inspection};
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::bar::Bar;
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, signed};
use crate::t;
use crate::widgets::pipeline::heat::HeatStrip;
use crate::widgets::pipeline::shared::{Absent, Figure, Inside, exact, missing, token_text};
use session::inspections::NEIGHBOURS;

/// Values in a row of the table of all.
const COLUMNS: usize = 8;

const QUESTION: Inspection = Inspection::Neighbours { top: NEIGHBOURS };

/// What is said of the vector.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Extent {
    min: f64,
    max: f64,
    norm: f64,
}

impl Extent {
    fn of(values: &[f32]) -> Option<Self> {
        let wide = || values.iter().map(|&value| f64::from(value));
        (!values.is_empty()).then(|| Self {
            min: wide().fold(f64::INFINITY, f64::min),
            max: wide().fold(f64::NEG_INFINITY, f64::max),
            norm: wide().map(|value| value * value).sum::<f64>().sqrt(),
        })
    }
}

/// The panel.
#[component]
pub fn EmbeddingPanel() -> impl IntoView {
    let store = Store::from_context();
    let inside = Inside::memo(store);
    let vector =
        Memo::new(move |_| inside.get().seen().map(|ranked| ranked.step.embedding.clone()).unwrap_or_default());
    let extent = Memo::new(move |_| vector.with(|vector| Extent::of(vector)));
    let read = move |read: fn(Extent) -> f64| Signal::derive(move || extent.get().map(read));
    let last = last_token(store);
    let title = move || {
        let token = last.get().map(|token| store.selectors.info.with(|info| token_text(info.as_deref(), token)));
        t!("pipeline-embedding-title", token = token.unwrap_or_default())
    };
    let four = |value: f64| signed(value, 4);
    view! {
        <section class="pipeline-part" data-token=move || last.get()>
            <h4>{title}</h4>
            <Absent inside/>
            <div class:away=move || vector.with(Vec::is_empty)>
                <HeatStrip values=vector/>
                <p class="pipeline-note heat-key">
                    <span class="heat-sign heat-up" aria-hidden="true"></span>{t!("pipeline-embedding-up")}" "
                    <span class="heat-sign heat-down" aria-hidden="true"></span>{t!("pipeline-embedding-down")}
                </p>
                <dl class="figures-grid">
                    <Figure
                        key="dimensions"
                        label=t!("pipeline-embedding-dimensions")
                        value=Signal::derive(move || Some(vector.with(Vec::len) as f64))
                        show=|n| count(n as usize)
                    />
                    <Figure key="min" label=t!("pipeline-min") value=read(|extent| extent.min) show=four/>
                    <Figure key="max" label=t!("pipeline-max") value=read(|extent| extent.max) show=four/>
                    <Figure key="norm" label=t!("pipeline-norm") value=read(|extent| extent.norm) show=four/>
                </dl>
            </div>
        </section>
        <div class="pipeline-columns">
            <Position/>
            <Neighbours/>
        </div>
        <AllValues values=vector/>
    }
}

/// The token whose vector is on show.
fn last_token(store: Store) -> Memo<Option<TokenId>> {
    Memo::new(move |_| {
        let node = store.selectors.place.get()?.node;
        store.peek(|session| session.generation().context_at(node).last().copied())
    })
}

#[component]
fn Position() -> impl IntoView {
    let store = Store::from_context();
    let last = Memo::new(move |_| {
        let window = store.selectors.place.get()?.ranked.step.context;
        window.len.checked_sub(1)
    });
    let words = move || {
        let info = store.selectors.info.get()?;
        let position = count(last.get()?);
        Some(match info.positions {
            Positions::Learned => t!("pipeline-embedding-learned", position = position),
            Positions::Rotary { .. } => {
                t!("pipeline-embedding-rotary", position = position, heads = info.heads, layers = info.layers)
            }
        })
    };
    view! {
        <section class="pipeline-part" data-position=move || last.get()>
            <h4>{t!("pipeline-embedding-position")}</h4>
            <p>{words}</p>
        </section>
    }
}

#[component]
fn Neighbours() -> impl IntoView {
    let store = Store::from_context();
    let seen = Memo::new(move |_| store.inspected(QUESTION));
    let tokens = Memo::new(move |_| match seen.get().as_deref() {
        Some(Inspected::Neighbours { tokens }) => tokens.clone(),
        _ => Vec::new(),
    });
    let missing = missing(store, move || QUESTION);
    let caption = move || match seen.get() {
        Some(_) => t!("pipeline-embedding-neighbours-note"),
        None => missing.get(),
    };
    view! {
        <section class="pipeline-part">
            <h4>{t!("pipeline-embedding-neighbours")}</h4>
            <table class="values" data-table="neighbours">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="word">{t!("pipeline-token")}</th>
                        <th scope="col">{t!("pipeline-id")}</th>
                        <th scope="col">{t!("pipeline-cosine")}</th>
                        <th class="bar-column" aria-hidden="true"></th>
                    </tr>
                </thead>
                <tbody>
                    {(0..NEIGHBOURS).map(|index| view! { <NeighbourRow index tokens/> }).collect_view()}
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn NeighbourRow(
    /// Which, from 0.
    index: usize,
    /// All of them.
    tokens: Memo<Vec<(TokenId, f32)>>,
) -> impl IntoView {
    let row = Memo::new(move |_| tokens.with(|tokens| tokens.get(index).copied()));
    let token = Signal::derive(move || row.get().map(|(token, _)| token));
    view! {
        <tr data-token=token>
            <th scope="row" class="word"><TokenText token/></th>
            <td>{move || token.get().map_or_else(|| "–".to_owned(), |token| token.to_string())}</td>
            <td data-value=move || row.get().map(|(_, cosine)| exact(cosine))>
                {move || row.get().map(|(_, cosine)| signed(cosine.into(), 3))}
            </td>
            <td class="bar-column" aria-hidden="true">
                <Bar outer=0.0 inner=Signal::derive(move || row.get().map_or(0.0, |(_, cosine)| cosine.max(0.0)))/>
            </td>
        </tr>
    }
}

/// All values as a table, made when it is opened.
#[component]
fn AllValues(
    /// The vector.
    values: Memo<Vec<f32>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let cell = |(dimension, value): (usize, &f32)| {
        view! { <td data-dimension=dimension data-value=exact(*value)>{signed((*value).into(), 4)}</td> }
    };
    let row = move |(row, values): (usize, &[f32])| {
        let first = row * COLUMNS;
        let cells = values.iter().enumerate().map(|(i, value)| cell((first + i, value))).collect_view();
        view! { <tr><th scope="row">{first}</th>{cells}</tr> }
    };
    let rows = move || open.get().then(|| values.with(|all| all.chunks(COLUMNS).enumerate().map(row).collect_view()));
    view! {
        <details class="pipeline-details" on:toggle=move |_| open.update(|open| *open = !*open)>
            <summary>{move || t!("pipeline-embedding-all", count = count(values.with(Vec::len)))}</summary>
            <div class="pipeline-scroll" tabindex="0" role="group" aria-label=t!("pipeline-embedding-strip")>
                <table class="values values-dense" data-table="embedding"><tbody>{rows}</tbody></table>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_has_an_extent() {
        assert_eq!(Extent::of(&[3.0, -4.0, 0.0]), Some(Extent { min: -4.0, max: 3.0, norm: 5.0 }));
        assert_eq!(Extent::of(&[]), None);
    }
}
