//! A model in files that the reader gave: read in slices, so that no copy of a whole file is ever in memory.

use generation::protocol::{Defect, Failure, LoadProgress, ModelInfo};
use generation::step::Taps;
use js_sys::Uint8Array;
use model::{Engine, FileEntry, Loader, Precision, Task};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::browser::pause;

/// Bytes that are read at a time.
const PIECE: u64 = 4 << 20;

/// The files, read no further than it takes to know what they hold.
pub(crate) async fn look(files: &[File]) -> Result<Loader, Failure> {
    let mut loader = open(files)?;
    read(&mut loader, files, &mut |_| {}, |loader| loader.info().is_some()).await?;
    Ok(loader)
}

/// What the files hold.
pub(crate) async fn describe(files: &[File]) -> Result<ModelInfo, Failure> {
    let told = look(files).await?.info().cloned();
    told.ok_or_else(|| Failure::BadModel(Defect::Other("it ends before it has said what it is".into())))
}

/// Reads the files to their end.
pub(crate) async fn load(files: &[File], tell: &mut impl FnMut(LoadProgress)) -> Result<Engine, Failure> {
    let mut loader = open(files)?;
    read(&mut loader, files, tell, |_| false).await?;
    let mut engine = loader.finish(Precision::Quantized)?;
    // A model whose weights are no numbers must not replace one that works.
    engine.run(&[0], Task::Step(Taps::default()))?;
    Ok(engine)
}

fn open(files: &[File]) -> Result<Loader, Failure> {
    let entries: Vec<FileEntry> =
        files.iter().map(|file| FileEntry { name: file.name(), bytes: file.size() as u64 }).collect();
    Ok(Loader::new(&entries)?)
}

async fn read(
    loader: &mut Loader,
    files: &[File],
    tell: &mut impl FnMut(LoadProgress),
    is_enough: impl Fn(&Loader) -> bool,
) -> Result<(), Failure> {
    let total = files.iter().map(|file| file.size() as u64).sum();
    let mut progress = LoadProgress { total, ..LoadProgress::default() };
    let mut piece = Vec::new();
    while let Some(file) = loader.next_file().and_then(|index| files.get(index)) {
        let bytes = file.size() as u64;
        let mut start = 0;
        while start < bytes {
            let end = bytes.min(start + PIECE);
            slice(file, start, end, &mut piece).await?;
            loader.push(&piece)?;
            if is_enough(loader) {
                return Ok(());
            }
            progress.received += end - start;
            tell(progress);
            start = end;
            pause().await;
        }
        loader.end_file()?;
    }
    Ok(())
}

/// Reads bytes `start..end` of a file into `piece`.
async fn slice(file: &File, start: u64, end: u64, piece: &mut Vec<u8>) -> Result<(), Failure> {
    // The browsers' own messages are about permissions.
    let changed = || Failure::FileGone(file.name());
    let blob = file.slice_with_f64_and_f64(start as f64, end as f64).map_err(|_| changed())?;
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|_| changed())?;
    let bytes = Uint8Array::new(buffer.unchecked_ref());
    if u64::from(bytes.length()) != end - start {
        return Err(changed());
    }
    piece.resize(bytes.length() as usize, 0);
    bytes.copy_to(piece);
    Ok(())
}
