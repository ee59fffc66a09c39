//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::browser::{Store, keep, recall};

const THEMES: [(&str, &str); 3] = [("auto", "Auto"), ("light", "Light"), ("dark", "Dark")];

/// Three radio buttons. The choice is kept in this browser.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let kept = recall(Store::Browser, "theme");
    let first = THEMES.into_iter().map(|(name, _)| name).find(|name| kept.as_deref() == Some(name)).unwrap_or("auto");
    apply(first);
    let choose = |name: &'static str| {
        keep(Store::Browser, "theme", name);
        apply(name);
    };
    let radio = move |(name, label): (&'static str, &'static str)| {
        view! {
            <label>
                <input type="radio" name="theme" value=name checked=name == first on:change=move |_| choose(name)/>
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="theme">
            <legend class="ear">"Colours"</legend>
            {THEMES.map(radio).into_iter().collect_view()}
        </fieldset>
    }
}

fn apply(name: &str) {
    if let Some(root) = document().document_element() {
        let _ =
            if name == "auto" { root.remove_attribute("data-theme") } else { root.set_attribute("data-theme", name) };
    }
}
