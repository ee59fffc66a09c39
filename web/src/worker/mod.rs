//! The page's side of the worker: starting it, posting requests, receiving answers, noticing that it has crashed.

mod blob_start;
pub mod client;
mod heartbeat;
mod shared_port;

pub use self::heartbeat::TICK_MS;
