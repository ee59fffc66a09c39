//! Links: the one in the address, and the one to what the page shows.
//!
//! The link is the address's fragment: it is not sent to the server, a change of it loads nothing, and no server limits its
//! length. A fragment without `=` is the name of a place in the lesson, as ever.

use std::time::Duration;

use generation::link::{Link, TooLong};
use leptos::prelude::*;

use super::saved;
use super::store::Store;
use crate::platform::{clipboard, dom, location};
use crate::t;
use session::Session;

/// How long a button says that it has copied.
const SAID: Duration = Duration::from_secs(3);

/// What is said of links.
#[derive(Clone, Copy, Debug, Default)]
pub struct Links {
    /// What the reader must copy by hand, or why there is no link.
    pub shown: RwSignal<Option<Result<String, TooLong>>>,
    /// What a screen reader hears.
    pub said: RwSignal<String>,
}

/// Copies a text and lets `copied` be true for a while; `false` where there is no clipboard.
pub async fn copy(text: &str, copied: RwSignal<bool>) -> bool {
    let done = clipboard::copy(text).await;
    if done {
        copied.set(true);
        set_timeout(move || copied.set(false), SAID);
    }
    done
}

impl Store {
    /// Opens the address's link, `now` and whenever another stands there.
    pub(super) fn open_address(self, now: bool) {
        let open = move || {
            let fragment = location::fragment();
            if Link::is_one(&fragment) {
                self.open_link(&fragment);
            }
        };
        if now {
            open();
        }
        window_event_listener_untyped("hashchange", move |_| open());
    }

    pub(super) fn open_link(self, fragment: &str) {
        let reading = Link::decode(fragment);
        let place = reading.link.options.get("at").cloned();
        self.update(|session| session.open_link(reading));
        if let Some(place) = place {
            // By then the widgets are there.
            request_animation_frame(move || dom::scroll_to_widget(&place));
        }
    }

    /// The address of what the page shows; `at` is the widget that it leads to.
    ///
    /// # Errors
    /// Says by how much it is too long.
    pub fn link(self, at: Option<&str>) -> Result<String, TooLong> {
        let mut link = self.peek(Session::link);
        link.options.extend(at.map(|name| ("at".to_owned(), name.to_owned())));
        Ok(format!("{}#{}", self.lesson_address(), link.encode()?))
    }

    /// Copies the link, and lets `copied` be true for a while; where there is no clipboard, shows it.
    pub fn copy_link(self, at: Option<&str>, copied: RwSignal<bool>) {
        let Links { shown, said } = self.links;
        said.set(String::new());
        let link = match self.link(at) {
            Ok(link) => link,
            Err(too_long) => return shown.set(Some(Err(too_long))),
        };
        leptos::task::spawn_local(async move {
            if copy(&link, copied).await {
                said.set(t!("link-said-copied"));
            } else {
                shown.set(Some(Ok(link)));
            }
        });
    }

    /// The reader changes what a reload keeps: the link leaves the address, which would bring back what it was.
    pub(super) fn leave_link(self) {
        // A frame keeps its whole state, beside what its address says.
        if self.framed.is_some() || !Link::is_one(&location::fragment()) {
            return;
        }
        location::drop_fragment();
        self.peek(|session| {
            saved::keep_text(session.text());
            saved::keep_controls(session.generation().controls());
            saved::keep_seed(session.generation().seed());
        });
        self.keep_texts();
    }

    /// Goes back to what was here before the link.
    pub fn close_link(self) {
        self.update(Session::close_link);
        self.leave_link();
    }

    /// Takes the notice away.
    pub fn dismiss_link(self) {
        self.session.update(Session::dismiss_link);
    }
}
