//! The frame's side of the talk with the page around it.
//!
//! Heights go to whoever is there: they say nothing of the reader. What the reader does is told only to an origin that has
//! asked, and under that origin's name. Nothing but the page around is listened to, and not to all of it (see
//! [`Patience`](super::messages::Patience)).

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Array, JSON, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MessageEvent, ResizeObserver, Window};

use super::events::{Joined, Seen, Told};
use super::messages::{Heard, Patience};
use super::setting::Widget;
use crate::page::Page;
use crate::platform::clock;
use crate::widgets::theme;

/// The version of what is said here.
const VERSION: u32 = 1;

/// The least time between two heights, and between two reports of what has happened.
const PAUSE: Duration = Duration::from_millis(50);
const REPORT: Duration = Duration::from_millis(100);

/// How long the page around may take to follow a height before the frame shows scroll bars.
const FOLLOWS: Duration = Duration::from_millis(800);

/// A text of another page's longer than this is none of ours.
const LONGEST: u32 = 64;

struct Host {
    around: Window,
    root: Element,
    widget: Widget,
    patience: RefCell<Patience>,
    /// The origin that wants to know what happens.
    asked: RefCell<Option<String>>,
    /// H5P's resizer is there.
    resizer: Cell<bool>,
    /// The height that was told last.
    told: Rc<Cell<f64>>,
    waits: Cell<bool>,
}

/// Talks with the page around, if there is one; `root` is what must fit into the frame.
pub fn talk(page: Page, widget: Widget, root: Element) {
    let Some(window) = web_sys::window() else { return };
    let Some(around) = window.parent().ok().flatten().filter(|around| *around != window) else { return };
    let host = Rc::new(Host {
        around,
        root,
        widget,
        patience: RefCell::new(Patience::new(clock::now())),
        asked: RefCell::default(),
        resizer: Cell::default(),
        told: Rc::default(),
        waits: Cell::default(),
    });
    host.listen(&window);
    host.watch_height();
    host.report(page);
    let title = document().title();
    host.say(
        &object(&[("type", "next-token:ready".into()), ("version", VERSION.into()), ("title", title.into())]),
        "*",
    );
    host.say(&h5p("hello", &[]), "*");
}

impl Host {
    fn say(&self, message: &JsValue, to: &str) {
        // It fails only where the page around has gone.
        let _ = self.around.post_message(message, to);
    }

