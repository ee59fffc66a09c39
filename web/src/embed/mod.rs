//! A frame: one widget alone, embedded in another page.
//!
//! [`address`] reads the frame's options, [`host_messages`] the messages of the page around it, [`host`] exchanges messages with
//! that page, and [`snippets`] are what an author pastes.

pub mod address;
pub mod events;
pub mod host;
pub mod host_messages;
pub mod snippets;
