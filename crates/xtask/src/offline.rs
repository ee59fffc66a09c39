//! The service worker of a built site, which serves it without a network: the list of files in it, and the site's version in
//! the pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::project::Project;
use crate::{digest, licences};

/// The service worker's file, at the root of the site, which it can keep.
const SERVICE_WORKER: &str = "service_worker.js";

/// Where a page has the version of its site; empty under `cargo xtask serve`, which keeps nothing.
const VERSION: (&str, &str) = ("<meta name=\"next-token-version\" content=\"", "\">");

/// The lines of the service worker's template that are replaced.
const TEMPLATE: [&str; 3] = ["const VERSION = '';", "const FILES = {};", "const RELAXED_PROBE = Uint8Array.of();"];

/// Writes the service worker for `cargo xtask serve`: it unregisters itself and deletes what a built site left in the browser.
pub(crate) fn write_no_service_worker(project: &Project, folder: &Path) -> Result<()> {
    let none = project.root.join("web/no_service_worker.js");
    fs::copy(&none, folder.join(SERVICE_WORKER)).with_context(|| format!("cannot copy {}", none.display()))?;
    Ok(())
}

/// Writes the service worker of a finished site, and the version into its pages. To be called again after a change of the site.
pub(crate) fn write_service_worker(project: &Project, dist: &Path) -> Result<()> {
    let template = fs::read_to_string(project.root.join("web").join(SERVICE_WORKER))?;
    let names = files(dist)?;
    let (mut parts, mut pages) = (vec![template.clone()], Vec::new());
    for name in &names {
        let (content, is_page) = without_version(dist, name)?;
        parts.push(format!("{name} {}", digest::of_bytes(&content)));
        if is_page {
            pages.push((name, String::from_utf8(content)?));
        }
    }
    ensure!(!pages.is_empty(), "no page has a <meta name=\"next-token-version\">");
    let version = &digest::of_bytes(parts.join("\n").as_bytes())[..16];
    for (name, page) in pages {
        fs::write(dist.join(name), with_version(&page, version).unwrap_or(page))?;
    }
    let mut list = BTreeMap::new();
    for name in &names {
        list.insert(name.as_str(), [digest::of_file(&dist.join(name))?, kind(name).to_owned()]);
    }
    let worker = filled(&template, version, &list, &probe(dist, &names)?)?;
    Ok(fs::write(dist.join(SERVICE_WORKER), worker)?)
}

