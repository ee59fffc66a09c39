//! The loop as running code: its lines, their live values, breakpoints, and what each line does.

pub mod model;

use generation::generation::Halt;
use generation::{Event, Line};
use leptos::html;
use leptos::prelude::*;

use crate::app::ptr_eq::PtrEq;
use crate::app::selectors::Selectors;
use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::control_slider::{Control, ControlSlider};
use crate::components::field::Field;
use crate::components::offscreen::is_onscreen;
use crate::components::transport::{NextToken, Run};
use crate::i18n::numbers::{count, read_whole};
use crate::i18n::status::run_status;
use crate::i18n::token_text::token_name;
use crate::shell::run_bar::Speed;
use crate::shell::widget_frame::WidgetFrame;
use crate::t;
use crate::widgets::code::model::{Detail, Round, Trace, Value, can_halt, names, source};
use session::Session;

/// The most tokens that one call may be told to make.
const MOST: usize = 10_000;

/// What the widget's parts share.
#[derive(Clone, Copy)]
struct Toolbar {
    /// The values.
    trace: Memo<Trace>,
    /// The line whose explanation is kept open; else it is the current one's.
    kept: RwSignal<Option<Line>>,
    /// Whether the focus is in the widget: who walks elsewhere hears of that, not of the line that goes along.
    within: RwSignal<bool>,
}

/// The widget `code`.
#[component]
pub fn Code() -> impl IntoView {
    let store = Store::from_context();
    let lines = NodeRef::<html::Ol>::new();
    let desk =
        Toolbar { trace: trace(store, is_onscreen(lines)), kept: RwSignal::new(None), within: RwSignal::new(false) };
    let (enter, leave) = (move |_| desk.within.set(true), move |_| desk.within.set(false));
    view! {
        <WidgetFrame name="code" title=t!("code-title") guessing=true>
            <div class="code-desk" on:focusin=enter on:focusout=leave>
                <div class="code-controls">
                    <Transport desk/>
                    <ControlSlider control=Control::Temperature id="code-temperature"/>
                </div>
                <p class="code-state">{store.derive(state)}</p>
                <p class="hint">{t!("code-hint")}</p>
                <ol class="code-lines" node_ref=lines aria-label=t!("code-region-lines")>
                    {Line::ALL.map(|line| view! { <LineRow desk line/> }).into_iter().collect_view()}
                </ol>
                <Explanation desk/>
            </div>
        </WidgetFrame>
    }
}

/// All values, derived once: the lines' cells pick theirs.
fn trace(store: Store, sight: Signal<bool>) -> Memo<Trace> {
    let Selectors { info, next_token, place, .. } = store.selectors;
    let round = store.derive(|session| Round::of(session.generation()));
    let inputs = Memo::new(move |_| round.with(|round| round.inputs.clone()));
    let distribution = Memo::new(move |_| Some(PtrEq(inputs.get()?.distribution())));
    // The next token of the place on show says nothing of a round elsewhere.
    let next_token = Memo::new(move |_| {
        let after = round.with(|round| round.inputs.as_ref().map(|inputs| inputs.after));
        let here = place.with(|place| place.as_ref().map(|place| place.node)) == after;
        next_token.get().filter(|_| here && after.is_some())
    });
    Memo::new(move |before: Option<&Trace>| {
        let waits = !sight.get() && store.pointer_down.get();
        before.filter(|_| waits).cloned().unwrap_or_else(|| Trace {
            round: round.get(),
            distribution: distribution.get(),
            next_token: next_token.get().filter(|next| next.draw().is_some()),
            info: info.get(),
        })
    })
}

fn number(line: Line) -> usize {
    1 + line as usize
}

/// Why the loop stands still, in the words of the code.
fn state(session: &Session) -> String {
    let generation = session.generation();
    if session.running() {
        return run_status(session);
    }
    match generation.halt() {
        Some(Halt::Breakpoint(line)) => {
            let (number, source) = (count(number(*line)), source(*line).trim());
            if generation.breakpoints().contains(line) {
                t!("code-halt-breakpoint", number = number, source = source)
            } else {
                t!("code-halt-run-to", number = number, source = source)
            }
        }
        Some(Halt::EndOfText(token)) => {
            let name = session.shown_model().map(|info| token_name(&info.vocabulary, *token));
            t!("code-halt-end", token = format!("{token} {}", name.unwrap_or_default()))
        }
        Some(Halt::Limit(most)) => t!("code-halt-limit", most = count(*most)),
        _ => run_status(session),
    }
}

