//! How the worker and the model are.

use generation::protocol::{Failure, LoadProgress};

/// The worker's state.
#[derive(Clone, Debug, PartialEq)]
pub enum Engine {
    /// Not started: a frame waits for its reader to ask.
    Deferred,
    /// Not started, and never to be: the frame's address wants recordings only.
    RecordingsOnly,
    /// Started, and silent so far.
    Starting,
    /// It answers; the model's way into it.
    Alive(Load),
    /// It crashed; a fresh one is being started.
    Restarting,
    /// It crashed too often: the reader decides.
    Stopped,
    /// It is of another version than the page.
    Outdated,
}

/// The model's way into the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Load {
    /// The worker looks for what there is.
    Surveying,
    /// There is a model; the reader has not asked for it.
    Offered,
    /// On its way.
    Loading(LoadProgress),
    /// It is there.
    Ready,
    /// It did not come.
    Failed(Failure),
}
