//! The loop's state without what a model says of it: what a link carries, and what the loop can be set to.

use std::collections::BTreeSet;

use crate::line::Line;
use crate::sampling::{Controls, UNNAMED};
use crate::stage::Stage;
use crate::step::TokenId;
use crate::tree::{Alterations, Origin};

/// The loop's state as plain data. [`Default`] is a loop without a prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The prompt's tokens.
    pub prompt: Vec<TokenId>,
    /// What is set for the token after the prompt.
    pub root: Ahead,
    /// The tokens after it, in order of their making; number 1 is the first.
    pub made: Vec<Made>,
    /// Number of the token at which the present context ends; 0 is the prompt.
    pub tip: usize,
    /// The open stage.
    pub stage: Stage,
    /// The line that has been run.
    pub line: Line,
    /// The lines at which a run halts.
    pub breakpoints: BTreeSet<Line>,
    /// How many tokens one call of the loop makes.
    pub max_new: usize,
    /// The context's length when the present call of the loop began.
    pub called_at: usize,
    /// The sampling controls.
    pub controls: Controls,
    /// The seed of all coins.
    pub seed: u64,
}

/// A token after the prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// Number of the token before it; 0 is the prompt.
    pub parent: usize,
    /// The token.
    pub token: TokenId,
    /// How it came: [`Origin::Forced`], or [`Origin::Drawn`] without the draw, which the model at hand makes again.
    pub origin: Origin,
    /// What is set for the token after it.
    pub ahead: Ahead,
}

/// What is set for the token that comes next at a place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ahead {
    /// How often its coin was thrown again.
    pub redraws: u64,
    /// The logits that the reader has set.
    pub altered: Alterations,
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            prompt: Vec::new(),
            root: Ahead::default(),
            made: Vec::new(),
            tip: 0,
            stage: Stage::Context,
            line: Line::Copy,
            breakpoints: BTreeSet::new(),
            max_new: crate::limits::MAX_NEW,
            called_at: 0,
            controls: Controls::default(),
            seed: 0,
        }
    }
}

impl Controls {
    /// Whether a reader could have set them.
    #[must_use]
    pub fn are_sound(&self) -> bool {
        let Self { temperature, top_p, min_p, repetition_penalty, .. } = *self;
        let share = |share: f32| (0.0..=1.0).contains(&share);
        let penalty = repetition_penalty > 0.0 && repetition_penalty.is_finite();
        temperature >= 0.0 && share(top_p) && share(min_p) && penalty
    }
}

impl Snapshot {
    /// How many tokens the context up to a token has, `None` if the way to it is broken.
    #[must_use]
    pub fn position(&self, mut number: usize) -> Option<usize> {
        let mut position = self.prompt.len();
        while number > 0 {
            let parent = self.made.get(number - 1)?.parent;
            position += 1;
            // Each comes after its parent: the way back ends.
            number = Some(parent).filter(|&parent| parent < number)?;
        }
        Some(position)
    }

    /// Whether everything fits together.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let place = self.position(self.tip);
        let call = self.prompt.len()..=place.unwrap_or(0);
        place.is_some()
            && (self.made.is_empty() || !self.prompt.is_empty())
            && call.contains(&self.called_at)
            && self.max_new > 0
            && self.controls.are_sound()
            && self.root.is_sound()
            && !self.prompt.contains(&UNNAMED)
            && self.has_sound_tree()
    }

    fn has_sound_tree(&self) -> bool {
        let mut children = BTreeSet::new();
        self.made.iter().enumerate().all(|(before, made)| {
            let fresh = children.insert((made.parent, made.token));
            fresh && made.parent <= before && made.token != UNNAMED && made.ahead.is_sound() && is_sound(&made.origin)
        })
    }

    /// Leaves out what a vocabulary of `size` tokens does not have: all that was made from the first such token on, or,
    /// where it is in the prompt, the whole run. That token.
    pub fn fit(&mut self, size: usize) -> Option<TokenId> {
        let strange = |&token: &TokenId| token as usize >= size;
        if let Some(token) = self.prompt.iter().copied().find(strange) {
            let Self { controls, seed, max_new, breakpoints, .. } = std::mem::take(self);
            *self = Self { controls, seed, max_new, breakpoints, ..Self::default() };
            return Some(token);
        }
        let place = self.made.iter().position(|made| strange(&made.token))?;
        let token = self.made[place].token;
        self.cut(place);
        Some(token)
    }

    /// Leaves the first `count` tokens after the prompt; the present context ends where it still can.
    pub fn cut(&mut self, count: usize) {
        while self.tip > count {
            self.tip = self.made.get(self.tip - 1).map_or(0, |made| made.parent.min(self.tip - 1));
        }
        self.made.truncate(count);
        self.called_at = self.called_at.min(self.position(self.tip).unwrap_or(0)).max(self.prompt.len());
    }
}

impl Ahead {
    fn is_sound(&self) -> bool {
        are_numbers(&self.altered)
    }
}

fn is_sound(origin: &Origin) -> bool {
    match origin {
        Origin::Prompt => false,
        Origin::Forced => true,
        Origin::Drawn { draw, controls, altered, .. } => draw.is_none() && controls.are_sound() && are_numbers(altered),
    }
}

fn are_numbers(logits: &Alterations) -> bool {
    logits.values().all(|logit| !logit.is_nan())
}
