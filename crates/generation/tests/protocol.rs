//! Messages survive the way there and back; bytes that are no message are refused, whatever they are.

use generation::encoding::{Encoding, Merge, Order, Piece, Word};
use generation::protocol::{
    Activation, Defect, Failure, LoadProgress, ModelInfo, Norm, Positions, Request, Response, Source, Survey,
    Undelivered, VERSION, Vocabulary, decode, encode,
};
use generation::step::{
    Candidate, Cost, Inspected, Inspection, Layer, Pass, Reading, Score, Step, Taps, TokenId, Window,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

// --- Arbitrary messages ----------------------------------------------------------------------------------------------

/// Any number, infinities among them; no NaN, which is not equal to itself.
fn number() -> impl Strategy<Value = f32> + Clone {
    prop_oneof![9 => any::<f32>(), 1 => Just(f32::INFINITY), 1 => Just(f32::NEG_INFINITY)]
}

fn numbers() -> impl Strategy<Value = Vec<f32>> {
    vec(number(), 0..20)
}

fn tokens() -> impl Strategy<Value = Vec<TokenId>> {
    vec(any::<TokenId>(), 0..20)
}

/// A length that the 32-bit worker can have too.
fn length() -> impl Strategy<Value = usize> {
    any::<u32>().prop_map(|length| length as usize)
}

fn taps() -> impl Strategy<Value = Taps> {
    any::<(bool, bool)>().prop_map(|(embedding, layers)| Taps { embedding, layers })
}

fn inspection() -> impl Strategy<Value = Inspection> {
    prop_oneof![
        (length(), length()).prop_map(|(layer, head)| Inspection::Pattern { layer, head }),
        length().prop_map(|top| Inspection::Lens { top }),
        length().prop_map(|top| Inspection::Neighbours { top }),
        (length(), any::<bool>()).prop_map(|(window, cached)| Inspection::Pass { window, cached }),
    ]
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![any::<String>().prop_map(|manifest| Source::Parts { manifest }), Just(Source::Files)]
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        Just(Request::Ping),
        Just(Request::Leave),
        any::<String>().prop_map(|lock| Request::Stay { lock }),
        (any::<u32>(), source()).prop_map(|(id, source)| Request::Survey { id, source }),
        (any::<u32>(), source()).prop_map(|(id, source)| Request::Load { id, source }),
        any::<u32>().prop_map(|id| Request::Cancel { id }),
        (any::<u32>(), any::<String>()).prop_map(|(id, text)| Request::Tokenize { id, text }),
        (any::<u32>(), tokens(), taps()).prop_map(|(id, tokens, taps)| Request::Step { id, tokens, taps }),
        (any::<u32>(), tokens(), inspection()).prop_map(|(id, tokens, inspection)| Request::Inspect {
            id,
            tokens,
            inspection
        }),
        (any::<u32>(), tokens()).prop_map(|(id, tokens)| Request::Score { id, tokens }),
        (any::<u32>(), source()).prop_map(|(id, source)| Request::LoadTokenizer { id, source }),
        (any::<u32>(), any::<String>()).prop_map(|(id, text)| Request::Encode { id, text }),
    ]
}

fn layer() -> impl Strategy<Value = Layer> {
    (vec(numbers(), 0..4), number(), number(), number()).prop_map(
        |(attention, resid_pre_norm, attn_out_norm, mlp_out_norm)| Layer {
            attention,
            resid_pre_norm,
            attn_out_norm,
            mlp_out_norm,
        },
    )
}

