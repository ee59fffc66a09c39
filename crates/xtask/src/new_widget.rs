//! `cargo xtask new-widget NAME`: a widget that shows a number and is in every list, to begin from. The tests say what is missing
//! where it is changed by hand.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process::announce;
use crate::project::Project;
use crate::widgets::FIXTURE;

/// The files that a widget consists of. Braces hold its name in one of [`Name`]'s forms.
const TEMPLATES: [(&str, &str); 4] = [
    ("web/src/widgets/{snake}/mod.rs", include_str!("../templates/widget/mod.rs.txt")),
    ("web/src/widgets/{snake}/model.rs", include_str!("../templates/widget/model.rs.txt")),
    ("web/src/widgets/{snake}/style.css", include_str!("../templates/widget/style.css.txt")),
    ("tests/e2e/{kebab}.spec.ts", include_str!("../templates/widget/spec.ts.txt")),
];

/// Its messages in the language of the code, and in every other one, where they wait to be translated.
const MESSAGES: [&str; 2] =
    [include_str!("../templates/widget/messages.en.ftl.txt"), include_str!("../templates/widget/messages.ftl.txt")];

const HOME: &str = "en";
const LIST: &str = "crates/generation/src/lesson.rs";
/// Maps each name of the list to its view.
const MOUNTS: &str = "web/src/widgets/mod.rs";

/// A widget's name in the forms that it has in addresses, files, code and titles.
struct Name {
    kebab: String,
    snake: String,
    camel: String,
    words: String,
}

impl Name {
    fn new(kebab: &str) -> Result<Self> {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        ensure!(
            kebab.split('-').all(is_word),
            "a widget's name is lower-case words with hyphens, such as context-window"
        );
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        let words = kebab.replace('-', " ");
        Ok(Self {
            kebab: kebab.to_owned(),
            snake: kebab.replace('-', "_"),
            camel: kebab.split('-').map(capital).collect(),
            words: capital(&words),
        })
    }

    /// A template's text with the name in it.
    fn fill(&self, template: &str) -> String {
        let forms =
            [("{kebab}", &self.kebab), ("{snake}", &self.snake), ("{Camel}", &self.camel), ("{Words}", &self.words)];
        forms.into_iter().fold(template.to_owned(), |text, (place, form)| text.replace(place, form))
    }

    /// Another widget's line, made this one's.
    fn in_place_of(&self, other: &Self, line: &str) -> String {
        let forms = [(&other.kebab, &self.kebab), (&other.snake, &self.snake), (&other.camel, &self.camel)];
        forms.into_iter().fold(line.to_owned(), |line, (theirs, ours)| line.replace(theirs, ours))
    }
}

/// Writes a new widget's files and puts it into every list. Nothing is written unless all can be.
pub(crate) fn create(project: &Project, name: &str) -> Result<()> {
    let name = Name::new(name)?;
    let mut edits = Edits { root: project.root.clone(), files: BTreeMap::new() };
    for (path, template) in TEMPLATES {
        edits.add(&name.fill(path), name.fill(template))?;
    }
    for language in languages(project)? {
        let template = if language == HOME { MESSAGES[0] } else { MESSAGES[1] };
        edits.add(&format!("web/locales/{language}/{}.ftl", name.snake), name.fill(template))?;
        edits.change(&format!("web/locales/{language}/lesson.ftl"), |prose| {
            let still = format!(
                "still-title-{0} = {1}\nstill-alt-{0} = {1}: a number in a sentence.\n",
                name.kebab, name.words
            );
            after_last_line(prose, "still-alt-", &still)
        })?;
    }
    let last = list(&mut edits, &name)?;
    page(&mut edits, &name, &last)?;
    edits.write()?;
    announce(format!(
        "the widget {0} is in web/src/widgets/{1}. Then: put its place in index.html where the lesson wants it, translate \
         web/locales/*/{1}.ftl, and take its pictures (tests/pictures)",
        name.kebab, name.snake
    ));
    Ok(())
}

