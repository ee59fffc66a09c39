//! The generation loop and its arithmetic, pure: no model, no wasm, no DOM.
//!
//! Data flows one way: an [`Event`] enters [`Generation::apply`], a [`protocol::Request`] may leave it, the model's
//! [`Step`] comes back as an event, and everything else (probabilities, the choice, totals) is derived from it.

pub mod chain_rule;
pub mod checksum;
pub mod cost;
pub mod cut;
mod failure;
mod floats;
pub mod generation;
pub mod lesson;
pub mod limits;
pub mod line;
pub mod link;
pub mod manifest;
pub mod protocol;
pub mod record;
pub mod sampling;
pub mod shortlist;
pub mod snapshot;
pub mod stage;
pub mod step;
pub mod tree;

pub use generation::{Event, Generation};
pub use line::Line;
pub use sampling::Controls;
pub use stage::Stage;
pub use step::{Step, TokenId};
pub use tree::NodeId;
