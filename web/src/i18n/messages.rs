//! The words of the page: a catalogue of messages in Fluent's format, a folder of `web/locales` per language.
//!
//! Everything that a reader sees or hears is asked for by [`t!`](crate::t). A page carries the catalogue of its own
//! language, put there by `cargo xtask`; which language that is follows from its address alone. Tests hold every call
//! against the messages of every language.

use std::cell::RefCell;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

pub use fluent_bundle::FluentValue as Value;

/// How the page's language writes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Before the decimals.
    pub decimal: char,
    /// Between thousands.
    pub group: char,
    /// Of multiplication.
    pub times: char,
}

/// The messages that [`Marks`] are read from.
const MARKS: [&str; 3] = ["number-decimal", "number-group", "number-times"];

struct Catalogue {
    messages: FluentBundle<FluentResource>,
    marks: Marks,
}

thread_local! {
    static CATALOGUE: RefCell<Catalogue> = RefCell::new(of_this_page());
}

/// The element that holds the page's catalogue.
#[cfg(not(test))]
const ELEMENT: &str = "catalogue";

#[cfg(not(test))]
fn of_this_page() -> Catalogue {
    let document = web_sys::window().and_then(|window| window.document());
    let language = document.as_ref().and_then(|document| document.document_element()?.get_attribute("lang"));
    let source = document.and_then(|document| document.get_element_by_id(ELEMENT)?.text_content());
    Catalogue::new(&language.unwrap_or_default(), source.unwrap_or_default())
}

#[cfg(test)]
fn of_this_page() -> Catalogue {
    Catalogue::new("en", tests::ENGLISH.to_owned())
}

/// Lets this thread's test speak another language.
#[cfg(test)]
pub(crate) fn speak(language: &str) {
    let catalogue = Catalogue::new(language, tests::catalogue(language));
    CATALOGUE.with(|place| place.replace(catalogue));
}

impl Catalogue {
    fn new(language: &str, source: String) -> Self {
        let mut messages = FluentBundle::new(vec![language.parse::<LanguageIdentifier>().unwrap_or_default()]);
        // The page sets no direction marks of its own around what is put into a message.
        messages.set_use_isolating(false);
        // A mistake in a file costs the messages on its line; the tests below find it.
        let resource = match FluentResource::try_new(source) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let _ = messages.add_resource(resource);
        let mut catalogue = Self { messages, marks: Marks { decimal: '.', group: ',', times: '×' } };
        let [decimal, group, times] = MARKS.map(|id| catalogue.text(id, &[]).and_then(|text| text.chars().next()));
        let Marks { decimal: a, group: b, times: c } = catalogue.marks;
        catalogue.marks = Marks { decimal: decimal.unwrap_or(a), group: group.unwrap_or(b), times: times.unwrap_or(c) };
        catalogue
    }

    fn text(&self, id: &str, values: &[(&'static str, Value<'_>)]) -> Option<String> {
        let pattern = self.messages.get_message(id)?.value()?;
        let arguments: FluentArgs<'_> = values.iter().cloned().collect();
        Some(self.messages.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned())
    }
}

/// The message `id` with `values` put in; its id if there is none.
#[must_use]
pub fn text(id: &str, values: &[(&'static str, Value<'_>)]) -> String {
    CATALOGUE.with_borrow(|catalogue| catalogue.text(id, values)).unwrap_or_else(|| id.to_owned())
}

/// How the page's language writes numbers.
#[must_use]
pub fn marks() -> Marks {
    CATALOGUE.with_borrow(|catalogue| catalogue.marks)
}

