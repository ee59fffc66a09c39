//! The link that a page was opened with, and the link to what it shows.
//!
//! What needs no model is set at once: text, controls, seed, the widgets' options. The run needs one whose tokens it has:
//! the record's will do, until then and for another model's it waits.

use generation::lesson::PROMPT;
use generation::link::{Ignored, Link, Reading};
use generation::protocol::ModelInfo;
use generation::snapshot::Snapshot;
use generation::{Event, TokenId};

use crate::Session;
use crate::in_flight::Purpose;
use crate::inspections::InspectorFocus;
use crate::kv_cost::KvCost;
use crate::toy_logits::ToyLogits;

/// What became of a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenedLink {
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

impl OpenedLink {
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
    pub fn opened_link(&self) -> Option<&OpenedLink> {
        self.link.as_ref()
    }

    /// The link to what the page shows.
    #[must_use]
    pub fn link(&self) -> Link {
        let waiting = self.link.as_ref().filter(|opened| opened.waits);
        let mut link = match waiting {
            // What the link says of a run that is not here yet stays true.
            Some(opened) => opened.link.clone(),
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
        link.text = Some(self.prompt.text.clone());
        link.options = self.options();
        link
    }

    /// Opens a link in the place of what is here.
    pub fn open_link(&mut self, reading: Reading) {
        let Reading { mut link, ignored } = reading;
        let refused = ignored.iter().any(|ignored| matches!(ignored, Ignored::Length(_) | Ignored::Version(_)));
        if refused {
            self.link = Some(OpenedLink { ignored, ..OpenedLink::default() });
            return;
        }
        let former = self.is_touched().then(|| Box::new(self.link()));
        self.pause();
        self.queued.clear();
        if let Some(text) = &link.text {
            self.prompt.text.clone_from(text);
        }
        self.toy_logits = ToyLogits::default();
        self.focus = InspectorFocus::default();
        self.reset_texts();
        self.set_window(KvCost::default().window_choice());
        let options = std::mem::take(&mut link.options);
        let strange: Vec<String> = options
            .into_iter()
            .filter(|(key, value)| self.set_option(key, value).is_none())
            .map(|(key, _)| key)
            .collect();
        self.settle_sequences();
        self.encode_tokenizer_text();
        let Snapshot { controls, seed, max_new, ref breakpoints, ref prompt, .. } = link.snapshot;
        let waits = !prompt.is_empty();
        self.change(Event::Controls(controls));
        self.change(Event::Seed(seed));
        self.change(Event::Restart);
        self.change(Event::MaxNew(max_new));
        for &line in breakpoints {
            self.change(Event::Breakpoint { line, on: true });
        }
        self.link = Some(OpenedLink { link, waits, ignored, strange, missing: None, former });
        self.take_up_link();
        self.tokenize();
    }

    /// Goes back to what was here before the link.
    pub fn close_link(&mut self) {
        let former = self.link.take().and_then(|link| link.former);
        let Some(former) = former else { return };
        self.open_link(Reading { link: *former, ignored: Vec::new() });
        match &mut self.link {
            Some(link) if link.waits => link.former = None,
            link => *link = None,
        }
    }

    /// The reader has read what there was to say.
    pub fn dismiss_link(&mut self) {
        self.link.take_if(|link| !link.waits);
    }

    /// Shows the link's run, if the model at hand is the one that it was made with.
    pub(crate) fn take_up_link(&mut self) {
        let (Some(info), Some(opened)) = (self.shown_model().cloned(), &self.link) else { return };
        // Where this model has no such layer or head, its last one.
        self.focus.layer = self.focus.layer.min(info.layers.saturating_sub(1));
        self.focus.head = self.focus.head.min(info.heads.saturating_sub(1));
        if !opened.waits {
            return self.sync_link_model(&info);
        }
        if !fits(&opened.link, &info) {
            return;
        }
        let mut snapshot = opened.link.snapshot.clone();
        let missing = snapshot.fit(info.vocabulary.len());
        let text = opened.link.text.clone().unwrap_or_else(|| info.vocabulary.text(&snapshot.prompt));
        // What the reader has set meanwhile is newer.
        snapshot.controls = *self.generation.controls();
        snapshot.seed = self.generation.seed();
        if let Some(opened) = &mut self.link {
            opened.waits = false;
            opened.missing = missing.map(|token| (token, info.name.clone()));
        }
        if snapshot.prompt.is_empty() {
            return;
        }
        self.prompt.text.clone_from(&text);
        self.prompt.encoded = Some(text);
        self.prompt.refused = None;
        self.in_flight.forget(|purpose| matches!(purpose, Purpose::EncodePrompt(_)));
        self.change(Event::TakeUp(Box::new(snapshot)));
    }

    /// A run that was shown on the record's word waits again where the live model is another.
    fn sync_link_model(&mut self, info: &ModelInfo) {
        let Some(opened) = &mut self.link else { return };
        if opened.link.snapshot.prompt.is_empty() || fits(&opened.link, info) {
            return;
        }
        opened.waits = true;
        self.prompt.encoded = None;
        self.change(Event::Prompt(Vec::new()));
    }

    /// Whether there is something that the reader would miss.
    fn is_touched(&self) -> bool {
        let run = self.generation.leaves().first() != Some(&generation::NodeId::ROOT);
        self.prompt.text != PROMPT || run || self.has_own_texts()
    }
}

fn fits(link: &Link, info: &ModelInfo) -> bool {
    link.model.is_empty() || link.model == info.name
}
