//! The widgets, a folder each: `mod.rs` has the view, `model.rs` what it computes, `style.css` its style. No widget uses another
//! one: what two of them share is in [`components`](crate::components) or [`app`](crate::app).

use leptos::prelude::*;

use generation::lesson::Widget;

pub mod chain_rule;
pub mod code;
pub mod context_growth;
pub mod context_window;
pub mod pipeline;
pub mod softmax;
pub mod tokenizer;

/// The view of a widget. A program that calls this contains all of them.
#[must_use]
pub fn view(widget: Widget) -> AnyView {
    match widget {
        Widget::Tokenizer => view! { <tokenizer::Tokenizer/> }.into_any(),
        Widget::ChainRule => view! { <chain_rule::ChainRule/> }.into_any(),
        Widget::Pipeline => view! { <pipeline::Pipeline/> }.into_any(),
        Widget::Softmax => view! { <softmax::Softmax/> }.into_any(),
        Widget::Code => view! { <code::Code/> }.into_any(),
        Widget::ContextGrowth => view! { <context_growth::ContextGrowth/> }.into_any(),
        Widget::ContextWindow => view! { <context_window::ContextWindow/> }.into_any(),
    }
}
