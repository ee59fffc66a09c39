//! Links: every version for ever, there and back, and whatever else may stand in an address.

// The helpers of tests are tests too.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use generation::link::{Ignored, Link, MAX_LENGTH, MAX_MADE, MAX_PROMPT, Reading, TooLong};
use generation::snapshot::{Ahead, Made, Snapshot};
use generation::tree::{Alterations, Origin, Toss};
use generation::{Controls, Line, Stage, TokenId};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;

/// A link of version 1, for ever: it has one of everything.
const VERSION_1: &str = "v=1&text=The+cat+sat+on&model=SmolLM2-135M-Instruct&ids=504.2644.3323.335&seed=143&T=0.8&topp=0.95&minp=0.05&penalty=1.1&topk=40&max=20&call=5&stage=softmax&line=5&break=6.7&six=3.8_3.2&past=Tinf_s7~T0_k3&logits=28:-3.5_30:12.25~9:inf&tip=3&tree=n2y1.260.28f.30d3c1x2n1~1-335c2y2&end=5072d338";

fn version_1() -> Link {
    let controls = Controls { temperature: 0.8, top_k: 40, top_p: 0.95, min_p: 0.05, repetition_penalty: 1.1 };
    let hot = Controls { temperature: f32::INFINITY, ..Controls::default() };
    let cold = Controls { temperature: 0.0, top_k: 3, ..Controls::default() };
    let two: Alterations = [(28, -3.5), (30, 12.25)].into();
    let one: Alterations = [(9, f32::INFINITY)].into();
    let drawn = |controls, seed, number, altered: &Alterations| Origin::Drawn {
        draw: None,
        toss: Toss { seed, number },
        controls,
        altered: altered.clone(),
    };
    let none = Alterations::new();
    let ahead = |redraws, altered: &Alterations| Ahead { redraws, altered: altered.clone() };
    let made = |parent, token, origin, ahead| Made { parent, token, origin, ahead };
    Link {
        model: "SmolLM2-135M-Instruct".into(),
        text: Some("The cat sat on".into()),
        snapshot: Snapshot {
            prompt: vec![504, 2644, 3323, 335],
            root: ahead(2, &two),
            made: vec![
                made(0, 260, drawn(controls, 143, 0, &none), ahead(0, &none)),
                made(1, 28, Origin::Forced, ahead(0, &none)),
                made(2, 30, drawn(hot, 7, 3, &one), ahead(1, &none)),
                made(1, 335, drawn(cold, 143, 0, &none), ahead(0, &one)),
            ],
            tip: 3,
            stage: Stage::Softmax,
            line: Line::Softmax,
            breakpoints: [Line::Sample, Line::Append].into(),
            max_new: 20,
            called_at: 5,
            controls,
            seed: 143,
        },
        options: [("six".to_owned(), "3.8_3.2".to_owned())].into(),
    }
}

#[test]
fn a_link_of_version_1_means_the_same_for_ever() {
    assert_eq!(version_1().encode().unwrap(), VERSION_1);
    let expected = Reading { link: version_1(), ignored: Vec::new() };
    assert_eq!(Link::decode(VERSION_1), expected);
    assert_eq!(Link::decode(&format!("#{VERSION_1}")), expected);
    // As a mail program may have escaped it.
    assert_eq!(Link::decode(&VERSION_1.replace('~', "%7E").replace(':', "%3a")), expected);
}

#[test]
fn what_is_left_out_has_its_value_for_ever() {
    let reading = Link::decode("v=1&ids=5.6&tree=7");
    let toss = Toss { seed: 143, number: 0 };
    let plain = Controls { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0 };
    let origin = Origin::Drawn { draw: None, toss, controls: plain, altered: Alterations::new() };
    let snapshot = Snapshot {
        prompt: vec![5, 6],
        root: Ahead::default(),
        made: Vec::new(),
        tip: 0,
        stage: Stage::Context,
        line: Line::Copy,
        breakpoints: BTreeSet::new(),
        max_new: 50,
        called_at: 2,
        controls: plain,
        seed: 143,
    };
    // Its tree was its last field, and it has no end.
    assert_eq!(reading.link.snapshot, snapshot);
    assert_eq!(reading.ignored, [Ignored::Cut("tree".into())]);
    let made = vec![Made { parent: 0, token: 7, origin, ahead: Ahead::default() }];
    assert_eq!(Link::decode("v=1&ids=5.6&tree=7.8").link.snapshot, Snapshot { made, tip: 1, ..snapshot });
}

