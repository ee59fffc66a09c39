//! How the loop goes on: stage by stage, line by line, token by token.

use std::collections::BTreeSet;
use std::iter::successors;

use super::{Choice, Generation, Halt, Run};
use crate::line::Line;
use crate::protocol::Failure;
use crate::sampling::UNNAMED;
use crate::stage::Stage;
use crate::tree::{Alterations, Origin};

/// What can be read of it.
impl Generation {
    /// The stage that is being looked at.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The line of the loop that is current: it has been run, and the next press runs the one after it. Only
    /// [`Line::Model`] is current while it runs.
    #[must_use]
    pub fn line(&self) -> Line {
        let awaited = self.result().is_none() && (self.running() || self.stage != Stage::Context);
        match self.stage.line() {
            // No line is left to run, whatever is being looked at.
            _ if self.is_over() => self.line,
            _ if awaited => Line::Model,
            Some(line) => line,
            None => self.line,
        }
    }

    /// The lines at which a run halts.
    #[must_use]
    pub fn breakpoints(&self) -> &BTreeSet<Line> {
        &self.breakpoints
    }

    /// How many tokens one call of the loop makes.
    #[must_use]
    pub fn max_new(&self) -> usize {
        self.max_new
    }

    /// How many tokens the present call of the loop has made.
    #[must_use]
    pub fn made(&self) -> usize {
        self.position(self.tip).saturating_sub(self.called_at)
    }

    /// Whether tokens shall be generated one after the other.
    #[must_use]
    pub fn running(&self) -> bool {
        matches!(self.run, Run::Running { .. })
    }

    /// Whether the present call of the loop makes no more tokens.
    fn is_over(&self) -> bool {
        self.line == Line::Return || self.is_exhausted() || self.ended().is_some()
    }

    fn is_exhausted(&self) -> bool {
        self.made() >= self.max_new
    }

    /// Whether a run to `to` halts at a line.
    fn halts_at(&self, line: Line, to: Option<Line>) -> bool {
        to == Some(line) || self.breakpoints.contains(&line)
    }

    /// Where a run to `to` halts before it draws a token, if it does.
    fn halt_ahead(&self, to: Option<Line>) -> Option<Line> {
        let following = |&line: &Line| (line != Line::Sample).then(|| line.next());
        successors(Some(self.line), following).skip(1).find(|&line| self.halts_at(line, to))
    }
}

/// By stages.
impl Generation {
    pub(super) fn advance(&mut self) {
        if self.result().is_none() {
            return;
        }
        self.move_on();
        match self.stage.next() {
            Some(next) => self.open(next),
            None => self.append_and_return(),
        }
    }

    pub(super) fn open(&mut self, stage: Stage) {
        if stage == Stage::Context && self.line.stage() != Stage::Context {
            self.line = Line::Repeat;
        }
        if stage == Stage::Context || self.result().is_some() {
            self.stage = stage;
        }
    }
}

/// By lines.
impl Generation {
    pub(super) fn step_line(&mut self) {
        self.stop_run();
        self.move_on();
        match self.line() {
            Line::Append => self.go_to(Line::Stop),
            _ if self.ended().is_some() => self.go_to(Line::Return),
            Line::Repeat if self.is_exhausted() => {
                self.finish();
                self.go_to(Line::Return);
            }
            Line::Repeat | Line::Model if self.result().is_none() => self.forget_failure(),
            Line::Sample => self.append_and_return(),
            Line::Return => {
                self.call();
                self.go_to(Line::Copy);
            }
            line => self.go_to(line.next()),
        }
    }

    /// Goes to a line, and to its stage unless one of its stages is open.
    fn go_to(&mut self, line: Line) {
        self.line = line;
        if self.stage.line() != Some(line) {
            self.stage = line.stage();
        }
    }

    /// A new call of the loop, from the present context on.
    fn call(&mut self) {
        self.called_at = self.position(self.tip);
        self.line = Line::Copy;
        self.clear_halt();
    }

    /// The call returns: it has made its tokens.
    fn finish(&mut self) {
        self.line = Line::Return;
        self.run = Run::Halted(Halt::Limit(self.made()));
    }
}

