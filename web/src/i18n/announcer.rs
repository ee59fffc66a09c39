//! What the live region announces of the run to screen readers: every token once, in one short sentence.

use generation::generation::Halt;
use generation::tree::{Node, Origin};
use generation::{Generation, NodeId, TokenId};

use crate::i18n::numbers::{count, spoken_percent};
use crate::i18n::status::run_status;
use crate::i18n::token_text::{spoken, token_words, visible};
use crate::t;
use session::Session;

/// Stands in a message in place of a token.
const PLACE: char = '\u{fffc}';

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether it is the model's text rather than the page's.
    pub of_model: bool,
}

/// The last announcement, and the loop's state at that time.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    /// Tells it from the one before: the same sentence can be announced twice.
    pub number: usize,
    /// The sentence; empty before anything has happened.
    pub sentence: Vec<Piece>,
    tip: NodeId,
    /// Where the run began that is under way.
    from: Option<NodeId>,
    halt: Option<Halt>,
}

impl Announcement {
    /// The announcement after a change, or `before` again where there is nothing to announce. A run is summed up when it ends:
    /// screen readers cannot keep up with it token by token.
    #[must_use]
    pub fn next(before: Option<&Self>, session: &Session) -> Self {
        let generation = session.generation();
        let (tip, running) = (generation.tip(), session.running());
        let now = |number, sentence, from| Self { number, sentence, tip, from, halt: generation.halt().cloned() };
        let Some(before) = before else { return now(0, Vec::new(), running.then_some(tip)) };
        let say = |sentence: Vec<Piece>, from| now(before.number + 1, sentence, from);
        match (before.from, running) {
            (None, true) => say(plain(t!("said-running")), Some(before.tip)),
            (Some(from), true) => now(before.number, before.sentence.clone(), Some(from)),
            (Some(from), false) => say(ended(session, from), None),
            (None, false) if tip != before.tip => say(moved(session, before.tip), None),
            (None, false) => match generation.halt() {
                Some(halt @ Halt::Failed(_)) if before.halt.as_ref() != Some(halt) => {
                    say(plain(run_status(session)), None)
                }
                _ => now(before.number, before.sentence.clone(), None),
            },
        }
    }
}

fn plain(text: String) -> Vec<Piece> {
    vec![Piece { text, of_model: false }]
}

/// The message with the token in its place.
fn with_token(message: &str, token: Piece) -> Vec<Piece> {
    let (before, after) = message.split_once(PLACE).unwrap_or((message, ""));
    let words = |text: &str| Piece { text: text.to_owned(), of_model: false };
    [words(before), token, words(after)].into_iter().filter(|piece| !piece.text.is_empty()).collect()
}

/// The tokens of a run, and why it has ended.
fn ended(session: &Session, from: NodeId) -> Vec<Piece> {
    let generation = session.generation();
    let path = generation.path(generation.tip());
    let fresh: Vec<TokenId> = path
        .iter()
        .skip_while(|&&node| node <= from)
        .filter_map(|&node| Some(generation.node(node)?.token()))
        .collect();
    let why = run_status(session);
    let text = session.shown_model().map(|info| token_words(&info.vocabulary, &fresh)).unwrap_or_default();
    if fresh.is_empty() || text.trim().is_empty() {
        return plain(why);
    }
    let message = t!("said-run", count = fresh.len(), shown = count(fresh.len()), text = PLACE.to_string(), why = why);
    with_token(&message, Piece { text: text.trim().to_owned(), of_model: true })
}

/// The token that has joined the context; or where the reader has gone.
fn moved(session: &Session, before: NodeId) -> Vec<Piece> {
    let generation = session.generation();
    let Some(node) = generation.node(generation.tip()).filter(|node| node.parent().is_some()) else {
        return plain(t!("said-prompt"));
    };
    let place = PLACE.to_string();
    let message = if is_new(generation, node, before) {
        joined(generation, node, &place)
    } else {
        t!("said-moved", token = place)
    };
    with_token(&message, spoken_token(session, node.token()))
}

/// Whether the tip is what the reader's last act made, rather than a place of before.
fn is_new(generation: &Generation, node: &Node, before: NodeId) -> bool {
    let went_back = generation.node(before).is_some_and(|former| former.parent() == Some(generation.tip()));
    node.parent() == Some(before) || matches!(node.origin(), Origin::Forced) && !went_back
}

/// How a token came, in a sentence.
fn joined(generation: &Generation, node: &Node, token: &str) -> String {
    match (node.origin(), generation.halt()) {
        (_, Some(Halt::EndOfText(_))) => t!("said-end-of-text", token = token),
        (Origin::Forced, _) => match node.log_probability() {
            Some(ln) => t!("said-chosen", token = token, probability = spoken_percent(ln.exp())),
            None => t!("link-said", token = token),
        },
        (Origin::Drawn { draw: Some(draw), .. }, _) => t!(
            "said-drawn",
            token = token,
            probability = spoken_percent(draw.probability.into()),
            rank = count(draw.rank + 1),
        ),
        (Origin::Drawn { draw: None, .. } | Origin::Prompt, _) => t!("link-said", token = token),
    }
}

/// A token as it is spoken: marks and spaces by their names in the page's language.
#[must_use]
pub fn spoken_token(session: &Session, token: TokenId) -> Piece {
    let Some(info) = session.shown_model() else {
        return Piece { text: t!("token-numbered", id = token), of_model: false };
    };
    let bytes = info.vocabulary.bytes(token);
    let text = if info.vocabulary.is_control(token) { visible(bytes) } else { spoken(bytes) };
    let of_model = String::from_utf8_lossy(bytes).trim() == text;
    Piece { text, of_model }
}

#[cfg(test)]
mod tests;
