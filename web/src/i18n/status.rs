//! The state of model, engine and run in words: pure functions of the session.

use generation::generation::Halt;
use generation::protocol::{Failure, LoadProgress, ModelInfo, Survey};
use generation::tree::{Node, Origin};

use crate::i18n::announcer::spoken_token;
use crate::i18n::failures::failure_words;
use crate::i18n::numbers::{bytes, count, fixed, megabytes, percent};
use crate::t;
use session::Session;
use session::engine::{Engine, Load};

/// The state of the model and its engine, for the model's card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelStatus {
    /// The state, in a few words.
    pub title: String,
    /// More about it.
    pub details: String,
    /// What the next visit will cost, where the browser keeps nothing.
    pub note: Option<String>,
    /// What went wrong.
    pub alert: Option<String>,
    /// What the reader can do.
    pub action: Option<(Action, String)>,
    /// The way back to the page's own model, where the present one is the reader's.
    pub back: Option<String>,
    /// How much of a load is done, 0 to 1.
    pub progress: Option<f64>,
    /// Whether the model is ready.
    pub ready: bool,
}

/// What the reader can do about a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Load the model, or try again what failed.
    Load,
    /// Stop the load.
    Cancel,
    /// Back to the page's own model.
    Back,
    /// Start a worker.
    StartAgain,
    /// Reload the page.
    Reload,
}

/// The state of the model and its engine.
#[must_use]
pub fn model_status(session: &Session) -> ModelStatus {
    let status = match session.engine() {
        Engine::Deferred => session.survey().map_or_else(nameless, offer),
        Engine::RecordingsOnly => titled(t!("embed-recorded-only")),
        Engine::Starting => titled(t!("engine-starting")),
        Engine::Restarting => titled(t!("engine-restarting")),
        Engine::Alive(load) => load_status(session, load),
        Engine::Stopped => {
            ModelStatus { action: Some((Action::StartAgain, t!("engine-start-again"))), ..titled(t!("engine-off")) }
        }
        Engine::Outdated => {
            ModelStatus { action: Some((Action::Reload, t!("engine-reload"))), ..titled(t!("engine-off")) }
        }
    };
    ModelStatus {
        // A failed load is newer than the crash before it.
        alert: status.alert.or_else(|| crash_alert(session)),
        back: session.is_away().then(|| back(session)),
        note: note(session),
        ..status
    }
}

/// That weights which are about to be downloaded, or were, will have to be once more.
fn note(session: &Session) -> Option<String> {
    let tells = match session.engine() {
        Engine::Deferred => true,
        Engine::Alive(load) => matches!(load, Load::Offered | Load::Ready),
        _ => false,
    };
    let size = session.survey().map(|survey| survey.bytes).filter(|bytes| *bytes > 0)?;
    (tells && session.is_without_storage() && !session.is_away()).then(|| t!("model-unkept", size = bytes(size)))
}

fn back(session: &Session) -> String {
    session.home_name().map_or_else(|| t!("model-back-nameless"), |name| t!("model-back", model = name))
}

/// What a frame offers whose page does not describe the site's model.
fn nameless() -> ModelStatus {
    ModelStatus { action: Some((Action::Load, t!("embed-load"))), ..titled(t!("model-not-loaded")) }
}

fn titled(title: String) -> ModelStatus {
    ModelStatus { title, ..ModelStatus::default() }
}

/// What the reader must know of a worker's crash.
fn crash_alert(session: &Session) -> Option<String> {
    let reason = crash_reason(session.last_crash()?);
    Some(match session.engine() {
        Engine::Starting | Engine::Restarting => t!("death-restarting", reason = reason),
        Engine::Alive(Load::Ready) => t!("death-over", reason = reason),
        Engine::Alive(_) => t!("death-getting-ready", reason = reason),
        Engine::Stopped => t!("death-again", reason = reason),
        Engine::Outdated | Engine::Deferred | Engine::RecordingsOnly => reason,
    })
}

/// What ended an engine, within a sentence.
fn crash_reason(failure: &Failure) -> String {
    match failure {
        Failure::Crashed(reason) => reason.clone(),
        other => failure_words(other),
    }
}

fn load_status(session: &Session, load: &Load) -> ModelStatus {
    let survey = session.survey();
    match load {
        Load::Surveying => titled(t!("model-looking")),
        Load::Offered => survey.map_or_else(|| titled(t!("model-looking")), offer),
        Load::Loading(progress) => loading(progress, survey),
        Load::Ready => {
            session.info().map_or_else(|| titled(t!("model-looking")), |info| ready(info, session.shares_engine()))
        }
        Load::Failed(failure) => ModelStatus {
            alert: Some(failure_words(failure)),
            action: Some((Action::Load, t!("model-try-again"))),
            ..titled(t!("model-absent"))
        },
    }
}

fn offer(survey: &Survey) -> ModelStatus {
    let kept = match survey.cached {
        0 => String::new(),
        cached => t!("model-kept", size = bytes(cached)),
    };
    let licence =
        if survey.licence.is_empty() { String::new() } else { t!("model-licence", licence = &survey.licence) };
    ModelStatus {
        details: t!("model-offer", quantization = &survey.quantization, licence = licence, kept = kept),
        action: Some((Action::Load, t!("model-load", model = &survey.name, size = bytes(survey.bytes)))),
        ..titled(t!("model-not-loaded"))
    }
}

