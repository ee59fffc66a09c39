//! The widgets, one file each, with its style beside it. All share the page's one state.

pub mod branches;
pub mod candidates;
pub mod chain_rule;
pub mod code;
pub mod context;
pub mod context_growth;
pub mod context_window;
pub mod controls;
pub mod desk;
pub mod embed;
pub mod frame;
pub mod link;
pub mod model_loader;
pub mod open_file;
pub mod pipeline;
pub mod prompt;
pub mod run_bar;
pub mod softmax;
pub mod theme;
pub mod tokenizer;
