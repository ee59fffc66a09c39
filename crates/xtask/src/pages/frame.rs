//! The page of one widget in a frame: the lesson's head, as trunk leaves it, around a body of its own.
//!
//! It has the same program and style as the lesson, and of its prose only what stands in for a widget that cannot start.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use generation::manifest::Manifest;

use super::{HOME, Language};
use crate::html::escaped;

/// The script of the custom element, at the site's root.
pub(super) const ELEMENT: &str = "embed.js";

/// Around what only the lesson needs.
const OPEN: &str = "<!-- lesson -->";
const CLOSE: &str = "<!-- /lesson -->";

/// What the script of the element holds for the languages that have a folder.
const LANGUAGES: &str = "const languages = [];";

/// The frame's template, made of the lesson's and of what stands in its body.
pub(super) fn template(lesson: &str, body: &str, model: Option<&Manifest>) -> Result<String> {
    let (head, rest) = lesson.split_once("<body>").context("the template has no <body>")?;
    let (_, end) = rest.split_once("</body>").context("the template has no </body>")?;
    let root = "<html ";
    ensure!(head.contains(root), "the template has no {root}");
    let head = without_lesson(head)?.replacen(root, "<html data-embed ", 1);
    let offer = model.map(offer).unwrap_or_default();
    let head = head.replace("</head>", &format!("{offer}<meta name=\"robots\" content=\"noindex\">\n</head>"));
    // It lies a folder below the lesson.
    let page = format!("{head}<body>\n{body}</body>{end}");
    Ok(page.replace("\"./\"", "\"../\"").replace("content=\"embed/\"", "content=\"../embed/\""))
}

/// The lesson's template without the marks.
pub(super) fn unmarked(lesson: &str) -> String {
    lesson.replace(OPEN, "").replace(CLOSE, "")
}

fn without_lesson(head: &str) -> Result<String> {
    let mut parts = head.split(OPEN);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, after) = part.split_once(CLOSE).with_context(|| format!("{OPEN} without {CLOSE}"))?;
        kept.push_str(after);
    }
    Ok(kept)
}

/// What the offer's line begins with.
pub(crate) const OFFER: &str = "<meta name=\"next-token-offer\"";

/// The size of the live model, which a frame shows before it fetches anything.
pub(crate) fn offer(model: &Manifest) -> String {
    let first = model.parts.first().map_or(0, |part| part.bytes);
    let Manifest { name, licence, quantization, bytes, .. } = model;
    let content = [&bytes.to_string(), &first.to_string(), quantization, licence, name].map(|text| escaped(text));
    format!("{OFFER} content=\"{}\">\n", content.join("|"))
}

/// Writes the languages that have a folder into the element's script.
pub(super) fn tell_languages(script: &Path, languages: &[Language]) -> Result<()> {
    let text = fs::read_to_string(script).with_context(|| format!("trunk copied no {}", script.display()))?;
    ensure!(text.contains(LANGUAGES), "{} should have the line {LANGUAGES}", script.display());
    let codes = languages.iter().map(|language| language.code.as_str()).filter(|code| *code != HOME);
    let list = codes.map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ");
    Ok(fs::write(script, text.replace(LANGUAGES, &format!("const languages = [{list}];")))?)
}
