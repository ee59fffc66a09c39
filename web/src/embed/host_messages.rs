//! The messages of the page around a frame, and how many of them are read.

use super::address::Theme;

/// A message of the page around a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostMessage {
    /// It asks for the height, and perhaps for events.
    Hello {
        /// Whether it asks for steps, tokens and resets.
        events: bool,
    },
    /// The theme to show.
    Theme(Theme),
    /// H5P's resizer is present, or asks for the height again.
    Resizer,
    /// H5P's resizer has prepared the frame for being measured.
    ResizerReady,
}

impl HostMessage {
    /// Reads a message; `field` gives the text of one of its fields, if that is a text or a truth value.
    #[must_use]
    pub fn read(field: impl Fn(&str) -> Option<String>) -> Option<Self> {
        if let Some(kind) = field("type") {
            return match kind.as_str() {
                "next-token:hello" => Some(Self::Hello { events: field("events").as_deref() == Some("true") }),
                "next-token:theme" => Theme::of(&field("theme")?).map(Self::Theme),
                _ => None,
            };
        }
        if field("context")? != "h5p" {
            return None;
        }
        match field("action")?.as_str() {
            "ready" | "hello" | "resize" => Some(Self::Resizer),
            "resizePrepared" => Some(Self::ResizerReady),
            _ => None,
        }
    }
}

/// Messages that are read at once, and per second; a host in order posts far fewer.
const BURST: f64 = 30.0;

/// A token bucket: how many messages may still be read.
#[derive(Clone, Copy, Debug)]
pub struct RateLimiter {
    left: f64,
    at: f64,
}

impl RateLimiter {
    /// At `now` milliseconds.
    #[must_use]
    pub fn new(now: f64) -> Self {
        Self { left: BURST, at: now }
    }

    /// Whether a message at `now` milliseconds is read.
    pub fn take(&mut self, now: f64) -> bool {
        self.left = (self.left + (now - self.at).max(0.0) * BURST / 1000.0).min(BURST);
        self.at = now;
        let accepted = self.left >= 1.0;
        if accepted {
            self.left -= 1.0;
        }
        accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Option<HostMessage> {
        HostMessage::read(|name| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_hosts_say_is_understood() {
        assert_eq!(read(&[("type", "next-token:hello")]), Some(HostMessage::Hello { events: false }));
        assert_eq!(
            read(&[("type", "next-token:hello"), ("events", "true")]),
            Some(HostMessage::Hello { events: true })
        );
        assert_eq!(read(&[("type", "next-token:theme"), ("theme", "dark")]), Some(HostMessage::Theme(Theme::Dark)));
        assert_eq!(read(&[("context", "h5p"), ("action", "hello")]), Some(HostMessage::Resizer));
        assert_eq!(read(&[("context", "h5p"), ("action", "resizePrepared")]), Some(HostMessage::ResizerReady));
    }

    #[test]
    fn all_else_is_not() {
        for fields in [
            &[][..],
            &[("type", "next-token:height")],
            &[("type", "next-token:theme"), ("theme", "<img src=x onerror=alert(1)>")],
            &[("type", "hello"), ("context", "h5p"), ("action", "hello")],
            &[("context", "h5p")],
            &[("context", "h5p"), ("action", "eval")],
        ] {
            assert_eq!(read(fields), None, "{fields:?}");
        }
    }

    #[test]
    fn a_flood_is_accepted_to_in_part() {
        let mut limiter = RateLimiter::new(0.0);
        let heard = (0..100_000).filter(|tenth| limiter.take(f64::from(*tenth) / 10.0)).count();
        // Ten seconds of it.
        assert!((300..=331).contains(&heard), "{heard}");
        assert!(limiter.take(20_000.0));
        // A clock that goes back gives nothing.
        let mut limiter = RateLimiter::new(1_000.0);
        assert_eq!((0..100).filter(|_| limiter.take(0.0)).count(), 30);
    }
}
