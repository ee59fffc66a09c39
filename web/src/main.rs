//! Mounts the widgets into the elements that `index.html` keeps for them.

use generation::lesson::Widget;
use leptos::prelude::*;
use web::app::store::Store;
use web::platform::{dom, language_links};
use web::shell::start;
use web::shell::theme::ThemeSwitch;
use web::shell::toolbar::Toolbar;
use web::t;
use web::widgets;

fn main() {
    start::begin();
    if let Some(place) = dom::element("frame") {
        return start::open_frame(place, widgets::view);
    }
    language_links::extend(&t!("language-chosen"));
    mount("theme", || view! { <ThemeSwitch/> });
    // One owner for what all widgets share; it lives as long as the page.
    let owner = Owner::new();
    let store = owner.with(Store::open);
    std::mem::forget(owner);
    mount_widget("desk", store, || view! { <Toolbar/> });
    for &widget in Widget::ALL {
        mount_widget(widget.name(), store, move || widgets::view(widget));
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
