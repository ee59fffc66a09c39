//! Self-attention: the grid of all heads, and the row of the last position in one of them.

use generation::TokenId;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::bar::Bar;
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, fixed, percent};
use crate::t;
use crate::widgets::pipeline::shared::{Inside, exact};
use crate::widgets::pipeline::transformer::grid::HeadGrid;
use crate::widgets::pipeline::transformer::pattern::PatternView;
use session::Session;

/// The most rows: of a longer context those with the largest weights are shown.
const ROWS: usize = 96;

/// How much the last position takes from another.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Weight {
    /// Position in the model's window.
    position: usize,
    token: TokenId,
    weight: f32,
}

/// One head's row of attention.
#[derive(Clone, Debug, Default, PartialEq)]
struct Row {
    shown: Vec<Weight>,
    /// Tokens without a row of their own, and their weights' sum.
    others: (usize, f64),
    sum: f64,
}

impl Row {
    fn new(weights: &[f32], tokens: &[TokenId]) -> Self {
        let all = weights.iter().zip(tokens).enumerate();
        let mut shown: Vec<Weight> =
            all.map(|(position, (&weight, &token))| Weight { position, token, weight }).collect();
        let sum = |weights: &[Weight]| weights.iter().map(|weight| f64::from(weight.weight)).sum::<f64>();
        let total = sum(&shown);
        shown.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let rest = shown.split_off(shown.len().min(ROWS));
        shown.sort_by_key(|weight| weight.position);
        Self { others: (rest.len(), sum(&rest)), shown, sum: total }
    }

    fn longest(&self) -> f32 {
        self.shown.iter().map(|weight| weight.weight).fold(0.0, f32::max)
    }

    fn at(&self, position: usize) -> Option<Weight> {
        let index = self.shown.binary_search_by_key(&position, |weight| weight.position).ok()?;
        self.shown.get(index).copied()
    }
}

/// The grid, and what the chosen head does.
#[component]
pub fn AttentionView(
    /// The inside of the pass.
    inside: Memo<Inside>,
) -> impl IntoView {
    let store = Store::from_context();
    let focus = store.derive(Session::inspector_focus);
    let whole = Memo::new(move |_| focus.get().whole);
    view! {
        <div class="panel-attention">
            <section class="pipeline-part">
                <p class="pipeline-note">{t!("pipeline-grid-note")}</p>
                <HeadGrid inside/>
            </section>
            <section class="pipeline-part">
                <div class="head-choice">
                    <Choice id="pipeline-layer" label=t!("pipeline-layer") layer=true/>
                    <Choice id="pipeline-head" label=t!("pipeline-head") layer=false/>
                    <label class="switch">
                        <input
                            id="pipeline-whole"
                            type="checkbox"
                            role="switch"
                            prop:checked=move || whole.get()
                            on:change=move |event| store.change_focus(|focus| focus.whole = event_target_checked(&event))
                        />
                        <span>{t!("pipeline-whole")}</span>
                    </label>
                </div>
                {move || match whole.get() {
                    true => view! { <PatternView/> }.into_any(),
                    false => view! { <RowView inside/> }.into_any(),
                }}
            </section>
        </div>
    }
}

/// A list to choose the layer or the head from: as good as the grid, and easier to hit.
#[component]
fn Choice(
    /// The list's id.
    id: &'static str,
    /// Its name.
    label: String,
    /// Whether it chooses the layer.
    layer: bool,
) -> impl IntoView {
    let store = Store::from_context();
    let focus = store.derive(Session::inspector_focus);
    let chosen = Memo::new(move |_| if layer { focus.get().layer } else { focus.get().head });
    let length =
        Memo::new(move |_| store.selectors.info.get().map_or(0, |info| if layer { info.layers } else { info.heads }));
    let choose = move |event| {
        if let Ok(index) = event_target_value(&event).parse() {
            store.change_focus(|focus| if layer { focus.layer = index } else { focus.head = index });
        }
    };
    let option = move |index: usize| {
        view! { <option value=index.to_string() selected=move || chosen.get() == index>{index}</option> }
    };
    view! {
        <label class="choice">
            <span>{label}</span>
            <select id=id prop:value=move || chosen.get().to_string() on:change=choose>
                {move || (0..length.get()).map(option).collect_view()}
            </select>
        </label>
    }
}

