//! The events for a host that has asked for them: the step shown, tokens that have joined the context, resets.

use generation::protocol::Vocabulary;
use generation::tree::Origin;
use generation::{Generation, Line, NodeId, Stage, TokenId};

/// Tokens in one message at most; a fast run may have made more since the last one.
const MOST: usize = 64;

/// The part of the loop's state that events are derived from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoopState {
    stage: Stage,
    line: Line,
    prompt: Vec<TokenId>,
    /// The present branch's places.
    path: Vec<NodeId>,
    /// The newest node so far.
    newest: Option<NodeId>,
}

/// A token that has joined the context.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinedToken {
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

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub enum HostEvent {
    /// Another stage or line is on show.
    Step {
        /// The stage.
        stage: &'static str,
        /// The line of the loop, from 1.
        line: usize,
    },
    /// Tokens have joined the context, the newest last; there may have been more before them.
    Tokens(Vec<JoinedToken>),
    /// There is another prompt, or the lesson's start.
    Reset,
}

impl LoopState {
    /// The present state; `before` is the one before it.
    #[must_use]
    pub fn of(generation: &Generation, before: Option<&Self>) -> Self {
        let path = generation.path(generation.tip());
        // Nodes of another prompt have the same ids.
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

    /// The events since `before`.
    #[must_use]
    pub fn since(&self, before: &Self, generation: &Generation, vocabulary: Option<&Vocabulary>) -> Vec<HostEvent> {
        let mut events = Vec::new();
        let is_new =
            self.prompt != before.prompt || self.path.is_empty() && !before.path.is_empty() && self.newest.is_none();
        if is_new && !before.prompt.is_empty() {
            events.push(HostEvent::Reset);
        }
        let known = if is_new { None } else { before.newest };
        let fresh: Vec<NodeId> = self.path.iter().copied().filter(|&node| Some(node) > known).collect();
        let joined: Vec<JoinedToken> = fresh[fresh.len().saturating_sub(MOST)..]
            .iter()
            .filter_map(|&node| joined(generation, node, vocabulary))
            .collect();
        if !joined.is_empty() {
            events.push(HostEvent::Tokens(joined));
        }
        if (self.stage, self.line) != (before.stage, before.line) {
            events.push(HostEvent::Step { stage: self.stage.name(), line: self.line as usize + 1 });
        }
        events
    }
}

fn joined(generation: &Generation, id: NodeId, vocabulary: Option<&Vocabulary>) -> Option<JoinedToken> {
    let node = generation.node(id)?;
    let how = match node.origin() {
        Origin::Prompt => return None,
        Origin::Forced => "forced",
        Origin::Drawn { draw: None, .. } => "linked",
        Origin::Drawn { altered, .. } if altered.is_empty() => "drawn",
        Origin::Drawn { .. } => "altered",
    };
    Some(JoinedToken {
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
    use crate::testing::{Fake, vocabulary};

    /// Derives the events of each change.
    struct Observer(LoopState);

    impl Observer {
        fn events(&mut self, fake: &Fake) -> Vec<HostEvent> {
            let now = LoopState::of(&fake.0, Some(&self.0));
            let events = now.since(&self.0, &fake.0, Some(&vocabulary()));
            self.0 = now;
            events
        }
    }

    fn tokens(events: &[HostEvent]) -> Vec<(usize, TokenId, &'static str)> {
        let lists =
            events.iter().filter_map(|event| if let HostEvent::Tokens(list) = event { Some(list) } else { None });
        lists.flatten().map(|joined| (joined.position, joined.token, joined.how)).collect()
    }

    #[test]
    fn each_token_is_in_one_event() {
        let mut fake = Fake::with_run(&[1, 2], 6);
        let mut observer = Observer(LoopState::of(&fake.0, None));
        fake = Fake(fake.0);
        let context = fake.generate(3);
        // The run of the search above was made before.
        assert!(observer.events(&fake).len() <= 2);
        let before = context.len();
        fake.apply(Event::NextToken);
        let token = *fake.0.context().last().unwrap();
        let events = observer.events(&fake);
        assert_eq!(tokens(&events), [(before, token, "drawn")]);
        assert_eq!(observer.events(&fake), []);
        fake.apply(Event::Undo);
        assert_eq!(tokens(&observer.events(&fake)), []);
        let after = fake.0.tip();
        let other = if token == 5 { 6 } else { 5 };
        fake.apply(Event::Force { after, token: other });
        assert_eq!(tokens(&observer.events(&fake)), [(before, other, "forced")]);
    }

    #[test]
    fn another_prompt_is_a_new_beginning() {
        let mut fake = Fake::with_run(&[1, 2], 6);
        fake.generate(4);
        let mut observer = Observer(LoopState::of(&fake.0, None));
        fake.apply(Event::Prompt(vec![3, 4]));
        assert_eq!(observer.events(&fake)[0], HostEvent::Reset);
        fake.apply(Event::Force { after: NodeId::ROOT, token: 7 });
        assert_eq!(tokens(&observer.events(&fake)), [(2, 7, "forced")]);
    }

    #[test]
    fn steps_are_events() {
        let mut fake = Fake::with_run(&[1, 2], 6);
        let mut observer = Observer(LoopState::of(&fake.0, None));
        fake.apply(Event::Advance);
        let events = observer.events(&fake);
        assert!(matches!(events[..], [HostEvent::Step { stage: "embedding", .. }]), "{events:?}");
    }
}
