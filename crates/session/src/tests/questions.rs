//! What views ask beside the loop, and what becomes of it when the worker crashes.

use generation::Stage;
use generation::step::{Inspected, Inspection};

use super::*;
use crate::inspections::{InspectorFocus, LENS_TOP, MAX_BYTES, PATTERN_MOST};

const LENS: Inspection = Inspection::Lens { top: LENS_TOP };

/// A session that looks at the transformer, and the id of its question for the lens.
fn looking() -> (Session, RequestId) {
    let mut session = ready();
    let mut requests = session.sent(|session| session.act(Event::Open(Stage::Transformer)));
    // The taps of the open stage may be asked for first.
    while let [step @ Request::Step { .. }] = &requests[..] {
        requests = serve(&mut session, step);
    }
    let [Request::Inspect { id, inspection: LENS, .. }] = requests[..] else { panic!("{requests:?}") };
    (session, id)
}

/// The fresh worker starts and loads the model; all that is asked then.
fn restart(session: &mut Session) -> Vec<Request> {
    let mut asked = answer(session, Response::Ready);
    let mut next = 0;
    while next < asked.len() {
        let request = asked[next].clone();
        asked.extend(serve(session, &request));
        next += 1;
    }
    asked
}

#[test]
fn a_question_that_was_under_way_in_a_crash_has_failed_and_is_not_asked_again() {
    let (mut session, _) = looking();
    let tip = session.generation().tip();
    session.on_crash(Failure::Crashed("unreachable".into()));
    assert!(session.is_refused(tip, LENS));
    let asked = restart(&mut session);
    assert_eq!(session.load_state(), Some(&Load::Ready));
    assert!(!asked.iter().any(|request| matches!(request, Request::Inspect { .. })), "{asked:?}");
    // Another place is another question.
    let requests = session.sent(|session| session.act(Event::NextToken));
    let [ref step @ Request::Step { .. }] = requests[..] else { panic!("{requests:?}") };
    assert!(matches!(serve(&mut session, step)[..], [Request::Inspect { .. }]));
}

#[test]
fn texts_that_were_under_way_in_a_crash_have_failed_and_may_be_tried_once_they_change() {
    let crash = Failure::Crashed("unreachable".into());
    let mut session = ready();
    session.edit("one two".into());
    session.write_tokenizer_text("three".into());
    session.set_scores_visible(true);
    let requests = session.sent(|session| {
        session.tokenize();
        session.encode_tokenizer_text();
    });
    assert_eq!(requests.len(), 3, "{requests:?}");
    session.on_crash(crash.clone());
    assert_eq!(session.refused(), Some(&crash));
    assert_eq!(session.tokenizer_text().answered().refused(), Some(&crash));
    assert_eq!(session.sequence_scores().get(0).unwrap().refused(), Some(&crash));
    let texts = |requests: &[Request]| -> Vec<String> {
        let text = |request: &Request| match request {
            Request::Tokenize { text, .. } | Request::Encode { text, .. } => Some(text.clone()),
            _ => None,
        };
        requests.iter().filter_map(text).collect()
    };
    let second = session.sequence_scores().get(1).unwrap().text().to_owned();
    assert_eq!(texts(&restart(&mut session)), [second], "only what had not been asked");
    assert!(!session.running());
    let requests = session.sent(|session| {
        session.edit("one two three".into());
        session.tokenize();
        session.write_tokenizer_text("four".into());
        session.encode_tokenizer_text();
    });
    assert_eq!(texts(&requests), ["one two three", "four"]);
}

#[test]
fn a_cancelled_question_is_asked_again_while_its_view_is_on_show() {
    let (mut session, id) = looking();
    let requests = answer(&mut session, Response::Failed { id: Some(id), failure: Failure::Cancelled });
    assert!(matches!(requests[..], [Request::Inspect { inspection: LENS, .. }]), "{requests:?}");
    let [Request::Inspect { id, .. }] = requests[..] else { unreachable!() };
    // A step of the loop takes the question back; afterwards it is asked of the new place.
    let requests = session.sent(|session| session.act(Event::NextToken));
    let [Request::Cancel { id: cancelled }, ref step @ Request::Step { .. }] = requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(cancelled, id);
    let requests = serve(&mut session, step);
    let [Request::Inspect { id: next, .. }] = requests[..] else { panic!("{requests:?}") };
    // The late answer of the former one changes nothing.
    answer(&mut session, Response::Inspected { id, inspected: Inspected::Lens { layers: Vec::new() } });
    let tip = session.generation().tip();
    assert!(session.inspected(tip, LENS).is_none() && !session.is_refused(tip, LENS));
    answer(&mut session, Response::Inspected { id: next, inspected: Inspected::Lens { layers: Vec::new() } });
    assert!(session.inspected(tip, LENS).is_some());
}

#[test]
fn what_is_kept_of_the_transformer_is_bounded_in_bytes() {
    let (mut session, _) = looking();
    let tip = session.generation().tip();
    let pattern = || Inspected::Pattern { rows: vec![vec![0.0; PATTERN_MOST]; PATTERN_MOST] };
    for head in 0..100 {
        session.inspections.keep((tip, Inspection::Pattern { layer: 0, head }), pattern());
    }
    let kept = (0..100).filter(|&head| session.inspected(tip, Inspection::Pattern { layer: 0, head }).is_some());
    let kept: Vec<usize> = kept.collect();
    assert!(kept.len() * PATTERN_MOST * PATTERN_MOST * 4 <= MAX_BYTES);
    assert!(kept.len() > 20 && kept.last() == Some(&99), "the newest stay: {kept:?}");
    session.set_inspector_focus(InspectorFocus { layer: 0, head: 99, whole: true });
    assert_eq!(session.inspector_focus().head, 99);
}
