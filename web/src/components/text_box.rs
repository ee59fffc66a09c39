//! A box for a text of the reader's.

use leptos::prelude::*;

/// The box, and below it a hint or why the text was refused. The caller labels it by its id.
#[component]
pub fn TextBox(
    /// The box's id; its hint's is that and `-hint`.
    #[prop(into)]
    id: String,
    /// Lines in sight.
    rows: &'static str,
    /// The longest text, in UTF-16 units.
    #[prop(optional)]
    most: Option<usize>,
    /// The language that its lesson's text is in, if it has one.
    #[prop(optional)]
    lang: Option<&'static str>,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Why the text was refused.
    #[prop(into)]
    refused: Signal<Option<String>>,
    /// What is said of the text otherwise.
    #[prop(into)]
    hint: Signal<String>,
    /// Takes what is typed.
    on_text: impl Fn(String) + 'static,
    /// The reader has left the box.
    on_settled: impl Fn() + 'static,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    view! {
        <textarea
            id=id
            lang=lang
            rows=rows
            maxlength=most
            spellcheck="false"
            autocomplete="off"
            aria-describedby=hint_id.clone()
            aria-invalid=move || refused.with(Option::is_some).then_some("true")
            prop:value=move || text.get()
            on:input=move |event| on_text(event_target_value(&event))
            on:change=move |_| on_settled()
        ></textarea>
        <p id=hint_id class="hint" class:hint-error=move || refused.with(Option::is_some) role="status">
            {move || refused.get().unwrap_or_else(|| hint.get())}
        </p>
    }
}
