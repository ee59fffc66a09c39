//! The tokenizer's text and the sentences.

use generation::cut::{Cut, Piece, Word, recorded};
use generation::step::{Reading, Score};

use super::*;
use crate::cutting::Reach;

const FIRST: u64 = 16 << 20;

/// A session that knows what there is to load.
fn surveyed(first_cached: bool) -> (Session, Vec<Request>) {
    let mut session = session();
    let [Request::Survey { id, .. }] = answer(&mut session, Response::Ready)[..] else { panic!("no survey") };
    let survey = Survey { first: FIRST, first_cached, ..survey(0) };
    let requests = answer(&mut session, Response::Surveyed { id, survey });
    (session, requests)
}

fn cut(text: &str) -> Cut {
    let word = Word { bytes: text.into(), tokens: vec![Piece { id: 7, bytes: 1 }], ..Word::default() };
    Cut { words: vec![word], ..Cut::default() }
}

/// The tokenizer has come in; the question that follows.
fn with_tokenizer(session: &mut Session) -> Vec<Request> {
    let [Request::LoadTokenizer { id, .. }] = session.load_tokenizer()[..] else { panic!("no tokenizer") };
    let model = ModelInfo { name: "Tiny".into(), ..model() };
    answer(session, Response::TokenizerReady { id, model: Box::new(model) })
}

#[test]
fn before_any_tokenizer_there_are_recorded_cuts() {
    let mut session = session();
    for text in recorded::TEXTS {
        session.write_cut(text.into());
        let shown = session.cutting().shown().unwrap();
        assert!(shown.recorded && shown.text == text && session.cutting().is_current());
        assert_eq!(session.ask_cut(), []);
    }
    session.write_cut("my own".into());
    assert!(!session.cutting().is_current());
    assert_eq!(session.ask_cut(), [], "nobody could answer");
}

#[test]
fn the_tokenizer_comes_without_the_model() {
    let (mut session, requests) = surveyed(false);
    assert_eq!(requests, [], "it is not asked for by itself");
    session.write_cut("my own".into());
    let [Request::Cut { id, text }] = &with_tokenizer(&mut session)[..] else { panic!("no cut") };
    assert_eq!(text, "my own");
    session.write_cut("my own text".into());
    let requests = answer(&mut session, Response::Cut { id: *id, cut: cut("my own") });
    let [Request::Cut { id, .. }] = requests[..] else { panic!("typed on: {requests:?}") };
    answer(&mut session, Response::Cut { id, cut: cut("my own text") });
    let shown = session.cutting().shown().unwrap();
    assert_eq!((shown.text.as_str(), shown.model.as_str(), shown.recorded), ("my own text", "Tiny", false));
    assert_eq!(*session.load_state(), Load::Offered);
    // The model's own tokenizer takes over.
    let requests = session.load();
    let [Request::Load { id, .. }] = requests[..] else { panic!("no load") };
    let requests = answer(&mut session, Response::Loaded { id, model: Box::new(model()) });
    assert!(requests.iter().any(|request| matches!(request, Request::Cut { .. })));
}

#[test]
fn a_kept_first_part_is_used_by_itself() {
    let (_, requests) = surveyed(true);
    assert!(matches!(requests[..], [Request::LoadTokenizer { .. }]), "{requests:?}");
}

