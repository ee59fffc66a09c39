//! The page's state and what drives it. [`store`] puts a signal around the session, [`selectors`] the memos that widgets share; the
//! other modules are the store's methods by topic, and pure functions over the loop that several widgets use.

pub mod candidate_table;
pub mod distribution_inputs;
mod embedded;
mod incoming_model;
pub mod ptr_eq;
mod restart;
pub mod run_timer;
mod saved;
pub mod selectors;
pub mod share_link;
pub mod store;
mod texts;
