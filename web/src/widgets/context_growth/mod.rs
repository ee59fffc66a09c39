//! Watch the context grow: a row of candidates per position, and a press on any bar begins a branch.

pub mod branch_list;
pub mod branches;
pub mod model;

use generation::shortlist::{BARS, Candidate, Candidates, Others};
use generation::tree::Origin;
use generation::{Controls, Event};
use leptos::html;
use leptos::prelude::*;
use web_sys::Element;

use crate::app::run_timer::Pace;
use crate::app::store::Store;
use crate::components::bar::Bar;
use crate::components::button::Button;
use crate::components::offscreen::is_onscreen;
use crate::components::scale::{TEMPERATURE, TOP_P};
use crate::components::token::TokenText;
use crate::components::transport::{NextToken, Run};
use crate::i18n::numbers::{count, percent};
use crate::i18n::status::run_status;
use crate::i18n::token_text::token_words;
use crate::platform::motion;
use crate::shell::run_bar::Speed;
use crate::shell::widget_frame::WidgetFrame;
use crate::t;
use crate::widgets::context_growth::branch_list::Branches;
use crate::widgets::context_growth::model::{RowInputs, Source, folded, row as bars_of, rows};
use session::Session;

/// The widget `context-growth`.
#[component]
pub fn ContextGrowth() -> impl IntoView {
    let store = Store::from_context();
    let can_undo = store.derive(|session| session.generation().can_undo());
    view! {
        <WidgetFrame name="context-growth" title=t!("growth-title") guessing=true>
            <div class="growth-transport">
                <NextToken/>
                <Run/>
                <Speed/>
                <Button enabled=can_undo on_press=move || store.dispatch(Event::Undo)>{t!("growth-undo")}</Button>
            </div>
            // For the ear the desk says it.
            <p class="growth-state">{store.derive(run_status)}</p>
            <Rows/>
            <Branches/>
        </WidgetFrame>
    }
}

/// Whether tokens come faster than an eye can follow.
pub(crate) fn hurries(store: Store, session: &Session) -> bool {
    session.running() && store.pace.get_untracked() == Pace::Fast
}

#[component]
fn Rows() -> impl IntoView {
    let store = Store::from_context();
    let all = RwSignal::new(false);
    let window = NodeRef::<html::Div>::new();
    let sight = is_onscreen(window);
    let total = store.derive(|session| session.generation().path(session.generation().tip()).len() + 1);
    let hidden = Memo::new(move |_| folded(total.get()));
    let skipped = Memo::new(move |_| if all.get() { 0 } else { hidden.get() });
    let inputs = Memo::new(move |before: Option<&Vec<RowInputs>>| {
        let blind = !sight.get();
        let held = blind && store.pointer_down.get();
        let (skipped, kept) = (skipped.get(), before.filter(|_| blind).cloned());
        store.with(|session| match kept {
            Some(kept) if held || hurries(store, session) => kept,
            _ => rows(session.generation(), skipped),
        })
    });
    // A chosen token's bars are of the present controls: where the step was dropped, it is asked for again.
    Effect::new(move |_| {
        let present = store.selectors.controls.get();
        if sight.get() && !store.pointer_down.get() {
            let outdated = |inputs: &&RowInputs| inputs.is_outdated(&present);
            let places = inputs.with(|rows| rows.iter().filter(outdated).map(|row| row.after).collect::<Vec<_>>());
            if !places.is_empty() {
                store.recall(places);
            }
        }
    });
    let fold = move || {
        if all.get() {
            t!("growth-unfold")
        } else {
            t!("growth-fold", rows = hidden.get(), shown = count(hidden.get()))
        }
    };
    view! {
        <div class="growth-top">
            <p class="hint">{t!("growth-hint")}</p>
            <Button
                class=Signal::derive(move || if hidden.get() == 0 { "button-quiet button-away" } else { "button-quiet" }.to_owned())
                on_press=move || all.update(|all| *all = !*all)
            >
                {fold}
            </Button>
        </div>
        // Reversed, it stays at its end while rows are added, unless the reader has scrolled away.
        <div class="growth-window" tabindex="0" role="region" aria-label=t!("growth-rows") node_ref=window>
            <ol class="growth-rows">
                <For
                    each=move || inputs.with(|rows| rows.iter().map(|row| (row.after, row.position)).collect::<Vec<_>>())
                    key=|key| *key
                    let(key)
                >
                    <RowView inputs=Memo::new(move |_| inputs.with(|rows| find(rows, key.0)))/>
                </For>
            </ol>
        </div>
    }
}

fn find(rows: &[RowInputs], after: generation::NodeId) -> Option<RowInputs> {
    rows.iter().rfind(|row| row.after == after).cloned()
}

