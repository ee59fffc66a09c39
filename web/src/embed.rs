//! A frame: one widget alone, in somebody else's page.
//!
//! [`setting`] reads what its address asks for, [`messages`] what the page around it says, [`host`] speaks with that page,
//! and [`snippets`] are what an author pastes.

pub mod events;
pub mod host;
pub mod messages;
pub mod setting;
pub mod snippets;
