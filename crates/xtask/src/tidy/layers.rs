//! The page's layers, and circles between folders.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{Crate, Path};
use super::sources::rust;

/// A folder of `web/src`, which may use the folders before it in [`PAGE`], and what of the workspace's crates it may use.
struct Layer {
    name: &'static str,
    crates: &'static [&'static str],
}

/// The page's folders, the lowest first. `main.rs`, `lib.rs` and `bin/` stand above them all, and nothing uses those.
///
/// Decided here: `platform` knows nothing of the project. `i18n` puts the loop's, the engine's and the session's state into words, so it
/// knows `generation` and `session`, and neither asks it for words. `worker` carries messages of the protocol and knows nothing of the
/// state. `embed` tells a host what happens in the session, and gets its theme handed in.
const PAGE: [Layer; 8] = [
    Layer { name: "platform", crates: &[] },
    Layer { name: "i18n", crates: &["generation", "session"] },
    Layer { name: "worker", crates: &["generation"] },
    Layer { name: "embed", crates: &["generation", "session"] },
    Layer { name: "app", crates: &["generation", "session"] },
    Layer { name: "components", crates: &["generation", "session"] },
    Layer { name: "shell", crates: &["generation", "session"] },
    Layer { name: "widgets", crates: &["generation", "session"] },
];

/// The layer whose folders do not use each other: `widgets/mod.rs` alone knows them all.
const APART: &str = "widgets";

/// The workspace's crates, among which [`Layer::crates`] chooses.
const CRATES: [&str; 4] = ["generation", "model", "session", "worker"];

#[test]
fn no_folder_of_the_page_uses_one_above_it() {
    let sources = rust();
    let faults = faults(&Crate::new(below(&sources, "web/src/")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_circle_binds_files_of_different_folders() {
    let sources = rust();
    let homes: BTreeSet<&str> =
        sources.iter().filter_map(|(path, _)| Some(&path[..path.find("src/")? + "src/".len()])).collect();
    assert!(homes.len() >= 5, "the workspace's crates: {homes:?}");
    let mut faults = Vec::new();
    for home in homes {
        let circles = circles(&Crate::new(below(&sources, home)));
        if !circles.is_empty() {
            faults.push(format!("{home} has circles: {circles:#?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The sources below a folder, by their paths in it.
fn below<'a>(sources: &'a [(String, String)], home: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    sources.iter().filter_map(move |(path, text)| Some((path.strip_prefix(home)?, text.as_str())))
}

/// A module's layer by its place in [`PAGE`]; [`PAGE`]'s length for the programs, nothing for a folder that is no layer.
fn layer(module: &Path) -> Option<usize> {
    match module.first().map(String::as_str) {
        None | Some("bin") => Some(PAGE.len()),
        Some(folder) => PAGE.iter().position(|layer| layer.name == folder),
    }
}

/// What contradicts the layers: arrows that run up, widgets that use each other, crates that a folder must not know.
fn faults(page: &Crate) -> Vec<String> {
    let mut faults: Vec<String> = Vec::new();
    for module in page.paths().filter(|path| layer(path).is_none()) {
        faults.push(format!("{} belongs to no layer", module.join("::")));
    }
    for (from, to) in page.arrows() {
        let (Some(above), Some(below)) = (layer(&from), layer(&to)) else { continue };
        let arrow = format!("{} uses {}", from.join("::"), to.join("::"));
        if below > above {
            faults.push(format!("{arrow}, which stands above it"));
        } else if above == below
            && from.len() > 1
            && from.first().is_some_and(|folder| folder == APART)
            && from.get(1) != to.get(1)
        {
            faults.push(format!("{arrow}: what both need belongs below"));
        }
    }
    for (module, names) in page.outside() {
        let Some(layer) = layer(module).and_then(|place| PAGE.get(place)) else { continue };
        for name in
            names.iter().filter(|name| CRATES.contains(&name.as_str()) && !layer.crates.contains(&name.as_str()))
        {
            faults.push(format!("{} uses the crate {name}, which {} must not know", module.join("::"), layer.name));
        }
    }
    faults
}

/// The circles of modules that lie in different folders, each with its modules in order of their names.
fn circles(one: &Crate) -> Vec<Vec<String>> {
    let mut uses: BTreeMap<Path, BTreeSet<Path>> = BTreeMap::new();
    for (from, to) in one.arrows() {
        uses.entry(from).or_default().insert(to);
    }
    let reached: BTreeMap<&Path, BTreeSet<Path>> = uses.keys().map(|from| (from, reach(&uses, from))).collect();
    let mut circles = BTreeSet::new();
    for (from, all) in &reached {
        let circle: BTreeSet<&Path> =
            all.iter().filter(|to| reached.get(to).is_some_and(|back| back.contains(*from))).collect();
        let folders: BTreeSet<&[String]> = circle.iter().map(|path| folder(one, path)).collect();
        if folders.len() > 1 {
            circles.insert(circle.iter().map(|path| path.join("::")).collect::<Vec<_>>());
        }
    }
    circles.into_iter().collect()
}

/// All modules that arrows lead to, from one.
fn reach(uses: &BTreeMap<Path, BTreeSet<Path>>, from: &Path) -> BTreeSet<Path> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.clone()];
    while let Some(next) = open.pop() {
        for to in uses.get(&next).into_iter().flatten() {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

/// A module's folder: its own, if it has one.
fn folder<'a>(one: &Crate, path: &'a Path) -> &'a [String] {
    if one.has_folder(path) { path } else { &path[..path.len().saturating_sub(1)] }
}

#[test]
fn an_arrow_up_and_one_between_widgets_are_found() {
    let page = Crate::new([
        ("lib.rs", "mod platform; mod i18n; mod app; mod widgets;"),
        ("main.rs", "use crate::widgets::mount;"),
        ("platform/dom.rs", "use web_sys::Window;"),
        ("i18n/numbers.rs", "use crate::platform::dom; use generation::Tree;"),
        ("i18n/status.rs", "use crate::app::Store; use session::Session; use model::Engine;"),
        ("app/mod.rs", "pub struct Store;"),
        ("widgets/mod.rs", "use self::{code, softmax};"),
        ("widgets/code/mod.rs", "use super::softmax::model; use crate::app::Store;"),
        ("widgets/softmax/mod.rs", "use self::model;"),
        ("widgets/softmax/model.rs", "use crate::drawer::thing;"),
        ("drawer.rs", ""),
    ]);
    let expected = [
        "drawer belongs to no layer",
        "i18n::status uses app, which stands above it",
        "widgets::code uses widgets::softmax::model: what both need belongs below",
        "i18n::status uses the crate model, which i18n must not know",
    ];
    assert_eq!(faults(&page), expected);
}

#[test]
fn circles_are_found_between_folders_only() {
    let sources = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a/mod.rs", "use crate::b::x;"),
        ("a/one.rs", "use super::two;"),
        ("a/two.rs", "use super::one;"),
        ("b/mod.rs", "pub use self::deep::y;"),
        ("b/deep.rs", "use crate::c;"),
        ("c.rs", ""),
    ];
    assert!(circles(&Crate::new(sources)).is_empty());
    let mut bound = sources;
    bound[6] = ("c.rs", "use crate::b::y;");
    assert_eq!(circles(&Crate::new(bound)), [["b::deep", "c"]]);
}
