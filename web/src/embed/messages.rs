//! What the page around a frame says, and how much of it is listened to.

use super::setting::Theme;

/// What the page around a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It is there: it wants to know the height, and, where it says so, what happens.
    Hello {
        /// Whether it wants to know of steps, tokens and resets.
        events: bool,
    },
    /// How it looks.
    Theme(Theme),
    /// H5P's resizer is there, or wants the height again.
    Resizer,
    /// H5P's resizer has made the frame ready to be measured.
    ResizerReady,
}

impl Heard {
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

/// Messages that are listened to at once, and per second: no honest page says more.
const BURST: f64 = 30.0;

/// How many messages may still be listened to.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    left: f64,
    at: f64,
}

impl Patience {
    /// At `now` milliseconds.
    #[must_use]
    pub fn new(now: f64) -> Self {
        Self { left: BURST, at: now }
    }

    /// Whether a message that comes at `now` milliseconds is listened to.
    pub fn take(&mut self, now: f64) -> bool {
        self.left = (self.left + (now - self.at).max(0.0) * BURST / 1000.0).min(BURST);
        self.at = now;
        let listened = self.left >= 1.0;
        if listened {
            self.left -= 1.0;
        }
        listened
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> Option<Heard> {
        Heard::read(|name| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_hosts_say_is_understood() {
        assert_eq!(read(&[("type", "next-token:hello")]), Some(Heard::Hello { events: false }));
        assert_eq!(read(&[("type", "next-token:hello"), ("events", "true")]), Some(Heard::Hello { events: true }));
        assert_eq!(read(&[("type", "next-token:theme"), ("theme", "dark")]), Some(Heard::Theme(Theme::Dark)));
        assert_eq!(read(&[("context", "h5p"), ("action", "hello")]), Some(Heard::Resizer));
        assert_eq!(read(&[("context", "h5p"), ("action", "resizePrepared")]), Some(Heard::ResizerReady));
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
    fn a_flood_is_listened_to_in_part() {
        let mut patience = Patience::new(0.0);
        let heard = (0..100_000).filter(|tenth| patience.take(f64::from(*tenth) / 10.0)).count();
        // Ten seconds of it.
        assert!((300..=331).contains(&heard), "{heard}");
        assert!(patience.take(20_000.0));
        // A clock that goes back gives nothing.
        let mut patience = Patience::new(1_000.0);
        assert_eq!((0..100).filter(|_| patience.take(0.0)).count(), 30);
    }
}
