//! Registers the service worker (`web/service_worker.js`), which caches the site so that it opens without a network. That
//! happens last, when the page is idle; where the browser has no service workers or refuses this one, the page works as before.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageEvent, RegistrationOptions, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerUpdateViaCache,
};

use crate::platform::{clock, dom, frames, network};

/// Registers the service worker once the page is idle. Not under `cargo xtask serve`, whose pages have no version.
pub fn register_when_idle() {
    let version = dom::meta_content("next-token-version").filter(|version| !version.is_empty());
    let Some((version, address)) = version.zip(dom::meta_url("next-token-service-worker")) else { return };
    clock::when_idle(move || {
        spawn_local(async move {
            if let Err(error) = register(&address, &version).await {
                // In a sandbox, on plain http, in some private windows: only the visit without a network is lost.
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
    // A waiting worker caches this page's files too, and deletes those of former versions.
    [ready.active(), ready.waiting()].iter().flatten().try_for_each(|worker| tell(worker, version, true))
}

/// The page's `ServiceWorkerContainer`; without a secure connection there is none, and a sandbox refuses it.
fn container() -> Result<ServiceWorkerContainer, JsValue> {
    let window = web_sys::window().ok_or("there is no window")?;
    let container = Reflect::get(&window.navigator(), &"serviceWorker".into())?;
    if container.is_object() { Ok(container.unchecked_into()) } else { Err("this browser has none here".into()) }
}

/// Answers service workers that ask for this page's version: a newer one, or one that the browser has restarted.
fn listen(container: &ServiceWorkerContainer, version: String) {
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(worker) = message.source().and_then(|source| source.dyn_into::<ServiceWorker>().ok()) {
            // If that worker is gone, the next one asks again.
            let _ = tell(&worker, &version, false);
        }
    });
    let _ = container.add_event_listener_with_callback("message", on_message.as_ref().unchecked_ref());
    // Kept for as long as the page.
    on_message.forget();
}

/// Posts this page's version, and what to cache: for the lesson all of the site, for a frame the files that it has fetched.
fn tell(worker: &ServiceWorker, version: &str, first: bool) -> Result<(), JsValue> {
    let message = Object::new();
    let used: Array = network::fetched_urls().iter().map(JsValue::from).collect();
    for (key, value) in [
        ("version", version.into()),
        ("whole", JsValue::from(!frames::is_framed())),
        ("used", used.into()),
        ("first", first.into()),
    ] {
        Reflect::set(&message, &key.into(), &value)?;
    }
    worker.post_message(&message)
}
