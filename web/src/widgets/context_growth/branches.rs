//! The branches of the tree, as a list: each with its total, and where two of them part.

use generation::chain_rule::Ledger;
use generation::{Generation, NodeId, TokenId};

use crate::app::distribution_inputs::OriginKind;

/// A way from the prompt to a token that nothing follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its number, from 1, in order of making: it keeps it as it grows.
    pub number: usize,
    /// Where it ends.
    pub leaf: NodeId,
    /// The number of the branch that it parts from; `None` for the first.
    pub parent: Option<usize>,
    /// How many generated tokens it shares with that one.
    pub shared: usize,
    /// How often a branch parted on the way to it.
    pub depth: usize,
    /// Its generated tokens.
    pub tokens: Vec<TokenId>,
    /// Their total under the model; `None` while no model has said how likely one of them is.
    pub ledger: Option<Ledger>,
    /// Whether the present context is on it: of several, on the newest.
    pub current: bool,
}

/// All branches, each after the one that it parts from.
#[must_use]
pub fn branches(generation: &Generation) -> Vec<Branch> {
    let mut paths: Vec<Vec<NodeId>> = generation.leaves().into_iter().map(|leaf| generation.path(leaf)).collect();
    // At a fork, what was made first comes first.
    paths.sort();
    let mut branches: Vec<Branch> = Vec::new();
    for (i, path) in paths.iter().enumerate() {
        let shared = i.checked_sub(1).map_or(0, |before| common(&paths[before], path));
        let owner = (0..i).find(|&other| common(&paths[other], path) == shared);
        branches.push(Branch {
            number: 0,
            leaf: path.last().copied().unwrap_or(NodeId::ROOT),
            parent: owner,
            shared,
            depth: owner.map_or(0, |owner| branches[owner].depth + 1),
            tokens: path.iter().filter_map(|&id| Some(generation.node(id)?.token())).collect(),
            ledger: generation.ledger(path.last().copied().unwrap_or(NodeId::ROOT)),
            current: false,
        });
    }
    number(&mut branches, &paths);
    let tip = generation.tip();
    let on_it = |path: &Vec<NodeId>| tip == NodeId::ROOT || path.contains(&tip);
    let newest = (0..branches.len()).filter(|&i| on_it(&paths[i])).max_by_key(|&i| branches[i].number);
    if let Some(i) = newest {
        branches[i].current = true;
    }
    branches
}

/// Numbers by the first node of their own, which does not change as branches grow.
fn number(branches: &mut [Branch], paths: &[Vec<NodeId>]) {
    let own = |i: usize| paths[i].get(branches[i].shared).copied();
    let mut order: Vec<usize> = (0..branches.len()).collect();
    order.sort_by_key(|&i| own(i));
    let numbers: Vec<usize> =
        (0..branches.len()).map(|i| 1 + order.iter().position(|&other| other == i).unwrap_or(i)).collect();
    for (i, branch) in branches.iter_mut().enumerate() {
        branch.number = numbers[i];
        branch.parent = branch.parent.map(|owner| numbers[owner]);
    }
}

fn common(a: &[NodeId], b: &[NodeId]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// A token of a branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The token.
    pub token: TokenId,
    /// Natural logarithm of its probability under the model, once a model has said it.
    pub log_probability: Option<f64>,
    /// How it came.
    pub how: OriginKind,
}

/// Two branches from where they part.
#[derive(Clone, Debug, PartialEq)]
pub struct Parting {
    /// The context that both have, in tokens.
    pub position: usize,
    /// The last tokens of it.
    pub tail: Vec<TokenId>,
    /// What each goes on with.
    pub sides: [Vec<Link>; 2],
}

/// Tokens shown of the context that two branches share.
const TAIL: usize = 16;

