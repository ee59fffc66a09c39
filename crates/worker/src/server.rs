//! One request after the other, in slices short enough to be stopped between.

use std::sync::Arc;

use generation::TokenId;
use generation::manifest::Manifest;
use generation::protocol::{Defect, Failure, LoadProgress, ModelInfo, Request, RequestId, Response, Source};
use generation::step::Inspected;
use model::{Answer, Engine, Listed, Opening, Precision, Progress, Task, Tokenizer};
use web_sys::File;

use crate::browser::{memory_bytes, now, pause, post};
use crate::contest::Contest;
use crate::files;
use crate::inbox::{Current, Inbox, Letter};
use crate::parts::{Flow, Parts};

/// What a slice of work should take: the page's "stop" waits for one at most.
const SLICE_MS: f64 = 120.0;

/// The kernels take four tokens at a time.
const SLICE_STEP: usize = 4;

/// Serves requests for as long as the worker lives.
pub(crate) async fn serve(mut inbox: Inbox) {
    let mut engine = None;
    let mut contest = Contest::default();
    while let Some(letter) = inbox.next().await {
        let Some(id) = letter.request.id() else { continue };
        if let Err(failure) = answer(&mut inbox, &mut engine, &mut contest, id, letter).await {
            post(&Response::Failed { id: Some(id), failure });
        }
    }
}

async fn answer(
    inbox: &mut Inbox,
    engine: &mut Option<Engine>,
    contest: &mut Contest,
    id: RequestId,
    Letter { request, files }: Letter,
) -> Result<(), Failure> {
    let (tokens, task) = match request {
        // Answered on arrival.
        Request::Ping | Request::Cancel { .. } | Request::Tokenize { .. } | Request::Cut { .. } => return Ok(()),
        Request::Survey { source: Source::Parts { manifest }, .. } => {
            let current = Current { id, step: false };
            let survey = inbox.watch(current, async { Parts::open(&manifest).await?.survey().await }).await?;
            post(&Response::Surveyed { id, survey });
            return Ok(());
        }
        Request::Survey { source: Source::Files, .. } => {
            let model = Box::new(inbox.watch(Current { id, step: false }, files::describe(&files)).await?);
            post(&Response::Described { id, model });
            return Ok(());
        }
        Request::LoadTokenizer { source, .. } => {
            let (tokenizer, model) =
                inbox.watch(Current { id, step: false }, load_tokenizer(id, &source, &files)).await?;
            inbox.tokenizer = Some(Arc::new(tokenizer));
            post(&Response::TokenizerReady { id, model: Box::new(model) });
            return Ok(());
        }
        Request::Load { source, .. } => {
            let (loaded, model) = inbox.watch(Current { id, step: false }, load(id, &source, &files)).await?;
            inbox.tokenizer = Some(Arc::clone(loaded.tokenizer()));
            *engine = Some(loaded);
            post(&Response::Loaded { id, model: Box::new(model) });
            return Ok(());
        }
        Request::Step { tokens, taps, .. } => (tokens, Task::Step(taps)),
        Request::Inspect { tokens, inspection, .. } => (tokens, Task::Inspect(inspection)),
        Request::Score { tokens, .. } => (tokens, Task::Score),
    };
    let engine = engine.as_mut().ok_or(Failure::NoModel)?;
    let current = Current { id, step: matches!(task, Task::Step(_)) };
    let answer = inbox.watch(current, work(engine, id, &tokens, task)).await?;
    if let Answer::Step(step) = &answer
        && step.cost.tokens_computed == 1
    {
        contest.made(step.cost.milliseconds);
    }
    post(&match answer {
        Answer::Step(step) => Response::Step { id, step },
        Answer::Inspected(inspected) => Response::Inspected { id, inspected },
        Answer::Scored(scores) => Response::Scored { id, scores },
    });
    Ok(())
}

