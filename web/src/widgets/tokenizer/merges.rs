//! A word's merges, one by one.

use std::ops::Range;
use std::sync::Arc;

use generation::encoding::{Order, Word};
use leptos::prelude::*;

use crate::app::ptr_eq::PtrEq;
use crate::components::button::Button;
use crate::i18n::numbers::{count, signed};
use crate::i18n::token_text::visible;
use crate::t;
use session::tokenizer_text::EncodedText;

/// The chosen word, and its tokenizer's way.
#[derive(Clone, Debug, PartialEq)]
struct Chosen {
    text: PtrEq<EncodedText>,
    index: usize,
    /// The pair of each of the word's merges.
    pairs: PtrEq<Vec<Option<Pair>>>,
}

/// The places of two pieces that are joined.
type Pair = (Range<usize>, Range<usize>);

/// Rows of the table of merges at most, and pieces on show: a word may have thousands.
const ROWS: usize = 100;
const PIECES: usize = 200;

impl Chosen {
    fn new(text: PtrEq<EncodedText>, index: usize) -> Self {
        let pairs = text.encoding.words.get(index).map(Word::pairs).unwrap_or_default();
        Self { text, index, pairs: PtrEq(Arc::new(pairs)) }
    }

    fn word(&self) -> Option<&Word> {
        self.text.encoding.words.get(self.index)
    }

    fn order(&self) -> Order {
        self.text.encoding.order
    }

    fn total(&self) -> usize {
        self.pairs.len()
    }

    fn pair(&self, index: usize) -> Option<&Pair> {
        self.pairs.get(index)?.as_ref()
    }
}

/// The stepper.
#[component]
pub fn Merges(
    /// The encoded text.
    shown: Memo<Option<PtrEq<EncodedText>>>,
    /// The word whose merges are shown.
    word: Memo<Option<usize>>,
) -> impl IntoView {
    let chosen = Memo::new(move |_| Some(Chosen::new(shown.get()?, word.get()?)));
    // How far the reader has stepped, and in which word: another word begins anew.
    let stepped = RwSignal::new(None::<(Chosen, usize)>);
    let done = Memo::new(move |_| {
        let chosen = chosen.get();
        stepped
            .with(|stepped| stepped.clone())
            .filter(|(word, _)| Some(word) == chosen.as_ref())
            .map_or(0, |(_, done)| done)
    });
    let total = Memo::new(move |_| chosen.with(|chosen| chosen.as_ref().map_or(0, Chosen::total)));
    let go = move |to: usize| stepped.set(chosen.get_untracked().map(|chosen| (chosen, to)));
    let title = move || chosen.with(|chosen| chosen.as_ref().and_then(Chosen::word).map(|word| visible(&word.bytes)));
    let can_back = Signal::derive(move || done.get() > 0);
    let can_go = Signal::derive(move || done.get() < total.get());
    view! {
        <section class="encoding-merges" aria-labelledby="encoding-merges-title">
            <div class="encoding-merges-head">
                <h4 id="encoding-merges-title" class="encoding-merges-title">
                    {t!("tokenizer-merges-title")}" "<bdi lang="en" class="token-text">{title}</bdi>
                </h4>
                <span class="encoding-step">{move || t!("tokenizer-step", done = count(done.get()), total = count(total.get()))}</span>
            </div>
            <div class="encoding-transport">
                <Button class="button-primary" enabled=can_go on_press=move || go(done.get_untracked() + 1)>{t!("tokenizer-next")}</Button>
                <Button enabled=can_back on_press=move || go(done.get_untracked().saturating_sub(1))>{t!("tokenizer-back")}</Button>
                <Button enabled=can_back on_press=move || go(0)>{t!("tokenizer-first")}</Button>
                <Button enabled=can_go on_press=move || go(total.get_untracked())>{t!("tokenizer-last")}</Button>
            </div>
            <div class="encoding-now">
                <Pieces chosen done/>
                <p class="encoding-said" aria-live="polite">{move || chosen.with(|chosen| said(chosen.as_ref(), done.get()))}</p>
            </div>
            <Table chosen done/>
            <p class="encoding-note encoding-about">{move || chosen.with(|chosen| about(chosen.as_ref()))}</p>
        </section>
    }
}

/// What happens next, and why.
fn said(chosen: Option<&Chosen>, done: usize) -> String {
    let Some((chosen, word)) = chosen.and_then(|chosen| Some((chosen, chosen.word()?))) else {
        return t!("tokenizer-merges-none");
    };
    let name = |place: &Range<usize>| visible(word.at(place));
    let pair = chosen.pair(done).map(|(left, right)| format!("{} + {}", name(left), name(right))).unwrap_or_default();
    match (chosen.order(), word.merges.get(done)) {
        _ if word.control => t!("tokenizer-merges-control"),
        (Order::Unknown, _) => t!("tokenizer-merges-unknown"),
        _ if word.merges.is_empty() => t!("tokenizer-merges-alone"),
        (Order::Ranks, Some(merge)) => t!("tokenizer-next-rank", pair = pair, rank = place(Order::Ranks, merge.by)),
        (Order::Scores, Some(merge)) => t!("tokenizer-next-score", pair = pair, score = place(Order::Scores, merge.by)),
        (Order::Ranks, None) => t!("tokenizer-done-rank"),
        (Order::Scores, None) => t!("tokenizer-done-score"),
    }
}

