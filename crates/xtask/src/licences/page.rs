//! The page's HTML.

use std::collections::HashMap;
use std::fmt::Write;

use anyhow::Result;

use super::terms::{Terms, reason};
use super::texts::{Text, granted};
use crate::html::escaped;
use crate::pages::Lesson;

/// Something that is shipped: name and version, and what must be said of it.
pub(super) struct Work {
    pub(super) name: String,
    pub(super) version: String,
    /// As the authors give it, in SPDX's terms.
    pub(super) expression: String,
    pub(super) terms: Terms,
}

/// The weights that the site carries.
pub(super) struct Model {
    pub(super) name: String,
    pub(super) publisher: Option<&'static str>,
    /// As the file names it, by SPDX where that has a name for it.
    pub(super) licence: Option<String>,
    pub(super) text: Option<Text>,
}

/// What the page is made of.
pub(super) struct Page {
    pub(super) stylesheets: Vec<String>,
    pub(super) lessons: Vec<Lesson>,
    pub(super) model: Option<Model>,
    pub(super) own: Vec<Work>,
    pub(super) crates: Vec<Work>,
    pub(super) standard_library: Vec<Work>,
}

impl Page {
    /// The page in HTML, without script.
    pub(super) fn html(&self) -> Result<String> {
        let texts = Texts::of(self);
        let mut main = String::new();
        self.write_model(&mut main, &texts)?;
        writeln!(
            main,
            "<h2 id=\"project\">This project</h2>\n<p>The page, its programs and its scripts. As you like:</p>"
        )?;
        write_works(&mut main, &self.own, &texts)?;
        writeln!(main, "<h2 id=\"crates\">Rust crates</h2>\n<p>{}</p>", self.about_crates()?)?;
        write_works(&mut main, &self.crates, &texts)?;
        writeln!(main, "<h2 id=\"rust\">Rust’s standard library</h2>\n<p>What of it the programs use is in them.</p>")?;
        write_works(&mut main, &self.standard_library, &texts)?;
        writeln!(main, "<h2 id=\"javascript\">JavaScript</h2>\n<p>{JAVASCRIPT}</p>")?;
        texts.write(&mut main)?;
        Ok(self.around(&main))
    }

    fn write_model(&self, main: &mut String, texts: &Texts) -> Result<()> {
        writeln!(main, "<h2 id=\"model\">The model</h2>")?;
        let Some(model) = &self.model else {
            return Ok(writeln!(main, "<p>This site carries no weights: readers open files of their own.</p>")?);
        };
        let by = model.publisher.map(|publisher| format!(" by {publisher}")).unwrap_or_default();
        write!(main, "<p data-model><b>{}</b>{by}, ", escaped(&model.name))?;
        match (&model.licence, &model.text) {
            (Some(licence), Some(text)) => {
                writeln!(main, "unchanged, in parts, under {}.</p>", texts.link(text, licence))?;
            }
            (Some(licence), None) => {
                writeln!(main, "under the licence that its file calls “{}”.</p>", escaped(licence))?
            }
            (None, _) => writeln!(
                main,
                "under a licence that is unknown here: whoever put this site up chose the file, and can say.</p>"
            )?,
        }
        Ok(())
    }

    /// What stands above the list of crates: how they were found and chosen.
    fn about_crates(&self) -> Result<String> {
        let mut chosen: Vec<&str> = Vec::new();
        for name in self.crates.iter().flat_map(|work| &work.terms.chosen) {
            if !chosen.contains(&name.as_str()) {
                chosen.push(name);
            }
        }
        chosen.sort_unstable();
        let reasons = chosen.iter().map(|name| Ok(format!("{name} {}", reason(name)?))).collect::<Result<Vec<_>>>()?;
        Ok(format!(
            "The programs are compiled from these {} crates. After each stands the licence that its authors give, and a link to \
             the text under which it is passed on here. {}. Where a crate came without a text, the licence’s standard one stands \
             in for it. Macros and build scripts, which run while a crate is compiled, are not part of the programs.",
            self.crates.len(),
            reasons.join("; ")
        ))
    }

