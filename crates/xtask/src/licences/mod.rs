//! `licenses.html`: whose work the site carries, and under which terms. The model's weights, this project's own code, the crates
//! that are compiled into its programs, and Rust's standard library.
//!
//! Left out is what only works on the programs and leaves no code in them: procedural macros and build scripts, which run
//! while a crate is compiled (what a macro writes is made of our source), wasm-opt, and the npm packages of the tests.

mod packages;
mod page;
mod terms;
mod texts;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use generation::manifest::Manifest;

use self::packages::Package;
use self::page::{Model, Page, Work};
use self::terms::{Terms, standard, terms};
use self::texts::Text;
use crate::process::output;
use crate::project::Project;
use crate::{html, model, pages};

/// The page's file, and that of its style, at the site's root.
pub(crate) const PAGE: &str = "licenses.html";
pub(crate) const STYLE: &str = "licenses.css";

/// The parts of Rust's standard library that may be in a program for the browser: name, SPDX expression, notices. The source is
/// the file COPYRIGHT-library.html of the compiler, which not every installation has.
const STANDARD_LIBRARY: [(&str, &str, &[&str]); 5] = [
    (
        "core, alloc, std, compiler_builtins",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        &["Copyright (c) The Rust Project Developers", "Copyright © 1991-2024 Unicode, Inc."],
    ),
    ("cfg-if", "MIT OR Apache-2.0", &["Copyright (c) 2014 Alex Crichton"]),
    ("dlmalloc", "MIT OR Apache-2.0", &["Copyright (c) 2014 Alex Crichton"]),
    ("hashbrown", "MIT OR Apache-2.0", &["Copyright (c) 2016 Amanieu d'Antras"]),
    ("rustc-demangle", "MIT OR Apache-2.0", &["Copyright (c) 2014 Alex Crichton"]),
];

/// Writes the page and its style into a folder that has the site's pages already; `model` is the one that the site carries.
pub(crate) fn write(project: &Project, folder: &Path, model: Option<&Manifest>) -> Result<()> {
    let lesson = fs::read_to_string(folder.join("index.html")).context("the lesson's page is not there yet")?;
    let page = render(project, &lesson, model)?;
    fs::write(folder.join(PAGE), page)?;
    let style = project.root.join("web").join(STYLE);
    fs::copy(&style, folder.join(STYLE)).with_context(|| format!("cannot copy {}", style.display()))?;
    Ok(())
}

/// The page; the lesson's names the stylesheet.
fn render(project: &Project, lesson: &str, model: Option<&Manifest>) -> Result<String> {
    let (own, foreign): (Vec<Package>, Vec<Package>) =
        packages::shipped(project)?.into_iter().partition(Package::is_own);
    let page = Page {
        stylesheets: vec![stylesheet(lesson)?, format!("./{STYLE}")],
        lessons: pages::lessons(project)?,
        model: model.map(model_terms),
        own: own.iter().map(|package| own_work(project, package)).collect::<Result<_>>()?,
        crates: foreign.iter().map(crate_work).collect::<Result<_>>()?,
        standard_library: standard_library()?,
    };
    let html = page.html()?;
    html::refuse_inline(&html)?;
    Ok(html)
}

/// The address of the site's common style, which has a digest in its name.
fn stylesheet(lesson: &str) -> Result<String> {
    let start = "\"./styles";
    let rest = lesson.split_once(start).with_context(|| format!("the lesson's page has no link to {start}"))?.1;
    let (name, _) = rest.split_once('"').context("an attribute has no end")?;
    Ok(format!("./styles{name}"))
}

fn crate_work(package: &Package) -> Result<Work> {
    let who = || format!("the crate {} {}", package.name, package.version);
    let expression = package.license.clone().with_context(|| format!("{} names no licence", who()))?;
    let authors = match package.authors.as_slice() {
        [] => vec![format!("The authors of {}", package.name)],
        authors => authors.to_vec(),
    };
    let terms = terms(&expression, &authors, &package.texts()?).with_context(who)?;
    Ok(Work { name: package.name.clone(), version: package.version.clone(), expression, terms })
}

/// A crate of this repository, whose texts lie at its root.
fn own_work(project: &Project, package: &Package) -> Result<Work> {
    let read = |name: &str| fs::read_to_string(project.root.join(name)).with_context(|| format!("there is no {name}"));
    let texts = ["LICENSE-MIT", "LICENSE-APACHE"].map(read).into_iter().collect::<Result<Vec<_>>>()?;
    let expression = package.license.clone().with_context(|| format!("our crate {} names no licence", package.name))?;
    let chosen = vec!["MIT".to_owned(), "Apache-2.0".to_owned()];
    let terms = Terms { chosen, texts: texts.iter().map(|text| Text::new(text)).collect() };
    Ok(Work { name: package.name.clone(), version: package.version.clone(), expression, terms })
}

fn standard_library() -> Result<Vec<Work>> {
    let version = output(Command::new("rustc").arg("--version"))?;
    let version = version.split_whitespace().nth(1).unwrap_or("of an unknown version");
    let work = |(name, expression, notices): (&str, &str, &[&str])| {
        let notices: Vec<String> = notices.iter().map(|notice| (*notice).to_owned()).collect();
        let terms = terms(expression, &notices, &[])?;
        let (name, version, expression) = (name.to_owned(), format!("Rust {version}"), expression.to_owned());
        Ok(Work { name, version, expression, terms })
    };
    STANDARD_LIBRARY.into_iter().map(work).collect()
}

/// What is known of the model's licence: that of another than the default one is known if its file names it.
fn model_terms(manifest: &Manifest) -> Model {
    let text = standard(&manifest.licence).map(|body| Text { notices: Vec::new(), body: body.to_owned() });
    let licence = Some(manifest.licence.clone()).filter(|licence| licence != model::UNKNOWN_LICENCE);
    Model { name: manifest.name.clone(), publisher: model::publisher(manifest), licence, text }
}

#[cfg(test)]
mod tests;
