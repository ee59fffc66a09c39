//! What the widgets read.

use std::sync::Arc;

use generation::Generation;
use generation::generation::Halt;
use generation::protocol::{Failure, ModelInfo, Survey};

use crate::Session;
use crate::engine::{Engine, Load};

impl Session {
    /// Whether the browser lets the page keep no weights.
    #[must_use]
    pub fn is_without_storage(&self) -> bool {
        self.without_storage
    }

    /// The loop.
    #[must_use]
    pub fn generation(&self) -> &Generation {
        &self.generation
    }

    /// How the worker is.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Where the model is on its way into the worker; `None` while no worker answers.
    #[must_use]
    pub fn load_state(&self) -> Option<&Load> {
        match &self.engine {
            Engine::Alive(load) => Some(load),
            _ => None,
        }
    }

    /// What there is to load, once known.
    #[must_use]
    pub fn survey(&self) -> Option<&Survey> {
        self.survey.as_ref()
    }

    /// The model, from its first load on: also while a fresh worker loads it again.
    #[must_use]
    pub fn info(&self) -> Option<&Arc<ModelInfo>> {
        self.info.as_ref()
    }

    /// Whether other frames have the same engine.
    #[must_use]
    pub fn shares_engine(&self) -> bool {
        self.shared
    }

    /// Whether the page is one widget in a frame.
    #[must_use]
    pub fn is_framed(&self) -> bool {
        self.framed
    }

    /// Whether the present model is the reader's, and not the page's own.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.source != self.home
    }

    /// What the page's own model is called, once known: by its manifest, or by the recorded run.
    #[must_use]
    pub fn home_name(&self) -> Option<&str> {
        self.home_name.as_deref().or(self.recorded_info.as_ref().map(|info| info.name.as_str()))
    }

    /// What stands in the prompt box.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.prompt.text
    }

    /// Why the prompt's text has no tokens.
    #[must_use]
    pub fn refused(&self) -> Option<&Failure> {
        self.prompt.refused.as_ref().map(|(_, failure)| failure)
    }

    /// How many tokens of how many a long pass has done.
    #[must_use]
    pub fn working(&self) -> Option<(usize, usize)> {
        self.working
    }

    /// Why the worker crashed last, until the reader does something.
    #[must_use]
    pub fn last_crash(&self) -> Option<&Failure> {
        self.last_crash.as_ref()
    }

    /// Tokens per second of the present or last run.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        self.rate.rate()
    }

    /// Whether tokens are generated, or will be as soon as there is a model again.
    #[must_use]
    pub fn running(&self) -> bool {
        self.generation.running() || self.resume
    }

    /// Whether a token can be asked for.
    #[must_use]
    pub fn can_go_on(&self) -> bool {
        let ended = matches!(self.generation.halt(), Some(Halt::EndOfText(_)));
        let answered = self.is_ready() || self.is_recorded() && self.generation.result().is_some();
        answered && !self.generation.prompt().is_empty() && !ended
    }

    /// Whether the next token has been drawn, and could be drawn again.
    #[must_use]
    pub fn can_draw(&self) -> bool {
        self.generation.result().is_some() && !self.running()
    }

    /// Whether the loop's prompt is the text in the box.
    #[must_use]
    pub fn prompt_is_current(&self) -> bool {
        self.prompt.encoded.as_deref() == Some(self.prompt.text.as_str())
    }

    /// Whether the context fills the model's window, so that one more token pushes the first out.
    #[must_use]
    pub fn window_is_full(&self) -> bool {
        let tokens = self.generation.position(self.generation.tip());
        self.info.as_ref().is_some_and(|info| info.window > 0 && tokens >= info.window)
    }
}