#[component]
fn RowView(
    /// What the row is made of; `None` for a moment before it goes.
    inputs: Memo<Option<RowInputs>>,
) -> impl IntoView {
    let store = Store::from_context();
    let row = Memo::new(move |_| {
        let inputs = inputs.get();
        inputs.and_then(|inputs| bars_of(&inputs)).unwrap_or_default()
    });
    let position = inputs.get_untracked().map_or(0, |inputs| inputs.position);
    let next = Memo::new(move |_| inputs.with(|inputs| inputs.as_ref().is_some_and(|inputs| inputs.made.is_none())));
    let asked = store.derive(|session| session.generation().pending().is_some());
    let waits = Memo::new(move |_| {
        asked.get() && inputs.with(|inputs| inputs.as_ref().is_some_and(|inputs| inputs.source == Source::Unknown))
    });
    view! {
        <li class="growth-row" class:growth-row-next=move || next.get() data-position=position>
            <div class="growth-head">
                <span class="growth-position">
                    <span class="ear">{t!("growth-position", position = count(position))}</span>
                    <span aria-hidden="true">{count(position)}</span>
                </span>
                <Text inputs/>
                <Note inputs/>
            </div>
            <div class="growth-bars" role="group" aria-label=t!("growth-row-name", position = count(position))>
                {(0..BARS).map(|index| view! { <Choice inputs row index/> }).collect_view()}
                <OthersBar row/>
                <p class="growth-waits" class:away=move || !waits.get()>{t!("growth-computing")}</p>
            </div>
        </li>
    }
}

/// The text so far, its last token marked, and the caret.
#[component]
fn Text(
    /// What the row grows from.
    inputs: Memo<Option<RowInputs>>,
) -> impl IntoView {
    let store = Store::from_context();
    let text = Memo::new(move |_| {
        let (inputs, info) = (inputs.get()?, store.selectors.info.get()?);
        let (before, last) = inputs.tail.split_at(inputs.tail.len() - usize::from(inputs.last.is_some()));
        let clipped = if inputs.position > inputs.tail.len() { "…" } else { "" };
        let words = |tokens: &[u32]| token_words(&info.vocabulary, tokens).replace('\n', "⏎");
        Some((format!("{clipped}{}", words(before)), words(last)))
    });
    let last = NodeRef::<html::Span>::new();
    Effect::new(move |_| {
        let Some(token) = last.get() else { return };
        let fresh = store.selectors.made.get_untracked() && !store.peek(|session| hurries(store, session));
        let newest = inputs.with_untracked(|inputs| inputs.as_ref().is_some_and(|inputs| inputs.made.is_none()));
        if fresh && newest {
            land(&token);
        }
    });
    let class = move || {
        let how = inputs.with(|inputs| inputs.as_ref().and_then(|inputs| inputs.last.clone()));
        match how {
            Some(Origin::Forced) => "growth-last growth-last-forced",
            Some(_) => "growth-last",
            None => "",
        }
    };
    let part = move |read: fn(&(String, String)) -> String| move || text.with(|text| text.as_ref().map(read));
    view! {
        <p class="growth-text">
            <span class="growth-words" lang="en">
                {part(|(before, _)| before.clone())}<span class=class node_ref=last>{part(|(_, last)| last.clone())}</span>
                <span class="growth-caret" aria-hidden="true"></span>
            </span>
        </p>
    }
}

/// Lets the newest token travel from its bar, in the row above, into the text.
fn land(token: &Element) {
    let bar = token.closest(".growth-row").ok().flatten().and_then(|row| row.previous_element_sibling());
    if let Some(bar) = bar.and_then(|row| row.query_selector("[data-chosen] .token-text").ok().flatten()) {
        motion::fly(&bar, token);
    }
}

/// How the row's token came, where that is not the plain way at the present controls.
#[component]
fn Note(
    /// What the row grows from.
    inputs: Memo<Option<RowInputs>>,
) -> impl IntoView {
    let present = Store::from_context().selectors.controls;
    let words = Memo::new(move |_| {
        let present = present.get();
        inputs.with(|inputs| inputs.as_ref().map_or_else(String::new, |inputs| note(inputs, &present)))
    });
    let forced = move || {
        inputs
            .with(|inputs| matches!(inputs.as_ref().and_then(|inputs| inputs.made.as_ref()), Some((_, Origin::Forced))))
    };
    view! { <span class="growth-note" class:growth-note-forced=forced>{words}</span> }
}

