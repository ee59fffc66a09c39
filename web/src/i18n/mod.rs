//! Words and numbers in the page's language: the messages of `web/locales`, and the texts made of them.

pub mod announcer;
pub mod failures;
pub mod link_notice;
pub mod messages;
pub mod numbers;
pub mod status;
pub mod token_text;

/// A widget's title in the page's language.
#[must_use]
pub fn widget_title(widget: generation::lesson::Widget) -> String {
    messages::text(widget.about().title, &[])
}
