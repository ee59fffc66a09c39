//! The text in the tokenizer's box, and how the tokenizer at hand splits it: the loaded model's, or, before there is one, that
//! of the model's first part. Until then the lesson's texts are shown as they were recorded.

use generation::encoding::{Encoding, recorded};
use generation::lesson;
use generation::lesson::MODEL;
use generation::protocol::{Failure, LoadProgress, ModelInfo, Request};

use crate::Session;
use crate::answered_text::{AnsweredText, TextAnswer};
use crate::engine::{Engine, Load};
use crate::in_flight::Purpose;

/// Made by `cargo xtask record`.
const RECORDED: &[u8] = include_bytes!("../recorded-encodings.bin");

/// The longest text, in UTF-16 units: each piece is an element of the page.
pub const MAX_UTF16: usize = 2_000;

/// A text with its tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodedText {
    /// The text.
    pub text: String,
    /// How it was split.
    pub encoding: Encoding,
    /// The model whose tokenizer did it.
    pub model: String,
    /// Whether it is a recording.
    pub recorded: bool,
}

/// Where the tokenizer is, apart from a loaded model's.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TokenizerState {
    /// Not there.
    #[default]
    Absent,
    /// On its way, and how far it is, in bytes.
    Loading(LoadProgress),
    /// There, and what the model is called.
    Ready(String),
    /// It did not come.
    Failed(Failure),
}

impl TextAnswer for EncodedText {
    fn text(&self) -> &str {
        &self.text
    }
}

/// The text and its tokens.
#[derive(Debug)]
pub struct TokenizerText {
    answered: AnsweredText<EncodedText>,
    /// The word whose merges the reader has chosen.
    word: Option<usize>,
    tokenizer: TokenizerState,
    /// The reader has asked for it: a fresh worker shall have it too.
    wanted: bool,
    recorded: Vec<(String, Encoding)>,
}

impl Default for TokenizerText {
    fn default() -> Self {
        let mut text = Self {
            answered: AnsweredText::new(""),
            word: None,
            tokenizer: TokenizerState::Absent,
            wanted: false,
            recorded: recorded::decode(RECORDED),
        };
        text.write(lesson::TEXTS[0].to_owned());
        text
    }
}

impl TokenizerText {
    /// The text in the box, and the newest one that has tokens.
    #[must_use]
    pub fn answered(&self) -> &AnsweredText<EncodedText> {
        &self.answered
    }

    /// The word whose merges the reader has chosen, by its place; the text on show may have fewer.
    #[must_use]
    pub fn word(&self) -> Option<usize> {
        self.word
    }

    /// Whether the lesson's own text stands there.
    pub(crate) fn is_lessons(&self) -> bool {
        self.answered.text == lesson::TEXTS[0]
    }

    /// Where the tokenizer is, apart from a loaded model's.
    #[must_use]
    pub fn tokenizer(&self) -> &TokenizerState {
        &self.tokenizer
    }

    fn write(&mut self, text: String) {
        let known = self.recorded.iter().find(|(known, _)| *known == text);
        self.answered.text = text;
        // A live tokenizer's own answer is worth more, and on its way.
        if let Some((text, encoding)) = known.filter(|_| self.answered.shown().is_none_or(|shown| shown.recorded)) {
            let (text, encoding) = (text.clone(), encoding.clone());
            self.answered.show_recorded(EncodedText { text, encoding, model: MODEL.to_owned(), recorded: true });
        }
    }

    /// Notes why a text could not be encoded.
    pub(crate) fn refuse(&mut self, text: String, failure: Failure) {
        self.answered.refuse(text, failure);
    }

    pub(crate) fn on_progress(&mut self, now: LoadProgress) {
        if let TokenizerState::Loading(progress) = &mut self.tokenizer {
            *progress = now;
        }
    }

    /// The tokenizer did not come.
    pub(crate) fn fail_tokenizer(&mut self, failure: Failure) {
        self.wanted = false;
        self.tokenizer =
            if failure == Failure::Cancelled { TokenizerState::Absent } else { TokenizerState::Failed(failure) };
    }

    /// The worker is gone, and its tokenizer with it.
    pub(crate) fn forget_tokenizer(&mut self) {
        self.tokenizer = TokenizerState::Absent;
    }

