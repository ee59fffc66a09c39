//! The tables behind the curves: the formula's figures, and what was measured.

use generation::cost;
use generation::protocol::ModelInfo;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::i18n::numbers::{count, fixed, large};
use crate::t;
use crate::widgets::context_window::model::{Row, rows};
use session::kv_cost::Measurement;

/// The figures behind the curves, and the formula that they follow.
#[component]
pub fn Figures() -> impl IntoView {
    let view = Store::from_context().selectors;
    let parts = move || view.info.get().map(|info| parts(&info));
    let lines = move || view.info.get().map(|info| rows(&info).into_iter().map(line).collect_view());
    view! {
        <details class="window-details">
            <summary>{t!("window-table")}</summary>
            <p class="window-note">{parts}</p>
            <p class="window-note">{t!("window-parts-formula")}</p>
            <div class="window-scroll" tabindex="0" role="group" aria-label=t!("window-table-caption")>
                <table class="window-table window-figures">
                    <caption class="ear">{t!("window-table-caption")}</caption>
                    <Heads first=t!("window-table-tokens") columns=[t!("window-table-all"), t!("window-table-attention")]/>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </details>
    }
}

fn parts(model: &ModelInfo) -> String {
    t!(
        "window-parts",
        weights = large(cost::weights(model)),
        pair = large(cost::per_pair(model)),
        head = large(cost::head(model))
    )
}

fn line(Row { tokens, cached, whole }: Row) -> impl IntoView {
    let cells = [cached.all, cached.attention, whole.all, whole.attention];
    view! {
        <tr>
            <th scope="row">{count(tokens)}</th>
            {cells.map(|cell| view! { <td>{large(cell)}</td> }).collect_view()}
        </tr>
    }
}

/// Two columns with a cache, two without.
#[component]
fn Heads(
    /// The first column's name.
    first: String,
    /// The names of the two columns of each.
    columns: [String; 2],
) -> impl IntoView {
    let names = || columns.clone().map(|name| view! { <th scope="col">{name}</th> }).collect_view();
    view! {
        <thead>
            <tr>
                <th scope="col" rowspan="2">{first}</th>
                <th scope="colgroup" colspan="2">{t!("window-with")}</th>
                <th scope="colgroup" colspan="2">{t!("window-without")}</th>
            </tr>
            <tr>{names()}{names()}</tr>
        </thead>
    }
}

/// What was measured on the present text.
#[component]
pub fn Measurements() -> impl IntoView {
    let store = Store::from_context();
    let measured = store.derive(|session| session.kv_cost().measured().to_vec());
    let none = move || measured.with(Vec::is_empty);
    let lines = move || measured.get().into_iter().map(measurement).collect_view();
    view! {
        <details class="window-details">
            <summary>{move || t!("window-runs", count = count(measured.with(Vec::len)))}</summary>
            <Show when=none><p class="window-note">{t!("window-runs-none")}</p></Show>
            <div class="window-scroll" class:window-away=none tabindex="0" role="group" aria-label=t!("window-runs-caption")>
                <table class="window-table window-figures">
                    <caption class="ear">{t!("window-runs-caption")}</caption>
                    <thead>
                        <tr>
                            <th scope="col" rowspan="2">{t!("window-runs-tokens")}</th>
                            <th scope="col" rowspan="2">{t!("window-runs-window")}</th>
                            <th scope="colgroup" colspan="2">{t!("window-with")}</th>
                            <th scope="colgroup" colspan="2">{t!("window-without")}</th>
                            <th scope="col" rowspan="2">{t!("window-runs-logits")}</th>
                        </tr>
                        <tr>
                            <th scope="col">{t!("window-runs-counted")}</th>
                            <th scope="col">{t!("window-runs-milliseconds")}</th>
                            <th scope="col">{t!("window-runs-counted")}</th>
                            <th scope="col">{t!("window-runs-milliseconds")}</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </details>
    }
}

fn measurement(measured: Measurement) -> impl IntoView {
    let pass = |pass: generation::step::Pass| {
        view! { <td>{large(pass.multiply_adds)}</td><td>{fixed(pass.cost.milliseconds, 1)}</td> }
    };
    let same = if measured.is_same() { t!("window-runs-same") } else { t!("window-runs-differ") };
    view! {
        <tr>
            <th scope="row">{count(measured.tokens)}</th>
            <td>{count(measured.window)}</td>
            {pass(measured.cached)}
            {pass(measured.whole)}
            <td>{same}</td>
        </tr>
    }
}