/// The message with an id from the catalogue, with named values put in: `t!("tokens-count", count = 3, shown = "3")`.
#[macro_export]
macro_rules! t {
    ($id:literal) => {
        $crate::i18n::messages::text($id, &[])
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::messages::text($id, &[$((stringify!($name), $crate::i18n::messages::Value::from($value))),+])
    };
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Every call of `t!` in the sources: the id and the names of its values.
    fn calls() -> BTreeMap<String, BTreeSet<String>> {
        let mut calls = BTreeMap::new();
        collect(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut calls);
        calls
    }

    fn collect(folder: &Path, calls: &mut BTreeMap<String, BTreeSet<String>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, calls);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).unwrap();
                // Not `format!(`.
                let is_call = |place: &usize| !source[..*place].ends_with(char::is_alphabetic);
                for place in source.match_indices("t!(").map(|(place, _)| place).filter(is_call) {
                    if let Some((id, names)) = parse(&source[place + 3..]) {
                        calls.entry(id).or_default().extend(names);
                    }
                }
            }
        }
    }

    /// Reads `"id", name = …, name = …)`; `None` if no literal comes first.
    fn parse(call: &str) -> Option<(String, Vec<String>)> {
        let (id, rest) = call.trim_start().strip_prefix('"')?.split_once('"')?;
        let mut names = Vec::new();
        let (mut depth, mut quoted, mut start) = (0, false, 0);
        for (place, letter) in rest.char_indices() {
            match letter {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '(' | '[' | '{' => depth += 1,
                ')' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => start = place + 1,
                '=' if depth == 0 && start > 0 => {
                    names.push(rest[start..place].trim().to_owned());
                    start = 0;
                }
                _ => {}
            }
        }
        (!id.contains(['…', ' '])).then(|| (id.to_owned(), names))
    }

    /// The English catalogue, as the build gathers it.
    pub(super) const ENGLISH: &str = include_str!(concat!(env!("OUT_DIR"), "/en.ftl"));

    const LOCALES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/locales");

    /// All that the widgets say in a language.
    pub(super) fn catalogue(language: &str) -> String {
        let mut files: Vec<_> =
            fs::read_dir(Path::new(LOCALES).join(language)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|kind| kind == "ftl") && !file.ends_with("lesson.ftl"));
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect::<Vec<_>>().join("\n")
    }

    fn languages() -> Vec<String> {
        let folders = fs::read_dir(LOCALES).unwrap().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir());
        folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
    }

    /// The messages of a language with the values that each asks for.
    fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
        let source = catalogue(language);
        let resource = FluentResource::try_new(source.clone());
        assert!(resource.is_ok(), "{language}: {:?}", resource.err().map(|(_, errors)| errors));
        let mut messages = BTreeMap::new();
        let mut id = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once('=').filter(|_| line.starts_with(char::is_alphabetic)) {
                id = name.trim().to_owned();
                assert!(messages.insert(id.clone(), BTreeSet::new()).is_none(), "{language}: {id} is there twice");
            }
            for value in line.split('$').skip(1) {
                let end = value.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                let name = &value[..end.unwrap_or(value.len())];
                messages.get_mut(&id).unwrap().insert(name.to_owned());
            }
        }
        messages
    }

    #[test]
    fn every_language_has_what_the_page_asks_for_and_nothing_else() {
        let mut calls = calls();
        calls.extend(MARKS.map(|id| (id.to_owned(), BTreeSet::new())));
        let english = messages("en");
        for language in languages() {
            let messages = messages(&language);
            let missing: Vec<_> = calls.keys().filter(|id| !messages.contains_key(*id)).collect();
            let unused: Vec<_> = messages.keys().filter(|id| !calls.contains_key(*id)).collect();
            assert!(missing.is_empty() && unused.is_empty(), "{language}: missing: {missing:?}, unused: {unused:?}");
            for (id, wanted) in &messages {
                assert!(wanted.is_subset(&calls[id]), "{language}: {id} asks for {wanted:?}, gets {:?}", calls[id]);
                assert_eq!(wanted, &english[id], "{language}: {id} has other values than in English");
            }
        }
    }

    #[test]
    fn values_are_put_in() {
        assert_eq!(text("no-such-message", &[]), "no-such-message");
        assert_eq!(crate::t!("tokens-count", count = 1, shown = "1"), "1 token");
        assert_eq!(crate::t!("tokens-count", count = 1200, shown = "1,200"), "1,200 tokens");
    }

    #[test]
    fn another_language_counts_its_own_way() {
        speak("de");
        assert_eq!(crate::t!("tokens-count", count = 1, shown = "1"), "1 Token");
        assert_eq!(crate::t!("tokens-count", count = 1200, shown = "1.200"), "1.200 Tokens");
        assert_eq!(marks(), Marks { decimal: ',', group: '.', times: '·' });
    }
}
