//! The tokenizer's text, and the texts that are scored.

use generation::encoding::{Encoding, Piece, Word};
use generation::lesson;
use generation::step::{Reading, Score};

use super::*;
use crate::tokenizer_text::TokenizerState;

const FIRST: u64 = 16 << 20;

/// A session that knows what there is to load.
fn surveyed(first_cached: bool) -> (Session, Vec<Request>) {
    let mut session = session();
    let [Request::Survey { id, .. }] = answer(&mut session, Response::Ready)[..] else { panic!("no survey") };
    let survey = Survey { first: FIRST, first_cached, ..survey(0) };
    let requests = answer(&mut session, Response::Surveyed { id, survey });
    (session, requests)
}

fn encoding(text: &str) -> Encoding {
    let word = Word { bytes: text.into(), tokens: vec![Piece { id: 7, bytes: 1 }], ..Word::default() };
    Encoding { words: vec![word], ..Encoding::default() }
}

/// The tokenizer has come in; the question that follows.
fn with_tokenizer(session: &mut Session) -> Vec<Request> {
    let [Request::LoadTokenizer { id, .. }] = session.sent(Session::load_tokenizer)[..] else { panic!("no tokenizer") };
    let model = ModelInfo { name: "Tiny".into(), ..model() };
    answer(session, Response::TokenizerReady { id, model: Box::new(model) })
}

#[test]
fn before_any_tokenizer_there_are_recorded_encodings() {
    let mut session = session();
    for text in lesson::TEXTS {
        session.write_tokenizer_text(text.into());
        let shown = session.tokenizer_text().answered().shown().unwrap();
        assert!(shown.recorded && shown.text == text && session.tokenizer_text().answered().is_current());
        assert_eq!(session.sent(Session::encode_tokenizer_text), []);
    }
    session.write_tokenizer_text("my own".into());
    assert!(!session.tokenizer_text().answered().is_current());
    assert_eq!(session.sent(Session::encode_tokenizer_text), [], "nobody could answer");
}

#[test]
fn the_tokenizer_comes_without_the_model() {
    let (mut session, requests) = surveyed(false);
    assert_eq!(requests, [], "it is not asked for by itself");
    session.write_tokenizer_text("my own".into());
    let [Request::Encode { id, text }] = &with_tokenizer(&mut session)[..] else { panic!("no encoding") };
    assert_eq!(text, "my own");
    session.write_tokenizer_text("my own text".into());
    let requests = answer(&mut session, Response::Encoded { id: *id, encoding: encoding("my own") });
    let [Request::Encode { id, .. }] = requests[..] else { panic!("typed on: {requests:?}") };
    answer(&mut session, Response::Encoded { id, encoding: encoding("my own text") });
    let shown = session.tokenizer_text().answered().shown().unwrap();
    assert_eq!((shown.text.as_str(), shown.model.as_str(), shown.recorded), ("my own text", "Tiny", false));
    assert_eq!(session.load_state(), Some(&Load::Offered));
    // The model's own tokenizer takes over.
    let requests = session.sent(Session::load);
    let [Request::Load { id, .. }] = requests[..] else { panic!("no load") };
    let requests = answer(&mut session, Response::Loaded { id, model: Box::new(model()) });
    assert!(requests.iter().any(|request| matches!(request, Request::Encode { .. })));
}

#[test]
fn a_kept_first_part_is_used_by_itself() {
    let (_, requests) = surveyed(true);
    assert!(matches!(requests[..], [Request::LoadTokenizer { .. }]), "{requests:?}");
}