    fn listen(self: &Rc<Self>, window: &Window) {
        let host = Rc::clone(self);
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let from_around = event
                .source()
                .is_some_and(|source| *AsRef::<JsValue>::as_ref(&source) == *AsRef::<JsValue>::as_ref(&host.around));
            // What is not listened to is not even unpacked.
            if from_around && host.patience.borrow_mut().take(clock::now()) {
                host.hear(&event);
            }
        });
        let _ = window.add_event_listener_with_callback("message", hear.as_ref().unchecked_ref());
        // As long as the page.
        hear.forget();
    }

    fn hear(&self, event: &MessageEvent) {
        let data = event.data();
        let heard = Heard::read(|name| field(&data, name));
        match heard {
            Some(Heard::Hello { events }) => {
                if events {
                    // An origin without a name cannot be told from any other one.
                    *self.asked.borrow_mut() =
                        Some(event.origin()).filter(|origin| !origin.is_empty() && origin != "null");
                }
                self.tell_height(true);
            }
            Some(Heard::Theme(theme)) => theme::show(theme),
            Some(Heard::Resizer) => {
                self.resizer.set(true);
                self.tell_height(true);
            }
            Some(Heard::ResizerReady) => {
                self.say(&h5p("resize", &[("scrollHeight", self.height().into())]), "*");
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
            if !host.waits.replace(true) {
                let host = Rc::clone(&host);
                set_timeout(
                    move || {
                        host.waits.set(false);
                        host.tell_height(false);
                    },
                    PAUSE,
                );
            }
        });
        if let Ok(observer) = ResizeObserver::new(soon.as_ref().unchecked_ref()) {
            observer.observe(&self.root);
        }
        // As long as the page.
        soon.forget();
        let host = Rc::clone(self);
        window_event_listener_untyped("resize", move |_| host.mind_the_bars());
    }

    /// Tells the height if it has changed, or was asked for.
    fn tell_height(&self, asked: bool) {
        // What fills the screen, or the frame, needs no other height.
        let presented = document().query_selector(".presented").is_ok_and(|found| found.is_some());
        let height = self.height();
        if presented || height <= 0.0 || !asked && height == self.told.get() {
            return;
        }
        self.told.set(height);
        let number = JsValue::from(height);
        let own =
            [("type", "next-token:height".into()), ("widget", self.widget.name().into()), ("height", number.clone())];
        self.say(&object(&own), "*");
        let lti = object(&[("subject", "lti.frameResize".into()), ("height", number.clone())]);
        self.say(&lti, "*");
        // Some course platforms read texts only.
        if let Ok(text) = JSON::stringify(&lti) {
            self.say(&text, "*");
        }
        if self.resizer.get() {
            let inner = web_sys::window().and_then(|window| window.inner_height().ok()).unwrap_or(JsValue::NULL);
            self.say(&h5p("prepareResize", &[("scrollHeight", number), ("clientHeight", inner)]), "*");
        }
        let told = Rc::clone(&self.told);
        set_timeout(move || mind_later(told.get()), FOLLOWS);
    }

    /// A page around that follows leaves no use for scroll bars, and none shall flash while it does.
    fn mind_the_bars(&self) {
        if let Some(root) = document().document_element().filter(|_| fits(self.told.get())) {
            let _ = root.set_attribute("data-fitted", "");
        }
    }

    /// Tells what happens, as long as somebody wants to know.
    fn report(self: &Rc<Self>, page: Page) {
        let host = Rc::clone(self);
        let seen = RefCell::new(page.peek(|session| Seen::of(session.generation(), None)));
        let waits = Rc::new(Cell::new(false));
        let report = Rc::new(move || {
            let told = page.peek(|session| {
                let now = Seen::of(session.generation(), Some(&seen.borrow()));
                let info = session.shown_model();
                let told = now.since(&seen.borrow(), session.generation(), info.map(|info| &info.vocabulary));
                seen.replace(now);
                told
            });
            if let Some(origin) = host.asked.borrow().as_deref() {
                told.iter().for_each(|told| host.say(&told_object(told), origin));
            }
        });
        Effect::new(move |_| {
            page.with(|_| ());
            if !waits.replace(true) {
                let (report, waits) = (Rc::clone(&report), Rc::clone(&waits));
                set_timeout(
                    move || {
                        waits.set(false);
                        report();
                    },
                    REPORT,
                );
            }
        });
    }
}

/// Gives the frame its scroll bars back where the page around has not followed.
fn mind_later(told: f64) {
    if let Some(root) = document().document_element().filter(|_| !fits(told)) {
        let _ = root.remove_attribute("data-fitted");
    }
}

fn fits(told: f64) -> bool {
    let inner = web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64());
    told > 0.0 && inner.is_some_and(|inner| inner + 1.0 >= told)
}

/// A field of somebody's message, if it is a short text or a truth value.
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

fn told_object(told: &Told) -> JsValue {
    match told {
        Told::Step { stage, line } => object(&[
            ("type", "next-token:step".into()),
            ("stage", (*stage).into()),
            ("line", JsValue::from(*line as u32)),
        ]),
        Told::Tokens(tokens) => {
            let list: Array = tokens.iter().map(joined_object).collect();
            object(&[("type", "next-token:token".into()), ("tokens", list.into())])
        }
        Told::Reset => object(&[("type", "next-token:reset".into())]),
    }
}

fn joined_object(joined: &Joined) -> JsValue {
    object(&[
        ("position", JsValue::from(joined.position as u32)),
        ("token", joined.token.into()),
        ("text", joined.text.as_str().into()),
        ("how", joined.how.into()),
        ("probability", joined.probability.map_or(JsValue::NULL, JsValue::from)),
    ])
}
