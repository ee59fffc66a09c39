//! The built site once more, with a tiny model in the place of the page's own and with that model's recorded run: what most
//! end-to-end tests open. Nothing is compiled for it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use generation::manifest::Manifest;

use crate::project::Project;
use crate::{build, model, offline, pages};

/// The tiny model's name, and that of its folder below the tests' fixtures.
const FIXTURE: &str = "stories260K";

/// As many parts as the default model has.
const PARTS: u64 = 6;

/// Where the site lies.
pub(crate) fn folder(project: &Project) -> PathBuf {
    project.target().join("tiny-site")
}

/// The tiny model's file.
fn model_file(project: &Project) -> PathBuf {
    project.tests().join("fixtures").join(FIXTURE).join("stories260K-F16.gguf")
}

/// Makes the site of what lies in `dist/`, and returns its folder.
pub(crate) fn assemble(project: &Project) -> Result<PathBuf> {
    let (dist, site) = (project.dist(), folder(project));
    model::remove_folder(&site)?;
    copy(&dist, &site)?;
    let manifest = model::lay_small_parts(&model_file(project), &site.join("model"), FIXTURE, PARTS)?;
    let pages = pages::built(project, &site)?;
    replace_record(project, &site, &pages)?;
    replace_offer(&pages, &manifest)?;
    offline::write_service_worker(project, &site)?;
    Ok(site)
}

/// All of a site but its model, without copying bytes where the file system allows; what is written anew is copied.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let from = entry?.path();
        let to = to.join(from.file_name().context("a file without a name")?);
        if from.ends_with("model") {
            continue;
        }
        if from.is_dir() {
            copy(&from, &to)?;
        } else if changes(&from) || fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
        }
    }
    Ok(())
}

/// Whether a file of the site is written again: the bytes of all others are shared with `dist/`.
fn changes(file: &Path) -> bool {
    file.extension().is_some_and(|kind| kind == "html") || file.ends_with("service_worker.js")
}

/// Puts the tiny model's recorded run in the place of the other one.
fn replace_record(project: &Project, site: &Path, pages: &[build::Page]) -> Result<()> {
    let file = project.tests().join("fixtures").join(FIXTURE).join("recorded-run.bin");
    let record = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = build::record_name(&record);
    let former = fs::read_dir(site)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let former: Vec<_> = former.filter(|name| name.starts_with("recorded-run-")).collect();
    ensure!(former.len() == 1, "the site should have one recorded run, it has {former:?}");
    fs::remove_file(site.join(&former[0]))?;
    fs::write(site.join(&name), record)?;
    build::rename_in(pages, &former[0], &name)
}

/// Tells the pages of frames what the tiny model would cost.
fn replace_offer(pages: &[build::Page], manifest: &Manifest) -> Result<()> {
    let mut replaced = 0;
    for (page, _) in pages {
        let html = fs::read_to_string(page)?;
        let Some(start) = html.find(pages::OFFER) else { continue };
        let end = html[start..].find(">\n").context("an offer without an end")? + start + 2;
        fs::write(page, [&html[..start], &pages::offer(manifest), &html[end..]].concat())?;
        replaced += 1;
    }
    ensure!(replaced > 0, "no page has an offer of the model");
    Ok(())
}
