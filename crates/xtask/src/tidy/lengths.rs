//! Files and functions are short enough to read.

use proc_macro2::{Delimiter, TokenTree};

use super::sources::{lines_without_tests, rust, tokens};

/// The longest file, in lines up to its tests.
const MAX_FILE: usize = 400;

/// Nine of ten functions have fewer lines, from `fn` to the closing brace.
const MAX_FUNCTION: usize = 45;

#[test]
fn files_are_short_enough_to_read() {
    let mut faults = Vec::new();
    for (path, source) in rust() {
        let lines = lines_without_tests(&source);
        if lines > MAX_FILE {
            faults.push(format!("{path} has {lines} lines without its tests, at most {MAX_FILE} are wanted"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nine_of_ten_functions_are_short_enough_to_read() {
    let mut all = Vec::new();
    for (path, source) in rust() {
        all.extend(functions(&tokens(&source)).into_iter().map(|(name, lines)| (lines, format!("{path}: {name}"))));
    }
    all.sort();
    let long = all.iter().filter(|(lines, _)| *lines >= MAX_FUNCTION).count();
    let longest: Vec<_> = all.iter().rev().take(10).collect();
    assert!(
        long * 10 <= all.len(),
        "{long} of {} functions have {MAX_FUNCTION} lines or more: {longest:#?}",
        all.len()
    );
}

/// The functions of a source with their lengths in lines, the nested ones as well.
fn functions(tokens: &[TokenTree]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        match (token, tokens.get(place + 1)) {
            (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "fn" => {
                let end = body_end(&tokens[place + 2..]);
                found.extend(end.map(|end| (name.to_string(), end + 1 - word.span().start().line)));
            }
            (TokenTree::Group(group), _) => found.extend(functions(&group.stream().into_iter().collect::<Vec<_>>())),
            _ => {}
        }
    }
    found
}

/// The line of the brace that ends a function; none for one without a body.
fn body_end(tokens: &[TokenTree]) -> Option<usize> {
    let end = tokens.iter().find(|token| match token {
        TokenTree::Punct(mark) => mark.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    })?;
    matches!(end, TokenTree::Group(_)).then(|| end.span().end().line)
}

#[test]
fn a_function_reaches_from_its_word_to_its_brace() {
    let source = "trait T {\n    fn none(&self);\n}\nfn outer() -> usize {\n    fn inner() {}\n    let f: fn(u8) = |_| {};\n    0\n}\n";
    let found = functions(&tokens(source));
    assert_eq!(found, [("outer".to_owned(), 5), ("inner".to_owned(), 1)]);
}
