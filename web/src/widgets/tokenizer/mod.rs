//! The widget `tokenizer`: a text of the reader's, cut by the tokenizer at hand, and the merges of each word.

pub mod figures;
pub mod merges;

use std::sync::Arc;

use generation::cut::Word;
use generation::lesson;
use leptos::prelude::*;

use self::figures::Measurement;
use self::merges::Merges;
use crate::app::ptr_eq::PtrEq;
use crate::app::store::Store;
use crate::components::button::Button;
use crate::i18n::failures::failure_words;
use crate::i18n::numbers::{bytes, count, megabytes};
use crate::i18n::token_text::visible;
use crate::shell::widget_frame::{Whose, WidgetFrame};
use crate::t;
use session::Session;
use session::engine::{Engine, Load};
use session::tokenizer_text::{EncodedText, MAX_UTF16, TokenizerState};

/// The widget `tokenizer`.
#[component]
pub fn Tokenizer() -> impl IntoView {
    let store = Store::from_context();
    let shown = store.derive(|session| session.tokenizer_text().shown().cloned().map(PtrEq));
    let chosen = store.derive(|session| session.tokenizer_text().word());
    // A word that is not there any more is nobody's choice.
    let word = Memo::new(move |_| {
        let shown = shown.get()?;
        let index = chosen.get().filter(|&index| index < shown.cut.words.len());
        index.or_else(|| figures::longest(&shown.cut.words))
    });
    let whose =
        Signal::derive(move || shown.get().map(|shown| Whose { model: shown.model.clone(), recorded: shown.recorded }));
    view! {
        <WidgetFrame name="tokenizer" title=t!("tokenizer-title") whose=whose>
            <div class="cut">
                <div class="cut-left">
                    <TextBox/>
                    <Words shown word/>
                    <Figures shown/>
                </div>
                <Merges shown word/>
            </div>
        </WidgetFrame>
    }
}

#[component]
fn TextBox() -> impl IntoView {
    let store = Store::from_context();
    let text = store.derive(|session| session.tokenizer_text().text().to_owned());
    let refused = store.derive(|session| {
        session.tokenizer_text().refused().map(|failure| t!("tokenizer-refused", why = failure_words(failure)))
    });
    let example = move |example: &'static str| {
        let press = move || {
            store.choose_word(None);
            store.write_tokenizer_text(example.to_owned());
            store.settle_texts();
        };
        view! { <li><Button class="cut-example" on_press=press><bdi lang="en">{example.replace(' ', "␣")}</bdi></Button></li> }
    };
    view! {
        <div class="cut-text">
            <label class="panel-title" for="cut-text">{t!("tokenizer-text")}</label>
            <textarea
                id="cut-text"
                rows="2"
                maxlength=MAX_UTF16
                spellcheck="false"
                autocomplete="off"
                aria-describedby="cut-hint"
                aria-invalid=move || refused.get().is_some().then_some("true")
                prop:value=move || text.get()
                on:input=move |event| store.write_tokenizer_text(event_target_value(&event))
                on:change=move |_| store.settle_texts()
            ></textarea>
            <p id="cut-hint" class="hint" class:hint-error=move || refused.get().is_some() role="status">
                {move || refused.get().unwrap_or_else(|| t!("tokenizer-hint", most = count(MAX_UTF16)))}
            </p>
            <ul class="cut-examples" aria-label=t!("tokenizer-examples")>
                {lesson::TEXTS.into_iter().map(example).collect_view()}
            </ul>
        </div>
    }
}

/// What stands between the reader and a live tokenizer.
#[derive(Clone, Debug, PartialEq)]
struct Way {
    words: String,
    button: Option<(String, bool)>,
}

fn way(session: &Session) -> Option<Way> {
    if session.can_encode() || matches!(session.engine(), Engine::Stopped | Engine::Outdated) {
        return None;
    }
    let plain = |words: String| Some(Way { words, button: None });
    if *session.engine() == Engine::RecordingsOnly {
        return plain(t!("embed-recorded-only"));
    }
    let first = session.survey().map_or(0, |survey| survey.first);
    let load = match first {
        0 => t!("tokenizer-load-nameless"),
        size => t!("tokenizer-load", size = bytes(size)),
    };
    let call = match first {
        size if size > 0 && session.is_without_storage() => {
            format!("{} {}", t!("tokenizer-call"), t!("model-unkept", size = bytes(size)))
        }
        _ => t!("tokenizer-call"),
    };
    if matches!(session.load_state(), Some(Load::Loading(_))) {
        return plain(t!("tokenizer-comes"));
    }
    if *session.engine() == Engine::Deferred {
        return Some(Way { words: call, button: Some((load, true)) });
    }
    if matches!(session.load_state(), None | Some(Load::Surveying)) {
        return plain(t!("tokenizer-waits"));
    }
    Some(match session.tokenizer_text().tokenizer() {
        TokenizerState::Loading(progress) => Way {
            words: t!("tokenizer-loading", received = megabytes(progress.received), size = bytes(first)),
            button: Some((t!("tokenizer-cancel"), false)),
        },
        TokenizerState::Failed(failure) => Way {
            words: t!("tokenizer-failed", why = failure_words(failure)),
            button: Some((t!("tokenizer-again"), true)),
        },
        TokenizerState::Absent | TokenizerState::Ready(_) => Way { words: call, button: Some((load, true)) },
    })
}

