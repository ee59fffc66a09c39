//! The tokenizer's own text, and how the tokenizer at hand cuts it: the loaded model's, or, before there is one, that of its
//! first part. Until then there are recorded cuts of the lesson's texts.

use std::sync::Arc;

use generation::cut::{Cut, recorded};
use generation::protocol::{Failure, LoadProgress, ModelInfo, Request, RequestId};
use generation::record::MODEL;

use super::Session;
use super::engine::{Engine, Load};

/// Made by `cargo xtask record`.
const RECORDED: &[u8] = include_bytes!("../recorded-cuts.bin");

/// The longest text, in UTF-16 units: each piece is an element of the page.
pub const MOST: usize = 2_000;

/// A text that was cut.
#[derive(Clone, Debug, PartialEq)]
pub struct CutText {
    /// The text.
    pub text: String,
    /// How it was cut.
    pub cut: Cut,
    /// The model whose tokenizer did it.
    pub model: String,
    /// Whether it is a recording.
    pub recorded: bool,
}

/// How the tokenizer is, apart from a loaded model's.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reach {
    /// Not there.
    #[default]
    Away,
    /// On its way.
    Loading {
        /// The request.
        id: RequestId,
        /// How far it is, in bytes.
        progress: LoadProgress,
    },
    /// There, and what the model is called.
    Here(String),
    /// It did not come.
    Failed(Failure),
}

/// The text and its cut.
#[derive(Debug)]
pub struct Cutting {
    text: String,
    /// The word whose merges the reader has chosen.
    chosen: Option<usize>,
    reach: Reach,
    /// The reader has asked for it: a fresh worker shall have it too.
    wanted: bool,
    asked: Option<(RequestId, String)>,
    shown: Option<Arc<CutText>>,
    /// What is shown is another tokenizer's than the one at hand.
    stale: bool,
    /// Why a text could not be cut.
    refused: Option<(String, Failure)>,
    recorded: Vec<(String, Cut)>,
}

impl Default for Cutting {
    fn default() -> Self {
        let mut cutting = Self {
            text: String::new(),
            chosen: None,
            reach: Reach::Away,
            wanted: false,
            asked: None,
            shown: None,
            stale: false,
            refused: None,
            recorded: recorded::decode(RECORDED),
        };
        cutting.write(recorded::TEXTS[0].to_owned());
        cutting
    }
}

impl Cutting {
    /// The text in the box.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The word whose merges the reader has chosen, by its place; the text on show may have fewer.
    #[must_use]
    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// Whether the lesson's own text stands there.
    pub(super) fn is_lessons(&self) -> bool {
        self.text == recorded::TEXTS[0]
    }

    /// How the tokenizer is, apart from a loaded model's.
    #[must_use]
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// What is on show: the newest text that was cut.
    #[must_use]
    pub fn shown(&self) -> Option<&Arc<CutText>> {
        self.shown.as_ref()
    }

    /// Whether what is on show is the text in the box.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.text == self.text)
    }

    /// Why the text in the box could not be cut.
    #[must_use]
    pub fn refused(&self) -> Option<&Failure> {
        self.refused.as_ref().filter(|(text, _)| *text == self.text).map(|(_, failure)| failure)
    }

    fn write(&mut self, text: String) {
        self.text = text;
        let known = self.recorded.iter().find(|(text, _)| *text == self.text);
        // A live tokenizer's own answer is worth more, and on its way.
        if let Some((text, cut)) = known.filter(|_| self.shown.as_ref().is_none_or(|shown| shown.recorded)) {
            let shown = CutText { text: text.clone(), cut: cut.clone(), model: MODEL.to_owned(), recorded: true };
            self.shown = Some(Arc::new(shown));
        }
    }

    /// The worker is gone, and its tokenizer with it.
    pub(super) fn lose(&mut self) {
        self.asked = None;
        self.reach = Reach::Away;
    }

    /// Another model has come.
    pub(super) fn renew(&mut self) {
        self.asked = None;
        self.refused = None;
        self.stale = true;
    }

    /// Another model than the one on show has come.
    pub(super) fn clear(&mut self) {
        self.renew();
        self.shown = None;
        self.recorded = Vec::new();
        self.reach = Reach::Away;
        self.wanted = false;
    }
}

impl Session {
    /// The tokenizer's own text, and its cut.
    #[must_use]
    pub fn cutting(&self) -> &Cutting {
        &self.cutting
    }

    /// Whether a text can be cut.
    #[must_use]
    pub fn can_cut(&self) -> bool {
        self.engine == Engine::Alive
            && (matches!(self.load, Load::Ready) || matches!(self.cutting.reach, Reach::Here(_)))
    }

