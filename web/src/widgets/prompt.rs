//! The prompt box.

use leptos::prelude::*;

use crate::page::Page;
use crate::parts::button::Button;
use generation::record::PROMPT;

/// The text that the model goes on from.
#[component]
pub fn Prompt() -> impl IntoView {
    let page = Page::here();
    let text = page.derive(|session| session.text().to_owned());
    let refused =
        page.derive(|session| session.refused().map(|failure| format!("No tokens for this text: {failure}.")));
    let restore = move || {
        page.edit(PROMPT.to_owned());
        page.tokenize();
    };
    view! {
        <section class="prompt">
            <div class="panel-head">
                <label class="panel-title" for="prompt">"Prompt"</label>
                <Button
                    class="button-quiet"
                    enabled=Signal::derive(move || text.get() != PROMPT)
                    on_press=restore
                >
                    "Reset prompt"
                </Button>
            </div>
            <textarea
                id="prompt"
                rows="3"
                spellcheck="false"
                autocomplete="off"
                aria-describedby="prompt-hint"
                aria-invalid=move || refused.get().is_some().then_some("true")
                prop:value=move || text.get()
                on:input=move |event| page.edit(event_target_value(&event))
                on:change=move |_| page.tokenize()
            ></textarea>
            <p id="prompt-hint" class="hint" class:hint-error=move || refused.get().is_some() role="status">
                {move || refused.get().unwrap_or_else(|| "A new text starts a new context.".to_owned())}
            </p>
        </section>
    }
}
