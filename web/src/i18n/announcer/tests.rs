//! What is heard of the loop.

use generation::Event;

use session::Session;
use session::testing::{Sent, ready, serve_all};

use super::*;

/// A listener: what is new since it was asked last.
struct Ear(Announcement);

impl Ear {
    fn new(session: &Session) -> Self {
        Self(Announcement::next(None, session))
    }

    fn hear(&mut self, session: &Session) -> Option<String> {
        let heard = Announcement::next(Some(&self.0), session);
        let is_new = heard.number != self.0.number;
        self.0 = heard;
        is_new.then(|| self.0.sentence.iter().map(|piece| piece.text.as_str()).collect())
    }
}

fn act(session: &mut Session, event: Event) {
    let requests = session.sent(|session| session.act(event));
    serve_all(session, requests);
}

#[test]
fn each_token_is_heard_once_and_a_way_back_is_no_token() {
    let mut session = ready();
    let mut ear = Ear::new(&session);
    assert_eq!(ear.hear(&session), None);
    for _ in 0..3 {
        let requests = session.sent(|session| session.act(Event::NextToken));
        let sentence = ear.hear(&session).unwrap();
        assert!(sentence.contains(" percent, rank "), "{sentence}");
        assert!(ear.0.sentence.iter().any(|piece| piece.of_model), "{sentence}");
        serve_all(&mut session, requests);
        assert_eq!(ear.hear(&session), None, "the answer is no token");
    }
    act(&mut session, Event::Undo);
    assert!(ear.hear(&session).unwrap().starts_with("The text ends with "));
    act(&mut session, Event::Undo);
    act(&mut session, Event::Undo);
    assert_eq!(ear.hear(&session).as_deref(), Some("Back at the prompt."));
}

#[test]
fn a_run_is_summed_up_when_it_ends() {
    let mut session = ready();
    act(&mut session, Event::MaxNew(3));
    let mut ear = Ear::new(&session);
    let requests = session.sent(|session| session.act(Event::Run));
    serve_all(&mut session, requests);
    assert_eq!(ear.hear(&session).as_deref(), Some("Running."));
    for _ in 0..5 {
        if session.wants_token() {
            let requests = session.sent(Session::next_token);
            serve_all(&mut session, requests);
        }
        if let Some(sentence) = ear.hear(&session) {
            assert!(sentence.starts_with("3 tokens: ") && sentence.contains("max_new = 3"), "{sentence}");
            assert!(!session.running());
        }
    }
    assert!(!session.running());
}

#[test]
fn a_chosen_token_is_heard_as_such_wherever_it_was_chosen() {
    let mut session = ready();
    for _ in 0..2 {
        act(&mut session, Event::NextToken);
    }
    let mut ear = Ear::new(&session);
    let taken = session.generation().context()[2];
    let token = (3..8).find(|&token| token != taken).unwrap();
    act(&mut session, Event::Force { after: generation::NodeId::ROOT, token });
    assert!(ear.hear(&session).unwrap().ends_with(" percent, chosen by you"));
}

fn piece(text: &str, of_model: bool) -> Piece {
    Piece { text: text.to_owned(), of_model }
}

#[test]
fn a_token_keeps_its_language_within_the_sentence() {
    let place = PLACE.to_string();
    for (message, pieces) in [
        (format!("{place}, rank 1"), vec![piece("mat", true), piece(", rank 1", false)]),
        (format!("ends with {place}."), vec![piece("ends with ", false), piece("mat", true), piece(".", false)]),
    ] {
        assert_eq!(with_token(&message, piece("mat", true)), pieces);
    }
}
