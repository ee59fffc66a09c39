//! The engine against goldens, and its promises.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod cost;
mod encodings;
mod formats;
mod kept;
mod ledger;
mod record;
mod smollm2;
mod stories;
mod support;
mod tiny;
