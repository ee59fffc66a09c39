//! The messages between the frame and the page around it (its host).
//!
//! Heights are posted to any origin: they contain nothing about the reader. What the reader does is posted only to an origin
//! that has asked for it, with that origin as the target. Only messages of the host are read, and not more of them than
//! [`RateLimiter`] lets pass.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, JSON, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MessageEvent, ResizeObserver, Window};

use super::address::Theme;
use super::events::{HostEvent, JoinedToken, LoopState};
use super::host_messages::{HostMessage, RateLimiter};
use crate::platform::clock;
use generation::lesson::Widget;
use session::Session;

/// The version of these messages.
const VERSION: u32 = 1;

/// The least time between two heights, and between two reports of what has happened.
const PAUSE: Duration = Duration::from_millis(50);
const REPORT: Duration = Duration::from_millis(100);

/// How long the host may take to apply a height before the frame shows scroll bars.
const RESIZE_TIMEOUT: Duration = Duration::from_millis(800);

/// Longer texts of a host's message are ignored.
const LONGEST: u32 = 64;

struct Host {
    around: Window,
    root: Element,
    widget: Widget,
    limiter: RefCell<RateLimiter>,
    /// The origin that has asked for events.
    event_origin: RefCell<Option<String>>,
    /// H5P's resizer is there.
    resizer: Cell<bool>,
    /// The height that was posted last.
    posted_height: Rc<Cell<f64>>,
    /// Whether a timer for the next height is set.
    height_due: Cell<bool>,
    on_theme: fn(Theme),
}

/// Exchanges messages with the page around, if there is one. `root` is what must fit into the frame; `on_theme` is called when the
/// page around asks for a theme.
pub fn connect(session: ReadSignal<Session>, widget: Widget, root: Element, on_theme: fn(Theme)) {
    let Some(window) = web_sys::window() else { return };
    let Some(around) = window.parent().ok().flatten().filter(|around| *around != window) else { return };
    let host = Rc::new(Host {
        around,
        root,
        widget,
        limiter: RefCell::new(RateLimiter::new(clock::now())),
        event_origin: RefCell::default(),
        resizer: Cell::default(),
        posted_height: Rc::default(),
        height_due: Cell::default(),
        on_theme,
    });
    host.listen(&window);
    host.watch_height();
    host.report(session);
    let title = document().title();
    host.post(
        &object(&[("type", "next-token:ready".into()), ("version", VERSION.into()), ("title", title.into())]),
        "*",
    );
    host.post(&h5p("hello", &[]), "*");
}

impl Host {
    fn post(&self, message: &JsValue, to: &str) {
        // It fails only if the host's window has been closed.
        let _ = self.around.post_message(message, to);
    }

