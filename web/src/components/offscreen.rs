//! Whether an element is in the viewport: what is not need not be updated during a fast run.

use leptos::html::ElementType;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::platform::dom;

/// Whether any part of the element is in the viewport; `true` where the browser cannot tell.
pub fn is_onscreen<E>(element: NodeRef<E>) -> Signal<bool>
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
{
    let seen = RwSignal::new(true);
    Effect::new(move |watched: Option<bool>| {
        let element = element.get().and_then(|element| element.dyn_into::<Element>().ok());
        if let Some(element) = element.filter(|_| watched != Some(true)) {
            dom::watch_visibility(&element, move |now| seen.set(now));
            return true;
        }
        watched == Some(true)
    });
    seen.into()
}
