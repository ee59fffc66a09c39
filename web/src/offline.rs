//! The way to a page without a network: a service worker that keeps the site (`web/service_worker.js`). It is asked for when
//! everything else is done, and where the browser has none, refuses it or loses it, the page is what it was.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageEvent, RegistrationOptions, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerUpdateViaCache,
};

use crate::browser;

/// Lets the browser keep the site, once the page has loaded and is idle. Not under `cargo xtask serve`, whose pages have no
/// version.
pub fn keep_site() {
    let version = browser::content("next-token-version").filter(|version| !version.is_empty());
    let Some((version, address)) = version.zip(browser::address("next-token-service-worker")) else { return };
    browser::when_idle(move || {
        spawn_local(async move {
            if let Err(error) = register(&address, &version).await {
                // In a sandbox, on plain http, in some private windows: nothing is lost but the visit without a network.
                web_sys::console::debug_2(&"the site is not kept for a visit without a network:".into(), &error);
            }
        });
    });
}

async fn register(address: &str, version: &str) -> Result<(), JsValue> {
    let container = container()?;
    listen(&container, version.to_owned());
    let options = RegistrationOptions::new();
    options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
    JsFuture::from(container.register_with_options(address, &options)).await?;
    let ready: ServiceWorkerRegistration = JsFuture::from(container.ready()?).await?.dyn_into()?;
    // One that waits keeps this page's files as well, and clears up behind the former ones.
    [ready.active(), ready.waiting()].iter().flatten().try_for_each(|worker| tell(worker, version, true))
}

/// The browser's service workers; without a secure connection there are none, and a sandbox refuses them.
fn container() -> Result<ServiceWorkerContainer, JsValue> {
    let window = web_sys::window().ok_or("there is no window")?;
    let container = Reflect::get(&window.navigator(), &"serviceWorker".into())?;
    if container.is_object() { Ok(container.unchecked_into()) } else { Err("this browser has none here".into()) }
}

/// Tells a service worker that asks what this page is: a newer one that has arrived, or one that was started again.
fn listen(container: &ServiceWorkerContainer, version: String) {
    let hear = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(worker) = message.source().and_then(|source| source.dyn_into::<ServiceWorker>().ok()) {
            // A worker that is gone has a successor, which asks in its turn.
            let _ = tell(&worker, &version, false);
        }
    });
    let _ = container.add_event_listener_with_callback("message", hear.as_ref().unchecked_ref());
    // As long as the page.
    hear.forget();
}

/// Says which version this page is of, and what shall be kept: all of the lesson; of a frame on somebody's page what it has
/// fetched.
fn tell(worker: &ServiceWorker, version: &str, first: bool) -> Result<(), JsValue> {
    let message = Object::new();
    let used: Array = browser::fetched().iter().map(JsValue::from).collect();
    for (key, value) in [
        ("version", version.into()),
        ("whole", JsValue::from(!browser::framed())),
        ("used", used.into()),
        ("first", first.into()),
    ] {
        Reflect::set(&message, &key.into(), &value)?;
    }
    worker.post_message(&message)
}
