//! Mounts the widgets into the elements that `index.html` keeps for them.

use leptos::prelude::*;
use web::app::store::Store;
use web::embed::address::Widget;
use web::platform::{dom, language_links};
use web::shell::start;
use web::t;
use web::widgets::chain_rule::ChainRule;
use web::widgets::code::Code;
use web::widgets::context_growth::ContextGrowth;
use web::widgets::context_window::ContextWindow;
use web::shell::toolbar::Toolbar;
use web::widgets::pipeline::Pipeline;
use web::widgets::softmax::Softmax;
use web::shell::theme::ThemeSwitch;
use web::widgets::tokenizer::Tokenizer;

fn main() {
    start::begin();
    if let Some(place) = dom::element("frame") {
        return start::open_frame(place, alone);
    }
    language_links::extend(&t!("language-chosen"));
    mount("theme", || view! { <ThemeSwitch/> });
    // One owner for what all widgets share; it lives as long as the page.
    let owner = Owner::new();
    let store = owner.with(Store::open);
    std::mem::forget(owner);
    mount_widget("desk", store, || view! { <Toolbar/> });
    mount_widget("tokenizer", store, || view! { <Tokenizer/> });
    mount_widget("chain-rule", store, || view! { <ChainRule/> });
    mount_widget("pipeline", store, || view! { <Pipeline/> });
    mount_widget("softmax", store, || view! { <Softmax/> });
    mount_widget("code", store, || view! { <Code/> });
    mount_widget("context-growth", store, || view! { <ContextGrowth/> });
    mount_widget("context-window", store, || view! { <ContextWindow/> });
}

fn alone(widget: Widget) -> AnyView {
    match widget {
        Widget::Tokenizer => view! { <Tokenizer/> }.into_any(),
        Widget::ChainRule => view! { <ChainRule/> }.into_any(),
        Widget::Pipeline => view! { <Pipeline/> }.into_any(),
        Widget::Softmax => view! { <Softmax/> }.into_any(),
        Widget::Code => view! { <Code/> }.into_any(),
        Widget::ContextGrowth => view! { <ContextGrowth/> }.into_any(),
        Widget::ContextWindow => view! { <ContextWindow/> }.into_any(),
    }
}

/// Mounts a widget that shares the page's state.
fn mount_widget<V: IntoView + 'static>(id: &str, store: Store, view: impl FnOnce() -> V + 'static)
where
    V::State: 'static,
{
    mount(id, move || {
        provide_context(store);
        view()
    });
}

/// Replaces what stands in the element by a view.
fn mount<V: IntoView + 'static>(id: &str, view: impl FnOnce() -> V + 'static)
where
    V::State: 'static,
{
    if let Some(element) = dom::element(id) {
        element.set_text_content(None);
        leptos::mount::mount_to(element, view).forget();
    }
}
