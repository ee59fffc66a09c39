//! Stage 5: the logits become probabilities.

use generation::TokenId;
use generation::sampling::Distribution;
use leptos::prelude::*;

use crate::app::candidate_table::ROWS;
use crate::app::store::Store;
use crate::components::bar::Bar;
use crate::components::control_slider::{Control, ControlSlider};
use crate::components::scale::TEMPERATURE;
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, fixed, percent, signed};
use crate::t;
use crate::widgets::pipeline::shared::{Figure, exact, token_text};

/// A token's way through softmax.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    token: TokenId,
    logit: f32,
    probability: f32,
}

/// The best tokens, and what is beyond them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Summary {
    rows: Vec<Row>,
    /// Tokens without a row, and their mass.
    tail: (usize, f64),
}

impl Summary {
    fn of(distribution: &Distribution) -> Self {
        let full = distribution.full();
        let tokens = distribution.order().iter().zip(distribution.logits()).zip(full);
        let row = |((&token, &logit), &probability)| Row { token, logit, probability };
        let shown = full.len().min(ROWS);
        let mass = full[shown..].iter().map(|&p| f64::from(p)).sum();
        Self { rows: tokens.take(ROWS).map(row).collect(), tail: (full.len() - shown, mass) }
    }
}

/// The panel.
#[component]
pub fn SoftmaxPanel() -> impl IntoView {
    let store = Store::from_context();
    let summary =
        Memo::new(move |_| store.selectors.distribution.get().map(|all| Summary::of(&all)).unwrap_or_default());
    let number = Memo::new(move |_| store.selectors.place.get().map(|place| place.ranked.ranking.logits().len()));
    let tail = Signal::derive(move || store.selectors.place.get().map(|_| summary.with(|summary| summary.tail.1)));
    let most = Signal::derive(move || number.get().map(|number| (number as f64).log2()));
    let bits = |bits: f64| t!("pipeline-bits", bits = fixed(bits, 3));
    let share = move || match (store.selectors.entropy.get(), most.get()) {
        (Some(bits), Some(most)) if most > 0.0 => bits / most,
        _ => 0.0,
    };
    let penalty = Memo::new(move |_| store.selectors.controls.get().repetition_penalty);
    let penalised = move || if penalty.get() == 1.0 { String::new() } else { t!("pipeline-softmax-penalised") };
    view! {
        <div class="panel-softmax">
            <section class="pipeline-part">
                <ControlSlider control=Control::Temperature id="pipeline-temperature"/>
                <Formula summary/>
                <dl class="figures-grid">
                    <Figure key="entropy" label=t!("pipeline-entropy") value=store.selectors.entropy show=bits secret=true/>
                    <Figure key="entropy-most" label=t!("pipeline-entropy-most") value=most show=bits/>
                    <Figure key="tail" label=t!("pipeline-tail") value=tail show=percent secret=true/>
                </dl>
                <div class="entropy-meter secret" aria-hidden="true">
                    <span style:transform=move || format!("scaleX({:.4})", share())></span>
                </div>
                <p class="pipeline-note">{t!("pipeline-softmax-note")}" "{penalised}</p>
            </section>
            <section class="pipeline-part">
                <h4>{t!("pipeline-softmax-table")}</h4>
                <Probabilities summary/>
            </section>
        </div>
    }
}

/// Softmax with this step's numbers for the best token.
#[component]
fn Formula(
    /// The best tokens.
    summary: Memo<Summary>,
) -> impl IntoView {
    let store = Store::from_context();
    let best = Memo::new(move |_| summary.with(|summary| summary.rows.first().copied()));
    let temperature = Memo::new(move |_| store.selectors.controls.get().temperature);
    let name = move || {
        best.get()
            .map(|row| store.selectors.info.with(|info| token_text(info.as_deref(), row.token)))
            .unwrap_or_default()
    };
    let number = Memo::new(move |_| summary.with(|summary| summary.rows.len() + summary.tail.0));
    let worked = Memo::new(move |_| best.get().map(|row| Worked::of(&row, temperature.get())));
    let part = move |read: fn(&Powers) -> String| {
        move || worked.with(|worked| worked.as_ref().and_then(Worked::powers).map(read)).unwrap_or_default()
    };
    let end = move || worked.with(|worked| worked.as_ref().map_or_else(String::new, |worked| worked.end(number.get())));
    let finite = move || worked.with(|worked| worked.as_ref().is_some_and(|worked| worked.powers().is_some()));
    view! {
        <div class="formula softmax-formula">
            <math display="block">
                <msub><mi>"p"</mi><mi>"i"</mi></msub>
                <mo>"="</mo>
                <mfrac>
                    <msup><mi>"e"</mi><mrow><msub><mi>"z"</mi><mi>"i"</mi></msub><mo>"/"</mo><mi>"T"</mi></mrow></msup>
                    <mrow>
                        <msub><mo>"∑"</mo><mi>"j"</mi></msub>
                        <msup><mi>"e"</mi><mrow><msub><mi>"z"</mi><mi>"j"</mi></msub><mo>"/"</mo><mi>"T"</mi></mrow></msup>
                    </mrow>
                </mfrac>
            </math>
            <p class="worked secret">
                <span class="worked-name">{t!("pipeline-softmax-best")}" "<bdi lang="en" class="token-text">{name}</bdi></span>
                <span class="worked-end" class:gone=finite data-worked="">{end}</span>
                <math class:gone=move || !finite()>
                    <mfrac>
                        <msup>
                            <mi>"e"</mi>
                            <mrow>
                                <mn>{part(|powers| signed(powers.logit, 2))}</mn>
                                <mo>"/"</mo>
                                <mn>{part(|powers| (TEMPERATURE.show)(powers.temperature))}</mn>
                            </mrow>
                        </msup>
                        <mo>"∑"</mo>
                    </mfrac>
                    <mo>"="</mo>
                    <mfrac>
                        <msup><mi>"e"</mi><mn>{part(|powers| signed(powers.power(), 3))}</mn></msup>
                        <msup><mi>"e"</mi><mn>{part(|powers| signed(powers.sum(), 3))}</mn></msup>
                    </mfrac>
                    <mo>"="</mo>
                    <mn>{part(|powers| fixed(powers.probability, 4))}</mn>
                </math>
            </p>
        </div>
    }
}

