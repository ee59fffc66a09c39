//! Another model than the present one, the reader's or the page's own: a worker of its own, which takes over when it is
//! ready.

use std::time::Duration;

use generation::protocol::{Failure, Response};
use leptos::prelude::*;
use web_sys::File;

use super::Page;
use crate::platform::dom;
use crate::platform::file_drop::FileSelection;
use crate::t;
use crate::worker::client::{WorkerClient, WorkerEvent};
use session::Session;
use session::newcomer::{Arrival, Unread};

impl Page {
    /// The reader opens files: a worker of their own says what they hold.
    pub fn open_files(self, selection: FileSelection) {
        let label = match (&selection.folders[..], &selection.files[..]) {
            ([], []) => return,
            ([folder], _) => folder.clone(),
            ([], [file]) => file.name(),
            (_, files) => t!("open-file-count", count = files.len()),
        };
        let FileSelection { files, failed, inner_folders, .. } = selection;
        let unread = Unread { failed, folders: inner_folders };
        self.welcome(files, |session| session.open(label, unread));
    }

    /// The reader goes back to the page's own model.
    pub(super) fn go_home(self) {
        self.welcome(Vec::new(), Session::go_home);
    }

    fn welcome(self, files: Vec<File>, open: impl FnOnce(&mut Session)) {
        let url = dom::meta_url("next-token-worker").unwrap_or_default();
        let mut client = WorkerClient::new(url, files, self.framed.is_some());
        let number = client.number();
        client.listen(move |event| self.hear(number, event));
        self.newcomer.set_value(Some(client));
        self.update(|session| {
            open(session);
            Vec::new()
        });
        self.start_newcomer();
    }

    fn start_newcomer(self) {
        let start = |client: &mut Option<WorkerClient>| client.as_mut().map_or(Ok(()), WorkerClient::start);
        if let Some(Err(failure)) = self.newcomer.try_update_value(start) {
            self.meet(WorkerEvent::Crashed(failure));
        }
    }

    /// The reader wants the new model.
    pub fn accept(self) {
        let requests = self.session.try_update(Session::accept).unwrap_or_default();
        self.newcomer.with_value(|client| {
            let client = client.iter();
            client.for_each(|client| requests.iter().for_each(|request| client.send(request)));
        });
    }

    /// The reader keeps the present model.
    pub fn decline(self) {
        self.newcomer.set_value(None);
        if self.peek(|session| session.newcomer().is_some()) {
            self.session.update(Session::decline);
        }
    }

    /// WorkerEvent of a worker that came in with files: the present one's, or a newcomer's.
    fn hear(self, number: u32, event: WorkerEvent) {
        if self.client.with_value(WorkerClient::number) == number {
            self.receive(event);
        } else if self.newcomer.with_value(|client| client.as_ref().map(WorkerClient::number)) == Some(number) {
            self.meet(event);
        }
    }

    fn meet(self, event: WorkerEvent) {
        let retreats =
            |client: &mut Option<WorkerClient>| client.as_mut().is_some_and(WorkerClient::fall_back_to_dedicated);
        if let WorkerEvent::Crashed(_) = event
            && self.newcomer.try_update_value(retreats) == Some(true)
        {
            return set_timeout(move || self.start_newcomer(), Duration::ZERO);
        }
        self.newcomer.update_value(|client| client.iter_mut().for_each(WorkerClient::on_answer));
        match event {
            WorkerEvent::Answer(Response::Loaded { id, model }) => {
                let response = Response::Loaded { id, model };
                let requests = self.session.try_update(|session| session.meet(response)).unwrap_or_default();
                if self.peek(|session| session.newcomer().is_none())
                    && let Some(client) = self.newcomer.try_update_value(Option::take).flatten()
                {
                    // The former worker ends here, and its memory with it.
                    self.client.set_value(client);
                    self.note_sharing();
                }
                self.update(|_| requests);
            }
            WorkerEvent::Answer(response) => {
                let requests = self.session.try_update(|session| session.meet(response)).unwrap_or_default();
                self.newcomer.with_value(|client| {
                    let client = client.iter();
                    client.for_each(|client| requests.iter().for_each(|request| client.send(request)));
                });
            }
            WorkerEvent::Crashed(failure) => self.session.update(|session| session.refuse(failure)),
        }
        let refused = |session: &Session| {
            session.newcomer().is_some_and(|newcomer| matches!(newcomer.arrival, Arrival::Refused(_)))
        };
        if self.peek(refused) {
            self.newcomer.with_value(|client| client.iter().for_each(WorkerClient::mute));
            // Later: this may be the worker's own event. By then the reader may have opened another.
            let end = move || {
                if self.peek(refused) {
                    self.newcomer.set_value(None);
                }
            };
            set_timeout(end, Duration::ZERO);
        }
    }

    pub(super) fn tick_newcomer(self) {
        let dead = |client: &mut Option<WorkerClient>| client.as_mut().is_some_and(WorkerClient::has_crashed);
        if !dom::is_hidden() && self.newcomer.try_update_value(dead) == Some(true) {
            self.meet(WorkerEvent::Crashed(Failure::Crashed(t!("engine-silent"))));
        }
    }
}
