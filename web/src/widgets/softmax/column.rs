//! The columns of the chart: a handle on its rail for the logit, below it the bar for the probability.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, Node};

use super::axis::{Axis, rounded, short};
use super::drag::Drag;
use super::logit_bars::{LogitBars, Name};
use super::model::{BARS, Bar};
use crate::components::button::Button;
use crate::i18n::numbers::{count, fixed, signed};
use crate::t;

/// The axes, and a column for each of the six.
#[component]
pub fn Columns(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let axis = Memo::new(move |_| bars.chart.with(|chart| chart.axis));
    view! {
        <div class="softmax-columns">
            <Axes axis/>
            {(0..BARS).map(|index| view! { <Column bars index axis/> }).collect_view()}
        </div>
    }
}

#[component]
fn Axes(
    /// The axis of the logits.
    axis: Memo<Axis>,
) -> impl IntoView {
    let mark = |at: f64, name: String, zero: bool| {
        view! {
            <span class="softmax-tick" class:softmax-zero=zero style:bottom=format!("{:.3}%", 100.0 * at)>
                <span>{name}</span>
            </span>
        }
    };
    let ticks = move || {
        let axis = axis.get();
        axis.ticks().into_iter().map(|z| mark(axis.share(z), signed(z, 0), z == 0.0)).collect_view()
    };
    let halves = [(0.0, "0".to_owned()), (0.5, fixed(0.5, 1)), (1.0, "1".to_owned())];
    view! {
        <div class="softmax-axis softmax-axis-z" aria-hidden="true">{ticks}</div>
        <div class="softmax-axis softmax-axis-p" aria-hidden="true">
            {halves.map(|(at, name)| mark(at, name, at == 0.0)).into_iter().collect_view()}
        </div>
    }
}

#[component]
fn Column(
    /// The bars.
    bars: LogitBars,
    /// Which one.
    index: usize,
    /// The axis of the logits.
    axis: Memo<Axis>,
) -> impl IntoView {
    let bar = bars.bar(index);
    let who = bars.who(index);
    let altered = Memo::new(move |_| bar.get().is_some_and(|bar| bar.was.is_some()));
    let wins = move || who.get().is_some() && who.get() == bars.chart.with(|chart| chart.winner);
    let logit = move || bar.get().map_or_else(|| "–".to_owned(), |bar| short(bar.logit));
    view! {
        <div
            class="softmax-column"
            style:grid-column=(index + 2).to_string()
            class:softmax-altered=altered
            class:softmax-wins=wins
            class:softmax-out=move || bar.get().is_some_and(|bar| !bar.kept)
            role="group"
            aria-label=move || who.get().map(|who| bars.spoken(who))
        >
            <p class="softmax-z"><span class="softmax-figure">"z = " <b>{logit}</b></span></p>
            <Rail bars index bar axis/>
            <State bar axis/>
            <ProbabilityBar outer=move || bar.get().map_or(0.0, |bar| bar.probability) inner=move || bar.get().map_or(0.0, |bar| bar.drawn)/>
            <div class="softmax-p secret">
                <span class="softmax-figure">
                    {move || bar.get().map_or_else(|| "–".to_owned(), |bar| probability(bar.probability))}
                </span>
            </div>
            <p class="softmax-word"><Name who/></p>
            <Drawn bars drawn=move || bar.get().map(|bar| bar.drawn)/>
            <div class="softmax-back">
                <Button
                    class=Signal::derive(move || if altered.get() { "button-quiet" } else { "button-quiet button-away" }.to_owned())
                    enabled=bars.can_set
                    on_press=move || bars.give_back(index)
                >
                    <span aria-hidden="true">"↺"</span>
                    <span class="ear">{move || give_back_words(bars, bar.get())}</span>
                </Button>
            </div>
        </div>
    }
}

fn give_back_words(bars: LogitBars, bar: Option<Bar>) -> Option<String> {
    let bar = bar?;
    Some(t!("softmax-give-back", word = bars.spoken(bar.who), logit = short(bar.was?)))
}

fn probability(probability: f64) -> String {
    let (sign, text) = rounded(probability, 2);
    format!("p {sign} {text}")
}

