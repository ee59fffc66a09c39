// Our worker without the page: the messages of crates/generation/src/protocol.rs, in postcard's format.

import { memoryBytes, watchedWorker } from './memory.js';

/** Variants of Request. */
const [LOAD, TOKENIZE, STEP] = [2, 4, 5];
/** Variants of Response. */
const [READY, LOADING, LOADED, TOKENIZED, WORKING, STEPPED, FAILED] = [0, 3, 4, 5, 6, 7, 10];

const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))]);

const text = (value) => {
  const bytes = new TextEncoder().encode(value);
  return [...varint(bytes.length), ...bytes];
};

class Reader {
  constructor(bytes, place) {
    Object.assign(this, { bytes, place });
  }

  varint() {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.place++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  /** Many floats are a piece of bytes. */
  floats() {
    const bytes = this.varint();
    this.place += bytes;
    return new Float32Array(this.bytes.slice(this.place - bytes, this.place).buffer);
  }

  double() {
    this.place += 8;
    return new DataView(this.bytes.buffer).getFloat64(this.place - 8, true);
  }
}

/** Starts our worker and gives a system to measure: see measure.js. */
export async function start({ worker: url, manifest }) {
  // As worker_loader.js, but this build and no other.
  const worker = watchedWorker(`
    const worker = await import(${JSON.stringify(url)});
    await worker.default();
    const refusal = worker.start();
    if (refusal) throw new Error(refusal);`);
  let heard;
  let version;
  worker.onerror = (event) => heard?.reject(new Error(`the worker: ${event.message}`));
  worker.onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    const reader = new Reader(bytes, 2);
    const variant = reader.varint();
    if (variant === LOADING || variant === WORKING) return;
    if (variant === FAILED) return heard.reject(new Error(new TextDecoder().decode(bytes)));
    if (variant === READY) version = [...bytes.subarray(0, 2)];
    heard.resolve({ variant, reader });
  };
  let id = 0;
  const answer = (variant) =>
    new Promise((resolve, reject) => {
      heard = { resolve: (said) => (said.variant === variant ? resolve(said.reader) : reject(new Error(`variant ${said.variant}`))), reject };
    });
  const ask = (request, body, response) => {
    const answered = answer(response);
    const { buffer } = Uint8Array.from([...version, request, ...varint(++id), ...body]);
    worker.postMessage(buffer, [buffer]);
    return answered;
  };

  /** The greedy next token, and the engine's own milliseconds. */
  const step = async (tokens) => {
    const reader = await ask(STEP, [...varint(tokens.length), ...tokens.flatMap(varint), 0, 0], STEPPED);
    for (let i = 0; i < 4; i++) reader.varint(); // id, window
    reader.floats(); // embedding
    reader.varint(); // no layers
    const logits = reader.floats();
    let best = 0;
    let most = logits[0];
    for (let i = 1; i < logits.length; i++) if (logits[i] > most) most = logits[(best = i)];
    reader.varint();
    reader.varint();
    return { token: best, engine: reader.double() };
  };

  await answer(READY);
  const ready = performance.now();
  await ask(LOAD, [0, ...text(manifest)], LOADED);
  return {
    ready,
    /** Writes `count` tokens after `prompt`; `told` hears of each. */
    async write(prompt, count, told) {
      const reader = await ask(TOKENIZE, text(prompt), TOKENIZED);
      reader.varint();
      const tokens = Array.from({ length: reader.varint() }, () => reader.varint());
      const given = tokens.length;
      for (let i = 0; i < count; i++) {
        const { token, engine } = await step(tokens);
        tokens.push(token);
        told(engine);
      }
      return given;
    },
    memory: memoryBytes,
    stop: () => worker.terminate(),
  };
}
