//! The numbers behind the chart, and a field for each logit.

use leptos::prelude::*;

use super::axis::{cell, exact, parse};
use super::formula::sum_words;
use super::logit_bars::{LogitBars, Name};
use super::model::{BARS, Bar};
use crate::components::field::Field;
use crate::i18n::numbers::{count, fixed};
use crate::t;

const FIELDS: [&str; BARS] =
    ["softmax-logit-1", "softmax-logit-2", "softmax-logit-3", "softmax-logit-4", "softmax-logit-5", "softmax-logit-6"];

/// The table.
#[component]
pub fn Numbers(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let terms = Memo::new(move |_| bars.chart.with(|chart| chart.terms));
    let sum = move || sum_words(bars.chart.with(|chart| chart.sum));
    view! {
        <div class="softmax-numbers" class:softmax-own=move || !bars.from_model.get()>
            <table>
                <caption class="ear">{t!("softmax-table")}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!("softmax-table-name")}</th>
                        <th scope="col">"z"</th>
                        <th scope="col" class="softmax-weight"><WeightFormula/></th>
                        <th scope="col">"p"</th>
                        <th scope="col" class="softmax-chance">{t!("softmax-table-drawn")}</th>
                    </tr>
                </thead>
                <tbody>
                    {FIELDS.into_iter().enumerate().map(|(index, id)| view! { <Row bars index id/> }).collect_view()}
                    <RestRow bars/>
                </tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{move || t!("softmax-table-sum", shown = count(terms.get()), count = terms.get())}</th>
                        <td></td>
                        <td class="softmax-weight secret"><span>{sum}</span></td>
                        <td class="secret">{fixed(1.0, 3)}</td>
                        <td class="softmax-chance secret">{fixed(1.0, 3)}</td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}

#[component]
fn WeightFormula() -> impl IntoView {
    view! {
        <math aria-label=t!("softmax-table-weight")>
            <msup>
                <mi>"e"</mi>
                <mrow>
                    <mo stretchy="false">"("</mo><mi>"z"</mi><mo>"−"</mo><mi>"max"</mi><mo stretchy="false">")"</mo>
                    <mo>"/"</mo><mi>"T"</mi>
                </mrow>
            </msup>
        </math>
    }
}

#[component]
fn Row(
    /// The bars.
    bars: LogitBars,
    /// Which one.
    index: usize,
    /// Its field's id.
    id: &'static str,
) -> impl IntoView {
    let bar = bars.bar(index);
    let who = bars.who(index);
    let cell = move |show: fn(&Bar) -> String| move || bar.get().as_ref().map_or_else(|| "–".to_owned(), show);
    let commit = move |text: &str| {
        let logit = parse(text)?;
        if !bars.set(index, logit) {
            return Err(t!("softmax-field-later"));
        }
        bars.say(index);
        Ok(())
    };
    view! {
        <tr class:softmax-altered=move || bar.get().is_some_and(|bar| bar.was.is_some())>
            <th scope="row"><Name who/></th>
            <td>
                <Field
                    id=id
                    label=t!("softmax-field", number = index + 1)
                    value=Signal::derive(cell(|bar| exact(bar.logit)))
                    commit
                />
            </td>
            <td class="softmax-weight secret"><span>{cell(|bar| self::cell(bar.weight))}</span></td>
            <td class="secret"><span>{cell(|bar| self::cell(bar.probability))}</span></td>
            <td class="softmax-chance secret"><span>{cell(chance)}</span></td>
        </tr>
    }
}

/// What is filtered is out, at exactly 0.
fn chance(bar: &Bar) -> String {
    if bar.kept { cell(bar.drawn) } else { t!("softmax-filtered") }
}

#[component]
fn RestRow(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let rest = Memo::new(move |_| bars.chart.with(|chart| chart.rest));
    view! {
        <Show when=move || rest.with(Option::is_some)>
            <tr>
                <th scope="row">{t!("softmax-rest")}</th>
                <td></td>
                <td class="softmax-weight"></td>
                <td class="secret"><span>{move || rest.get().map(|rest| cell(rest.probability))}</span></td>
                <td class="softmax-chance secret">
                    <span>{move || rest.get().map(|rest| if rest.drawn > 0.0 { cell(rest.drawn) } else { t!("softmax-filtered") })}</span>
                </td>
            </tr>
        </Show>
    }
}
