//! The branches of the tree as a list, each with its totals, and the fork of two of them.

use generation::chain_rule::Ledger;
use generation::tree::{Node, Origin};
use generation::{Generation, NodeId, TokenId};

/// A path from the prompt to a leaf of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its number, from 1, in the order of creation; it does not change as branches grow.
    pub number: usize,
    /// Its last node.
    pub leaf: NodeId,
    /// The number of the branch that it forks from; `None` for the first.
    pub parent: Option<usize>,
    /// How many generated tokens it shares with that one.
    pub shared: usize,
    /// How many forks lie on its path.
    pub depth: usize,
    /// How many generated tokens it has.
    pub length: usize,
    /// The part of its generated tokens that the list shows: its last ones, and in any case the first of its own.
    pub excerpt: Vec<TokenId>,
    /// The place of the excerpt's first token among the generated ones.
    pub excerpt_start: usize,
    /// The totals of its tokens under the model; `None` while a probability is unknown.
    pub ledger: Option<Ledger>,
    /// Whether the present context is on it; of several such branches, the newest.
    pub current: bool,
}

impl Branch {
    fn new(parent: Option<usize>, shared: usize, depth: usize) -> Self {
        Self {
            number: 0,
            leaf: NodeId::ROOT,
            parent,
            shared,
            depth,
            length: 0,
            excerpt: Vec::new(),
            excerpt_start: 0,
            ledger: None,
            current: false,
        }
    }
}

/// Tokens in a branch's excerpt: so many of its last ones, and at most twice as many.
const EXCERPT: usize = 14;

/// All branches, each after the one that it forks from.
#[must_use]
pub fn branches(generation: &Generation) -> Vec<Branch> {
    walk(generation, |_| {})
}

/// A depth-first walk over the tree: each node once, the first child of a node on the branch of its parent, any other child
/// on a branch of its own. `on_node` is called for each node.
fn walk(generation: &Generation, mut on_node: impl FnMut(NodeId)) -> Vec<Branch> {
    let mut branches = vec![Branch::new(None, 0, 0)];
    // The first node that a branch shares with none before it.
    let mut starts = vec![NodeId::ROOT];
    let mut path: Vec<TokenId> = Vec::new();
    let mut ledgers = vec![Some(Ledger::default())];
    let mut through_tip = Vec::new();
    let mut tip_length = None;
    let mut open = vec![(NodeId::ROOT, 0, 0, true)];
    while let Some((id, length, parent, is_first)) = open.pop() {
        on_node(id);
        let mut index = parent;
        if !is_first {
            index = branches.len();
            branches.push(Branch::new(Some(parent), length - 1, branches[parent].depth + 1));
            starts.push(id);
        }
        path.truncate(length.saturating_sub(1));
        ledgers.truncate(length.max(1));
        if let Some(node) = generation.node(id).filter(|_| length > 0) {
            path.push(node.token());
            ledgers.push(ledgers[length - 1].zip(node.log_probability()).map(|(ledger, ln)| ledger.with(Some(ln))));
        }
        // Outside the tip's subtree again.
        tip_length = tip_length.filter(|&tip| length > tip);
        if id == generation.tip() {
            tip_length = Some(length);
        }
        let children = generation.node(id).map_or(&[][..], Node::children);
        open.extend(children.iter().enumerate().rev().map(|(i, &child)| (child, length + 1, index, i == 0)));
        if children.is_empty() {
            let branch = &mut branches[index];
            (branch.leaf, branch.length, branch.ledger) = (id, length, ledgers[length]);
            branch.excerpt_start = length.saturating_sub(EXCERPT).min(branch.shared);
            branch.excerpt = path[branch.excerpt_start..length.min(branch.excerpt_start + 2 * EXCERPT)].to_vec();
            through_tip.extend(tip_length.map(|_| index));
        }
    }
    number(&mut branches, &starts);
    if let Some(newest) = through_tip.into_iter().max_by_key(|&index| branches[index].number) {
        branches[newest].current = true;
    }
    branches
}

/// Numbers the branches by the first node of their own, which does not change as branches grow.
fn number(branches: &mut [Branch], starts: &[NodeId]) {
    let mut order: Vec<usize> = (0..branches.len()).collect();
    order.sort_unstable_by_key(|&index| starts[index]);
    for (number, &index) in order.iter().enumerate() {
        branches[index].number = number + 1;
    }
    for index in 0..branches.len() {
        branches[index].parent = branches[index].parent.map(|parent| branches[parent].number);
    }
}

