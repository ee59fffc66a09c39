//! Stage 3: what the blocks do at the last position.

pub mod attention;
pub mod grid;
pub mod lens;
pub mod norms;
pub mod pattern;
pub mod raster;

use leptos::prelude::*;

use crate::app::store::Store;
use crate::t;
use crate::widgets::pipeline::shared::{Absent, Inside, Views};
use crate::widgets::pipeline::transformer::attention::AttentionView;
use crate::widgets::pipeline::transformer::lens::LensView;
use crate::widgets::pipeline::transformer::norms::NormsView;

/// The parts of the panel, one at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Attention,
    Lens,
    Norms,
}

/// The panel.
#[component]
pub fn TransformerPanel() -> impl IntoView {
    let inside = Inside::memo(Store::from_context());
    let part = RwSignal::new(Part::default());
    let views = vec![
        (Part::Attention, t!("pipeline-attention")),
        (Part::Lens, t!("pipeline-lens")),
        (Part::Norms, t!("pipeline-norms")),
    ];
    view! {
        <div class="pipeline-head">
            <Views name="pipeline-transformer-view" label=t!("pipeline-transformer-views") views chosen=part/>
            <Absent inside/>
        </div>
        {move || match part.get() {
            Part::Attention => view! { <AttentionView inside/> }.into_any(),
            Part::Lens => view! { <LensView/> }.into_any(),
            Part::Norms => view! { <NormsView inside/> }.into_any(),
        }}
    }
}
