use generation::protocol::{
    Defect, Failure, ModelInfo, Request, RequestId, Response, Source, Survey, Undelivered, Vocabulary,
};
use generation::{Event, Line, NodeId, Step};

use super::engine::{Engine, Load};
use super::incoming_model::{IncomingState, Unread};
use super::testing::{SIZE, Sent, answer, model, ready, serve, serve_all, session, step, survey};
use super::{MAX_CRASHES, Session};

mod kv_cost;
mod questions;
mod texts;

#[test]
fn the_model_is_asked_for_only_if_it_is_here_already() {
    for (cached, loads) in [(0, false), (SIZE - 1, false), (SIZE, true)] {
        let mut session = session();
        let [Request::Survey { id, .. }] = answer(&mut session, Response::Ready)[..] else { panic!("no survey") };
        let requests = answer(&mut session, Response::Surveyed { id, survey: survey(cached) });
        assert_eq!(matches!(requests[..], [Request::Load { .. }]), loads, "{cached}");
    }
}

#[test]
fn a_cancelled_load_is_offered_again() {
    let mut session = session();
    let requests = answer(&mut session, Response::Ready);
    serve_all(&mut session, requests);
    let [Request::Load { id, .. }] = session.sent(Session::load)[..] else { panic!("no load") };
    assert_eq!(session.sent(Session::cancel_load), [Request::Cancel { id }]);
    assert_eq!(session.load_state(), Some(&Load::Offered));
    // What was on its way changes nothing.
    answer(&mut session, Response::Failed { id: Some(id), failure: Failure::Cancelled });
    answer(&mut session, Response::Loaded { id, model: Box::new(model()) });
    assert_eq!(session.load_state(), Some(&Load::Offered));
    assert!(matches!(session.sent(Session::load)[..], [Request::Load { .. }]));
}

#[test]
fn a_failed_load_can_be_tried_again() {
    let mut session = session();
    let requests = answer(&mut session, Response::Ready);
    serve_all(&mut session, requests);
    let [Request::Load { id, .. }] = session.sent(Session::load)[..] else { panic!("no load") };
    let failure = Failure::Download(Undelivered::Damaged { url: "part-01".into() });
    answer(&mut session, Response::Failed { id: Some(id), failure: failure.clone() });
    assert_eq!(session.load_state(), Some(&Load::Failed(failure)));
    let requests = session.sent(Session::load);
    serve_all(&mut session, requests);
    assert_eq!(session.load_state(), Some(&Load::Ready));
}

#[test]
fn a_death_while_running_loses_nothing_and_the_run_goes_on() {
    let mut session = ready();
    session.act(Event::Run);
    for _ in 0..3 {
        assert!(session.wants_token());
        let requests = session.sent(Session::next_token);
        serve_all(&mut session, requests);
    }
    session.next_token();
    let before = session.generation().context();
    assert_eq!(before.len(), 6);

    session.on_crash(Failure::Crashed("out of memory".into()));
    assert_eq!(*session.engine(), Engine::Restarting);
    assert_eq!(session.last_crash(), Some(&Failure::Crashed("out of memory".into())));
    assert!(session.running() && !session.generation().running());
    assert!(session.info().is_some(), "the tokens can still be read");

    let requests = answer(&mut session, Response::Ready);
    assert!(matches!(requests[..], [Request::Load { .. }]), "the model comes back by itself");
    serve_all(&mut session, requests);
    assert_eq!(session.generation().context(), before);
    assert!(session.generation().running() && session.wants_token());
    assert_eq!(session.last_crash(), Some(&Failure::Crashed("out of memory".into())), "told until the reader goes on");
}

#[test]
fn a_run_that_the_reader_stops_while_the_engine_is_away_stays_stopped() {
    let mut session = ready();
    session.act(Event::Run);
    session.on_crash(Failure::Crashed("gone".into()));
    session.act(Event::Pause);
    assert!(!session.running());
    let requests = answer(&mut session, Response::Ready);
    serve_all(&mut session, requests);
    assert!(!session.running() && session.generation().result().is_some());
}

