//! Which module of a crate uses which other one, by the paths in its source: `crate::…`, `super::…` and `self::…`, in `use` and in
//! code, in macros too. What a module only passes on (`pub use`) is taken from where it comes from, so a module that collects others is no
//! detour.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::{Delimiter, TokenTree};

use super::sources::tokens;

/// A module's path below the crate, or an item's; the crate itself is empty.
pub(super) type Path = Vec<String>;

/// The modules of a crate by their paths, each with what it uses.
pub(super) struct Crate {
    modules: BTreeMap<Path, Module>,
}

#[derive(Default)]
struct Module {
    /// The paths that the module's source mentions, from the crate's root, as written.
    mentioned: BTreeSet<Path>,
    /// The workspace's other crates and all other names at a path's start.
    outside: BTreeSet<String>,
    /// What it passes on under its own path: the name, and the path that it stands for.
    passed_on: HashMap<String, Path>,
    /// Of which modules it passes everything on.
    globs: Vec<Path>,
}

impl Crate {
    /// Reads the sources of a crate: each file's path below `src`, and its text. Binaries are modules of their own.
    pub(super) fn new<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut modules: BTreeMap<Path, Module> = BTreeMap::new();
        let mut macros = Vec::new();
        for (file, text) in sources {
            let path = module_path(file);
            let mut module = Module::default();
            let tokens = tokens(text);
            module.read(&path, &tokens, false);
            macros.extend(exported_macros(&tokens).into_iter().map(|name| (name, path.clone())));
            modules.insert(path, module);
        }
        // An exported macro is reached from the crate's root, wherever it stands.
        let root = modules.entry(Path::new()).or_default();
        for (name, path) in macros {
            root.passed_on.insert(name.clone(), [path, vec![name]].concat());
        }
        Self { modules }
    }

    /// Every arrow from a module to another one of the crate.
    pub(super) fn arrows(&self) -> BTreeSet<(Path, Path)> {
        let mut arrows = BTreeSet::new();
        for (from, module) in &self.modules {
            let targets = module.mentioned.iter().map(|path| self.owner(path));
            arrows.extend(targets.filter(|to| to != from).map(|to| (from.clone(), to)));
        }
        arrows
    }

    /// The other crates that a module uses, and whatever else begins a path there.
    pub(super) fn outside(&self) -> impl Iterator<Item = (&Path, &BTreeSet<String>)> {
        self.modules.iter().map(|(path, module)| (path, &module.outside))
    }

    /// The modules' paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.modules.keys()
    }

    /// Whether the module has others below it, and so stands for their folder.
    pub(super) fn has_folder(&self, path: &Path) -> bool {
        self.modules.keys().any(|other| other.len() > path.len() && other.starts_with(path))
    }

    /// The module that an item's path leads to, through what modules pass on.
    fn owner(&self, path: &Path) -> Path {
        let mut path = path.clone();
        // A name may be passed on several times; circles of names end here.
        for _ in 0..8 {
            let known = (0..=path.len()).rev().find(|&end| self.modules.contains_key(&path[..end])).unwrap_or(0);
            let module = self.modules.get(&path[..known]);
            let Some((name, module)) = path.get(known).zip(module) else { return path[..known].to_vec() };
            let through = module.passed_on.get(name).cloned();
            let target = through.or_else(|| module.globs.iter().find_map(|glob| self.defines(glob, name)));
            let Some(target) = target else { return path[..known].to_vec() };
            path = [target, path[known + 1..].to_vec()].concat();
        }
        path
    }

    /// The path of a module's child of this name, where a glob would bring it.
    fn defines(&self, glob: &Path, name: &str) -> Option<Path> {
        let child = [glob.clone(), vec![name.to_owned()]].concat();
        self.modules.contains_key(&child).then_some(child)
    }
}

impl Module {
    /// Takes the paths out of tokens; `in_code` inside of braces, where nothing is passed on.
    fn read(&mut self, own: &Path, tokens: &[TokenTree], in_code: bool) {
        let mut place = 0;
        while place < tokens.len() {
            match &tokens[place] {
                TokenTree::Ident(word) if word == "use" => {
                    let end = tokens[place..].iter().position(is_semicolon).map_or(tokens.len(), |end| place + end);
                    let passes_on = !in_code && is_public(&tokens[..place]);
                    for (path, alias) in use_tree(&tokens[place + 1..end], &Path::new()) {
                        self.import(own, path, alias, passes_on);
                    }
                    place = end;
                }
                TokenTree::Ident(_) if !follows_colons(tokens, place) => {
                    let path = plain_path(&tokens[place..]);
                    if path.len() > 1 {
                        place += 3 * (path.len() - 1);
                        self.mention(own, path);
                    }
                }
                TokenTree::Group(group) => {
                    self.read(own, &group.stream().into_iter().collect::<Vec<_>>(), true);
                }
                _ => {}
            }
            place += 1;
        }
    }

    fn import(&mut self, own: &Path, path: Path, alias: String, passes_on: bool) {
        match absolute(own, &path) {
            Some(path) if passes_on && alias == "*" => self.globs.push(path[..path.len() - 1].to_vec()),
            Some(path) if passes_on => {
                self.passed_on.insert(alias, path);
            }
            _ => self.mention(own, path),
        }
    }

    fn mention(&mut self, own: &Path, path: Path) {
        match absolute(own, &path) {
            Some(mut path) => {
                path.retain(|part| part != "*");
                self.mentioned.insert(path);
            }
            None => {
                self.outside.insert(path[0].clone());
            }
        }
    }
}

