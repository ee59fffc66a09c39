//! The widgets, one file each, with its style beside it. All share the page's one state.

pub mod branches;
pub mod candidates;
pub mod chain_rule;
pub mod code;
pub mod context_growth;
pub mod context_window;
pub mod controls;
pub mod pipeline;
pub mod softmax;
pub mod tokenizer;
