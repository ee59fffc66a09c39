//! The widget `softmax`.

use leptos::prelude::*;

use crate::t;
use crate::widgets::frame::Frame;

/// The widget `softmax`.
#[component]
pub fn Softmax() -> impl IntoView {
    view! { <Frame name="softmax" title=t!("softmax-title") guessing=true>""</Frame> }
}
