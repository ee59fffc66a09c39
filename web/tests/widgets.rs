//! The widgets in a real browser, where no engine can be started.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web::app::store::Store;
use web::shell::toolbar::Toolbar;
use web::widgets::pipeline::sampling::controls::ControlPanel;
use web_sys::{Document, Element, Event, EventInit, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

/// The English words, where a page of ours carries them.
fn lay_catalogue(document: &Document) {
    if document.get_element_by_id("catalogue").is_none() {
        let catalogue = document.create_element("script").unwrap();
        catalogue.set_attribute("type", "text/plain").unwrap();
        catalogue.set_id("catalogue");
        catalogue.set_text_content(Some(include_str!(concat!(env!("OUT_DIR"), "/en.ftl"))));
        document.body().unwrap().append_child(&catalogue).unwrap();
    }
}

/// A desk and controls of its own at the end of the test's page.
async fn desk() -> HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    lay_catalogue(&document);
    let element: HtmlElement = document.create_element("div").unwrap().dyn_into().unwrap();
    document.body().unwrap().append_child(&element).unwrap();
    leptos::mount::mount_to(element.clone(), || {
        provide_context(Store::open());
        view! {
            <Toolbar/>
            <ControlPanel/>
        }
    })
    .forget();
    frame().await;
    element
}

/// Until the browser is about to draw: effects have run by then.
async fn frame() {
    let next = |resolve: js_sys::Function, _| {
        web_sys::window().unwrap().request_animation_frame(&resolve).unwrap();
    };
    JsFuture::from(Promise::new(&mut { next })).await.unwrap();
}

/// Until the page shows what is expected; the test runner's own limit ends a wait in vain.
async fn until(expected: impl Fn() -> bool) {
    while !expected() {
        frame().await;
    }
}

fn find(root: &Element, selector: &str) -> Element {
    root.query_selector(selector).unwrap().unwrap_or_else(|| panic!("no {selector}"))
}

async fn enter(root: &Element, selector: &str, value: &str, event: &str) {
    let input: HtmlInputElement = find(root, selector).dyn_into().unwrap();
    input.set_value(value);
    let init = EventInit::new();
    init.set_bubbles(true);
    input.dispatch_event(&Event::new_with_event_init_dict(event, &init).unwrap()).unwrap();
    frame().await;
}

fn value(root: &Element, selector: &str) -> String {
    find(root, selector).dyn_into::<HtmlInputElement>().unwrap().value()
}

fn text(root: &Element, selector: &str) -> String {
    find(root, selector).text_content().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn slider_and_field_show_the_same_value_and_both_ends_are_reached() {
    let root = desk().await;
    for (position, shown) in [("0", "0.00"), ("14", "0.70"), ("41", "∞")] {
        enter(&root, "#temperature", position, "input").await;
        assert_eq!(value(&root, "#temperature-value"), shown);
    }
    enter(&root, "#temperature-value", "1", "change").await;
    assert_eq!((value(&root, "#temperature"), value(&root, "#temperature-value")), ("20".into(), "1.00".into()));
}

#[wasm_bindgen_test]
async fn garbage_is_answered_in_words_and_changes_nothing() {
    let root = desk().await;
    for (field, slider) in
        [("#temperature-value", "#temperature"), ("#top-k-value", "#top-k"), ("#top-p-value", "#top-p")]
    {
        let before = value(&root, slider);
        enter(&root, field, "🦀", "change").await;
        assert!(text(&root, &format!("{field}-error")).starts_with("Type a"));
        assert_eq!(find(&root, field).get_attribute("aria-invalid").as_deref(), Some("true"));
        assert_eq!((value(&root, slider), value(&root, field)), (before, "🦀".into()));
        // The slider overrules it.
        enter(&root, slider, "3", "input").await;
        assert_eq!(text(&root, &format!("{field}-error")), "");
        assert_ne!(value(&root, field), "🦀");
    }
}

#[wasm_bindgen_test]
async fn an_engine_that_cannot_start_is_reported_and_can_be_started_again() {
    let root = desk().await;
    for _ in 0..2 {
        until(|| text(&root, "[role='alert']").contains("again and again")).await;
        let button: HtmlElement = find(&root, ".model .button").dyn_into().unwrap();
        assert_eq!(button.text_content().unwrap(), "Start again");
        button.click();
        frame().await;
        assert!(text(&root, ".model-title").starts_with("Starting"));
    }
}
