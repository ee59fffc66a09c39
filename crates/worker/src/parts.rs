//! A model's parts: fetched once each, verified, kept in the Cache API, streamed on in order.

use std::ops::ControlFlow;

use futures_util::future::join;
use generation::manifest::{CACHE, Manifest, Part};
use generation::protocol::{Failure, LoadProgress, Survey, Undelivered};
use js_sys::{Array, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, Request, RequestCache, Response, Url};

use crate::browser::{Download, Lock, caches, pause, sha256};
use crate::kept;

/// Bytes that are copied into wasm memory at a time, and hashed without a pause.
const PIECE: u32 = 1 << 20;

/// How long somebody else may take to fetch a part before it is fetched here as well: their page may be frozen.
const LOCK_WAIT_MS: i32 = 60_000;

/// A manifest, and the parts that it names.
pub(crate) struct Parts {
    manifest: Manifest,
    url: String,
    /// `None` where the browser has none or refuses it: then every visit downloads.
    cache: Option<Cache>,
}

impl Parts {
    /// Reads the manifest at `url`; if the network does not give it, the copy kept from last time.
    pub(crate) async fn open(url: &str) -> Result<Self, Failure> {
        let cache = open_cache().await;
        // As the cache has it.
        let url = resolve(url, url)?;
        let url = url.split('#').next().unwrap_or_default();
        let (fetched, kept) = join(fetch_text(url), cached_text(cache.as_ref(), url)).await;
        let (manifest, text) = kept::choose(fetched, kept, url)?;
        if let (Some(cache), Ok(response)) = (&cache, Response::new_with_opt_str(Some(&text))) {
            // A full or forbidden cache is no obstacle to running the model.
            let _ = JsFuture::from(cache.put_with_str(url, &response)).await;
        }
        Ok(Self { manifest, url: url.to_owned(), cache })
    }

    /// Bytes of the whole file.
    pub(crate) fn bytes(&self) -> u64 {
        self.manifest.bytes
    }

    pub(crate) fn into_manifest(self) -> Manifest {
        self.manifest
    }

    /// What there is to load, and how much of it is here already.
    pub(crate) async fn survey(&self) -> Result<Survey, Failure> {
        let (mut cached, mut first_cached) = (0, false);
        for (i, part) in self.manifest.parts.iter().enumerate() {
            if self.cached(part).await.is_some() {
                cached += part.bytes;
                first_cached |= i == 0;
            }
        }
        let Manifest { name, licence, quantization, bytes, parts, .. } = self.manifest.clone();
        let first = parts.first().map_or(0, |part| part.bytes);
        Ok(Survey { name, licence, quantization, bytes, cached, first, first_cached })
    }

    /// Gives the file's bytes to `sink`, in order and verified, until it has enough; from the cache where they are there.
    pub(crate) async fn stream(
        &self,
        tell: &mut impl FnMut(LoadProgress),
        mut sink: impl FnMut(&[u8]) -> Result<Flow, Failure>,
    ) -> Result<(), Failure> {
        let mut progress = LoadProgress { total: self.manifest.bytes, ..LoadProgress::default() };
        tell(progress);
        let mut parts = self.manifest.parts.iter();
        let mut next = parts.next();
        let mut kept = self.take_cached(next).await;
        while let Some(part) = next {
            let bytes = match kept {
                Some(bytes) => {
                    progress.cached += part.bytes;
                    bytes
                }
                None => self.obtain(part, &mut progress, tell).await?,
            };
            next = parts.next();
            // The browser reads and hashes the next part while this one is put in place.
            let flow;
            (kept, flow) = join(self.take_cached(next), each_piece(&bytes, &mut sink)).await;
            let flow = flow?;
            progress.received += part.bytes;
            tell(progress);
            if flow.is_break() {
                return Ok(());
            }
        }
        self.delete_superseded().await;
        Ok(())
    }

    /// Deletes what no kept manifest names any more, and manifests that were not opened for long.
    async fn delete_superseded(&self) {
        let Some(cache) = &self.cache else { return };
        let Ok(requests) = JsFuture::from(cache.keys()).await else { return };
        let requests = Array::from(&requests);
        let requests = requests.iter().filter_map(|request| request.dyn_into::<Request>().ok());
        let entries: Vec<String> = requests.map(|request| request.url()).collect();
        let mut manifests = Vec::new();
        for url in entries.iter().filter(|url| !kept::is_part(url)) {
            let text = cached_text(Some(cache), url).await;
            manifests.extend(text.and_then(|text| Some((url.clone(), kept::read_manifest(&text, url).ok()?))));
        }
        for url in kept::superseded(&entries, &manifests, &self.url) {
            // What stays costs space, nothing else.
            let _ = JsFuture::from(cache.delete_with_str(url)).await;
        }
    }

