//! The button that copies a link to what the page shows.

use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::t;

/// Copies the link; says so on itself for a moment, and once aloud.
#[component]
pub fn CopyLinkButton(
    /// The widget that the link leads to; without one, to the top of the page.
    #[prop(optional, into)]
    at: Option<&'static str>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let store = Store::from_context();
    let copied = RwSignal::new(false);
    view! {
        <Button class=format!("{class} button-copy-link") on_press=move || store.copy_link(at, copied)>
            {move || if copied.get() { t!("link-copied") } else { t!("link-copy") }}
        </Button>
    }
}