/// The logit's rail: drag its handle, press beside it, or use the keys.
#[component]
fn Rail(
    /// The bars.
    bars: LogitBars,
    /// Which one.
    index: usize,
    /// Its bar.
    bar: Memo<Option<Bar>>,
    /// The axis of the logits.
    axis: Memo<Axis>,
) -> impl IntoView {
    let rail = NodeRef::<html::Div>::new();
    let handle = NodeRef::<html::Div>::new();
    let drag = Drag::new(axis, Callback::new(move |logit| bars.put(index, logit)));
    let logit = move || bar.get().map_or(0.0, |bar| bar.logit);
    let height = move |logit: f64| format!("translateY({:.3}%)", -100.0 * axis.get().share(logit));
    let (above, below) = (move || logit() > axis.get().high, move || logit() < axis.get().low);
    let free = Memo::new(move |_| bar.get().is_some() && bars.is_free());
    let press = move |event: PointerEvent| {
        let (Some(rail), Some(handle), true) = (rail.get_untracked(), handle.get_untracked(), free.get_untracked())
        else {
            return;
        };
        let on_handle = is_within(&event, &handle);
        drag.start(&event, &rail, on_handle, bar.get_untracked().map_or(0.0, |bar| bar.logit));
        if drag.held() {
            event.prevent_default();
            focus(&handle);
        }
    };
    let release = move |event: PointerEvent| {
        if drag.end(&event) {
            bars.say(index);
        }
    };
    let key = move |event: KeyboardEvent| {
        let (Some(bar), true) = (bar.get_untracked(), free.get_untracked()) else { return };
        let plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        let next = axis.get_untracked().after_key(bar.logit, &event.key(), event.shift_key());
        if let Some(logit) = next.filter(|_| plain) {
            event.prevent_default();
            bars.set(index, logit);
            bars.say(index);
        }
    };
    view! {
        <div
            class="softmax-rail"
            class:softmax-held=move || drag.held()
            node_ref=rail
            on:pointerdown=press
            on:pointermove=move |event| drag.follow(&event)
            on:pointerup=release
            on:pointercancel=release
            on:lostpointercapture=release
        >
            <span
                class="softmax-ghost"
                class:away=move || bar.get().is_none_or(|bar| bar.was.is_none())
                style:transform=move || height(bar.get().and_then(|bar| bar.was).unwrap_or_default())
            ></span>
            <div class="softmax-travel" style:transform=move || height(logit())>
                <div
                    class="softmax-handle"
                    class:softmax-above=above
                    class:softmax-below=below
                    node_ref=handle
                    role="slider"
                    tabindex="0"
                    aria-orientation="vertical"
                    aria-label=move || bar.get().map(|bar| t!("softmax-slider", word = bars.spoken(bar.who)))
                    aria-valuemin=move || axis.get().low.min(logit()).to_string()
                    aria-valuemax=move || axis.get().high.max(logit()).to_string()
                    aria-valuenow=move || format!("{}", (logit() * 1e4).round() / 1e4)
                    aria-valuetext=move || bar.get().map(|bar| value_words(&bar, &axis.get()))
                    aria-disabled=move || (!free.get()).then_some("true")
                    on:keydown=key
                ></div>
            </div>
        </div>
    }
}

/// Without scrolling: the rail would slip away under the pointer.
fn focus(handle: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = handle.focus_with_options(&options);
}

fn is_within(event: &PointerEvent, handle: &HtmlElement) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| handle.contains(Some(AsRef::<Node>::as_ref(&target))))
}

/// A logit for the ear; its probability is said apart, for a class may have to guess it.
fn value_words(bar: &Bar, axis: &Axis) -> String {
    let logit = short(bar.logit);
    match (bar.was, axis.shows(bar.logit)) {
        (None, true) => t!("softmax-value", logit = logit),
        (None, false) => t!("softmax-value-off", logit = logit),
        (Some(was), true) => t!("softmax-value-altered", logit = logit, was = short(was)),
        (Some(was), false) => t!("softmax-value-altered-off", logit = logit, was = short(was)),
    }
}

/// What is unusual about a logit, in a word.
#[component]
fn State(
    /// Its bar.
    bar: Memo<Option<Bar>>,
    /// The axis of the logits.
    axis: Memo<Axis>,
) -> impl IntoView {
    let words = Memo::new(move |_| {
        let bar = bar.get()?;
        match (axis.get().shows(bar.logit), bar.was) {
            (false, _) => Some(t!("softmax-off-axis")),
            (true, Some(_)) => Some(t!("softmax-altered")),
            (true, None) => None,
        }
    });
    view! { <p class="softmax-state">{words}</p> }
}

/// Two bars in one: the probability, and within it the chance after the filters.
#[component]
fn ProbabilityBar(
    /// The probability.
    #[prop(into)]
    outer: Signal<f64>,
    /// The chance of being drawn.
    #[prop(into)]
    inner: Signal<f64>,
    /// Whether it lies on its side.
    #[prop(optional)]
    lying: bool,
) -> impl IntoView {
    // Scaled rather than made longer: no new layout.
    let axis = if lying { 'X' } else { 'Y' };
    let length = |share: Signal<f64>| move || format!("scale{axis}({:.4})", share.get().clamp(0.0, 1.0));
    view! {
        <div class="softmax-bar" aria-hidden="true">
            <span class="softmax-bar-outer secret" style:transform=length(outer)></span>
            <span class="softmax-bar-inner secret" style:transform=length(inner)></span>
        </div>
    }
}

/// The chance of being drawn, where filters make it another than the probability.
#[component]
fn Drawn(
    /// The bars.
    bars: LogitBars,
    /// The chance.
    #[prop(into)]
    drawn: Signal<Option<f64>>,
) -> impl IntoView {
    let words = move || {
        let chance = drawn.get().filter(|_| bars.chart.with(|chart| chart.filtered))?;
        Some(if chance == 0.0 { t!("softmax-filtered") } else { t!("softmax-drawn", chance = fraction(chance)) })
    };
    view! { <p class="softmax-drawn secret">{words}</p> }
}

fn fraction(chance: f64) -> String {
    match rounded(chance, 2) {
        ("=", text) => text,
        (sign, text) => format!("{sign}\u{a0}{text}"),
    }
}

/// All other tokens together.
#[component]
pub fn RestColumn(
    /// The bars.
    bars: LogitBars,
) -> impl IntoView {
    let rest = Memo::new(move |_| bars.chart.with(|chart| chart.rest));
    view! {
        <Show when=move || rest.with(Option::is_some)>
            <div class="softmax-column softmax-rest" role="group" aria-label=t!("softmax-rest")>
                <ProbabilityBar
                    lying=true
                    outer=move || rest.get().map_or(0.0, |rest| rest.probability)
                    inner=move || rest.get().map_or(0.0, |rest| rest.drawn)
                />
                <div class="softmax-p secret"><span class="softmax-figure">{move || rest.get().map(|rest| probability(rest.probability))}</span></div>
                <p class="softmax-word">
                    {t!("softmax-rest")} " "
                    <small>{move || rest.get().map(|rest| t!("softmax-rest-count", shown = count(rest.count), count = rest.count))}</small>
                </p>
                <Drawn bars drawn=move || rest.get().map(|rest| rest.drawn)/>
            </div>
        </Show>
    }
}
