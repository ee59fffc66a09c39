//! The worker's life: started, spoken to, listened for, replaced.

use std::cell::Cell;
use std::rc::Rc;

use generation::protocol::{Failure, Request, Response, Source, decode, encode};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, File, MessageEvent, MessagePort, Worker};

use self::shared::Seat;
use crate::t;

mod shared;
mod start;

/// How often the worker is asked whether it lives, in milliseconds.
pub const TICK_MS: u32 = 2_000;

/// Ticks without a word after which a worker counts as dead.
const SILENT_TICKS: u32 = 4;

/// Ticks that a worker may take to say its first word: its program is fetched and compiled meanwhile.
const STARTING_TICKS: u32 = 60;

/// The same for a worker that takes the place of a silent one: its program is here. A shared one that hangs cannot be ended.
const RESTARTING_TICKS: u32 = 10;

thread_local! {
    /// The browser gives this page no worker that pages share.
    static UNSHARED: Cell<bool> = const { Cell::new(false) };
}

/// What is heard of the worker.
#[derive(Debug)]
pub enum News {
    /// It said something.
    Answer(Response),
    /// It is of no use any more.
    Lost(Failure),
}

/// Counts ticks without a word from the worker: ticks, not time, so that a sleeping laptop is no death.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heartbeat {
    awake: bool,
    silent: u32,
    /// The worker before this one was heard.
    again: bool,
}

/// What to do at a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Nothing: it is still starting.
    Wait,
    /// Ask it for a sign of life.
    Ping,
    /// It is dead.
    Dead,
}

impl Heartbeat {
    /// The worker said something.
    pub fn hear(&mut self) {
        *self = Self { awake: true, silent: 0, again: self.again };
    }

    /// Two seconds have passed in a visible page.
    pub fn tick(&mut self) -> Beat {
        let patience = match (self.awake, self.again) {
            (true, _) => SILENT_TICKS,
            (false, true) => RESTARTING_TICKS,
            (false, false) => STARTING_TICKS,
        };
        if self.silent >= patience {
            return Beat::Dead;
        }
        self.silent += 1;
        if self.awake { Beat::Ping } else { Beat::Wait }
    }
}

/// Starts workers, one at a time, and speaks with the present one.
pub struct WorkerClient {
    number: u32,
    url: String,
    /// What [`Source::Files`] speaks of: kept for a fresh worker.
    files: Vec<File>,
    /// Other frames of the site may have the same worker.
    share: bool,
    listener: Rc<dyn Fn(News)>,
    link: Option<Link>,
    heartbeat: Heartbeat,
}

impl WorkerClient {
    /// A client without a worker; `files` are the reader's, if the model is in files. Such a worker is never shared, and
    /// another one if `share` says so and the browser can.
    #[must_use]
    pub fn new(url: String, files: Vec<File>, share: bool) -> Self {
        thread_local!(static MADE: Cell<u32> = const { Cell::new(0) });
        let number = MADE.with(|made| made.replace(made.get() + 1));
        let share = share && files.is_empty();
        Self { number, url, files, share, listener: Rc::new(|_| {}), link: None, heartbeat: Heartbeat::default() }
    }

    /// Tells it from all other clients.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Who hears of the next worker: `listener` is called from the browser's event loop, never from these methods.
    pub fn listen(&mut self, listener: impl Fn(News) + 'static) {
        self.listener = Rc::new(listener);
    }

    /// Replaces the worker by a fresh one.
    ///
    /// # Errors
    /// If the browser makes none.
    pub fn start(&mut self) -> Result<(), Failure> {
        self.heartbeat = Heartbeat { again: self.heartbeat.awake, ..Heartbeat::default() };
        self.stop();
        let line = if self.share && !UNSHARED.get() { Line::shared(&self.url).ok() } else { None };
        UNSHARED.set(UNSHARED.get() || self.share && line.is_none());
        let line = line.map_or_else(|| Line::own(&self.url), Ok).map_err(|error| Failure::Crashed(words(&error)))?;
        self.link = Some(Link::open(line, Rc::clone(&self.listener)));
        Ok(())
    }

    /// Whether the present worker is one that pages share.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.link.as_ref().is_some_and(|link| matches!(link.line, Line::Shared(_)))
    }

    /// The worker is lost. Says whether one of this page's own shall be tried: a shared one never said a word.
    #[must_use]
    pub fn retreats(&mut self) -> bool {
        let unheard = self.is_shared() && !self.heartbeat.awake;
        if unheard {
            self.mute();
            UNSHARED.set(true);
        }
        unheard
    }

    /// Ends the worker.
    pub fn stop(&mut self) {
        self.link = None;
    }

    /// What the present worker still says is not heard any more.
    pub fn mute(&self) {
        if let Some(link) = &self.link {
            link.muted.set(true);
        }
    }

    /// The worker gave a sign of life.
    pub fn hear(&mut self) {
        self.heartbeat.hear();
    }

    /// Posts a request; without a worker it is lost, and asked again once there is one.
    pub fn send(&self, request: &Request) {
        let Some(link) = &self.link else { return };
        let bytes = Uint8Array::from(&encode(request)[..]).buffer();
        let transfer = Array::of1(&bytes);
        let message: JsValue = match request {
            Request::Survey { source: Source::Files, .. }
            | Request::Load { source: Source::Files, .. }
            | Request::LoadTokenizer { source: Source::Files, .. } => {
                let files = self.files.iter().map(JsValue::from);
                std::iter::once(JsValue::from(&bytes)).chain(files).collect::<Array>().into()
            }
            _ => bytes.into(),
        };
        if let Err(error) = link.line.port().post_message_with_transferable(&message, &transfer) {
            web_sys::console::error_1(&error);
        }
    }

    /// Asks the worker for a sign of life. Says whether it has been silent for too long.
    #[must_use]
    pub fn is_dead(&mut self) -> bool {
        if self.link.as_ref().is_none_or(|link| link.muted.get()) {
            return false;
        }
        let beat = self.heartbeat.tick();
        if beat == Beat::Ping {
            self.send(&Request::Ping);
        }
        beat == Beat::Dead
    }
}

