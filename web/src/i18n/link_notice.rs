//! What the page says of a link: pure functions.

use generation::NodeId;
use generation::link::{Ignored, MAX_LENGTH, MAX_MADE, MAX_PROMPT, TooLong, beginning};

use crate::i18n::numbers::count;
use crate::i18n::token_text::token_name;
use crate::t;
use session::Session;
use session::opened_link::OpenedLink;

/// Places told one by one where the model would have drawn another token.
const TOLD: usize = 4;

/// Left-out fields told one by one.
const LEFT_OUT: usize = 6;

/// What is said of the link that the page was opened with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notice {
    /// What became of it.
    pub lines: Vec<String>,
    /// What could not be read of it.
    pub ignored: Vec<String>,
    /// Whether there is a way back to what was here before.
    pub former: bool,
    /// Whether the notice can be taken away: not while the run waits for its model.
    pub ends: bool,
}

/// The notice, while there is a link to speak of.
#[must_use]
pub fn notice(session: &Session) -> Option<Notice> {
    let notice = full_notice(session)?;
    // In a frame the link is its author's: that it was opened as it should goes without saying.
    let plain = session.opened_link().is_some_and(|linked| linked.strange.is_empty() && linked.ignored.is_empty());
    (!session.is_framed() || !plain || !is_well(session)).then_some(notice)
}

/// Whether the link's run is here, and nothing has to be told of it.
fn is_well(session: &Session) -> bool {
    let generation = session.generation();
    let waits = session.opened_link().is_some_and(|linked| linked.wanted().is_some() || linked.missing.is_some());
    // Before there is any model at all, the record is on its way.
    let on_the_way = session.shown_model().is_none();
    on_the_way || !waits && generation.unscored() == 0 && generation.differing().is_empty()
}

fn full_notice(session: &Session) -> Option<Notice> {
    let linked = session.opened_link()?;
    let strange = linked.strange.iter().map(|field| t!("link-unknown", field = beginning(field)));
    let mut ignored: Vec<String> = linked.ignored.iter().map(ignored_words).chain(strange).collect();
    let more = ignored.len().saturating_sub(LEFT_OUT);
    ignored.truncate(LEFT_OUT);
    ignored.extend((more > 0).then(|| t!("link-more", count = more, shown = count(more))));
    Some(Notice { lines: lines(session, linked), ignored, former: linked.former.is_some(), ends: !linked.waits() })
}

/// Whether figures of a link's run are not there yet.
#[must_use]
pub fn is_unscored(session: &Session) -> bool {
    session.generation().unscored() > 0
}

fn lines(session: &Session, linked: &OpenedLink) -> Vec<String> {
    let generation = session.generation();
    let here = session.shown_model().map(|info| info.name.clone());
    match (linked.wanted(), here) {
        (Some(_), None) => return vec![t!("link-opened"), t!("link-first")],
        (Some(model), Some(here)) => return vec![t!("link-waits", model = model, here = here)],
        (None, _) => {}
    }
    let made = generation.snapshot().made.len();
    let mut lines = vec![t!("link-opened")];
    if let Some((token, model)) = &linked.missing {
        lines.push(t!("link-missing", token = *token, model = model));
    }
    if made == 0 || session.is_recorded() && generation.awaiting() == 0 {
        return lines;
    }
    let (unscored, awaiting) = (generation.unscored(), generation.awaiting());
    lines.push(match (session.is_recorded(), awaiting) {
        (true, _) if unscored == 0 => t!("link-recorded"),
        (true, _) => t!("link-unscored", count = unscored, shown = count(unscored)),
        (false, 0) => held(session),
        (false, _) => t!("link-scoring", count = awaiting, shown = count(awaiting)),
    });
    lines
}

/// What the live model would have drawn.
fn held(session: &Session) -> String {
    let generation = session.generation();
    let differing = generation.differing();
    let Some(info) = session.info().filter(|_| !differing.is_empty()) else { return t!("link-same") };
    let name = |token| token_name(&info.vocabulary, token);
    let place = |&id: &NodeId| {
        let node = generation.node(id)?;
        let position = count(generation.position(id).saturating_sub(1));
        Some(t!("link-place", position = position, link = name(node.token()), here = name(node.differs()?)))
    };
    let mut places: Vec<String> = differing.iter().take(TOLD).filter_map(place).collect();
    if differing.len() > TOLD {
        places.push("…".to_owned());
    }
    t!("link-differs", count = differing.len(), shown = count(differing.len()), places = places.join("; "))
}

fn ignored_words(ignored: &Ignored) -> String {
    match ignored {
        Ignored::Length(length) => t!("link-too-long", length = count(*length), most = count(MAX_LENGTH)),
        Ignored::Version(version) => t!("link-version", version = version),
        Ignored::Cut(field) => t!("link-cut", field = field),
        Ignored::Changed => t!("link-changed"),
        Ignored::Value { field, value } => t!("link-value", field = field, value = value),
        Ignored::Twice(field) => t!("link-twice", field = field),
        Ignored::Alone(field) => t!("link-alone", field = field),
        Ignored::Tree { from, value } => t!("link-tree", from = count(*from), value = value),
    }
}

/// Why there is no link to what the page shows.
#[must_use]
pub fn too_long_words(too_long: TooLong) -> String {
    match too_long {
        TooLong::Prompt(tokens) => t!("link-long-prompt", tokens = count(tokens), most = count(MAX_PROMPT)),
        TooLong::Made(tokens) => t!("link-long-run", tokens = count(tokens), most = count(MAX_MADE)),
        TooLong::Bytes(bytes) => t!("link-long", length = count(bytes), most = count(MAX_LENGTH)),
    }
}

#[cfg(test)]
mod tests;
