//! The widget `context-growth`.

use leptos::prelude::*;

use crate::t;
use crate::widgets::frame::Frame;

/// The widget `context-growth`.
#[component]
pub fn ContextGrowth() -> impl IntoView {
    view! { <Frame name="context-growth" title=t!("growth-title") guessing=true>""</Frame> }
}
