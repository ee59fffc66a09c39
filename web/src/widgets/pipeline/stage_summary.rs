//! What each stage has done, in a sentence for the ear: who hears a step walks through it by these.

use generation::protocol::ModelInfo;
use generation::sampling::UNNAMED;
use generation::{Stage, TokenId};
use leptos::prelude::*;

use crate::app::selectors::Selectors;
use crate::app::store::Store;
use crate::i18n::announcer::spoken_token;
use crate::i18n::numbers::{count, fixed, spoken_percent};
use crate::shell::context::length;
use crate::t;
use session::Session;

/// The sentence for the open stage; empty while there is no step.
pub fn stage_summary(store: Store) -> Memo<String> {
    Memo::new(move |_| {
        // Nobody follows a run by it.
        if store.with(Session::running) {
            return String::new();
        }
        words(store, store.selectors.stage.get()).unwrap_or_default()
    })
}

fn words(store: Store, stage: Stage) -> Option<String> {
    let Selectors { info, place, distribution, entropy, next_token, .. } = store.selectors;
    let (info, place) = (info.get()?, place.get()?);
    let spoken = |token: TokenId| store.with(|session| spoken(session, token));
    let last = || store.with(|session| session.generation().context_at(place.node).last().copied());
    let best = || place.ranked.ranking.order().first().copied().map(spoken);
    Some(match stage {
        Stage::Context => {
            // Also while the newest token's step is under way.
            let tokens = store.with(|session| length(session.generation()));
            t!("pipeline-heard-context", count = tokens, shown = count(tokens))
        }
        Stage::Embedding => t!("pipeline-heard-embedding", token = spoken(last()?), width = count(info.width)),
        Stage::Transformer => transformer(&info),
        Stage::Logits => {
            let best_logit = f64::from(*place.ranked.ranking.logits().first()?);
            let all = count(place.ranked.ranking.logits().len());
            t!("pipeline-heard-logits", all = all, token = best()?, logit = fixed(best_logit, 1))
        }
        Stage::Softmax => {
            let distribution = distribution.get()?;
            let first = distribution.order().first().copied().map(spoken)?;
            let probability = spoken_percent(f64::from(*distribution.full().first()?));
            t!("pipeline-heard-softmax", token = first, probability = probability, bits = fixed(entropy.get()?, 1))
        }
        Stage::Sampling => {
            let next = next_token.get()?;
            match next.draw() {
                Some(draw) => t!(
                    "pipeline-heard-sampling",
                    u = fixed(draw.coin, 3),
                    token = spoken(draw.token),
                    probability = spoken_percent(draw.probability.into())
                ),
                None => t!("pipeline-heard-chosen", token = spoken(next.token)),
            }
        }
    })
}

fn transformer(info: &ModelInfo) -> String {
    t!("pipeline-heard-transformer", layers = info.layers, heads = info.heads)
}

fn spoken(session: &Session, token: TokenId) -> String {
    if token == UNNAMED { t!("pipeline-unnamed") } else { spoken_token(session, token).text }
}
