//! The stages' icons, drawn for this page on a grid of 24.

use generation::Stage;
use leptos::prelude::*;

/// A stage's icon; the name beside it says the same.
#[component]
pub fn Icon(
    /// The stage.
    stage: Stage,
) -> impl IntoView {
    view! {
        <svg class="stage-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=outline(stage)></path>
        </svg>
    }
}

fn outline(stage: Stage) -> &'static str {
    match stage {
        // Tokens in a row, and a caret.
        Stage::Context => "M3 8h6v8H3zM11 8h5v8h-5zM20 6v12",
        // A token becomes a column of numbers.
        Stage::Embedding => "M3 9h5v6H3zM10 12h4M12.5 10l2 2-2 2M17 4h4v4h-4zM17 10h4v4h-4zM17 16h4v4h-4z",
        // Layers, each position tied to those before it.
        Stage::Transformer => "M4 5h16M4 19h16M5 19 12 5 19 19M12 19V5M5 19V5M19 19V5",
        // Numbers of either sign.
        Stage::Logits => "M3 12h18M6 12V5M10 12v4M14 12V8M18 12v7",
        // A curve that ends in a share.
        Stage::Softmax => "M3 19h18M3 17c6 0 7-1 9-6s3-6 9-6",
        // A die.
        Stage::Sampling => "M5 5h14v14H5zM9 9h.01M15 15h.01M12 12h.01M15 9h.01M9 15h.01",
    }
}
