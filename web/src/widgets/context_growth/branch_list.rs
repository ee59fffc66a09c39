//! The branches of the tree: each with its total, the way there, and two of them side by side.

use generation::tree::Origin;
use generation::{Event, NodeId, TokenId};
use leptos::prelude::*;

use crate::app::store::Store;
use crate::i18n::numbers::{count, percent, probability, signed};
use crate::i18n::token_text::{token_name, token_words};
use crate::t;
use crate::widgets::context_growth::branches::{Branch, Fork, ForkToken, branches};
use crate::widgets::context_growth::hurries;

/// The most rows of a comparison.
const ROWS: usize = 12;

/// While a run hurries, the totals are taken every so many tokens.
const STRIDE: usize = 8;

/// The deepest indent of a branch.
const DEEPEST: usize = 3;

/// The list of branches, and the comparison of the present one with another.
#[component]
pub fn Branches() -> impl IntoView {
    let store = Store::from_context();
    let list = Memo::new(move |before: Option<&Vec<Branch>>| {
        store.with(|session| {
            let generation = session.generation();
            let between = hurries(store, session) && !generation.made().is_multiple_of(STRIDE);
            before.filter(|_| between).cloned().unwrap_or_else(|| branches(generation))
        })
    });
    // By its number: what grows is still the same branch.
    let other = RwSignal::new(None::<usize>);
    let numbers = move || list.with(|list| list.iter().map(|branch| branch.number).collect::<Vec<_>>());
    view! {
        <section class="branches" aria-labelledby="branches-title">
            <h4 id="branches-title" class="branches-title">{t!("branches-title")}</h4>
            <p class="hint">{t!("branches-hint")}</p>
            <ol class="branches-list" tabindex="0" aria-labelledby="branches-title">
                <For each=numbers key=|number| *number let(number)>
                    <BranchView
                        number
                        branch=Memo::new(move |_| list.with(|list| list.iter().find(|branch| branch.number == number).cloned()))
                        other
                    />
                </For>
            </ol>
            <Comparison list other/>
        </section>
    }
}

#[component]
fn BranchView(
    /// The branch's number.
    number: usize,
    /// The branch; `None` for a moment before it goes.
    branch: Memo<Option<Branch>>,
    /// The branch that is compared with the present one.
    other: RwSignal<Option<usize>>,
) -> impl IntoView {
    let store = Store::from_context();
    let read = move |read: fn(&Branch) -> usize| branch.with(|branch| branch.as_ref().map_or(0, read));
    let current = Memo::new(move |_| branch.with(|branch| branch.as_ref().is_some_and(|branch| branch.current)));
    let compared = move || other.get() == Some(number);
    let select = move |_| {
        if let Some(leaf) = branch.with_untracked(|branch| branch.as_ref().map(|branch| branch.leaf)) {
            store.dispatch(Event::Select(leaf));
        }
    };
    view! {
        <li
            class="branch"
            class:branch-current=move || current.get()
            style:--depth=move || read(|branch| branch.depth.min(DEEPEST)).to_string()
            data-branch=number
        >
            <button
                type="button"
                class="branch-go"
                aria-current=move || current.get().then_some("true")
                on:click=select
            >
                <span class="branch-name">
                    <span class="branch-mark" aria-hidden="true"></span>
                    {t!("branches-name", number = count(number))}
                    <small class="branch-from">{move || branch.with(|branch| branch.as_ref().and_then(from))}</small>
                </span>
                <span class="branch-text" lang="en">{text(store, branch)}</span>
                <span class="branch-figures secret">{move || branch.with(|branch| branch.as_ref().map(figures))}</span>
            </button>
            <button
                type="button"
                class="button branch-compare"
                class:away=move || current.get()
                aria-pressed=move || if compared() { "true" } else { "false" }
                aria-label=t!("branches-compare-name", number = count(number))
                on:click=move |_| other.update(|other| *other = Some(number).filter(|_| *other != Some(number)))
            >
                {t!("branches-compare")}
            </button>
        </li>
    }
}

fn from(branch: &Branch) -> Option<String> {
    let parent = count(branch.parent?);
    Some(t!("branches-from", parent = parent, shared = branch.shared, shown = count(branch.shared)))
}