#[test]
fn a_link_can_be_written_by_hand() {
    let reading = Link::decode("v=1&text=The+capital+of+France+is&T=0");
    assert_eq!(reading.ignored, []);
    assert_eq!(reading.link.text.as_deref(), Some("The capital of France is"));
    assert_eq!(reading.link.snapshot.controls, Controls { temperature: 0.0, ..Controls::default() });
    assert_eq!(reading.link.snapshot.prompt, []);
}

#[test]
fn what_makes_no_sense_is_named_and_the_rest_is_read() {
    let value = |field: &str, value: &str| Ignored::Value { field: field.into(), value: value.into() };
    let tree = |from, value: &str| Ignored::Tree { from, value: value.into() };
    for (change, to, ignored) in [
        ("T=0.8", "T=-1", value("T", "-1")),
        ("T=0.8", "T=NaN", value("T", "NaN")),
        ("topp=0.95", "topp=2", value("topp", "2")),
        ("topk=40", "topk=99999999999999999999999", value("topk", "999999999999999999999999".get(..23).unwrap())),
        ("seed=143", "seed=x", value("seed", "x")),
        ("max=20", "max=0", value("max", "0")),
        ("call=5", "call=99", value("call", "99")),
        ("stage=softmax", "stage=%3Cscript%3Ealert(1)%3C/script%3E", value("stage", "<script>alert(1)</script…")),
        ("line=5", "line=10", value("line", "10")),
        ("break=6.7", "break=6.77", value("break", "6.77")),
        ("tip=3", "tip=9", value("tip", "9")),
        ("260.28f", "260.28z", tree(2, "28z")),
        ("260.28f", "260.28fd1", tree(2, "28fd1")),
        ("~1-335", "~9-335", tree(4, "335c2y2")),
        ("~1-335", "~1-28", tree(4, "28c2y2")),
        ("30d3c1", "30d3c9", tree(3, "30d3c9x2n1")),
        ("n2y1.", "n2f.", tree(1, "n2f")),
    ] {
        let changed = VERSION_1.replacen(change, to, 1);
        assert_ne!(changed, VERSION_1);
        let reading = Link::decode(&changed);
        assert_eq!(reading.ignored, [Ignored::Changed, ignored], "{to}");
        assert_eq!(reading.link.text.as_deref(), Some("The cat sat on"));
        assert!(reading.link.snapshot.is_sound());
    }
    let twice = VERSION_1.replace("&T=0.8", "&T=0.8&T=2");
    assert_eq!(Link::decode(&twice).ignored, [Ignored::Changed, Ignored::Twice("T".into())]);
    let alone = Link::decode("v=1&text=a&tip=3&max=7&end=00000000");
    assert_eq!(alone.ignored, [Ignored::Changed, Ignored::Alone("tip".into())]);
    assert_eq!(alone.link.snapshot.max_new, 7);
}

#[test]
fn another_version_and_too_long_a_link_are_ignored_as_a_whole() {
    let reading = Link::decode(&VERSION_1.replace("v=1", "v=2"));
    assert_eq!(reading, Reading { ignored: vec![Ignored::Version("2".into())], ..Reading::default() });
    let reading = Link::decode(&format!("{VERSION_1}{}", "x".repeat(1 << 20)));
    assert_eq!(reading.ignored, [Ignored::Length(VERSION_1.len() + (1 << 20))]);
    let long = |text: usize, prompt: usize, made: usize| {
        let chain = |parent| Made { parent, token: 1, origin: Origin::Forced, ahead: Ahead::default() };
        let snapshot =
            Snapshot { prompt: vec![1; prompt], made: (0..made).map(chain).collect(), ..Snapshot::default() };
        Link { text: Some("a".repeat(text)), snapshot, ..Link::default() }.encode()
    };
    assert_eq!(long(1, MAX_PROMPT + 1, 0), Err(TooLong::Prompt(MAX_PROMPT + 1)));
    assert_eq!(long(1, 1, MAX_MADE + 1), Err(TooLong::Made(MAX_MADE + 1)));
    assert!(matches!(long(MAX_LENGTH, 1, 1), Err(TooLong::Bytes(length)) if length > MAX_LENGTH));
    assert!(long(100, MAX_PROMPT, MAX_MADE).is_ok());
}

