//! A model on its way in beside the present one, which goes on until the new one is ready: one that the reader has opened,
//! or the page's own, which the reader goes back to.

use std::sync::Arc;

use generation::Event;
use generation::protocol::{Failure, LoadProgress, ModelInfo, Request, RequestId, Response, Source, Survey};

use crate::Session;
use crate::engine::{Engine, Load};
use crate::inspections::{Inspections, InspectorFocus};

/// A model on its way in, in a worker of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingModel {
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
    pub state: IncomingState,
    /// Requests for its worker that are not sent yet.
    outbox: Vec<Request>,
}

/// What lay in the reader's folders and is not among the files, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// What the browser could not read.
    pub failed: Vec<String>,
    /// Folders in folders: nobody looks into them.
    pub folders: Vec<String>,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
pub enum IncomingState {
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
    pub fn incoming_model(&self) -> Option<&IncomingModel> {
        self.incoming.as_ref()
    }

    /// The reader has opened files; their worker starts.
    pub fn open_files(&mut self, label: String, unread: Unread) {
        self.open(label, Source::Files, unread);
    }

    /// The reader goes back to the page's own model; its worker starts.
    pub fn open_home(&mut self) {
        let label = self.home_name().unwrap_or_default().to_owned();
        self.open(label, self.home.clone(), Unread::default());
    }

    fn open(&mut self, label: String, source: Source, unread: Unread) {
        let state = IncomingState::Starting;
        self.incoming =
            Some(IncomingModel { label, source, unread, info: None, survey: None, state, outbox: Vec::new() });
    }

    /// What is to be sent to the incoming model's worker now, in order.
    #[must_use]
    pub fn take_incoming_requests(&mut self) -> Vec<Request> {
        self.incoming.as_mut().map(|incoming| std::mem::take(&mut incoming.outbox)).unwrap_or_default()
    }

    /// The reader wants it: its weights are read.
    pub fn accept(&mut self) {
        let id = self.generation.fresh_id();
        if let Some(incoming) = self.incoming.as_mut().filter(|incoming| incoming.state == IncomingState::Described) {
            incoming.state = IncomingState::Loading { id, progress: LoadProgress::default() };
            incoming.outbox.push(Request::Load { id, source: incoming.source.clone() });
        }
    }

    /// The reader keeps the present model.
    pub fn decline(&mut self) {
        self.incoming = None;
    }

    /// Its worker is of no use any more.
    pub fn fail_incoming(&mut self, failure: Failure) {
        if let Some(incoming) = &mut self.incoming {
            incoming.state = IncomingState::Refused(failure);
        }
    }

    /// Takes what the incoming model's worker answers. When the model is ready it has taken over: there is no incoming model
    /// any more, and [`Session::take_requests`] has what its worker is to be sent.
    pub fn answer_incoming(&mut self, response: Response) {
        let id = self.generation.fresh_id();
        let Some(incoming) = &mut self.incoming else { return };
        match (response, &mut incoming.state) {
            (Response::Ready, state @ IncomingState::Starting) => {
                *state = IncomingState::Reading { id };
                incoming.outbox.push(Request::Survey { id, source: incoming.source.clone() });
            }
            (Response::Surveyed { id, survey }, IncomingState::Reading { id: asked }) if *asked == id => {
                let here = survey.bytes > 0 && survey.cached == survey.bytes;
                self.home_name = Some(survey.name.clone());
                incoming.survey = Some(survey);
                incoming.state = IncomingState::Described;
                // The reader has asked for it, and nothing has to be fetched that would cost them.
                if here {
                    self.accept();
                }
            }
            (Response::Described { id, model }, IncomingState::Reading { id: asked }) if *asked == id => {
                incoming.info = Some(Arc::from(model));
                incoming.state = IncomingState::Described;
            }
            (Response::Loading { id, progress: now }, IncomingState::Loading { id: asked, progress })
                if *asked == id =>
            {
                *progress = now;
            }
            (Response::Loaded { id, model }, IncomingState::Loading { id: asked, .. }) if *asked == id => {
                let source = incoming.source.clone();
                self.take_over(source, *model);
            }
            (Response::Failed { failure, .. }, _) => self.fail_incoming(failure),
            _ => {}
        }
    }

    /// The new model is the present one: the loop starts anew, with the reader's text as the new tokenizer splits it.
    fn take_over(&mut self, source: Source, model: ModelInfo) {
        self.pause();
        self.change(Event::Prompt(Vec::new()));
        self.incoming = None;
        // What was asked is the former worker's.
        self.forget_requests();
        // A run that is here begins anew with the new model; one that waits for it does not.
        self.link.take_if(|link| !link.waits());
        self.source = source;
        self.engine = Engine::Alive(Load::Ready);
        self.wanted = true;
        let ModelInfo { name, licence, quantization, file_bytes: bytes, .. } = model.clone();
        self.survey = Some(Survey { name, licence, quantization, bytes, ..Survey::default() });
        self.prompt.encoded = None;
        self.prompt.refused = None;
        self.working = None;
        self.crashes = 0;
        self.last_crash = None;
        self.inspections = Inspections::default();
        self.focus = InspectorFocus::default();
        let end_of_text = model.end_of_text.clone();
        self.info = Some(Arc::new(model));
        self.change(Event::Model { end_of_text, live: true });
        self.take_up_link();
        self.tokenize();
        self.tokenizer_text.clear();
        self.encode_tokenizer_text();
        self.sequences.clear();
        self.kv_cost.clear();
    }
}