#[test]
fn three_deaths_without_a_step_in_between_are_the_end() {
    let mut session = ready();
    for death in 1..=MAX_CRASHES {
        session.on_crash(Failure::Crashed("again".into()));
        assert_eq!(*session.engine() == Engine::Stopped, death == MAX_CRASHES);
    }
    session.start_again();
    let requests = answer(&mut session, Response::Ready);
    serve_all(&mut session, requests);
    assert_eq!(session.load_state(), Some(&Load::Ready));

    let mut session = ready();
    for _ in 0..10 {
        session.on_crash(Failure::Crashed("now and then".into()));
        let requests = answer(&mut session, Response::Ready);
        serve_all(&mut session, requests);
        let requests = session.sent(Session::next_token);
        serve_all(&mut session, requests);
        assert!(matches!(session.engine(), Engine::Alive(_)));
    }
}

#[test]
fn another_version_is_not_restarted() {
    let mut session = ready();
    session.on_crash(Failure::Version { page: 1, engine: 2 });
    assert_eq!(*session.engine(), Engine::Outdated);
}

#[test]
fn the_prompt_is_tokenized_when_it_changes_and_answers_to_older_texts_are_dropped() {
    let mut session = ready();
    assert!(session.sent(Session::tokenize).is_empty());
    session.edit("The".into());
    let [Request::Tokenize { id: old, .. }] = session.sent(Session::tokenize)[..] else { panic!("no request") };
    assert!(session.sent(Session::tokenize).is_empty(), "asked once");
    session.edit("The cat sat".into());
    let requests = session.sent(Session::tokenize);
    answer(&mut session, Response::Tokenized { id: old, tokens: vec![7] });
    assert_ne!(session.generation().prompt(), [7]);
    serve_all(&mut session, requests);
    assert_eq!(session.generation().prompt(), [3, 3, 3]);
}

#[test]
fn a_text_without_tokens_is_refused_in_words_and_keeps_the_old_ones() {
    let mut session = ready();
    session.edit("\u{4}".into());
    let [Request::Tokenize { id, .. }] = session.sent(Session::tokenize)[..] else { panic!("no request") };
    answer(&mut session, Response::Failed { id: Some(id), failure: Failure::Unreadable("U+0004".into()) });
    assert!(session.refused().is_some());
    assert_eq!(session.generation().prompt(), [3, 3]);
    session.edit("The cat".into());
    session.tokenize();
    assert!(session.refused().is_none());
}

#[test]
fn a_run_started_on_a_fresh_text_waits_for_its_tokens() {
    let mut session = ready();
    session.edit("A new text".into());
    let requests = session.sent(Session::tokenize);
    session.act(Event::Run);
    serve_all(&mut session, requests);
    assert!(session.generation().running());
    assert_eq!(session.generation().prompt(), [1, 3, 4]);
}

#[test]
fn a_short_pass_does_not_turn_run_into_stop() {
    let mut session = ready();
    let [Request::Step { id, .. }] = session.sent(Session::next_token)[..] else { panic!("no step") };
    answer(&mut session, Response::Working { id, done: 8, total: 71 });
    assert_eq!(session.working(), None);
    // Most of a long context is kept: its last tokens are a short pass.
    answer(&mut session, Response::Working { id, done: 899, total: 900 });
    assert_eq!(session.working(), None);
    session.act(Event::Run);
    assert!(session.running());
}

#[test]
fn stopping_a_long_pass_cancels_it() {
    let mut session = ready();
    session.act(Event::Run);
    let [Request::Step { id, .. }] = session.sent(Session::next_token)[..] else { panic!("no step") };
    answer(&mut session, Response::Working { id, done: 128, total: 900 });
    assert_eq!(session.working(), Some((128, 900)));
    answer(&mut session, Response::Working { id, done: 899, total: 900 });
    assert_eq!(session.working(), Some((899, 900)));
    assert_eq!(session.sent(|session| session.act(Event::Pause)), [Request::Cancel { id }]);
    answer(&mut session, Response::Failed { id: Some(id), failure: Failure::Cancelled });
    assert_eq!(session.working(), None);
    assert!(!session.running());
    // The next press asks again.
    assert!(matches!(session.sent(|session| session.act(Event::NextToken))[..], [Request::Step { .. }]));
}

#[test]
fn going_away_from_a_place_stops_its_step() {
    let mut session = ready();
    let [Request::Step { id, .. }] = session.sent(|session| session.act(Event::NextToken))[..] else {
        panic!("no step")
    };
    assert_eq!(session.sent(|session| session.act(Event::Undo)), [Request::Cancel { id }]);
    assert_eq!(session.generation().tip(), NodeId::ROOT);
}