#[test]
fn a_tokenizer_can_fail_be_stopped_and_be_asked_for_again() {
    let (mut session, _) = surveyed(false);
    let [Request::LoadTokenizer { id, .. }] = session.sent(Session::load_tokenizer)[..] else { panic!("no tokenizer") };
    let failure = Failure::Download(Undelivered::Damaged { url: "part-01".into() });
    answer(&mut session, Response::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(*session.tokenizer_text().tokenizer(), TokenizerState::Failed(failure));
    let [Request::LoadTokenizer { id, .. }] = session.sent(Session::load_tokenizer)[..] else { panic!("not again") };
    assert_eq!(session.sent(Session::cancel_tokenizer), [Request::Cancel { id }]);
    assert_eq!(*session.tokenizer_text().tokenizer(), TokenizerState::Absent);
    with_tokenizer(&mut session);
    assert!(session.can_encode());
    // A fresh worker gets it again.
    session.on_crash(Failure::Crashed("out of memory".into()));
    assert!(!session.can_encode());
    let [Request::Survey { id, .. }] = answer(&mut session, Response::Ready)[..] else { panic!("no survey") };
    let requests = answer(&mut session, Response::Surveyed { id, survey: survey(0) });
    assert!(matches!(requests[..], [Request::LoadTokenizer { .. }]), "{requests:?}");
}

#[test]
fn a_text_that_cannot_be_cut_is_answered_and_not_asked_again() {
    let (mut session, _) = surveyed(false);
    session.write_tokenizer_text("a\u{4}".into());
    let [Request::Encode { id, .. }] = with_tokenizer(&mut session)[..] else { panic!("no encoding") };
    let failure = Failure::Unreadable("'\u{4}'".into());
    answer(&mut session, Response::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(session.tokenizer_text().answered().refused(), Some(&failure));
    assert_eq!(session.sent(Session::encode_tokenizer_text), []);
    session.write_tokenizer_text("a".into());
    assert_eq!(session.tokenizer_text().answered().refused(), None);
    assert!(matches!(session.sent(Session::encode_tokenizer_text)[..], [Request::Encode { .. }]));
}

fn scores(count: usize) -> Vec<Score> {
    let next = Reading { top: Vec::new(), entropy: 0.0 };
    let score = |i| Score { log_probability: (i > 0).then_some(-1.5), rank: (i > 0).then_some(3), next: next.clone() };
    (0..count).map(score).collect()
}

/// Answers the question for a text's tokens and the one for their scores; what is asked next.
fn serve_sequence(session: &mut Session, requests: &[Request]) -> Vec<Request> {
    let [Request::Tokenize { id, .. }] = *requests else { panic!("{requests:?}") };
    let requests = answer(session, Response::Tokenized { id, tokens: vec![1, 2, 3] });
    let [Request::Score { id, tokens }] = &requests[..] else { panic!("{requests:?}") };
    answer(session, Response::Scored { id: *id, scores: scores(tokens.len()) })
}

#[test]
fn texts_are_scored_one_after_the_other_while_somebody_looks() {
    let mut session = ready();
    assert_eq!(session.take_requests(), [], "nobody looks");
    let mut requests = session.sent(|session| session.set_scores_visible(true));
    for index in [0, 1] {
        assert!(session.is_scoring(index) && !session.is_scoring(1 - index));
        requests = serve_sequence(&mut session, &requests);
    }
    assert_eq!(requests, []);
    for index in [0, 1] {
        let table = session.sequence_scores().get(index).unwrap().shown().unwrap();
        assert_eq!((table.given(), table.total().predicted, table.number(0)), (1, 2, 1));
        assert!((table.total().log_probability + 3.0).abs() < 1e-12);
        assert_eq!(table.entries[2].bytes, b"d");
    }
}

#[test]
fn the_loop_goes_before_the_scores() {
    let mut session = ready();
    let requests = session.sent(|session| session.set_scores_visible(true));
    let [Request::Tokenize { id, .. }] = requests[..] else { panic!("{requests:?}") };
    let requests = session.sent(|session| session.act(Event::NextToken));
    let [Request::Cancel { id: cancelled }, Request::Step { id: pending, .. }] = requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(cancelled, id);
    assert_eq!(session.take_requests(), []);
    let requests = answer(&mut session, step(pending));
    serve_sequence(&mut session, &requests);
}

#[test]
fn typing_stops_what_was_asked_and_waits_for_its_end() {
    let mut session = ready();
    let requests = session.sent(|session| session.set_scores_visible(true));
    let [Request::Tokenize { id, .. }] = requests[..] else { panic!("{requests:?}") };
    let requests = session.sent(|session| session.write_sequence(0, "The cat s".into()));
    // The other one goes on meanwhile.
    let [Request::Cancel { id: cancelled }, Request::Tokenize { id: other, ref text }] = requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!((cancelled, text.as_str()), (id, session.sequence_scores().get(1).unwrap().text()));
    let failure = Failure::Unreadable("it".into());
    let requests = answer(&mut session, Response::Failed { id: Some(other), failure: failure.clone() });
    assert_eq!(session.sequence_scores().get(1).unwrap().refused(), Some(&failure));
    assert_eq!(requests, []);
    let requests = session.sent(Session::settle_sequences);
    serve_sequence(&mut session, &requests);
    assert!(session.sequence_scores().get(0).unwrap().is_current());
}

#[test]
fn a_beginning_token_is_number_0_and_the_first_of_the_text_is_predicted() {
    let mut session = ready();
    let mut vocabulary = Vocabulary::default();
    vocabulary.push(b"<s>", true);
    (0u8..7).for_each(|byte| vocabulary.push(&[b'a' + byte], false));
    session.open_files("tiny.gguf".into(), Unread::default());
    let [Request::Survey { id, .. }] = session.sent_incoming(|session| session.answer_incoming(Response::Ready))[..]
    else {
        panic!("no survey")
    };
    session.sent_incoming(|session| session.answer_incoming(Response::Described { id, model: Box::default() }));
    let [Request::Load { id, .. }] = session.sent_incoming(Session::accept)[..] else { panic!("no load") };
    let requests = session.sent_incoming(|session| {
        session.answer_incoming(Response::Loaded { id, model: Box::new(ModelInfo { vocabulary, ..model() }) })
    });
    serve_all(&mut session, requests);
    let requests = session.sent(|session| session.set_scores_visible(true));
    let [Request::Tokenize { id, .. }] = requests[..] else { panic!("{requests:?}") };
    let [Request::Score { id, .. }] = answer(&mut session, Response::Tokenized { id, tokens: vec![0, 4] })[..] else {
        panic!("no score")
    };
    answer(&mut session, Response::Scored { id, scores: scores(2) });
    let table = session.sequence_scores().get(0).unwrap().shown().unwrap();
    assert!(table.begins);
    assert_eq!((table.number(0), table.number(1), table.given()), (0, 1, 1));
}
