// What is measured, the same for every system: one that can `write` tokens after a prompt and tell of each.

const PROMPT = 'The cat sat on the';
const DECODED = 64;
const PREFILLED = 256;

/** `start` gives `{ ready, write, memory, stop }`. */
export async function measure(start, settings) {
  const began = performance.now();
  const system = await start(settings);
  const loaded = performance.now();
  await system.write(PROMPT, 1, () => {});
  const first = performance.now();

  // Browsers compile hot code again, and better, and our engine chooses its kernels: everything runs before it is timed.
  await system.write(words('sun', 64), 32, () => {});

  const times = [];
  const engine = [];
  await system.write(PROMPT, DECODED + 1, (milliseconds) => {
    times.push(performance.now());
    if (milliseconds) engine.push(milliseconds);
  });
  if (times.length < DECODED / 2) throw new Error(`only ${times.length} tokens were written`);
  const decode = (times.length - 1) / (times.at(-1) - times[0]);

  let prefilled;
  const asked = performance.now();
  const tokens = await system.write(words('cat', PREFILLED), 1, () => (prefilled = performance.now()));
  if (Math.abs(tokens - PREFILLED) > 1) throw new Error(`the long prompt has ${tokens} tokens`);

  const result = {
    decode: 1000 * decode,
    engine: engine.length ? 1000 / engine.slice(1).sort((a, b) => a - b)[engine.length >> 1] : undefined,
    prefill: (1000 * tokens) / (prefilled - asked),
    started: (system.ready ?? began) - began,
    loaded: loaded - began,
    first: first - began,
    memory: await system.memory(),
  };
  await system.stop();
  return result;
}

/** A text of `count` tokens. */
const words = (word, count) => Array.from({ length: count }, () => word).join(' ');
