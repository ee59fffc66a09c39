//! What the page says of its own state: pure functions.

use generation::generation::Halt;
use generation::protocol::{Failure, LoadProgress, ModelInfo, Survey};
use generation::tree::{Node, Origin};

use crate::format::{bytes, count, megabytes, percent, spoken, spoken_percent, visible};
use crate::session::Session;
use crate::session::engine::{Engine, Load};

/// What the model's strip shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strip {
    /// The state, in a few words.
    pub title: String,
    /// More about it.
    pub details: String,
    /// What went wrong.
    pub alert: Option<String>,
    /// What the reader can do.
    pub action: Option<(Action, String)>,
    /// How much of a load is done, 0 to 1.
    pub progress: Option<f64>,
    /// Whether the model is ready.
    pub ready: bool,
}

/// A way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Load the model, or try again what failed.
    Load,
    /// Stop the load.
    Cancel,
    /// Start a worker.
    StartAgain,
    /// Reload the page.
    Reload,
}

/// The model's strip.
#[must_use]
pub fn strip(session: &Session) -> Strip {
    let strip = match session.engine() {
        Engine::Starting => titled("Starting the engine…"),
        Engine::Restarting => titled("Starting a fresh engine…"),
        Engine::Alive => load_strip(session),
        Engine::Dead => {
            Strip { action: Some((Action::StartAgain, "Start again".into())), ..titled("The engine is off.") }
        }
        Engine::Outdated => {
            Strip { action: Some((Action::Reload, "Reload the page".into())), ..titled("The engine is off.") }
        }
    };
    Strip { alert: death(session).or(strip.alert), ..strip }
}

fn titled(title: &str) -> Strip {
    Strip { title: title.to_owned(), ..Strip::default() }
}

/// What the reader must know of a worker's death.
fn death(session: &Session) -> Option<String> {
    let reason = session.last_death()?;
    Some(match session.engine() {
        Engine::Starting | Engine::Restarting => format!("The engine stopped ({reason}). Starting a fresh one…"),
        Engine::Alive if matches!(session.load_state(), Load::Ready) => {
            format!("The engine stopped ({reason}). A fresh one has taken over; nothing of yours is lost.")
        }
        Engine::Alive => format!("The engine stopped ({reason}). A fresh one is getting ready."),
        Engine::Dead => format!("The engine stopped again and again ({reason}). Your text and tokens are still here."),
        Engine::Outdated => reason.to_owned(),
    })
}

fn load_strip(session: &Session) -> Strip {
    let survey = session.survey();
    match session.load_state() {
        Load::Unknown | Load::Surveying { .. } => titled("Looking for the model…"),
        Load::Offered => survey.map_or_else(|| titled("Looking for the model…"), offer),
        Load::Loading { progress, .. } => loading(progress, survey),
        Load::Ready => session.info().map_or_else(|| titled("Ready."), |info| ready(info)),
        Load::Failed(failure) => Strip {
            alert: Some(sentence(&failure.to_string())),
            action: Some((Action::Load, "Try again".into())),
            ..titled("The model is not here.")
        },
    }
}

fn offer(survey: &Survey) -> Strip {
    let size = bytes(survey.bytes);
    let kept = match survey.cached {
        0 => String::new(),
        cached => format!(" {} of it are here already.", bytes(cached)),
    };
    let licence = if survey.licence.is_empty() { String::new() } else { format!(", licence {}", survey.licence) };
    Strip {
        details: format!("{}{licence}. It runs on this device; no text leaves it.{kept}", survey.quantization),
        action: Some((Action::Load, format!("Load {} ({size})", survey.name))),
        ..titled("The model is not loaded yet.")
    }
}

fn loading(progress: &LoadProgress, survey: Option<&Survey>) -> Strip {
    let total = if progress.total > 0 { progress.total } else { survey.map_or(0, |survey| survey.bytes) };
    let share = if total > 0 { progress.received as f64 / total as f64 } else { 0.0 };
    let cached = match progress.cached {
        0 => String::new(),
        cached => format!(", {} MB from this browser’s cache", megabytes(cached)),
    };
    let name = survey.map_or("the model", |survey| &survey.name);
    Strip {
        title: format!("Loading {name}…"),
        details: format!("{} of {} ({:.0} %){cached}", megabytes(progress.received), bytes(total), share * 100.0),
        action: Some((Action::Cancel, "Cancel".into())),
        progress: Some(share.min(1.0)),
        ..Strip::default()
    }
}

fn ready(info: &ModelInfo) -> Strip {
    let memory = match info.memory_bytes {
        0 => String::new(),
        memory => format!(" · {} of memory", bytes(memory)),
    };
    let details = format!(
        "{} · {} layers · {} tokens known · window of {} tokens · {}{memory}",
        info.quantization,
        info.layers,
        count(info.vocabulary.len()),
        count(info.window),
        bytes(info.file_bytes),
    );
    Strip { details, ready: true, ..titled(&format!("{} is ready.", info.name)) }
}

