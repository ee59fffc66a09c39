//! Small pieces that widgets are made of.

pub mod bar;
pub mod button;
pub mod coin_line;
pub mod copy_link;
pub mod field;
pub mod model_call;
pub mod sight;
pub mod slider;
pub mod token;
pub mod transport;
