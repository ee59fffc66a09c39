//! The session in a signal, and what changes it: the worker's answers and the reader's actions.

use std::sync::Arc;
use std::time::Duration;

use generation::lesson::{self, PROMPT};
use generation::protocol::{Request, Source};
use generation::record::Record;
use generation::step::{Inspected, Inspection};
use generation::{Controls, Event, NodeId};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_interval, set_timeout_with_handle};
use leptos::prelude::*;

use super::run_timer::Pace;
use super::saved;
use super::share_link::Links;
use crate::app::ptr_eq::PtrEq;
use crate::app::selectors::Selectors;
use crate::i18n::status::Action;
use crate::platform::focus;
use crate::platform::{clock, dom, location, network};
use crate::worker::TICK_MS;
use crate::worker::client::{WorkerClient, WorkerEvent};
use generation::lesson::Widget;
use session::Session;
use session::engine::Engine;
use session::inspections::InspectorFocus;
use session::toy_logits::ToyLogits;

/// The time between the last letter typed and the question for tokens.
pub(super) const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// A handle on the page's one session. Every component finds it in its context.
#[derive(Clone, Copy)]
pub struct Store {
    pub(super) session: RwSignal<Session>,
    /// The speed of auto-runs.
    pub pace: RwSignal<Pace>,
    /// Whether a pointer is down. Until it is up, widgets outside the viewport do not update: a drag leaves a few milliseconds per
    /// frame.
    pub pointer_down: RwSignal<bool>,
    /// Values derived from the session.
    pub selectors: Selectors,
    /// What is shown of links.
    pub links: Links,
    /// The widget, where the page is one alone in a frame.
    pub framed: Option<Widget>,
    /// For whom a way to embed is shown.
    pub embedding: RwSignal<Option<Widget>>,
    pub(super) client: StoredValue<WorkerClient, LocalStorage>,
    /// The worker of an incoming model, if any.
    pub(super) incoming: StoredValue<Option<WorkerClient>, LocalStorage>,
    pub(super) timers: StoredValue<Timers, LocalStorage>,
}

#[derive(Default)]
pub(super) struct Timers {
    pub(super) typing: Option<TimeoutHandle>,
    /// Of the tokenizer's box and of the sentences'.
    pub(super) texts: Option<TimeoutHandle>,
    pub(super) next: Option<TimeoutHandle>,
    pub(super) last_token: f64,
    /// The record has been asked for.
    pub(super) record: bool,
    /// What has changed waits for the next frame to be shown.
    pub(super) frame: bool,
}

impl Store {
    /// The state of a fresh page: the worker starts.
    #[must_use]
    pub fn open() -> Self {
        let store = Self::new(None);
        store.recall_texts();
        store.open_address(true);
        store.start_worker();
        store.fetch_record();
        store.check_model_cache(false);
        store.listen_to_browser();
        store
    }

    /// The state before anything is asked of worker or server.
    pub(super) fn new(framed: Option<Widget>) -> Self {
        let source = Source::Parts { manifest: dom::meta_url("next-token-model").unwrap_or_default() };
        let session = Session::new(source, saved::text(), saved::controls(), saved::seed(), framed.is_some());
        let session = RwSignal::new(session);
        let url = dom::meta_url("next-token-worker").unwrap_or_default();
        let client = StoredValue::new_local(WorkerClient::new(url, Vec::new(), framed.is_some()));
        let selectors = Selectors::new(session);
        let store = Self {
            session,
            pace: RwSignal::default(),
            pointer_down: RwSignal::default(),
            selectors,
            links: Links::default(),
            framed,
            embedding: RwSignal::default(),
            client,
            incoming: StoredValue::new_local(None),
            timers: StoredValue::new_local(Timers::default()),
        };
        focus::track();
        Effect::new(move |_| {
            session.track();
            focus::restore();
        });
        store.client.update_value(|client| client.listen(move |event| store.on_worker_event(event)));
        store
    }