#[test]
fn a_tokenizer_can_fail_be_stopped_and_be_asked_for_again() {
    let (mut session, _) = surveyed(false);
    let [Request::LoadTokenizer { id, .. }] = session.load_tokenizer()[..] else { panic!("no tokenizer") };
    let failure = Failure::Download(Undelivered::Damaged { url: "part-01".into() });
    answer(&mut session, Response::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(*session.cutting().reach(), Reach::Failed(failure));
    let [Request::LoadTokenizer { id, .. }] = session.load_tokenizer()[..] else { panic!("not again") };
    assert_eq!(session.cancel_tokenizer(), [Request::Cancel { id }]);
    assert_eq!(*session.cutting().reach(), Reach::Away);
    with_tokenizer(&mut session);
    assert!(session.can_cut());
    // A fresh worker gets it again.
    session.die(Failure::Crashed("out of memory".into()));
    assert!(!session.can_cut());
    let [Request::Survey { id, .. }] = answer(&mut session, Response::Ready)[..] else { panic!("no survey") };
    let requests = answer(&mut session, Response::Surveyed { id, survey: survey(0) });
    assert!(matches!(requests[..], [Request::LoadTokenizer { .. }]), "{requests:?}");
}

#[test]
fn a_text_that_cannot_be_cut_is_answered_and_not_asked_again() {
    let (mut session, _) = surveyed(false);
    session.write_cut("a\u{4}".into());
    let [Request::Cut { id, .. }] = with_tokenizer(&mut session)[..] else { panic!("no cut") };
    let failure = Failure::Unreadable("'\u{4}'".into());
    answer(&mut session, Response::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(session.cutting().refused(), Some(&failure));
    assert_eq!(session.ask_cut(), []);
    session.write_cut("a".into());
    assert_eq!(session.cutting().refused(), None);
    assert!(matches!(session.ask_cut()[..], [Request::Cut { .. }]));
}

fn scores(count: usize) -> Vec<Score> {
    let next = Reading { top: Vec::new(), entropy: 0.0 };
    let score = |i| Score { log_probability: (i > 0).then_some(-1.5), rank: (i > 0).then_some(3), next: next.clone() };
    (0..count).map(score).collect()
}

/// Answers the questions about one sentence.
fn serve_sentence(session: &mut Session) {
    let [Request::Tokenize { id, .. }] = session.score()[..] else { panic!("no question") };
    let requests = answer(session, Response::Tokenized { id, tokens: vec![1, 2, 3] });
    let [Request::Score { id, tokens }] = &requests[..] else { panic!("{requests:?}") };
    answer(session, Response::Scored { id: *id, scores: scores(tokens.len()) });
}

#[test]
fn sentences_are_scored_one_after_the_other_while_somebody_looks() {
    let mut session = ready();
    assert_eq!(session.score(), [], "nobody looks");
    session.look_at_ledgers(true);
    serve_sentence(&mut session);
    serve_sentence(&mut session);
    assert_eq!(session.score(), []);
    for index in [0, 1] {
        let sheet = session.ledgers().side(index).unwrap().shown().unwrap();
        assert_eq!((sheet.given(), sheet.total().predicted, sheet.number(0)), (1, 2, 1));
        assert!((sheet.total().log_probability + 3.0).abs() < 1e-12);
        assert_eq!(sheet.entries[2].bytes, b"d");
    }
}

#[test]
fn the_loop_goes_before_the_ledgers() {
    let mut session = ready();
    session.look_at_ledgers(true);
    let [Request::Tokenize { id, .. }] = session.score()[..] else { panic!("no question") };
    session.act(Event::NextToken);
    assert_eq!(session.score(), [Request::Cancel { id }]);
    assert_eq!(session.score(), []);
    let pending = session.generation().pending().unwrap();
    answer(&mut session, step(pending));
    serve_sentence(&mut session);
}

#[test]
fn typing_stops_what_was_asked_and_waits_for_its_end() {
    let mut session = ready();
    session.look_at_ledgers(true);
    let [Request::Tokenize { id, .. }] = session.score()[..] else { panic!("no question") };
    assert_eq!(session.write_sentence(0, "The cat s".into()), [Request::Cancel { id }]);
    // The other one goes on meanwhile.
    let [Request::Tokenize { id, ref text }] = session.score()[..] else { panic!("no question") };
    assert_eq!(text, session.ledgers().side(1).unwrap().text());
    let failure = Failure::Unreadable("it".into());
    answer(&mut session, Response::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(session.ledgers().side(1).unwrap().refused(), Some(&failure));
    assert_eq!(session.score(), []);
    session.settle_sentences();
    serve_sentence(&mut session);
    assert!(session.ledgers().side(0).unwrap().is_current());
}

#[test]
fn a_beginning_token_is_number_0_and_the_first_of_the_text_is_predicted() {
    let mut session = ready();
    let mut vocabulary = Vocabulary::default();
    vocabulary.push(b"<s>", true);
    (0u8..7).for_each(|byte| vocabulary.push(&[b'a' + byte], false));
    session.open("tiny.gguf".into(), Unread::default());
    let [Request::Survey { id, .. }] = session.meet(Response::Ready)[..] else { panic!("no survey") };
    session.meet(Response::Described { id, model: Box::default() });
    let [Request::Load { id, .. }] = session.accept()[..] else { panic!("no load") };
    let requests = session.meet(Response::Loaded { id, model: Box::new(ModelInfo { vocabulary, ..model() }) });
    serve_all(&mut session, requests);
    session.look_at_ledgers(true);
    let [Request::Tokenize { id, .. }] = session.score()[..] else { panic!("no question") };
    let [Request::Score { id, .. }] = answer(&mut session, Response::Tokenized { id, tokens: vec![0, 4] })[..] else {
        panic!("no score")
    };
    answer(&mut session, Response::Scored { id, scores: scores(2) });
    let sheet = session.ledgers().side(0).unwrap().shown().unwrap();
    assert!(sheet.begins);
    assert_eq!((sheet.number(0), sheet.number(1), sheet.given()), (0, 1, 1));
}
