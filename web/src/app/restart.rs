//! Starting the worker, noticing its crash, starting it again.

use std::time::Duration;

use generation::protocol::Failure;
use leptos::prelude::*;

use super::store::Store;
use crate::platform::dom;
use crate::t;
use crate::worker::client::{WorkerClient, WorkerEvent};
use session::Session;
use session::engine::Engine;

/// How long the page shows that the worker has crashed before it starts another.
const RESTART_DELAY: Duration = Duration::from_millis(300);

impl Store {
    pub(super) fn start_again(self) {
        self.session.update(Session::start_again);
        self.start_worker();
    }

    /// After a change of the session: replaces the worker if it has crashed.
    pub(super) fn restart_if_crashed(self) {
        let is_down =
            |session: &Session| matches!(session.engine(), Engine::Restarting | Engine::Stopped | Engine::Outdated);
        if !self.peek(is_down) {
            return;
        }
        self.client.with_value(WorkerClient::mute);
        // In a later task: this may be an event of the crashed worker itself. By then the reader may have started another one.
        let replace = move || match self.peek(|session| session.engine().clone()) {
            Engine::Restarting => self.start_worker(),
            Engine::Stopped | Engine::Outdated => self.client.update_value(WorkerClient::stop),
            Engine::Starting | Engine::Alive(_) | Engine::Deferred | Engine::RecordingsOnly => {}
        };
        set_timeout(replace, RESTART_DELAY);
    }

    pub(super) fn start_worker(self) {
        let started = self.client.try_update_value(WorkerClient::start);
        self.note_sharing();
        if let Some(Err(failure)) = started {
            self.on_worker_event(WorkerEvent::Crashed(failure));
        }
    }

    /// Tells the session whether the present worker is a shared one.
    pub(super) fn note_sharing(self) {
        let shared = self.client.with_value(WorkerClient::is_shared);
        self.session.update_untracked(|session| session.set_shared(shared));
    }

    pub(super) fn tick(self) {
        if !dom::is_hidden() && self.client.try_update_value(WorkerClient::has_crashed) == Some(true) {
            self.on_worker_event(WorkerEvent::Crashed(Failure::Crashed(t!("engine-silent"))));
        }
        self.tick_incoming();
    }
}