    fn around(&self, main: &str) -> String {
        let styles = self.stylesheets.iter().map(|address| format!("<link rel=\"stylesheet\" href=\"{address}\">\n"));
        let lessons = self.lessons.iter().map(|Lesson { address, code, name }| {
            format!("<a href=\"{address}\" hreflang=\"{code}\" lang=\"{code}\">{name}</a>")
        });
        format!(
            "<!DOCTYPE html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<title>Licences · Next Token</title>
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<link rel=\"icon\" href=\"./icons/icon.svg\" type=\"image/svg+xml\">
{}</head>
<body>
<header class=\"site-head\">
<a class=\"wordmark\" href=\"./\">Next Token</a>
<nav class=\"languages\" aria-label=\"The lesson\">{}</nav>
</header>
<main class=\"licences\">
<h1>Licences</h1>
<p>Whose work this site carries, and the terms under which it is passed on.</p>
{main}</main>
</body>
</html>
",
            styles.collect::<String>(),
            lessons.collect::<String>()
        )
    }
}

const JAVASCRIPT: &str = "Beside this project’s own scripts, <code>wasm-bindgen</code> writes those that join a program to the \
    browser; it is among the crates above. No npm package is part of the site.";

fn write_works(main: &mut String, works: &[Work], texts: &Texts) -> Result<()> {
    writeln!(main, "<ul class=\"works\">")?;
    for Work { name, version, expression, terms } in works {
        let links: Vec<_> = terms.texts.iter().map(|text| texts.link(text, &label(text, &terms.chosen))).collect();
        write!(
            main,
            "<li data-work=\"{name} {version}\"><b>{name}</b> {version} · {}: {}",
            escaped(expression),
            links.join(", ")
        )?;
        for notice in terms.texts.iter().flat_map(|text| &text.notices) {
            write!(main, "<br>{}", escaped(notice))?;
        }
        writeln!(main, "</li>")?;
    }
    Ok(writeln!(main, "</ul>")?)
}

/// What a link to a text says: the chosen licences in it, or that it is a notice.
fn label(text: &Text, chosen: &[String]) -> String {
    let granted = granted(&text.body);
    let names: Vec<_> = chosen.iter().map(String::as_str).filter(|name| granted.contains(name)).collect();
    if names.is_empty() { "notice".to_owned() } else { names.join(" and ") }
}

/// Every text once, however many works it belongs to.
struct Texts<'a> {
    /// The place of each in `bodies`, by its key.
    places: HashMap<String, usize>,
    bodies: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    fn of(page: &'a Page) -> Self {
        let mut texts = Self { places: HashMap::new(), bodies: Vec::new() };
        let works = page.own.iter().chain(&page.crates).chain(&page.standard_library);
        let of_works = works.flat_map(|work| &work.terms.texts);
        for text in of_works.chain(page.model.iter().filter_map(|model| model.text.as_ref())) {
            let next = texts.bodies.len();
            if *texts.places.entry(text.key()).or_insert(next) == next {
                texts.bodies.push(&text.body);
            }
        }
        texts
    }

    fn link(&self, text: &Text, label: &str) -> String {
        let place = self.places.get(&text.key()).copied().unwrap_or_default();
        format!("<a href=\"#text-{}\">{}</a>", place + 1, escaped(label))
    }

    fn write(&self, main: &mut String) -> Result<()> {
        writeln!(main, "<h2 id=\"texts\">Texts</h2>")?;
        for (place, body) in self.bodies.iter().enumerate() {
            writeln!(main, "<pre id=\"text-{}\" tabindex=\"-1\">{}</pre>", place + 1, escaped(body))?;
        }
        Ok(())
    }
}