    pub(super) fn listen_to_browser(self) {
        set_interval(move || self.tick(), Duration::from_millis(TICK_MS.into()));
        window_event_listener_untyped("visibilitychange", move |_| self.on_visibility_change());
        for (event, held) in [("pointerdown", true), ("pointerup", false), ("pointercancel", false)] {
            window_event_listener_untyped(event, move |_| self.pointer_down.set(held));
        }
    }

    /// The store, from within a component below the one that provided it.
    ///
    /// # Panics
    /// If no component above has provided it.
    #[must_use]
    pub fn from_context() -> Self {
        expect_context()
    }

    /// The session's signal, for what lies below this layer.
    #[must_use]
    pub fn session(self) -> ReadSignal<Session> {
        self.session.read_only()
    }

    /// Reads the session reactively.
    pub fn with<T>(self, read: impl FnOnce(&Session) -> T) -> T {
        self.session.with(read)
    }

    /// Reads the session as it is now.
    pub fn peek<T>(self, read: impl FnOnce(&Session) -> T) -> T {
        self.session.with_untracked(read)
    }

    /// A value derived from the session.
    pub fn derive<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn(&Session) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.session.with(&read))
    }

    /// Applies an event of the reader's to the loop.
    pub fn dispatch(self, event: Event) {
        self.update(|session| session.act(event));
    }

    /// Changes the sampling controls.
    pub fn change_controls(self, change: impl FnOnce(&mut Controls)) {
        let mut controls = self.peek(|session| *session.generation().controls());
        change(&mut controls);
        self.leave_link();
        saved::keep_controls(&controls);
        self.dispatch(Event::Controls(controls));
    }

    /// Changes the seed.
    pub fn set_seed(self, seed: u64) {
        self.leave_link();
        saved::keep_seed(seed);
        self.dispatch(Event::Seed(seed));
    }

    /// Back to the lesson's start.
    pub fn reset(self) {
        if self.framed.is_some() && self.reset_frame() {
            return;
        }
        self.leave_link();
        saved::keep_text(PROMPT);
        saved::keep_controls(&lesson::controls());
        saved::keep_seed(lesson::SEED);
        self.update(|session| session.reset(PROMPT.to_owned(), lesson::controls(), lesson::SEED));
        self.keep_texts();
    }

    /// Looks elsewhere in the transformer.
    pub fn change_focus(self, change: impl FnOnce(&mut InspectorFocus)) {
        let mut focus = self.peek(Session::inspector_focus);
        change(&mut focus);
        self.update(|session| session.set_inspector_focus(focus));
    }

    /// Chooses the window of the demonstration; `None` is the model's own.
    pub fn choose_window(self, small: Option<usize>) {
        self.update(|session| session.set_window(small));
    }

    /// Measures what the present context's pass costs.
    pub fn measure(self) {
        self.update(Session::measure);
    }

    /// Stops that.
    pub fn stop_measuring(self) {
        self.update(Session::stop_measuring);
    }

    /// Changes the softmax widget's six logits.
    pub fn change_toy_logits(self, change: impl FnOnce(&mut ToyLogits)) {
        let mut toy = self.peek(|session| *session.toy_logits());
        change(&mut toy);
        self.session.update(|session| session.set_toy_logits(toy));
    }

    /// What was seen of the place on show, once it is there.
    #[must_use]
    pub fn inspected(self, inspection: Inspection) -> Option<PtrEq<Inspected>> {
        let node = self.selectors.place.get()?.node;
        self.with(|session| session.inspected(node, inspection).cloned().map(PtrEq))
    }

    /// Does what the model's card offers.
    pub fn perform(self, action: Action) {
        match action {
            Action::Load => self.update(Session::load),
            Action::Cancel => self.update(Session::cancel_load),
            Action::Back => self.reopen_own_model(),
            Action::StartAgain => self.start_again(),
            Action::Reload => location::reload(),
        }
    }

    /// The prompt box has a new text; its tokens are asked for when the typing pauses.
    pub fn edit(self, text: String) {
        self.leave_link();
        saved::keep_text(&text);
        self.session.update(|session| session.edit(text));
        let timer = set_timeout_with_handle(move || self.tokenize(), TYPING_PAUSE).ok();
        self.timers.update_value(|timers| {
            if let Some(old) = std::mem::replace(&mut timers.typing, timer) {
                old.clear();
            }
        });
    }

    /// Asks for the tokens of the prompt box's text now.
    pub fn tokenize(self) {
        self.update(Session::tokenize);
    }

    /// Changes the session and sends what it then has to ask of the worker.
    pub(super) fn update(self, change: impl FnOnce(&mut Session)) {
        let change = |session: &mut Session| {
            change(session);
            session.take_requests()
        };
        let is_deferred = |session: &Session| *session.engine() == Engine::Deferred;
        let before = self.peek(is_deferred);
        let requests = self.session.try_update(change).unwrap_or_default();
        if before && self.peek(|session| *session.engine() == Engine::Starting) {
            self.start_worker();
        }
        self.send(&requests);
        self.schedule();
    }

    fn send(self, requests: &[Request]) {
        self.client.with_value(|client| requests.iter().for_each(|request| client.send(request)));
    }

    /// Asks for the dropped steps of places that are on show again.
    pub fn recall(self, places: Vec<NodeId>) {
        self.update(|session| session.recall(places));
    }

    /// An event of the present model's worker.
    pub(super) fn on_worker_event(self, event: WorkerEvent) {
        if let WorkerEvent::Crashed(_) = event
            && self.client.try_update_value(WorkerClient::fall_back_to_dedicated) == Some(true)
        {
            // In a later task: this may be an event of the crashed worker itself.
            set_timeout(move || self.start_worker(), Duration::ZERO);
            return;
        }
        if let WorkerEvent::Answer(_) = event {
            self.client.update_value(WorkerClient::on_answer);
        }
        let now = clock::now();
        let at_once = self.pace.get_untracked() == Pace::Fast && !dom::is_hidden();
        let change = |session: &mut Session| {
            match event {
                WorkerEvent::Answer(response) => session.answer(response, now),
                WorkerEvent::Crashed(failure) => session.on_crash(failure),
            }
            // The next pass runs while the page paints this one.
            if at_once && session.wants_token() {
                session.next_token();
            }
        };
        if at_once && self.peek(|session| session.generation().running()) {
            self.update_at_frame(change);
        } else {
            self.update(change);
        }
        self.restart_if_crashed();
    }

    /// As [`Self::update`], but what is on show follows with the next frame, in a task of its own: a fast run may bring
    /// more tokens than there are frames.
    fn update_at_frame(self, change: impl FnOnce(&mut Session)) {
        let change = |session: &mut Session| {
            change(session);
            session.take_requests()
        };
        self.send(&self.session.try_update_untracked(change).unwrap_or_default());
        let waits = self.timers.with_value(|timers| timers.frame);
        if !waits {
            self.timers.update_value(|timers| timers.frame = true);
            request_animation_frame(move || {
                self.timers.update_value(|timers| timers.frame = false);
                self.update(|_| {});
            });
        }
        self.schedule();
    }

    /// Fetches the recorded run. Without it the widgets wait for the live model.
    pub(super) fn fetch_record(self) {
        let Some(url) = dom::meta_url("next-token-record") else { return };
        leptos::task::spawn_local(async move {
            let record = network::fetch(&url).await.and_then(|bytes| Record::decode(&bytes));
            match record {
                Ok(record) => self.update(|session| session.set_record(Arc::new(record))),
                Err(reason) => dom::warn(&format!("the recorded run cannot be shown: {reason}")),
            }
        });
    }
}
