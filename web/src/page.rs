//! The session with signals on top, and what drives it: the worker's answers, the reader's acts, the clock.

use std::sync::Arc;
use std::time::Duration;

use generation::protocol::{Request, Source};
use generation::record::{self, PROMPT, Record};
use generation::step::{Inspected, Inspection};
use generation::{Controls, Event};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_interval, set_timeout_with_handle};
use leptos::prelude::*;

use self::linking::Links;
use crate::embed::address::Widget;
use crate::i18n::status::Action;
use crate::platform::focus;
use crate::platform::{clock, dom, location, network};
use crate::saved;
use crate::t;
use crate::view::{Same, View};
use crate::worker::TICK_MS;
use crate::worker::client::{WorkerClient, WorkerEvent};
use session::Session;
use session::classes::Classes;
use session::engine::Engine;
use session::insights::Look;

mod framing;
pub mod linking;
mod opening;
mod texts;

/// The time between the last letter typed and the question for tokens.
const TYPING_PAUSE: Duration = Duration::from_millis(250);

/// The time in which a death can be noticed before a fresh worker starts.
const MOURNING: Duration = Duration::from_millis(300);

/// How fast an auto-run goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it goes.
    #[default]
    Fast,
    /// Four tokens per second.
    Four,
    /// One token per second.
    One,
}

impl Pace {
    /// All of them, fastest first.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Four, Self::One];

    /// What a reader calls it.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Fast => t!("pace-fast"),
            Self::Four => t!("pace-four"),
            Self::One => t!("pace-one"),
        }
    }

    fn milliseconds(self) -> f64 {
        match self {
            Self::Fast => 0.0,
            Self::Four => 250.0,
            Self::One => 1000.0,
        }
    }
}

/// A handle on the page's one state: every widget finds it in its context.
#[derive(Clone, Copy)]
pub struct Page {
    session: RwSignal<Session>,
    /// The speed of auto-runs.
    pub pace: RwSignal<Pace>,
    /// Whether a pointer is down. Meanwhile widgets out of sight keep what they show: a drag has few milliseconds a frame.
    pub held: RwSignal<bool>,
    /// What is derived from the session.
    pub view: View,
    /// What is said of links.
    pub links: Links,
    /// The widget, where the page is one alone in a frame.
    pub framed: Option<Widget>,
    /// For whom a way to embed is shown.
    pub embedding: RwSignal<Option<Widget>>,
    client: StoredValue<WorkerClient, LocalStorage>,
    /// The worker of the model on its way in, if any.
    newcomer: StoredValue<Option<WorkerClient>, LocalStorage>,
    timers: StoredValue<Timers, LocalStorage>,
}

#[derive(Default)]
struct Timers {
    typing: Option<TimeoutHandle>,
    /// Of the tokenizer's box and of the sentences'.
    texts: Option<TimeoutHandle>,
    next: Option<TimeoutHandle>,
    last_token: f64,
    /// The record has been asked for.
    record: bool,
    /// What has changed waits for the next frame to be shown.
    frame: bool,
}

impl Page {
    /// The state of a fresh page: the worker starts.
    #[must_use]
    pub fn open() -> Self {
        let page = Self::new(None);
        page.recall_texts();
        page.open_address(true);
        page.start_worker();
        page.fetch_record();
        page.look_for_kept(false);
        page.follow_the_browser();
        page
    }

    /// The state before anything is asked of worker or server.
    fn new(framed: Option<Widget>) -> Self {
        let source = Source::Parts { manifest: dom::meta_url("next-token-model").unwrap_or_default() };
        let session = Session::new(source, saved::text(), saved::controls(), saved::seed());
        let session = RwSignal::new(session);
        let url = dom::meta_url("next-token-worker").unwrap_or_default();
        let client = StoredValue::new_local(WorkerClient::new(url, Vec::new(), framed.is_some()));
        let view = View::new(session);
        let page = Self {
            session,
            pace: RwSignal::default(),
            held: RwSignal::default(),
            view,
            links: Links::default(),
            framed,
            embedding: RwSignal::default(),
            client,
            newcomer: StoredValue::new_local(None),
            timers: StoredValue::new_local(Timers::default()),
        };
        focus::track();
        Effect::new(move |_| {
            session.track();
            focus::restore();
        });
        page.client.update_value(|client| client.listen(move |event| page.receive(event)));
        page
    }