impl Parting {
    /// Where the ways to two nodes part.
    #[must_use]
    pub fn of(generation: &Generation, nodes: [NodeId; 2]) -> Self {
        let paths = nodes.map(|node| generation.path(node));
        let shared = common(&paths[0], &paths[1]);
        let last = shared.checked_sub(1).map_or(NodeId::ROOT, |last| paths[0][last]);
        let tokens = generation.context_at(last);
        let link = |&id: &NodeId| {
            let node = generation.node(id)?;
            Some(Link {
                token: node.token(),
                log_probability: node.log_probability(),
                how: OriginKind::of(node.origin()),
            })
        };
        Self {
            position: tokens.len(),
            tail: tokens[tokens.len().saturating_sub(TAIL)..].to_vec(),
            sides: paths.map(|path| path[shared..].iter().filter_map(link).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use generation::Event;

    use super::*;
    use crate::testing::{self, Fake, VOCABULARY};

    const PROMPT: [TokenId; 3] = [3, 1, 4];

    /// Another token than `token` that is not the end of the text.
    fn other(token: TokenId) -> TokenId {
        (1..VOCABULARY).find(|&other| other != token).unwrap()
    }

    fn check(generation: &Generation) -> Vec<Branch> {
        let branches = branches(generation);
        for branch in &branches {
            let tokens = generation.context_at(branch.leaf);
            assert_eq!(branch.tokens, tokens[PROMPT.len()..]);
            let expected = testing::log_probability(&tokens, PROMPT.len());
            let ledger = branch.ledger.unwrap();
            assert!((ledger.log_probability - expected).abs() < 1e-5, "{branch:?} {expected}");
            assert_eq!(ledger.predicted, branch.tokens.len());
        }
        branches
    }

    #[test]
    fn branches_have_their_totals_and_keep_their_numbers() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        let root = check(&fake.0).remove(0);
        assert_eq!((root.number, root.leaf, root.current, root.tokens.len()), (1, NodeId::ROOT, true, 0));
        let first = fake.generate(8);
        let leaf = fake.0.tip();
        let path = fake.0.path(leaf);
        // Another token at the third position.
        fake.apply(Event::Force { after: path[1], token: other(first[5]) });
        fake.generate(2);
        let [a, b] = &check(&fake.0)[..] else { panic!("two branches") };
        assert_eq!((a.number, a.leaf, a.parent, a.current), (1, leaf, None, false));
        assert_eq!((b.number, b.parent, b.shared, b.depth, b.current), (2, Some(1), 2, 1, true));
        assert_eq!(b.tokens[2], other(first[5]));
        let b = b.clone();
        // A third one, later on the first.
        fake.apply(Event::Force { after: path[4], token: other(first[8]) });
        let numbers: Vec<_> =
            check(&fake.0).iter().map(|branch| (branch.number, branch.parent, branch.shared)).collect();
        assert_eq!(numbers, [(1, None, 0), (3, Some(1), 5), (2, Some(1), 2)]);
        fake.apply(Event::Undo);
        let back = check(&fake.0);
        assert!(back.iter().find(|branch| branch.leaf == b.leaf).is_some_and(|branch| branch.current));
        fake.apply(Event::Select(leaf));
        let chosen: Vec<_> = check(&fake.0).into_iter().filter(|branch| branch.current).collect();
        assert_eq!((chosen.len(), chosen[0].number), (1, 1));
        assert_eq!(fake.0.context(), first);
    }

    #[test]
    fn two_branches_are_compared_from_where_they_part() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        let first = fake.generate(8);
        let leaf = fake.0.tip();
        let path = fake.0.path(leaf);
        fake.apply(Event::Force { after: path[1], token: other(first[5]) });
        let second = fake.generate(1);
        let parting = Parting::of(&fake.0, [leaf, fake.0.tip()]);
        assert_eq!((parting.position, &*parting.tail), (5, &first[..5]));
        for (side, tokens) in parting.sides.iter().zip([&first, &second]) {
            assert_eq!(side.iter().map(|link| link.token).collect::<Vec<_>>(), tokens[5..]);
            for (i, link) in side.iter().enumerate() {
                let expected = testing::probabilities(&tokens[..5 + i], 1.0)[link.token as usize];
                assert!((link.log_probability.unwrap().exp() - expected).abs() < 1e-6);
            }
        }
        assert_eq!(parting.sides[1][0].how, OriginKind::Chosen);
    }
}