    fn listen(self: &Rc<Self>, window: &Window) {
        let host = Rc::clone(self);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let from_around = event
                .source()
                .is_some_and(|source| *AsRef::<JsValue>::as_ref(&source) == *AsRef::<JsValue>::as_ref(&host.around));
            // A message that is not read is not unpacked either.
            if from_around && host.limiter.borrow_mut().take(clock::now()) {
                host.on_message(&event);
            }
        });
        let _ = window.add_event_listener_with_callback("message", on_message.as_ref().unchecked_ref());
        // Kept for as long as the page.
        on_message.forget();
    }

    fn on_message(&self, event: &MessageEvent) {
        let data = event.data();
        let message = HostMessage::read(|name| field(&data, name));
        match message {
            Some(HostMessage::Hello { events }) => {
                if events {
                    // An opaque origin ("null") cannot be events from any other one.
                    *self.event_origin.borrow_mut() =
                        Some(event.origin()).filter(|origin| !origin.is_empty() && origin != "null");
                }
                self.post_height(true);
            }
            Some(HostMessage::Theme(theme)) => (self.on_theme)(theme),
            Some(HostMessage::Resizer) => {
                self.resizer.set(true);
                self.post_height(true);
            }
            Some(HostMessage::ResizerReady) => {
                self.post(&h5p("resize", &[("scrollHeight", self.height().into())]), "*");
            }
            None => {}
        }
    }

    fn height(&self) -> f64 {
        self.root.get_bounding_client_rect().height().ceil()
    }

    fn watch_height(self: &Rc<Self>) {
        let host = Rc::clone(self);
        let soon = Closure::<dyn Fn()>::new(move || {
            if !host.height_due.replace(true) {
                let host = Rc::clone(&host);
                set_timeout(
                    move || {
                        host.height_due.set(false);
                        host.post_height(false);
                    },
                    PAUSE,
                );
            }
        });
        if let Ok(observer) = ResizeObserver::new(soon.as_ref().unchecked_ref()) {
            observer.observe(&self.root);
        }
        // Kept for as long as the page.
        soon.forget();
        let host = Rc::clone(self);
        window_event_listener_untyped("resize", move |_| host.sync_scrollbars());
    }

    /// Posts the height if it has changed, or was asked for.
    fn post_height(&self, asked: bool) {
        // A widget in full screen fills whatever height the frame has.
        let presented = document().query_selector(".presented").is_ok_and(|found| found.is_some());
        let height = self.height();
        if presented || height <= 0.0 || !asked && height == self.posted_height.get() {
            return;
        }
        self.posted_height.set(height);
        let number = JsValue::from(height);
        let own =
            [("type", "next-token:height".into()), ("widget", self.widget.name().into()), ("height", number.clone())];
        self.post(&object(&own), "*");
        let lti = object(&[("subject", "lti.frameResize".into()), ("height", number.clone())]);
        self.post(&lti, "*");
        // Some course platforms read strings only.
        if let Ok(text) = JSON::stringify(&lti) {
            self.post(&text, "*");
        }
        if self.resizer.get() {
            let inner = web_sys::window().and_then(|window| window.inner_height().ok()).unwrap_or(JsValue::NULL);
            self.post(&h5p("prepareResize", &[("scrollHeight", number), ("clientHeight", inner)]), "*");
        }
        let posted = Rc::clone(&self.posted_height);
        set_timeout(move || restore_scrollbars(posted.get()), RESIZE_TIMEOUT);
    }

    /// Hides the scroll bars while the frame is as high as its content.
    fn sync_scrollbars(&self) {
        if let Some(root) = document().document_element().filter(|_| fits(self.posted_height.get())) {
            let _ = root.set_attribute("data-fitted", "");
        }
    }

    /// Posts events, once an origin has asked for them.
    fn report(self: &Rc<Self>, session: ReadSignal<Session>) {
        let host = Rc::clone(self);
        let before = RefCell::new(session.with_untracked(|session| LoopState::of(session.generation(), None)));
        let report_due = Rc::new(Cell::new(false));
        let report = Rc::new(move || {
            let events = session.with_untracked(|session| {
                let now = LoopState::of(session.generation(), Some(&before.borrow()));
                let info = session.shown_model();
                let events = now.since(&before.borrow(), session.generation(), info.map(|info| &info.vocabulary));
                before.replace(now);
                events
            });
            if let Some(origin) = host.event_origin.borrow().as_deref() {
                events.iter().for_each(|event| host.post(&event_object(event), origin));
            }
        });
        Effect::new(move |_| {
            session.track();
            if !report_due.replace(true) {
                let (report, report_due) = (Rc::clone(&report), Rc::clone(&report_due));
                set_timeout(
                    move || {
                        report_due.set(false);
                        report();
                    },
                    REPORT,
                );
            }
        });
    }
}

/// Shows the scroll bars again if the host has not applied the height.
fn restore_scrollbars(height: f64) {
    if let Some(root) = document().document_element().filter(|_| !fits(height)) {
        let _ = root.remove_attribute("data-fitted");
    }
}

fn fits(height: f64) -> bool {
    let inner = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64());
    height > 0.0 && inner.is_some_and(|inner| inner + 1.0 >= height)
}

/// A field of the host's message, if it is a short string or a boolean.
fn field(data: &JsValue, name: &str) -> Option<String> {
    // A structured clone has no getters that could run.
    let value = Reflect::get(data, &name.into()).ok()?;
    match value.as_bool() {
        Some(truth) => Some(truth.to_string()),
        None => value.dyn_into::<js_sys::JsString>().ok().filter(|text| text.length() <= LONGEST).map(String::from),
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // A plain object takes every field.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

fn h5p(action: &str, fields: &[(&str, JsValue)]) -> JsValue {
    object(&[&[("context", "h5p".into()), ("action", action.into())], fields].concat())
}

fn event_object(event: &HostEvent) -> JsValue {
    match event {
        HostEvent::Step { stage, line } => object(&[
            ("type", "next-token:step".into()),
            ("stage", (*stage).into()),
            ("line", JsValue::from(*line as u32)),
        ]),
        HostEvent::Tokens(tokens) => {
            let list: Array = tokens.iter().map(token_object).collect();
            object(&[("type", "next-token:token".into()), ("tokens", list.into())])
        }
        HostEvent::Reset => object(&[("type", "next-token:reset".into())]),
    }
}

fn token_object(joined: &JoinedToken) -> JsValue {
    object(&[
        ("position", JsValue::from(joined.position as u32)),
        ("token", joined.token.into()),
        ("text", joined.text.as_str().into()),
        ("how", joined.how.into()),
        ("probability", joined.probability.map_or(JsValue::NULL, JsValue::from)),
    ])
}
