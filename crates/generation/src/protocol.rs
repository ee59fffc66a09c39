//! The messages between page and worker, in both directions. Several pages may share a worker; each one sends and receives the
//! same messages as a page with a worker of its own.
//!
//! A message is a byte string: [`VERSION`] as two little-endian bytes, then the value in postcard's format. The
//! worker is stateless to its caller: a request carries the whole context, and an answer carries its request's id.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::encoding::Encoding;
pub use crate::failure::{Defect, Failure, Undelivered};
pub use crate::model_info::{Activation, ModelInfo, Norm, Positions};
use crate::step::{Inspected, Inspection, Score, Step, Taps, TokenId};
pub use crate::vocabulary::Vocabulary;

/// To be raised whenever a message changes its form. A page and a worker of different versions refuse each other.
pub const VERSION: u16 = 7;

/// Identifies a request of one page. Later requests have larger ids.
pub type RequestId = u32;

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Checks that the worker answers: it posts [`Response::Pong`] between slices of work.
    Ping,
    /// Find out what there is to load; answered by [`Response::Surveyed`], for files by [`Response::Described`].
    Survey {
        /// The request's id.
        id: RequestId,
        /// Where the model is.
        source: Source,
    },
    /// Load a model; answered by [`Response::Loading`] over and over, then [`Response::Loaded`].
    Load {
        /// The request's id.
        id: RequestId,
        /// Where the model is.
        source: Source,
    },
    /// Stop the work on request `id`, answered by [`Failure::Cancelled`] if it was still under way.
    Cancel {
        /// The request to stop.
        id: RequestId,
    },
    /// Encode a text as tokens; answered by [`Response::Tokenized`].
    Tokenize {
        /// The request's id.
        id: RequestId,
        /// Any text.
        text: String,
    },
    /// Run the model over a context; answered by [`Response::Working`] while it is long, then [`Response::Step`].
    /// A newer step stops an older one.
    Step {
        /// The request's id.
        id: RequestId,
        /// The whole context, at least one token.
        tokens: Vec<TokenId>,
        /// What to show beside the logits.
        taps: Taps,
    },
    /// Inspect a pass over a context; answered by [`Response::Inspected`].
    Inspect {
        /// The request's id.
        id: RequestId,
        /// The whole context, at least one token.
        tokens: Vec<TokenId>,
        /// What to inspect.
        inspection: Inspection,
    },
    /// Compute how likely each token of a text is; answered by [`Response::Scored`].
    Score {
        /// The request's id.
        id: RequestId,
        /// The whole text, at least one token.
        tokens: Vec<TokenId>,
    },
    /// Read as much of a model as its tokenizer needs; answered by [`Response::Loading`] over and over, then
    /// [`Response::TokenizerReady`]. The parts read for it are kept for [`Request::Load`].
    LoadTokenizer {
        /// The request's id.
        id: RequestId,
        /// Where the model is.
        source: Source,
    },
    /// Encode a text as tokens, with the merges that lead to them; answered by [`Response::Encoded`].
    Encode {
        /// The request's id.
        id: RequestId,
        /// Any text.
        text: String,
    },
    /// This page holds the lock of that name for as long as it is open. A worker that several pages share requests the same lock,
    /// and takes its grant as a disconnect.
    Stay {
        /// The lock's name, which no other page uses.
        lock: String,
    },
    /// This page is being closed: what is kept for it can be dropped. If it sends another request, that is served as before.
    Leave,
}

