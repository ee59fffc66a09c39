//! The words of the page: a catalogue of messages in Fluent's format, one folder per language.
//!
//! Everything that a reader sees or hears is asked for by [`t!`](crate::t). A test holds every call against the
//! catalogue: no message is missing, none is left over.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use unic_langid::LanguageIdentifier;

pub use fluent_bundle::FluentValue as Value;

/// The page's language, as BCP 47 names it.
const LANGUAGE: &str = "en";

/// The English catalogue, a file per widget.
const EN: [&str; 10] = [
    include_str!("../locales/en/page.ftl"),
    include_str!("../locales/en/frame.ftl"),
    include_str!("../locales/en/controls.ftl"),
    include_str!("../locales/en/pipeline.ftl"),
    include_str!("../locales/en/softmax.ftl"),
    include_str!("../locales/en/code.ftl"),
    include_str!("../locales/en/context_growth.ftl"),
    include_str!("../locales/en/tokenizer.ftl"),
    include_str!("../locales/en/chain_rule.ftl"),
    include_str!("../locales/en/context_window.ftl"),
];

thread_local! {
    static CATALOGUE: FluentBundle<FluentResource> = catalogue();
}

fn catalogue() -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![LANGUAGE.parse::<LanguageIdentifier>().unwrap_or_default()]);
    // The page sets no direction marks of its own around what is put into a message.
    bundle.set_use_isolating(false);
    for source in EN {
        // A mistake in a file costs the messages on its line; the test below finds it.
        let resource = match FluentResource::try_new(source.to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let _ = bundle.add_resource(resource);
    }
    bundle
}

/// The message `id` with `values` put in; its id if there is none.
#[must_use]
pub fn text(id: &str, values: &[(&'static str, Value<'_>)]) -> String {
    CATALOGUE.with(|catalogue| {
        let Some(pattern) = catalogue.get_message(id).and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let arguments: FluentArgs<'_> = values.iter().cloned().collect();
        catalogue.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    })
}

/// The message with an id from the catalogue, with named values put in: `t!("tokens-count", count = 3, shown = "3")`.
#[macro_export]
macro_rules! t {
    ($id:literal) => {
        $crate::text::text($id, &[])
    };
    ($id:literal, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::text::text($id, &[$((stringify!($name), $crate::text::Value::from($value))),+])
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

    /// The messages of the catalogue with the values that each asks for.
    fn messages() -> BTreeMap<String, BTreeSet<String>> {
        let mut messages = BTreeMap::new();
        for source in EN {
            let resource = FluentResource::try_new(source.to_owned());
            assert!(resource.is_ok(), "{:?}", resource.err().map(|(_, errors)| errors));
            let mut id = String::new();
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                if let Some((name, _)) = line.split_once('=').filter(|_| line.starts_with(char::is_alphabetic)) {
                    id = name.trim().to_owned();
                    assert!(messages.insert(id.clone(), BTreeSet::new()).is_none(), "{id} is there twice");
                }
                for value in line.split('$').skip(1) {
                    let end = value.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                    let name = &value[..end.unwrap_or(value.len())];
                    messages.get_mut(&id).unwrap().insert(name.to_owned());
                }
            }
        }
        messages
    }

    #[test]
    fn the_catalogue_has_what_the_page_asks_for_and_nothing_else() {
        let (calls, messages) = (calls(), messages());
        let missing: Vec<_> = calls.keys().filter(|id| !messages.contains_key(*id)).collect();
        let unused: Vec<_> = messages.keys().filter(|id| !calls.contains_key(*id)).collect();
        assert!(missing.is_empty() && unused.is_empty(), "missing: {missing:?}, unused: {unused:?}");
        for (id, wanted) in &messages {
            assert!(wanted.is_subset(&calls[id]), "{id} asks for {wanted:?}, gets {:?}", calls[id]);
        }
    }

    #[test]
    fn values_are_put_in() {
        assert_eq!(text("no-such-message", &[]), "no-such-message");
        assert_eq!(crate::t!("tokens-count", count = 1, shown = "1"), "1 token");
        assert_eq!(crate::t!("tokens-count", count = 1200, shown = "1,200"), "1,200 tokens");
    }
}