/// Ten thousand, of every kind that can stand in an address.
#[test]
fn ten_thousand_malformed_links_are_read_in_no_time() {
    let mut random = Random(1);
    let (started, mut slowest) = (Instant::now(), Duration::ZERO);
    for i in 0..10_000 {
        let link = malformed(&mut random, i);
        let started = Instant::now();
        let Reading { link: read, ignored } = Link::decode(&link);
        slowest = slowest.max(started.elapsed());
        assert!(read.snapshot.is_sound(), "{link}");
        assert!(read.snapshot.prompt.len() <= MAX_PROMPT && read.snapshot.made.len() <= MAX_MADE);
        assert!(ignored.len() <= link.len());
        // Whatever was read is a state like any other.
        let again = read.encode().map(|written| Link::decode(&written));
        if let Ok(again) = again {
            assert_eq!(again, Reading { link: read, ignored: Vec::new() }, "{link}");
        }
    }
    println!("10,000 malformed links in {:?}, the slowest in {slowest:?}", started.elapsed());
    assert!(slowest < Duration::from_millis(500), "{slowest:?}");
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        (generation::sampling::coin(
            self.0,
            {
                self.0 += 1;
                self.0
            },
            0,
        ) * end as f64) as usize
    }

    fn letter(&mut self, from: &[char]) -> char {
        from[self.below(from.len())]
    }
}

fn malformed(random: &mut Random, kind: usize) -> String {
    let html = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>&lt;%00%ff\u{202e}💥";
    let place = random.below(VERSION_1.len());
    match kind % 8 {
        // Random bytes, also as a link.
        0 => (0..random.below(400)).map(|_| char::from(random.below(256) as u8)).collect(),
        1 => {
            let letters: Vec<char> = "0123456789.~-_:fdcxny&=%+v".chars().collect();
            let rest: String = (0..random.below(2000)).map(|_| random.letter(&letters)).collect();
            format!("v=1&ids=1.2&tree={rest}")
        }
        // Truncations.
        2 => VERSION_1[..place].to_owned(),
        3 => VERSION_1[place..].to_owned(),
        // One or some letters changed.
        4 => {
            let mut letters: Vec<char> = VERSION_1.chars().collect();
            for _ in 0..=random.below(8) {
                let at = random.below(letters.len());
                letters[at] = char::from(random.below(128) as u8);
            }
            letters.into_iter().collect()
        }
        5 => format!("{}{html}{}", &VERSION_1[..place], &VERSION_1[place..]),
        // Huge numbers in a number's place.
        6 => {
            let number = ["18446744073709551615", "4294967295", "-0", "1e999", "00000000000000000000000009"];
            let end = VERSION_1[place..].find(|letter: char| !letter.is_ascii_digit()).unwrap_or(0);
            format!("{}{}{}", &VERSION_1[..place], number[random.below(5)], &VERSION_1[place + end..])
        }
        // Long ones, up to a megabyte.
        _ => {
            let unit = ["&tree=1.2~1-3", "%", "~", ".1", "&", "=", html, "a=1&"][random.below(8)];
            let length = [8_000, 8_300, 1 << 20][random.below(if kind % 160 == 7 { 3 } else { 2 })];
            format!("{VERSION_1}{}", unit.repeat(length / unit.len()))
        }
    }
}

fn controls() -> impl Strategy<Value = Controls> {
    let temperature = prop_oneof![Just(0.0), Just(1.0), Just(f32::INFINITY), 0.0..100.0f32];
    let share = || prop_oneof![Just(0.0), Just(1.0), 0.0..1.0f32];
    (temperature, 0..1000usize, share(), share(), 0.01..10.0f32).prop_map(
        |(temperature, top_k, top_p, min_p, repetition_penalty)| Controls {
            temperature,
            top_k,
            top_p,
            min_p,
            repetition_penalty,
        },
    )
}

fn alterations() -> impl Strategy<Value = Alterations> {
    let logit =
        prop_oneof![Just(f32::INFINITY), Just(f32::NEG_INFINITY), any::<f32>().prop_filter("NaN", |x| !x.is_nan())];
    prop_oneof![2 => Just(Alterations::new()), 1 => btree_map(0..50_000u32, logit, 1..4)]
}

