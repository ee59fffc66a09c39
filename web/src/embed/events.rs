//! What a host that asked for it is told: which step is on show, which tokens joined, and that all began anew.

use generation::protocol::Vocabulary;
use generation::tree::Origin;
use generation::{Generation, Line, NodeId, Stage, TokenId};

/// Tokens told in one message; a fast run may have made more since the last one.
const MOST: usize = 64;

/// The part of the loop's state that is told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    stage: Stage,
    line: Line,
    prompt: Vec<TokenId>,
    /// The present branch's places.
    path: Vec<NodeId>,
    /// The newest place that was ever seen.
    newest: Option<NodeId>,
}

/// A token that has joined the context.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// Its place in the context, from 0.
    pub position: usize,
    /// Its number.
    pub token: TokenId,
    /// Its text.
    pub text: String,
    /// How it came: `drawn`, `altered`, `forced` or `linked`.
    pub how: &'static str,
    /// How likely the model found it, where that is known.
    pub probability: Option<f64>,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Another stage or line is on show.
    Step {
        /// The stage.
        stage: &'static str,
        /// The line of the loop, from 1.
        line: usize,
    },
    /// Tokens have joined the context, the newest last; there may have been more before them.
    Tokens(Vec<Joined>),
    /// There is another prompt, or the lesson's start.
    Reset,
}

impl Seen {
    /// What is to be seen now.
    #[must_use]
    pub fn of(generation: &Generation, before: Option<&Self>) -> Self {
        let path = generation.path(generation.tip());
        // Another prompt's places have the same names.
        let kept = before.filter(|before| before.prompt == generation.prompt()).and_then(|before| before.newest);
        let kept = kept.filter(|&newest| generation.node(newest).is_some());
        Self {
            stage: generation.stage(),
            line: generation.line(),
            prompt: generation.prompt().to_vec(),
            newest: path.last().copied().max(kept),
            path,
        }
    }

    /// What has happened since `before`.
    #[must_use]
    pub fn since(&self, before: &Self, generation: &Generation, vocabulary: Option<&Vocabulary>) -> Vec<Told> {
        let mut told = Vec::new();
        let anew =
            self.prompt != before.prompt || self.path.is_empty() && !before.path.is_empty() && self.newest.is_none();
        if anew && !before.prompt.is_empty() {
            told.push(Told::Reset);
        }
        let known = if anew { None } else { before.newest };
        let fresh: Vec<NodeId> = self.path.iter().copied().filter(|&node| Some(node) > known).collect();
        let joined: Vec<Joined> = fresh[fresh.len().saturating_sub(MOST)..]
            .iter()
            .filter_map(|&node| joined(generation, node, vocabulary))
            .collect();
        if !joined.is_empty() {
            told.push(Told::Tokens(joined));
        }
        if (self.stage, self.line) != (before.stage, before.line) {
            told.push(Told::Step { stage: self.stage.name(), line: self.line as usize + 1 });
        }
        told
    }
}

fn joined(generation: &Generation, id: NodeId, vocabulary: Option<&Vocabulary>) -> Option<Joined> {
    let node = generation.node(id)?;
    let how = match node.origin() {
        Origin::Given => return None,
        Origin::Sampled { .. } => "drawn",
        Origin::Altered { .. } => "altered",
        Origin::Forced => "forced",
        Origin::Carried { .. } => "linked",
    };
    Some(Joined {
        position: generation.position(id).saturating_sub(1),
        token: node.token(),
        text: vocabulary.map(|vocabulary| vocabulary.text(&[node.token()])).unwrap_or_default(),
        how,
        probability: node.log_probability().map(f64::exp),
    })
}

#[cfg(test)]
mod tests {
    use generation::Event;

    use super::*;
    use crate::fake::{Fake, vocabulary};

    /// What a host hears of each change.
    struct Ear(Seen);

    impl Ear {
        fn hear(&mut self, fake: &Fake) -> Vec<Told> {
            let now = Seen::of(&fake.0, Some(&self.0));
            let told = now.since(&self.0, &fake.0, Some(&vocabulary()));
            self.0 = now;
            told
        }
    }

    fn tokens(told: &[Told]) -> Vec<(usize, TokenId, &'static str)> {
        let lists = told.iter().filter_map(|told| if let Told::Tokens(list) = told { Some(list) } else { None });
        lists.flatten().map(|joined| (joined.position, joined.token, joined.how)).collect()
    }

    #[test]
    fn each_token_is_told_once() {
        let mut fake = Fake::with_run(&[1, 2], 6);
        let mut ear = Ear(Seen::of(&fake.0, None));
        fake = Fake(fake.0);
        let context = fake.generate(3);
        // The run of the search above was made before.
        assert!(ear.hear(&fake).len() <= 2);
        let before = context.len();
        fake.apply(Event::NextToken);
        let token = *fake.0.context().last().unwrap();
        let told = ear.hear(&fake);
        assert_eq!(tokens(&told), [(before, token, "drawn")]);
        assert_eq!(ear.hear(&fake), []);
        fake.apply(Event::Undo);
        assert_eq!(tokens(&ear.hear(&fake)), []);
        let after = fake.0.tip();
        let other = if token == 5 { 6 } else { 5 };
        fake.apply(Event::Force { after, token: other });
        assert_eq!(tokens(&ear.hear(&fake)), [(before, other, "forced")]);
    }

    #[test]
    fn another_prompt_is_a_new_beginning() {
        let mut fake = Fake::with_run(&[1, 2], 6);
        fake.generate(4);
        let mut ear = Ear(Seen::of(&fake.0, None));
        fake.apply(Event::Prompt(vec![3, 4]));
        assert_eq!(ear.hear(&fake)[0], Told::Reset);
        fake.apply(Event::Force { after: NodeId::ROOT, token: 7 });
        assert_eq!(tokens(&ear.hear(&fake)), [(2, 7, "forced")]);
    }

    #[test]
    fn steps_are_told() {
        let mut fake = Fake::with_run(&[1, 2], 6);
        let mut ear = Ear(Seen::of(&fake.0, None));
        fake.apply(Event::Advance);
        let told = ear.hear(&fake);
        assert!(matches!(told[..], [Told::Step { stage: "embedding", .. }]), "{told:?}");
    }
}
