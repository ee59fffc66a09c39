//! A candidate's bar: its probability, and within it its chance of being drawn.

use leptos::prelude::*;

/// Two bars in one; a table's figures stand beside it, so a screen reader is spared.
#[component]
pub fn Bar(
    /// Length of the outer bar, 0 to 1.
    #[prop(into)]
    outer: Signal<f32>,
    /// Length of the inner bar, 0 to 1.
    #[prop(into)]
    inner: Signal<f32>,
) -> impl IntoView {
    // Clipped rather than made narrower: no new layout.
    let length =
        |share: Signal<f32>| move || format!("inset(0 {:.2}% 0 0)", 100.0 * (1.0 - share.get().clamp(0.0, 1.0)));
    view! {
        <span class="bar" aria-hidden="true">
            <span class="bar-outer" style:clip-path=length(outer)></span>
            <span class="bar-inner" style:clip-path=length(inner)></span>
        </span>
    }
}
