//! The prompt box.

use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::text_box::TextBox;
use crate::i18n::failures::failure_words;
use crate::t;
use generation::lesson::PROMPT;

/// The text that the model goes on from.
#[component]
pub fn Prompt() -> impl IntoView {
    let store = Store::from_context();
    let text = store.derive(|session| session.text().to_owned());
    let refused =
        store.derive(|session| session.refused().map(|failure| t!("prompt-refused", why = failure_words(failure))));
    let waits = store.derive(|session| session.is_recorded() && !session.prompt_is_current());
    let hint = move || if waits.get() { t!("prompt-needs-model") } else { t!("prompt-hint") };
    let restore = move || {
        store.edit(PROMPT.to_owned());
        store.tokenize();
    };
    view! {
        <section class="prompt">
            <div class="panel-head">
                <label class="panel-title" for="prompt">{t!("prompt-label")}</label>
                <Button
                    class="button-quiet"
                    enabled=Signal::derive(move || text.get() != PROMPT)
                    on_press=restore
                >
                    {t!("prompt-reset")}
                </Button>
            </div>
            <TextBox
                id="prompt"
                lang="en"
                rows="3"
                text
                refused
                hint=Signal::derive(hint)
                on_text=move |text| store.edit(text)
                on_settled=move || store.tokenize()
            />
        </section>
    }
}
