//! Starting the worker, and bringing the model into it.

use generation::protocol::{LoadProgress, Request, Survey};

use crate::Session;
use crate::engine::{Engine, Load};
use crate::in_flight::Purpose;

impl Session {
    /// A frame waits with its worker until the reader asks for it, or for good; `offer` is what there would be to load.
    pub fn defer(&mut self, engine: Engine, offer: Option<Survey>) {
        self.engine = engine;
        self.home_name = offer.as_ref().map(|offer| offer.name.clone());
        self.survey = offer;
    }

    /// Notes whether other frames have the same engine.
    pub fn set_shared(&mut self, shared: bool) {
        self.shared = shared;
    }

    /// The browser lets the page keep nothing: each visit would download the page's own model.
    pub fn set_without_storage(&mut self) {
        self.without_storage = true;
    }

    /// Starts the worker that was waited with; the model is looked for, and loaded where it costs nothing.
    pub fn start(&mut self) {
        if self.engine == Engine::Deferred {
            self.engine = Engine::Starting;
        }
    }

    /// Starts the load that the reader asked for, or tries again what failed.
    pub fn load(&mut self) {
        if self.engine == Engine::Deferred {
            self.wanted = true;
            self.start();
        }
        match &self.engine {
            Engine::Alive(Load::Loading(_) | Load::Ready) => {}
            Engine::Alive(_) if self.survey.is_none() => self.ask_survey(),
            Engine::Alive(_) => {
                self.wanted = true;
                self.engine = Engine::Alive(Load::Loading(LoadProgress::default()));
                let source = self.source.clone();
                self.send(Purpose::LoadModel, |id| Request::Load { id, source });
            }
            _ => {}
        }
    }

    /// Stops a load.
    pub fn cancel_load(&mut self) {
        if matches!(self.engine, Engine::Alive(Load::Loading(_))) {
            self.wanted = false;
            self.engine = Engine::Alive(Load::Offered);
            self.cancel(|purpose| *purpose == Purpose::LoadModel);
        }
    }

    /// The reader asks for a fresh worker after too many crashes.
    pub fn start_again(&mut self) {
        self.crashes = 0;
        self.engine = Engine::Starting;
    }

    /// Forgets the last crash's message, once a fresh worker has taken over.
    pub fn dismiss_crash(&mut self) {
        if matches!(self.engine, Engine::Alive(_)) {
            self.last_crash = None;
        }
    }

    pub(crate) fn ask_survey(&mut self) {
        self.engine = Engine::Alive(Load::Surveying);
        let source = self.source.clone();
        self.send(Purpose::Survey, |id| Request::Survey { id, source });
    }
}