#[test]
fn a_run_ends_where_the_window_does() {
    let mut session = ready();
    session.act(Event::MaxNew(100));
    session.act(Event::Run);
    while session.wants_token() {
        let requests = session.sent(Session::next_token);
        serve_all(&mut session, requests);
    }
    assert!(session.window_is_full() && !session.running());
    assert_eq!(session.generation().context().len(), 64);
}

#[test]
fn a_run_stops_where_nothing_can_be_drawn() {
    let mut session = ready();
    session.act(Event::Run);
    let [Request::Step { id, .. }] = session.sent(Session::next_token)[..] else { panic!("no step") };
    let step = Step { logits: vec![f32::NEG_INFINITY; 8], ..Step::default() };
    answer(&mut session, Response::Step { id, step: Box::new(step) });
    session.next_token();
    assert!(!session.running());
}

/// An incoming model that the reader has accepted: its load's id.
fn accepted(session: &mut Session) -> RequestId {
    session.open_files("mine.gguf".into(), Unread::default());
    let [Request::Survey { id, source: Source::Files }] =
        session.sent_incoming(|session| session.answer_incoming(Response::Ready))[..]
    else {
        panic!("no survey")
    };
    assert_eq!(session.sent_incoming(Session::accept), [], "it is not known yet");
    session.sent_incoming(|session| session.answer_incoming(Response::Described { id, model: Box::new(model()) }));
    let [Request::Load { id, source: Source::Files }] = session.sent_incoming(Session::accept)[..] else {
        panic!("no load")
    };
    id
}

#[test]
fn an_incoming_model_takes_over_only_when_it_is_ready() {
    let mut session = ready();
    let before = session.generation().context();
    let id = accepted(&mut session);
    assert_eq!(
        session
            .sent_incoming(|session| session.answer_incoming(Response::Loaded { id: id + 1, model: Box::default() })),
        [],
        "another's answer"
    );
    assert_eq!(session.generation().context(), before);
    let newer = ModelInfo { name: "Newer".into(), ..model() };
    let requests =
        session.sent_incoming(|session| session.answer_incoming(Response::Loaded { id, model: Box::new(newer) }));
    // The text is encoded anew: the former model's tokens mean nothing to this one.
    assert!(matches!(requests[..], [Request::Tokenize { .. }, Request::Encode { .. }]), "{requests:?}");
    assert!(session.incoming_model().is_none() && session.generation().context().is_empty());
    assert!(
        session.tokenizer_text().answered().shown().is_none()
            && session.sequence_scores().get(0).unwrap().shown().is_none()
    );
    serve_all(&mut session, requests);
    assert_eq!(session.info().map(|info| info.name.as_str()), Some("Newer"));
    assert!(session.generation().result().is_some());
}

#[test]
fn a_refused_model_changes_nothing() {
    let mut session = ready();
    let before = session.generation().context();
    let id = accepted(&mut session);
    let failure = Failure::BadModel(Defect::NoWeights);
    session
        .sent_incoming(|session| session.answer_incoming(Response::Failed { id: Some(id), failure: failure.clone() }));
    assert_eq!(session.incoming_model().map(|incoming| &incoming.state), Some(&IncomingState::Refused(failure)));
    assert_eq!(session.generation().context(), before);
    session.decline();
    let requests = session.sent(|session| session.act(Event::NextToken));
    serve_all(&mut session, requests);
    assert_eq!(session.generation().context().len(), before.len() + 1);
}

#[test]
fn after_a_death_the_readers_files_are_loaded_again() {
    let mut session = ready();
    let id = accepted(&mut session);
    let requests =
        session.sent_incoming(|session| session.answer_incoming(Response::Loaded { id, model: Box::new(model()) }));
    serve_all(&mut session, requests);
    session.on_crash(Failure::Crashed("out of memory".into()));
    let requests = answer(&mut session, Response::Ready);
    assert!(matches!(requests[..], [Request::Load { source: Source::Files, .. }]), "{requests:?}");
}

