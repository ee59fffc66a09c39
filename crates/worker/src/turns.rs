//! Whose turn it is: the engine works for one page at a time, a slice each.

/// What a page wants of the engine; with the bytes that its context's keys and values take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Nothing.
    None,
    /// To go on.
    GoOn(usize),
    /// To begin.
    Begin(usize),
}

/// Which of the pages it is, which stand in the order of their last turns. `has_room` says whether contexts of so many
/// bytes fit into the memory together; one alone always does.
///
/// Who does not fit waits until others are done, and nobody begins before it: what is short does not keep it out for ever.
pub(crate) fn next(wishes: &[Wish], has_room: impl Fn(&[usize]) -> bool) -> Option<usize> {
    let going_on = wishes.iter().filter_map(|wish| if let Wish::GoOn(bytes) = wish { Some(*bytes) } else { None });
    let mut bytes: Vec<usize> = going_on.collect();
    let mut open = true;
    for (page, wish) in wishes.iter().enumerate() {
        match *wish {
            Wish::None => {}
            Wish::GoOn(_) => return Some(page),
            Wish::Begin(more) if open => {
                bytes.push(more);
                open = has_room(&bytes);
                if open {
                    return Some(page);
                }
            }
            Wish::Begin(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Wish::{Begin, GoOn, None as Nothing};
    use super::*;

    /// Room for 100 bytes beside the largest.
    fn next_of(wishes: &[Wish]) -> Option<usize> {
        let but_largest = |bytes: &[usize]| bytes.iter().sum::<usize>() - bytes.iter().max().unwrap();
        next(wishes, |bytes| but_largest(bytes) <= 100)
    }

    #[test]
    fn who_waits_longest_is_next() {
        assert_eq!(next_of(&[]), None);
        assert_eq!(next_of(&[Nothing, Nothing]), None);
        assert_eq!(next_of(&[Nothing, GoOn(5), Begin(5)]), Some(1));
        assert_eq!(next_of(&[Nothing, Begin(5), GoOn(5)]), Some(1));
    }

    #[test]
    fn one_alone_begins_however_long_its_text_is() {
        assert_eq!(next_of(&[Begin(5_000)]), Some(0));
        assert_eq!(next_of(&[Begin(100), GoOn(5_000)]), Some(0));
    }

    #[test]
    fn who_does_not_fit_waits_and_nobody_begins_before() {
        assert_eq!(next_of(&[Begin(200), Begin(1), GoOn(150)]), Some(2));
        // Nobody else is under way any more.
        assert_eq!(next_of(&[Begin(200), Begin(1), Nothing]), Some(0));
    }
}
