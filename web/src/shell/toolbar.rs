//! The desk: what the whole page shares, at hand at its top. The model, the reader's text, and the buttons.

use leptos::portal::Portal;
use leptos::prelude::*;

use crate::shell::context::Context;
use crate::shell::embed_dialog::EmbedDialog;
use crate::shell::model_card::ModelCard;
use crate::shell::open_model::{DropPlace, OpenModelDialog};
use crate::shell::prompt::Prompt;
use crate::shell::run_bar::RunBar;
use crate::shell::share_link_dialog::{LinkNotice, ShareLinkDialog};

/// The model, the prompt, the context and the buttons that move the loop.
#[component]
pub fn Toolbar() -> impl IntoView {
    view! {
        <LinkNotice/>
        <ModelCard/>
        <div class="desk-text">
            <Prompt/>
            <Context/>
        </div>
        <RunBar/>
        // Beside the page's content: what cannot be seen of that is not laid out.
        <Portal>
            <OpenModelDialog/>
            <ShareLinkDialog/>
            <EmbedDialog/>
            <DropPlace/>
        </Portal>
    }
}
