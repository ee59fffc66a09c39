//! What stands around the widgets: the toolbar with the model, the prompt and the buttons, the dialogs, the theme, and the frame
//! around each widget.

pub mod context;
pub mod embed_dialog;
pub mod embedded;
pub mod model_card;
pub mod open_model;
pub mod prompt;
pub mod run_bar;
pub mod share_link_dialog;
pub mod start;
pub mod theme;
pub mod toolbar;
pub mod widget_frame;