impl Request {
    /// The request's id; [`Request::Ping`] and others that are not answered have none, and [`Request::Cancel`] names
    /// another's.
    #[must_use]
    pub fn id(&self) -> Option<RequestId> {
        match self {
            Self::Ping | Self::Cancel { .. } | Self::Stay { .. } | Self::Leave => None,
            Self::Survey { id, .. }
            | Self::Load { id, .. }
            | Self::Tokenize { id, .. }
            | Self::Step { id, .. }
            | Self::Inspect { id, .. }
            | Self::Score { id, .. }
            | Self::LoadTokenizer { id, .. }
            | Self::Encode { id, .. } => Some(*id),
        }
    }
}

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// Parts beside a [`crate::manifest::Manifest`].
    Parts {
        /// Absolute URL of the manifest.
        manifest: String,
    },
    /// Files of the reader's: they are posted beside the request's bytes, `[bytes, file, file, …]`.
    Files,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// The worker listens. A message that was posted before this may be lost.
    Ready,
    /// The answer to [`Request::Ping`].
    Pong,
    /// What a source holds.
    Surveyed {
        /// The request's id.
        id: RequestId,
        /// What was found.
        survey: Survey,
    },
    /// Bytes of a model that have arrived.
    Loading {
        /// The request's id.
        id: RequestId,
        /// How far it is.
        progress: LoadProgress,
    },
    /// The model is there.
    Loaded {
        /// The request's id.
        id: RequestId,
        /// What it is.
        model: Box<ModelInfo>,
    },
    /// A text's tokens.
    Tokenized {
        /// The request's id.
        id: RequestId,
        /// The tokens, in order.
        tokens: Vec<TokenId>,
    },
    /// A long pass is under way.
    Working {
        /// The request's id.
        id: RequestId,
        /// Tokens done.
        done: usize,
        /// Tokens in all.
        total: usize,
    },
    /// A pass is done.
    Step {
        /// The request's id.
        id: RequestId,
        /// Its result.
        step: Box<Step>,
    },
    /// An inspection is done.
    Inspected {
        /// The request's id.
        id: RequestId,
        /// Its result.
        inspected: Inspected,
    },
    /// A text is scored.
    Scored {
        /// The request's id.
        id: RequestId,
        /// One entry per token.
        scores: Vec<Score>,
    },
    /// A request failed, or (without an id) the worker itself did.
    Failed {
        /// The request's id.
        id: Option<RequestId>,
        /// Why.
        failure: Failure,
    },
    /// What the reader's files hold, before their weights are read.
    Described {
        /// The request's id.
        id: RequestId,
        /// What it is. Its memory is an estimate.
        model: Box<ModelInfo>,
    },
    /// The tokenizer is there, and the model is not.
    TokenizerReady {
        /// The request's id.
        id: RequestId,
        /// What the model is. Its memory is an estimate.
        model: Box<ModelInfo>,
    },
    /// A text is encoded.
    Encoded {
        /// The request's id.
        id: RequestId,
        /// Its words, pieces and merges.
        encoding: Encoding,
    },
}

/// A model that could be loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The model's name.
    pub name: String,
    /// SPDX expression of the weights' licence.
    pub licence: String,
    /// The weights' main type, such as `Q4_1`.
    pub quantization: String,
    /// Bytes in all.
    pub bytes: u64,
    /// Of these, bytes that are in this browser's cache.
    pub cached: u64,
    /// Bytes of the first part, which has the tokenizer.
    pub first: u64,
    /// Whether the first part is in this browser's cache.
    pub first_cached: bool,
}

/// How much of a model has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadProgress {
    /// Bytes in place, verified or not.
    pub received: u64,
    /// Of these, bytes that came from this browser's cache.
    pub cached: u64,
    /// Bytes in all.
    pub total: u64,
}

/// A message's bytes.
#[must_use]
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // Allocated at its final size, so that a step's bytes are not moved.
    let size = postcard::experimental::serialized_size(message).unwrap_or_default();
    let mut start = Vec::with_capacity(size + size_of_val(&VERSION));
    start.extend(VERSION.to_le_bytes());
    // Our messages are plain data, and a vector takes any length: postcard has no way to fail here.
    postcard::to_extend(message, start).unwrap_or_default()
}

/// Reads a message.
///
/// # Errors
/// [`Failure::Version`] if the other side is of another version, [`Failure::Garbled`] if the bytes are no message.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let Some((version, body)) = bytes.split_first_chunk::<2>() else {
        return Err(Failure::Garbled("it is empty".into()));
    };
    let version = u16::from_le_bytes(*version);
    if version != VERSION {
        return Err(Failure::Version { page: VERSION, engine: version });
    }
    match postcard::take_from_bytes(body) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => Err(Failure::Garbled(format!("{} bytes too many", rest.len()))),
        Err(error) => Err(Failure::Garbled(error.to_string())),
    }
}
