//! The loop as a whole, on a fake model: whatever is clicked and however late answers come, its rules hold.

// The helpers of tests are tests too.
#![allow(clippy::unwrap_used)]

mod altered;
mod code;
mod dropped;
mod fake;
mod linked;
mod recorded;
mod rules;
mod stories;
