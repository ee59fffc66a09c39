//! Small components that the shell and the widgets are made of.

pub mod bar;
pub mod button;
pub mod coin_bar;
pub mod copy_button;
pub mod field;
pub mod model_call;
pub mod offscreen;
pub mod scale;
pub mod slider;
pub mod token;
pub mod transport;