#[component]
fn Transport(
    /// What the widget's parts share.
    desk: Toolbar,
) -> impl IntoView {
    let store = Store::from_context();
    let Toolbar { kept, .. } = desk;
    let can_step = store.derive(can_step);
    let step = move || {
        kept.set(None);
        store.dispatch(Event::StepLine);
    };
    view! {
        <div class="code-transport">
            <Button class="button-step" enabled=can_step on_press=step>{t!("code-step-line")}</Button>
            <NextToken/>
            <Run/>
            <Speed/>
        </div>
    }
}

/// After the end of the text the last lines can still be stepped through.
fn can_step(session: &Session) -> bool {
    let generation = session.generation();
    let ended = matches!(generation.halt(), Some(Halt::EndOfText(_)));
    let ready = session.can_go_on() || ended && generation.line() < Line::Return;
    ready && !session.running() && session.working().is_none()
}

#[component]
fn LineRow(
    /// What the widget's parts share.
    desk: Toolbar,
    /// The line.
    line: Line,
) -> impl IntoView {
    let store = Store::from_context();
    let Toolbar { kept, .. } = desk;
    let current = Memo::new(move |_| store.selectors.line.get() == line);
    let chosen = Memo::new(move |_| kept.get() == Some(line));
    let text = source(line);
    let code = text.trim_start();
    let indent = &text[..text.len() - code.len()];
    view! {
        <li class="code-row" class:code-row-current=move || current.get() data-line=number(line)>
            <Gutter line/>
            <span class="code-arrow" aria-hidden="true"></span>
            <button
                type="button"
                class="code-line"
                aria-current=move || current.get().then_some("step")
                aria-pressed=move || if chosen.get() { "true" } else { "false" }
                aria-controls="code-explanation"
                on:click=move |_| kept.update(|kept| *kept = Some(line).filter(|_| *kept != Some(line)))
            >
                <span class="ear">{move || current.get().then(|| t!("code-current"))}" "</span>
                <code lang="en"><span class="code-indent">{indent}</span><span class="code-text">{pieces(code)}</span></code>
            </button>
            <div class="code-values">
                <Cell desk line index=0/>
                <div class="code-inputs">
                    {(1..names(line).len()).map(|index| view! { <Cell desk line index/> }).collect_view()}
                </div>
            </div>
        </li>
    }
}

/// The line's number, and its breakpoint where a run can halt.
#[component]
fn Gutter(
    /// The line.
    line: Line,
) -> impl IntoView {
    let store = Store::from_context();
    if !can_halt(line) {
        return view! { <span class="code-number" aria-hidden="true">{number(line)}</span> }.into_any();
    }
    let on = store.derive(move |session| session.generation().breakpoints().contains(&line));
    view! {
        <button
            type="button"
            class="code-break"
            aria-pressed=move || if on.get() { "true" } else { "false" }
            aria-label=t!("code-breakpoint", number = count(number(line)), source = source(line).trim())
            on:click=move |_| store.dispatch(Event::Breakpoint { line, on: !on.get_untracked() })
        >
            <span class="code-dot" aria-hidden="true"></span>
            <span class="code-number" aria-hidden="true">{number(line)}</span>
        </button>
    }
    .into_any()
}

/// The code with its keywords marked.
fn pieces(code: &'static str) -> impl IntoView {
    let word = |piece: &'static str| {
        let bare = piece.trim_end_matches([' ', ':']);
        let keyword = matches!(bare, "def" | "for" | "in" | "if" | "return" | "break");
        view! { <span class:code-keyword=keyword>{piece}</span> }
    };
    code.split_inclusive(' ').map(word).collect_view()
}

/// A variable and its value.
#[component]
fn Cell(
    /// What the widget's parts share.
    desk: Toolbar,
    /// The line.
    line: Line,
    /// Which of the line's variables.
    index: usize,
) -> impl IntoView {
    let Toolbar { trace, .. } = desk;
    let name = names(line).get(index).copied().unwrap_or_default();
    let detail = if index == 0 { Detail::Row } else { Detail::Brief };
    let value = Memo::new(move |_| trace.with(|trace| trace.value(line, index, detail)));
    let secret = matches!(name, "logits" | "probs" | "token");
    let editable = line == Line::Define && index == 0;
    let class = if index == 0 { "code-value code-value-made" } else { "code-value" };
    view! {
        <span class=class class:code-value-waits=move || value.with(Option::is_none) data-variable=name>
            <b class="code-name">{name}</b>
            {if editable { view! { <MaxNew/> }.into_any() } else { view! { <Content value secret/> }.into_any() }}
        </span>
    }
}

