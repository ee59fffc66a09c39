//! The six stages in a row: press one to open it. A new token travels back along it, from the last to the first.

use generation::{Event, Generation, NodeId, Stage, TokenId};
use leptos::html;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::app::run_timer::Pace;
use crate::app::store::Store;
use crate::components::roving_focus;
use crate::components::token::TokenText;
use crate::t;
use crate::widgets::pipeline::icons::Icon;

/// The stages as tabs.
#[component]
pub fn Strip() -> impl IntoView {
    let store = Store::from_context();
    let list = NodeRef::<html::Div>::new();
    let on_key = move |event: KeyboardEvent| {
        let Some(stage) = neighbour(store.selectors.stage.get_untracked(), &event.key()) else { return };
        event.prevent_default();
        store.dispatch(Event::Open(stage));
        // Where there is no step yet, the context stays open.
        let opened = store.selectors.stage.get_untracked() == stage;
        if let Some(list) = list.get_untracked().filter(|_| opened) {
            roving_focus::focus(&list, &format!("#{}", tab_id(stage)));
        }
    };
    view! {
        <div class="pipeline-strip">
            <div class="stages" role="tablist" aria-label=t!("pipeline-stages") node_ref=list on:keydown=on_key>
                {Stage::ALL.map(|stage| view! { <Tab stage/> }).into_iter().collect_view()}
            </div>
            <Return/>
        </div>
    }
}

#[component]
fn Tab(
    /// The stage.
    stage: Stage,
) -> impl IntoView {
    let store = Store::from_context();
    let open = Memo::new(move |_| store.selectors.stage.get() == stage);
    let known = store.derive(|session| session.generation().result().is_some());
    view! {
        <button
            type="button"
            id=tab_id(stage)
            class="stage-tab"
            role="tab"
            data-stage=stage.name()
            aria-selected=move || open.get().to_string()
            aria-controls="pipeline-panel"
            aria-disabled=move || (stage != Stage::Context && !known.get()).then_some("true")
            tabindex=move || if open.get() { "0" } else { "-1" }
            on:click=move |_| store.dispatch(Event::Open(stage))
        >
            <Icon stage/>
            <span class="stage-number" aria-hidden="true">{stage as usize + 1}</span>
            <span class="stage-name">{name(stage)}</span>
            <span class="stage-caption">{caption(stage)}</span>
        </button>
    }
}

/// The newest token on its way back to the context.
#[component]
fn Return() -> impl IntoView {
    let store = Store::from_context();
    let newest = Memo::new(move |before: Option<&Newest>| {
        store.with(|session| {
            let quiet = session.running() && store.pace.get_untracked() == Pace::Fast;
            Newest::after(before, session.generation(), quiet)
        })
    });
    let traveller = Memo::new(move |_| newest.get().landed.map(|token| (newest.get().tip, token)));
    // A new element, and with it the animation, for every token.
    move || {
        let (_, token) = traveller.get()?;
        Some(view! {
            <div class="return-track" aria-hidden="true">
                <span class="return-chip"><TokenText token=Signal::derive(move || Some(token))/></span>
            </div>
        })
    }
}

/// Where the context ends, and the token that has just joined it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Newest {
    tip: NodeId,
    landed: Option<TokenId>,
}

impl Newest {
    /// A token lands where the tip moves on from `before` to its child.
    fn after(before: Option<&Self>, generation: &Generation, quiet: bool) -> Self {
        let tip = generation.tip();
        let Some(before) = before else { return Self { tip, landed: None } };
        if before.tip == tip {
            return *before;
        }
        let node = generation.node(tip).filter(|node| !quiet && node.parent() == Some(before.tip));
        Self { tip, landed: node.map(|node| node.token()) }
    }
}

/// The stage that a key leads to.
fn neighbour(stage: Stage, key: &str) -> Option<Stage> {
    let last = Stage::ALL.len() - 1;
    let index = match key {
        "ArrowRight" | "ArrowDown" => (stage as usize + 1) % Stage::ALL.len(),
        "ArrowLeft" | "ArrowUp" => (stage as usize + last) % Stage::ALL.len(),
        "Home" => 0,
        "End" => last,
        _ => return None,
    };
    Stage::ALL.get(index).copied()
}

/// The id of a stage's tab.
pub fn tab_id(stage: Stage) -> String {
    format!("pipeline-tab-{}", stage.name())
}

/// A stage's name for the reader.
pub fn name(stage: Stage) -> String {
    match stage {
        Stage::Context => t!("pipeline-context"),
        Stage::Embedding => t!("pipeline-embedding"),
        Stage::Transformer => t!("pipeline-transformer"),
        Stage::Logits => t!("pipeline-logits"),
        Stage::Softmax => t!("pipeline-softmax"),
        Stage::Sampling => t!("pipeline-sampling"),
    }
}

/// What a stage does, in one line.
pub fn caption(stage: Stage) -> String {
    match stage {
        Stage::Context => t!("pipeline-context-caption"),
        Stage::Embedding => t!("pipeline-embedding-caption"),
        Stage::Transformer => t!("pipeline-transformer-caption"),
        Stage::Logits => t!("pipeline-logits-caption"),
        Stage::Softmax => t!("pipeline-softmax-caption"),
        Stage::Sampling => t!("pipeline-sampling-caption"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_go_round() {
        assert_eq!(neighbour(Stage::Context, "ArrowLeft"), Some(Stage::Sampling));
        assert_eq!(neighbour(Stage::Sampling, "ArrowRight"), Some(Stage::Context));
        assert_eq!(neighbour(Stage::Logits, "Home"), Some(Stage::Context));
        assert_eq!(neighbour(Stage::Logits, "End"), Some(Stage::Sampling));
        assert_eq!(neighbour(Stage::Logits, "Enter"), None);
    }

    #[test]
    fn nothing_travels_before_a_token_is_made() {
        let generation = Generation::default();
        let first = Newest::after(None, &generation, false);
        assert_eq!(first.landed, None);
        assert_eq!(Newest::after(Some(&first), &generation, false), first);
    }
}
