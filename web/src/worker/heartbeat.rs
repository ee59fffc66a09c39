//! Notices a worker that has stopped answering.

/// The time between two ticks, in milliseconds.
pub const TICK_MS: u32 = 2_000;

/// Ticks without an answer after which a worker counts as crashed.
const SILENT_TICKS: u32 = 4;

/// Ticks until the first answer of a worker, in which its program is fetched and compiled.
const STARTING_TICKS: u32 = 60;

/// The same for a worker that replaces a silent one: its program is in the browser's cache. (A shared one that hangs cannot be
/// terminated, and would be waited for in vain.)
const RESTARTING_TICKS: u32 = 10;

/// Counts ticks without an answer from the worker. Ticks rather than time: a laptop that wakes up has not lost its worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Heartbeat {
    answered: bool,
    silent_ticks: u32,
    /// The worker before this one had answered.
    restarted: bool,
}

/// What to do at a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// Nothing: it is still starting.
    Wait,
    /// Post a `Ping`.
    Ping,
    /// Treat it as crashed.
    Crashed,
}

impl Heartbeat {
    /// The count for the worker that replaces this one.
    pub(super) fn restarted(self) -> Self {
        Self { restarted: self.answered, ..Self::default() }
    }

    /// Whether the worker has answered at all.
    pub(super) fn answered(self) -> bool {
        self.answered
    }

    /// The worker has answered.
    pub(super) fn on_answer(&mut self) {
        *self = Self { answered: true, silent_ticks: 0, restarted: self.restarted };
    }

    /// [`TICK_MS`] have passed while the page was visible.
    pub(super) fn tick(&mut self) -> Beat {
        let limit = match (self.answered, self.restarted) {
            (true, _) => SILENT_TICKS,
            (false, true) => RESTARTING_TICKS,
            (false, false) => STARTING_TICKS,
        };
        if self.silent_ticks >= limit {
            return Beat::Crashed;
        }
        self.silent_ticks += 1;
        if self.answered { Beat::Ping } else { Beat::Wait }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_silent_ticks_are_a_crash() {
        let mut heartbeat = Heartbeat::default();
        heartbeat.on_answer();
        for _ in 0..10 {
            assert_eq!([heartbeat.tick(), heartbeat.tick(), heartbeat.tick()], [Beat::Ping; 3]);
            heartbeat.on_answer();
        }
        assert_eq!([heartbeat.tick(), heartbeat.tick(), heartbeat.tick(), heartbeat.tick()], [Beat::Ping; 4]);
        assert_eq!(heartbeat.tick(), Beat::Crashed);
    }

    #[test]
    fn nothing_is_posted_before_the_first_answer_and_starting_may_take_long() {
        let mut heartbeat = Heartbeat::default();
        assert!((0..STARTING_TICKS).all(|_| heartbeat.tick() == Beat::Wait));
        assert_eq!(heartbeat.tick(), Beat::Crashed);
    }

    #[test]
    fn a_second_worker_is_not_waited_for_as_long() {
        let mut heartbeat = Heartbeat { restarted: true, ..Heartbeat::default() };
        assert!((0..RESTARTING_TICKS).all(|_| heartbeat.tick() == Beat::Wait));
        assert_eq!(heartbeat.tick(), Beat::Crashed);
    }
}
