//! The widget `tokenizer`: a text of the reader's, encoded by the tokenizer at hand, and the merges of each word.

pub mod figures;
pub mod merges;

use std::ops::Range;

use generation::encoding::Word;
use generation::{TokenId, lesson};
use leptos::leptos_dom::helpers::request_animation_frame;
use leptos::prelude::*;

use self::figures::Measurement;
use self::merges::Merges;
use crate::app::ptr_eq::PtrEq;
use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::text_box::TextBox;
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
    let shown = store.derive(|session| session.tokenizer_text().answered().shown().cloned().map(PtrEq));
    let chosen = store.derive(|session| session.tokenizer_text().word());
    // A word that is not there any more is nobody's choice.
    let word = Memo::new(move |_| {
        let shown = shown.get()?;
        let index = chosen.get().filter(|&index| index < shown.encoding.words.len());
        index.or_else(|| figures::longest(&shown.encoding.words))
    });
    let whose =
        Signal::derive(move || shown.get().map(|shown| Whose { model: shown.model.clone(), recorded: shown.recorded }));
    view! {
        <WidgetFrame name="tokenizer" title=t!("tokenizer-title") whose=whose>
            <div class="encoding">
                <div class="encoding-left">
                    <InputPanel/>
                    <Words shown word/>
                    <Figures shown/>
                </div>
                <Merges shown word/>
            </div>
        </WidgetFrame>
    }
}

#[component]
fn InputPanel() -> impl IntoView {
    let store = Store::from_context();
    let text = store.derive(|session| session.tokenizer_text().answered().text().to_owned());
    let refused = store.derive(|session| {
        session
            .tokenizer_text()
            .answered()
            .refused()
            .map(|failure| t!("tokenizer-refused", why = failure_words(failure)))
    });
    let example = move |example: &'static str| {
        let press = move || {
            store.choose_word(None);
            store.write_tokenizer_text(example.to_owned());
            store.settle_texts();
        };
        view! { <li><Button class="encoding-example" on_press=press><bdi lang="en">{example.replace(' ', "␣")}</bdi></Button></li> }
    };
    view! {
        <div class="encoding-text">
            <label class="panel-title" for="encoding-text">{t!("tokenizer-text")}</label>
            <TextBox
                id="encoding-text"
                rows="2"
                most=MAX_UTF16
                text
                refused
                hint=Signal::derive(|| t!("tokenizer-hint", most = count(MAX_UTF16)))
                on_text=move |text| store.write_tokenizer_text(text)
                on_settled=move || store.settle_texts()
            />
            <ul class="encoding-examples" aria-label=t!("tokenizer-examples")>
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
            <div class="model-call encoding-call">
                <p>{move || way.with(|way| way.as_ref().map(|way| way.words.clone()))}</p>
                <Button class=Signal::derive(move || class().to_owned()) on_press=press>
                    {move || button.get().map(|(label, _)| label)}
                </Button>
            </div>
        </Show>
    }
}

/// How many pieces are laid out in a frame: all of a long text in one would keep the page from answering.
const PER_FRAME: usize = 100;

/// Lets `laid_out` grow to `total` pieces, frame by frame, for as long as the signal is there.
fn lay_out(laid_out: RwSignal<usize>, total: usize) {
    if laid_out.try_get_untracked().is_some_and(|so_far| so_far < total) {
        request_animation_frame(move || {
            laid_out.try_update(|so_far| *so_far += PER_FRAME);
            lay_out(laid_out, total);
        });
    }
}

/// What is there once its turn has come: what begins with piece number `first`.
#[component]
fn InTurn(
    /// The number of its first piece, from 0.
    first: usize,
    /// How many pieces are laid out.
    laid_out: RwSignal<usize>,
    children: ChildrenFn,
) -> impl IntoView {
    let there = Memo::new(move |_| laid_out.get() > first / PER_FRAME * PER_FRAME);
    view! { <Show when=move || there.get()>{children()}</Show> }
}