/// The way to a worker.
enum Line {
    /// This page's own, which ends with it.
    Own(Worker),
    /// One that several pages share.
    Shared(Seat),
}

impl Line {
    fn own(url: &str) -> Result<Self, JsValue> {
        Ok(Self::Own(start::start(url)?))
    }

    fn shared(url: &str) -> Result<Self, JsValue> {
        Ok(Self::Shared(Seat::take(url)?))
    }

    /// Where it is spoken to; a worker's own end is as a port is.
    fn port(&self) -> &MessagePort {
        match self {
            Self::Own(worker) => worker.unchecked_ref(),
            Self::Shared(seat) => &seat.port,
        }
    }

    fn set_onerror(&self, listener: Option<&js_sys::Function>) {
        match self {
            Self::Own(worker) => worker.set_onerror(listener),
            Self::Shared(seat) => seat.worker.set_onerror(listener),
        }
    }
}

/// A worker and the page's ears for it. Ends the worker when dropped, if it is the page's own.
struct Link {
    line: Line,
    muted: Rc<Cell<bool>>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

impl Link {
    fn open(line: Line, listener: Rc<dyn Fn(News)>) -> Self {
        let muted = Rc::new(Cell::new(false));
        let tell = {
            let muted = Rc::clone(&muted);
            Rc::new(move |news| {
                if !muted.get() {
                    listener(news);
                }
            })
        };
        let on_message = {
            let tell = Rc::clone(&tell);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| tell(read(&event.data())))
        };
        let on_error = Closure::<dyn Fn(Event)>::new(move |event: Event| tell(News::Lost(blame(&event))));
        line.port().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        line.port().set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        line.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Self { line, muted, _on_message: on_message, _on_error: on_error }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.line.port().set_onmessage(None);
        self.line.port().set_onmessageerror(None);
        self.line.set_onerror(None);
        if let Line::Own(worker) = &self.line {
            worker.terminate();
        }
    }
}

fn read(data: &JsValue) -> News {
    // A shared worker's last words.
    if let Some(words) = data.as_string() {
        return News::Lost(Failure::Crashed(words));
    }
    let Some(buffer) = data.dyn_ref::<ArrayBuffer>() else {
        return News::Lost(Failure::Garbled(t!("engine-no-buffer")));
    };
    let bytes = Uint8Array::new(buffer).to_vec();
    // Its memory is of use for the next answer now, and not when garbage is collected; older browsers have no such method.
    let _ = buffer.transfer_with_length(0);
    match decode(&bytes) {
        Ok(response) => News::Answer(response),
        Err(failure) => News::Lost(failure),
    }
}

/// Where a script cannot even be fetched, browsers send an event without a message.
fn blame(event: &Event) -> Failure {
    let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|message| !message.is_empty());
    let reason = message.map(|message| message.trim_start_matches("Uncaught ").to_owned());
    Failure::Crashed(reason.unwrap_or_else(|| t!("engine-not-loaded")))
}

fn words(error: &JsValue) -> String {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    message.unwrap_or_else(|| t!("engine-no-workers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_silent_ticks_are_a_death() {
        let mut heartbeat = Heartbeat::default();
        heartbeat.hear();
        for _ in 0..10 {
            assert_eq!([heartbeat.tick(), heartbeat.tick(), heartbeat.tick()], [Beat::Ping; 3]);
            heartbeat.hear();
        }
        assert_eq!([heartbeat.tick(), heartbeat.tick(), heartbeat.tick(), heartbeat.tick()], [Beat::Ping; 4]);
        assert_eq!(heartbeat.tick(), Beat::Dead);
    }

    #[test]
    fn nothing_is_posted_before_the_first_word_and_starting_may_take_long() {
        let mut heartbeat = Heartbeat::default();
        assert!((0..STARTING_TICKS).all(|_| heartbeat.tick() == Beat::Wait));
        assert_eq!(heartbeat.tick(), Beat::Dead);
    }

    #[test]
    fn a_second_worker_is_not_waited_for_as_long() {
        let mut heartbeat = Heartbeat { again: true, ..Heartbeat::default() };
        assert!((0..RESTARTING_TICKS).all(|_| heartbeat.tick() == Beat::Wait));
        assert_eq!(heartbeat.tick(), Beat::Dead);
    }
}
