//! The pages: one template, `index.html` as trunk leaves it, and a page per language made of it.
//!
//! A language is a folder of `web/locales`: `lesson.ftl` is the prose, the other files are what the widgets say. The
//! home language's page takes the template's place, another's is `<language>/index.html`. A page carries its own
//! language's catalogue, so nothing more is fetched. Below each lies `embed/`, one widget alone (see [`frame`]).

mod frame;

pub(crate) use frame::{OFFER, offer};

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use fluent_bundle::{FluentBundle, FluentResource};
use serde_json::{Value, json};

use crate::model;
use crate::project::Project;

/// The language of the page at the root: the one whose messages the others are held against.
const HOME: &str = "en";

const PAGE: &str = "index.html";

/// The web app manifest, beside each page.
const APP: &str = "manifest.json";
/// The page of one widget in a frame: in a folder, as some hosts take the end off a file's name and lose the query.
const FRAME: &str = "embed/index.html";

/// The prose of a language, which its page holds already: not part of the widgets' catalogue.
const PROSE: &str = "lesson.ftl";

/// How a language writes numbers: prose and widgets alike.
const NUMBERS: &str = "numbers.ftl";

/// The formulas, the same in every language.
const FORMULAS: &str = "formulas.ftl";

/// What the template holds in comments: it is made of all languages, or of a whole catalogue.
const ALTERNATES: &str = "<!-- alternates -->";
const LANGUAGES: &str = "<!-- languages -->";
const CATALOGUE: &str = "<!-- catalogue -->";

/// Makes the pages of the template that lies in `folder`, in its place and beside it.
pub(crate) fn render(project: &Project, folder: &Path) -> Result<()> {
    let template = fs::read_to_string(folder.join(PAGE)).with_context(|| format!("trunk wrote no {PAGE}"))?;
    let body = fs::read_to_string(project.frame_body()).context("there is no body of a frame's page")?;
    let frame = frame::template(&template, &body, model::manifest(project).as_ref())?;
    let languages = Language::all(&project.locales())?;
    for language in &languages {
        let place = folder.join(language.folder());
        fs::create_dir_all(place.join(FRAME).with_file_name(""))?;
        fs::write(place.join(APP), serde_json::to_string_pretty(&language.app()?)?)?;
        for (file, template) in [(PAGE, frame::unmarked(&template)), (FRAME, frame.clone())] {
            let page = language.page(&template, &languages, file);
            let page = page.with_context(|| format!("{file} in {:?}", language.code))?;
            fs::write(place.join(file), page)?;
        }
    }
    frame::tell_languages(&folder.join(frame::ELEMENT), &languages)
}

/// Every page of a built site, with the way from it to the site's root.
pub(crate) fn built(project: &Project, dist: &Path) -> Result<Vec<(PathBuf, &'static str)>> {
    let languages = Language::all(&project.locales())?;
    let pages = languages.iter().flat_map(|language| [PAGE, FRAME].map(|file| (language, file)));
    Ok(pages.map(|(language, file)| (dist.join(language.folder()).join(file), language.root(file))).collect())
}

/// The lesson's page in a language.
pub(crate) struct Lesson {
    /// From the site's root.
    pub(crate) address: String,
    /// The language, as BCP 47 names it.
    pub(crate) code: String,
    /// The language's own name for itself.
    pub(crate) name: String,
}

/// Every language's lesson, the home language's first.
pub(crate) fn lessons(project: &Project) -> Result<Vec<Lesson>> {
    let languages = Language::all(&project.locales())?;
    let lesson = |language: &Language| {
        let (code, name) = (language.code.clone(), language.message("language-name")?);
        Ok(Lesson { address: format!("./{}", language.folder()), code, name })
    };
    languages.iter().map(lesson).collect()
}

/// A folder of `web/locales`.
struct Language {
    /// As BCP 47 names it.
    code: String,
    /// The prose, with formulas and numbers.
    messages: FluentBundle<FluentResource>,
    /// What the widgets say, as the page carries it.
    catalogue: String,
}