fn note(inputs: &RowInputs, present: &Controls) -> String {
    let at = inputs.source.controls().filter(|controls| controls != present);
    let at = at.map(|controls| t!("growth-controls", controls = controls_words(&controls, present)));
    let how = match &inputs.made {
        None => Some(t!("growth-next")),
        Some((_, Origin::Forced)) => Some(t!("growth-by-you")),
        Some((_, origin)) if origin.is_unverified() => Some(t!("link-carried")),
        Some((_, origin)) if origin.is_altered() => Some(t!("growth-from-altered")),
        Some(_) => None,
    };
    how.into_iter().chain(at).collect::<Vec<_>>().join(" · ")
}

/// The controls that are not the present ones.
fn controls_words(then: &Controls, now: &Controls) -> String {
    let mut words = Vec::new();
    if then.temperature != now.temperature {
        words.push(t!("growth-temperature", temperature = (TEMPERATURE.show)(then.temperature.into())));
    }
    if then.top_k != now.top_k {
        words.push(t!("growth-top-k", k = count(then.top_k)));
    }
    if then.top_p != now.top_p {
        words.push(t!("growth-top-p", p = (TOP_P.show)(then.top_p.into())));
    }
    if then.min_p != now.min_p {
        words.push(t!("growth-min-p", p = (TOP_P.show)(then.min_p.into())));
    }
    if then.repetition_penalty != now.repetition_penalty {
        words.push(t!("growth-penalty", penalty = (TOP_P.show)(then.repetition_penalty.into())));
    }
    words.join(", ")
}

/// A candidate: its bar is a button.
#[component]
fn Choice(
    /// What the row grows from.
    inputs: Memo<Option<RowInputs>>,
    /// The row.
    row: Memo<Candidates>,
    /// Which bar, from 0.
    index: usize,
) -> impl IntoView {
    let store = Store::from_context();
    let bar = Memo::new(move |_| row.with(|row| row.named.get(index).copied()));
    let chosen = move || bar.get().is_some_and(|bar| bar.chosen);
    let length = move |read: fn(&Candidate) -> f32| Signal::derive(move || bar.get().map_or(0.0, |bar| read(&bar)));
    let force = move |event: web_sys::MouseEvent| {
        let after = inputs.with_untracked(|inputs| inputs.as_ref().map(|inputs| inputs.after));
        if let (Some(after), Some(bar)) = (after, bar.get_untracked().filter(|bar| !bar.chosen)) {
            store.dispatch(Event::Force { after, token: bar.token });
            // What comes next is of interest now, and stands at the end.
            if let Some(window) = event_target::<Element>(&event).closest(".growth-window").ok().flatten() {
                window.set_scroll_top(0);
            }
        }
    };
    view! {
        <button
            type="button"
            class="growth-bar"
            class:growth-bar-chosen=chosen
            class:growth-bar-empty=move || bar.get().is_none()
            data-chosen=move || chosen().then_some("")
            data-rank=move || bar.get().map(|bar| bar.rank + 1)
            aria-disabled=move || bar.get().is_none_or(|bar| bar.chosen).then_some("true")
            on:click=force
        >
            <span class="growth-bar-head">
                <span class="ear">{move || if chosen() { t!("growth-chosen") } else { t!("growth-choose") }}" "</span>
                <span class="growth-mark" aria-hidden="true">"✓"</span>
                <TokenText token=Signal::derive(move || bar.get().map(|bar| bar.token))/>
                <small class="growth-rank">
                    {move || bar.get().filter(|bar| bar.rank != index).map(|bar| t!("growth-rank", rank = count(bar.rank + 1)))}
                </small>
            </span>
            <span class="growth-bar-foot secret">
                <Bar outer=length(|bar| bar.model) inner=length(|bar| bar.drawn)/>
                <span class="growth-share">{move || bar.get().map(|bar| share(&bar))}</span>
            </span>
        </button>
    }
}

fn share(bar: &Candidate) -> String {
    if bar.drawn > 0.0 || bar.model == 0.0 { percent(bar.drawn.into()) } else { t!("growth-out") }
}

#[component]
fn OthersBar(
    /// The row.
    row: Memo<Candidates>,
) -> impl IntoView {
    let others = Memo::new(move |_| row.with(|row| (!row.named.is_empty()).then_some(row.others)));
    let length =
        move |read: fn(&Others) -> f64| Signal::derive(move || others.get().map_or(0.0, |others| read(&others) as f32));
    view! {
        <div class="growth-others" class:growth-bar-empty=move || others.get().is_none()>
            <span class="growth-bar-head">
                <span>{move || others.get().map(|others| t!("growth-others", count = count(others.count)))}</span>
            </span>
            <span class="growth-bar-foot secret">
                <Bar outer=length(|others| others.model) inner=length(|others| others.drawn)/>
                <span class="growth-share">{move || others.get().map(|others| percent(others.drawn))}</span>
            </span>
        </div>
    }
}
