//! The window of the demonstration, and passes measured in it.

use generation::step::{Inspected, Inspection, Pass};

use super::*;
use crate::kv_cost::Measurement;

/// The one request there is: its id, how many tokens, and the pass asked for.
fn pass(requests: &[Request]) -> (RequestId, usize, usize, bool) {
    match requests {
        [Request::Inspect { id, tokens, inspection: Inspection::Pass { window, cached } }] => {
            (*id, tokens.len(), *window, *cached)
        }
        other => panic!("{other:?}"),
    }
}

fn give(session: &mut Session, id: RequestId, multiply_adds: u64) -> Vec<Request> {
    let pass = Pass { multiply_adds, logits: 7, ..Pass::default() };
    answer(session, Response::Inspected { id, inspected: Inspected::Pass(pass) })
}

/// Measures the present context; the three passes count 1, 2 and 3.
fn measure(session: &mut Session) -> Measurement {
    session.measure();
    let mut requests = session.take_requests();
    for multiply_adds in 1..=3 {
        let (id, ..) = pass(&requests);
        requests = give(session, id, multiply_adds);
    }
    assert_eq!(requests, []);
    session.measurement().unwrap()
}

#[test]
fn a_press_makes_the_pass_before_then_the_same_with_the_cache_and_without() {
    let mut session = ready();
    assert_eq!(session.take_requests(), [], "nobody has pressed");
    session.measure();
    let (id, tokens, window, cached) = pass(&session.take_requests());
    assert_eq!((tokens, window, cached), (1, 16, true));
    assert!(session.is_measuring() && !session.can_measure());
    assert_eq!(session.take_requests(), [], "nothing comes between");
    let (id, tokens, _, cached) = pass(&give(&mut session, id, 1));
    assert_eq!((tokens, cached), (2, true));
    let (id, tokens, _, cached) = pass(&give(&mut session, id, 2));
    assert_eq!((tokens, cached), (2, false));
    assert_eq!(give(&mut session, id, 3), []);
    let measured = session.measurement().unwrap();
    assert_eq!((measured.tokens, measured.cached.multiply_adds, measured.whole.multiply_adds), (2, 2, 3));
    assert!(measured.is_same() && session.can_measure());
}

#[test]
fn a_measurement_is_of_one_context_and_one_window() {
    let mut session = ready();
    let first = measure(&mut session);
    session.set_window(Some(8));
    assert_eq!(session.measurement(), None);
    session.set_window(Some(16));
    assert_eq!(session.measurement(), Some(first));
    let requests = session.sent(Session::next_token);
    serve_all(&mut session, requests);
    assert_eq!(session.measurement(), None);
    assert_eq!(measure(&mut session).tokens, 3);
    measure(&mut session);
    assert_eq!(session.kv_cost().measured().len(), 2, "measured again, it is the same entry");
    // The model's own window, which is never exceeded.
    session.set_window(None);
    session.measure();
    assert_eq!(pass(&session.take_requests()).2, 64);
    session.stop_measuring();
    // Another text has other nodes.
    session.act(Event::Restart);
    assert_eq!(session.kv_cost().measured(), []);
}

#[test]
fn the_loop_goes_before_a_measurement() {
    let mut session = ready();
    let requests = session.sent(|session| session.act(Event::NextToken));
    let [step @ Request::Step { .. }] = &requests[..] else { panic!("{requests:?}") };
    session.measure();
    assert_eq!(session.take_requests(), [], "the model is at work");
    let (id, tokens, ..) = pass(&serve(&mut session, step));
    assert_eq!(tokens, 2, "the new context without its last token");
    let requests = session.sent(|session| session.act(Event::NextToken));
    let [Request::Cancel { id: cancelled }, Request::Step { .. }] = requests[..] else { panic!("{requests:?}") };
    assert_eq!(cancelled, id);
    assert_eq!(give(&mut session, id, 1), [], "it comes too late");
    assert!(!session.is_measuring() && session.kv_cost().measured().is_empty());
}

#[test]
fn a_failed_pass_says_why_and_a_crash_leaves_nothing_waiting() {
    let mut session = ready();
    session.measure();
    let (id, ..) = pass(&session.take_requests());
    let failure = Failure::Arithmetic("not a number".into());
    answer(&mut session, Response::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(session.kv_cost().refused(), Some(&failure));
    session.measure();
    assert_eq!(session.kv_cost().refused(), None);
    pass(&session.take_requests());
    session.on_crash(Failure::Crashed("gone".into()));
    assert!(!session.is_measuring() && !session.can_measure());
    assert_eq!(session.kv_cost().refused(), Some(&Failure::Crashed("gone".into())));
    session.measure();
    assert_eq!(session.take_requests(), []);
}
