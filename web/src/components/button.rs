//! A button that keeps the focus when it has nothing to do.

use leptos::prelude::*;

/// A button. Where it is not `enabled` it can still be reached, and says so.
#[component]
pub fn Button(
    /// Whether a press does something.
    #[prop(into, default = true.into())]
    enabled: Signal<bool>,
    /// What a press does.
    on_press: impl Fn() + 'static,
    /// Further classes.
    #[prop(into, default = "".into())]
    class: Signal<String>,
    /// What stands on it.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=move || format!("button {}", class.get())
            aria-disabled=move || (!enabled.get()).then_some("true")
            on:click=move |_| {
                if enabled.get_untracked() {
                    on_press();
                }
            }
        >
            {children()}
        </button>
    }
}