/// Why nothing happens, or what does.
#[must_use]
pub fn run_words(session: &Session) -> String {
    let generation = session.generation();
    if session.running() {
        return "Running: each new token joins the context and becomes input.".into();
    }
    if let Some((done, total)) = session.working() {
        return format!("Reading {} of {} tokens…", count(done), count(total));
    }
    match generation.halt() {
        Some(Halt::EndOfText(token)) => {
            format!("The model ended its text with {}. Undo, or choose another token.", name(session, *token))
        }
        Some(Halt::Limit(most)) => {
            format!("Stopped: max_new = {} tokens are made. Go on for as many more.", count(*most))
        }
        Some(Halt::Breakpoint(_)) => "Stopped at a breakpoint in the code.".into(),
        Some(Halt::Failed(Failure::NoModel)) => {
            "The recorded run does not go this way. Load the live model to go on.".into()
        }
        Some(Halt::Failed(Failure::Cancelled)) => "Stopped.".into(),
        _ if *session.engine() == Engine::Dead => {
            "Start the engine again, above, to go on. Your tokens are kept.".into()
        }
        _ if *session.engine() == Engine::Outdated => "Reload the page to go on. Your text is kept.".into(),
        Some(Halt::Failed(Failure::Crashed(_))) => "Waiting for a fresh engine. Your tokens are kept.".into(),
        Some(Halt::Failed(failure)) => format!("{} “Next token” tries again.", sentence(&failure.to_string())),
        Some(Halt::Paused) if session.window_is_full() => {
            "Stopped: the context window is full. One more token pushes the first one out of sight.".into()
        }
        Some(Halt::Paused) => "Stopped.".into(),
        None if !matches!(session.load_state(), Load::Ready) && !session.is_recorded() => {
            "Load the model to begin.".into()
        }
        None if session.text().is_empty() => {
            "Write something: the model needs at least one token to go on from.".into()
        }
        None if generation.result().is_none() => "Computing the logits…".into(),
        None => "The next token has been drawn. Press “Next token” to append it.".into(),
    }
}

/// What a screen reader says of the newest token. Says nothing while a run is under way: that would be a flood.
#[must_use]
pub fn announcement(session: &Session) -> String {
    let generation = session.generation();
    let Some(node) = generation.node(generation.tip()).filter(|node| node.parent().is_some()) else {
        return String::new();
    };
    if session.running() {
        return "Running.".into();
    }
    let word = name(session, node.token());
    match (node.origin(), generation.halt()) {
        (_, Some(Halt::EndOfText(_))) => format!("{word}: the end of the text."),
        (Origin::Forced, _) => format!("{word}, {}, chosen by you", spoken_percent(probability(node))),
        (Origin::Sampled { draw, .. } | Origin::Altered { draw, .. }, _) => {
            format!("{word}, {}, rank {}", spoken_percent(draw.probability.into()), draw.rank + 1)
        }
        (Origin::Given, _) => String::new(),
    }
}

/// How a token came into the context, for a tooltip.
#[must_use]
pub fn origin(node: &Node) -> String {
    let probability = percent(probability(node));
    match node.origin() {
        Origin::Given => "part of the prompt".into(),
        Origin::Forced => format!("chosen by you; the model gave it {probability}"),
        Origin::Altered { draw, .. } => {
            format!("drawn from logits that you altered, rank {}; the model gave it {probability}", draw.rank + 1)
        }
        Origin::Sampled { draw, .. } => format!("drawn, rank {}; the model gave it {probability}", draw.rank + 1),
    }
}

fn probability(node: &Node) -> f64 {
    node.log_probability().exp()
}

fn name(session: &Session, token: u32) -> String {
    let Some(info) = session.info() else { return format!("token {token}") };
    let bytes = info.vocabulary.bytes(token);
    if info.vocabulary.is_control(token) { visible(bytes) } else { spoken(bytes) }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_tells_what_it_costs_and_how_far_it_is() {
        let survey = Survey { name: "SmolLM2".into(), bytes: 98_362_432, cached: 33_554_432, ..Survey::default() };
        let (action, label) = offer(&survey).action.unwrap();
        assert_eq!((action, label.replace('\u{a0}', " ")), (Action::Load, "Load SmolLM2 (98.4 MB)".into()));
        assert!(offer(&survey).details.contains("33.6"));
        let progress = LoadProgress { received: 49_181_216, cached: 3_000_000, total: 98_362_432 };
        let strip = loading(&progress, Some(&survey));
        assert_eq!(strip.details.replace('\u{a0}', " "), "49.2 of 98.4 MB (50 %), 3.0 MB from this browser’s cache");
        assert_eq!(strip.progress, Some(0.5));
    }

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence("the download failed: 404"), "The download failed: 404.");
        assert_eq!(sentence(""), ".");
    }
}