/// The formula worked out for one token.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Worked {
    /// The largest takes all.
    Zero,
    /// All have the same.
    Infinite(f32),
    Finite(Powers),
}

/// What the formula puts together. The sum is written as a power too: it may be too large for a number.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Powers {
    logit: f64,
    temperature: f64,
    probability: f64,
}

impl Powers {
    fn power(&self) -> f64 {
        self.logit / self.temperature
    }

    /// ln Σ = z/T - ln p
    fn sum(&self) -> f64 {
        self.power() - self.probability.ln()
    }
}

impl Worked {
    fn of(row: &Row, temperature: f32) -> Self {
        match temperature {
            t if t <= 0.0 => Self::Zero,
            t if t.is_infinite() => Self::Infinite(row.probability),
            _ => Self::Finite(Powers {
                logit: row.logit.into(),
                temperature: temperature.into(),
                probability: row.probability.into(),
            }),
        }
    }

    fn powers(&self) -> Option<&Powers> {
        match self {
            Self::Finite(powers) => Some(powers),
            _ => None,
        }
    }

    /// What is said at the ends, where there is nothing to divide by.
    fn end(&self, number: usize) -> String {
        match self {
            Self::Zero => t!("pipeline-softmax-zero"),
            Self::Infinite(p) => t!("pipeline-softmax-infinite", number = count(number), p = fixed((*p).into(), 6)),
            Self::Finite(_) => String::new(),
        }
    }
}

#[component]
fn Probabilities(
    /// The best tokens and the rest.
    summary: Memo<Summary>,
) -> impl IntoView {
    let tail = Memo::new(move |_| summary.with(|summary| summary.tail));
    let name = move || t!("pipeline-softmax-tail", count = tail.get().0, shown = count(tail.get().0));
    view! {
        <table class="values" data-table="softmax" aria-label=t!("pipeline-softmax-table")>
            <thead>
                <tr>
                    <th scope="col" class="at">{t!("pipeline-rank")}</th>
                    <th scope="col" class="word">{t!("pipeline-token")}</th>
                    <th scope="col">{t!("pipeline-logit-z")}</th>
                    <th class="bar-column" aria-hidden="true"></th>
                    <th scope="col">{t!("pipeline-probability")}</th>
                </tr>
            </thead>
            <tbody>{(0..ROWS).map(|rank| view! { <ProbabilityRow rank summary/> }).collect_view()}</tbody>
            <tfoot>
                <tr>
                    <td></td>
                    <th scope="row" colspan="3" class="word">{name}</th>
                    <td data-value=move || exact(tail.get().1)><span class="secret">{move || percent(tail.get().1)}</span></td>
                </tr>
            </tfoot>
        </table>
    }
}

#[component]
fn ProbabilityRow(
    /// Which, 0 the best.
    rank: usize,
    /// All of them.
    summary: Memo<Summary>,
) -> impl IntoView {
    let row = Memo::new(move |_| summary.with(|summary| summary.rows.get(rank).copied()));
    let token = Signal::derive(move || row.get().map(|row| row.token));
    let length = Signal::derive(move || row.get().map_or(0.0, |row| row.probability));
    view! {
        <tr data-token=token data-rank=rank>
            <td class="at">{count(rank + 1)}</td>
            <th scope="row" class="word"><TokenText token/></th>
            <td data-logit=move || row.get().map(|row| exact(row.logit))>
                {move || row.get().map_or_else(|| "–".to_owned(), |row| signed(row.logit.into(), 2))}
            </td>
            <td class="bar-column" aria-hidden="true"><span class="secret"><Bar outer=0.0 inner=length/></span></td>
            <td data-value=move || row.get().map(|row| exact(row.probability))>
                <span class="secret">
                    {move || row.get().map_or_else(|| "–".to_owned(), |row| percent(row.probability.into()))}
                </span>
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use generation::Controls;
    use generation::sampling::Ranking;

    use super::*;

    fn summary(temperature: f32) -> Summary {
        let logits: Vec<f32> = (0..40).map(|i| (i as f32 * 0.7).sin() * 5.0).collect();
        let controls = Controls { temperature, top_k: 2, ..Controls::default() };
        Summary::of(&Distribution::new(&Ranking::new(&logits), &[], &controls))
    }

    #[test]
    fn rows_and_tail_make_the_whole_whatever_the_filters() {
        for temperature in [0.0, 0.5, 1.0, f32::INFINITY] {
            let summary = summary(temperature);
            let shown: f64 = summary.rows.iter().map(|row| f64::from(row.probability)).sum();
            assert_eq!((summary.rows.len(), summary.tail.0), (ROWS, 40 - ROWS));
            assert!((shown + summary.tail.1 - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_worked_formula_ends_in_the_probability() {
        let row = Row { token: 0, logit: 3.8, probability: 0.25 };
        let powers = *Worked::of(&row, 0.5).powers().unwrap();
        assert!(((powers.power() - powers.sum()).exp() - 0.25).abs() < 1e-9);
        assert!((powers.power() - 7.6).abs() < 1e-6);
        assert_eq!(Worked::of(&row, 0.0), Worked::Zero);
        assert!(Worked::of(&row, f32::INFINITY).end(40).contains("1 / 40"));
    }
}
