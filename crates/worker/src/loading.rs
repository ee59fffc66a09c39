//! From a source to an engine, or to a tokenizer alone.

use generation::manifest::Manifest;
use generation::protocol::{Defect, Failure, LoadProgress, ModelInfo, Source};
use model::{Engine, FileEntry, Loader, Precision, Tokenizer};
use web_sys::File;

use crate::files;
use crate::parts::{Flow, Parts};

/// Streams a model into an engine. The model's memory is left out: it is measured for each answer.
pub(crate) async fn load(
    source: &Source,
    files: &[File],
    tell: &mut impl FnMut(LoadProgress),
) -> Result<(Engine, ModelInfo), Failure> {
    let (engine, names) = match source {
        Source::Parts { manifest } => {
            let (engine, manifest) = load_parts(manifest, tell).await?;
            // The manifest's words are made for people; the file's are often a training run's.
            (engine, Some((manifest.name, manifest.licence)))
        }
        Source::Files => (files::load(files, tell).await?, None),
    };
    let info = engine.info().clone();
    let (name, licence) = names.unwrap_or((info.name, info.licence));
    let vocabulary = engine.tokenizer().vocabulary().clone();
    Ok((engine, ModelInfo { name, licence, vocabulary, ..info }))
}

/// Reads of a model what its tokenizer takes; the parts that came in are kept.
pub(crate) async fn load_tokenizer(
    source: &Source,
    files: &[File],
    tell: &mut impl FnMut(LoadProgress),
) -> Result<(Tokenizer, ModelInfo), Failure> {
    let (loader, names) = match source {
        Source::Parts { manifest } => {
            let parts = Parts::open(manifest).await?;
            let mut loader = open_parts(&parts)?;
            let enough = |bytes: &[u8]| {
                loader.push(bytes)?;
                Ok(if loader.info().is_some() { Flow::Break(()) } else { Flow::Continue(()) })
            };
            parts.stream(tell, enough).await?;
            let Manifest { name, licence, .. } = parts.into_manifest();
            (loader, Some((name, licence)))
        }
        Source::Files => (files::look(files).await?, None),
    };
    let mut info = loader.info().cloned().unwrap_or_default();
    (info.name, info.licence) = names.unwrap_or((info.name, info.licence));
    let tokenizer = loader.into_tokenizer();
    Ok((
        tokenizer.ok_or_else(|| Failure::BadModel(Defect::Other("it ends before it has said what it is".into())))?,
        info,
    ))
}

fn open_parts(parts: &Parts) -> Result<Loader, Failure> {
    Ok(Loader::new(&[FileEntry { name: "model.gguf".to_owned(), bytes: parts.bytes() }])?)
}

async fn load_parts(url: &str, tell: &mut impl FnMut(LoadProgress)) -> Result<(Engine, Manifest), Failure> {
    let parts = Parts::open(url).await?;
    let mut loader = open_parts(&parts)?;
    let all = |bytes: &[u8]| Ok(Flow::Continue(loader.push(bytes)?));
    parts.stream(tell, all).await?;
    loader.end_file()?;
    Ok((loader.finish(Precision::Quantized)?, parts.into_manifest()))
}
