//! What the page asks of the browser, through web-sys alone. Nothing here knows of the loop, its words or its widgets, and a
//! browser that lacks or forbids something is answered with a default, never with a panic.

pub mod clipboard;
pub mod clock;
pub mod crypto;
pub mod dom;
pub mod file_drop;
pub mod focus;
pub mod frames;
pub mod language_links;
pub mod location;
pub mod motion;
pub mod network;
pub mod service_worker;
pub mod storage;
