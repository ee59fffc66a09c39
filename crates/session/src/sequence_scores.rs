//! Two texts of the reader's, scored by the model token by token, for the chain rule. Before there is a live model, the first
//! is the recorded run.

use generation::TokenId;
use generation::chain_rule::Ledger;
use generation::lesson::PROMPT;
use generation::protocol::{Failure, ModelInfo, Request};
use generation::record::Record;
use generation::step::Score;

use crate::Session;
use crate::answered_text::{AnsweredText, TextAnswer};
use crate::in_flight::Purpose;

/// How many texts stand side by side.
pub const SEQUENCES: usize = 2;

/// The longest text, in UTF-16 units: every token is one more position of a pass.
pub const MAX_UTF16: usize = 600;

/// The second text at the start: the lesson's.
const SECOND: &str = "The capital of France is";

/// A token's line.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredToken {
    /// The token.
    pub token: TokenId,
    /// Its bytes; of a control token, the name.
    pub bytes: Vec<u8>,
    /// Whether it is a control token.
    pub control: bool,
    /// How likely it was; `None` where it is given.
    pub chance: Option<TokenProbability>,
    /// The totals up to here.
    pub total: Ledger,
}

/// How likely a token was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenProbability {
    /// The natural logarithm of its probability.
    pub ln: f64,
    /// Its place among all, 0 the best.
    pub rank: usize,
}

/// A text's tokens, each with its probability.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreTable {
    /// The text.
    pub text: String,
    /// A line for each token.
    pub entries: Vec<ScoredToken>,
    /// Whether the model puts a token of its own before every text, so that the first real one has a probability too.
    pub begins: bool,
    /// Whether it is the recorded run.
    pub recorded: bool,
    /// Whether tokens at the text's start are left out, because the model's window is shorter.
    pub dropped: bool,
}

impl TextAnswer for ScoreTable {
    fn text(&self) -> &str {
        &self.text
    }
}

/// One of the texts.
#[derive(Debug)]
struct Sequence {
    answered: AnsweredText<ScoreTable>,
    /// It is not the lesson's: what is recorded does not replace it.
    written: bool,
    /// The reader has stopped typing.
    settled: bool,
}

/// Both texts.
#[derive(Debug)]
pub struct SequenceScores {
    sequences: [Sequence; SEQUENCES],
    /// The reader looks at them.
    visible: bool,
}

impl Default for SequenceScores {
    fn default() -> Self {
        let sequence = |text| Sequence { answered: AnsweredText::new(text), written: false, settled: true };
        Self { sequences: [sequence(PROMPT), sequence(SECOND)], visible: false }
    }
}

impl ScoreTable {
    fn new(
        text: String,
        tokens: &[TokenId],
        chances: impl Iterator<Item = Option<TokenProbability>>,
        info: &ModelInfo,
    ) -> Self {
        let mut total = Ledger::default();
        let entry = |(&token, chance): (&TokenId, Option<TokenProbability>)| {
            total = total.with(chance.map(|chance| chance.ln));
            let bytes = info.vocabulary.bytes(token).to_vec();
            ScoredToken { token, bytes, control: info.vocabulary.is_control(token), chance, total }
        };
        let entries: Vec<ScoredToken> = tokens.iter().zip(chances).map(entry).collect();
        let begins = entries.first().is_some_and(|first| first.control && !text.as_bytes().starts_with(&first.bytes));
        Self { text, entries, begins, ..Self::default() }
    }

    /// The recorded run. What its prompt's tokens follow was not recorded: they are given.
    fn of_record(record: &Record) -> Self {
        let tokens = record.tokens();
        let chance = |at: usize| {
            let step = record.step(&tokens[..at])?;
            let rank = step.ranking.rank(tokens[at])?;
            Some(TokenProbability { ln: step.ranking.log_probability(tokens[at])?, rank })
        };
        let text = record.info().vocabulary.text(tokens);
        let table = Self::new(text, tokens, (0..tokens.len()).map(chance), record.info());
        Self { recorded: true, ..table }
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

impl Sequence {
    fn waits(&self) -> bool {
        self.settled && !self.answered.text.is_empty() && self.answered.is_open()
    }
}

impl SequenceScores {
    /// One of the texts.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&AnsweredText<ScoreTable>> {
        self.sequences.get(index).map(|sequence| &sequence.answered)
    }

    /// Starts from the recorded run, where the reader has not written anything.
    pub(crate) fn open(&mut self, record: &Record) {
        let table = ScoreTable::of_record(record);
        let [first, _] = &mut self.sequences;
        let live = first.answered.shown().is_some_and(|shown| !shown.recorded);
        if !live && (!first.written || first.answered.text == table.text) {
            first.answered.text.clone_from(&table.text);
            first.answered.show_recorded(table);
        }
    }

    /// The lesson's texts: the recorded run's, as far as that is known, and another.
    fn lessons(record: Option<&Record>) -> [String; SEQUENCES] {
        let first = record.map(|record| record.info().vocabulary.text(record.tokens()));
        [first.unwrap_or_else(|| PROMPT.to_owned()), SECOND.to_owned()]
    }

    /// A text that is not the lesson's. The first is the recorded run's: without the record nothing is known to be that.
    pub(crate) fn own(&self, index: usize, record: Option<&Record>) -> Option<&str> {
        let sequence = self.sequences.get(index).filter(|sequence| sequence.written)?;
        let lessons = Self::lessons(record).into_iter().nth(index).filter(|_| index > 0 || record.is_some());
        (lessons.as_ref() != Some(&sequence.answered.text)).then_some(&sequence.answered.text)
    }

    /// Notes why a text could not be scored.
    pub(crate) fn refuse(&mut self, index: usize, text: String, failure: Failure) {
        if let Some(sequence) = self.sequences.get_mut(index) {
            sequence.answered.refuse(text, failure);
        }
    }

    /// A model has come that has not scored these.
    pub(crate) fn renew(&mut self) {
        self.sequences.iter_mut().for_each(|sequence| sequence.answered.renew());
    }

    /// Another model than the one on show has come.
    pub(crate) fn clear(&mut self) {
        self.sequences.iter_mut().for_each(|sequence| sequence.answered.clear());
    }
}

impl Session {
    /// The texts.
    #[must_use]
    pub fn sequence_scores(&self) -> &SequenceScores {
        &self.sequences
    }

