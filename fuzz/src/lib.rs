//! What each fuzz target does with its bytes. The model crate's tests run the seed corpus through the same functions.

use generation::checksum::checksum;
use generation::link::{Link, Reading};
use generation::protocol::{Request, Response, decode, encode};
use generation::record::Record;
use generation::step::{Inspection, Taps};
use model::{Engine, FileEntry, Loader, Precision, Result, Task, Tokenizer};

const CONFIG: &[u8] = include_bytes!("../../tests/fixtures/tiny-gpt2-f32/config.json");

/// Characters that tokenizers encode in different ways.
const TEXT: &str = "The cat's 42 naïve  maps\n😀\u{0}";

/// A GGUF file, from its first byte to a step of the model.
pub fn gguf(data: &[u8]) {
    let _ = open(&[("model.gguf", data)]).and_then(|mut engine| run(&mut engine));
}

/// The weights of a folder.
pub fn safetensors(data: &[u8]) {
    let _ = open(&[("config.json", CONFIG), ("model.safetensors", data)]).and_then(|mut engine| run(&mut engine));
}

/// The first byte chooses: a `tokenizer.json`, or a `vocab.json` and a `merges.txt` with a zero between.
pub fn tokenizer(data: &[u8]) {
    let Some((choice, data)) = data.split_first() else { return };
    let made = if choice % 2 == 0 {
        Tokenizer::from_tokenizer_json(data, &[0])
    } else {
        let mut parts = data.splitn(2, |&byte| byte == 0);
        let vocab = parts.next().unwrap_or_default();
        Tokenizer::from_vocab_and_merges(vocab, parts.next().unwrap_or_default(), &[0])
    };
    if let Ok(tokenizer) = made
        && let Ok(tokens) = tokenizer.encode(TEXT)
    {
        let text = tokenizer.vocabulary().text(&tokens);
        assert!(text.contains(TEXT), "{text:?}");
        let encoding = tokenizer.encode_with_merges(TEXT);
        assert!(encoding.is_ok_and(|encoding| encoding.tokens().eq(tokens)));
    }
}

/// A message of either side; what can be read is written again as it was meant.
pub fn protocol(data: &[u8]) {
    if let Ok(request) = decode::<Request>(data) {
        let again = encode(&request);
        assert_eq!(encode(&decode::<Request>(&again).unwrap_or(Request::Ping)), again);
    }
    if let Ok(response) = decode::<Response>(data) {
        let again = encode(&response);
        // Compared as bytes: NaN is not equal to itself.
        assert_eq!(encode(&decode::<Response>(&again).unwrap_or(Response::Pong)), again);
        if let Response::Loaded { model, .. } = response {
            let _ = (model.vocabulary.text(&[0, 1, 7, u32::MAX]), model.vocabulary.is_control(u32::MAX));
        }
    }
}

/// A share link's fragment: whatever it says, what was read can be written again and means the same.
pub fn link(data: &[u8]) {
    let Reading { link, .. } = Link::decode(&String::from_utf8_lossy(data));
    if let Ok(again) = link.encode() {
        let read = Link::decode(&again);
        assert!(read.ignored.is_empty(), "{again}: {:?}", read.ignored);
        assert_eq!(read.link.encode().as_ref(), Ok(&again));
    }
}

/// A recorded run's file, as it stands and with the checksum that its bytes should have: a change must get past that. Whatever
/// is taken for a record answers every question.
pub fn record(data: &[u8]) {
    let body = &data[..data.len().saturating_sub(8)];
    let sealed = [body, &checksum(body.iter().copied()).to_le_bytes()].concat();
    for bytes in [data, &sealed] {
        let Ok(record) = Record::decode(bytes) else { continue };
        let again = record.encode();
        // Compared as bytes: NaN is not equal to itself. Numbers have longer forms too, so the first time they may differ.
        assert_eq!(Record::decode(&again).map(|record| record.encode()), Ok(again));
        let (tokens, info) = (record.tokens(), record.info());
        for length in 0..=tokens.len().min(64) {
            let context = &tokens[..length];
            let _ = record.step(context);
            for inspection in [
                Inspection::Pattern { layer: info.layers.saturating_sub(1), head: info.heads.saturating_sub(1) },
                Inspection::Pattern { layer: info.layers, head: info.heads },
                Inspection::Lens { top: 9 },
                Inspection::Neighbours { top: 9 },
            ] {
                let _ = record.inspect(context, inspection);
            }
        }
    }
}

fn open(files: &[(&str, &[u8])]) -> Result<Engine> {
    let entry = |(name, bytes): &(&str, &[u8])| FileEntry { name: (*name).to_owned(), bytes: bytes.len() as u64 };
    let mut loader = Loader::new(&files.iter().map(entry).collect::<Vec<_>>())?;
    while let Some(at) = loader.next_file() {
        for piece in files[at].1.chunks(4096) {
            loader.push(piece)?;
        }
        loader.end_file()?;
    }
    loader.finish(Precision::Quantized)
}

fn run(engine: &mut Engine) -> Result<()> {
    let tokens = engine.tokenizer().encode("The").unwrap_or_else(|_| vec![0]);
    engine.run(&tokens, Task::Step(Taps::ALL)).map(drop)
}
