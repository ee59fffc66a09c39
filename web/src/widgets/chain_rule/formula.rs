//! The chain rule and the perplexity with a text's own numbers in them.

use leptos::prelude::*;

use super::Shown;
use super::figures::perplexity;
use crate::i18n::numbers::{factor, signed};
use crate::t;
use session::sequence_scores::ScoreTable;

/// Factors that are written out; of more, the first two and the last.
const WRITTEN: usize = 4;

/// Both formulas.
#[component]
pub fn Formula(
    /// The ledger.
    sheet: Shown,
) -> impl IntoView {
    let formulas = move || {
        let sheet = sheet.get()?;
        (sheet.total().predicted > 0)
            .then(|| view! { <Product sheet=(*sheet.0).clone()/><Perplexity sheet=(*sheet.0).clone()/> })
    };
    view! {
        <div class="ledger-formula" tabindex="0" role="group" aria-label=t!("chain-formula")>{formulas}</div>
    }
}

/// `P(t2, …, tn | t1) = … × … = …`.
#[component]
fn Product(
    /// The ledger.
    sheet: ScoreTable,
) -> impl IntoView {
    let given = sheet.given();
    let own = usize::from(sheet.begins);
    let (first, last) = (sheet.number(given), sheet.number(sheet.entries.len().saturating_sub(1)));
    let list = |from: usize, to: usize| {
        let token = |number: usize| view! { <msub><mi>"t"</mi><mn>{number}</mn></msub> };
        let middle = (to > from + 1).then(|| view! { <mo>","</mo><mo>"…"</mo> });
        let end = (to > from).then(|| view! { <mo>","</mo>{token(to)} });
        view! { {token(from)}{middle}{end} }
    };
    let condition = (given > own)
        .then(|| view! { <mo stretchy="false">"|"</mo>{list(sheet.number(own), sheet.number(given - 1))} });
    let factors: Vec<String> = sheet.entries.iter().filter_map(|entry| Some(factor(entry.chance?.ln))).collect();
    let product = factor(sheet.total().log_probability);
    view! {
        <math display="block">
            <mrow>
                <mi>"P"</mi><mo stretchy="false">"("</mo>{list(first, last)}{condition}<mo stretchy="false">")"</mo>
            </mrow>
        </math>
        <math display="block" class="secret">
            <mrow>
                <mo>"="</mo>{written(&factors)}
            </mrow>
        </math>
        <math display="block" class="secret">
            <mrow><mo>"≈"</mo><mn class="ledger-product">{product}</mn></mrow>
        </math>
    }
}

fn written(factors: &[String]) -> impl IntoView + use<> {
    let shown: Vec<String> = match factors {
        [first, second, _, .., last] if factors.len() > WRITTEN => {
            vec![first.clone(), second.clone(), "⋯".to_owned(), last.clone()]
        }
        _ => factors.to_vec(),
    };
    let term = |(index, text): (usize, String)| {
        let times = (index > 0).then(|| view! { <mo>"·"</mo> });
        view! { {times}<mn>{text}</mn> }
    };
    shown.into_iter().enumerate().map(term).collect_view()
}

/// `exp(−1/n × Σ ln P) = …`.
#[component]
fn Perplexity(
    /// The ledger.
    sheet: ScoreTable,
) -> impl IntoView {
    let total = sheet.total();
    view! {
        <math display="block" class="secret">
            <mrow>
                <mtext>{t!("chain-perplexity-word")}</mtext><mo>"="</mo>
                <mi>"exp"</mi>
                <mrow>
                    <mo>"("</mo>
                    <mo form="prefix">"−"</mo>
                    <mfrac><mn>{signed(total.log_probability, 2)}</mn><mn>{total.predicted}</mn></mfrac>
                    <mo>")"</mo>
                </mrow>
                <mo>"≈"</mo><mn class="ledger-perplexity">{perplexity(&total)}</mn>
            </mrow>
        </math>
    }
}
