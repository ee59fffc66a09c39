//! Two sentences of the reader's, scored by the model token by token: the chain rule's ledgers. Before there is a live
//! model, the first is the recorded run.

use std::sync::Arc;

use generation::TokenId;
use generation::chain_rule::Ledger;
use generation::protocol::{Failure, ModelInfo, Request, RequestId};
use generation::record::{PROMPT, Record};
use generation::step::Score;

use super::Session;
use super::engine::{Engine, Load};

/// How many sentences stand side by side.
pub const SIDES: usize = 2;

/// The longest sentence, in UTF-16 units: every token is one more position of a pass.
pub const MOST: usize = 600;

/// The second sentence at the start: the lesson's.
const SECOND: &str = "The capital of France is";

/// A token's line.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The token.
    pub token: TokenId,
    /// Its bytes; of a control token, the name.
    pub bytes: Vec<u8>,
    /// Whether it is a control token.
    pub control: bool,
    /// How likely it was; `None` where it is given.
    pub chance: Option<Chance>,
    /// The totals up to here.
    pub total: Ledger,
}

/// How likely a token was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// The natural logarithm of its probability.
    pub ln: f64,
    /// Its place among all, 0 the best.
    pub rank: usize,
}

/// A sentence's ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The sentence.
    pub text: String,
    /// A line for each token.
    pub entries: Vec<Entry>,
    /// Whether the model puts a token of its own before every text, so that the first real one has a probability too.
    pub begins: bool,
    /// Whether it is the recorded run.
    pub recorded: bool,
    /// Whether tokens at the text's start are left out, because the model's window is shorter.
    pub dropped: bool,
}

/// A sentence on its way.
#[derive(Debug)]
struct Asked {
    id: RequestId,
    text: String,
    /// Once the text is cut.
    tokens: Option<Vec<TokenId>>,
    /// Tokens done of how many.
    done: Option<(usize, usize)>,
}

/// One of the sentences.
#[derive(Debug, Default)]
pub struct Side {
    text: String,
    /// It is not the lesson's: what is recorded does not replace it.
    written: bool,
    /// The reader has stopped typing.
    settled: bool,
    shown: Option<Arc<Sheet>>,
    /// What is shown is to be asked for again.
    stale: bool,
    refused: Option<(String, Failure)>,
}

/// Both.
#[derive(Debug)]
pub struct Ledgers {
    sides: [Side; SIDES],
    asked: Option<(usize, Asked)>,
    /// The reader looks at them.
    wanted: bool,
}

impl Default for Ledgers {
    fn default() -> Self {
        let side = |text: &str| Side { text: text.to_owned(), settled: true, ..Side::default() };
        Self { sides: [side(PROMPT), side(SECOND)], asked: None, wanted: false }
    }
}

impl Sheet {
    fn new(text: String, tokens: &[TokenId], chances: impl Iterator<Item = Option<Chance>>, info: &ModelInfo) -> Self {
        let mut total = Ledger::default();
        let entry = |(&token, chance): (&TokenId, Option<Chance>)| {
            total = total.with(chance.map(|chance| chance.ln));
            let bytes = info.vocabulary.bytes(token).to_vec();
            Entry { token, bytes, control: info.vocabulary.is_control(token), chance, total }
        };
        let entries: Vec<Entry> = tokens.iter().zip(chances).map(entry).collect();
        let begins = entries.first().is_some_and(|first| first.control && !text.as_bytes().starts_with(&first.bytes));
        Self { text, entries, begins, ..Self::default() }
    }

    /// The recorded run. What its prompt's tokens follow was not recorded: they are given.
    fn of_record(record: &Record) -> Self {
        let tokens = record.tokens();
        let chance = |at: usize| {
            let step = record.step(&tokens[..at])?;
            let rank = step.ranking.rank(tokens[at])?;
            Some(Chance { ln: step.ranking.log_probability(tokens[at])?, rank })
        };
        let text = record.info().vocabulary.text(tokens);
        let sheet = Self::new(text, tokens, (0..tokens.len()).map(chance), record.info());
        Self { recorded: true, ..sheet }
    }

    /// The totals over the whole text.
    #[must_use]
    pub fn total(&self) -> Ledger {
        self.entries.last().map(|entry| entry.total).unwrap_or_default()
    }