#[component]
fn Content(
    /// The value; `None` while its line has not been reached.
    value: Memo<Option<Value>>,
    /// Whether it is hidden for guessing.
    secret: bool,
) -> impl IntoView {
    let shape = move || value.with(|value| value.as_ref().map(|value| value.shape.clone()));
    let content =
        move || value.with(|value| value.as_ref().map_or_else(|| "–".to_owned(), |value| value.content.clone()));
    view! {
        <span class="code-shape">{shape}</span>
        <span class="code-content" class:secret=secret>{content}</span>
        <span class="ear">{move || value.with(Option::is_none).then(|| t!("code-not-yet"))}</span>
    }
}

/// How many tokens one call makes, to be typed.
#[component]
fn MaxNew() -> impl IntoView {
    let store = Store::from_context();
    let value = store.derive(|session| session.generation().max_new().to_string());
    let commit = move |text: &str| match read_whole(text).and_then(|most| usize::try_from(most).ok()) {
        Some(most) if (1..=MOST).contains(&most) => {
            store.dispatch(Event::MaxNew(most));
            Ok(())
        }
        _ => Err(t!("code-max-new-wrong")),
    };
    view! { <span class="code-max-new"><Field id="code-max-new" label=t!("code-max-new") value commit/></span> }
}

/// What the chosen line does, with its values in full.
#[component]
fn Explanation(
    /// What the widget's parts share.
    desk: Toolbar,
) -> impl IntoView {
    let store = Store::from_context();
    let line = Memo::new(move |_| desk.kept.get().unwrap_or_else(|| store.selectors.line.get()));
    let follows = move || {
        if desk.kept.get().is_none() { t!("code-explanation-follows") } else { t!("code-explanation-pinned") }
    };
    let can_run = store.derive(|session| session.can_go_on() && !session.running());
    let running = store.derive(Session::running);
    let aloud = Memo::new(move |_| desk.within.get() && !running.get());
    let reachable = move || can_run.get() && (can_halt(line.get()) || line.get() == Line::Return);
    view! {
        <section class="code-explanation" id="code-explanation" aria-labelledby="code-explanation-title">
            <div class="code-explanation-head">
                <h4 id="code-explanation-title" class="code-explanation-title">
                    {move || t!("code-explanation-title", number = count(number(line.get())))}
                    <code lang="en">{move || source(line.get()).trim()}</code>
                </h4>
                <span class="hint">{follows}</span>
                <Button enabled=Signal::derive(reachable) on_press=move || store.dispatch(Event::RunTo(line.get_untracked()))>
                    {move || t!("code-run-to", number = count(number(line.get())))}
                </Button>
            </div>
            <p class="code-words" aria-live=move || if aloud.get() { "polite" } else { "off" }>{move || words(line.get())}</p>
            <Full desk line/>
        </section>
    }
}

/// What the line made, in full: in its row it may be cut off.
#[component]
fn Full(
    /// What the widget's parts share.
    desk: Toolbar,
    /// The line.
    line: Memo<Line>,
) -> impl IntoView {
    let name = Memo::new(move |_| names(line.get()).first().copied().unwrap_or_default());
    let value = Memo::new(move |_| desk.trace.with(|trace| trace.value(line.get(), 0, Detail::Full)));
    view! {
        <p class="code-full">
            <b class="code-name">{name}</b>
            <Content value secret=true/>
        </p>
    }
}

fn words(line: Line) -> String {
    match line {
        Line::Define => t!("code-explain-define"),
        Line::Copy => t!("code-explain-copy"),
        Line::Repeat => t!("code-explain-repeat"),
        Line::Model => t!("code-explain-model"),
        Line::Softmax => t!("code-explain-softmax"),
        Line::Sample => t!("code-explain-sample"),
        Line::Append => t!("code-explain-append"),
        Line::Stop => t!("code-explain-stop"),
        Line::Return => t!("code-explain-return"),
    }
}
