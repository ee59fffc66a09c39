//! The engine in a browser's worker gives the very bits that it gives natively (the model crate's tests hold the same
//! file).
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use model::{Answer, FileEntry, Loader, Precision, Task};
use sha2::{Digest, Sha256};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const MODELS: [(&str, &[u8]); 4] = [
    ("F16", include_bytes!("../../../tests/fixtures/tiny-llama-F16.gguf")),
    ("Q8_0", include_bytes!("../../../tests/fixtures/tiny-llama-Q8_0.gguf")),
    ("Q4_0", include_bytes!("../../../tests/fixtures/tiny-llama-Q4_0.gguf")),
    ("Q4_1", include_bytes!("../../../tests/fixtures/tiny-llama-Q4_1.gguf")),
];

#[wasm_bindgen_test]
fn kernels_agree_with_plain_code() {
    assert!(model::kernels_agree());
}

#[wasm_bindgen_test]
fn kernels_agree_with_plain_code_on_any_shape() {
    for seed in 0..300 {
        let up_to = |most: f64, at: u64| 1 + (most * generation::sampling::coin(seed, at, 0)) as usize;
        let (rows, blocks, tokens) = (up_to(70.0, 0), up_to(7.0, 1), up_to(14.0, 2));
        assert!(
            model::kernels_agree_on(rows, blocks, tokens, seed),
            "{rows} rows, {blocks} blocks, {tokens} tokens, seed {seed}"
        );
    }
}

#[wasm_bindgen_test]
fn same_bits_as_natively() {
    let expected = include_str!("../../../tests/fixtures/tiny-llama-bits.txt");
    for (kind, bytes) in MODELS {
        let mut loader = Loader::new(&[FileEntry { name: "tiny.gguf".into(), bytes: bytes.len() as u64 }]).unwrap();
        loader.push(bytes).unwrap();
        loader.end_file().unwrap();
        let mut engine = loader.finish(Precision::Quantized).unwrap();
        let tokens = engine.tokenizer().encode("The cat sat on the mat and looked at the moon.").unwrap();
        let Answer::Step(step) = engine.run(&tokens, Task::Step(Default::default())).unwrap() else {
            panic!("another answer");
        };
        let bytes: Vec<u8> = step.logits.iter().flat_map(|logit| logit.to_le_bytes()).collect();
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(expected.contains(&format!("{kind} {digest}")), "{kind} {digest}\n{expected}");
    }
}
