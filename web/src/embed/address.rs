//! What a frame's address asks for.

use generation::lesson::Widget;
use generation::link::beginning;

/// Light, dark, or as the system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system, or the page around, has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// When a frame starts the live model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Live {
    /// By itself where the browser keeps the model already, else when the reader asks.
    #[default]
    Auto,
    /// When the reader asks.
    Ask,
    /// Never.
    Recorded,
}

impl Live {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Ask, Self::Recorded];

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ask => "ask",
            Self::Recorded => "recorded",
        }
    }
}

/// What a frame's address asks for. What makes no sense there is as if it were not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameOptions {
    /// The widget; else the name that no widget has, or the beginning of it.
    pub widget: Result<Widget, String>,
    /// How it looks.
    pub theme: Theme,
    /// When the live model starts.
    pub live: Live,
    /// Tells it from other frames of the same widget.
    pub id: String,
}

impl FrameOptions {
    /// Reads it; `field` gives the value of a field of the address's query.
    #[must_use]
    pub fn read(field: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name| field(name).unwrap_or_default();
        let (widget, live) = (value("widget"), value("model"));
        Self {
            widget: Widget::of(&widget).ok_or_else(|| beginning(&widget)),
            theme: Theme::of(&value("theme")).unwrap_or_default(),
            live: Live::ALL.into_iter().find(|mode| mode.name() == live).unwrap_or_default(),
            id: beginning(&value("id")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> FrameOptions {
        FrameOptions::read(|name| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_says_what_is_shown() {
        for &widget in Widget::ALL {
            assert_eq!(read(&[("widget", widget.name())]).widget, Ok(widget));
        }
        let options = read(&[("widget", "softmax"), ("theme", "dark"), ("model", "recorded"), ("id", "a")]);
        assert_eq!((options.theme, options.live, options.id.as_str()), (Theme::Dark, Live::Recorded, "a"));
    }

    #[test]
    fn what_makes_no_sense_is_as_if_it_were_not_there() {
        let long = "x".repeat(1_000_000);
        let options = read(&[("widget", &long), ("theme", "<b>"), ("model", "yes"), ("id", &long)]);
        assert_eq!(options.widget.unwrap_err().chars().count(), 25);
        assert_eq!((options.theme, options.live, options.id.chars().count()), (Theme::Auto, Live::Auto, 25));
        assert_eq!(read(&[]).widget, Err(String::new()));
    }
}
