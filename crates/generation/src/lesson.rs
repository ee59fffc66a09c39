//! The lesson: its widgets, in the one list that the page, its frames, `cargo xtask` and the browser tests read, and the run
//! that they open on.

use serde::Serialize;

use crate::sampling::Controls;

/// The recorded model, as its manifest names it for people.
pub const MODEL: &str = "SmolLM2-135M-Instruct";

/// The lesson's prompt.
pub const PROMPT: &str = "The cat sat on";

/// The seed of the lesson's coins.
pub const SEED: u64 = 143;

/// How many tokens the lesson's run makes.
pub const LENGTH: usize = 12;

/// Texts to try a tokenizer on: the word that starts with a space is another word, a family is one picture of many bytes, and
/// another script costs more.
pub const TEXTS: [&str; 5] = ["unbelievable", " unbelievable", PROMPT, "👨\u{200d}👩\u{200d}👧\u{200d}👦", "Привет"];

/// The controls of the lesson's run.
#[must_use]
pub fn controls() -> Controls {
    Controls::default()
}

/// What is known of a widget without drawing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Its name in addresses (`?widget=…`), in the page's elements and in the names of its pictures; it never changes.
    pub name: &'static str,
    /// The message that is its title, in each language's `web/locales`.
    pub title: &'static str,
    /// About its height in a column of text, in CSS pixels: for a host that does not follow what the frame says.
    pub height: u32,
    /// Whether it shows the loop's run, and so has a use for a prompt and a run bar.
    pub shows_run: bool,
    /// Whether the small program of frames has it (`web/src/bin/widget.rs`).
    pub small: bool,
}

/// Makes the enum of its entries, so that each widget stands in one place.
macro_rules! widgets {
    ($($(#[$doc:meta])* $widget:ident { $($field:ident: $value:expr),+ $(,)? })+) => {
        /// A widget of the lesson, in the lesson's order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Widget { $($(#[$doc])* $widget),+ }

        impl Widget {
            /// All of them, in the lesson's order.
            pub const ALL: &[Self] = &[$(Self::$widget),+];

            /// What is known of it.
            #[must_use]
            pub const fn about(self) -> &'static About {
                match self { $(Self::$widget => &About { $($field: $value),+ }),+ }
            }
        }
    };
}

widgets! {
    /// A text and its tokens.
    Tokenizer { name: "tokenizer", title: "tokenizer-title", height: 1060, shows_run: false, small: false }
    /// Two texts and their probability, token by token.
    ChainRule { name: "chain-rule", title: "chain-title", height: 1900, shows_run: false, small: false }
    /// One generation step in its six stages.
    Pipeline { name: "pipeline", title: "pipeline-title", height: 1120, shows_run: true, small: false }
    /// From logits to probabilities.
    Softmax { name: "softmax", title: "softmax-title", height: 1560, shows_run: true, small: true }
    /// The loop in code.
    Code { name: "code", title: "code-title", height: 1100, shows_run: true, small: false }
    /// A row for each position, with its candidates.
    ContextGrowth { name: "context-growth", title: "growth-title", height: 1040, shows_run: true, small: true }
    /// What the model sees, and what the next token costs.
    ContextWindow { name: "context-window", title: "window-title", height: 1740, shows_run: true, small: false }
}

impl Widget {
    /// Its name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.about().name
    }

    /// The widget of this name.
    ///
    /// ```
    /// use generation::lesson::Widget;
    /// assert_eq!(Widget::of("chain-rule"), Some(Widget::ChainRule));
    /// assert_eq!(Widget::of("Chain-Rule"), None);
    /// ```
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|widget| widget.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_widgets_and_need_no_escape_in_an_address() {
        for widget in Widget::ALL.iter().copied() {
            assert_eq!(Widget::of(widget.name()), Some(widget));
            assert!(widget.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
        }
    }
}
