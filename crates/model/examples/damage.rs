//! Damages a model in thousands of ways and tries to open it: `cargo run --release -p model --example damage FILE…`.

#[path = "../tests/damage/harness.rs"]
mod harness;

use std::path::Path;

use anyhow::{Context, Result};

#[global_allocator]
static ALLOCATOR: harness::Counting = harness::Counting;

fn main() -> Result<()> {
    let mut files = harness::Files::new();
    for path in std::env::args().skip(1) {
        let name = Path::new(&path).file_name().context("a file has a name")?.to_string_lossy().into_owned();
        files.push((name, std::fs::read(&path).with_context(|| format!("cannot read {path}"))?));
    }
    println!("{:?}, as it is: {:?}", files.iter().map(|(name, _)| name).collect::<Vec<_>>(), harness::open(&files));
    println!("{:?}", harness::hurt(&files, 200, 2000));
    Ok(())
}
