//! The program of frames with one of these widgets: without the others it is smaller by a third. `cargo xtask build` lays it down
//! beside the lesson's, and names its widgets in the script that starts a frame (`small` in `crates/generation/src/lesson.rs`).

use generation::lesson::Widget;
use leptos::prelude::*;
use web::platform::dom;
use web::shell::embedded::Unknown;
use web::shell::start;
use web::widgets::context_growth::ContextGrowth;
use web::widgets::softmax::Softmax;

fn main() {
    start::begin();
    if let Some(place) = dom::element("frame") {
        start::open_frame(place, alone);
    }
}

fn alone(widget: Widget) -> AnyView {
    match widget {
        Widget::Softmax => view! { <Softmax/> }.into_any(),
        Widget::ContextGrowth => view! { <ContextGrowth/> }.into_any(),
        other => view! { <Unknown name=other.name().to_owned()/> }.into_any(),
    }
}
