//! The page of Next Token: Leptos widgets over one generation loop.
//!
//! [`session::Session`] is the one shared state, plain data; [`app::store::Store`] puts a signal around it and drives the worker
//! through [`worker`]; [`app::selectors`] derive what the [`widgets`] show. The prose is in `index.html` and `web/locales`.
//!
//! The modules are layers, each of which uses only those before it: [`platform`], [`i18n`], [`worker`], [`embed`], [`app`],
//! [`components`], [`shell`], [`widgets`].

pub mod app;
pub mod components;
pub mod embed;
pub mod i18n;
pub mod platform;
pub mod shell;
#[cfg(test)]
mod testing;
pub mod widgets;
pub mod worker;
