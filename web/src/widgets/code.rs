//! The widget `code`.

use leptos::prelude::*;

use crate::t;
use crate::widgets::frame::Frame;

/// The widget `code`.
#[component]
pub fn Code() -> impl IntoView {
    view! { <Frame name="code" title=t!("code-title") guessing=true>""</Frame> }
}
