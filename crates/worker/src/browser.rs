//! The little that the worker needs of the browser.

use generation::protocol::{Failure, Response, Undelivered, encode};
use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, CacheStorage, DedicatedWorkerGlobalScope, MessageChannel, RequestCache, RequestInit, SubtleCrypto,
};

pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends a message to the page; its buffer is transferred.
pub(crate) fn post(response: &Response) {
    let buffer = Uint8Array::from(encode(response).as_slice()).buffer();
    // This fails only for objects that cannot be cloned, and an ArrayBuffer can.
    let _ = scope().post_message_with_transfer(&buffer, &Array::of1(&buffer));
}

/// Milliseconds since some start.
pub(crate) fn now() -> f64 {
    scope().performance().map_or(0.0, |performance| performance.now())
}

/// Lets the browser deliver what is waiting, such as a message to stop. A timer would be held back to 4 ms.
pub(crate) async fn pause() {
    let promise = Promise::new(&mut |resolve, _| match MessageChannel::new() {
        Ok(channel) => {
            channel.port2().set_onmessage(Some(&resolve));
            if channel.port1().post_message(&JsValue::NULL).is_err() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        }
        Err(_) => drop(resolve.call0(&JsValue::NULL)),
    });
    let _ = JsFuture::from(promise).await;
}

/// The Cache API; absent on `http://` addresses other than localhost, and in some private windows.
pub(crate) fn caches() -> Option<CacheStorage> {
    let caches = Reflect::get(&js_sys::global(), &"caches".into()).ok()?;
    caches.is_truthy().then(|| caches.unchecked_into())
}

/// SHA-256 by the browser, beside this thread; `None` where it does none, as on `http://` addresses other than localhost.
pub(crate) async fn sha256(bytes: &Uint8Array) -> Option<Vec<u8>> {
    let crypto = scope().crypto().ok()?;
    let subtle = Reflect::get(&crypto, &"subtle".into()).ok().filter(JsValue::is_truthy)?;
    let subtle: SubtleCrypto = subtle.unchecked_into();
    let hash = JsFuture::from(subtle.digest_with_str_and_buffer_source("SHA-256", bytes).ok()?).await.ok()?;
    Some(Uint8Array::new(&hash).to_vec())
}

/// Memory of this wasm instance in bytes. It never shrinks, so this is also its peak.
pub(crate) fn memory_bytes() -> u64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    u64::from(buffer.byte_length())
}

/// A download that is aborted when dropped before its end.
pub(crate) struct Download {
    abort: AbortController,
    response: web_sys::Response,
    url: String,
}

impl Download {
    /// Asks for `url`; an answer other than success is an error.
    pub(crate) async fn start(url: &str, cache: RequestCache) -> Result<Self, Failure> {
        let failed =
            |error: JsValue| Failure::Download(Undelivered::Unreachable { url: url.to_owned(), why: words(&error) });
        let abort = AbortController::new().map_err(failed)?;
        let init = RequestInit::new();
        init.set_signal(Some(&abort.signal()));
        init.set_cache(cache);
        let promise = scope().fetch_with_str_and_init(url, &init);
        let response: web_sys::Response = JsFuture::from(promise).await.map_err(failed)?.unchecked_into();
        if !response.ok() {
            return Err(Failure::Download(Undelivered::Status { url: url.to_owned(), status: response.status() }));
        }
        Ok(Self { abort, response, url: url.to_owned() })
    }

    /// The whole body as text.
    pub(crate) async fn text(self) -> Result<String, Failure> {
        let promise = self.response.text().map_err(|error| self.broken(&error))?;
        let text = JsFuture::from(promise).await.map_err(|error| self.broken(&error))?;
        Ok(text.as_string().unwrap_or_default())
    }

    /// Reads the body into `buffer`, telling `seen` how many bytes are there; `false` if the body is of another length.
    pub(crate) async fn read_into(self, buffer: &Uint8Array, mut seen: impl FnMut(u32)) -> Result<bool, Failure> {
        let expected = buffer.length();
        let Some(body) = self.response.body() else { return Ok(false) };
        let reader: web_sys::ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        let mut filled = 0;
        loop {
            let result = JsFuture::from(reader.read()).await.map_err(|error| self.broken(&error))?;
            let chunk = Reflect::get(&result, &"value".into()).unwrap_or_default();
            if chunk.is_undefined() {
                break;
            }
            let chunk: Uint8Array = chunk.unchecked_into();
            if chunk.length() > expected - filled {
                return Ok(false);
            }
            buffer.set(&chunk, filled);
            filled += chunk.length();
            seen(filled);
        }
        Ok(filled == expected)
    }

    fn broken(&self, error: &JsValue) -> Failure {
        Failure::Download(Undelivered::Broken { url: self.url.clone(), why: words(error) })
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

/// What a thrown value says.
pub(crate) fn words(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| format!("{error:?}"))
}
