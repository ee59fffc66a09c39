//! A model in files that the reader gave: read in slices, so that no copy of a whole file is ever in memory.

use generation::protocol::{Defect, Failure, LoadProgress, ModelInfo};
use generation::step::Taps;
use js_sys::Uint8Array;
use model::{Engine, Listed, Opening, Precision, Task};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::browser::pause;

/// Bytes that are read at a time.
const PIECE: u64 = 4 << 20;

/// The files, read no further than it takes to know what they hold.
pub(crate) async fn look(files: &[File]) -> Result<Opening, Failure> {
    let mut opening = open(files)?;
    read(&mut opening, files, &mut |_| {}, |opening| opening.info().is_some()).await?;
    Ok(opening)
}

/// What the files hold.
pub(crate) async fn describe(files: &[File]) -> Result<ModelInfo, Failure> {
    let told = look(files).await?.info().cloned();
    told.ok_or_else(|| Failure::BadModel(Defect::Other("it ends before it has said what it is".into())))
}

/// Reads the files to their end.
pub(crate) async fn load(files: &[File], tell: &mut impl FnMut(LoadProgress)) -> Result<Engine, Failure> {
    let mut opening = open(files)?;
    read(&mut opening, files, tell, |_| false).await?;
    let mut engine = opening.finish(Precision::Quantized)?;
    // A model whose weights are no numbers must not replace one that works.
    engine.run(&[0], Task::Step(Taps::default()))?;
    Ok(engine)
}

fn open(files: &[File]) -> Result<Opening, Failure> {
    let listed: Vec<Listed> =
        files.iter().map(|file| Listed { name: file.name(), bytes: file.size() as u64 }).collect();
    Ok(Opening::new(&listed)?)
}

async fn read(
    opening: &mut Opening,
    files: &[File],
    tell: &mut impl FnMut(LoadProgress),
    is_enough: impl Fn(&Opening) -> bool,
) -> Result<(), Failure> {
    let total = files.iter().map(|file| file.size() as u64).sum();
    let mut progress = LoadProgress { total, ..LoadProgress::default() };
    let mut piece = Vec::new();
    while let Some(file) = opening.next().and_then(|index| files.get(index)) {
        let bytes = file.size() as u64;
        let mut start = 0;
        while start < bytes {
            let end = bytes.min(start + PIECE);
            slice(file, start, end, &mut piece).await?;
            opening.push(&piece)?;
            if is_enough(opening) {
                return Ok(());
            }
            progress.received += end - start;
            tell(progress);
            start = end;
            pause().await;
        }
        opening.end()?;
    }
    Ok(())
}

/// Reads bytes `start..end` of a file into `piece`.
async fn slice(file: &File, start: u64, end: u64, piece: &mut Vec<u8>) -> Result<(), Failure> {
    // What browsers say themselves speaks of permissions.
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