#[test]
fn the_way_back_is_the_same_hand_over_and_asks_only_where_something_must_be_fetched() {
    for (cached, asks) in [(SIZE, false), (SIZE - 1, true)] {
        let mut session = ready();
        assert!(!session.is_away());
        let id = accepted(&mut session);
        let requests =
            session.sent_incoming(|session| session.answer_incoming(Response::Loaded { id, model: Box::new(model()) }));
        serve_all(&mut session, requests);
        assert!(session.is_away() && session.home_name() == Some("Tiny"));
        session.edit("A text of mine".into());
        let requests = session.sent(Session::tokenize);
        serve_all(&mut session, requests);

        session.open_home();
        let [Request::Survey { id, source: Source::Parts { .. } }] =
            session.sent_incoming(|session| session.answer_incoming(Response::Ready))[..]
        else {
            panic!("no survey")
        };
        let mut requests =
            session.sent_incoming(|session| session.answer_incoming(Response::Surveyed { id, survey: survey(cached) }));
        assert_eq!(requests.is_empty(), asks);
        assert!(session.is_away() && session.generation().result().is_some(), "the present model goes on");
        if asks {
            requests = session.sent_incoming(Session::accept);
        }
        let [Request::Load { id, source: Source::Parts { .. } }] = requests[..] else { panic!("no load") };
        let requests =
            session.sent_incoming(|session| session.answer_incoming(Response::Loaded { id, model: Box::new(model()) }));
        serve_all(&mut session, requests);
        assert!(!session.is_away());
        assert_eq!((session.text(), session.generation().prompt()), ("A text of mine", &[1, 4, 2, 4][..]));
        session.on_crash(Failure::Crashed("gone".into()));
        let requests = answer(&mut session, Response::Ready);
        assert!(matches!(requests[..], [Request::Load { source: Source::Parts { .. }, .. }]), "{requests:?}");
    }
}

#[test]
fn a_press_while_the_model_is_at_work_waits_for_its_answer() {
    let mut session = ready();
    let [Request::Step { id, .. }] = session.sent(|session| session.act(Event::NextToken))[..] else {
        panic!("no step")
    };
    assert_eq!(session.sent(|session| session.act(Event::NextToken)), []);
    assert_eq!(session.sent(|session| session.act(Event::NextToken)), []);
    assert_eq!(session.generation().context().len(), 3);
    let requests = answer(&mut session, step(id));
    assert!(matches!(requests[..], [Request::Step { .. }]), "one at a time: {requests:?}");
    serve_all(&mut session, requests);
    assert_eq!(session.generation().context().len(), 5);
    assert!(session.generation().result().is_some() && session.generation().pending().is_none());
}

#[test]
fn a_line_pressed_while_the_model_is_at_work_follows_its_answer() {
    let mut session = ready();
    let [Request::Step { id, .. }] = session.sent(|session| session.act(Event::NextToken))[..] else {
        panic!("no step")
    };
    while session.sent(|session| session.act(Event::StepLine)).is_empty() && session.queued.is_empty() {}
    assert_eq!(session.generation().line(), Line::Repeat);
    session.act(Event::StepLine);
    answer(&mut session, step(id));
    assert_eq!(session.generation().line(), Line::Softmax);
}

#[test]
fn presses_are_forgotten_by_who_turns_to_something_else() {
    type Turn = fn(&mut Session);
    let turns: [Turn; 4] = [
        |session| session.act(Event::Undo),
        |session| session.act(Event::Pause),
        |session| session.act(Event::Select(NodeId::ROOT)),
        |session| {
            let id = session.generation().pending();
            session.answer(Response::Failed { id, failure: Failure::NoModel }, 0.0);
        },
    ];
    for (number, turn) in turns.into_iter().enumerate() {
        let mut session = ready();
        session.act(Event::NextToken);
        session.act(Event::NextToken);
        assert_eq!(session.queued.len(), 1);
        let requests = session.sent(turn);
        serve_all(&mut session, requests);
        assert!(session.queued.is_empty() && session.generation().context().len() <= 3, "{number}");
    }
}

#[test]
fn a_press_outlives_the_end_of_other_requests() {
    // The scores of a text are asked for; a step cancels them, and a second press waits for the step.
    let mut session = ready();
    session.set_scores_visible(true);
    let [Request::Tokenize { id: scores, .. }] = session.take_requests()[..] else { panic!("no question") };
    session.act(Event::NextToken);
    session.act(Event::NextToken);
    let requests = session.take_requests();
    let [Request::Cancel { id }, Request::Step { id: first, .. }] = requests[..] else { panic!("{requests:?}") };
    assert_eq!(id, scores);
    for id in [scores, 99] {
        answer(&mut session, Response::Failed { id: Some(id), failure: Failure::Cancelled });
    }
    let requests = answer(&mut session, step(first));
    let [Request::Step { id: second, .. }] = requests[..] else { panic!("{requests:?}") };
    answer(&mut session, step(second));
    assert_eq!(session.generation().context().len(), 4, "two presses, two tokens");
}
