//! The generation loop and its arithmetic, pure: no model, no wasm, no DOM.
//!
//! Data flows one way: an [`Event`] enters [`Generation::apply`], a [`protocol::Request`] may leave it, the model's
//! [`Step`] comes back as an event, and everything else (probabilities, the choice, totals) is derived from it.

pub mod chain_rule;
pub mod checksum;
pub mod cost;
pub mod encoding;
mod failure;
mod floats;
pub mod generation;
mod inserted;
pub mod lesson;
pub mod limits;
pub mod line;
pub mod link;
pub mod manifest;
mod model_info;
pub mod protocol;
mod ranking;
pub mod record;
pub mod sampling;
pub mod shortlist;
pub mod snapshot;
mod softmax;
pub mod stage;
pub mod step;
pub mod tree;
mod vocabulary;

pub use generation::{Event, Generation};
pub use line::Line;
pub use sampling::Controls;
pub use stage::Stage;
pub use step::{Step, TokenId};
pub use tree::NodeId;
