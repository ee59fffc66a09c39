//! What no compiler checks: the guide's paths, the size of files, and names that do not belong in a repository.

use std::fs;
use std::path::{Path, PathBuf};

/// The longest source file, in lines.
const MAX_LINES: usize = 600;

/// Folders that hold no source.
const SKIPPED: [&str; 9] = [
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

/// Every source file, with its path from the repository's root.
fn sources() -> Vec<(String, PathBuf)> {
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
    files
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_path_buf()
}

#[test]
fn the_guide_names_paths_that_exist() {
    let Ok(guide) = fs::read_to_string(root().join("ARCHITECTURE.md")) else { return };
    let quoted = guide.split('`').skip(1).step_by(2);
    let missing: Vec<_> = quoted.filter(|text| is_path(text) && !root().join(text).exists()).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names what does not exist: {missing:?}");
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
fn sources_are_short_enough_to_read() {
    for (path, file) in sources().into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let lines = fs::read_to_string(file).unwrap().lines().count();
        assert!(lines <= MAX_LINES, "{path} has {lines} lines, at most {MAX_LINES} are wanted");
    }
}

#[test]
fn no_source_names_a_registry_host() {
    // In pieces, so that this file passes.
    let hosts = [["crates", ".io"], ["npmjs", ".org"], ["npmjs", ".com"], ["pypi", ".org"], ["pythonhosted", ".org"]];
    for (path, file) in sources() {
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
    let Ok(page) = fs::read_to_string(root().join("index.html")) else { return };
    for link in page.split("<link").filter(|link| link.contains("rel=\"rust\"")) {
        let link = link.split('>').next().unwrap_or_default();
        assert!(link.contains("data-wasm-opt=\"0\""), "cargo xtask build runs wasm-opt itself: <link{link}>");
    }
}
