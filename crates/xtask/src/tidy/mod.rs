//! What no compiler checks: the guide's paths, the length of files and functions, the layers of the page, circles between
//! folders, and names that do not belong in a repository.

mod imports;
mod layers;
mod lengths;
mod sources;

use std::fs;

use self::sources::{SKIPPED, files, root};

#[test]
fn the_guides_name_paths_that_exist() {
    let notes = fs::read_dir(root().join("docs/dev")).unwrap().map(|entry| entry.unwrap().path());
    let guides: Vec<_> = notes.chain([root().join("ARCHITECTURE.md"), root().join("CONTRIBUTING.md")]).collect();
    assert!(guides.len() > 5, "the guides: {guides:?}");
    let mut named = 0;
    for guide in guides {
        let text = fs::read_to_string(&guide).unwrap();
        let paths: Vec<_> = text.split('`').skip(1).step_by(2).filter(|text| is_path(text)).collect();
        let missing: Vec<_> = paths.iter().filter(|path| !root().join(path).exists()).collect();
        assert!(missing.is_empty(), "{} names what does not exist: {missing:?}", guide.display());
        named += paths.len();
    }
    assert!(named > 60, "the guides name hardly a path: {named}");
}

/// Whether a text in backticks names a file or folder of the repository, not of a build or of another place.
fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    let first = text.split('/').next().unwrap_or_default();
    text.contains('/')
        && text.chars().all(plain)
        && !SKIPPED.contains(&first)
        && (root().join(first).is_dir() || text.ends_with(".rs"))
}

#[test]
fn no_source_names_a_registry_host() {
    // In pieces, so that this file passes.
    let hosts = [["crates", ".io"], ["npmjs", ".org"], ["npmjs", ".com"], ["pypi", ".org"], ["pythonhosted", ".org"]];
    for (path, file) in files() {
        // Cargo writes its index's name into lock files.
        let Ok(text) = fs::read_to_string(file) else { continue };
        let named =
            hosts.iter().map(|host| host.concat()).find(|host| !path.ends_with("Cargo.lock") && text.contains(host));
        assert_eq!(named, None, "{path} names a registry: anybody's own is as good");
        let lock = path.ends_with("package-lock.json");
        assert!(!(lock && text.contains("\"resolved\": \"http")), "{path} names where packages came from");
    }
}

#[test]
fn trunk_leaves_wasm_opt_to_us() {
    let page = fs::read_to_string(root().join("index.html")).expect("there should be an index.html");
    let programs: Vec<_> = page.split("<link").filter(|link| link.contains("rel=\"rust\"")).collect();
    assert_eq!(programs.len(), 2, "the page and its worker");
    for link in programs {
        let link = link.split('>').next().unwrap_or_default();
        assert!(link.contains("data-wasm-opt=\"0\""), "cargo xtask build runs wasm-opt itself: <link{link}>");
    }
}
