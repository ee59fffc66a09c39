//! The desk: what the whole page shares, at hand at its top. The model, the reader's text, and the buttons.

use leptos::portal::Portal;
use leptos::prelude::*;

use crate::widgets::context::Context;
use crate::widgets::embed::EmbedDialog;
use crate::widgets::link::{LinkDialog, LinkNotice};
use crate::widgets::model_loader::ModelLoader;
use crate::widgets::open_file::{DropPlace, NewModel};
use crate::widgets::prompt::Prompt;
use crate::widgets::run_bar::RunBar;

/// The model, the prompt, the context and the buttons that move the loop.
#[component]
pub fn Desk() -> impl IntoView {
    view! {
        <LinkNotice/>
        <ModelLoader/>
        <div class="desk-text">
            <Prompt/>
            <Context/>
        </div>
        <RunBar/>
        // Beside the page's content: what cannot be seen of that is not laid out.
        <Portal>
            <NewModel/>
            <LinkDialog/>
            <EmbedDialog/>
            <DropPlace/>
        </Portal>
    }
}