/// By tokens.
impl Generation {
    pub(super) fn start_run(&mut self, to: Option<Line>) {
        if self.ended().is_some() {
            return;
        }
        if !self.running() && self.result().is_some() {
            self.line = self.line();
        }
        self.run = Run::Running { to };
        if self.line == Line::Return {
            self.call();
            if self.halts_at(self.line, to) {
                return self.break_at(self.line);
            }
        }
        // The lines before the pass need not wait for it.
        if let Some(line) = self.halt_ahead(to).filter(|line| line.stage() == Stage::Context) {
            self.break_at(line);
        }
    }

    pub(super) fn next_token(&mut self) {
        let to = match self.run {
            Run::Running { to } if self.result().is_some() => Some(to),
            _ => None,
        };
        match to.and_then(|to| self.halt_ahead(to)) {
            _ if to.is_some() && self.is_exhausted() => self.finish(),
            Some(line) => self.break_at(line),
            None if self.append() => self.end_round(to),
            None => {}
        }
    }

    pub(super) fn append_altered(&mut self) {
        let altered = self.nodes[self.tip.0].altered.clone();
        if altered.is_empty() {
            return self.next_token();
        }
        if self.append_choice(self.altered_choice(), altered) {
            self.stop_run();
            self.end_round(None);
        }
    }

    /// The rest of a round, once its token has joined the context: the lines from [`Line::Append`] to the next pass.
    /// Of a run, `run` is the line that it goes to, if any.
    fn end_round(&mut self, run: Option<Option<Line>>) {
        let ended = self.ended().is_some();
        let rest: &[Line] = if ended { &[Line::Append, Line::Stop] } else { &[Line::Append, Line::Stop, Line::Repeat] };
        match rest.iter().find(|&&line| run.is_some_and(|to| self.halts_at(line, to))) {
            Some(&line) => self.break_at(line),
            None if ended => self.line = Line::Return,
            None if self.is_exhausted() => self.finish(),
            None => {}
        }
    }

    fn append_and_return(&mut self) {
        if self.append() {
            self.go_to(Line::Append);
        }
    }

    /// Appends the token that the coin chooses; the open stage stays open. Whether it could.
    fn append(&mut self) -> bool {
        self.append_choice(self.choice(), Alterations::new())
    }

    /// Appends what was drawn from the model's logits with those in `altered` in their places. Whether it could.
    fn append_choice(&mut self, choice: Option<Choice>, altered: Alterations) -> bool {
        self.forget_failure();
        let Some(Choice { draw, .. }) = choice else { return false };
        if draw.token == UNNAMED {
            self.miss_name();
            return false;
        }
        let origin = Origin::Drawn { draw: Some(draw), toss: self.toss(), controls: self.controls, altered };
        let Some(child) = self.child(self.tip, draw.token, origin) else { return false };
        if self.is_over() {
            self.call();
        }
        self.visit(child);
        true
    }

    /// Only a live model, whose answer may be under way, can say which token a recording does not name.
    fn miss_name(&mut self) {
        if !self.live {
            self.run = Run::Halted(Halt::Failed(Failure::NoModel));
        }
    }
}

/// To a halt.
impl Generation {
    pub(super) fn pause(&mut self) {
        if self.running() {
            self.run = Run::Halted(Halt::Paused);
        }
    }

    fn break_at(&mut self, line: Line) {
        self.stop_run();
        self.go_to(line);
        if self.ended().is_none() {
            self.run = Run::Halted(Halt::Breakpoint(line));
        }
    }

    fn stop_run(&mut self) {
        if self.running() {
            self.run = Run::Idle;
        }
    }

    pub(super) fn clear_halt(&mut self) {
        if matches!(self.run, Run::Halted(_)) {
            self.run = Run::Idle;
        }
    }

    /// A reader who goes on has left the place of the halt.
    fn move_on(&mut self) {
        if matches!(self.run, Run::Halted(Halt::Breakpoint(_) | Halt::Paused)) {
            self.run = Run::Idle;
        }
    }
}
