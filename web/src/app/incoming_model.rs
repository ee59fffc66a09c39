//! An incoming model, from the reader's files or the page's own: it loads in a worker of its own, which replaces the present
//! worker once the model is ready.

use std::time::Duration;

use generation::protocol::{Failure, Response};
use leptos::prelude::*;
use web_sys::File;

use super::store::Store;
use crate::platform::dom;
use crate::platform::file_drop::FileSelection;
use crate::t;
use crate::worker::client::{WorkerClient, WorkerEvent};
use session::Session;
use session::incoming_model::{IncomingState, Unread};

impl Store {
    /// Opens files: a worker of their own reads what they contain.
    pub fn open_files(self, selection: FileSelection) {
        let label = match (&selection.folders[..], &selection.files[..]) {
            ([], []) => return,
            ([folder], _) => folder.clone(),
            ([], [file]) => file.name(),
            (_, files) => t!("open-file-count", count = files.len()),
        };
        let FileSelection { files, failed, inner_folders, .. } = selection;
        let unread = Unread { failed, folders: inner_folders };
        self.open_incoming(files, |session| session.open_files(label, unread));
    }

    /// Goes back to the page's own model.
    pub(super) fn reopen_own_model(self) {
        self.open_incoming(Vec::new(), Session::open_home);
    }

    fn open_incoming(self, files: Vec<File>, open: impl FnOnce(&mut Session)) {
        let url = dom::meta_url("next-token-worker").unwrap_or_default();
        let mut client = WorkerClient::new(url, files, self.framed.is_some());
        let number = client.number();
        client.listen(move |event| self.route_event(number, event));
        self.incoming.set_value(Some(client));
        self.update(open);
        self.start_incoming_worker();
    }

    fn start_incoming_worker(self) {
        let start = |client: &mut Option<WorkerClient>| client.as_mut().map_or(Ok(()), WorkerClient::start);
        if let Some(Err(failure)) = self.incoming.try_update_value(start) {
            self.on_incoming_event(WorkerEvent::Crashed(failure));
        }
    }

    /// The reader wants the new model.
    pub fn accept(self) {
        self.update_incoming(Session::accept);
    }

    /// Changes the session and sends what it then has to ask of the incoming model's worker.
    fn update_incoming(self, change: impl FnOnce(&mut Session)) {
        let change = |session: &mut Session| {
            change(session);
            session.take_incoming_requests()
        };
        let requests = self.session.try_update(change).unwrap_or_default();
        self.incoming.with_value(|client| {
            client.iter().for_each(|client| requests.iter().for_each(|request| client.send(request)));
        });
    }

    /// The reader keeps the present model.
    pub fn decline(self) {
        self.incoming.set_value(None);
        if self.peek(|session| session.incoming_model().is_some()) {
            self.session.update(Session::decline);
        }
    }

    /// An event of a worker that started for an incoming model: by now it may be the present one's.
    fn route_event(self, number: u32, event: WorkerEvent) {
        if self.client.with_value(WorkerClient::number) == number {
            self.on_worker_event(event);
        } else if self.incoming.with_value(|client| client.as_ref().map(WorkerClient::number)) == Some(number) {
            self.on_incoming_event(event);
        }
    }

    fn on_incoming_event(self, event: WorkerEvent) {
        let falls_back =
            |client: &mut Option<WorkerClient>| client.as_mut().is_some_and(WorkerClient::fall_back_to_dedicated);
        if let WorkerEvent::Crashed(_) = event
            && self.incoming.try_update_value(falls_back) == Some(true)
        {
            return set_timeout(move || self.start_incoming_worker(), Duration::ZERO);
        }
        self.incoming.update_value(|client| client.iter_mut().for_each(WorkerClient::on_answer));
        match event {
            WorkerEvent::Answer(response) => {
                let loaded = matches!(response, Response::Loaded { .. });
                self.update_incoming(|session| session.answer_incoming(response));
                if loaded
                    && self.peek(|session| session.incoming_model().is_none())
                    && let Some(client) = self.incoming.try_update_value(Option::take).flatten()
                {
                    // Dropping the former client terminates its worker, which frees its memory.
                    self.client.set_value(client);
                    self.note_sharing();
                    self.update(|_| {});
                }
            }
            WorkerEvent::Crashed(failure) => self.session.update(|session| session.fail_incoming(failure)),
        }
        let refused = |session: &Session| {
            session.incoming_model().is_some_and(|incoming| matches!(incoming.state, IncomingState::Refused(_)))
        };
        if self.peek(refused) {
            self.incoming.with_value(|client| client.iter().for_each(WorkerClient::mute));
            // In a later task: this may be an event of that worker itself. By then the reader may have opened another model.
            let end = move || {
                if self.peek(refused) {
                    self.incoming.set_value(None);
                }
            };
            set_timeout(end, Duration::ZERO);
        }
    }

    pub(super) fn tick_incoming(self) {
        let crashed = |client: &mut Option<WorkerClient>| client.as_mut().is_some_and(WorkerClient::has_crashed);
        if !dom::is_hidden() && self.incoming.try_update_value(crashed) == Some(true) {
            self.on_incoming_event(WorkerEvent::Crashed(Failure::Crashed(t!("engine-silent"))));
        }
    }
}