fn about(chosen: Option<&Chosen>) -> String {
    match chosen.map(Chosen::order) {
        Some(Order::Ranks) => t!("tokenizer-about-ranks"),
        Some(Order::Scores) => t!("tokenizer-about-scores"),
        Some(Order::Unknown) | None => String::new(),
    }
}

/// A merge's place in the list, or a token's score.
fn place(order: Order, by: f64) -> String {
    match order {
        Order::Scores => signed(by, if by.fract() == 0.0 { 0 } else { 3 }),
        Order::Ranks | Order::Unknown => count(by as usize),
    }
}

/// So many of `total` places at most, around `present`; all of them where that is enough. It moves by half its size, so that not
/// every step makes all elements anew.
fn window(present: usize, total: usize, size: usize) -> Range<usize> {
    let half = size / 2;
    let start = (present / half * half).saturating_sub(half / 2).min(total.saturating_sub(size));
    start..total.min(start + size)
}

/// The pieces at this step; the two that are joined next are marked.
#[component]
fn Pieces(
    /// The word.
    chosen: Memo<Option<Chosen>>,
    /// Merges done.
    done: Memo<usize>,
) -> impl IntoView {
    let pieces = move || {
        let chosen = chosen.get()?;
        let word = chosen.word()?;
        let pair = chosen.pair(done.get());
        let pieces = word.pieces(done.get());
        let next = pair.and_then(|(left, _)| pieces.iter().position(|piece| piece == left)).unwrap_or(0);
        let window = window(next, pieces.len(), PIECES);
        let (before, after) = (window.start > 0, window.end < pieces.len());
        let gap = |left_out: bool| left_out.then(|| view! { <li class="encoding-part" aria-hidden="true">"…"</li> });
        let piece = |place: &Range<usize>| {
            let next = pair.is_some_and(|(left, right)| left == place || right == place);
            view! { <li class="encoding-part" class:encoding-part-next=next><bdi lang="en" class="token-text">{visible(word.at(place))}</bdi></li> }
        };
        let shown = pieces[window].iter().map(piece).collect_view();
        Some(view! { {gap(before)} {shown} {gap(after)} })
    };
    view! { <ol class="encoding-parts" aria-label=t!("tokenizer-now")>{pieces}</ol> }
}

/// All merges of the word as a table.
#[component]
fn Table(
    /// The word.
    chosen: Memo<Option<Chosen>>,
    /// Merges done.
    done: Memo<usize>,
) -> impl IntoView {
    let head = move || match chosen.with(|chosen| chosen.as_ref().map(Chosen::order)) {
        Some(Order::Scores) => t!("tokenizer-score"),
        _ => t!("tokenizer-place"),
    };
    let rows =
        Memo::new(move |_| window(done.get(), chosen.with(|chosen| chosen.as_ref().map_or(0, Chosen::total)), ROWS));
    let body = move || {
        let chosen = chosen.get()?;
        let order = chosen.order();
        let word = chosen.word()?;
        let row = |index: usize| {
            let (left, right) = chosen.pair(index)?.clone();
            let by = place(order, word.merges.get(index)?.by);
            let gives = visible(word.at(&(left.start..right.end)));
            let is_done = move || done.get() > index;
            let is_next = move || done.get() == index;
            let state = move || match done.get() {
                done if done > index => t!("tokenizer-state-done"),
                done if done == index => t!("tokenizer-state-next"),
                _ => String::new(),
            };
            Some(view! {
                <tr class:encoding-row-done=is_done class:encoding-row-next=is_next>
                    <td class="encoding-mark"><span aria-hidden="true">{move || if is_done() { "✓" } else if is_next() { "▸" } else { "" }}</span><span class="ear">{state}</span></td>
                    <td class="encoding-by">{by}</td>
                    <td><bdi lang="en" class="token-text">{visible(word.at(&left))}</bdi>" + "<bdi lang="en" class="token-text">{visible(word.at(&right))}</bdi></td>
                    <td><bdi lang="en" class="token-text">{gives}</bdi></td>
                </tr>
            })
        };
        Some(rows.get().filter_map(row).collect_view())
    };
    let clipped = move || {
        let total = chosen.with(|chosen| chosen.as_ref().map_or(0, Chosen::total));
        let rows = rows.get();
        let words = || t!("tokenizer-rows", from = count(rows.start + 1), to = count(rows.end), total = count(total));
        (rows.len() < total).then(words)
    };
    view! {
        <div class="encoding-list" tabindex="0" role="region" aria-label=t!("tokenizer-merges-table")>
            <p class="hint" hidden=move || clipped().is_none()>{clipped}</p>
            <table>
                <caption class="ear">{t!("tokenizer-merges-table")}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="encoding-mark"><span class="ear">{t!("tokenizer-state")}</span></th>
                        <th scope="col" class="encoding-by">{head}</th>
                        <th scope="col">{t!("tokenizer-joins")}</th>
                        <th scope="col">{t!("tokenizer-gives")}</th>
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_present_step_and_is_bounded() {
        assert_eq!(window(3, 80, ROWS), 0..80);
        for present in 0..2_000 {
            let window = window(present, 2_000, ROWS);
            assert_eq!(window.len(), ROWS);
            assert!(window.contains(&present), "{present}: {window:?}");
        }
    }

    #[test]
    fn places_are_counted_and_scores_have_signs() {
        assert_eq!(place(Order::Ranks, 23_030.0), "23,030");
        assert_eq!(place(Order::Scores, -259.0), "−259");
        assert_eq!(place(Order::Scores, -3.25), "−3.250");
    }
}