#[component]
fn Words(
    /// The encoded text.
    shown: Memo<Option<PtrEq<EncodedText>>>,
    /// The word whose merges are shown.
    word: Memo<Option<usize>>,
) -> impl IntoView {
    let store = Store::from_context();
    let stale = store.derive(|session| !session.tokenizer_text().answered().is_current());
    // Made anew for another text only: a press keeps the focus.
    let words = move || {
        let words = shown.get().map(|shown| shown.encoding.words.clone()).unwrap_or_default();
        let total = words.iter().map(|word| word.tokens.len()).sum();
        // A long text begins in the next frame: the merges of its word take this one.
        let laid_out = RwSignal::new(if total > PER_FRAME { 0 } else { PER_FRAME });
        lay_out(laid_out, total);
        let mut next = 0;
        let numbered = words.into_iter().enumerate().map(|(index, encoding)| {
            let first = next;
            next += encoding.tokens.len();
            (index, first, encoding)
        });
        let numbered: Vec<_> = numbered.collect();
        let turns = numbered.chunk_by(|(_, a, _), (_, b, _)| a / PER_FRAME == b / PER_FRAME).map(|words| {
            let (first, words) = (words[0].1, words.to_vec());
            let word = move |(index, first, encoding): &(usize, usize, Word)| {
                view! { <WordView encoding=encoding.clone() index=*index first=*first word laid_out/> }
            };
            view! { <InTurn first laid_out>{words.iter().map(word).collect_view()}</InTurn> }
        });
        turns.collect_view()
    };
    let empty = move || shown.with(|shown| shown.as_ref().is_none_or(|shown| shown.encoding.words.is_empty()));
    let counted = move || shown.get().map(|shown| Measurement::of(&shown).words());
    view! {
        <div class="encoding-result" class:encoding-stale=move || stale.get()>
            <p class="encoding-count" role="status">{counted}</p>
            <div class="encoding-window" tabindex="0" role="region" aria-label=t!("tokenizer-words")>
                <ol class="encoding-words">{words}</ol>
                <p class="encoding-empty" hidden=move || !empty()>{t!("tokenizer-empty")}</p>
            </div>
            <Call/>
        </div>
    }
}

/// A word's pieces, each with its id and its bytes.
#[component]
fn WordView(
    /// The word.
    encoding: Word,
    /// Its place.
    index: usize,
    /// How many tokens stand before it: shades alternate over the whole text.
    first: usize,
    /// The word whose merges are shown.
    word: Memo<Option<usize>>,
    /// How many pieces are laid out.
    laid_out: RwSignal<usize>,
) -> impl IntoView {
    let store = Store::from_context();
    let parts = encoding.parts();
    let pieces = (0..parts.len()).step_by(PER_FRAME).map(|start| {
        let parts = parts[start..parts.len().min(start + PER_FRAME)].to_vec();
        let encoding = encoding.clone();
        let pieces = move || {
            let piece = |(at, (id, place)): (usize, &(TokenId, Range<usize>))| {
                let (bytes, even) = (encoding.at(place), (first + start + at) % 2 == 1);
                view! {
                    <span class="encoding-piece" class:encoding-piece-even=even class:encoding-piece-control=encoding.control>
                        <bdi lang="en" class="token-text">{visible(bytes)}</bdi>
                        <span class="encoding-id">{*id}</span>
                        <span class="encoding-bytes">{hex(bytes)}</span>
                        <span class="ear">{encoding.control.then(|| t!("tokenizer-control"))}" "</span>
                    </span>
                }
            };
            parts.iter().enumerate().map(piece).collect_view()
        };
        // Its first pieces come with the word.
        if start == 0 { pieces().into_any() } else { view! { <InTurn first=first + start laid_out>{pieces()}</InTurn> }.into_any() }
    });
    view! {
        <li>
            <button
                type="button"
                class="encoding-word"
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
    /// The encoded text.
    shown: Memo<Option<PtrEq<EncodedText>>>,
) -> impl IntoView {
    let measured = Memo::new(move |_| shown.get().map(|shown| Measurement::of(&shown)).unwrap_or_default());
    view! {
        <table class="encoding-figures">
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
                    <td class="encoding-measured">{move || measured.get().characters_per_token()}</td>
                    <td>{t!("tokenizer-per-token-rule")}</td>
                </tr>
                <tr>
                    <th scope="row">{t!("tokenizer-per-hundred")}</th>
                    <td class="encoding-measured">{move || measured.get().words_per_hundred()}</td>
                    <td>{t!("tokenizer-per-hundred-rule")}</td>
                </tr>
            </tbody>
        </table>
        <p class="encoding-note">{t!("tokenizer-figures-note")}</p>
    }
}
