//! How the worker's program is started, wherever the page stands.

use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag, Url, Worker, WorkerOptions, WorkerType};

use crate::platform::frames;

/// Starts the module at an absolute address as a worker.
///
/// # Errors
/// If the browser makes none.
pub(super) fn start(url: &str) -> Result<Worker, JsValue> {
    if frames::has_opaque_origin() {
        return Worker::new(&wrapped(url)?);
    }
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(url, &options)
}

/// The address of a classic script that imports the module: to a page without an origin of its own, even its own site's files
/// are a stranger's, which no worker may be made of. What a script imports may come from a site that lets everybody read it.
/// (A module as wrapping is refused by Chromium there.)
fn wrapped(url: &str) -> Result<String, JsValue> {
    let address = JSON::stringify(&url.into())?;
    // Thrown anew outside the promise, so that the page hears of it.
    let script = format!("import({address}).catch((error) => setTimeout(() => {{ throw error; }}));");
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&script.into()), &options)?;
    // A few bytes, as long as the page: not every browser has read them when the constructor returns.
    Url::create_object_url_with_blob(&blob)
}
