//! The link that a page was opened with, and the link to what it shows.
//!
//! What needs no model is set at once: text, controls, seed, the widgets' options. The run needs one whose tokens it has:
//! the record's will do, until then and for another model's it waits.

mod options;

use generation::link::{Ignored, Link, Reading};
use generation::protocol::{ModelInfo, Request};
use generation::record::PROMPT;
use generation::snapshot::Snapshot;
use generation::{Event, TokenId};

use super::Session;
use super::classes::Classes;
use super::insights::Look;
use super::passes::Passes;

/// What became of a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linked {
    /// The link; its run is taken out when it is shown.
    link: Link,
    /// Whether the run waits for a model that it fits.
    waits: bool,
    /// What could not be read of it.
    pub ignored: Vec<Ignored>,
    /// Options that no widget knows.
    pub strange: Vec<String>,
    /// A token of the run that the model does not have, and the model.
    pub missing: Option<(TokenId, String)>,
    /// What was here before, if the reader had made something.
    pub former: Option<Box<Link>>,
}

impl Linked {
    /// The name of the model that the run waits for, if it waits.
    #[must_use]
    pub fn wanted(&self) -> Option<&str> {
        self.waits.then_some(&self.link.model)
    }

    /// Whether the run waits for a model that it fits.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.waits
    }
}

impl Session {
    /// The link that the page was opened with, until the reader turns to another text.
    #[must_use]
    pub fn linked(&self) -> Option<&Linked> {
        self.linked.as_ref()
    }

    /// The link to what the page shows.
    #[must_use]
    pub fn link(&self) -> Link {
        let waiting = self.linked.as_ref().filter(|linked| linked.waits);
        let mut link = match waiting {
            // What the link says of a run that is not here yet stays true.
            Some(linked) => linked.link.clone(),
            None => Link { snapshot: self.generation.snapshot(), ..Link::default() },
        };
        if waiting.is_none() {
            link.model = self.shown_model().map(|info| info.name.clone()).unwrap_or_default();
        }
        if waiting.is_none() && !self.prompt_is_current() {
            // The box says what shall be here; what is here is of an older text.
            let Snapshot { max_new, breakpoints, .. } = link.snapshot;
            link.snapshot = Snapshot { max_new, breakpoints, ..Snapshot::default() };
        }
        link.snapshot.controls = *self.generation.controls();
        link.snapshot.seed = self.generation.seed();
        link.text = Some(self.text.clone());
        link.options = self.options();
        link
    }

    /// Opens a link in the place of what is here.
    pub fn open_link(&mut self, reading: Reading) -> Vec<Request> {
        let Reading { mut link, ignored } = reading;
        let refused = ignored.iter().any(|ignored| matches!(ignored, Ignored::Length(_) | Ignored::Version(_)));
        if refused {
            self.linked = Some(Linked { ignored, ..Linked::default() });
            return Vec::new();
        }
        let former = self.is_touched().then(|| Box::new(self.link()));
        let mut requests = self.pause();
        self.presses.clear();
        if let Some(text) = &link.text {
            self.text.clone_from(text);
        }
        self.classes = Classes::default();
        self.look = Look::default();
        requests.extend(self.reset_texts());
        requests.extend(self.set_window(Passes::default().small()));
        let mut strange = Vec::new();
        for (key, value) in std::mem::take(&mut link.options) {
            match self.set_option(&key, &value) {
                Some(more) => requests.extend(more),
                None => strange.push(key),
            }
        }
        self.settle_sentences();
        requests.extend(self.ask_cut());
        let Snapshot { controls, seed, max_new, ref breakpoints, ref prompt, .. } = link.snapshot;
        let waits = !prompt.is_empty();
        requests.extend(self.change(Event::Controls(controls)));
        requests.extend(self.change(Event::Seed(seed)));
        requests.extend(self.change(Event::Restart));
        requests.extend(self.change(Event::MaxNew(max_new)));
        for &line in breakpoints {
            requests.extend(self.change(Event::Breakpoint { line, on: true }));
        }
        self.linked = Some(Linked { link, waits, ignored, strange, missing: None, former });
        requests.extend(self.take_up_link());
        requests.extend(self.tokenize());
        requests
    }

    /// Goes back to what was here before the link.
    pub fn close_link(&mut self) -> Vec<Request> {
        let former = self.linked.take().and_then(|linked| linked.former);
        let Some(former) = former else { return Vec::new() };
        let requests = self.open_link(Reading { link: *former, ignored: Vec::new() });
        match &mut self.linked {
            Some(linked) if linked.waits => linked.former = None,
            linked => *linked = None,
        }
        requests
    }

    /// The reader has read what there was to say.
    pub fn dismiss_link(&mut self) {
        self.linked.take_if(|linked| !linked.waits);
    }

    /// Shows the link's run, if the model at hand is the one that it was made with.
    pub(super) fn take_up_link(&mut self) -> Vec<Request> {
        let (Some(info), Some(linked)) = (self.shown_model().cloned(), &self.linked) else { return Vec::new() };
        // Where this model has no such layer or head, its last one.
        self.look.layer = self.look.layer.min(info.layers.saturating_sub(1));
        self.look.head = self.look.head.min(info.heads.saturating_sub(1));
        if !linked.waits {
            return self.mind_the_model(&info);
        }
        if !fits(&linked.link, &info) {
            return Vec::new();
        }
        let mut snapshot = linked.link.snapshot.clone();
        let missing = snapshot.fit(info.vocabulary.len());
        let text = linked.link.text.clone().unwrap_or_else(|| info.vocabulary.text(&snapshot.prompt));
        // What the reader has set meanwhile is newer.
        snapshot.controls = *self.generation.controls();
        snapshot.seed = self.generation.seed();
        if let Some(linked) = &mut self.linked {
            linked.waits = false;
            linked.missing = missing.map(|token| (token, info.name.clone()));
        }
        if snapshot.prompt.is_empty() {
            return Vec::new();
        }
        self.text.clone_from(&text);
        self.tokenized = Some(text);
        self.tokenizing = None;
        self.refused = None;
        self.change(Event::TakeUp(Box::new(snapshot)))
    }

    /// A run that was shown on the record's word waits again where the live model is another.
    fn mind_the_model(&mut self, info: &ModelInfo) -> Vec<Request> {
        let Some(linked) = &mut self.linked else { return Vec::new() };
        if linked.link.snapshot.prompt.is_empty() || fits(&linked.link, info) {
            return Vec::new();
        }
        linked.waits = true;
        self.tokenized = None;
        self.change(Event::Prompt(Vec::new()))
    }

    /// Whether there is something that the reader would miss.
    fn is_touched(&self) -> bool {
        let run = self.generation.leaves().first() != Some(&generation::NodeId::ROOT);
        self.text != PROMPT || run || self.has_own_texts()
    }
}

fn fits(link: &Link, info: &ModelInfo) -> bool {
    link.model.is_empty() || link.model == info.name
}
