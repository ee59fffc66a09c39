//! The widgets, one file each, with its style beside it. All share the page's one state.

pub mod candidates;
pub mod context;
pub mod controls;
pub mod model_loader;
pub mod prompt;
pub mod run_bar;
pub mod theme;

use leptos::prelude::*;

use self::candidates::Candidates;
use self::context::Context;
use self::controls::ControlPanel;
use self::model_loader::ModelLoader;
use self::prompt::Prompt;
use self::run_bar::RunBar;

/// The generator: everything that one token needs, from the model to the draw.
#[component]
pub fn Generator() -> impl IntoView {
    view! {
        <ModelLoader/>
        <div class="generator-text">
            <Prompt/>
            <Context/>
        </div>
        <RunBar/>
        <div class="generator-step">
            <Candidates/>
            <ControlPanel/>
        </div>
    }
}