    /// Keeps what stands in the tokenizer's box.
    pub fn write_cut(&mut self, text: String) {
        self.cutting.write(text);
    }

    /// Chooses the word whose merges are shown; `None` is the longest.
    pub fn choose_word(&mut self, index: Option<usize>) {
        self.cutting.chosen = index;
    }

    /// Back to the lesson's texts. How they are cut is not asked for yet.
    pub(super) fn reset_texts(&mut self) -> Vec<Request> {
        self.write_cut(recorded::TEXTS[0].to_owned());
        self.choose_word(None);
        self.reset_sentences()
    }

    /// Asks how the text in the box is cut, unless that is known or asked already.
    pub fn ask_cut(&mut self) -> Vec<Request> {
        let known = self.cutting.is_current() && !self.cutting.stale || self.cutting.refused().is_some();
        let asked = self.cutting.asked.as_ref().is_some_and(|(_, text)| *text == self.cutting.text);
        if known || asked || !self.can_cut() {
            return Vec::new();
        }
        let (id, text) = (self.generation.fresh_id(), self.cutting.text.clone());
        self.cutting.asked = Some((id, text.clone()));
        vec![Request::Cut { id, text }]
    }

    /// Fetches the tokenizer without the model.
    pub fn load_tokenizer(&mut self) -> Vec<Request> {
        let comes = matches!(self.load, Load::Loading { .. } | Load::Ready);
        let here = matches!(self.cutting.reach, Reach::Here(_) | Reach::Loading { .. });
        self.cutting.wanted = true;
        self.wake();
        if comes || here || self.engine != Engine::Alive {
            return Vec::new();
        }
        let id = self.generation.fresh_id();
        self.cutting.reach = Reach::Loading { id, progress: LoadProgress::default() };
        vec![Request::LoadTokenizer { id, source: self.source.clone() }]
    }

    /// Stops that.
    pub fn cancel_tokenizer(&mut self) -> Vec<Request> {
        let Reach::Loading { id, .. } = self.cutting.reach else { return Vec::new() };
        self.cutting.wanted = false;
        self.cutting.reach = Reach::Away;
        vec![Request::Cancel { id }]
    }

    /// There is a model to be had: its tokenizer comes by itself where that costs nothing, or was asked for.
    pub(super) fn offer_tokenizer(&mut self) -> Vec<Request> {
        let here = self.survey.as_ref().is_some_and(|survey| survey.first_cached);
        if here || self.cutting.wanted { self.load_tokenizer() } else { Vec::new() }
    }

    pub(super) fn tokenizer_progress(&mut self, asked: RequestId, now: LoadProgress) {
        if let Reach::Loading { id, progress } = &mut self.cutting.reach
            && *id == asked
        {
            *progress = now;
        }
    }

    pub(super) fn tokenizer_ready(&mut self, id: RequestId, model: &ModelInfo) -> Vec<Request> {
        if !matches!(self.cutting.reach, Reach::Loading { id: asked, .. } if asked == id) {
            return Vec::new();
        }
        self.cutting.reach = Reach::Here(model.name.clone());
        self.cutting.renew();
        self.ask_cut()
    }

    pub(super) fn arrive_cut(&mut self, id: RequestId, cut: Cut) -> Vec<Request> {
        let Some((_, text)) = self.cutting.asked.take_if(|(asked, _)| *asked == id) else { return Vec::new() };
        let model = match (&self.load, &self.info, &self.cutting.reach) {
            (Load::Ready, Some(info), _) => info.name.clone(),
            (_, _, Reach::Here(name)) => name.clone(),
            _ => String::new(),
        };
        self.cutting.stale = false;
        self.cutting.refused = None;
        self.cutting.shown = Some(Arc::new(CutText { text, cut, model, recorded: false }));
        // The reader may have typed on.
        self.ask_cut()
    }

    /// Whether the failed request was one of these.
    pub(super) fn fail_cut(&mut self, id: RequestId, failure: &Failure) -> bool {
        if let Some((_, text)) = self.cutting.asked.take_if(|(asked, _)| *asked == id) {
            self.cutting.refused = Some((text, failure.clone()));
            return true;
        }
        let loading = matches!(self.cutting.reach, Reach::Loading { id: asked, .. } if asked == id);
        if loading {
            self.cutting.wanted = false;
            let stopped = *failure == Failure::Cancelled;
            self.cutting.reach = if stopped { Reach::Away } else { Reach::Failed(failure.clone()) };
        }
        loading
    }
}
