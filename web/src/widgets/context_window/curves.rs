//! How the cost of the next token grows with the context: the formula as lines, the reader's own passes as marks.

use generation::protocol::ModelInfo;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::i18n::numbers::{count, large, power_of_ten};
use crate::t;
use crate::widgets::context_window::model::{Chart, Mark, Sight, marks, row};

/// The plot's edges within the picture.
const LEFT: f64 = 42.0;
const RIGHT: f64 = 336.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 232.0;

/// The classes of the lines, in the chart's order.
const LINES: [&str; crate::widgets::context_window::model::LINES] =
    ["window-line-cached", "window-line-whole", "window-line-cached-part", "window-line-whole-part"];

/// The curves.
#[component]
pub fn Curves(
    /// What is seen.
    sight: Memo<Sight>,
) -> impl IntoView {
    let store = Store::from_context();
    let view = store.selectors;
    let chart = Memo::new(move |_| view.info.get().and_then(|info| Chart::new(&info)));
    let alt = move || view.info.get().map(|info| alt(&info));
    let picture = move || chart.get().map(|chart| view! { <Lines chart=chart.clone()/><Marks chart sight/> });
    let names = [
        t!("window-line-cached"),
        t!("window-line-whole"),
        t!("window-line-cached-attention"),
        t!("window-line-whole-attention"),
    ];
    let name = |(class, name): (&'static str, String)| {
        view! {
            <li>
                <svg viewBox="0 0 34 8" aria-hidden="true" focusable="false"><path class=class d="M1 4H33"/></svg>
                {name}
            </li>
        }
    };
    view! {
        <section class="window-curves" aria-labelledby="window-curves-title">
            <h4 id="window-curves-title" class="panel-title">{t!("window-curves")}</h4>
            <svg class="window-chart" viewBox="0 0 360 270" role="img" aria-label=alt>
                {picture}
                <text class="window-axis-name" x=f64::midpoint(LEFT, RIGHT) y="266">{t!("window-axis")}</text>
            </svg>
            <ul class="window-legend">{LINES.into_iter().zip(names).map(name).collect_view()}</ul>
            <p class="window-note">{t!("window-mark")}</p>
        </section>
    }
}

fn alt(model: &ModelInfo) -> String {
    let (first, last) = (row(model, 1), row(model, model.window));
    t!(
        "window-curves-alt",
        window = count(model.window),
        first = large(first.cached.all),
        cached = large(last.cached.all),
        whole = large(last.whole.all)
    )
}

/// Places in the picture.
fn at((x, y): (f64, f64)) -> (f64, f64) {
    (LEFT + x * (RIGHT - LEFT), BOTTOM - y * (BOTTOM - TOP))
}

fn path(points: &[(f64, f64)]) -> String {
    let points = points.iter().map(|&point| {
        let (x, y) = at(point);
        format!("{x:.1} {y:.1}")
    });
    format!("M{}", points.collect::<Vec<_>>().join(" "))
}

#[component]
fn Lines(
    /// The chart.
    chart: Chart,
) -> impl IntoView {
    let [low, high] = chart.range;
    let along = move |power: i64| {
        let (x, _) = at((power as f64 / chart.decades.max(1) as f64, 0.0));
        view! {
            <path class="window-grid" d=format!("M{x:.1} {TOP}V{BOTTOM}")/>
            <text class="window-axis-x" x=x y=BOTTOM + 15.0>{count(10usize.saturating_pow(power as u32))}</text>
        }
    };
    let up = move |power: i64| {
        let (_, y) = at((0.0, (power - low) as f64 / (high - low).max(1) as f64));
        view! {
            <path class="window-grid" d=format!("M{LEFT} {y:.1}H{RIGHT}")/>
            <text class="window-axis-y" x=LEFT - 6.0 y=y + 4.0>{power_of_ten(power)}</text>
        }
    };
    view! {
        {(0..=chart.decades).map(along).collect_view()}
        {(low..=high).map(up).collect_view()}
        {chart.lines.iter().zip(LINES).map(|(line, class)| view! { <path class=class d=path(line)/> }).collect_view()}
    }
}

/// The reader's passes, and where the window ends.
#[component]
fn Marks(
    /// The chart.
    chart: Chart,
    /// What is seen.
    sight: Memo<Sight>,
) -> impl IntoView {
    let store = Store::from_context();
    let marks = store.derive(move |session| {
        let here = session.measurement();
        let model = session.shown_model();
        model.map(|model| marks(model, sight.get(), session.kv_cost().measured(), here.as_ref())).unwrap_or_default()
    });
    let limit = {
        let chart = chart.clone();
        move || {
            let window = sight.get().window;
            let (x, _) = at(chart.place(window, 1));
            // Beside the line, on the side that has room.
            let (anchor, beside) = if x > f64::midpoint(LEFT, RIGHT) { ("end", x - 4.0) } else { ("start", x + 4.0) };
            view! {
                <path class="window-limit" d=format!("M{x:.1} {TOP}V{BOTTOM}")/>
                <text class="window-limit-name" text-anchor=anchor x=beside y=BOTTOM - 6.0>
                    {t!("window-limit", window = count(window))}
                </text>
            }
        }
    };
    let mark = move |mark: Mark| {
        let (x, y) = at(chart.place(mark.tokens, mark.multiply_adds));
        let size = if mark.present { 5.0 } else { 3.0 };
        let class = match (mark.cached, mark.counted) {
            (true, true) => "window-mark-cached",
            (true, false) => "window-mark-cached window-mark-hollow",
            (false, true) => "window-mark-whole",
            (false, false) => "window-mark-whole window-mark-hollow",
        };
        if mark.cached {
            view! { <circle class=class cx=x cy=y r=size/> }.into_any()
        } else {
            view! { <rect class=class x=x - size y=y - size width=2.0 * size height=2.0 * size/> }.into_any()
        }
    };
    view! {
        {limit}
        {move || marks.get().into_iter().map(mark.clone()).collect_view()}
    }
}
