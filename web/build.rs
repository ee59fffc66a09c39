//! Gathers the English catalogue for the tests. The page itself reads its language's from where `cargo xtask` puts it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=locales/en");
    let mut files: Vec<PathBuf> =
        fs::read_dir("locales/en")?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    // The prose is the page's.
    files.retain(|file| file.extension().is_some_and(|kind| kind == "ftl") && !file.ends_with("lesson.ftl"));
    files.sort();
    let catalogue = files.iter().map(fs::read_to_string).collect::<Result<Vec<_>, _>>()?.join("\n");
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&folder).join("en.ftl"), catalogue)
}