fn common(a: &[NodeId], b: &[NodeId]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

/// A token of one of the two branches.
#[derive(Clone, Debug, PartialEq)]
pub struct ForkToken {
    /// The token.
    pub token: TokenId,
    /// Natural logarithm of its probability under the model, once a model has said it.
    pub log_probability: Option<f64>,
    /// How it came.
    pub origin: Origin,
}

/// The fork of two branches, and what follows on each.
#[derive(Clone, Debug, PartialEq)]
pub struct Fork {
    /// The length of the context that both share, in tokens.
    pub position: usize,
    /// The last tokens of it.
    pub tail: Vec<TokenId>,
    /// The tokens of each after the fork.
    pub sides: [Vec<ForkToken>; 2],
}

/// Tokens shown of the context that two branches share.
const TAIL: usize = 16;

impl Fork {
    /// The fork of the paths to two nodes.
    #[must_use]
    pub fn of(generation: &Generation, nodes: [NodeId; 2]) -> Self {
        let paths = nodes.map(|node| generation.path(node));
        let shared = common(&paths[0], &paths[1]);
        let last = shared.checked_sub(1).map_or(NodeId::ROOT, |last| paths[0][last]);
        let tokens = generation.context_at(last);
        let link = |&id: &NodeId| {
            let node = generation.node(id)?;
            Some(ForkToken {
                token: node.token(),
                log_probability: node.log_probability(),
                origin: node.origin().clone(),
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
            let generated = &tokens[PROMPT.len()..];
            assert_eq!(branch.length, generated.len());
            assert_eq!(branch.excerpt, generated[branch.excerpt_start..][..branch.excerpt.len()]);
            assert!(branch.excerpt_start + branch.excerpt.len() > branch.shared || branch.length == branch.shared);
            let expected = testing::log_probability(&tokens, PROMPT.len());
            let ledger = branch.ledger.unwrap();
            assert!((ledger.log_probability - expected).abs() < 1e-5, "{branch:?} {expected}");
            assert_eq!(ledger.predicted, branch.length);
        }
        branches
    }

    #[test]
    fn branches_have_their_totals_and_keep_their_numbers() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        let root = check(&fake.0).remove(0);
        assert_eq!((root.number, root.leaf, root.current, root.length), (1, NodeId::ROOT, true, 0));
        let first = fake.generate(8);
        let leaf = fake.0.tip();
        let path = fake.0.path(leaf);
        // Another token at the third position.
        fake.apply(Event::Force { after: path[1], token: other(first[5]) });
        fake.generate(2);
        let [a, b] = &check(&fake.0)[..] else { panic!("two branches") };
        assert_eq!((a.number, a.leaf, a.parent, a.current), (1, leaf, None, false));
        assert_eq!((b.number, b.parent, b.shared, b.depth, b.current), (2, Some(1), 2, 1, true));
        assert_eq!((b.excerpt_start, b.excerpt[2]), (0, other(first[5])));
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
    fn a_thousand_branches_take_one_step_a_node() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        fake.generate(8);
        let mut nodes = 8;
        let mut expected = 1;
        while expected < 1_000 {
            // Every other token after the tip's parent, then on from the last of them.
            let tip = fake.0.tip();
            let (after, token) = {
                let node = fake.0.node(tip).unwrap();
                (node.parent().unwrap(), node.token())
            };
            for sibling in (1..VOCABULARY).filter(|&sibling| sibling != token) {
                fake.apply(Event::Force { after, token: sibling });
                (nodes, expected) = (nodes + 1, expected + 1);
            }
            let tip = fake.0.tip();
            fake.apply(Event::Force { after: tip, token: 1 });
            nodes += 1;
        }
        let mut steps = 0;
        let branches = walk(&fake.0, |_| steps += 1);
        assert_eq!(branches.len(), expected);
        // With the root.
        assert_eq!(steps, nodes + 1);
        assert!(branches.iter().all(|branch| branch.excerpt.len() <= 2 * EXCERPT));
        assert_eq!(branches.iter().filter(|branch| branch.current).count(), 1);
    }

    #[test]
    fn two_branches_are_compared_from_where_they_part() {
        let mut fake = Fake::with_run(&PROMPT, 8);
        let first = fake.generate(8);
        let leaf = fake.0.tip();
        let path = fake.0.path(leaf);
        fake.apply(Event::Force { after: path[1], token: other(first[5]) });
        let second = fake.generate(1);
        let fork = Fork::of(&fake.0, [leaf, fake.0.tip()]);
        assert_eq!((fork.position, &*fork.tail), (5, &first[..5]));
        for (side, tokens) in fork.sides.iter().zip([&first, &second]) {
            assert_eq!(side.iter().map(|link| link.token).collect::<Vec<_>>(), tokens[5..]);
            for (i, link) in side.iter().enumerate() {
                let expected = testing::probabilities(&tokens[..5 + i], 1.0)[link.token as usize];
                assert!((link.log_probability.unwrap().exp() - expected).abs() < 1e-6);
            }
        }
        assert_eq!(fork.sides[1][0].origin, Origin::Forced);
    }
}
