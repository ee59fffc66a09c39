// A model of GPT-2's size (124 million parameters) from the reader's disk: seeded random weights in Q8_0, made on the spot.
// `cargo xtask bench` prints the line.

import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Step } from '../support';

const [LAYERS, WIDTH, FFN, WINDOW, VOCABULARY] = [12, 768, 3072, 1024, 50257];
const [F32, Q8_0] = [0, 8];
/** Values and bytes of a block of Q8_0. */
const [BLOCK, BLOCK_BYTES] = [32, 34];
const ALIGNMENT = 32;

const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);

/** Metadata: a key, the type's code, the value's bytes. */
const entry = (key: string, kind: number, value: Buffer) => Buffer.concat([text(key), u32(kind), value]);
const number = (key: string, value: number) => entry(key, 4, u32(value));
const words = (key: string, value: string) => entry(key, 8, text(value));
const list = (key: string, kind: number, values: Buffer[]) =>
  entry(key, 9, Buffer.concat([u32(kind), u64(values.length), ...values]));

/** GPT-2's letter for each byte: printable ones as themselves, the others counted up from 256. */
function letters(): string[] {
  const printable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
}

function tensors(): { name: string; shape: number[]; kind: number }[] {
  const norm = (name: string) => ['weight', 'bias'].map((part) => ({ name: `${name}.${part}`, shape: [WIDTH], kind: F32 }));
  const linear = (name: string, columns: number, rows: number) => [
    { name: `${name}.weight`, shape: [columns, rows], kind: Q8_0 },
    { name: `${name}.bias`, shape: [rows], kind: F32 },
  ];
  const block = (i: number) => [
    ...norm(`blk.${i}.attn_norm`),
    ...linear(`blk.${i}.attn_qkv`, WIDTH, 3 * WIDTH),
    ...linear(`blk.${i}.attn_output`, WIDTH, WIDTH),
    ...norm(`blk.${i}.ffn_norm`),
    ...linear(`blk.${i}.ffn_up`, WIDTH, FFN),
    ...linear(`blk.${i}.ffn_down`, FFN, WIDTH),
  ];
  return [
    { name: 'token_embd.weight', shape: [WIDTH, VOCABULARY], kind: Q8_0 },
    { name: 'position_embd.weight', shape: [WIDTH, WINDOW], kind: F32 },
    ...Array.from({ length: LAYERS }, (_, i) => block(i)).flat(),
    ...norm('output_norm'),
  ];
}

/** Writes the file. */
function write(path: string) {
  const bytes = letters();
  const tokens = Array.from({ length: VOCABULARY }, (_, id) => text(bytes[id] ?? `word${id}`));
  const metadata = [
    words('general.architecture', 'gpt2'),
    words('general.name', 'GPT-2 by size (random weights)'),
    number('gpt2.context_length', WINDOW),
    number('gpt2.embedding_length', WIDTH),
    number('gpt2.feed_forward_length', FFN),
    number('gpt2.block_count', LAYERS),
    number('gpt2.attention.head_count', 12),
    entry('gpt2.attention.layer_norm_epsilon', 6, Buffer.from(Float32Array.of(1e-5).buffer)),
    words('tokenizer.ggml.model', 'gpt2'),
    words('tokenizer.ggml.pre', 'gpt-2'),
    list('tokenizer.ggml.tokens', 8, tokens),
    list('tokenizer.ggml.token_type', 5, tokens.map(() => u32(1))),
    list('tokenizer.ggml.merges', 8, [text('a b')].slice(1)),
  ];
  const all = tensors();
  const size = ({ shape, kind }: { shape: number[]; kind: number }) => {
    const values = shape.reduce((a, b) => a * b);
    return kind === F32 ? 4 * values : (values / BLOCK) * BLOCK_BYTES;
  };
  const aligned = (at: number) => Math.ceil(at / ALIGNMENT) * ALIGNMENT;
  let offset = 0;
  const infos = all.map((tensor) => {
    const info = [text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64), u32(tensor.kind), u64(offset)];
    offset = aligned(offset + size(tensor));
    return Buffer.concat(info);
  });
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(all.length), u64(metadata.length), ...metadata, ...infos]);
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([head, Buffer.alloc(aligned(head.length) - head.length)]));
  let noise = 1;
  const random = () => (noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (const tensor of all) {
    const data = Buffer.alloc(aligned(size(tensor)));
    if (tensor.kind === F32) {
      const start = tensor.name.endsWith('norm.weight') ? 1 : 0;
      for (let at = 0; at < size(tensor); at += 4) data.writeFloatLE(start + (random() - 0.5) / 20, at);
    } else {
      for (let at = 0; at < size(tensor); at += BLOCK_BYTES) {
        // The scale, 0.0005 as a half.
        data.writeUInt16LE(0x1019, at);
        for (let i = 2; i < BLOCK_BYTES; i++) data[at + i] = random() * 256;
      }
    }
    writeSync(file, data);
  }
  closeSync(file);
}

test('GPT-2 by size: from the file picker to tokens', async ({ server, generator, page }) => {
  test.setTimeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'gpt2-'));
  const path = join(folder, 'gpt2-by-size.gguf');
  write(path);
  await generator.open(server.url);
  const started = Date.now();
  await page.locator('#open-file').setInputFiles(path);
  const use = page.getByRole('button', { name: 'Use this model' });
  await expect(use).not.toHaveAttribute('aria-disabled', 'true');
  const described = Date.now();
  await use.click();
  await expect(generator.model).toContainText('is ready.', { timeout: 120_000 });
  const ready = Date.now();
  await expect(generator.nextToken).toBeEnabled();
  const before = await generator.stepCount();
  await generator.setMaxNew(40);
  await generator.run.click();
  await expect.poll(() => generator.stepCount(), { timeout: 120_000 }).toBeGreaterThan(before + 30);
  const steps = (await generator.steps(before)).slice(0, 30);
  const engine = steps.map((step: Step) => step.milliseconds).sort((a, b) => a - b)[15];
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
  console.log(`GPT-2 by size (${(statSync(path).size / 1e6).toFixed(0)} MB): described after ${seconds(described - started)} s, ready ${seconds(ready - described)} s after "use", ${(1000 / engine).toFixed(1)} tokens/s in the engine`);
  console.log((await generator.model.textContent())!.replace(/\s+/g, ' '));
  rmSync(folder, { recursive: true });
});