    /// A part's bytes from the cache, verified.
    async fn take_cached(&self, part: Option<&Part>) -> Option<Uint8Array> {
        let part = part?;
        let response = self.cached(part).await?;
        let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
        let bytes = Uint8Array::new(&buffer);
        if u64::from(bytes.length()) == part.bytes && digest(&bytes).await == part.sha256 {
            return Some(bytes);
        }
        // Damaged: forget it, so that it is fetched again.
        let cache = self.cache.as_ref()?;
        let _ = JsFuture::from(cache.delete_with_str(&kept::part_key(part, &self.url))).await;
        None
    }

    /// A part that is not kept yet: whoever fetches it first, in this page or another, keeps it for all.
    async fn obtain(
        &self,
        part: &Part,
        progress: &mut LoadProgress,
        tell: &mut impl FnMut(LoadProgress),
    ) -> Result<Uint8Array, Failure> {
        let turn = match &self.cache {
            Some(_) => Lock::take_within(&format!("{CACHE} {}", part.sha256), LOCK_WAIT_MS).await,
            None => None,
        };
        if turn.is_some()
            && let Some(bytes) = self.take_cached(Some(part)).await
        {
            progress.cached += part.bytes;
            return Ok(bytes);
        }
        self.fetch(part, *progress, tell).await
    }

    async fn fetch(
        &self,
        part: &Part,
        progress: LoadProgress,
        tell: &mut impl FnMut(LoadProgress),
    ) -> Result<Uint8Array, Failure> {
        let url = resolve(&part.name, &self.url)?;
        let bytes = Uint8Array::new_with_length(part.bytes as u32);
        // A damaged answer may come from a cache on the way: ask once more, past all caches.
        for cache in [RequestCache::Default, RequestCache::Reload] {
            let download = Download::start(&url, cache).await?;
            let seen = |count: u32| tell(LoadProgress { received: progress.received + u64::from(count), ..progress });
            if download.read_into(&bytes, seen).await? && digest(&bytes).await == part.sha256 {
                self.keep(part, &bytes).await;
                return Ok(bytes);
            }
        }
        Err(Failure::Download(Undelivered::Damaged { url }))
    }

    async fn cached(&self, part: &Part) -> Option<Response> {
        let key = kept::part_key(part, &self.url);
        let found = JsFuture::from(self.cache.as_ref()?.match_with_str(&key)).await.ok()?;
        found.dyn_into().ok()
    }

    async fn keep(&self, part: &Part, bytes: &Uint8Array) {
        let Some(cache) = &self.cache else { return };
        if let Ok(response) = Response::new_with_opt_js_u8_array(Some(bytes)) {
            // A full cache is no obstacle to running the model.
            let _ = JsFuture::from(cache.put_with_str(&kept::part_key(part, &self.url), &response)).await;
        }
    }
}

async fn open_cache() -> Option<Cache> {
    JsFuture::from(caches()?.open(CACHE)).await.ok()?.dyn_into().ok()
}

async fn fetch_text(url: &str) -> Result<String, Failure> {
    Download::start(url, RequestCache::NoCache).await?.text().await
}

async fn cached_text(cache: Option<&Cache>, url: &str) -> Option<String> {
    let response: Response = JsFuture::from(cache?.match_with_str(url)).await.ok()?.dyn_into().ok()?;
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

fn resolve(name: &str, base: &str) -> Result<String, Failure> {
    let url = Url::new_with_base(name, base);
    let nowhere = |_| Failure::Download(Undelivered::NoAddress { name: name.to_owned(), base: base.to_owned() });
    url.map(|url| url.href()).map_err(nowhere)
}

/// Whether more bytes are wanted.
pub(crate) type Flow = ControlFlow<()>;

/// Copies `bytes` into wasm memory piece by piece, with a pause after each, until there are enough.
async fn each_piece(bytes: &Uint8Array, mut sink: impl FnMut(&[u8]) -> Result<Flow, Failure>) -> Result<Flow, Failure> {
    let mut piece = vec![0; PIECE.min(bytes.length()) as usize];
    for start in (0..bytes.length()).step_by(PIECE as usize) {
        let end = bytes.length().min(start + PIECE);
        piece.truncate((end - start) as usize);
        bytes.subarray(start, end).copy_to(&mut piece);
        if sink(&piece)?.is_break() {
            return Ok(Flow::Break(()));
        }
        pause().await;
    }
    Ok(Flow::Continue(()))
}

/// SHA-256 in lower-case hex: by the browser, else in wasm, because `crypto.subtle` is missing on plain `http://`.
async fn digest(bytes: &Uint8Array) -> String {
    let hash = match sha256(bytes).await {
        Some(hash) => hash,
        None => {
            let mut hash = Sha256::new();
            let hashed = each_piece(bytes, |bytes| {
                hash.update(bytes);
                Ok(Flow::Continue(()))
            });
            // The sink cannot fail.
            let _ = hashed.await;
            hash.finalize().to_vec()
        }
    };
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
