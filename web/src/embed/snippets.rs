//! What an author pastes to embed a widget.

use crate::i18n::widget_title;
use generation::lesson::Widget;

use super::address::{Live, Theme};

/// What the author chose.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The widget.
    pub widget: Widget,
    /// How it looks.
    pub theme: Theme,
    /// When the live model starts.
    pub live: Live,
    /// The state that it opens with, as a link's fragment; empty for the lesson's start.
    pub state: String,
}

/// Where the site is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    /// The frame's page, in the language of this one.
    pub frame: String,
    /// The custom element's script.
    pub script: String,
    /// The language of this page.
    pub language: String,
}

impl Choice {
    /// The frame's address.
    #[must_use]
    pub fn address(&self, site: &Site) -> String {
        let mut address = format!("{}?widget={}", site.frame, self.widget.name());
        if self.theme != Theme::Auto {
            address += &format!("&theme={}", self.theme.name());
        }
        if self.live != Live::Auto {
            address += &format!("&model={}", self.live.name());
        }
        if !self.state.is_empty() {
            address += &format!("#{}", self.state);
        }
        address
    }

    /// A plain frame.
    #[must_use]
    pub fn iframe(&self, site: &Site) -> String {
        format!(
            "<iframe src=\"{}\" title=\"{}\" loading=\"lazy\" allow=\"clipboard-write; fullscreen\" \
             style=\"width:100%;height:{}px;border:0\"></iframe>",
            attribute(&self.address(site)),
            attribute(&widget_title(self.widget)),
            self.widget.about().height,
        )
    }

    /// The custom element, which fits itself.
    #[must_use]
    pub fn element(&self, site: &Site) -> String {
        let mut attributes = format!("widget=\"{}\" lang=\"{}\"", self.widget.name(), attribute(&site.language));
        if self.theme != Theme::Auto {
            attributes += &format!(" theme=\"{}\"", self.theme.name());
        }
        if self.live != Live::Auto {
            attributes += &format!(" model=\"{}\"", self.live.name());
        }
        if !self.state.is_empty() {
            attributes += &format!(" state=\"{}\"", attribute(&self.state));
        }
        let script = attribute(&site.script);
        format!("<script src=\"{script}\" async></script>\n<next-token {attributes}></next-token>")
    }
}

/// A text that may stand between double quotes in HTML.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        Site {
            frame: "https://example.org/next-token/embed/".into(),
            script: "https://example.org/next-token/embed.js".into(),
            language: "en".into(),
        }
    }

    #[test]
    fn snippets_carry_what_was_chosen() {
        let choice = Choice {
            widget: Widget::Softmax,
            theme: Theme::Dark,
            live: Live::Recorded,
            state: "v=1&six=4_3&end=1".into(),
        };
        let address =
            "https://example.org/next-token/embed/?widget=softmax&theme=dark&model=recorded#v=1&six=4_3&end=1";
        assert_eq!(choice.address(&site()), address);
        let iframe = choice.iframe(&site());
        assert!(iframe.contains(&format!("src=\"{}\"", address.replace('&', "&amp;"))), "{iframe}");
        let element = choice.element(&site());
        assert!(element.contains("theme=\"dark\" model=\"recorded\" state=\"v=1&amp;six=4_3&amp;end=1\""), "{element}");
    }

    #[test]
    fn what_is_usual_is_not_said() {
        let choice = Choice { widget: Widget::Code, theme: Theme::Auto, live: Live::Auto, state: String::new() };
        assert_eq!(choice.address(&site()), "https://example.org/next-token/embed/?widget=code");
        assert!(choice.element(&site()).ends_with("<next-token widget=\"code\" lang=\"en\"></next-token>"));
    }

    #[test]
    fn no_text_leaves_its_attribute() {
        assert_eq!(attribute("\"><img src=x onerror=alert(1)>&"), "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;");
    }
}