fn loading(progress: &LoadProgress, survey: Option<&Survey>) -> ModelStatus {
    let total = if progress.total > 0 { progress.total } else { survey.map_or(0, |survey| survey.bytes) };
    let share = if total > 0 { progress.received as f64 / total as f64 } else { 0.0 };
    let cached = match progress.cached {
        0 => String::new(),
        cached => t!("model-from-cache", megabytes = megabytes(cached)),
    };
    let name = survey.map_or_else(|| t!("model-nameless"), |survey| survey.name.clone());
    ModelStatus {
        title: t!("model-loading", model = name),
        details: t!(
            "model-progress",
            received = megabytes(progress.received),
            total = bytes(total),
            percent = fixed(share * 100.0, 0),
            cached = cached,
        ),
        action: Some((Action::Cancel, t!("model-cancel"))),
        progress: Some(share.min(1.0)),
        ..ModelStatus::default()
    }
}

fn ready(info: &ModelInfo, shared: bool) -> ModelStatus {
    let memory = match info.memory_bytes {
        0 => String::new(),
        memory if shared => t!("model-memory-shared", size = bytes(memory)),
        memory => t!("model-memory", size = bytes(memory)),
    };
    let details = t!(
        "model-ready-details",
        quantization = &info.quantization,
        layers = info.layers,
        vocabulary = count(info.vocabulary.len()),
        window = count(info.window),
        size = bytes(info.file_bytes),
        memory = memory,
    );
    ModelStatus { details, ready: true, ..titled(t!("model-ready", model = &info.name)) }
}

/// What the run does, or why it stands still.
#[must_use]
pub fn run_status(session: &Session) -> String {
    let generation = session.generation();
    if session.running() {
        return t!("run-running");
    }
    if let Some((done, total)) = session.working() {
        return t!("run-reading", done = count(done), total = count(total));
    }
    match generation.halt() {
        Some(Halt::EndOfText(token)) => t!("run-end-of-text", token = spoken_token(session, *token).text),
        Some(Halt::Limit(most)) => t!("run-limit", most = count(*most)),
        Some(Halt::Breakpoint(_)) => t!("run-breakpoint"),
        Some(Halt::Failed(Failure::NoModel)) => t!("run-beyond-record"),
        Some(Halt::Failed(Failure::Cancelled)) => t!("run-stopped"),
        _ if *session.engine() == Engine::Stopped => t!("run-engine-dead"),
        _ if *session.engine() == Engine::Outdated => t!("run-engine-outdated"),
        Some(Halt::Failed(Failure::Crashed(_))) => t!("run-engine-crashed"),
        Some(Halt::Failed(failure)) => t!("run-failed", why = failure_words(failure)),
        Some(Halt::Paused) if session.window_is_full() => t!("run-window-full"),
        Some(Halt::Paused) => t!("run-stopped"),
        None if session.load_state() != Some(&Load::Ready) && !session.is_recorded() => t!("run-load-first"),
        None if session.text().is_empty() => t!("run-write-first"),
        None if generation.result().is_none() => t!("run-computing"),
        None => t!("run-drawn"),
    }
}

/// How a token came into the context, for a tooltip.
#[must_use]
pub fn origin_text(node: &Node) -> String {
    let Some(ln) = node.log_probability() else { return unscored(node) };
    let probability = percent(ln.exp());
    let words = match node.origin() {
        Origin::Prompt => t!("origin-given"),
        Origin::Forced => t!("origin-chosen", probability = probability),
        Origin::Drawn { draw: None, .. } => return unscored(node),
        Origin::Drawn { draw: Some(draw), altered, .. } if altered.is_empty() => {
            t!("origin-drawn", rank = count(draw.rank + 1), probability = probability)
        }
        Origin::Drawn { draw: Some(draw), .. } => {
            t!("origin-altered", rank = count(draw.rank + 1), probability = probability)
        }
    };
    if node.differs().is_some() { t!("link-origin-differs", how = words) } else { words }
}

/// How a token came that a link brought, while no model has said how likely it is.
fn unscored(node: &Node) -> String {
    match node.origin() {
        Origin::Prompt => t!("origin-given"),
        Origin::Forced => t!("link-origin-chosen"),
        _ => t!("link-origin-drawn"),
    }
}

#[cfg(test)]
mod tests {
    use generation::Controls;
    use generation::protocol::Source;

    use super::*;

    #[test]
    fn weights_that_cannot_be_kept_are_spoken_of_where_they_are_offered() {
        let source = Source::Parts { manifest: String::new() };
        let mut session = Session::new(source, String::new(), Controls::default(), 1, true);
        session.defer(Engine::Deferred, Some(Survey { bytes: 98_362_432, ..Survey::default() }));
        assert_eq!(model_status(&session).note, None);
        session.set_without_storage();
        assert!(model_status(&session).note.is_some_and(|note| note.contains("98.4")));
        session.defer(Engine::RecordingsOnly, None);
        assert_eq!(model_status(&session).note, None);
    }

    #[test]
    fn a_load_tells_what_it_costs_and_how_far_it_is() {
        let survey = Survey { name: "SmolLM2".into(), bytes: 98_362_432, cached: 33_554_432, ..Survey::default() };
        let (action, label) = offer(&survey).action.unwrap();
        assert_eq!((action, label.replace('\u{a0}', " ")), (Action::Load, "Load SmolLM2 (98.4 MB)".into()));
        assert!(offer(&survey).details.contains("33.6"));
        let progress = LoadProgress { received: 49_181_216, cached: 3_000_000, total: 98_362_432 };
        let status = loading(&progress, Some(&survey));
        assert_eq!(status.details.replace('\u{a0}', " "), "49.2 of 98.4 MB (50 %), 3.0 MB from this browser’s cache");
        assert_eq!(status.progress, Some(0.5));
    }
}