    /// Whether the model has been asked to score a text.
    #[must_use]
    pub fn is_scoring(&self, index: usize) -> bool {
        self.in_flight.any(|purpose| purpose.sequence() == Some(index))
    }

    /// How far the model is with a text: tokens done of how many.
    #[must_use]
    pub fn scoring_progress(&self, index: usize) -> Option<(usize, usize)> {
        self.in_flight.purposes().find_map(|purpose| match purpose {
            Purpose::ScoreSequence { index: asked, progress, .. } if *asked == index => *progress,
            _ => None,
        })
    }

    /// The reader looks at the scores, or away from them.
    pub fn set_scores_visible(&mut self, visible: bool) {
        self.sequences.visible = visible;
    }

    /// Keeps what stands in a text's box. What is asked of its former text is stopped.
    pub fn write_sequence(&mut self, index: usize, text: String) {
        let Some(sequence) = self.sequences.sequences.get_mut(index) else { return };
        let same = sequence.answered.text == text;
        sequence.settled = same && sequence.settled;
        sequence.written = true;
        sequence.answered.text = text;
        if !same {
            self.cancel(|purpose| purpose.sequence() == Some(index));
        }
    }

    /// Back to the lesson's texts.
    pub(crate) fn reset_sequences(&mut self) {
        let texts = SequenceScores::lessons(self.record.as_deref());
        texts.into_iter().enumerate().for_each(|(index, text)| self.write_sequence(index, text));
        self.sequences.sequences.iter_mut().for_each(|sequence| sequence.written = false);
        self.settle_sequences();
        if let Some(record) = self.record.clone().filter(|_| self.info.is_none()) {
            self.sequences.open(&record);
        }
    }

    /// The reader has stopped typing.
    pub fn settle_sequences(&mut self) {
        self.sequences.sequences.iter_mut().for_each(|sequence| sequence.settled = true);
    }

    /// Whether a text waits for a live model.
    #[must_use]
    pub fn sequence_needs_model(&self, index: usize) -> bool {
        let waits =
            self.sequences.get(index).is_some_and(|sequence| !sequence.text().is_empty() && !sequence.is_current());
        waits && self.info.is_none()
    }

    /// Asks for the first text's scores that are on show and not there yet.
    pub(crate) fn score(&mut self) {
        let waiting = self.sequences.sequences.iter().position(Sequence::waits).filter(|_| self.sequences.visible);
        if let Some(index) = waiting {
            let text = self.sequences.sequences[index].answered.text.clone();
            let purpose = Purpose::EncodeSequence { index, text: text.clone() };
            self.send(purpose, |id| Request::Tokenize { id, text });
        }
    }

    pub(crate) fn on_sequence_tokens(&mut self, index: usize, text: String, tokens: Vec<TokenId>) {
        let purpose = Purpose::ScoreSequence { index, text, tokens: tokens.clone(), progress: None };
        self.send(purpose, |id| Request::Score { id, tokens });
    }

    pub(crate) fn on_scores(&mut self, index: usize, text: String, tokens: &[TokenId], scores: &[Score]) {
        let Some(info) = &self.info else { return };
        let probabilities = scores.iter().map(|score| {
            let (ln, rank) = (score.log_probability?, score.rank?);
            Some(TokenProbability { ln: ln.into(), rank })
        });
        // A window that is too short for the text leaves out its beginning.
        let visible = &tokens[tokens.len().saturating_sub(scores.len())..];
        let dropped = visible.len() < tokens.len();
        let table = ScoreTable { dropped, ..ScoreTable::new(text, visible, probabilities, info) };
        if let Some(sequence) = self.sequences.sequences.get_mut(index) {
            sequence.answered.show(table);
        }
    }
}