    /// What a token is called in `t1 … tn`: a token of the model's own before the text has number 0.
    #[must_use]
    pub fn number(&self, index: usize) -> usize {
        index + usize::from(!self.begins)
    }

    /// How many tokens at the start are given.
    #[must_use]
    pub fn given(&self) -> usize {
        self.entries.iter().take_while(|entry| entry.chance.is_none()).count()
    }
}

impl Side {
    /// The sentence in the box.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The ledger on show; of another text than the box's while the reader types.
    #[must_use]
    pub fn shown(&self) -> Option<&Arc<Sheet>> {
        self.shown.as_ref()
    }

    /// Whether what is on show is the box's text.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.text == self.text)
    }

    /// Why the box's text has no ledger.
    #[must_use]
    pub fn refused(&self) -> Option<&Failure> {
        self.refused.as_ref().filter(|(text, _)| *text == self.text).map(|(_, failure)| failure)
    }

    fn waits(&self) -> bool {
        self.settled && !self.text.is_empty() && (self.stale || !self.is_current()) && self.refused().is_none()
    }
}

impl Ledgers {
    /// One of the sentences.
    #[must_use]
    pub fn side(&self, index: usize) -> Option<&Side> {
        self.sides.get(index)
    }

    /// How far the model is with a sentence: tokens done of how many.
    #[must_use]
    pub fn progress(&self, index: usize) -> Option<(usize, usize)> {
        self.asked.as_ref().filter(|(side, _)| *side == index).and_then(|(_, asked)| asked.done)
    }

    /// Whether the model has been asked for a sentence's ledger.
    #[must_use]
    pub fn is_asked(&self, index: usize) -> bool {
        self.asked.as_ref().is_some_and(|(side, _)| *side == index)
    }

    /// Starts from the recorded run, where the reader has not written anything.
    pub(super) fn open(&mut self, record: &Record) {
        let sheet = Sheet::of_record(record);
        let [first, _] = &mut self.sides;
        let live = first.shown.as_ref().is_some_and(|shown| !shown.recorded);
        if !live && (!first.written || first.text == sheet.text) {
            first.text.clone_from(&sheet.text);
            first.shown = Some(Arc::new(sheet));
        }
    }

    /// The lesson's sentences: the recorded run's text, as far as that is known, and another.
    fn lessons(record: Option<&Record>) -> [String; SIDES] {
        let first = record.map(|record| record.info().vocabulary.text(record.tokens()));
        [first.unwrap_or_else(|| PROMPT.to_owned()), SECOND.to_owned()]
    }

    /// A sentence that is not the lesson's. The first is the recorded run's text: without the record nothing is known to
    /// be that.
    pub(super) fn own(&self, index: usize, record: Option<&Record>) -> Option<&str> {
        let side = self.sides.get(index).filter(|side| side.written)?;
        let lessons = Self::lessons(record).into_iter().nth(index).filter(|_| index > 0 || record.is_some());
        (lessons.as_ref() != Some(&side.text)).then_some(&side.text)
    }

    pub(super) fn is_idle(&self) -> bool {
        self.asked.is_none()
    }

    /// The worker is gone.
    pub(super) fn lose(&mut self) {
        self.asked = None;
    }

    /// A model has come that has not scored these.
    pub(super) fn renew(&mut self) {
        self.asked = None;
        for side in &mut self.sides {
            side.stale = true;
            side.refused = None;
        }
    }

    /// Another model than the one on show has come.
    pub(super) fn clear(&mut self) {
        self.renew();
        self.sides.iter_mut().for_each(|side| side.shown = None);
    }
}

impl Session {
    /// The sentences.
    #[must_use]
    pub fn ledgers(&self) -> &Ledgers {
        &self.ledgers
    }

    /// The reader looks at the ledgers, or away from them.
    pub fn look_at_ledgers(&mut self, wanted: bool) {
        self.ledgers.wanted = wanted;
    }

    /// Keeps what stands in a sentence's box. What is asked of its former text is stopped.
    pub fn write_sentence(&mut self, index: usize, text: String) -> Vec<Request> {
        if let Some(side) = self.ledgers.sides.get_mut(index) {
            side.settled = side.text == text && side.settled;
            side.written = true;
            side.text = text;
        }
        let stopped = self.ledgers.asked.take_if(|(side, asked)| {
            *side == index && self.ledgers.sides.get(index).is_some_and(|side| side.text != asked.text)
        });
        stopped.map(|(_, asked)| Request::Cancel { id: asked.id }).into_iter().collect()
    }