impl Language {
    /// All languages, the home language first.
    fn all(locales: &Path) -> Result<Vec<Self>> {
        let formulas = fs::read_to_string(locales.join(FORMULAS)).context("there are no formulas")?;
        let mut languages = Vec::new();
        for folder in sorted(locales)?.into_iter().filter(|path| path.is_dir()) {
            languages.push(Self::read(&folder, &formulas).with_context(|| folder.display().to_string())?);
        }
        languages.sort_by_key(|language| language.code != HOME);
        ensure!(
            languages.first().is_some_and(|first| first.code == HOME),
            "{} is missing",
            locales.join(HOME).display()
        );
        Ok(languages)
    }

    fn read(folder: &Path, formulas: &str) -> Result<Self> {
        let code = folder.file_name().and_then(|name| name.to_str()).context("a language's name is ASCII")?.to_owned();
        let mut language = Self { code, messages: FluentBundle::default(), catalogue: String::new() };
        language.messages.set_use_isolating(false);
        language.add(FORMULAS, formulas)?;
        for file in sorted(folder)?.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "ftl")) {
            let source = fs::read_to_string(&file)?;
            let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if [PROSE, NUMBERS].contains(&name) {
                language.add(name, &source)?;
            }
            if name != PROSE {
                parsed(name, &source)?;
                language.catalogue.push_str(&without_comments(&source));
            }
        }
        let ends = ["</script", "<!--"].into_iter().find(|end| language.catalogue.to_lowercase().contains(end));
        ensure!(ends.is_none(), "{ends:?} in a message would end the catalogue's place in the page");
        Ok(language)
    }

    fn add(&mut self, name: &str, source: &str) -> Result<()> {
        let resource = parsed(name, source)?;
        self.messages.add_resource(resource).map_err(|errors| anyhow::anyhow!("{name}: {errors:?}"))
    }

    /// The language's folder in the site; empty for the home language.
    fn folder(&self) -> String {
        if self.code == HOME { String::new() } else { format!("{}/", self.code) }
    }

    /// The way from a page of the language to the site's root; `file` is its name in the language's folder.
    fn root(&self, file: &str) -> &'static str {
        match (self.code == HOME, file == FRAME) {
            (true, false) => "./",
            (false, true) => "../../",
            _ => "../",
        }
    }

    /// A message of the language.
    fn message(&self, id: &str) -> Result<String> {
        let pattern = self.messages.get_message(id).and_then(|message| message.value());
        let pattern = pattern.with_context(|| format!("there is no message {id}"))?;
        let mut errors = Vec::new();
        let text = self.messages.format_pattern(pattern, None, &mut errors);
        ensure!(errors.is_empty(), "{id}: {errors:?}");
        // Line breaks only help whoever reads the file; tokens and code are English in every language.
        Ok(text.replace('\n', " ").replace("<code>", "<code lang=\"en\">"))
    }

    /// The language's page of a template; `file` is its name in the language's folder.
    fn page(&self, template: &str, languages: &[Self], file: &str) -> Result<String> {
        let mut page = self.filled(&rebased(template, self.root(file)))?;
        let catalogue = format!("<script type=\"text/plain\" id=\"catalogue\">\n{}</script>", self.catalogue);
        let mut parts = vec![(ALTERNATES, self.alternates(languages, file)), (CATALOGUE, catalogue)];
        if file == PAGE {
            let others = languages.iter().filter(|other| other.code != self.code);
            let switch = others.map(|other| self.link_to(other)).collect::<Result<String>>()?;
            let label = self.message("languages-label")?;
            parts.push((LANGUAGES, format!("<nav class=\"languages\" aria-label=\"{label}\">{switch}</nav>")));
        }
        for (place, content) in parts {
            ensure!(page.contains(place), "the template has no {place}");
            page = page.replace(place, &content);
        }
        Ok(page)
    }

    /// How the language's page can be put among a device's apps.
    fn app(&self) -> Result<Value> {
        let icon = |name: &str, kind: &str, sizes: &str, purpose: &str| json!({ "src": format!("{}icons/{name}", self.root(PAGE)), "type": kind, "sizes": sizes, "purpose": purpose });
        Ok(json!({
            "name": self.message("page-title")?,
            "short_name": "Next Token",
            "description": self.message("page-description")?,
            "lang": self.code,
            "start_url": "./",
            "scope": self.root(PAGE),
            "display": "standalone",
            "background_color": "#f6f4ef",
            "theme_color": "#f6f4ef",
            "icons": [
                icon("icon.svg", "image/svg+xml", "any", "any"),
                icon("icon-192.png", "image/png", "192x192", "any"),
                icon("icon-512.png", "image/png", "512x512", "any"),
                icon("maskable-512.png", "image/png", "512x512", "maskable"),
            ],
        }))
    }

    /// What tells search engines of the page's other languages, and the browser of its own.
    fn alternates(&self, languages: &[Self], file: &str) -> String {
        let (root, page) = (self.root(file), file.strip_suffix(PAGE).unwrap_or(file));
        let link = |code: &str, folder: &str| {
            format!("<link rel=\"alternate\" hreflang=\"{code}\" href=\"{root}{folder}{page}\">")
        };
        let all = languages.iter().map(|language| link(&language.code, &language.folder()));
        all.chain([link("x-default", "")]).collect::<Vec<_>>().join("\n  ")
    }

    /// A plain link to another language's page, in that language's words.
    fn link_to(&self, other: &Self) -> Result<String> {
        let (code, name) = (&other.code, other.message("language-name")?);
        let address = format!("{}{}", self.root(PAGE), other.folder());
        Ok(format!("<a href=\"{address}\" hreflang=\"{code}\" lang=\"{code}\" data-language=\"{code}\">{name}</a>"))
    }

    /// The template with everything in double braces put in.
    fn filled(&self, template: &str) -> Result<String> {
        let mut page = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, next)) = after.split_once("}}") else { bail!("{{{{ without }}}}") };
            page.push_str(before);
            match name {
                "language" => page.push_str(&self.code),
                _ if is_number(name) => page.push_str(&self.number(name)?),
                _ if is_key(name) => page.push_str(&self.message(name)?),
                // Trunk has its own, for `cargo xtask serve`.
                _ => page.push_str(&format!("{{{{{name}}}}}")),
            }
            rest = next;
        }
        page.push_str(rest);
        Ok(page)
    }

    /// A number such as `33558528` or `0.0873`, as the language writes it.
    fn number(&self, plain: &str) -> Result<String> {
        let (whole, decimals) = plain.split_once('.').map_or((plain, None), |(whole, part)| (whole, Some(part)));
        let group = self.message("number-group")?;
        let mut text = String::new();
        for (place, digit) in whole.char_indices() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push_str(&group);
            }
            text.push(digit);
        }
        if let Some(decimals) = decimals {
            text = text + &self.message("number-decimal")? + decimals;
        }
        Ok(text)
    }
}

fn parsed(name: &str, source: &str) -> Result<FluentResource> {
    FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| anyhow::anyhow!("{name} is malformed: {errors:?}"))
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_key(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(plain)
}

/// The template with its addresses (`"./file"`) as they are from another folder. `"./"` alone is the page itself.
fn rebased(template: &str, root: &str) -> String {
    let mut page = template.to_owned();
    for quote in ['"', '\''] {
        let (here, own, kept) = (format!("{quote}./"), format!("{quote}./{quote}"), format!("{quote}\0{quote}"));
        page = page.replace(&own, &kept).replace(&here, &format!("{quote}{root}")).replace(&kept, &own);
    }
    page
}

/// A file of messages without what the page does not need.
fn without_comments(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<_> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests;
