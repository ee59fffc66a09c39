//! The widget `pipeline`: one generation step as six stages, each with the values of this step.

pub mod context;
pub mod embedding;
pub mod heat;
pub mod icons;
pub mod logits;
pub mod sampling;
pub mod search;
pub mod shared;
pub mod softmax;
pub mod stage_summary;
pub mod strip;
pub mod transformer;

use generation::{Event, Stage};
use leptos::prelude::*;

use crate::app::store::Store;
use crate::components::button::Button;
use crate::components::transport::{NextToken, Run};
use crate::shell::widget_frame::WidgetFrame;
use crate::t;
use session::Session;

use self::context::ContextPanel;
use self::embedding::EmbeddingPanel;
use self::logits::LogitsPanel;
use self::sampling::SamplingPanel;
use self::softmax::SoftmaxPanel;
use self::stage_summary::stage_summary;
use self::strip::{Strip, name, tab_id};
use self::transformer::TransformerPanel;

/// The six stages as a strip, the buttons that walk them, and the open stage's panel.
#[component]
pub fn Pipeline() -> impl IntoView {
    let stage = Store::from_context().selectors.stage;
    view! {
        <WidgetFrame name="pipeline" title=t!("pipeline-title") guessing=true>
            <Strip/>
            <Walk/>
            <div
                id="pipeline-panel"
                class="pipeline-panel"
                role="tabpanel"
                tabindex="0"
                aria-labelledby=move || tab_id(stage.get())
                aria-describedby="pipeline-heard"
            >
                {move || panel(stage.get())}
            </div>
        </WidgetFrame>
    }
}

fn panel(stage: Stage) -> AnyView {
    match stage {
        Stage::Context => view! { <ContextPanel/> }.into_any(),
        Stage::Embedding => view! { <EmbeddingPanel/> }.into_any(),
        Stage::Transformer => view! { <TransformerPanel/> }.into_any(),
        Stage::Logits => view! { <LogitsPanel/> }.into_any(),
        Stage::Softmax => view! { <SoftmaxPanel/> }.into_any(),
        Stage::Sampling => view! { <SamplingPanel/> }.into_any(),
    }
}

/// The buttons that move the loop, and where it stands.
#[component]
fn Walk() -> impl IntoView {
    let store = Store::from_context();
    let stage = store.selectors.stage;
    let ready = store.derive(can_step);
    let words = move || {
        let (stage, number) = (stage.get(), stage.get() as usize + 1);
        match stage.next() {
            Some(next) => t!("pipeline-where", number = number, stage = name(stage), next = name(next)),
            None => t!("pipeline-where-last", number = number, stage = name(stage)),
        }
    };
    let heard = stage_summary(store);
    // Only to whom walks by these buttons: a tab says itself where it leads.
    let within = RwSignal::new(false);
    view! {
        <div class="pipeline-walk" on:focusin=move |_| within.set(true) on:focusout=move |_| within.set(false)>
            <Button class="pipeline-step" enabled=ready on_press=move || store.dispatch(Event::Advance)>
                {t!("pipeline-step")}<span class="glyph" aria-hidden="true">"❯"</span>
            </Button>
            <NextToken/>
            <Run/>
            <p class="pipeline-where">{words}</p>
            <p
                id="pipeline-heard"
                class="ear secret"
                aria-live=move || if within.get() { "polite" } else { "off" }
            >
                {heard}
            </p>
        </div>
    }
}

/// Whether a press of "step" does something.
fn can_step(session: &Session) -> bool {
    session.generation().result().is_some() && !session.running() && session.working().is_none()
}
