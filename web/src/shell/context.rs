//! The context: every token so far, and the total of the chain rule.

use generation::chain_rule::Ledger;
use generation::tree::{Node, Origin};
use generation::{Generation, NodeId, TokenId};
use leptos::html;
use leptos::prelude::*;

use crate::app::run_timer::Pace;
use crate::app::store::Store;
use crate::components::token::TokenText;
use crate::i18n::numbers::{count, fixed, signed};
use crate::i18n::status;
use crate::platform::motion;
use crate::t;
use session::Session;

/// The most tokens on show; of a longer context the earlier ones are folded away, this many at a time.
const SHOWN: usize = 192;
const FOLD: usize = 64;

/// A token of the context.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chip {
    /// From 0.
    pub position: usize,
    /// Its token.
    pub token: TokenId,
    /// Its place in the tree; none for the prompt's.
    pub node: Option<NodeId>,
    /// Whether a model has said how likely it was, and whether it would have drawn it.
    pub held: (bool, bool),
}

/// All tokens so far, with their ids.
#[component]
pub fn Context() -> impl IntoView {
    let store = Store::from_context();
    let folded = store.derive(|session| folded(length(session.generation())));
    let chips = store.derive(|session| chips(session.generation()));
    let total = store.derive(|session| length(session.generation()));
    let ledger = store.derive(|session| {
        let generation = session.generation();
        generation.ledger(generation.tip()).map_or_else(|| t!("link-no-ledger"), |ledger| ledger_words(&ledger))
    });
    view! {
        <section class="context" aria-labelledby="context-title">
            <div class="panel-head">
                <h3 id="context-title" class="panel-title">{t!("context-title")}</h3>
                <p class="figures">{move || t!("tokens-count", count = total.get(), shown = count(total.get()))}</p>
            </div>
            <div class="chips-window" tabindex="0" role="group" aria-labelledby="context-title">
            <ol class="chips">
                <Show when=move || { folded.get() > 0 }>
                    <li class="chips-folded">{move || t!("context-folded", count = count(folded.get()))}</li>
                </Show>
                <For each=move || chips.get() key=Chip::clone let(chip)>
                    <ChipView chip/>
                </For>
                <li class="caret" aria-hidden="true"></li>
            </ol>
            </div>
            <div class="context-foot">
                <p class="legend">
                    <span class="chip chip-given">{t!("context-given")}</span>
                    <span class="chip chip-drawn">{t!("context-drawn")}</span>
                    <span class="chip chip-forced">{t!("context-forced")}</span>
                </p>
                <p class="figures">{ledger}</p>
            </div>
        </section>
    }
}

#[component]
fn ChipView(
    /// The token.
    chip: Chip,
) -> impl IntoView {
    let store = Store::from_context();
    let (class, origin) = store.peek(|session| describe(session, &chip));
    let element = NodeRef::<html::Li>::new();
    if let Some(node) = chip.node {
        Effect::new(move |_| {
            let fast = store.peek(Session::running) && store.pace.get_untracked() == Pace::Fast;
            let still = fast || store.peek(|session| is_linked(session, node));
            if let Some(element) = element.get().filter(|_| !still && store.selectors.made.get_untracked()) {
                motion::land(&element);
            }
        });
    }
    let token = chip.token;
    view! {
        <li class=format!("chip {class}") title=origin node_ref=element>
            <TokenText token=Signal::derive(move || Some(token))/>
            <small class="token-id">{token}</small>
            <span class="ear">{origin.clone()}</span>
        </li>
    }
}

/// A chip's class, and how it came here. What a model says of a link's token makes another chip of it.
pub fn describe(session: &Session, chip: &Chip) -> (&'static str, String) {
    let Some(node) = chip.node.and_then(|id| session.generation().node(id)) else {
        return ("chip-given", t!("origin-given"));
    };
    let class = match node.origin() {
        Origin::Prompt => "chip-given",
        Origin::Drawn { draw, altered, .. } => match (draw, altered.is_empty()) {
            (Some(_), true) => "chip-drawn",
            (Some(_), false) => "chip-drawn chip-altered",
            (None, true) => "chip-drawn chip-carried",
            (None, false) => "chip-drawn chip-altered chip-carried",
        },
        Origin::Forced => "chip-forced",
    };
    (class, status::origin_text(node))
}

/// Whether a link brought the token, and no live model has been asked about it.
fn is_linked(session: &Session, node: NodeId) -> bool {
    session.generation().node(node).is_some_and(Node::awaits)
}

/// How many tokens the context has.
pub fn length(generation: &Generation) -> usize {
    generation.position(generation.tip())
}

/// How many of them are folded away.
pub fn folded(length: usize) -> usize {
    length.saturating_sub(SHOWN).next_multiple_of(FOLD)
}

/// The tokens that are not folded away.
pub fn chips(generation: &Generation) -> Vec<Chip> {
    let given = generation.prompt().iter().map(|&token| (token, None, (true, false)));
    let path = generation.path(generation.tip());
    let made = path.iter().filter_map(|&id| {
        let node = generation.node(id)?;
        Some((node.token(), Some(id), (node.log_probability().is_some(), node.differs().is_some())))
    });
    let chip = |(position, (token, node, held))| Chip { position, token, node, held };
    given.chain(made).enumerate().skip(folded(length(generation))).map(chip).collect()
}

fn ledger_words(ledger: &Ledger) -> String {
    match ledger.perplexity() {
        None => t!("context-nothing"),
        Some(perplexity) => {
            t!("context-ledger", log_probability = signed(ledger.log_probability, 2), perplexity = fixed(perplexity, 1),)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_contexts_are_folded_in_steps() {
        for (length, hidden) in
            [(0, 0), (SHOWN, 0), (SHOWN + 1, FOLD), (SHOWN + FOLD, FOLD), (SHOWN + FOLD + 1, 2 * FOLD)]
        {
            assert_eq!(folded(length), hidden);
        }
    }

    #[test]
    fn the_ledger_speaks_of_what_was_generated() {
        assert_eq!(ledger_words(&Ledger::default()), "Nothing generated yet");
        let ledger = Ledger::of([Some(-2.0), Some(-4.0)]);
        assert_eq!(ledger_words(&ledger), "ln P = −6.00, perplexity 20.1");
    }
}