fn cost() -> impl Strategy<Value = Cost> {
    (length(), length(), any::<f64>()).prop_map(|(tokens_computed, tokens_reused, milliseconds)| Cost {
        tokens_computed,
        tokens_reused,
        milliseconds,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let window = (length(), length(), length()).prop_map(|(start, len, capacity)| Window { start, len, capacity });
    (window, numbers(), vec(layer(), 0..4), numbers(), cost())
        .prop_map(|(context, embedding, layers, logits, cost)| Step { context, embedding, layers, logits, cost })
}

fn reading() -> impl Strategy<Value = Reading> {
    let candidate = (any::<TokenId>(), number(), number()).prop_map(|(token, logit, probability)| Candidate {
        token,
        logit,
        probability,
    });
    (vec(candidate, 0..4), number()).prop_map(|(top, entropy)| Reading { top, entropy })
}

fn inspected() -> impl Strategy<Value = Inspected> {
    prop_oneof![
        vec(numbers(), 0..4).prop_map(|rows| Inspected::Pattern { rows }),
        vec(reading(), 0..4).prop_map(|layers| Inspected::Lens { layers }),
        vec((any::<TokenId>(), number()), 0..9).prop_map(|tokens| Inspected::Neighbours { tokens }),
        (cost(), any::<(u64, u64)>()).prop_map(|(cost, (multiply_adds, logits))| Inspected::Pass(Pass {
            cost,
            multiply_adds,
            logits
        })),
    ]
}

fn score() -> impl Strategy<Value = Score> {
    (option::of(number()), option::of(length()), reading()).prop_map(|(log_probability, rank, next)| Score {
        log_probability,
        rank,
        next,
    })
}

fn encoding() -> impl Strategy<Value = Encoding> {
    let order = prop_oneof![Just(Order::Ranks), Just(Order::Scores), Just(Order::Unknown)];
    let merge = (any::<u32>(), any::<i32>()).prop_map(|(at, by)| Merge { at, by: by.into() });
    let piece = any::<(u32, u32)>().prop_map(|(id, bytes)| Piece { id, bytes });
    let bytes = vec(any::<u8>(), 0..9);
    let word = (bytes, vec(any::<u32>(), 0..9), vec(merge, 0..4), vec(piece, 0..4), any::<bool>())
        .prop_map(|(bytes, ends, merges, tokens, control)| Word { bytes, ends, merges, tokens, control });
    (order, vec(word, 0..4)).prop_map(|(order, words)| Encoding { order, words })
}

fn vocabulary() -> impl Strategy<Value = Vocabulary> {
    vec((vec(any::<u8>(), 0..6), any::<bool>()), 0..10).prop_map(|tokens| {
        let mut vocabulary = Vocabulary::default();
        tokens.iter().for_each(|(bytes, control)| vocabulary.push(bytes, *control));
        vocabulary
    })
}

fn model_info() -> impl Strategy<Value = ModelInfo> {
    let names = any::<(String, String, String, String)>();
    let shape = (length(), length(), length(), length(), length(), length(), length());
    (names, shape, tokens(), vocabulary(), any::<(u64, u64, bool)>()).prop_map(
        |(
            (name, architecture, quantization, licence),
            (layers, heads, kv_heads, head, width, ffn, window),
            end_of_text,
            vocabulary,
            (file_bytes, memory_bytes, tied),
        )| ModelInfo {
            name,
            architecture,
            quantization,
            licence,
            layers,
            heads,
            kv_heads,
            head,
            width,
            ffn,
            positions: if tied { Positions::Learned } else { Positions::Rotary { base: 1e4, dimensions: width } },
            norm: if tied { Norm::LayerNorm } else { Norm::RmsNorm },
            activation: if tied { Activation::Gelu } else { Activation::SwiGlu },
            tied,
            window,
            end_of_text,
            vocabulary_size: vocabulary.len(),
            vocabulary,
            file_bytes,
            memory_bytes,
        },
    )
}

fn failure() -> impl Strategy<Value = Failure> {
    let words = any::<String>();
    let two = any::<(String, String)>();
    prop_oneof![
        Just(Failure::Cancelled),
        Just(Failure::NoModel),
        two.prop_map(|(url, why)| Failure::Download(Undelivered::Unreachable { url, why })),
        any::<(String, u16)>().prop_map(|(url, status)| Failure::Download(Undelivered::Status { url, status })),
        two.prop_map(|(url, why)| Failure::Download(Undelivered::Broken { url, why })),
        words.prop_map(|url| Failure::Download(Undelivered::Damaged { url })),
        two.prop_map(|(url, why)| Failure::Download(Undelivered::NoManifest { url, why })),
        two.prop_map(|(name, base)| Failure::Download(Undelivered::NoAddress { name, base })),
        defect().prop_map(Failure::BadModel),
        words.prop_map(Failure::FileGone),
        words.prop_map(Failure::BadInput),
        words.prop_map(Failure::Unreadable),
        any::<(u16, u16)>().prop_map(|(page, engine)| Failure::Version { page, engine }),
        words.prop_map(Failure::Garbled),
        words.prop_map(Failure::Crashed),
        words.prop_map(Failure::Arithmetic),
    ]
}

fn defect() -> impl Strategy<Value = Defect> {
    let words = any::<String>();
    let two = any::<(String, String)>();
    prop_oneof![
        words.prop_map(|found| Defect::NotGguf { found }),
        any::<u32>().prop_map(|version| Defect::GgufVersion { version }),
        any::<u64>().prop_map(|length| Defect::EndsInHeader { length }),
        any::<(u64, String, u64)>().prop_map(|(length, tensor, end)| Defect::CutShort { length, tensor, end }),
        words.prop_map(|name| Defect::Architecture { name }),
        any::<(String, u32, String)>().prop_map(|(tensor, code, readable)| Defect::WeightType {
            tensor,
            code,
            readable
        }),
        words.prop_map(|name| Defect::Several { name }),
        Just(Defect::NoConfig),
        Just(Defect::NoWeights),
        Just(Defect::BinWeights),
        two.prop_map(|(name, missing)| Defect::Alone { name, missing }),
        two.prop_map(|(index, missing)| Defect::NotAmong { index, missing }),
        words.prop_map(Defect::Other),
    ]
}

fn response() -> impl Strategy<Value = Response> {
    let survey = any::<(String, String, String, u64, u64, u64, bool)>().prop_map(
        |(name, licence, quantization, bytes, cached, first, first_cached)| Survey {
            name,
            licence,
            quantization,
            bytes,
            cached,
            first,
            first_cached,
        },
    );
    let progress =
        any::<(u64, u64, u64)>().prop_map(|(received, cached, total)| LoadProgress { received, cached, total });
    let id = any::<u32>;
    prop_oneof![
        Just(Response::Ready),
        Just(Response::Pong),
        (id(), survey).prop_map(|(id, survey)| Response::Surveyed { id, survey }),
        (id(), progress).prop_map(|(id, progress)| Response::Loading { id, progress }),
        (id(), model_info()).prop_map(|(id, model)| Response::Loaded { id, model: Box::new(model) }),
        (id(), model_info()).prop_map(|(id, model)| Response::Described { id, model: Box::new(model) }),
        (id(), tokens()).prop_map(|(id, tokens)| Response::Tokenized { id, tokens }),
        (id(), length(), length()).prop_map(|(id, done, total)| Response::Working { id, done, total }),
        (id(), step()).prop_map(|(id, step)| Response::Step { id, step: Box::new(step) }),
        (id(), inspected()).prop_map(|(id, inspected)| Response::Inspected { id, inspected }),
        (id(), vec(score(), 0..4)).prop_map(|(id, scores)| Response::Scored { id, scores }),
        (option::of(id()), failure()).prop_map(|(id, failure)| Response::Failed { id, failure }),
        (id(), model_info()).prop_map(|(id, model)| Response::TokenizerReady { id, model: Box::new(model) }),
        (id(), encoding()).prop_map(|(id, encoding)| Response::Encoded { id, encoding }),
    ]
}

// --- There and back --------------------------------------------------------------------------------------------------

fn is_garbled<T>(decoded: &Result<T, Failure>) -> bool {
    matches!(decoded, Err(Failure::Garbled(words)) if !words.is_empty())
}

/// A message's body with our version in front.
fn with_version(body: &[u8]) -> Vec<u8> {
    [&VERSION.to_le_bytes(), body].concat()
}

proptest! {
    #[test]
    fn a_request_comes_back_as_it_was(request in request()) {
        let bytes = encode(&request);
        prop_assert_eq!(&bytes[..2], VERSION.to_le_bytes());
        prop_assert_eq!(decode::<Request>(&bytes), Ok(request));
    }

    #[test]
    fn a_response_comes_back_as_it_was(response in response()) {
        prop_assert_eq!(decode::<Response>(&encode(&response)), Ok(response));
    }

    #[test]
    fn a_message_cut_short_is_garbled(request in request(), response in response()) {
        for (bytes, read) in [
            (encode(&request), (|bytes| is_garbled(&decode::<Request>(bytes))) as fn(&[u8]) -> bool),
            (encode(&response), |bytes| is_garbled(&decode::<Response>(bytes))),
        ] {
            for length in 0..bytes.len() {
                prop_assert!(read(&bytes[..length]), "{} of {} bytes", length, bytes.len());
            }
        }
    }

    #[test]
    fn bytes_too_many_are_refused(response in response(), more in vec(any::<u8>(), 1..9)) {
        let bytes = [encode(&response), more].concat();
        prop_assert!(is_garbled(&decode::<Response>(&bytes)));
    }

    #[test]
    fn another_version_is_told_before_anything_is_read(
        engine in prop_oneof![any::<u16>(), 0..5u16].prop_filter("another", |&version| version != VERSION),
        body in vec(any::<u8>(), 0..50),
    ) {
        let bytes = [engine.to_le_bytes().to_vec(), body].concat();
        prop_assert_eq!(decode::<Response>(&bytes), Err(Failure::Version { page: VERSION, engine }));
        prop_assert_eq!(decode::<Request>(&bytes), Err(Failure::Version { page: VERSION, engine }));
    }

    /// Whatever is read from noise is a message like any other: written again, it is read as the same.
    #[test]
    fn noise_never_panics(mut body in vec(any::<u8>(), 0..200), kind in 0..14u8) {
        if let Some(first) = body.first_mut() {
            *first = kind;
        }
        let bytes = with_version(&body);
        if let Ok(request) = decode::<Request>(&bytes) {
            let again = encode(&request);
            prop_assert_eq!(decode::<Request>(&again).map(|request| encode(&request)), Ok(again));
        }
        if let Ok(response) = decode::<Response>(&bytes) {
            let again = encode(&response);
            prop_assert_eq!(decode::<Response>(&again).map(|response| encode(&response)), Ok(again));
        }
    }

    #[test]
    fn a_spoilt_byte_never_panics(response in response(), at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let mut bytes = encode(&response);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        match decode::<Response>(&bytes) {
            Ok(_) => prop_assert!(at >= 2, "the version was spoilt"),
            Err(Failure::Version { .. }) => prop_assert!(at < 2),
            Err(Failure::Garbled(_)) => prop_assert!(at >= 2),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn every_failure_has_words(failure in failure()) {
        let words = failure.to_string();
        prop_assert!(!words.contains("Failure") && (!words.is_empty() || failure == Failure::BadInput(String::new())));
    }
}

#[test]
fn a_length_beyond_all_memory_is_garbled_and_not_asked_for() {
    // Response::Tokenized, id 0, then 2^63 tokens; Request::Tokenize, id 0, then as many bytes of text.
    let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert!(is_garbled(&decode::<Response>(&with_version(&[&[5, 0], &most[..], &[1; 100]].concat()))));
    assert!(is_garbled(&decode::<Request>(&with_version(&[&[4, 0], &most[..], &[1; 100]].concat()))));
}

#[test]
fn half_a_float_is_garbled() {
    // Response::Step, id 0, a window of no tokens, an embedding of so many bytes, no layers, no logits, and the cost.
    let step = |embedding: &[u8]| {
        let length = embedding.len() as u8;
        with_version(&[&[7, 0, 0, 0, 0, length], embedding, &[0, 0, 0, 0], &[0; 8]].concat())
    };
    let Ok(Response::Step { step: whole, .. }) = decode(&step(&[0, 0, 128, 63])) else { panic!("it should be read") };
    assert_eq!(whole.embedding, [1.0]);
    assert!(is_garbled(&decode::<Response>(&step(&[0, 0, 128]))));
}

/// Fails when a message's form changes: raise VERSION, then set the new bytes here.
#[test]
fn the_form_of_messages_is_that_of_this_version() {
    let step = Step { logits: vec![1.0], ..Step::default() };
    let failure = Failure::Version { page: 1, engine: 2 };
    let missing = Failure::Download(Undelivered::Status { url: "a".into(), status: 404 });
    let newer = Failure::BadModel(Defect::GgufVersion { version: 9 });
    let word = Word {
        bytes: b"able".to_vec(),
        ends: vec![1, 2, 3, 4],
        merges: vec![Merge { at: 3, by: 38.0 }],
        tokens: vec![Piece { id: 540, bytes: 4 }],
        control: false,
    };
    for (bytes, expected) in [
        (encode(&Request::Ping), &[7, 0, 0][..]),
        (
            encode(&Request::Step { id: 300, tokens: vec![1, 128], taps: Taps::ALL }),
            &[7, 0, 5, 172, 2, 2, 1, 128, 1, 1, 1],
        ),
        (encode(&Request::Stay { lock: "a".into() }), &[7, 0, 10, 1, 97]),
        (encode(&Request::Leave), &[7, 0, 11]),
        (encode(&Response::Failed { id: Some(7), failure }), &[7, 0, 10, 1, 7, 6, 1, 2]),
        (encode(&Response::Failed { id: None, failure: missing }), &[7, 0, 10, 0, 2, 1, 1, 97, 148, 3]),
        (encode(&Response::Failed { id: None, failure: newer }), &[7, 0, 10, 0, 3, 1, 9]),
        (
            encode(&Response::Step { id: 1, step: Box::new(step) }),
            &[7, 0, 7, 1, 0, 0, 0, 0, 0, 4, 0, 0, 128, 63, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ),
        (
            encode(&Request::Encode { id: 5, text: "un 👩".into() }),
            include_bytes!("../../../fuzz/seeds/protocol/message-6"),
        ),
        (
            encode(&Response::Encoded { id: 5, encoding: Encoding { order: Order::Ranks, words: vec![word] } }),
            include_bytes!("../../../fuzz/seeds/protocol/message-7"),
        ),
    ] {
        assert_eq!(bytes, expected);
    }
    assert_eq!(VERSION, 7);
}

#[test]
fn only_questions_have_an_id() {
    assert_eq!(Request::Ping.id(), None);
    assert_eq!(Request::Cancel { id: 3 }.id(), None);
    assert_eq!(Request::Leave.id(), None);
    assert_eq!(Request::Tokenize { id: 3, text: String::new() }.id(), Some(3));
}

// --- The vocabulary --------------------------------------------------------------------------------------------------

proptest! {
    #[test]
    fn a_vocabulary_gives_back_what_was_put_in(
        tokens in vec((vec(any::<u8>(), 0..6), any::<bool>()), 0..30),
    ) {
        let mut vocabulary = Vocabulary::default();
        for (bytes, control) in &tokens {
            vocabulary.push(bytes, *control);
        }
        prop_assert_eq!(vocabulary.len(), tokens.len());
        prop_assert_eq!(vocabulary.is_empty(), tokens.is_empty());
        for (i, (bytes, control)) in tokens.iter().enumerate() {
            prop_assert_eq!(vocabulary.bytes(i as TokenId), bytes);
            prop_assert_eq!(vocabulary.is_control(i as TokenId), *control);
        }
        prop_assert_eq!(vocabulary.bytes(tokens.len() as TokenId), &[] as &[u8]);
        prop_assert!(!vocabulary.is_control(TokenId::MAX));
    }

    /// A vocabulary that was read may be nonsense; asking it is safe all the same.
    #[test]
    fn a_vocabulary_of_noise_never_panics(
        ends in vec(0..20u32, 0..10),
        bytes in vec(any::<u8>(), 0..12),
        control in tokens(),
        token in prop_oneof![0..12u32, any::<u32>()],
    ) {
        let vocabulary: Vocabulary = decode(&encode(&(ends, bytes, control))).unwrap();
        prop_assert!(vocabulary.bytes(token).len() <= 12);
        let text = vocabulary.text(&[token, 0, token]);
        prop_assert!(text.chars().count() <= 3 * 12);
        let _ = vocabulary.is_control(token);
    }
}

#[test]
fn characters_may_be_cut_across_tokens() {
    let mut vocabulary = Vocabulary::default();
    for bytes in [&b"<|end|>"[..], " caf".as_bytes(), b"\xc3", b"\xa9"] {
        vocabulary.push(bytes, bytes[0] == b'<');
    }
    assert_eq!(vocabulary.text(&[1, 2, 3]), " café");
    assert_eq!(vocabulary.text(&[1, 3]), " caf\u{fffd}");
    assert_eq!(vocabulary.text(&[9]), "");
}
