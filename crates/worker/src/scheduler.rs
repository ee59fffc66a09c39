//! Which client the engine works for next: one at a time, a slice each.

/// What a client wants of the engine, with the bytes that its context's keys and values take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nothing.
    Idle,
    /// To go on with a job whose bytes are taken already.
    Resume,
    /// To start a job that needs so many bytes.
    Start(usize),
}

/// Which of the clients is next; they stand in the order of their last turns. `taken` are the bytes of each job that has
/// started, those paused among them. `has_room` says whether contexts of so many bytes fit into the memory together; one
/// alone always does.
///
/// A job that does not fit waits until others are done, and none starts before it: short contexts do not keep a long one out
/// for ever.
pub(crate) fn next(demands: &[Demand], taken: &[usize], has_room: impl Fn(&[usize]) -> bool) -> Option<usize> {
    let mut may_start = true;
    for (client, demand) in demands.iter().enumerate() {
        match *demand {
            Demand::Idle => {}
            Demand::Resume => return Some(client),
            Demand::Start(bytes) if may_start => {
                may_start = has_room(&[taken, &[bytes]].concat());
                if may_start {
                    return Some(client);
                }
            }
            Demand::Start(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Demand::{Idle, Resume, Start};
    use super::*;

    /// Room for 100 bytes beside the largest.
    fn next_of(demands: &[Demand], taken: &[usize]) -> Option<usize> {
        let but_largest = |bytes: &[usize]| bytes.iter().sum::<usize>() - bytes.iter().max().unwrap();
        next(demands, taken, |bytes| but_largest(bytes) <= 100)
    }

    #[test]
    fn who_waits_longest_is_next() {
        assert_eq!(next_of(&[], &[]), None);
        assert_eq!(next_of(&[Idle, Idle], &[]), None);
        assert_eq!(next_of(&[Idle, Resume, Start(5)], &[5]), Some(1));
        assert_eq!(next_of(&[Idle, Start(5), Resume], &[5]), Some(1));
    }

    #[test]
    fn one_alone_starts_however_long_its_context_is() {
        assert_eq!(next_of(&[Start(5_000)], &[]), Some(0));
        assert_eq!(next_of(&[Start(100), Resume], &[5_000]), Some(0));
    }

    #[test]
    fn who_does_not_fit_waits_and_nobody_starts_before() {
        assert_eq!(next_of(&[Start(200), Start(1), Resume], &[150]), Some(2));
        // Nobody else is under way any more.
        assert_eq!(next_of(&[Start(200), Start(1), Idle], &[]), Some(0));
    }

    #[test]
    fn paused_jobs_take_their_room() {
        assert_eq!(next_of(&[Start(101)], &[150]), None);
        assert_eq!(next_of(&[Start(100)], &[150]), Some(0));
    }
}
