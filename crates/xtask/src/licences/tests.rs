use std::collections::BTreeSet;

use super::packages::name_and_version;
use super::*;
use crate::process::cargo;
use crate::tools::WASM;

const LESSON: &str = "<link rel=\"stylesheet\" href=\"./styles-0a.css\">";

/// The crates on the page, by name and version.
fn listed(page: &str) -> BTreeSet<String> {
    let crates = page.split_once("<h2 id=\"rust\">").unwrap().0;
    crates.split("data-work=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

/// The crates of a shipped program, by `cargo tree`: each asked for alone, and macros left out by what the lines say of them.
fn tree(program: &str) -> BTreeSet<String> {
    let mut tree = cargo();
    tree.current_dir(Project::find().unwrap().root);
    tree.args(["tree", "-e", "normal,no-proc-macro", "--target", WASM, "-p", program, "--prefix", "none"]);
    output(&mut tree)
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| name_and_version(line).replace(" v", " "))
        .collect()
}

fn manifest(licence: &str) -> Manifest {
    Manifest {
        format: 1,
        name: "Some <model>".into(),
        licence: licence.into(),
        architecture: String::new(),
        quantization: String::new(),
        bytes: 0,
        sha256: String::new(),
        parts: Vec::new(),
    }
}

#[test]
fn the_page_lists_what_cargo_tree_finds_in_the_programs_and_nothing_else() {
    let page = render(&Project::find().unwrap(), LESSON, None).unwrap();
    let (listed, there) = (listed(&page), &tree("web") | &tree("worker"));
    let missing: Vec<_> = there.difference(&listed).collect();
    let idle: Vec<_> = listed.difference(&there).collect();
    assert!(missing.is_empty() && idle.is_empty(), "missing: {missing:?}, not shipped: {idle:?}");
    assert!(["leptos ", "candle-core ", "web "].iter().all(|name| there.iter().any(|one| one.starts_with(name))));
    // Macros and their dependencies stay outside.
    assert!(!listed.iter().any(|name| name.starts_with("serde_derive ") || name.starts_with("leptos_macro ")));
}

#[test]
fn every_crate_leads_to_a_text_that_is_there_once_and_names_its_authors() {
    let page = render(&Project::find().unwrap(), LESSON, Some(&manifest("Apache-2.0"))).unwrap();
    let ids: Vec<_> = page.split("<pre id=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for work in page.split("<li data-work=").skip(1).map(|rest| rest.split_once("</li>").unwrap().0) {
        let links: Vec<_> = work.split("href=\"#").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
        assert!(!links.is_empty() && links.iter().all(|link| ids.contains(link)), "{work}");
    }
    let texts: Vec<_> = page.split("<pre id=").skip(1).collect();
    assert!(texts.iter().any(|text| text.contains("Permission is hereby granted, free of charge")));
    // The weights' text is that of the crates under Apache-2.0, not another copy.
    let model = page.split_once("data-model").unwrap().1;
    let link = model.split_once("href=\"#").unwrap().1.split_once('"').unwrap().0;
    let text = page.split_once(&format!("<pre id=\"{link}\"")).unwrap().1;
    assert!(text.split_once("</pre>").unwrap().0.contains("Version 2.0, January 2004"));
}

#[test]
fn a_model_of_unknown_terms_is_said_to_be_one() {
    let project = Project::find().unwrap();
    let page = render(&project, LESSON, Some(&manifest("see the file"))).unwrap();
    assert!(page.contains("<b>Some &lt;model></b>, under a licence that is unknown here"), "{page}");
    let page = render(&project, LESSON, Some(&manifest("llama3"))).unwrap();
    assert!(page.contains("under the licence that its file calls “llama3”"), "{page}");
    assert!(render(&project, LESSON, None).unwrap().contains("carries no weights"));
}

#[test]
fn a_licence_is_chosen_among_those_whose_text_is_there() {
    let mit = "MIT License\n\nCopyright (c) 2020 A\n\n".to_owned() + standard("MIT").unwrap();
    let apache = standard("Apache-2.0").unwrap().to_owned();
    let chosen = |expression: &str, files: &[&String]| {
        let files: Vec<String> = files.iter().map(|file| (*file).clone()).collect();
        let terms = terms(expression, &["B".into()], &files).unwrap();
        (terms.chosen.join(" "), terms.texts)
    };
    let (name, texts) = chosen("MIT OR Apache-2.0", &[&apache, &mit]);
    assert_eq!(
        (name.as_str(), texts.len(), &texts[0].notices[..]),
        ("MIT", 1, &["Copyright (c) 2020 A".to_owned()][..])
    );
    assert_eq!(chosen("MIT/Apache-2.0", &[&apache]).0, "Apache-2.0");
    // No text at all: the standard one, and the authors by name.
    let (name, texts) = chosen("MIT", &[]);
    assert_eq!((name.as_str(), &texts[0].notices[..]), ("MIT", &["B".to_owned()][..]));
    assert_eq!(texts[0].key(), Text::new(&mit).key());
    let (name, texts) = chosen("(MIT OR Apache-2.0) AND Unicode-3.0", &[&mit]);
    assert_eq!((name.as_str(), texts.len()), ("MIT Unicode-3.0", 2));
    // A text that names nobody.
    assert_eq!(chosen("Apache-2.0", &[&apache]).1[0].notices, ["B"]);
    // A notice that grants nothing stays with its crate.
    let notice = "Parts of this were written by C.".to_owned();
    assert_eq!(chosen("MIT", &[&mit, &notice]).1.len(), 2);
}

#[test]
fn a_crate_under_other_terms_ends_the_build() {
    for expression in ["GPL-3.0-only", "MIT AND GPL-2.0-only", "LGPL-2.1-only OR MPL-2.0"] {
        let error = terms(expression, &[], &[]).unwrap_err().to_string();
        assert!(error.contains(expression), "{error}");
    }
    assert_eq!(terms("Apache-2.0 OR GPL-2.0-only", &[], &[]).unwrap().chosen, ["Apache-2.0"]);
    assert!(terms("MIT OR", &[], &[]).is_err());
    // Accepted, and yet there must be a text.
    assert!(terms("BSL-1.0", &[], &[]).unwrap_err().to_string().contains("no text of BSL-1.0"));
}

#[test]
fn a_licence_keeps_its_own_sentences_on_copyright() {
    let text = Text::new(
        "Copyright 2020 A\nCopyright © 2021 B\n  Copyright (c) C\nCopyright [yyyy] [name]\nCopyright notice.",
    );
    assert_eq!(text.notices, ["Copyright 2020 A", "Copyright © 2021 B", "Copyright (c) C"]);
    assert_eq!(text.body, "Copyright [yyyy] [name]\nCopyright notice.");
}
