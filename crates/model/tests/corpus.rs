//! The fuzz targets' seeds, and random changes of them, as an ordinary test: each input ends, without a panic.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "it is a crate of its own too")]
mod targets;

use std::path::PathBuf;

/// Changes of each seed.
const CHANGES: usize = 300;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    std::fs::read_dir(path).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn run(target: &str, function: fn(&[u8])) {
    let seeds = seeds(target);
    assert!(seeds.len() >= 2, "{target} has no seeds");
    let mut noise = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = |end: usize| {
        noise ^= noise >> 12;
        noise ^= noise << 25;
        noise ^= noise >> 27;
        (noise.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    };
    for seed in &seeds {
        function(seed);
        for _ in 0..CHANGES {
            let mut bytes = seed.clone();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                match random(4) {
                    0 => bytes.truncate(at),
                    1 => drop(bytes.drain(at..(at + random(8)).min(bytes.len()))),
                    2 => bytes.insert(at, random(256) as u8),
                    _ => bytes.iter_mut().skip(at).take(1 + random(8)).for_each(|byte| *byte = random(256) as u8),
                }
            }
            function(&bytes);
        }
    }
}

#[test]
fn gguf() {
    run("gguf", targets::gguf);
}

#[test]
fn safetensors() {
    run("safetensors", targets::safetensors);
}

#[test]
fn tokenizer() {
    run("tokenizer", targets::tokenizer);
}

#[test]
fn protocol() {
    run("protocol", targets::protocol);
}

#[test]
fn link() {
    run("link", targets::link);
}

#[test]
fn record() {
    run("record", targets::record);
}