    fn follow_the_browser(self) {
        set_interval(move || self.tick(), Duration::from_millis(TICK_MS.into()));
        window_event_listener_untyped("visibilitychange", move |_| self.look_again());
        for (event, held) in [("pointerdown", true), ("pointerup", false), ("pointercancel", false)] {
            window_event_listener_untyped(event, move |_| self.held.set(held));
        }
    }

    /// The page's state, from within one of its widgets.
    #[must_use]
    pub fn here() -> Self {
        use_context().unwrap_or_else(Self::open)
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

    /// The reader does something.
    pub fn act(self, event: Event) {
        self.update(|session| session.act(event));
    }

    /// Changes the sampling controls.
    pub fn control(self, change: impl FnOnce(&mut Controls)) {
        let mut controls = self.peek(|session| *session.generation().controls());
        change(&mut controls);
        self.leave_link();
        saved::keep_controls(&controls);
        self.act(Event::Controls(controls));
    }

    /// Changes the seed.
    pub fn seed(self, seed: u64) {
        self.leave_link();
        saved::keep_seed(seed);
        self.act(Event::Seed(seed));
    }

    /// Back to the lesson's start.
    pub fn reset(self) {
        if self.framed.is_some() && self.reset_frame() {
            return;
        }
        self.leave_link();
        saved::keep_text(PROMPT);
        saved::keep_controls(&record::controls());
        saved::keep_seed(record::SEED);
        self.update(|session| session.reset(PROMPT.to_owned(), record::controls(), record::SEED));
        self.keep_texts();
    }

    /// Looks elsewhere in the transformer.
    pub fn look(self, change: impl FnOnce(&mut Look)) {
        let mut look = self.peek(Session::look);
        change(&mut look);
        self.update(|session| {
            session.look_at(look);
            Vec::new()
        });
    }

    /// Chooses the window of the demonstration; `None` is the model's own.
    pub fn choose_window(self, small: Option<usize>) {
        self.update(|session| session.set_window(small));
    }

    /// Measures what the present context's pass costs.
    pub fn measure(self) {
        self.update(|session| {
            session.measure();
            Vec::new()
        });
    }

    /// Stops that.
    pub fn stop_measuring(self) {
        self.update(Session::stop_measuring);
    }

    /// Changes the softmax widget's six classes.
    pub fn classes(self, change: impl FnOnce(&mut Classes)) {
        let mut classes = self.peek(|session| *session.classes());
        change(&mut classes);
        self.session.update(|session| session.set_classes(classes));
    }

    /// What was seen of the place on show, once it is there (see [`Session::inspect`]).
    #[must_use]
    pub fn insight(self, inspection: Inspection) -> Option<Same<Inspected>> {
        let node = self.view.place.get()?.node;
        self.with(|session| session.insight(node, inspection).cloned().map(Same))
    }

    /// Takes the way on that the model's strip offers.
    pub fn go_on(self, action: Action) {
        match action {
            Action::Load => self.update(Session::load),
            Action::Cancel => self.update(Session::cancel_load),
            Action::Back => self.go_home(),
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

    fn start_again(self) {
        self.session.update(Session::start_again);
        self.start_worker();
    }

    fn update(self, change: impl FnOnce(&mut Session) -> Vec<Request>) {
        let change = |session: &mut Session| {
            let mut requests = change(session);
            requests.extend(session.ask_pass());
            requests.extend(session.inspect());
            requests.extend(session.score());
            requests
        };
        let asleep = |session: &Session| *session.engine() == Engine::Asleep;
        let before = self.peek(asleep);
        let requests = self.session.try_update(change).unwrap_or_default();
        if before && self.peek(|session| *session.engine() == Engine::Starting) {
            self.start_worker();
        }
        self.client.with_value(|client| requests.iter().for_each(|request| client.send(request)));
        self.schedule();
    }

    fn receive(self, event: WorkerEvent) {
        if let WorkerEvent::Crashed(_) = event
            && self.client.try_update_value(WorkerClient::fall_back_to_dedicated) == Some(true)
        {
            // Later: this may be the lost worker's own event.
            set_timeout(move || self.start_worker(), Duration::ZERO);
            return;
        }
        if let WorkerEvent::Answer(_) = event {
            self.client.update_value(WorkerClient::on_answer);
        }
        let now = clock::now();
        let at_once = self.pace.get_untracked() == Pace::Fast && !dom::is_hidden();
        let change = |session: &mut Session| {
            let mut requests = match event {
                WorkerEvent::Answer(response) => session.answer(response, now),
                WorkerEvent::Crashed(failure) => session.die(failure),
            };
            // The next pass runs while the page paints this one.
            if at_once && session.wants_token() {
                requests.extend(session.next_token());
            }
            requests
        };
        if at_once && self.peek(|session| session.generation().running()) {
            self.update_at_frame(change);
        } else {
            self.update(change);
        }
        self.bury();
    }

    /// As [`Self::update`], but what is on show follows with the next frame, in a task of its own: a fast run may bring
    /// more tokens than there are frames.
    fn update_at_frame(self, change: impl FnOnce(&mut Session) -> Vec<Request>) {
        let requests = self.session.try_update_untracked(change).unwrap_or_default();
        self.client.with_value(|client| requests.iter().for_each(|request| client.send(request)));
        let waits = self.timers.with_value(|timers| timers.frame);
        if !waits {
            self.timers.update_value(|timers| timers.frame = true);
            request_animation_frame(move || {
                self.timers.update_value(|timers| timers.frame = false);
                self.update(|_| Vec::new());
            });
        }
        self.schedule();
    }

    /// Replaces a worker that has died.
    fn bury(self) {
        let engine = self.peek(|session| *session.engine());
        if !matches!(engine, Engine::Restarting | Engine::Dead | Engine::Outdated) {
            return;
        }
        self.client.with_value(WorkerClient::mute);
        // Later: this may be the dead worker's own event. By then the reader may have started a fresh one.
        let replace = move || match self.peek(|session| *session.engine()) {
            Engine::Restarting => self.start_worker(),
            Engine::Dead | Engine::Outdated => self.client.update_value(WorkerClient::stop),
            Engine::Starting | Engine::Alive | Engine::Asleep | Engine::Unwanted => {}
        };
        set_timeout(replace, MOURNING);
    }

    /// Fetches the recorded run. Without it the widgets wait for the live model.
    fn fetch_record(self) {
        let Some(url) = dom::meta_url("next-token-record") else { return };
        leptos::task::spawn_local(async move {
            let record = network::fetch(&url).await.and_then(|bytes| Record::decode(&bytes));
            match record {
                Ok(record) => self.update(|session| session.set_record(Arc::new(record))),
                Err(reason) => dom::warn(&format!("the recorded run cannot be shown: {reason}")),
            }
        });
    }

    fn start_worker(self) {
        let started = self.client.try_update_value(WorkerClient::start);
        self.note_sharing();
        if let Some(Err(failure)) = started {
            self.receive(WorkerEvent::Crashed(failure));
        }
    }

    /// Tells the session of whom the present engine is.
    fn note_sharing(self) {
        let shared = self.client.with_value(WorkerClient::is_shared);
        self.session.update_untracked(|session| session.share(shared));
    }

    fn tick(self) {
        if !dom::is_hidden() && self.client.try_update_value(WorkerClient::has_crashed) == Some(true) {
            self.receive(WorkerEvent::Crashed(generation::protocol::Failure::Crashed(t!("engine-silent"))));
        }
        self.tick_newcomer();
    }

    fn look_again(self) {
        if dom::is_hidden() {
            self.session.update(Session::interrupt);
        } else {
            self.schedule();
        }
    }

    /// Sets the clock for the next token of an auto-run.
    fn schedule(self) {
        let idle = self.timers.with_value(|timers| timers.next.is_none());
        if !idle || dom::is_hidden() || !self.peek(Session::wants_token) {
            return;
        }
        let pace = self.pace.get_untracked().milliseconds();
        let due = self.timers.with_value(|timers| timers.last_token) + pace;
        let wait = Duration::from_millis((due - clock::now()).clamp(0.0, pace) as u64);
        let next = set_timeout_with_handle(move || self.next_token(), wait).ok();
        self.timers.update_value(|timers| timers.next = next);
    }

    fn next_token(self) {
        self.timers.update_value(|timers| {
            timers.next = None;
            timers.last_token = clock::now();
        });
        if !dom::is_hidden() {
            self.update(|session| if session.wants_token() { session.next_token() } else { Vec::new() });
        }
    }
}
