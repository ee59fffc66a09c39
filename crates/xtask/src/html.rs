//! Escaping, and the check that a page works under a strict Content-Security-Policy.

use anyhow::{Result, bail, ensure};

/// A text as it stands in an element or between an attribute's double quotes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

/// Fails on what a strict policy forbids in a page: inline scripts, styles and event handlers.
pub(crate) fn refuse_inline(page: &str) -> Result<()> {
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        // The browser does not run `text/plain`, which holds the catalogue.
        let runs = name == "script" && !tag.contains(" src=") && !tag.contains("type=\"text/plain\"");
        ensure!(!runs && name != "style", "<{tag}> stands in the page itself: it belongs in a file");
        if let Some(word) = tag.split_whitespace().find(|word| word.starts_with("style=") || is_handler(word)) {
            bail!("{word} in <{tag}> belongs in a file");
        }
    }
    Ok(())
}

fn is_handler(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_strict_policy_forbids_is_refused() {
        for bad in [
            "<script>run()</script>",
            "<script type=\"module\">run()</script>",
            "<style>a{}</style>",
            "<p style=\"color:red\">",
            "<p onclick=\"run()\">",
        ] {
            assert!(refuse_inline(bad).is_err(), "{bad}");
        }
        for good in ["<script src=\"a.js\"></script>", "<script type=\"text/plain\">x</script>", "<p class=\"one\">"] {
            refuse_inline(good).unwrap();
        }
    }

    #[test]
    fn an_escaped_text_opens_no_tag_and_ends_no_attribute() {
        assert_eq!(escaped("A & \"B\" <b@c.org>"), "A &amp; &quot;B&quot; &lt;b@c.org>");
    }
}
