//! Small components that the shell and the widgets are made of.

pub mod bar;
pub mod button;
pub mod coin_bar;
pub mod control_slider;
pub mod copy_button;
pub mod dialog;
pub mod field;
pub mod model_call;
pub mod offscreen;
pub mod roving_focus;
pub mod scale;
pub mod text_box;
pub mod token;
pub mod transport;
