//! Light, dark, or as the system has it.

use leptos::prelude::*;

use crate::embed::address::Theme;
use crate::platform::storage::{self, Area};
use crate::t;

const THEMES: [&str; 3] = ["auto", "light", "dark"];

/// Three radio buttons. The choice is kept in this browser.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let kept = storage::get(Area::Browser, "theme");
    let first = THEMES.into_iter().find(|name| kept.as_deref() == Some(name)).unwrap_or("auto");
    apply(first);
    let choose = |name: &'static str| {
        storage::set(Area::Browser, "theme", name);
        apply(name);
    };
    let radio = move |(name, label): (&'static str, String)| {
        view! {
            <label>
                <input type="radio" name="theme" value=name checked=name == first on:change=move |_| choose(name)/>
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="theme">
            <legend class="ear">{t!("theme-legend")}</legend>
            {THEMES.into_iter().zip([t!("theme-auto"), t!("theme-light"), t!("theme-dark")]).map(radio).collect_view()}
        </fieldset>
    }
}

/// Shows a frame in a theme: nobody's choice is kept.
pub fn show(theme: Theme) {
    apply(theme.name());
}

fn apply(name: &str) {
    if let Some(root) = document().document_element() {
        let _ =
            if name == "auto" { root.remove_attribute("data-theme") } else { root.set_attribute("data-theme", name) };
    }
}