    /// Back to the lesson's sentences.
    pub(super) fn reset_sentences(&mut self) -> Vec<Request> {
        let texts = Ledgers::lessons(self.record.as_deref());
        let requests =
            texts.into_iter().enumerate().flat_map(|(index, text)| self.write_sentence(index, text)).collect();
        self.ledgers.sides.iter_mut().for_each(|side| side.written = false);
        self.settle_sentences();
        if let Some(record) = self.record.clone().filter(|_| self.info.is_none()) {
            self.ledgers.open(&record);
        }
        requests
    }

    /// The reader has stopped typing.
    pub fn settle_sentences(&mut self) {
        self.ledgers.sides.iter_mut().for_each(|side| side.settled = true);
    }

    /// Whether a sentence waits for a live model.
    #[must_use]
    pub fn sentence_needs_model(&self, index: usize) -> bool {
        let waits = self.ledgers.side(index).is_some_and(|side| !side.text.is_empty() && !side.is_current());
        waits && self.info.is_none()
    }

    /// Asks for a sentence's ledger, one at a time, while nothing else is under way; what the loop asks goes first.
    pub fn score(&mut self) -> Vec<Request> {
        let busy = self.running() || self.generation.pending().is_some();
        if busy {
            let stopped = self.ledgers.asked.take();
            return stopped.map(|(_, asked)| Request::Cancel { id: asked.id }).into_iter().collect();
        }
        let ready = matches!(self.load, Load::Ready) && self.engine == Engine::Alive;
        if !ready || !self.ledgers.wanted || !self.ledgers.is_idle() || self.passes.is_busy() {
            return Vec::new();
        }
        let Some(index) = self.ledgers.sides.iter().position(Side::waits) else { return Vec::new() };
        let (id, text) = (self.generation.fresh_id(), self.ledgers.sides[index].text.clone());
        self.ledgers.asked = Some((index, Asked { id, text: text.clone(), tokens: None, done: None }));
        vec![Request::Tokenize { id, text }]
    }

    /// Takes a sentence's tokens; `None` if they are not a sentence's.
    pub(super) fn sentence_tokens(&mut self, id: RequestId, tokens: &[TokenId]) -> Option<Vec<Request>> {
        let fresh = self.generation.fresh_id();
        let (_, asked) = self.ledgers.asked.as_mut().filter(|(_, asked)| asked.id == id)?;
        asked.id = fresh;
        asked.tokens = Some(tokens.to_vec());
        Some(vec![Request::Score { id: fresh, tokens: tokens.to_vec() }])
    }

    pub(super) fn sentence_work(&mut self, id: RequestId, done: usize, total: usize) {
        if let Some((_, asked)) = self.ledgers.asked.as_mut().filter(|(_, asked)| asked.id == id) {
            asked.done = Some((done, total));
        }
    }

    pub(super) fn arrive_scores(&mut self, id: RequestId, scores: &[Score]) {
        let Some((index, asked)) = self.ledgers.asked.take_if(|(_, asked)| asked.id == id) else { return };
        let (Some(info), Some(tokens)) = (&self.info, asked.tokens) else { return };
        let chances = scores.iter().map(|score| {
            let (ln, rank) = (score.log_probability?, score.rank?);
            Some(Chance { ln: ln.into(), rank })
        });
        // A window that is too short for the text leaves out its beginning.
        let visible = &tokens[tokens.len().saturating_sub(scores.len())..];
        let dropped = visible.len() < tokens.len();
        let sheet = Sheet { dropped, ..Sheet::new(asked.text, visible, chances, info) };
        if let Some(side) = self.ledgers.sides.get_mut(index) {
            side.stale = false;
            side.refused = None;
            side.shown = Some(Arc::new(sheet));
        }
    }

    /// Whether the failed request was one of these.
    pub(super) fn fail_sentence(&mut self, id: RequestId, failure: &Failure) -> bool {
        let Some((index, asked)) = self.ledgers.asked.take_if(|(_, asked)| asked.id == id) else { return false };
        if let Some(side) = self.ledgers.sides.get_mut(index).filter(|_| *failure != Failure::Cancelled) {
            side.refused = Some((asked.text, failure.clone()));
        }
        true
    }
}
