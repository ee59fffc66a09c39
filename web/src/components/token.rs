//! A token's text with everything visible.

use generation::TokenId;
use leptos::prelude::*;

use crate::app::store::Store;
use crate::i18n::token_text::token_name;
use crate::t;

/// The visible text of `token`; a control token's name is marked as no text.
#[component]
pub fn TokenText(
    /// The token; `None` leaves a gap of the same height.
    #[prop(into)]
    token: Signal<Option<TokenId>>,
) -> impl IntoView {
    let store = Store::from_context();
    let shown = Memo::new(move |_| {
        let (token, info) = (token.get()?, store.selectors.info.get()?);
        Some((token_name(&info.vocabulary, token), info.vocabulary.is_control(token)))
    });
    let control = move || shown.get().is_some_and(|(_, control)| control);
    let text = move || shown.get().map_or_else(|| "\u{a0}".to_owned(), |(text, _)| text);
    view! {
        <bdi lang="en" class="token-text" class:token-control=control title=move || control().then(|| t!("token-control"))>
            {text}
        </bdi>
    }
}
