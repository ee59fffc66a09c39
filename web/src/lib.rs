//! The page of Next Token: Leptos widgets over one generation loop.
//!
//! [`session::Session`] is the one shared state, plain data; [`page::Page`] puts signals on top of it and drives the
//! worker through [`worker`]; [`view`] derives what the [`widgets`] show. The prose is in `index.html` and `web/locales`.

pub mod basis;
pub mod branches;
pub mod embed;
#[cfg(test)]
mod fake;
pub mod growth;
pub mod i18n;
pub mod page;
pub mod parts;
pub mod platform;
pub mod saved;
pub mod scale;
pub mod start;
pub mod table;
pub mod trace;
pub mod view;
pub mod widgets;
pub mod window;
pub mod worker;
