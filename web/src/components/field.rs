//! A text field for one value, which answers garbage in words.

use leptos::prelude::*;
use web_sys::{Event, HtmlInputElement};

/// What was typed and cannot be read.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    typed: String,
    wrong: String,
    /// The value that it was typed over: a new one from elsewhere overrules the draft.
    over: String,
}

/// A labelled field. What cannot be read stays where it is, with the reason under it.
#[component]
pub fn Field(
    /// The field's id; its error's derives from it.
    #[prop(into)]
    id: String,
    /// What the field is, for the ear.
    #[prop(into)]
    label: String,
    /// The present value as text.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what was typed; says what is wrong with it.
    commit: impl Fn(&str) -> Result<(), String> + 'static,
) -> impl IntoView {
    let draft = RwSignal::new(None::<Draft>);
    let open = Memo::new(move |_| draft.get().filter(|draft| draft.over == value.get()));
    let text = move || open.get().map_or_else(|| value.get(), |draft| draft.typed);
    let wrong = move || open.get().map(|draft| draft.wrong);
    let on_change = move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        let typed = input.value();
        let result = commit(&typed);
        let over = value.get_untracked();
        if result.is_ok() {
            // Also where the value is the old one: " 1" becomes "1".
            input.set_value(&over);
        }
        draft.set(result.err().map(|wrong| Draft { typed, wrong, over }));
    };
    let error_id = format!("{id}-error");
    view! {
        <input
            id=id
            class="field"
            type="text"
            inputmode="decimal"
            autocomplete="off"
            spellcheck="false"
            aria-label=label
            aria-describedby=error_id.clone()
            aria-invalid=move || open.get().is_some().then_some("true")
            prop:value=text
            on:change=on_change
        />
        <p id=error_id class="field-error" role="status">{wrong}</p>
    }
}
