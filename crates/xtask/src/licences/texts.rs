//! Licence texts: which licences a text grants, and where its authors stand in it.

/// A passage of each licence that no other one has.
const PASSAGES: [(&str, &str); 10] = [
    ("MIT", "The above copyright notice and this permission notice shall be included in all copies or substantial"),
    ("MIT", "The above copyright notice and this permission notice (including the next paragraph) shall be included"),
    ("Apache-2.0", "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION 1. Definitions."),
    ("Zlib", "This software is provided 'as-is', without any express or implied warranty."),
    ("BSL-1.0", "Boost Software License - Version 1.0"),
    ("Unicode-3.0", "UNICODE LICENSE V3"),
    ("BSD-2-Clause", "Redistribution and use in source and binary forms"),
    ("Unlicense", "This is free and unencumbered software released into the public domain."),
    ("CC0-1.0", "Creative Commons Legal Code CC0 1.0 Universal"),
    ("GPL-2.0-only", "GNU GENERAL PUBLIC LICENSE Version 2, June 1991"),
];

/// The licences that a text grants, by their SPDX names; none where it only speaks of licences.
pub(super) fn granted(text: &str) -> Vec<&'static str> {
    let text = one_line(text);
    PASSAGES.into_iter().filter(|(_, passage)| text.contains(passage)).map(|(name, _)| name).collect()
}

/// A text apart from whom it names as its authors, so that one text can stand for the crates of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    /// The copyright notices, as they stand in the text.
    pub(super) notices: Vec<String>,
    /// All else.
    pub(super) body: String,
}

impl Text {
    /// Takes the notices out of a text.
    pub(super) fn new(text: &str) -> Self {
        let (notices, rest): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| is_copyright(line));
        let notices = notices.into_iter().map(|line| line.trim().to_owned()).collect();
        Self { notices, body: rest.join("\n").trim_matches('\n').to_owned() }
    }

    /// What two texts have in common that differ in nothing but spaces and a title.
    pub(super) fn key(&self) -> String {
        let body = one_line(&self.body).replace("https://", "http://");
        let titles = ["The MIT License (MIT) ", "The MIT License ", "MIT License "];
        titles.into_iter().find_map(|title| body.strip_prefix(title)).unwrap_or(&body).to_owned()
    }
}

/// Whether a line says whose copyright it is, and since when. A licence's own sentences begin with the word too.
fn is_copyright(line: &str) -> bool {
    let Some(rest) = line.trim().strip_prefix("Copyright ") else { return false };
    // What the appendix of Apache-2.0 has in place of a name belongs to the text.
    rest.starts_with(|first: char| first.is_ascii_digit() || first == '©') || rest.to_lowercase().starts_with("(c)")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