/// Adds the widget to the lists of names; returns the widget that was the last.
fn list(edits: &mut Edits, name: &Name) -> Result<Name> {
    let widgets: Vec<Value> = serde_json::from_str(&edits.read(FIXTURE)?)?;
    let last = widgets.last().and_then(|last| last["name"].as_str()).context("the list of widgets is empty")?;
    let last = Name::new(last)?;
    edits.change(FIXTURE, |list| {
        // As text: the other entries stay as they are, in the order of their fields.
        let (entries, _) = list.rsplit_once("\n]").context("the list has no end")?;
        let fields = name.fill("\"name\": \"{kebab}\",\n    \"title\": \"{kebab}-title\"");
        Ok(format!(
            "{entries},\n  {{\n    {fields},\n    \"height\": 600,\n    \"showsRun\": true,\n    \"small\": false\n  }}\n]\n"
        ))
    })?;
    edits.change(LIST, |code| {
        let entry = name.fill(
            "    /// Say in a few words what it shows.\n    {Camel} { name: \"{kebab}\", title: \"{kebab}-title\", height: 600, shows_run: \
             true, small: false }\n",
        );
        after_last_line(code, &format!("    {} {{ name: ", last.camel), &entry)
    })?;
    edits.change("docs/embedding.md", |text| {
        let (theirs, ours) = (format!("`{}` |", last.kebab), format!("`{}`, `{}` |", last.kebab, name.kebab));
        ensure!(text.contains(&theirs), "the widgets are not listed where they were");
        Ok(text.replacen(&theirs, &ours, 1))
    })?;
    Ok(last)
}

/// Puts the widget into the page and its frames: place, style, view, and the words for a frame that cannot start.
fn page(edits: &mut Edits, name: &Name, last: &Name) -> Result<()> {
    edits.change("index.html", |html| {
        let style = name.fill("  <link data-trunk rel=\"css\" href=\"web/src/widgets/{snake}/style.css\">\n");
        let place = name.fill("          <div class=\"widget-place\" id=\"{kebab}\" data-widget=\"{kebab}\"></div>\n");
        after_last_line(&after_last_line(html, "data-trunk rel=\"css\"", &style)?, "data-widget=", &place)
    })?;
    edits.change("web/embed.html", |html| {
        let still = "          <section data-still=\"{kebab}\" data-alt=\"{{still-alt-{kebab}}}\">\n            \
                     <h1>{{still-title-{kebab}}}</h1>\n          </section>\n";
        let (before, after) =
            html.split_once("          <section data-still=\"\">").context("no words for an unknown widget")?;
        Ok(format!("{before}{}          <section data-still=\"\">{after}", name.fill(still)))
    })?;
    edits.change(MOUNTS, |code| {
        let mut lines: Vec<String> = Vec::new();
        for line in code.lines() {
            lines.push(line.to_owned());
            // `pub mod`, `use` and the arm of a `match`.
            let own = name.in_place_of(last, line);
            if own != line && !line.trim_start().starts_with("//") {
                lines.push(own);
            }
        }
        ensure!(lines.len() > code.lines().count(), "nothing there names {}", last.kebab);
        Ok(lines.join("\n") + "\n")
    })
}

/// The text with an addition after the last line that has a mark.
fn after_last_line(text: &str, mark: &str, addition: &str) -> Result<String> {
    let at = text.rfind(mark).with_context(|| format!("there is no line with {mark}"))?;
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    Ok([&text[..end], addition, &text[end..]].concat())
}

fn languages(project: &Project) -> Result<Vec<String>> {
    let entries = fs::read_dir(project.locales()).context("there are no languages")?;
    let folders: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    let names = folders.iter().filter(|path| path.is_dir()).filter_map(|path| path.file_name()?.to_str());
    Ok(names.map(str::to_owned).collect())
}

/// Files as they shall be, by their paths from the root.
struct Edits {
    root: PathBuf,
    files: BTreeMap<String, String>,
}

impl Edits {
    /// A file that must not be there yet.
    fn add(&mut self, path: &str, text: String) -> Result<()> {
        ensure!(!self.root.join(path).exists(), "{path} is there already");
        self.files.insert(path.to_owned(), text);
        Ok(())
    }

    fn read(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.root.join(path)).with_context(|| format!("cannot read {path}"))
    }

    fn change(&mut self, path: &str, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
        let text = change(&self.read(path)?).with_context(|| format!("cannot add the widget to {path}"))?;
        self.files.insert(path.to_owned(), text);
        Ok(())
    }

    fn write(&self) -> Result<()> {
        for (path, text) in &self.files {
            let file = self.root.join(path);
            fs::create_dir_all(file.parent().unwrap_or(Path::new("")))?;
            fs::write(&file, text).with_context(|| format!("cannot write {path}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
