//! The clock of an auto-run.

use std::time::Duration;

use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::*;

use super::store::Store;
use crate::platform::{clock, dom};
use crate::t;
use session::Session;

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

    /// Its name in the page's language.
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

impl Store {
    /// The tab has come to the foreground or gone to the background: an auto-run goes on only in the foreground.
    pub(super) fn on_visibility_change(self) {
        if dom::is_hidden() {
            self.session.update(Session::interrupt);
        } else {
            self.schedule();
        }
    }

    /// Sets the clock for the next token of an auto-run.
    pub(super) fn schedule(self) {
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

    pub(super) fn next_token(self) {
        self.timers.update_value(|timers| {
            timers.next = None;
            timers.last_token = clock::now();
        });
        if !dom::is_hidden() {
            self.update(|session| {
                if session.wants_token() {
                    session.next_token();
                }
            });
        }
    }
}
