//! Decodes the worker's messages for tests that are not written in Rust.
//!
//! The first line on stdout is a JSON object with the bytes that the messages `step` and `inspected` begin with. Then each
//! message on stdin, its length before it as four little-endian bytes, is answered by one line of JSON.

use std::io::{self, Read, Write};

use generation::protocol::{Response, decode, encode};
use generation::step::{Inspected, Step};
use serde_json::{Value, json};

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    writeln!(output, "{}", beginnings())?;
    output.flush()?;
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut message = vec![0; u32::from_le_bytes(length) as usize];
        input.read_exact(&mut message)?;
        writeln!(output, "{}", read(&message))?;
        output.flush()?;
    }
    Ok(())
}

/// The version and the variant, as far as two messages of a kind agree.
fn beginnings() -> Value {
    let of = |message: fn(u32) -> Response| {
        let (one, other) = (encode(&message(0)), encode(&message(1)));
        one.iter().zip(&other).take_while(|(one, other)| one == other).map(|(byte, _)| *byte).collect::<Vec<_>>()
    };
    json!({
        "step": of(|id| Response::Step { id, step: Box::new(Step::default()) }),
        "inspected": of(|id| Response::Inspected { id, inspected: Inspected::Neighbours { tokens: Vec::new() } }),
    })
}

fn read(message: &[u8]) -> Value {
    match decode(message) {
        Ok(Response::Step { step, .. }) => json!({ "step": {
            // Of the fields' own form their vectors are bytes.
            "embedding": step.embedding,
            "layers": step.layers,
            "logits": step.logits,
            "cost": step.cost,
        } }),
        Ok(Response::Inspected { inspected, .. }) => json!({ "inspected": inspected }),
        Ok(other) => json!({ "error": format!("not read here: {other:?}") }),
        Err(failure) => json!({ "error": format!("{failure:?}") }),
    }
}