fn figures(branch: &Branch) -> String {
    let tokens = t!("tokens-count", count = branch.length, shown = count(branch.length));
    let Some(ledger) = branch.ledger else { return format!("{tokens}: {}", t!("link-no-ledger")) };
    let Some(perplexity) = ledger.perplexity() else { return t!("branches-none") };
    let ln = ledger.log_probability;
    let total =
        t!("branches-figures", ln = signed(ln, 2), probability = probability(ln), perplexity = signed(perplexity, 1));
    format!("{tokens}: {total}")
}

/// What the branch says after the prompt: at its end, and in any case what is its own.
fn text(store: Store, branch: Memo<Option<Branch>>) -> Memo<String> {
    Memo::new(move |_| {
        let Some(info) = store.selectors.info.get() else { return String::new() };
        branch.with(|branch| {
            let Some(branch) = branch else { return String::new() };
            let words = token_words(&info.vocabulary, &branch.excerpt).replace('\n', "⏎");
            let words = words.trim_start();
            let end = branch.excerpt_start + branch.excerpt.len();
            let (before, after) =
                (if branch.excerpt_start > 0 { "…" } else { "" }, if end < branch.length { "…" } else { "" });
            format!("{before}{words}{after}")
        })
    })
}

/// Two branches from where they part.
#[component]
fn Comparison(
    /// All branches.
    list: Memo<Vec<Branch>>,
    /// The number of the one that is compared with the present one.
    other: RwSignal<Option<usize>>,
) -> impl IntoView {
    let store = Store::from_context();
    let pair = Memo::new(move |_| {
        let other = other.get()?;
        list.with(|list| {
            let current = list.iter().find(|branch| branch.current)?;
            let other = list.iter().find(|branch| branch.number == other && !branch.current)?;
            Some([(current.number, current.leaf), (other.number, other.leaf)])
        })
    });
    let fork = Memo::new(move |_| {
        let pair = pair.get()?;
        Some((pair.map(|(number, _)| number), store.peek(|session| Fork::of(session.generation(), pair.map(leaf)))))
    });
    view! {
        <div class="branches-comparison" aria-live="polite">
            {move || fork.get().map(|(numbers, fork)| view! { <SideBySide numbers fork/> })}
        </div>
    }
}

fn leaf((_, leaf): (usize, NodeId)) -> NodeId {
    leaf
}

#[component]
fn SideBySide(
    /// The branches' numbers.
    numbers: [usize; 2],
    /// What they share and how they go on.
    fork: Fork,
) -> impl IntoView {
    let info = Store::from_context().selectors.info;
    let words = move |tokens: &[TokenId]| {
        info.get_untracked().map(|info| token_words(&info.vocabulary, tokens)).unwrap_or_default()
    };
    let clipped = if fork.position > fork.tail.len() { "…" } else { "" };
    let shared = format!("“{clipped}{}”", words(&fork.tail).replace('\n', "⏎"));
    let [one, two] = numbers.map(count);
    let longest = fork.sides.iter().map(Vec::len).max().unwrap_or(0);
    let more = longest.saturating_sub(ROWS);
    let cell = move |link: Option<&ForkToken>| {
        let name = link.map(|link| info.get_untracked().map(|info| token_name(&info.vocabulary, link.token)));
        let forced = link.is_some_and(|link| link.origin == Origin::Forced);
        let figure = link.map(|link| link.log_probability.map_or_else(|| "–".to_owned(), |ln| percent(ln.exp())));
        view! {
            <td class:branches-forced=forced>
                <bdi lang="en" class="token-text">{name.flatten()}</bdi>
                <small>{forced.then(|| t!("growth-by-you"))}</small>
                <span class="branches-share secret">{figure}</span>
            </td>
        }
    };
    let rows = (0..longest.min(ROWS)).map(|row| {
        view! {
            <tr>
                <th scope="row">{count(fork.position + row)}</th>
                {cell(fork.sides[0].get(row))}
                {cell(fork.sides[1].get(row))}
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <p>{t!("branches-parting", one = one.clone(), other = two.clone(), shown = count(fork.position), text = shared)}</p>
        <table class="branches-table">
            <caption class="hint">{t!("branches-caption", position = count(fork.position))}</caption>
            <thead>
                <tr>
                    <th scope="col">{t!("branches-column-position")}</th>
                    <th scope="col">{t!("branches-name", number = one)}</th>
                    <th scope="col">{t!("branches-name", number = two)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="hint">{(more > 0).then(|| t!("branches-more", count = more, shown = count(more)))}</p>
    }
}
