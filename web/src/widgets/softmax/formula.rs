//! The formula with the present numbers in it.

use leptos::prelude::*;

use super::axis::{rounded, short};
use super::logit_bars::LogitBars;
use super::model::{BARS, Bar};
use crate::components::scale::TEMPERATURE;
use crate::i18n::numbers::{count, fixed};
use crate::t;

/// Softmax for one of the six: the winner's, or that of the one chosen.
#[component]
pub fn Formula(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let bar = Memo::new(move |_| bars.chart.with(|chart| chart.shown(chosen.get()).copied()));
    let choose = move |event| chosen.set(event_target_value(&event).parse().ok());
    let option = move |index: usize| {
        let who = bars.who(index);
        let name = move || who.get().map_or_else(|| "–".to_owned(), |who| bars.visible(who));
        view! { <option value=index.to_string()>{name}</option> }
    };
    let terms = Memo::new(move |_| bars.chart.with(|chart| chart.terms));
    let terms = move || t!("softmax-terms", shown = count(terms.get()), count = terms.get());
    view! {
        <div class="softmax-formula">
            <label class="softmax-choose">
                <span>{t!("softmax-formula")}</span>
                <select
                    id="softmax-formula-for"
                    prop:value=move || chosen.get().map_or_else(String::new, |index| index.to_string())
                    on:change=choose
                >
                    <option value="">{t!("softmax-formula-winner")}</option>
                    {(0..BARS).map(option).collect_view()}
                </select>
            </label>
            <div class="softmax-equation" tabindex="0" role="group" aria-label=t!("softmax-formula-name")>
                <Exponentials bars bar/>
                <Weights bars bar/>
                <p class="softmax-terms">{terms}</p>
            </div>
        </div>
    }
}

/// The fraction with the logits in its exponents.
#[component]
fn Exponentials(
    /// The bars.
    bars: LogitBars,
    /// Whose formula.
    bar: Memo<Option<Bar>>,
) -> impl IntoView {
    let name = move || bar.get().map_or_else(|| "–".to_owned(), |bar| bars.visible(bar.who));
    let first = bars.bar(0);
    let second = bars.bar(1);
    view! {
        <math display="block">
            <mrow>
                <mi>"p"</mi><mo stretchy="false">"("</mo><mtext>{name}</mtext><mo stretchy="false">")"</mo><mo>"="</mo>
                <mfrac>
                    <Power bars bar/>
                    <mrow>
                        <Power bars bar=first/><mo>"+"</mo><Power bars bar=second/><mo>"+"</mo><mo>"⋯"</mo>
                    </mrow>
                </mfrac>
            </mrow>
        </math>
    }
}

/// `e` to the logit over the temperature.
#[component]
fn Power(
    /// The bars.
    bars: LogitBars,
    /// Whose.
    bar: Memo<Option<Bar>>,
) -> impl IntoView {
    let logit = move || bar.get().map_or_else(|| "–".to_owned(), |bar| short(bar.used));
    let temperature = Memo::new(move |_| temperature(bars.chart.with(|chart| chart.temperature)));
    view! {
        <msup>
            <mi>"e"</mi>
            <mrow><mn>{logit}</mn><mo>"/"</mo><mn>{temperature}</mn></mrow>
        </msup>
    }
}

/// Nothing is divided by 0: there the formula stands for its limit.
fn temperature(value: f64) -> String {
    if value <= 0.0 { "T".to_owned() } else { (TEMPERATURE.show)(value) }
}

/// The same fraction with the largest logit taken off all: what is computed.
#[component]
fn Weights(
    /// The bars.
    bars: LogitBars,
    /// Whose formula.
    bar: Memo<Option<Bar>>,
) -> impl IntoView {
    let weight = move || bar.get().map_or_else(|| "–".to_owned(), |bar| rounded(bar.weight, 3).1);
    let sum = move || sum_words(bars.chart.with(|chart| chart.sum));
    let sign = move || bar.get().map_or("=", |bar| rounded(bar.probability, 3).0);
    let result = move || bar.get().map_or_else(|| "–".to_owned(), |bar| rounded(bar.probability, 3).1);
    view! {
        <math display="block" class="secret">
            <mrow>
                <mo>"="</mo>
                <mfrac><mn>{weight}</mn><mn>{sum}</mn></mfrac>
                <mo>{sign}</mo><mn class="softmax-result">{result}</mn>
            </mrow>
        </math>
    }
}

/// A sum of weights: from 1 to the size of the vocabulary.
#[must_use]
pub fn sum_words(sum: f64) -> String {
    if sum < 1000.0 { fixed(sum, 3) } else { count(sum.round() as usize) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_divided_by_zero() {
        for (value, text) in [(0.0, "T"), (1.0, "1.00"), (0.05, "0.05"), (f64::INFINITY, "∞")] {
            assert_eq!(temperature(value), text);
        }
        assert_eq!([1.0, 2.016, 49_151.6].map(sum_words), ["1.000", "2.016", "49,152"]);
    }
}
