//! One request after the other, in slices short enough to be stopped between.

use std::sync::Arc;

use generation::TokenId;
use generation::protocol::{Failure, LoadProgress, ModelInfo, Request, RequestId, Response, Source};
use generation::step::Step;
use model::{Answer, Engine, Listed, Opening, Precision, Progress, Task};

use crate::browser::{memory_bytes, now, pause, post};
use crate::inbox::{Current, Inbox};
use crate::parts::Parts;

/// What a slice of work should take: the page's "stop" waits for one at most.
const SLICE_MS: f64 = 80.0;

/// The kernels take four tokens at a time.
const SLICE_STEP: usize = 4;

/// Serves requests for as long as the worker lives.
pub(crate) async fn serve(mut inbox: Inbox) {
    let mut engine = None;
    while let Some(request) = inbox.next().await {
        let Some(id) = request.id() else { continue };
        if let Err(failure) = answer(&mut inbox, &mut engine, id, request).await {
            post(&Response::Failed { id: Some(id), failure });
        }
    }
}

async fn answer(
    inbox: &mut Inbox,
    engine: &mut Option<Engine>,
    id: RequestId,
    request: Request,
) -> Result<(), Failure> {
    let (tokens, task) = match request {
        // Answered on arrival.
        Request::Ping | Request::Cancel { .. } | Request::Tokenize { .. } => return Ok(()),
        Request::Survey { source: Source::Parts { manifest }, .. } => {
            let current = Current { id, step: false };
            let survey = inbox.watch(current, async { Parts::open(&manifest).await?.survey().await }).await?;
            post(&Response::Surveyed { id, survey });
            return Ok(());
        }
        Request::Load { source: Source::Parts { manifest }, .. } => {
            let (loaded, model) = inbox.watch(Current { id, step: false }, load(id, &manifest)).await?;
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
    post(&match answer {
        Answer::Step(step) => Response::Step { id, step },
        Answer::Inspected(inspected) => Response::Inspected { id, inspected },
        Answer::Scored(scores) => Response::Scored { id, scores },
    });
    Ok(())
}

/// Streams a model's parts into an engine. The former engine, if any, stays until this one is whole.
async fn load(id: RequestId, manifest: &str) -> Result<(Engine, ModelInfo), Failure> {
    let parts = Parts::open(manifest).await?;
    let file = Listed { name: "model.gguf".to_owned(), bytes: parts.bytes() };
    let mut opening = Opening::new(&[file])?;
    let mut tell = |progress: LoadProgress| post(&Response::Loading { id, progress });
    parts.stream(&mut tell, |bytes| opening.push(bytes).map_err(Failure::from)).await?;
    opening.end()?;
    let engine = opening.finish(Precision::Quantized)?;
    let manifest = parts.into_manifest();
    let model = ModelInfo {
        // The manifest's words are made for people; the file's are often a training run's.
        name: manifest.name,
        licence: manifest.licence,
        vocabulary: engine.tokenizer().vocabulary().clone(),
        memory_bytes: memory_bytes(),
        ..engine.info().clone()
    };
    Ok((engine, model))
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
            Progress::Done(Answer::Step(mut step)) => {
                stamp(&mut step, now() - started);
                return Ok(Answer::Step(step));
            }
            Progress::Done(answer) => return Ok(answer),
        }
    }
}

fn stamp(step: &mut Step, milliseconds: f64) {
    step.cost.milliseconds = milliseconds;
}

/// How many tokens fit in [`SLICE_MS`], if `slice` took `milliseconds`; at most twice as many as before.
fn next_slice(slice: usize, milliseconds: f64) -> usize {
    let fitting = slice as f64 * (SLICE_MS / milliseconds.max(1.0)).min(2.0);
    (fitting as usize / SLICE_STEP * SLICE_STEP).max(SLICE_STEP)
}