/// Streams a model into an engine. The former engine, if any, stays until this one is whole.
async fn load(id: RequestId, source: &Source, files: &[File]) -> Result<(Engine, ModelInfo), Failure> {
    let mut tell = |progress: LoadProgress| post(&Response::Loading { id, progress });
    let (engine, names) = match source {
        Source::Parts { manifest } => {
            let (engine, manifest) = load_parts(manifest, &mut tell).await?;
            // The manifest's words are made for people; the file's are often a training run's.
            (engine, Some((manifest.name, manifest.licence)))
        }
        Source::Files => (files::load(files, &mut tell).await?, None),
    };
    let info = engine.info().clone();
    let (name, licence) = names.unwrap_or((info.name, info.licence));
    let vocabulary = engine.tokenizer().vocabulary().clone();
    let model = ModelInfo { name, licence, vocabulary, memory_bytes: memory_bytes(), ..info };
    Ok((engine, model))
}

/// Reads of a model what its tokenizer takes; the parts that came in are kept.
async fn load_tokenizer(id: RequestId, source: &Source, files: &[File]) -> Result<(Tokenizer, ModelInfo), Failure> {
    let (opening, names) = match source {
        Source::Parts { manifest } => {
            let parts = Parts::open(manifest).await?;
            let mut opening = open_parts(&parts)?;
            let enough = |bytes: &[u8]| {
                opening.push(bytes)?;
                Ok(if opening.info().is_some() { Flow::Break(()) } else { Flow::Continue(()) })
            };
            parts.stream(&mut |progress| post(&Response::Loading { id, progress }), enough).await?;
            let Manifest { name, licence, .. } = parts.into_manifest();
            (opening, Some((name, licence)))
        }
        Source::Files => (files::look(files).await?, None),
    };
    let mut info = opening.info().cloned().unwrap_or_default();
    (info.name, info.licence) = names.unwrap_or((info.name, info.licence));
    let tokenizer = opening.into_tokenizer();
    Ok((
        tokenizer.ok_or_else(|| Failure::BadModel(Defect::Other("it ends before it has said what it is".into())))?,
        info,
    ))
}

fn open_parts(parts: &Parts) -> Result<Opening, Failure> {
    Ok(Opening::new(&[Listed { name: "model.gguf".to_owned(), bytes: parts.bytes() }])?)
}

async fn load_parts(url: &str, tell: &mut impl FnMut(LoadProgress)) -> Result<(Engine, Manifest), Failure> {
    let parts = Parts::open(url).await?;
    let mut opening = open_parts(&parts)?;
    let all = |bytes: &[u8]| Ok(Flow::Continue(opening.push(bytes)?));
    parts.stream(tell, all).await?;
    opening.end()?;
    Ok((opening.finish(Precision::Quantized)?, parts.into_manifest()))
}

async fn work(engine: &mut Engine, id: RequestId, tokens: &[TokenId], task: Task) -> Result<Answer, Failure> {
    let started = now();
    let mut job = engine.start(tokens, task)?;
    let mut slice = 2 * SLICE_STEP;
    loop {
        let slice_started = now();
        match job.advance(slice)? {
            Progress::Working { done, total } => {
                slice = next_slice(slice, now() - slice_started);
                post(&Response::Working { id, done, total });
                pause().await;
            }
            Progress::Done(mut answer) => {
                stamp(&mut answer, now() - started);
                return Ok(answer);
            }
        }
    }
}

/// Fills in the time that a pass took.
fn stamp(answer: &mut Answer, milliseconds: f64) {
    match answer {
        Answer::Step(step) => step.cost.milliseconds = milliseconds,
        Answer::Inspected(Inspected::Pass(pass)) => pass.cost.milliseconds = milliseconds,
        _ => {}
    }
}

/// How many tokens fit in [`SLICE_MS`], if `slice` took `milliseconds`; at most twice as many as before.
fn next_slice(slice: usize, milliseconds: f64) -> usize {
    let fitting = slice as f64 * (SLICE_MS / milliseconds.max(1.0)).min(2.0);
    (fitting as usize / SLICE_STEP * SLICE_STEP).max(SLICE_STEP)
}
