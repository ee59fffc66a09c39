//! What each event does, as the observer expects it.

use super::*;

impl World {
    pub(super) fn begin(&mut self, event: Event) {
        self.kept.clear();
        self.altered.clear();
        let request = self.generation.apply(event);
        self.note(request);
        self.places.clear();
        assert_eq!(self.nodes(), [NodeId::ROOT]);
        let generation = &self.generation;
        assert_eq!(
            (generation.tip(), generation.stage(), generation.line()),
            (NodeId::ROOT, Stage::Context, Line::Copy)
        );
        assert_eq!((generation.made(), generation.running()), (0, false));
    }

    pub(super) fn restart(&mut self) {
        let root = self.generation.node(NodeId::ROOT).unwrap().result().cloned();
        let given = (*self.generation.controls(), self.generation.seed());
        self.breakpoints.clear();
        self.max_new = MAX_NEW;
        self.begin(Event::Restart);
        let node = self.generation.node(NodeId::ROOT).unwrap();
        assert_eq!(node.result(), root.as_ref(), "the prompt's step is known still");
        assert_eq!(node.redraws(), 0);
        assert_eq!((*self.generation.controls(), self.generation.seed()), given);
    }

    pub(super) fn advance(&mut self) {
        let (stage, known) = (self.generation.stage(), self.known());
        match (stage.next(), self.chosen()) {
            (None, Some(token)) if known && !self.ended() => {
                self.appends(Event::Advance, token);
                let under_way = self.generation.running() && !self.known() && !self.is_over();
                let line = if under_way { Line::Model } else { Line::Append };
                assert_eq!((self.generation.stage(), self.generation.line()), (Stage::Context, line));
            }
            (next, _) => {
                self.stays(Event::Advance);
                assert_eq!(self.generation.stage(), next.filter(|_| known).unwrap_or(stage));
            }
        }
    }

    pub(super) fn step_line(&mut self) {
        if self.generation.running() {
            // A press on a running loop stops it before anything else.
            self.act(Act::Pause);
        }
        let (line, stage, ended, known) = (self.generation.line(), self.generation.stage(), self.ended(), self.known());
        let exhausted = self.generation.made() >= self.max_new;
        let next = match line {
            Line::Define => unreachable!("a call starts at its first line"),
            Line::Append => Line::Stop,
            _ if ended => Line::Return,
            Line::Copy => Line::Repeat,
            Line::Repeat if exhausted => Line::Return,
            Line::Repeat | Line::Model if !known => line,
            Line::Repeat => Line::Model,
            Line::Model => Line::Softmax,
            Line::Softmax => Line::Sample,
            Line::Sample => match self.chosen() {
                None => Line::Sample,
                Some(token) => {
                    self.appends(Event::StepLine, token);
                    assert_eq!((self.generation.stage(), self.generation.line()), (Stage::Context, Line::Append));
                    return;
                }
            },
            Line::Stop => Line::Repeat,
            Line::Return => Line::Copy,
        };
        self.stays(Event::StepLine);
        assert_eq!(self.generation.line(), next);
        if next != line {
            let kept = stage.line() == Some(next);
            assert_eq!(self.generation.stage(), if kept { stage } else { next.stage() });
        }
        if next == Line::Return && !ended {
            assert_eq!(self.generation.halt(), Some(&Halt::Limit(self.generation.made())));
        }
        if line == Line::Return && !ended {
            assert_eq!(self.generation.made(), 0, "a new call");
        }
    }

    pub(super) fn run(&mut self, to: Option<Line>) {
        let event = || to.map_or(Event::Run, Event::RunTo);
        if self.ended() {
            return self.is_ignored(event());
        }
        let (stage, line, again) = (self.generation.stage(), self.generation.line(), self.generation.running());
        let (made, known) = (self.generation.made(), self.known());
        self.run_to = to;
        if !again {
            self.run_from = known.then_some(line);
        }
        self.stays(event());
        assert_eq!(self.generation.made(), if line == Line::Return { 0 } else { made });
        match self.generation.halt() {
            Some(Halt::Breakpoint(line)) => {
                assert!(matches!(line, Line::Copy | Line::Stop | Line::Repeat), "before the pass: {line:?}");
                self.has_halted_at(*line);
            }
            _ => assert_eq!((self.generation.running(), self.generation.stage()), (true, stage)),
        }
    }

