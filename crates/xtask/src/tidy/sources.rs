//! The repository's files, and Rust sources as tokens without their tests.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Folders that hold no source.
pub(super) const SKIPPED: [&str; 9] = [
    ".git",
    "target",
    "dist",
    "model",
    "shared",
    "tests/node_modules",
    "tests/results",
    "tests/bench/node_modules",
    "tests/bench/native/node_modules",
];

/// The repository's root.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

/// Every file of the repository by its path from the root, with slashes.
pub(super) fn files() -> Vec<(String, PathBuf)> {
    let mut files = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (kind, file) = (entry.file_type().unwrap(), entry.path());
            let path = file.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            if kind.is_file() {
                files.push((path, file));
            } else if kind.is_dir() && !SKIPPED.contains(&path.as_str()) {
                folders.push(file);
            }
        }
    }
    files.sort();
    files
}

/// The Rust sources of programs and libraries by their paths, without files that hold only tests.
pub(super) fn rust() -> Vec<(String, String)> {
    let source = |path: &String| {
        let in_tests = path.split('/').any(|part| ["tests", "tests.rs", "testing.rs", "tidy"].contains(&part));
        path.ends_with(".rs") && path.contains("src/") && !in_tests
    };
    let files = files().into_iter().filter(|(path, _)| source(path));
    files.map(|(path, file)| (path, fs::read_to_string(file).unwrap())).collect()
}

/// A source's tokens, without the items that are marked `#[cfg(test)]`.
pub(super) fn tokens(source: &str) -> Vec<TokenTree> {
    let tokens: TokenStream = source.parse().unwrap_or_else(|error| panic!("no Rust: {error}\n{source}"));
    let mut kept = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let is_mark = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '#');
        match rest.peek() {
            Some(TokenTree::Group(group)) if is_mark && is_cfg_test(group) => skip_item(&mut rest),
            _ => kept.push(token),
        }
    }
    kept
}

fn is_cfg_test(group: &Group) -> bool {
    let text: String = group.stream().to_string().split_whitespace().collect();
    group.delimiter() == Delimiter::Bracket && text == "cfg(test)"
}

/// Goes past an attribute's brackets and the item behind it, up to its semicolon or its braces.
fn skip_item(rest: &mut impl Iterator<Item = TokenTree>) {
    rest.find(|token| match token {
        TokenTree::Punct(mark) => mark.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    });
}

/// A file's lines up to its tests: the first `#[cfg(test)]` that begins a line.
pub(super) fn lines_without_tests(source: &str) -> usize {
    let lines = source.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    lines.count()
}

#[test]
fn tests_are_left_out() {
    let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n#[cfg(test)]\nmod more;\nfn c() {}\n";
    let text = tokens(source).into_iter().collect::<TokenStream>().to_string();
    assert!(text.contains("fn a") && text.contains("fn c") && !text.contains("tests") && !text.contains("more"));
    assert_eq!(lines_without_tests(source), 1);
    assert_eq!(lines_without_tests("a\nb\n"), 2);
}
