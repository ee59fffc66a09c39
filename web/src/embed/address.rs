//! What a frame's address asks for.

use generation::link::beginning;

use crate::t;

/// A widget of the lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widget {
    /// A text and its pieces.
    Tokenizer,
    /// Two texts and their probability.
    ChainRule,
    /// One generation step.
    Pipeline,
    /// From logits to probabilities.
    Softmax,
    /// The loop in code.
    Code,
    /// A row per position.
    ContextGrowth,
    /// What the model sees, and what it costs.
    ContextWindow,
}

impl Widget {
    /// All of them, in the lesson's order.
    pub const ALL: [Self; 7] = [
        Self::Tokenizer,
        Self::ChainRule,
        Self::Pipeline,
        Self::Softmax,
        Self::Code,
        Self::ContextGrowth,
        Self::ContextWindow,
    ];

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokenizer => "tokenizer",
            Self::ChainRule => "chain-rule",
            Self::Pipeline => "pipeline",
            Self::Softmax => "softmax",
            Self::Code => "code",
            Self::ContextGrowth => "context-growth",
            Self::ContextWindow => "context-window",
        }
    }

    /// The widget of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|widget| widget.name() == name)
    }

    /// Its title.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Tokenizer => t!("tokenizer-title"),
            Self::ChainRule => t!("chain-title"),
            Self::Pipeline => t!("pipeline-title"),
            Self::Softmax => t!("softmax-title"),
            Self::Code => t!("code-title"),
            Self::ContextGrowth => t!("growth-title"),
            Self::ContextWindow => t!("window-title"),
        }
    }

    /// Whether it shows the loop's run, and so has a use for a prompt and the buttons of the desk.
    #[must_use]
    pub fn shows_the_loop(self) -> bool {
        !matches!(self, Self::Tokenizer | Self::ChainRule)
    }

    /// About its height in a column of text, in CSS pixels: for a host that does not follow what the frame says.
    #[must_use]
    pub fn height(self) -> u32 {
        match self {
            Self::Tokenizer => 1060,
            Self::ChainRule => 1900,
            Self::Pipeline => 1120,
            Self::Softmax => 1560,
            Self::Code => 1100,
            Self::ContextGrowth => 1040,
            Self::ContextWindow => 1740,
        }
    }
}

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
        for widget in Widget::ALL {
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
