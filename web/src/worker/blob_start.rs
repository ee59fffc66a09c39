//! Starts a dedicated worker, also from a page with an opaque origin.

use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, Url, Worker, WorkerOptions, WorkerType};

use crate::platform::frames;

/// Starts the module at an absolute address as a worker.
///
/// # Errors
/// If the browser cannot create one.
pub(super) fn start(url: &str) -> Result<Worker, JsValue> {
    if frames::has_opaque_origin() {
        return Worker::new(&wrapped(url)?);
    }
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(url, &options)
}

/// The `blob:` address of a classic script that imports the module. To a page with an opaque origin its own site's files are
/// cross-origin, so no worker can be made of them; a script may import them where the server allows every origin to read them.
/// (Chromium refuses a module as the wrapping script.)
fn wrapped(url: &str) -> Result<String, JsValue> {
    let address = JSON::stringify(&url.into())?;
    // Thrown again outside the promise, so that the worker's `onerror` fires.
    let script = format!("import({address}).catch((error) => setTimeout(() => {{ throw error; }}));");
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.into()), &options)?;
    // Never revoked: not every browser has read the few bytes when the constructor returns.
    Url::create_object_url_with_blob(&blob)
}
