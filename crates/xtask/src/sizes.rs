//! The sizes of what a reader downloads, and how large the programs may be.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process::{announce, output, version};
use crate::program::Program;

/// The programs and their intended sizes in bytes with brotli. Whoever makes one larger changes the figure, and says in the commit
/// what the bytes are for.
const BUDGET: [(Program, u64); 4] = [
    (Program::Page, 490_000),
    (Program::Small, 353_000),
    (Program::Worker, 713_000),
    (Program::RelaxedWorker, 717_000),
];

/// How far a program may be above its figure, in percent: the output of compilers and optimizers varies with their versions.
const SLACK: u64 = 1;

/// The bytes of a file as it is, and as a host that compresses would send it.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the size of each file as it is, and as a host that compresses would send it.
pub(crate) fn print(files: &[PathBuf]) -> Result<()> {
    if version("node").is_none() {
        announce("without Node.js here the sizes stay unknown");
        return Ok(());
    }
    for (file, Sizes { raw, gzip, brotli }) in files.iter().zip(measure(files)?) {
        println!("{}: {}, gzip {}, brotli {}", short(file), kilobytes(raw), kilobytes(gzip), kilobytes(brotli));
    }
    Ok(())
}

/// Refuses programs that are larger than their budget; `files` are those of a built and optimized site.
pub(crate) fn check(files: &[PathBuf]) -> Result<()> {
    let programs: Vec<_> = files.iter().filter_map(|file| Some((Program::of(file)?, file.clone()))).collect();
    let files: Vec<_> = programs.iter().map(|(_, file)| file.clone()).collect();
    let sizes = measure(&files)?;
    let measured: Vec<_> = programs.iter().zip(sizes).map(|((program, _), sizes)| (*program, sizes.brotli)).collect();
    judge(&measured)
}

/// Says which of the measured programs exceed their budget, and by how much; all of them must be there.
fn judge(measured: &[(Program, u64)]) -> Result<()> {
    let mut faults = Vec::new();
    for (program, intended) in BUDGET {
        let most = intended + intended * SLACK / 100;
        match measured.iter().find(|(own, _)| *own == program) {
            None => faults.push(format!("{} is not in the site", program.name())),
            Some((_, size)) if *size > most => faults.push(format!(
                "{} has {size} bytes with brotli, {} more than the {most} that it may have",
                program.name(),
                size - most
            )),
            Some(_) => {}
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{} (crates/xtask/src/sizes.rs has the budget)", faults.join("; "))
}

/// The sizes of files, in their order, by Node's zlib.
fn measure(files: &[PathBuf]) -> Result<Vec<Sizes>> {
    const SCRIPT: &str = "
        const { readFileSync } = require('node:fs');
        const { brotliCompressSync, gzipSync } = require('node:zlib');
        const sizes = process.argv.slice(1).map((file) => {
            const bytes = readFileSync(file);
            return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
        });
        console.log(JSON.stringify(sizes));";
    let sizes = output(Command::new("node").args(["-e", SCRIPT, "--"]).args(files))?;
    serde_json::from_str(&sizes).context("Node.js printed no sizes")
}

fn kilobytes(bytes: u64) -> String {
    format!("{:.0} kB", bytes as f64 / 1000.0)
}

/// A file's name with its folder's.
fn short(file: &Path) -> String {
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    parts[parts.len().saturating_sub(2)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_above_its_budget_is_named_with_the_excess() {
        let intended: Vec<_> = BUDGET.to_vec();
        judge(&intended).unwrap();
        let mut large = intended.clone();
        large[2].1 = 713_000 + 7_130 + 5;
        let error = judge(&large).unwrap_err().to_string();
        assert!(error.starts_with("the worker has 720135 bytes with brotli, 5 more than the 720130"), "{error}");
        large[2].1 -= 5;
        judge(&large).unwrap();
        let error = judge(&intended[1..]).unwrap_err().to_string();
        assert!(error.contains("the page's program is not in the site"), "{error}");
    }

    #[test]
    fn sizes_are_those_of_the_compressed_bytes() {
        let file = std::env::temp_dir().join(format!("next-token-sizes-{}.bin", std::process::id()));
        std::fs::write(&file, vec![7; 100_000]).unwrap();
        let sizes = measure(std::slice::from_ref(&file)).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert!(sizes.len() == 1 && sizes[0].raw == 100_000);
        assert!((1..200).contains(&sizes[0].brotli) && (1..500).contains(&sizes[0].gzip), "{sizes:?}");
    }
}
