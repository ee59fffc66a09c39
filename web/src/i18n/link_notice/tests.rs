use std::sync::Arc;

use generation::lesson::{self, MODEL, PROMPT};
use generation::link::{Ignored, Link};
use generation::protocol::{ModelInfo, Request, Response, Source, Survey, Vocabulary};
use generation::record::Record;
use generation::{Controls, Event, Line, NodeId, Stage, Step};

use super::{is_unscored, notice};
use session::Session;
use session::inspections::InspectorFocus;
use session::testing::Sent;
use session::toy_logits::ToyLogits;

const VOCABULARY: u32 = 49_152;

fn fresh() -> Session {
    let source = Source::Parts { manifest: "https://example.org/model/manifest.json".into() };
    Session::new(source, PROMPT.into(), lesson::controls(), lesson::SEED, false)
}

fn record() -> Arc<Record> {
    Arc::new(Record::decode(include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/recorded-run.bin"))).unwrap())
}

/// On the recorded run, with so many tokens made.
fn recorded(tokens: usize) -> Session {
    let mut session = fresh();
    assert_eq!(session.sent(|session| session.set_record(record())), []);
    for _ in 0..tokens {
        assert_eq!(session.sent(|session| session.act(Event::NextToken)), []);
    }
    session
}

fn open(session: &mut Session, link: &str) -> Vec<Request> {
    session.sent(|session| session.open_link(Link::decode(link)))
}

fn written(session: &Session) -> String {
    session.link().encode().unwrap()
}

fn model(name: &str, tokens: u32) -> ModelInfo {
    let mut vocabulary = Vocabulary::default();
    (0..tokens).for_each(|token| vocabulary.push(format!(" {token}").as_bytes(), false));
    ModelInfo {
        name: name.into(),
        window: 8_192,
        layers: 30,
        heads: 9,
        end_of_text: vec![2],
        vocabulary,
        ..ModelInfo::default()
    }
}

/// A live model of that name: its best next token is always the one after the last, and near to certain.
fn load(session: &mut Session, name: &str) {
    load_of(session, model(name, VOCABULARY));
}

fn load_of(session: &mut Session, model: ModelInfo) {
    let mut requests = session.sent(|session| session.answer(Response::Ready, 0.0));
    requests.extend(session.sent(Session::load));
    serve(session, requests, &model);
}

fn serve(session: &mut Session, mut requests: Vec<Request>, model: &ModelInfo) {
    while let Some(request) = requests.pop() {
        let response = match request {
            Request::Survey { id, .. } => {
                Response::Surveyed { id, survey: Survey { bytes: 9, cached: 9, ..Survey::default() } }
            }
            Request::Load { id, .. } => Response::Loaded { id, model: Box::new(model.clone()) },
            Request::Tokenize { id, text } => Response::Tokenized { id, tokens: vec![text.len() as u32] },
            Request::Step { id, tokens, .. } => {
                let mut logits = vec![0.0; model.vocabulary.len()];
                logits[(*tokens.last().unwrap() as usize + 1) % model.vocabulary.len()] = 60.0;
                Response::Step { id, step: Box::new(Step { logits, ..Step::default() }) }
            }
            _ => continue,
        };
        requests.extend(session.sent(|session| session.answer(response, 0.0)));
    }
}

/// What of a page is shared, apart from the figures.
fn state(session: &Session) -> impl PartialEq + std::fmt::Debug + use<> {
    let side = |index| session.sequence_scores().get(index).map(|side| side.text().to_owned());
    let texts =
        (session.tokenizer_text().answered().text().to_owned(), session.tokenizer_text().word(), side(0), side(1));
    let small = session.kv_cost().window_choice();
    (
        session.generation().snapshot(),
        session.text().to_owned(),
        *session.toy_logits(),
        session.inspector_focus(),
        texts,
        small,
    )
}

/// On the recorded run and beyond, with everything that a link carries.
fn busy() -> Session {
    let mut session = recorded(5);
    session.act(Event::Controls(Controls { temperature: 0.7, top_k: 40, ..Controls::default() }));
    session.act(Event::Select(NodeId::ROOT));
    session.act(Event::Alter { token: 253, logit: Some(17.5) });
    session.act(Event::Continue);
    session.act(Event::Select(NodeId::ROOT));
    session.act(Event::DrawAgain);
    session.act(Event::MaxNew(20));
    session.act(Event::Seed(9));
    session.act(Event::Breakpoint { line: Line::Append, on: true });
    session.act(Event::Open(Stage::Transformer));
    session.set_inspector_focus(InspectorFocus { layer: 3, head: 2, whole: true });
    session.set_toy_logits(ToyLogits { logits: [1.0, 2.5, 3.0, -4.0, 0.0, 7.0], added: 1.0, from_model: true });
    session.write_tokenizer_text("Ein eigener Text & ☃\n🦀".into());
    session.choose_word(Some(2));
    session.write_sequence(0, PROMPT.into());
    session.write_sequence(1, "100% = α\tβ+γ".into());
    session.set_window(None);
    session
}

#[test]
fn a_link_opens_as_what_it_was_made_of() {
    let there = busy();
    let link = written(&there);
    // Before the record is there, and after.
    for early in [true, false] {
        let mut here = if early { fresh() } else { recorded(0) };
        assert_eq!(open(&mut here, &link), []);
        if early {
            assert_eq!(written(&here), link, "also while it waits");
            assert_eq!(here.sent(|session| session.set_record(record())), []);
        }
        assert_eq!(state(&here), state(&there));
        assert_eq!(written(&here), link);
        let notice = notice(&here).unwrap();
        assert!(notice.ignored.is_empty() && !notice.former && notice.ends, "{notice:?}");
        // Its figures are the record's, where it has them.
        let (one, other) = (there.generation(), here.generation());
        for leaf in there.generation().leaves() {
            assert_eq!(one.ledger(leaf), other.ledger(leaf));
            for id in one.path(leaf) {
                assert_eq!(one.node(id).unwrap().origin(), other.node(id).unwrap().origin());
            }
        }
        // The live model takes over, has its own opinion, and keeps the tokens.
        load(&mut here, MODEL);
        assert_eq!(written(&here), link);
        assert_eq!((here.generation().unscored(), here.generation().awaiting()), (0, 0));
        assert!(here.generation().differing().len() >= 5);
        let said = super::notice(&here).unwrap().lines.join(" ");
        assert!(said.contains("would have drawn other tokens: position 4, "), "{said}");
    }
}

#[test]
fn what_the_record_does_not_know_is_shown_by_number_and_waits() {
    let mut here = recorded(0);
    open(&mut here, "v=1&text=Hi&model=SmolLM2-135M-Instruct&ids=7.8&tree=9.10f~1-11&end=0d0d0d0d");
    let generation = here.generation();
    assert_eq!(generation.context(), [7, 8, 9, 11]);
    assert!(is_unscored(&here) && generation.ledger(generation.tip()).is_none());
    assert!(generation.node(generation.tip()).unwrap().origin().is_unverified());
    let notice = notice(&here).unwrap();
    assert!(notice.lines[1].starts_with("3 of its tokens have no figures yet"), "{notice:?}");
    assert_eq!(notice.ignored.len(), 1, "it was changed");
    assert_eq!((here.text(), here.prompt_is_current()), ("Hi", true));
    // The record can still be gone back to.
    here.reset(PROMPT.into(), lesson::controls(), lesson::SEED);
    assert_eq!(here.opened_link(), None);
}

#[test]
fn a_link_of_another_model_waits_for_it() {
    let link = "v=1&text=Hello&model=GPT-2&ids=5&seed=3&T=0&tree=6.7.9";
    let mut here = recorded(2);
    open(&mut here, link);
    let waits = notice(&here).unwrap();
    assert!(waits.lines[0].contains("made with GPT-2") && !waits.ends && waits.former, "{waits:?}");
    // No token of another vocabulary is shown, in any case.
    assert_eq!(here.generation().context(), record().prompt());
    assert_eq!((here.text(), here.generation().seed()), ("Hello", 3));
    assert_eq!(here.generation().controls().temperature, 0.0);
    load(&mut here, MODEL);
    assert_eq!(here.generation().context(), [5], "the text as this model cuts it");
    // The reader opens that model.
    here.open_files("gpt2.gguf".into(), session::incoming_model::Unread::default());
    let gpt2 = model("GPT-2", 50_257);
    let Some(Request::Survey { id, .. }) = here.sent_incoming(|session| session.answer_incoming(Response::Ready)).pop()
    else {
        panic!()
    };
    here.sent_incoming(|session| session.answer_incoming(Response::Described { id, model: Box::new(gpt2.clone()) }));
    let Some(Request::Load { id, .. }) = here.sent_incoming(Session::accept).pop() else { panic!() };
    let requests =
        here.sent_incoming(|session| session.answer_incoming(Response::Loaded { id, model: Box::new(gpt2.clone()) }));
    serve(&mut here, requests, &gpt2);
    // The end of the link was missing: its last token may be another.
    assert_eq!(here.generation().context(), [5, 6, 7]);
    assert_eq!(here.generation().differing(), [], "6 and 7 are what it would say");
    assert!(notice(&here).unwrap().lines[1].contains("would have drawn the same tokens"));
}

#[test]
fn tokens_that_the_model_does_not_have_are_left_out() {
    let mut here = recorded(0);
    let link = format!("v=1&text=Hi&model={MODEL}&ids=7&tip=3&tree=9.{VOCABULARY}.11&end=00000000");
    open(&mut here, &link);
    assert_eq!(here.generation().context(), [7, 9]);
    assert!(notice(&here).unwrap().lines[1].contains("has no token 49152"));
    let mut here = recorded(0);
    open(&mut here, &format!("v=1&text=Hi&model={MODEL}&ids=7.{VOCABULARY}&tree=9&end=00000000"));
    assert_eq!(here.generation().context(), record().prompt());
    assert_eq!(here.text(), "Hi");
}

#[test]
fn a_link_by_hand_gives_a_text_and_controls() {
    let mut here = recorded(3);
    open(&mut here, "v=1&text=The+capital&T=inf&max=7&break=6");
    assert_eq!(here.text(), "The capital");
    let generation = here.generation();
    assert_eq!((generation.max_new(), generation.context().len()), (7, 4));
    assert_eq!(generation.controls().temperature, f32::INFINITY);
    assert!(generation.breakpoints().contains(&Line::Sample));
    assert!(!here.prompt_is_current());
    let link = written(&here);
    let mut other = fresh();
    open(&mut other, &link);
    other.set_record(record());
    assert_eq!(state(&other), state(&here));
    load(&mut other, MODEL);
    assert_eq!(other.generation().context(), ["The capital".len() as u32]);
}

#[test]
fn texts_beside_the_prompt_and_the_window_are_as_at_the_start_where_a_link_is_silent() {
    // A link made before links carried them, in a page that has its own.
    let start = state(&recorded(0));
    let mut here = recorded(0);
    here.write_tokenizer_text("mine".into());
    here.write_sequence(0, "mine, too".into());
    here.set_window(Some(8));
    let own = state(&here);
    open(&mut here, &format!("v=1&text={}&seed={}", PROMPT.replace(' ', "+"), lesson::SEED));
    assert_eq!(state(&here), start);
    assert!(here.sequence_scores().get(0).unwrap().is_current(), "the recorded ledger is back");
    assert!(notice(&here).unwrap().former, "and nothing is lost");
    here.close_link();
    assert_eq!(state(&here), own);
    // They are asked for once there is a model.
    let mut here = recorded(0);
    open(&mut here, "v=1&cut=a+b&second=c+d");
    here.set_scores_visible(true);
    load(&mut here, MODEL);
    assert!(here.sent(Session::encode_tokenizer_text).is_empty(), "the tokens are asked for by then");
    assert!(here.is_scoring(0), "and so are the scores");
}

#[test]
fn options_are_bounded_and_what_is_wrong_is_said() {
    let long = |length: usize| "a".repeat(length);
    for (option, is_read) in [
        (format!("cut={}", long(2_000)), true),
        (format!("cut={}", long(2_001)), false),
        // Two units each, as the box counts.
        (format!("cut={}", "🦀".repeat(1_001)), false),
        (format!("first={}", long(600)), true),
        (format!("first={}", long(601)), false),
        (format!("second={}", long(601)), false),
        ("cut=".to_owned(), true),
        ("word=1".to_owned(), true),
        ("word=0".to_owned(), false),
        ("word=-1".to_owned(), false),
        ("word=2001".to_owned(), false),
        ("word=x".to_owned(), false),
        ("window=8".to_owned(), true),
        ("window=own".to_owned(), true),
        ("window=9".to_owned(), false),
        ("window=18446744073709551616".to_owned(), false),
        ("third=a".to_owned(), false),
    ] {
        let mut here = recorded(0);
        let before = state(&here);
        open(&mut here, &format!("v=1&{option}"));
        let said = notice(&here).unwrap().ignored;
        assert_eq!(said.is_empty(), is_read, "{option}: {said:?}");
        assert!(is_read || state(&here) == before, "{option}");
    }
}

#[test]
fn what_was_here_before_can_be_gone_back_to() {
    let mut here = busy();
    let before = state(&here);
    open(&mut here, "v=1&text=Else");
    assert!(notice(&here).unwrap().former);
    assert_eq!(here.sent(Session::close_link), []);
    assert_eq!(state(&here), before);
    assert_eq!(here.opened_link(), None);
    // A run that is under way ends with a link, and nothing of the old one comes in between.
    let mut here = recorded(0);
    load(&mut here, MODEL);
    let step = here.sent(|session| session.act(Event::Run));
    open(&mut here, &format!("v=1&text=Hi&model={MODEL}&ids=7&tree=9.11&end=00000000"));
    assert!(!here.running());
    serve(&mut here, step, &model(MODEL, VOCABULARY));
    assert_eq!(here.generation().context(), [7, 9, 11]);
}

#[test]
fn nothing_in_a_link_breaks_the_page() {
    let link = written(&busy());
    let mut here = recorded(1);
    for place in 0..link.len() {
        open(&mut here, &link[..place]);
        let spoilt = format!("{}%00<b>~{}", &link[..place], &link[place..]);
        open(&mut here, &spoilt);
        assert!(notice(&here).is_some());
        here.act(Event::NextToken);
        here.act(Event::DrawAgain);
        assert!(here.take_requests().len() < 3);
    }
    open(&mut here, "v=2&text=x");
    assert_eq!(here.opened_link().unwrap().ignored, [Ignored::Version("2".into())]);
    open(&mut here, &format!("v=1&look=99.99&six=1_2&added=NaN&fill=me&who={}", "%3Cscript%3E".repeat(20)));
    let said = notice(&here).unwrap().ignored;
    assert_eq!(said.len(), 4, "{said:?}");
    open(&mut here, &(0..1000).map(|i| format!("a{i}=1&")).collect::<String>());
    let said = notice(&here).unwrap().ignored;
    assert_eq!((said.len(), &*said[6]), (7, "And 994 things more."));
    open(&mut here, "v=1&look=99.99");
    assert_eq!((here.inspector_focus().layer, here.inspector_focus().head), (29, 8), "the last of this model");
    load(&mut here, MODEL);
    assert!(here.sent(|session| session.act(Event::NextToken)).len() < 3);
}
