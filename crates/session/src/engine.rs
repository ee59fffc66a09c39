//! How the worker and the model are.

use generation::protocol::{Failure, LoadProgress, RequestId};

/// The worker's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Not started: a frame waits for its reader to ask.
    Asleep,
    /// Not started, and never to be: the frame's address wants recordings only.
    Unwanted,
    /// Started, not heard of yet.
    Starting,
    /// It answers.
    Alive,
    /// It died; a fresh one is being started.
    Restarting,
    /// It died too often: the reader decides.
    Dead,
    /// It is of another version than the page.
    Outdated,
}

/// The model's way into the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    /// Nothing is known yet.
    Unknown,
    /// The worker looks for what there is.
    Surveying {
        /// The request.
        id: RequestId,
    },
    /// There is a model; the reader has not asked for it.
    Offered,
    /// On its way.
    Loading {
        /// The request.
        id: RequestId,
        /// How far it is.
        progress: LoadProgress,
    },
    /// It is there.
    Ready,
    /// It did not come.
    Failed(Failure),
}
