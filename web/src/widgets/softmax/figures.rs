//! What becomes of the whole: entropy and winner.

use leptos::prelude::*;

use super::logit_bars::{LogitBars, Name};
use super::model::Who;
use crate::i18n::numbers::fixed;
use crate::t;

/// Entropy and winner.
#[component]
pub fn Figures(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let bits = Memo::new(move |_| bars.chart.with(|chart| (!chart.bars.is_empty()).then_some(chart.entropy)));
    let most = Memo::new(move |_| bars.chart.with(|chart| chart.most_entropy()));
    let words = move || {
        t!(
            "softmax-entropy",
            bits = bits.get().map_or_else(|| "–".to_owned(), |bits| fixed(bits, 3)),
            most = fixed(most.get(), 3)
        )
    };
    let share = move || bits.get().map_or(0.0, |bits| bits / most.get().max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
    let winner = Memo::new(move |_| bars.chart.with(|chart| chart.winner));
    view! {
        <div class="softmax-figures">
            <p class="softmax-entropy secret"><span class="softmax-figure">{words}</span></p>
            <div
                class="softmax-meter secret"
                role="meter"
                aria-label=t!("softmax-entropy-name")
                aria-valuemin="0"
                aria-valuemax=move || format!("{:.3}", most.get())
                aria-valuenow=move || format!("{:.3}", bits.get().unwrap_or(0.0))
                aria-valuetext=words
            >
                <span style:transform=move || format!("scaleX({:.4})", share())></span>
            </div>
            <p class="softmax-winner secret"><Winner bars winner/></p>
            <p class="hint softmax-end">{move || end_words(bars.chart.with(|chart| chart.temperature))}</p>
        </div>
    }
}

#[component]
fn Winner(
    /// The bars.
    bars: LogitBars,
    /// The best one.
    winner: Memo<Option<Who>>,
) -> impl IntoView {
    let none = move || bars.chart.with(|chart| !chart.bars.is_empty() && chart.winner.is_none());
    view! {
        {t!("softmax-winner")} " "
        <b>{move || if none() { t!("softmax-winner-none").into_any() } else { view! { <Name who=winner/> }.into_any() }}</b>
    }
}

fn end_words(temperature: f64) -> String {
    match temperature {
        t if t <= 0.0 => t!("softmax-at-zero"),
        t if t.is_infinite() => t!("softmax-at-infinity"),
        1.0 => t!("softmax-at-one"),
        t if t < 1.0 => t!("softmax-below-one"),
        _ => t!("softmax-above-one"),
    }
}
