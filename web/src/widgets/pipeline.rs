//! The widget `pipeline`.

use leptos::prelude::*;

use crate::t;
use crate::widgets::candidates::Candidates;
use crate::widgets::controls::ControlPanel;
use crate::widgets::frame::Frame;

/// The widget `pipeline`.
#[component]
pub fn Pipeline() -> impl IntoView {
    view! {
       <Frame name="pipeline" title=t!("pipeline-title") guessing=true>
           <div class="generator-step">
               <Candidates/>
               <ControlPanel/>
           </div>
       </Frame>
    }
}
