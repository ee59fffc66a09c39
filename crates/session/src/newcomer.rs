//! A model on its way in beside the present one, which goes on until the new one is ready: one that the reader has opened,
//! or the page's own, which the reader goes back to.

use std::sync::Arc;

use generation::Event;
use generation::protocol::{Failure, LoadProgress, ModelInfo, Request, RequestId, Response, Source, Survey};

use super::Session;
use super::engine::{Engine, Load};
use super::insights::{Insights, Look};

/// A model on its way in, in a worker of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Newcomer {
    /// What the reader calls it: a file's or folder's name, or how many files.
    pub label: String,
    /// Where it is.
    pub source: Source,
    /// What of the reader's folders was not read.
    pub unread: Unread,
    /// What files hold, once known.
    pub info: Option<Arc<ModelInfo>>,
    /// What parts hold, once known.
    pub survey: Option<Survey>,
    /// How far it is.
    pub arrival: Arrival,
}

/// What lay in the reader's folders and is not among the files, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// What the browser could not read.
    pub failed: Vec<String>,
    /// Folders in folders: nobody looks into them.
    pub folders: Vec<String>,
}

/// How far a newcomer is.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// Its worker starts.
    Starting,
    /// The worker reads what it is.
    Reading {
        /// The request.
        id: RequestId,
    },
    /// The reader decides.
    Described,
    /// Its weights are on their way.
    Loading {
        /// The request.
        id: RequestId,
        /// How far they are.
        progress: LoadProgress,
    },
    /// It cannot be had.
    Refused(Failure),
}

impl Session {
    /// The model on its way in, if any.
    #[must_use]
    pub fn newcomer(&self) -> Option<&Newcomer> {
        self.newcomer.as_ref()
    }

    /// The reader has opened files; their worker starts.
    pub fn open(&mut self, label: String, unread: Unread) {
        self.welcome(label, Source::Files, unread);
    }

    /// The reader goes back to the page's own model; its worker starts.
    pub fn go_home(&mut self) {
        let label = self.home_name().unwrap_or_default().to_owned();
        self.welcome(label, self.home.clone(), Unread::default());
    }

    fn welcome(&mut self, label: String, source: Source, unread: Unread) {
        self.newcomer = Some(Newcomer { label, source, unread, info: None, survey: None, arrival: Arrival::Starting });
    }

    /// The reader wants it: its weights are read.
    pub fn accept(&mut self) -> Vec<Request> {
        let id = self.generation.fresh_id();
        match &mut self.newcomer {
            Some(newcomer) if newcomer.arrival == Arrival::Described => {
                newcomer.arrival = Arrival::Loading { id, progress: LoadProgress::default() };
                vec![Request::Load { id, source: newcomer.source.clone() }]
            }
            _ => Vec::new(),
        }
    }

    /// The reader keeps the present model.
    pub fn decline(&mut self) {
        self.newcomer = None;
    }

    /// Its worker is of no use any more.
    pub fn refuse(&mut self, failure: Failure) {
        if let Some(newcomer) = &mut self.newcomer {
            newcomer.arrival = Arrival::Refused(failure);
        }
    }

    /// Takes what the newcomer's worker says. When the model is ready it has taken over: there is no newcomer any more,
    /// and the requests are for the worker that was its.
    pub fn meet(&mut self, response: Response) -> Vec<Request> {
        let id = self.generation.fresh_id();
        let Some(newcomer) = &mut self.newcomer else { return Vec::new() };
        match (response, &mut newcomer.arrival) {
            (Response::Ready, arrival @ Arrival::Starting) => {
                *arrival = Arrival::Reading { id };
                return vec![Request::Survey { id, source: newcomer.source.clone() }];
            }
            (Response::Surveyed { id, survey }, Arrival::Reading { id: asked }) if *asked == id => {
                let here = survey.bytes > 0 && survey.cached == survey.bytes;
                self.home_name = Some(survey.name.clone());
                newcomer.survey = Some(survey);
                newcomer.arrival = Arrival::Described;
                // The reader has asked for it, and nothing has to be fetched that would cost them.
                return if here { self.accept() } else { Vec::new() };
            }
            (Response::Described { id, model }, Arrival::Reading { id: asked }) if *asked == id => {
                newcomer.info = Some(Arc::from(model));
                newcomer.arrival = Arrival::Described;
            }
            (Response::Loading { id, progress: now }, Arrival::Loading { id: asked, progress }) if *asked == id => {
                *progress = now;
            }
            (Response::Loaded { id, model }, Arrival::Loading { id: asked, .. }) if *asked == id => {
                let source = newcomer.source.clone();
                return self.take_over(source, *model);
            }
            (Response::Failed { failure, .. }, _) => self.refuse(failure),
            _ => {}
        }
        Vec::new()
    }

    /// The new model is the present one: the loop starts anew, with the reader's text cut by the new tokenizer.
    fn take_over(&mut self, source: Source, model: ModelInfo) -> Vec<Request> {
        // What these ask is the former worker's.
        drop(self.pause());
        drop(self.change(Event::Prompt(Vec::new())));
        self.newcomer = None;
        // A run that is here begins anew with the new model; one that waits for it does not.
        self.linked.take_if(|linked| !linked.waits());
        self.source = source;
        self.engine = Engine::Alive;
        self.load = Load::Ready;
        self.wanted = true;
        let ModelInfo { name, licence, quantization, file_bytes: bytes, .. } = model.clone();
        self.survey = Some(Survey { name, licence, quantization, bytes, ..Survey::default() });
        self.tokenized = None;
        self.tokenizing = None;
        self.refused = None;
        self.working = None;
        self.deaths = 0;
        self.last_death = None;
        self.insights = Insights::default();
        self.look = Look::default();
        let end_of_text = model.end_of_text.clone();
        self.info = Some(Arc::new(model));
        let mut requests = self.change(Event::Model { end_of_text, live: true });
        requests.extend(self.take_up_link());
        requests.extend(self.tokenize());
        self.cutting.clear();
        requests.extend(self.ask_cut());
        self.ledgers.clear();
        self.passes.lose();
        self.passes.clear();
        requests
    }
}
