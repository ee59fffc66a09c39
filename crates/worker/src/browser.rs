//! The little that the worker needs of the browser.

use std::pin::pin;

use futures_util::future::{Either, select};
use generation::protocol::{Failure, Undelivered};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, CacheStorage, MessageChannel, RequestCache, RequestInit, SubtleCrypto, WorkerGlobalScope,
};

pub(crate) fn scope() -> WorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Whether several pages may share this worker.
pub(crate) fn is_shared() -> bool {
    Reflect::has(&js_sys::global(), &"onconnect".into()).unwrap_or(false)
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

async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// A lock that all pages and workers of this site share. Dropped, it is let go.
pub(crate) struct Lock(Function);

impl Lock {
    /// Waits until nobody else has the lock of this name; `None` where the browser has no locks or refuses them.
    pub(crate) async fn take(name: &str) -> Option<Self> {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
        let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
        let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        let (held, let_go) = promise()?;
        let (granted, grant) = promise()?;
        // Dropped while it waits, it will be let go as soon as it is granted.
        let lock = Self(let_go);
        let on_grant = Closure::once_into_js(move || {
            let _ = grant.call0(&JsValue::NULL);
            held
        });
        let asked = request.call2(&locks, &name.into(), &on_grant).ok()?;
        // The answer itself comes when the lock is let go, or refused.
        JsFuture::from(Promise::race(&Array::of2(&granted, &asked))).await.ok()?;
        Some(lock)
    }

    /// As [`Self::take`], but waits no longer than `milliseconds`.
    pub(crate) async fn take_within(name: &str, milliseconds: i32) -> Option<Self> {
        match select(pin!(Self::take(name)), pin!(sleep(milliseconds))).await {
            Either::Left((lock, _)) => lock,
            Either::Right(_) => None,
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}

/// A promise, and the function that keeps it.
fn promise() -> Option<(Promise, Function)> {
    let mut keep = None;
    let promise = Promise::new(&mut |resolve, _| keep = Some(resolve));
    Some((promise, keep?))
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