    /// Another tokenizer has come.
    pub(crate) fn renew(&mut self) {
        self.answered.renew();
    }

    /// Another model than the one on show has come.
    pub(crate) fn clear(&mut self) {
        self.answered.clear();
        self.recorded = Vec::new();
        self.tokenizer = TokenizerState::Absent;
        self.wanted = false;
    }
}

impl Session {
    /// The text in the tokenizer's box, and its tokens.
    #[must_use]
    pub fn tokenizer_text(&self) -> &TokenizerText {
        &self.tokenizer_text
    }

    /// Whether a tokenizer is at hand.
    #[must_use]
    pub fn can_encode(&self) -> bool {
        let alone = matches!(self.tokenizer_text.tokenizer, TokenizerState::Ready(_));
        self.is_ready() || alone && matches!(self.engine, Engine::Alive(_))
    }

    /// Keeps what stands in the tokenizer's box.
    pub fn write_tokenizer_text(&mut self, text: String) {
        self.tokenizer_text.write(text);
    }

    /// Chooses the word whose merges are shown; `None` is the longest.
    pub fn choose_word(&mut self, index: Option<usize>) {
        self.tokenizer_text.word = index;
    }

    /// Back to the lesson's texts. Their tokens are not asked for yet.
    pub(crate) fn reset_texts(&mut self) {
        self.write_tokenizer_text(lesson::TEXTS[0].to_owned());
        self.choose_word(None);
        self.reset_sequences();
    }

    /// Asks how the text in the tokenizer's box is split, unless that is known or asked already.
    pub fn encode_tokenizer_text(&mut self) {
        let text = self.tokenizer_text.answered.text.clone();
        let asked = |purpose: &Purpose| matches!(purpose, Purpose::EncodeTokenizerText(asked) if *asked == text);
        if !self.tokenizer_text.answered.is_open() || self.in_flight.any(asked) || !self.can_encode() {
            return;
        }
        // One answer at a time is of interest: the newest.
        self.in_flight.forget(|purpose| matches!(purpose, Purpose::EncodeTokenizerText(_)));
        self.send(Purpose::EncodeTokenizerText(text.clone()), |id| Request::Encode { id, text });
    }

    /// Fetches the tokenizer without the model.
    pub fn load_tokenizer(&mut self) {
        self.tokenizer_text.wanted = true;
        self.start();
        let here = matches!(self.tokenizer_text.tokenizer, TokenizerState::Ready(_) | TokenizerState::Loading(_));
        let alone = matches!(&self.engine, Engine::Alive(load) if !matches!(load, Load::Loading(_) | Load::Ready));
        if here || !alone {
            return;
        }
        self.tokenizer_text.tokenizer = TokenizerState::Loading(LoadProgress::default());
        let source = self.source.clone();
        self.send(Purpose::LoadTokenizer, |id| Request::LoadTokenizer { id, source });
    }

    /// Stops that.
    pub fn cancel_tokenizer(&mut self) {
        if matches!(self.tokenizer_text.tokenizer, TokenizerState::Loading(_)) {
            self.tokenizer_text.wanted = false;
            self.tokenizer_text.tokenizer = TokenizerState::Absent;
            self.cancel(|purpose| *purpose == Purpose::LoadTokenizer);
        }
    }

    /// There is a model to be had: its tokenizer comes by itself where that costs nothing, or was asked for.
    pub(crate) fn offer_tokenizer(&mut self) {
        let here = self.survey.as_ref().is_some_and(|survey| survey.first_cached);
        if here || self.tokenizer_text.wanted {
            self.load_tokenizer();
        }
    }

    pub(crate) fn on_tokenizer(&mut self, model: &ModelInfo) {
        self.tokenizer_text.tokenizer = TokenizerState::Ready(model.name.clone());
        self.tokenizer_text.renew();
        self.encode_tokenizer_text();
    }

    pub(crate) fn on_encoding(&mut self, text: String, encoding: Encoding) {
        let model = match (&self.info, &self.tokenizer_text.tokenizer) {
            (Some(info), _) if self.is_ready() => info.name.clone(),
            (_, TokenizerState::Ready(name)) => name.clone(),
            _ => String::new(),
        };
        self.tokenizer_text.answered.show(EncodedText { text, encoding, model, recorded: false });
        // The reader may have typed on.
        self.encode_tokenizer_text();
    }
}