#[component]
fn RowView(
    /// The inside of the pass.
    inside: Memo<Inside>,
) -> impl IntoView {
    let store = Store::from_context();
    let focus = store.derive(Session::inspector_focus);
    let row = Memo::new(move |_| {
        let place = store.selectors.place.get()?;
        let ranked = inside.get().seen()?;
        let weights = ranked.step.layers.get(focus.get().layer)?.attention.get(focus.get().head)?;
        let tokens = store.peek(|session| session.generation().context_at(place.node));
        Some(Row::new(weights, tokens.get(ranked.step.context.start..)?))
    });
    let weights = move || row.get().map(|row| row.shown).unwrap_or_default();
    let others = Memo::new(move |_| row.get().map(|row| row.others).filter(|others| others.0 > 0));
    let others_words =
        move || others.get().map(|(number, _)| t!("pipeline-attention-others", count = number, shown = count(number)));
    let sum = Memo::new(move |_| row.get().map(|row| row.sum));
    view! {
        <table class="values" data-table="attention">
            <caption>{t!("pipeline-attention-note")}</caption>
            <thead>
                <tr>
                    <th scope="col" class="at">{t!("pipeline-position")}</th>
                    <th scope="col" class="word">{t!("pipeline-token")}</th>
                    <th class="bar-column" aria-hidden="true"></th>
                    <th scope="col">{t!("pipeline-weight")}</th>
                </tr>
            </thead>
            <tbody>
                <For each=weights key=|weight| (weight.position, weight.token) let(weight)>
                    <WeightRow weight row/>
                </For>
            </tbody>
            <tfoot>
                <tr class:gone=move || others.get().is_none()>
                    <th scope="row" colspan="3" class="word">{others_words}</th>
                    <td data-value=move || others.get().map(|(_, sum)| exact(sum))>
                        {move || others.get().map(|(_, sum)| percent(sum))}
                    </td>
                </tr>
                <tr>
                    <th scope="row" colspan="3" class="word">{t!("pipeline-sum")}</th>
                    <td data-sum=move || sum.get().map(exact)>
                        {move || sum.get().map_or_else(|| "–".to_owned(), |sum| fixed(sum, 4))}
                    </td>
                </tr>
            </tfoot>
        </table>
    }
}

#[component]
fn WeightRow(
    /// The row's token; its weight may change.
    weight: Weight,
    /// All weights.
    row: Memo<Option<Row>>,
) -> impl IntoView {
    let Weight { position, token, .. } = weight;
    let now =
        Memo::new(move |_| row.with(|row| row.as_ref().and_then(|row| row.at(position))).unwrap_or_default().weight);
    let longest = Memo::new(move |_| row.with(|row| row.as_ref().map_or(0.0, Row::longest)));
    let strongest = move || now.get() > 0.0 && now.get() == longest.get();
    view! {
        <tr data-position=position data-token=token class:row-strongest=strongest>
            <td class="at">{count(position)}</td>
            <th scope="row" class="word"><TokenText token=Signal::derive(move || Some(token))/></th>
            <td class="bar-column" aria-hidden="true"><Bar outer=0.0 inner=now/></td>
            <td data-value=move || exact(now.get())>{move || percent(now.get().into())}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_row_keeps_its_sum() {
        let weights: Vec<f32> = (0..200).map(|i| if i % 2 == 0 { 0.009 } else { 0.001 }).collect();
        let tokens: Vec<TokenId> = (0..200).collect();
        let row = Row::new(&weights, &tokens);
        assert_eq!((row.shown.len(), row.others.0), (ROWS, 200 - ROWS));
        assert!(row.shown.is_sorted_by_key(|weight| weight.position));
        assert!(row.shown.iter().all(|weight| weight.position % 2 == 0));
        let shown: f64 = row.shown.iter().map(|weight| f64::from(weight.weight)).sum();
        assert!((shown + row.others.1 - row.sum).abs() < 1e-9);
        assert_eq!(row.at(2).map(|weight| weight.token), Some(2));
        assert_eq!(row.at(1), None);
    }

    #[test]
    fn a_short_row_is_shown_whole() {
        let row = Row::new(&[0.25, 0.75], &[5, 6]);
        assert_eq!((row.shown.len(), row.others, row.sum, row.longest()), (2, (0, 0.0), 1.0, 0.75));
    }
}