/// A path from the crate's root; none where it begins outside.
fn absolute(own: &Path, path: &Path) -> Option<Path> {
    let mut base = match path[0].as_str() {
        "crate" => Path::new(),
        "self" => own.clone(),
        "super" => own[..own.len().checked_sub(1)?].to_vec(),
        _ => return None,
    };
    let mut rest = &path[1..];
    while rest.first().is_some_and(|part| part == "super") {
        base.pop();
        rest = &rest[1..];
    }
    base.extend(rest.iter().filter(|part| *part != "self").cloned());
    Some(base)
}

/// The path of a file's module. `lib.rs` and `main.rs` are the root, and a binary in `bin` one of its own.
fn module_path(file: &str) -> Path {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" || path == "main" { Path::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// The paths of a `use`, each with the name that it gets.
fn use_tree(tokens: &[TokenTree], before: &Path) -> Vec<(Path, String)> {
    let mut found = Vec::new();
    for branch in tokens.split(|token| is_mark(token, ',')) {
        let mut path = before.clone();
        let mut alias = None;
        let mut words = branch.iter();
        while let Some(token) = words.next() {
            match token {
                TokenTree::Ident(word) if word == "as" => alias = words.next().map(ToString::to_string),
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(mark) if mark.as_char() == '*' => path.push("*".to_owned()),
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    found.extend(use_tree(&group.stream().into_iter().collect::<Vec<_>>(), &path));
                    path.clear();
                }
                _ => {}
            }
        }
        if !path.is_empty() && path != *before {
            let last = path.iter().rfind(|part| *part != "self").cloned();
            found.push((path, alias.or(last).unwrap_or_default()));
        }
    }
    found
}

/// The longest `a::b::c` at the tokens' start.
fn plain_path(tokens: &[TokenTree]) -> Path {
    let mut path = Path::new();
    for step in tokens.chunks(3) {
        let [TokenTree::Ident(word), rest @ ..] = step else { break };
        path.push(word.to_string());
        if !(rest.len() == 2 && rest.iter().all(|token| is_mark(token, ':'))) {
            break;
        }
    }
    path
}

fn follows_colons(tokens: &[TokenTree], place: usize) -> bool {
    place >= 2 && tokens[place - 2..place].iter().all(|token| is_mark(token, ':'))
}

/// Whether what stands before a `use` makes it public, to whatever extent.
fn is_public(before: &[TokenTree]) -> bool {
    let last = before.iter().rev().find(|token| !matches!(token, TokenTree::Group(_)));
    matches!(last, Some(TokenTree::Ident(word)) if word == "pub")
}

fn is_semicolon(token: &TokenTree) -> bool {
    is_mark(token, ';')
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(own) if own.as_char() == mark)
}

/// The names of the macros that the source exports from the crate.
fn exported_macros(tokens: &[TokenTree]) -> Vec<String> {
    let exports =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.stream().to_string() == "macro_export");
    let mut names = Vec::new();
    for (place, _) in tokens.iter().enumerate().filter(|(_, token)| exports(token)) {
        let mut rest = tokens[place..]
            .iter()
            .skip_while(|token| !matches!(token, TokenTree::Ident(word) if word == "macro_rules"));
        names.extend(rest.nth(2).map(ToString::to_string));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrows(sources: &[(&str, &str)]) -> Vec<String> {
        let arrows = Crate::new(sources.iter().copied()).arrows();
        arrows.into_iter().map(|(from, to)| format!("{} -> {}", from.join("::"), to.join("::"))).collect()
    }

    #[test]
    fn paths_in_uses_code_and_macros_are_found() {
        let sources = [
            ("lib.rs", "pub mod a; mod b; mod c; mod d;"),
            (
                "a.rs",
                "use crate::{b::{self, Thing}, c::deep::Other as Name};\nfn f() { view! { <p>{crate::d::word()}</p> } }",
            ),
            ("b.rs", "/// See [`crate::a`].\nfn f() { let s = \"crate::a\"; super::d::word(); }"),
            ("c/mod.rs", "pub mod deep;"),
            ("c/deep.rs", "#[cfg(test)]\nmod tests { use crate::a::f; }"),
            ("d.rs", "pub fn word() {}"),
        ];
        assert_eq!(arrows(&sources), ["a -> b", "a -> c::deep", "a -> d", "b -> d"]);
    }

    #[test]
    fn what_is_passed_on_counts_as_its_source() {
        let sources = [
            (
                "lib.rs",
                "mod a; mod b; mod c; pub use a::{Thing, Other as Name};\npub(crate) use self::a::Thing as Third;",
            ),
            ("a.rs", "pub use self::inner::Thing;"),
            ("a/inner.rs", "use super::super::c;"),
            ("b.rs", "use crate::{Third, t};\nuse crate::c::deep;"),
            (
                "c.rs",
                "pub(crate) use crate::a::*;\n#[macro_export]\nmacro_rules! t { () => { $crate::a::inner::x() } }",
            ),
        ];
        assert_eq!(arrows(&sources), ["a::inner -> c", "b -> a::inner", "b -> c", "c -> a::inner"]);
    }

    #[test]
    fn other_crates_are_told_apart() {
        let source = "use generation::tree::Tree;\nuse std::fs;\nfn f() { session::open(); crate::b::g(); }";
        let one = Crate::new([("a.rs", source), ("b.rs", "")]);
        let outside: Vec<_> = one.outside().filter(|(path, _)| path.join("::") == "a").collect();
        assert!(["generation", "session", "std"].iter().all(|name| outside[0].1.contains(*name)), "{outside:?}");
        assert!(!outside[0].1.contains("crate"));
    }
}
