//! Damage of every kind, and what must hold after it. Shared with the example `damage`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use generation::step::Taps;
use model::{Engine, FileEntry, Loader, Precision, Task};

/// A model's files: names and bytes.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread holds.
pub(crate) struct Counting;

fn count(change: isize) {
    // A thread that is ending has no counters any more.
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(live.get())));
    });
}

// SAFETY: all is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// What came of the damage.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) refused: usize,
    pub(crate) loaded: usize,
    pub(crate) slowest: Duration,
    /// Most bytes held at once, beyond the files themselves.
    pub(crate) peak: isize,
}

/// Opens a model and runs one token through it; an error's words.
pub(crate) fn open(files: &Files) -> Result<(), String> {
    let run = || -> model::Result<()> {
        let entry = |(name, bytes): &(String, Vec<u8>)| FileEntry { name: name.clone(), bytes: bytes.len() as u64 };
        let mut loader = Loader::new(&files.iter().map(entry).collect::<Vec<_>>())?;
        while let Some(at) = loader.next_file() {
            for piece in files[at].1.chunks(1 << 20) {
                loader.push(piece)?;
            }
            loader.end_file()?;
        }
        let mut engine: Engine = loader.finish(Precision::Quantized)?;
        let tokens = engine.tokenizer().encode("The cat").unwrap_or_else(|_| vec![0]);
        engine.run(&tokens, Task::Step(Taps::ALL)).map(drop)
    };
    run().map_err(|error| error.to_string())
}

/// Damages each file of a model in `cuts` places and by `changes` random changes of its first part, and by all that
/// people take for a model; asserts that nothing breaks.
pub(crate) fn hurt(files: &Files, cuts: usize, changes: usize) -> Outcome {
    let mut outcome = Outcome::default();
    for i in 0..files.len() {
        let good = &files[i].1;
        let mut try_with = |what: String, bytes: Vec<u8>| {
            let mut files = files.clone();
            files[i].1 = bytes;
            attempt(&what, &files, &mut outcome);
        };
        for cut in 0..cuts {
            let length = good.len() * cut / cuts;
            try_with(format!("cut at {length}"), good[..length].to_vec());
        }
        let head = head(good);
        let mut noise = 0x9E37_79B9_7F4A_7C15u64 + i as u64;
        let mut random = |end: usize| {
            noise ^= noise >> 12;
            noise ^= noise << 25;
            noise ^= noise >> 27;
            (noise.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
        };
        for change in 0..changes {
            let mut bytes = good.clone();
            let at = random(head);
            // A byte, or a number as a reader would take it.
            let with: Vec<u8> = match change % 4 {
                0 | 1 => vec![random(256) as u8],
                2 => (1u64 << random(64)).to_le_bytes().to_vec(),
                _ => (random(1 << 31) as u32).to_le_bytes().to_vec(),
            };
            let end = (at + with.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&with[..end - at]);
            try_with(format!("{with:?} at {at}"), bytes);
        }
        for (count, at) in [(1u64 << 60, 0), (1 << 60, 8), (1 << 60, 16), (u64::MAX, 0), (u64::MAX, 8), (u64::MAX, 16)]
        {
            let mut bytes = good.clone();
            let end = (at + 8).min(bytes.len());
            bytes[at.min(end)..end].copy_from_slice(&count.to_le_bytes()[..end - at.min(end)]);
            try_with(format!("{count} at {at}"), bytes);
        }
        for (what, bytes) in [
            ("a web page", b"<!DOCTYPE html><html><body>404 Not Found</body></html>".to_vec()),
            ("an archive", [b"PK\x03\x04".as_slice(), &[0; 5000]].concat()),
            ("nothing", Vec::new()),
            ("JSON of another kind", b"[1, 2, {}]".to_vec()),
            ("deep JSON", b"[".repeat(100_000)),
            ("zeros", vec![0; good.len()]),
            ("a pointer to elsewhere", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n".to_vec()),
        ] {
            try_with(what.to_owned(), bytes);
        }
    }
    outcome
}

/// How many bytes come before the weights, roughly.
fn head(bytes: &[u8]) -> usize {
    let name = b"weight";
    let last = bytes.windows(name.len()).rposition(|window| window == name);
    last.map_or(bytes.len(), |at| (at + 100).min(bytes.len()))
}

fn attempt(what: &str, files: &Files, outcome: &mut Outcome) {
    let given: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let before = LIVE.get();
    PEAK.set(before);
    let start = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| open(files)));
    let (took, held) = (start.elapsed(), PEAK.get() - before);
    let result = result.unwrap_or_else(|_| panic!("{what}: a panic"));
    assert!(took < Duration::from_secs(2), "{what}: {took:?}");
    assert!(held < 16 * given as isize + (64 << 20), "{what}: {held} bytes for files of {given}");
    outcome.slowest = outcome.slowest.max(took);
    outcome.peak = outcome.peak.max(held);
    match result {
        Ok(()) => outcome.loaded += 1,
        Err(words) => {
            assert!(!words.is_empty(), "{what}: no words");
            outcome.refused += 1;
        }
    }
}
