//! What the parts of the widget share.

use generation::Event;
use generation::protocol::ModelInfo;
use leptos::prelude::*;

use super::axis::rounded;
use super::model::{Bar, Chart, Who};
use crate::app::store::Store;
use crate::components::token::TokenText;
use crate::i18n::token_text::{spoken, visible};
use crate::t;
use session::Session;

/// A handle on the six.
#[derive(Clone, Copy)]
pub struct LogitBars {
    /// The page.
    pub store: Store,
    /// Whether they are the model's.
    pub from_model: Memo<bool>,
    /// What is on show.
    pub chart: Memo<Chart>,
    /// Whether the model's logits can be set just now.
    pub can_set: Memo<bool>,
    /// What a screen reader hears of the last change.
    pub said: RwSignal<String>,
}

impl LogitBars {
    /// One of the bars.
    #[must_use]
    pub fn bar(self, index: usize) -> Memo<Option<Bar>> {
        Memo::new(move |_| self.chart.with(|chart| chart.bars.get(index).copied()))
    }

    /// Who has a bar.
    #[must_use]
    pub fn who(self, index: usize) -> Memo<Option<Who>> {
        Memo::new(move |_| self.chart.with(|chart| chart.bars.get(index).map(|bar| bar.who)))
    }

    /// Whether bars can be dragged.
    #[must_use]
    pub fn is_free(self) -> bool {
        !self.from_model.get() || self.can_set.get()
    }

    /// Sets a bar's logit; `false` where it cannot be set just now.
    pub fn set(self, index: usize, logit: f64) -> bool {
        let who = self.chart.with_untracked(|chart| chart.bars.get(index).map(|bar| bar.who));
        match who {
            Some(Who::Word(index)) => self.store.change_toy_logits(|classes| classes.set(index, logit)),
            Some(Who::Token(token)) if self.can_set.get_untracked() => {
                self.store.dispatch(Event::Alter { token, logit: Some(logit as f32) });
            }
            _ => return false,
        }
        true
    }

    /// [`Self::set`], where nobody waits for an answer.
    pub fn put(self, index: usize, logit: f64) {
        let _ = self.set(index, logit);
    }

    /// Gives a token's logit back to the model.
    pub fn give_back(self, index: usize) {
        let who = self.chart.with_untracked(|chart| chart.bars.get(index).map(|bar| bar.who));
        if let Some(Who::Token(token)) = who.filter(|_| self.can_set.get_untracked()) {
            self.store.dispatch(Event::Alter { token, logit: None });
            self.say(index);
        }
    }

    /// Says what a bar's last change has led to.
    pub fn say(self, index: usize) {
        let words = self.chart.with_untracked(|chart| {
            let bar = chart.bars.get(index)?;
            let (sign, probability) = rounded(bar.probability, 3);
            Some(t!("softmax-said", word = self.spoken(bar.who), sign = sign, probability = probability))
        });
        self.said.set(words.unwrap_or_default());
    }

    /// A name for the ear.
    #[must_use]
    pub fn spoken(self, who: Who) -> String {
        self.store.selectors.info.with_untracked(|info| name(who, info.as_deref(), spoken))
    }

    /// A name for the eye.
    #[must_use]
    pub fn visible(self, who: Who) -> String {
        self.store.selectors.info.with(|info| name(who, info.as_deref(), visible))
    }
}

/// Logits belong to what comes next: not while that is being made already, and not in a run.
#[must_use]
pub fn can_set(session: &Session) -> bool {
    session.can_draw()
}

fn name(who: Who, info: Option<&ModelInfo>, show: fn(&[u8]) -> String) -> String {
    match (who, info) {
        (Who::Word(index), _) => word(index),
        (Who::Token(token), Some(info)) => show(info.vocabulary.bytes(token)),
        (Who::Token(token), None) => token.to_string(),
    }
}

fn word(index: usize) -> String {
    match index {
        0 => t!("softmax-word-roof"),
        1 => t!("softmax-word-sofa"),
        2 => t!("softmax-word-floor"),
        3 => t!("softmax-word-window"),
        4 => t!("softmax-word-bed"),
        _ => t!("softmax-word-water"),
    }
}

/// A word, or a token with everything visible.
#[component]
pub fn Name(
    /// Whose name; nobody's leaves a gap.
    who: Memo<Option<Who>>,
) -> impl IntoView {
    move || match who.get() {
        Some(Who::Word(index)) => view! { <span>{word(index)}</span> }.into_any(),
        Some(Who::Token(token)) => view! { <TokenText token=Signal::derive(move || Some(token))/> }.into_any(),
        None => view! { <span>"–"</span> }.into_any(),
    }
}
