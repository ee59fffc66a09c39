//! The widget `chain-rule`: two texts of the reader's, and how likely the model finds each, token by token.

pub mod compare;
pub mod figures;
pub mod formula;
pub mod sheet;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use self::compare::Comparison;
use self::figures::LEVELS;
use self::sheet::SheetView;
use crate::app::ptr_eq::PtrEq;
use crate::app::store::Store;
use crate::components::model_call::ModelCall;
use crate::components::text_box::TextBox;
use crate::i18n::failures::failure_words;
use crate::i18n::numbers::count;
use crate::platform::dom;
use crate::shell::widget_frame::{Whose, WidgetFrame};
use crate::t;
use session::Session;
use session::engine::Load;
use session::sequence_scores::{MAX_UTF16, SEQUENCES, ScoreTable};

/// The widget `chain-rule`.
#[component]
pub fn ChainRule() -> impl IntoView {
    let store = Store::from_context();
    let element = NodeRef::<html::Div>::new();
    // Scoring takes a pass over each text: only where somebody looks.
    Effect::new(move |watched: Option<bool>| {
        let element = element.get().and_then(|element| element.dyn_into::<Element>().ok());
        if let Some(element) = element.filter(|_| watched != Some(true)) {
            dom::watch_visibility(&element, move |seen| store.set_scores_visible(seen));
            return true;
        }
        watched == Some(true)
    });
    let whose = store.derive(whose);
    view! {
        <WidgetFrame name="chain-rule" title=t!("chain-title") guessing=true whose=whose>
            <div class="ledgers" node_ref=element>
                <Legend/>
                <div class="ledger-sides">
                    {(0..SEQUENCES).map(|index| view! { <Column index/> }).collect_view()}
                </div>
                <Comparison/>
            </div>
        </WidgetFrame>
    }
}

/// The recording's as long as any of its numbers are on show.
fn whose(session: &Session) -> Option<Whose> {
    let scores = session.sequence_scores();
    let recorded = (0..SEQUENCES).any(|index| {
        let shown = scores.get(index).and_then(|sequence| sequence.shown());
        shown.is_some_and(|sheet| sheet.recorded)
    });
    let model = session.shown_model()?.name.clone();
    Some(Whose { model, recorded: recorded || session.is_recorded() })
}

/// Which tint stands for which surprise.
#[component]
fn Legend() -> impl IntoView {
    let name = |level: usize| match level {
        0 => t!("chain-level-0"),
        1 => t!("chain-level-1"),
        2 => t!("chain-level-2"),
        3 => t!("chain-level-3"),
        _ => t!("chain-level-4"),
    };
    view! {
        <div class="ledger-legend">
            <span id="ledger-legend">{t!("chain-legend")}</span>
            <ul aria-labelledby="ledger-legend">
                <li class="ledger-chip ledger-given">{t!("chain-level-given")}</li>
                {(0..LEVELS).map(|level| view! { <li class=format!("ledger-chip ledger-level-{level}")>{name(level)}</li> }).collect_view()}
            </ul>
        </div>
    }
}

/// A text and its ledger.
#[component]
fn Column(
    /// Which of the texts.
    index: usize,
) -> impl IntoView {
    let store = Store::from_context();
    let text = store.derive(move |session| {
        session.sequence_scores().get(index).map(|side| side.text().to_owned()).unwrap_or_default()
    });
    let sheet = store
        .derive(move |session| session.sequence_scores().get(index).and_then(|side| side.shown().cloned()).map(PtrEq));
    let stale =
        store.derive(move |session| session.sequence_scores().get(index).is_some_and(|side| !side.is_current()));
    let needs_model = store.derive(move |session| session.sequence_needs_model(index));
    let refused = store.derive(move |session| {
        let failure = session.sequence_scores().get(index)?.refused()?;
        Some(t!("chain-refused", why = failure_words(failure)))
    });
    let hint = store.derive(move |session| hint(session, index));
    let id = format!("ledger-text-{index}");
    let label = if index == 0 { t!("chain-first") } else { t!("chain-second") };
    let name = label.clone();
    view! {
        <section class="ledger-side" aria-label=label>
            <label class="panel-title" for=id.clone()>{name}</label>
            <TextBox
                id=id
                lang="en"
                rows="2"
                most=MAX_UTF16
                text
                refused
                hint
                on_text=move |text| store.write_sequence(index, text)
                on_settled=move || store.settle_texts()
            />
            <div class="ledger-body" class:ledger-stale=move || stale.get() && !needs_model.get()>
                <SheetView index sheet=Memo::new(move |_| sheet.get().filter(|_| !needs_model.get()))/>
                <ModelCall called=Signal::from(needs_model)/>
            </div>
        </section>
    }
}

/// What is to be said of a text that was not refused.
fn hint(session: &Session, index: usize) -> String {
    let Some(sequence) = session.sequence_scores().get(index) else { return String::new() };
    match session.scoring_progress(index) {
        _ if sequence.text().is_empty() => t!("chain-empty"),
        _ if session.sequence_needs_model(index) => t!("chain-needs-model"),
        Some((done, total)) => t!("chain-working-at", done = count(done), total = count(total)),
        None if session.is_scoring(index) => t!("chain-working"),
        None if !sequence.is_current() && session.load_state() == Some(&Load::Ready) => t!("chain-waits"),
        None if session.is_recorded() => t!("chain-hint-recorded"),
        None => t!("chain-hint", most = count(MAX_UTF16)),
    }
}

/// A shared table, or none.
type Shown = Memo<Option<PtrEq<ScoreTable>>>;
