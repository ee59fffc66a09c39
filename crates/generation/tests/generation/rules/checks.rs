//! What is true after every event.

use super::*;

impl World {
    /// What is true after every event.
    pub(super) fn check(&mut self) {
        self.check_tip();
        self.check_question();
        self.check_line();
        self.check_tree();
        self.check_branches();
    }

    /// What is asked follows from what there is and from what the reader looks at.
    pub(super) fn check_question(&self) {
        let generation = &self.generation;
        let failed = matches!(generation.halt(), Some(Halt::Failed(_)));
        let inside = matches!(generation.stage(), Stage::Embedding | Stage::Transformer) && !generation.running();
        let answerable = self.model && !self.ended() && !generation.context().is_empty();
        let worse = generation.result().is_some_and(|result| self.live && result.recorded);
        let closed = generation.result().is_some_and(|result| self.live && !result.recorded && !result.shows(TAPS));
        if let Some(id) = generation.pending() {
            assert!(answerable && !failed);
            let (last, context, taps) = self.asked.last().unwrap();
            assert!(!self.known() || worse || closed && *taps == TAPS, "asked for what is known");
            assert_eq!((*last, context), (id, &generation.context()), "the last question is the one under way");
        } else if answerable && !failed {
            assert!(self.known() && !worse && !(closed && inside), "stuck without a reason: {:?}", generation.halt());
        }
    }

    pub(super) fn check_line(&mut self) {
        let generation = &self.generation;
        let (line, stage) = (generation.line(), generation.stage());
        assert_eq!((generation.breakpoints(), generation.max_new()), (&self.breakpoints, self.max_new));
        self.most = if generation.made() == 0 { self.max_new } else { self.most.max(self.max_new) };
        assert!(generation.made() <= self.most, "more than one call makes");
        if !self.is_over() {
            if let Some(of_stage) = stage.line() {
                assert_eq!(line, if self.known() { of_stage } else { Line::Model });
            } else if generation.running() && !self.known() {
                assert_eq!(line, Line::Model, "the pass is under way");
            } else {
                assert_eq!(line.stage(), Stage::Context);
            }
        }
        assert_ne!(line, Line::Define);
        if line == Line::Copy {
            assert_eq!(generation.made(), 0);
        }
        if let Some(Halt::Limit(_)) = generation.halt() {
            assert_eq!(line, Line::Return);
        }
    }

    pub(super) fn check_tip(&self) {
        let generation = &self.generation;
        let (tip, context, halt) = (generation.tip(), generation.context(), generation.halt());
        let (known, ended) = (self.known(), self.ended());
        assert_eq!(generation.live(), self.live);
        if ended {
            assert_eq!(halt, Some(&Halt::EndOfText(END)));
            assert!(!generation.running());
        } else if self.model {
            assert!(!matches!(halt, Some(Halt::EndOfText(_))));
        }
        if generation.running() {
            assert!(halt.is_none(), "running, and {halt:?}");
        }
        assert_eq!(generation.can_undo(), !self.places.is_empty());
        let controls = generation.controls();
        let ranking = generation.result().map(|result| &result.ranking);
        let distribution = ranking.map(|ranking| Distribution::new(ranking, &context, controls));
        assert_eq!(generation.distribution().as_deref(), distribution.as_ref());
        let altered = generation.node(tip).unwrap().altered();
        let distribution = ranking.map(|ranking| Distribution::new(&ranking.with(altered), &context, controls));
        assert_eq!(generation.altered_distribution().as_deref(), distribution.as_ref());
        assert_eq!(generation.choice().is_some(), known && !ended);
        assert_eq!(generation.altered_choice().is_some(), known && !ended);
        if let Some(choice) = generation.choice() {
            let redraws = generation.node(tip).unwrap().redraws();
            assert_eq!(choice.draw.coin, coin(generation.seed(), context.len() as u64, redraws));
            assert_eq!(Some(choice.draw), choice.distribution.draw(choice.draw.coin));
        }
    }

    pub(super) fn check_tree(&mut self) {
        let generation = &self.generation;
        assert_eq!(generation.prompt(), self.prompt);
        assert_eq!(generation.context(), generation.context_at(generation.tip()));
        let mut siblings = HashSet::new();
        for &id in &self.nodes() {
            let node = generation.node(id).unwrap();
            let context = generation.context_at(id);
            assert_eq!(generation.position(id), context.len());
            assert_eq!(context[..self.prompt.len()], self.prompt);
            assert_eq!(node.altered(), self.altered.get(&id).unwrap_or(&Alterations::new()));
            if let Some(parent) = node.parent() {
                assert_eq!(context, [generation.context_at(parent), vec![node.token()]].concat());
                assert!(siblings.insert((parent, node.token())), "two branches for one token");
            }
            if let Some(result) = node.result() {
                let whole = Ranking::new(&fake_logits(&context));
                assert_eq!(result.ranking.logits(), whole.logits(), "an answer to another context");
                let named = if result.recorded { NAMED } else { VOCABULARY as usize };
                assert_eq!(result.ranking.order()[..named], whole.order()[..named]);
                assert_eq!(result.ranking.named(), named);
            }
            match generation.ledger(id) {
                Some(ledger) => {
                    assert_eq!(ledger.predicted, context.len() - self.prompt.len());
                    let expected = log_probability(&context, self.prompt.len());
                    // From a dropped step's shortlist the logit is exact and the rest a rounding error away.
                    assert!((ledger.log_probability - expected).abs() < 1e-9);
                }
                // Only a token that was forced at a dropped place waits for the model.
                None => assert!(generation.path(id).iter().any(|&id| generation.node(id).unwrap().awaits())),
            }
            if let Some(draw) = node.origin().draw() {
                assert_eq!(draw.token, node.token());
            }
        }
    }

    /// No branch is lost, and nothing that was known of it: what was computed is not replaced by what was recorded.
    pub(super) fn check_branches(&mut self) {
        for (id, before) in &mut self.kept {
            let mut now = kept(&self.generation, *id);
            if self.generation.node(*id).unwrap().is_dropped() {
                // It will be asked for again.
                now.computed = before.computed;
            }
            before.known |= now.known;
            before.computed |= now.computed;
            assert_eq!(&now, before, "{id:?}");
        }
        for id in self.nodes() {
            if self.kept.iter().all(|(known, _)| *known != id) {
                self.kept.push((id, kept(&self.generation, id)));
            }
            if !self.ids.contains(&id) {
                self.ids.push(id);
            }
        }
        for &id in &self.ids {
            // Ids of a former prompt do no harm.
            assert!(self.generation.node(id).is_some() || self.generation.context_at(id) == self.prompt);
        }
    }
}