fn origin() -> impl Strategy<Value = Origin> {
    let drawn = |(seed, number, controls, altered)| Origin::Drawn {
        draw: None,
        toss: Toss { seed, number },
        controls,
        altered,
    };
    prop_oneof![1 => Just(Origin::Forced), 4 => (0..3u64, 0..4u64, controls(), alterations()).prop_map(drawn)]
}

fn ahead() -> impl Strategy<Value = Ahead> {
    (0..3u64, alterations()).prop_map(|(redraws, altered)| Ahead { redraws, altered })
}

fn tree() -> impl Strategy<Value = Vec<Made>> {
    vec((any::<prop::sample::Index>(), prop::bool::weighted(0.8), 0..60_000 as TokenId, origin(), ahead()), 0..40)
        .prop_map(|all| {
            let mut seen = BTreeSet::new();
            let mut made: Vec<Made> = Vec::new();
            for (parent, chained, token, origin, ahead) in all {
                let parent = if chained { made.len() } else { parent.index(made.len() + 1) };
                if seen.insert((parent, token)) {
                    made.push(Made { parent, token, origin, ahead });
                }
            }
            made
        })
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let line = || prop::sample::select(&Line::ALL[..]);
    let run = (vec(0..u32::MAX, 1..20), ahead(), tree(), any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let place = (prop::sample::select(&Stage::ALL[..]), line(), btree_set(line(), 0..4), 1..=10_000usize);
    (run, place, controls(), any::<u64>()).prop_map(|(run, place, controls, seed)| {
        let (prompt, root, made, tip, call) = run;
        let (stage, line, breakpoints, max_new) = place;
        let tip = tip.index(made.len() + 1);
        let called_at = prompt.len();
        let snapshot =
            Snapshot { prompt, root, made, tip, stage, line, breakpoints, max_new, called_at, controls, seed };
        let length = snapshot.position(tip).unwrap();
        Snapshot { called_at: called_at + call.index(length - called_at + 1), ..snapshot }
    })
}

fn link() -> impl Strategy<Value = Link> {
    let options = btree_map("(six|look|at)", ".{0,20}", 0..3);
    (".{0,20}", proptest::option::of(".{0,40}"), snapshot(), options)
        .prop_map(|(model, text, snapshot, options): (_, _, _, BTreeMap<_, _>)| Link { model, text, snapshot, options })
}

proptest! {
    #[test]
    fn every_state_comes_back(link in link()) {
        let Ok(text) = link.encode() else { return Ok(()) };
        prop_assert!(text.is_ascii() && !text.contains([' ', '"', '<', '>', '#', '\'']));
        prop_assert_eq!(Link::decode(&text), Reading { link, ignored: Vec::new() });
    }

    #[test]
    fn a_link_that_was_cut_off_says_so(link in link(), cut in any::<prop::sample::Index>()) {
        let Ok(text) = link.encode() else { return Ok(()) };
        // Where there is a run, and its text and tokens are still there.
        let from = text.find("&seed=").unwrap();
        let place = from + cut.index(text.len() - from);
        let Reading { link: read, ignored } = Link::decode(&text[..place]);
        prop_assert!(matches!(ignored[..], [Ignored::Cut(_), ..]), "{:?}", ignored);
        prop_assert_eq!(&read.text, &link.text);
        prop_assert!(read.snapshot.is_sound());
        let kept = read.snapshot.made.len();
        prop_assert!(kept <= link.snapshot.made.len());
        for (read, made) in read.snapshot.made.iter().zip(&link.snapshot.made) {
            prop_assert_eq!((read.parent, read.token), (made.parent, made.token));
        }
    }

    #[test]
    fn a_vocabulary_cuts_what_it_does_not_have(mut snapshot in snapshot(), size in 0..70_000usize) {
        let before = snapshot.clone();
        let strange = snapshot.fit(size);
        prop_assert!(snapshot.is_sound());
        let tokens = |snapshot: &Snapshot| {
            let made = snapshot.made.iter().map(|made| made.token).collect::<Vec<_>>();
            [snapshot.prompt.clone(), made].concat()
        };
        prop_assert!(tokens(&snapshot).iter().all(|&token| (token as usize) < size));
        prop_assert_eq!(strange.is_none(), snapshot == before);
    }
}