/// Asks for the tokenizer, in place.
#[component]
fn Call() -> impl IntoView {
    let store = Store::from_context();
    let way = store.derive(way);
    let button = Memo::new(move |_| way.with(|way| way.as_ref().and_then(|way| way.button.clone())));
    let press = move || match button.get_untracked() {
        Some((_, true)) => store.load_tokenizer(),
        Some((_, false)) => store.cancel_tokenizer(),
        None => {}
    };
    let class = move || match button.get() {
        None => "button-away",
        Some((_, true)) => "button-primary",
        Some((_, false)) => "",
    };
    view! {
        <Show when=move || way.with(Option::is_some)>
            <div class="model-call cut-call">
                <p>{move || way.with(|way| way.as_ref().map(|way| way.words.clone()))}</p>
                <Button class=Signal::derive(move || class().to_owned()) on_press=press>
                    {move || button.get().map(|(label, _)| label)}
                </Button>
            </div>
        </Show>
    }
}

#[component]
fn Words(
    /// The cut text.
    shown: Memo<Option<PtrEq<EncodedText>>>,
    /// The word whose merges are shown.
    word: Memo<Option<usize>>,
) -> impl IntoView {
    let store = Store::from_context();
    let stale = store.derive(|session| !session.tokenizer_text().is_current());
    // Made anew for another text only: a press keeps the focus.
    let words = move || {
        let text: Option<Arc<EncodedText>> = shown.get().map(|shown| shown.0);
        let mut before = 0;
        let words = text.iter().flat_map(|text| text.cut.words.iter().cloned().enumerate()).map(|(index, cut)| {
            let first = before;
            before += cut.tokens.len();
            view! { <WordView cut index first word/> }
        });
        words.collect_view()
    };
    let empty = move || shown.with(|shown| shown.as_ref().is_none_or(|shown| shown.cut.words.is_empty()));
    let counted = move || shown.get().map(|shown| Measurement::of(&shown).words());
    view! {
        <div class="cut-result" class:cut-stale=move || stale.get()>
            <p class="cut-count" role="status">{counted}</p>
            <div class="cut-window" tabindex="0" role="region" aria-label=t!("tokenizer-words")>
                <ol class="cut-words">{words}</ol>
                <p class="cut-empty" hidden=move || !empty()>{t!("tokenizer-empty")}</p>
            </div>
            <Call/>
        </div>
    }
}

/// A word's pieces, each with its id and its bytes.
#[component]
fn WordView(
    /// The word.
    cut: Word,
    /// Its place.
    index: usize,
    /// How many tokens stand before it: shades alternate over the whole text.
    first: usize,
    /// The word whose merges are shown.
    word: Memo<Option<usize>>,
) -> impl IntoView {
    let store = Store::from_context();
    let pieces = cut.parts().into_iter().enumerate().map(|(at, (id, place))| {
        let bytes = cut.at(&place);
        view! {
            <span class="cut-piece" class:cut-piece-even=(first + at) % 2 == 1 class:cut-piece-control=cut.control>
                <bdi lang="en" class="token-text">{visible(bytes)}</bdi>
                <span class="cut-id">{id}</span>
                <span class="cut-bytes">{hex(bytes)}</span>
                <span class="ear">{cut.control.then(|| t!("tokenizer-control"))}" "</span>
            </span>
        }
    });
    view! {
        <li>
            <button
                type="button"
                class="cut-word"
                aria-pressed=move || if word.get() == Some(index) { "true" } else { "false" }
                on:click=move |_| store.choose_word(Some(index))
            >
                <span class="ear">{t!("tokenizer-word")}" "</span>
                {pieces.collect_view()}
            </button>
        </li>
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

#[component]
fn Figures(
    /// The cut text.
    shown: Memo<Option<PtrEq<EncodedText>>>,
) -> impl IntoView {
    let measured = Memo::new(move |_| shown.get().map(|shown| Measurement::of(&shown)).unwrap_or_default());
    view! {
        <table class="cut-figures">
            <caption class="ear">{t!("tokenizer-figures")}</caption>
            <thead>
                <tr>
                    <th scope="col"><span class="ear">{t!("tokenizer-figure")}</span></th>
                    <th scope="col">{t!("tokenizer-yours")}</th>
                    <th scope="col">{t!("tokenizer-rule")}</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">{t!("tokenizer-per-token")}</th>
                    <td class="cut-measured">{move || measured.get().characters_per_token()}</td>
                    <td>{t!("tokenizer-per-token-rule")}</td>
                </tr>
                <tr>
                    <th scope="row">{t!("tokenizer-per-hundred")}</th>
                    <td class="cut-measured">{move || measured.get().words_per_hundred()}</td>
                    <td>{t!("tokenizer-per-hundred-rule")}</td>
                </tr>
            </tbody>
        </table>
        <p class="cut-note">{t!("tokenizer-figures-note")}</p>
    }
}