    /// The next token of a run.
    pub(super) fn run_on(&mut self) {
        let (tip, stage, known) = (self.generation.tip(), self.generation.stage(), self.known());
        let (made, unnamed) = (self.generation.made(), self.chosen().is_none());
        self.apply(Event::NextToken);
        if self.generation.tip() == tip {
            assert_eq!(self.generation.made(), made);
            match self.generation.halt() {
                _ if !known => assert!(self.generation.running() || !self.model),
                Some(Halt::Breakpoint(line)) => {
                    assert_eq!(line.stage() == Stage::Context, matches!(line, Line::Stop | Line::Repeat));
                    self.has_halted_at(*line);
                }
                Some(Halt::Limit(limit)) => assert!(made >= self.max_new && *limit == made),
                Some(Halt::Failed(failure)) => assert!(unnamed && !self.live && *failure == Failure::NoModel),
                halt => assert!(unnamed && self.live, "{halt:?}"),
            }
            return;
        }
        let node = self.generation.node(self.generation.tip()).unwrap();
        assert_eq!(node.parent(), Some(tip));
        assert_eq!(self.generation.made(), made + 1, "a run does not begin another call");
        assert!(made < self.max_new);
        for line in [Line::Model, Line::Softmax, Line::Sample] {
            let passed = self.run_from.is_some_and(|from| from.stage() != Stage::Context && from >= line);
            assert!(passed || !self.halts_at(line), "ran over {line:?}");
        }
        self.run_from = None;
        let origin = node.origin().clone();
        let id = self.generation.tip();
        if let Some((_, before)) = self.kept.iter_mut().find(|(known, _)| *known == id) {
            before.origin = origin;
        }
        let after: Vec<Line> = [Line::Append, Line::Stop].into_iter().filter(|&line| self.halts_at(line)).collect();
        if let Some(&line) = after.first() {
            assert_eq!((self.generation.running(), self.generation.line()), (false, line));
        } else if self.generation.halt() == Some(&Halt::Breakpoint(Line::Repeat)) {
            self.has_halted_at(Line::Repeat);
        } else {
            assert_eq!(self.generation.stage(), stage, "the open stage stays open");
            self.has_returned_if_over();
        }
    }

    /// Where a reader by hand, or a run, has come to the end or to the limit.
    pub(super) fn has_returned_if_over(&self) {
        let generation = &self.generation;
        if self.ended() || matches!(generation.halt(), Some(Halt::Limit(_))) {
            assert_eq!((generation.line(), generation.running()), (Line::Return, false));
        }
    }

    pub(super) fn has_halted_at(&self, line: Line) {
        let generation = &self.generation;
        assert!(self.halts_at(line));
        assert_eq!((generation.line(), generation.running()), (line, false));
        assert_eq!(generation.stage().line().is_some(), line.stage() != Stage::Context);
        assert!(line.stage() == Stage::Context || self.known());
        assert!(line != Line::Sample || generation.stage() == Stage::Sampling);
    }

    pub(super) fn continue_altered(&mut self) {
        let tip = self.generation.tip();
        let Some(logits) = self.altered.get(&tip).filter(|altered| !altered.is_empty()).cloned() else {
            return self.act_as_next_token();
        };
        let stage = self.generation.stage();
        let choice = self.generation.altered_choice();
        let Some(draw) = choice.map(|choice| choice.draw).filter(|draw| draw.token != UNNAMED) else {
            return self.stays(Event::Continue);
        };
        assert_eq!(draw.coin, self.generation.coin());
        let controls = *self.generation.controls();
        let number = self.generation.node(tip).unwrap().redraws();
        let toss = Toss { seed: self.generation.seed(), number };
        self.appends(Event::Continue, draw.token);
        let node = self.generation.node(self.generation.tip()).unwrap();
        assert_eq!(node.origin(), &Origin::Drawn { draw: Some(draw), toss, controls, altered: logits });
        assert_eq!((self.generation.stage(), self.generation.running()), (stage, false));
        self.has_returned_if_over();
    }

    /// Without altered logits, going on with them is going on.
    pub(super) fn act_as_next_token(&mut self) {
        let (tip, chosen, running) = (self.generation.tip(), self.chosen(), self.generation.running());
        if running || self.ended() {
            return;
        }
        match chosen {
            Some(token) => self.appends(Event::Continue, token),
            None => self.stays(Event::Continue),
        }
        let node = self.generation.node(self.generation.tip()).unwrap();
        assert!(self.generation.tip() == tip || node.origin().draw().is_some() && !node.origin().is_altered());
    }

    pub(super) fn force(&mut self, after: NodeId, token: TokenId) {
        let event = Event::Force { after, token };
        let Some(node) = self.generation.node(after) else { return self.is_ignored(event) };
        let named = node.result().is_some_and(|ranked| ranked.ranking.rank(token).is_some());
        let possible = (named || node.is_dropped() && token != UNNAMED) && !self.is_end(after);
        let child = |world: &Self| {
            let has_token = |node: &NodeId| world.generation.node(*node).unwrap().token() == token;
            world.children(after).into_iter().find(has_token)
        };
        let existing = child(self);
        if !possible && (existing.is_none() || self.is_end(after)) {
            return self.is_ignored(event);
        }
        let stage = self.generation.stage();
        self.apply(event);
        let tip = self.generation.tip();
        assert_eq!(child(self), Some(tip));
        match existing {
            Some(existing) => assert_eq!(tip, existing),
            None => assert_eq!(self.generation.node(tip).unwrap().origin(), &Origin::Forced),
        }
        self.has_gone_there(stage);
    }

    pub(super) fn undo(&mut self) {
        let Some(before) = self.places.pop() else { return self.is_ignored(Event::Undo) };
        let stage = self.generation.stage();
        let request = self.generation.apply(Event::Undo);
        self.note(request);
        assert_eq!(self.generation.tip(), before);
        self.has_gone_there(stage);
    }

    /// The reader has gone to a place: the run is over, the open stage stays open.
    pub(super) fn has_gone_there(&self, stage: Stage) {
        assert!(!self.generation.running());
        assert_eq!(self.generation.stage(), stage);
        assert!(self.ended() || self.generation.made() < self.max_new, "from here, tokens can be made");
    }
}