/// The site's files by their names below its root, in order; without the service worker itself, without the model, whose
/// parts the worker keeps under their digests, and without the pictures of widgets that cannot start.
fn files(dist: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut folders = vec![dist.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let name = path.strip_prefix(dist)?.to_str().context("a file's name is ASCII")?.replace('\\', "/");
            if ["model", "stills", SERVICE_WORKER].contains(&name.as_str()) || name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
                ensure!(name.chars().all(plain), "{name} would need an escape in its address");
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// What a file belongs to, as the service worker names it.
fn kind(name: &str) -> &'static str {
    let at_root = name.ends_with(".css") || name.ends_with(".js") || name.ends_with(".wasm");
    match name {
        _ if name.starts_with("worker-") && name.contains("/relaxed/") => "relaxed",
        _ if name.starts_with("worker-") && name.ends_with("worker_loader.js") => "engine",
        _ if name.starts_with("worker-") => "plain",
        _ if name.starts_with("widget-") => "frame",
        _ if [licences::PAGE, licences::STYLE].contains(&name) => "visited",
        _ if at_root && !name.contains('/') && name != "embed.js" => "core",
        _ => "rest",
    }
}

/// A file's bytes, and whether it is a page of the site: that has a place for the version, which is emptied.
fn without_version(dist: &Path, name: &str) -> Result<(Vec<u8>, bool)> {
    let bytes = fs::read(dist.join(name)).with_context(|| format!("cannot read {name}"))?;
    let page = if name.ends_with(".html") { with_version(&String::from_utf8_lossy(&bytes), "") } else { None };
    Ok(page.map_or((bytes, false), |page| (page.into_bytes(), true)))
}

/// The page, with this version in the place of whatever it has.
fn with_version(page: &str, version: &str) -> Option<String> {
    let (before, rest) = page.split_once(VERSION.0)?;
    let (_, after) = rest.split_once(VERSION.1)?;
    Some([before, VERSION.0, version, VERSION.1, after].concat())
}

/// The numbers of the program by which the worker's loader asks for relaxed SIMD.
fn probe(dist: &Path, names: &[String]) -> Result<String> {
    let loader =
        names.iter().find(|name| name.ends_with("/worker_loader.js")).context("there is no worker_loader.js")?;
    let text = fs::read_to_string(dist.join(loader))?;
    let numbers = text.split_once("Uint8Array.of(").and_then(|(_, rest)| rest.split_once(')'));
    let (numbers, _) = numbers.with_context(|| format!("{loader} should have a Uint8Array.of(…)"))?;
    Ok(numbers.split_whitespace().collect())
}

fn filled(template: &str, version: &str, list: &BTreeMap<&str, [String; 2]>, probe: &str) -> Result<String> {
    let entry = |(name, about): (&&str, &[String; 2])| Ok(format!("  \"{name}\": {}", serde_json::to_string(about)?));
    let entries = list.iter().map(entry).collect::<Result<Vec<_>>>()?;
    let lines = [
        format!("const VERSION = '{version}';"),
        format!("const FILES = {{\n{}\n}};", entries.join(",\n")),
        format!("const RELAXED_PROBE = Uint8Array.of({probe});"),
    ];
    let mut worker = template.to_owned();
    for (empty, line) in TEMPLATE.into_iter().zip(lines) {
        ensure!(worker.matches(empty).count() == 1, "web/{SERVICE_WORKER} should have the line {empty}");
        worker = worker.replace(empty, &line);
    }
    Ok(worker)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><meta name=\"next-token-version\" content=\"\"></html>";

    /// A site in a folder of its own.
    fn site(test: &str) -> (Project, std::path::PathBuf) {
        let dist = std::env::temp_dir().join(format!("xtask-offline-{}-{test}", std::process::id()));
        for (name, text) in [
            ("index.html", PAGE),
            ("de/index.html", PAGE),
            ("web-0123456789abcdef.js", "js"),
            ("widget-0123456789abcdef.js", "js"),
            ("worker-0123456789abcdef/worker_loader.js", "const probe = Uint8Array.of(\n  0, 97,\n);"),
            ("worker-0123456789abcdef/worker.js", "js"),
            ("worker-0123456789abcdef/relaxed/worker.js", "js"),
            ("model/manifest.json", "{}"),
            ("licenses.html", "licences, without a version"),
            ("licenses.css", "css"),
            ("stills/still.js", "js"),
            ("examples/plain/index.html", "an example, without a version"),
            (".stage/left.over", ""),
        ] {
            fs::create_dir_all(dist.join(name).parent().unwrap()).unwrap();
            fs::write(dist.join(name), text).unwrap();
        }
        (Project::find().unwrap(), dist)
    }

    fn read(dist: &Path, name: &str) -> String {
        fs::read_to_string(dist.join(name)).unwrap()
    }

    /// The version that the service worker has, and its list.
    fn written(project: &Project, dist: &Path) -> (String, BTreeMap<String, [String; 2]>) {
        write_service_worker(project, dist).unwrap();
        let worker = read(dist, SERVICE_WORKER);
        let version = worker.split_once("const VERSION = '").unwrap().1.split_once('\'').unwrap().0.to_owned();
        let list = worker.split_once("const FILES = ").unwrap().1.split_once(";\n").unwrap().0;
        assert!(worker.contains("Uint8Array.of(0,97,);"));
        (version, serde_json::from_str(list).unwrap())
    }

    #[test]
    fn the_list_names_every_file_but_models_and_stills_with_its_digest() {
        let (project, dist) = site("list");
        let (version, list) = written(&project, &dist);
        let kinds: Vec<_> = list.iter().map(|(name, [_, kind])| format!("{name} {kind}")).collect();
        assert_eq!(
            kinds,
            [
                "de/index.html rest",
                "examples/plain/index.html rest",
                "index.html rest",
                "licenses.css visited",
                "licenses.html visited",
                "web-0123456789abcdef.js core",
                "widget-0123456789abcdef.js frame",
                "worker-0123456789abcdef/relaxed/worker.js relaxed",
                "worker-0123456789abcdef/worker.js plain",
                "worker-0123456789abcdef/worker_loader.js engine",
            ]
        );
        assert!(list.iter().all(|(name, [digest, _])| *digest == digest::of_file(&dist.join(name)).unwrap()));
        assert_eq!(version.len(), 16);
        assert!(["index.html", "de/index.html"].iter().all(|page| read(&dist, page).contains(&version)));
        fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn the_version_follows_from_the_content_alone() {
        let (project, dist) = site("version");
        let (first, list) = written(&project, &dist);
        assert_eq!(written(&project, &dist), (first.clone(), list));
        fs::write(dist.join("web-0123456789abcdef.js"), "other").unwrap();
        let (second, _) = written(&project, &dist);
        assert_ne!(second, first);
        assert!(read(&dist, "index.html").contains(&second) && !read(&dist, "index.html").contains(&first));
        fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn a_site_without_a_place_for_the_version_is_refused() {
        let (project, dist) = site("place");
        fs::write(dist.join("de/index.html"), "<html></html>").unwrap();
        fs::write(dist.join("index.html"), "<html></html>").unwrap();
        let error = write_service_worker(&project, &dist).unwrap_err();
        assert!(error.to_string().contains("next-token-version"), "{error}");
        fs::remove_dir_all(dist).unwrap();
    }
}
