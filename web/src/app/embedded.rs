//! The store of a page that is one widget in a frame: it requests nothing that it does not show, and stores its whole state.

use std::time::Duration;

use generation::checksum::checksum;
use generation::link::Link;
use generation::protocol::Survey;
use leptos::prelude::*;

use super::saved;
use super::store::Store;
use crate::embed::address::{FrameOptions, Live};
use crate::platform::{dom, frames, location, network, storage};
use generation::lesson::Widget;
use session::Session;
use session::engine::Engine;

/// How long a change waits to be kept: others may follow.
const PAUSE: Duration = Duration::from_millis(400);

impl Store {
    /// The state of a frame. Neither worker nor record is asked for before it is needed.
    #[must_use]
    pub fn open_frame(widget: Widget, options: &FrameOptions) -> Self {
        storage::set_scope(&scope(widget, options));
        let store = Self::new(Some(widget));
        let engine = if options.live == Live::Recorded { Engine::RecordingsOnly } else { Engine::Deferred };
        store.session.update_untracked(|session| session.defer(engine, offer()));
        store.recall_texts();
        store.open_kept();
        store.listen_to_browser();
        store.save_on_change();
        store.follow_needs(widget);
        if options.live != Live::Recorded {
            store.check_model_cache(options.live == Live::Auto);
        }
        store
    }

    /// What was here before a reload, else what the address says.
    fn open_kept(self) {
        let kept = saved::state();
        if let Some(fragment) = &kept {
            self.open_link(fragment);
            // The reader made it: there is nothing to say of it.
            self.session.update_untracked(Session::dismiss_link);
        }
        self.open_address(kept.is_none());
    }

    /// Stores the state soon after a change, and when the page is closed.
    fn save_on_change(self) {
        let keep = move || {
            if let Ok(fragment) = self.peek(Session::link).encode() {
                saved::keep_state(&fragment);
            }
        };
        let waits = StoredValue::new(false);
        Effect::new(move |before: Option<()>| {
            self.with(|_| ());
            // What it opens with was kept already, or stands in the address.
            if before.is_some() && !waits.get_value() {
                waits.set_value(true);
                set_timeout(
                    move || {
                        waits.set_value(false);
                        keep();
                    },
                    PAUSE,
                );
            }
        });
        window_event_listener_untyped("pagehide", move |_| keep());
    }

    /// Fetches the record as soon as something of it is on show.
    fn follow_needs(self, widget: Widget) {
        let needed = match widget {
            // Its recorded cuts are part of the program.
            Widget::Tokenizer => return,
            Widget::Softmax => self.derive(|session| session.toy_logits().from_model),
            _ => Memo::new(|_| true),
        };
        Effect::new(move |_| {
            if needed.get() {
                self.need_record();
            }
        });
    }

    /// Fetches the record, once.
    pub fn need_record(self) {
        if self.framed.is_some() && !self.timers.with_value(|timers| timers.record) {
            self.timers.update_value(|timers| timers.record = true);
            self.fetch_record();
        }
    }

    /// Asks the Cache API whether the model is in this browser, or could be. If it is, and `start` is set, the worker starts: that
    /// costs no download.
    pub(super) fn check_model_cache(self, start: bool) {
        leptos::task::spawn_local(async move {
            let change = match network::has_cache(generation::manifest::CACHE).await {
                Some(true) if start => Session::start,
                Some(_) => return,
                None => Session::set_without_storage,
            };
            self.update(change);
        });
    }

    /// Back to what the frame's address says; `false` where it says nothing.
    pub(super) fn reset_frame(self) -> bool {
        let fragment = location::fragment();
        let said = Link::is_one(&fragment);
        if said {
            self.open_link(&fragment);
            self.session.update(Session::dismiss_link);
        }
        said
    }

    /// Where a link to the whole lesson leads.
    pub(super) fn lesson_address(self) -> String {
        let lesson = self.framed.and_then(|_| dom::meta_url("next-token-lesson"));
        lesson.unwrap_or_else(location::page_address)
    }
}

/// What sets a frame's keys apart: the widget, what its address says, and its place among the frames of the page around.
fn scope(widget: Widget, options: &FrameOptions) -> String {
    let (id, fragment) = (&options.id, location::fragment());
    let digest = checksum(fragment.bytes());
    format!("{}.{}.{id}.{digest:x}.", widget.name(), frames::index_among_frames())
}

/// What the page says that its live model would cost.
fn offer() -> Option<Survey> {
    let content = dom::meta_content("next-token-offer")?;
    let mut fields = content.splitn(5, '|');
    let mut number = || fields.next()?.parse().ok();
    let (bytes, first) = (number()?, number()?);
    let mut text = || fields.next().map(str::to_owned);
    let (quantization, licence, name) = (text()?, text()?, text()?);
    Some(Survey { name, licence, quantization, bytes, first, ..Survey::default() })
}
