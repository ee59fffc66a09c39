// A model from the reader's own files: opened, described, taken over; refused in words; never leaking.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type GeneratorPage } from '../support';

const TINY = fileURLToPath(new URL('../fixtures/tiny-llama-Q8_0.gguf', import.meta.url));
const GPT2 = fileURLToPath(new URL('../fixtures/tiny-gpt2-f32', import.meta.url));
const OTHER = fileURLToPath(new URL('../fixtures/tiny-llama-F16.gguf', import.meta.url));

type Given = string | { name: string; mimeType: string; buffer: Buffer };

const parts = ({ page }: GeneratorPage, home = '') => ({
  input: page.locator('#open-file'),
  folder: page.locator('#open-folder'),
  back: page.getByRole('button', { name: `Back to ${home}` }),
  dialog: page.getByRole('dialog'),
  use: page.getByRole('button', { name: 'Use this model' }),
  keep: page.getByRole('button', { name: 'Keep the present one' }),
});

/** Opens files and waits for what the dialog says of them. */
async function choose(generator: GeneratorPage, files: Given | Given[]) {
  const { input, dialog, use } = parts(generator);
  await input.setInputFiles(files as any);
  await expect(dialog).toBeVisible();
  await expect(use).not.toHaveAttribute('aria-disabled', 'true');
}

/** Opens files and takes the model over. */
async function take(generator: GeneratorPage, files: Given | Given[]) {
  const { dialog, use } = parts(generator);
  const before = await generator.stepCount();
  await choose(generator, files);
  await use.click();
  await expect(dialog).toBeHidden();
  await expect(generator.model).toContainText('is ready.');
  await expect.poll(() => generator.stepCount()).toBeGreaterThan(before);
  await expect(generator.nextToken).toBeEnabled();
}

/** Makes one more token with the present model. */
async function makeOne(generator: GeneratorPage) {
  await expect(generator.nextToken).toBeEnabled();
  const before = await generator.chips.count();
  await generator.nextToken.click();
  await expect(generator.chips).toHaveCount(before + 1);
}

/** Drags files over the page, as a browser tells of it, and drops them if told so. */
async function drag(generator: GeneratorPage, names: string[], events: string[]) {
  const files = names.map((path) => ({ name: path.split('/').pop()!, text: readFileSync(path).toString('base64') }));
  await generator.page.evaluate(
    ([files, events]) => {
      const data = new DataTransfer();
      for (const { name, text } of files) {
        data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name));
      }
      for (const event of events) {
        document.body.dispatchEvent(new DragEvent(event, { dataTransfer: data, bubbles: true, cancelable: true }));
      }
    },
    [files, events] as const,
  );
}

/** Drops what lies at these paths as the window's system does: folders, too, arrive as folders. */
async function drop({ page }: GeneratorPage, paths: string[]) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }
}

test('a file says what it holds before it replaces anything, then takes over', async ({ server, generator }) => {
  const { dialog, use } = parts(generator);
  await generator.open(server.url);
  await choose(generator, TINY);
  for (const fact of [
    'Architecture\\s*llama',
    'Layers\\s*3',
    'Heads\\s*4 on 2',
    'Width\\s*64',
    'Vocabulary\\s*317',
    'Context\\s*64',
    'Quantization\\s*Q8_0',
    'Feed-forward width\\s*96',
    'Positions\\s*rotary, base',
    'Norm\\s*RMSNorm',
    'Activation\\s*SwiGLU',
    'Size\\s*[\\d.]+',
    'Memory\\s*about',
  ]) {
    await expect(dialog).toContainText(new RegExp(fact));
  }
  await expect(use, 'the way on has the focus').toBeFocused();
  await expect(generator.model, 'nothing is replaced yet').not.toContainText('is ready.');
  await use.click();
  await expect(dialog).toBeHidden();
  await expect(generator.model).toContainText('is ready.');
  await expect.poll(() => generator.stepCount()).toBeGreaterThan(0);
  await generator.openStage('Sampling');
  // What is on show is the new model's: its logits are as many as its tokens.
  expect((await generator.lastStep()).logits.length).toBe(317);
  await makeOne(generator);
  expect(Math.max(...(await generator.ids()))).toBeLessThan(317);
  await generator.openStage('Context');
  await expect(generator.panel).toContainText('of 64 tokens');
  expect(generator.page.workers(), 'the former worker is gone').toHaveLength(1);
});

test('a file can be dropped anywhere, and the page shows that it can', async ({ server, generator }) => {
  const place = generator.page.locator('.drop-place');
  await generator.open(server.url);
  await drag(generator, [TINY], ['dragenter', 'dragover']);
  await expect(place).toBeVisible();
  await drag(generator, [TINY], ['dragleave']);
  await expect(place).toBeHidden();
  await drag(generator, [TINY], ['dragenter', 'drop']);
  await expect(place).toBeHidden();
  await parts(generator).use.click();
  await expect(generator.model).toContainText('is ready.');
  await makeOne(generator);
});

test('a folder’s files are one model, and the widgets follow it', { tag: '@real' }, async ({ server, generator }) => {
  const { dialog, use } = parts(generator);
  await generator.open(server.url);
  await choose(generator, ['config.json', 'vocab.json', 'merges.txt', 'model.safetensors'].map((name) => join(GPT2, name)));
  for (const fact of ['Architecture\\s*gpt2', 'Positions\\s*learned', 'Norm\\s*LayerNorm', 'Activation\\s*GELU']) {
    await expect(dialog).toContainText(new RegExp(fact));
  }
  await use.click();
  await expect(generator.model).toContainText('is ready.');
  await makeOne(generator);
  await generator.openStage('Embedding');
  await expect(generator.panel).toContainText('This model has learned one more vector for each position');
  const { page } = generator;
  await page.getByRole('switch', { name: 'Fill with the model’s top six' }).click();
  await expect(page.locator('.widget-softmax')).toContainText('Softmax still runs over all 280.');
  for (const stage of ['Context', 'Embedding', 'Transformer', 'Logits', 'Softmax', 'Sampling']) {
    await generator.openStage(stage);
    await expect(page.locator('.widget')).toHaveCount(7);
    for (const widget of await page.locator('.widget').all()) {
      await expect(widget.locator('.widget-source')).toHaveText('live: gpt2 of 2 layers');
      await expect(widget).not.toContainText(/SmolLM2|49,152|(?<![\d,])576\b|\b8,192\b/);
    }
  }
});

test('a folder is chosen or dropped as one; what lies deeper is not read', async ({ server, generator }) => {
  const { dialog, use, keep, folder } = parts(generator);
  const outer = mkdtempSync(join(tmpdir(), 'models-'));
  const inner = join(outer, 'mine');
  cpSync(GPT2, inner, { recursive: true });
  mkdirSync(join(inner, 'onnx'));
  writeFileSync(join(inner, 'onnx', 'model.gguf'), 'not for us');
  mkdirSync(join(inner, 'empty'));
  await generator.open(server.url);
  const ways = [(path: string) => folder.setInputFiles(path), (path: string) => drop(generator, [path])];
  for (const give of ways) {
    await give(inner);
    await expect(dialog).toContainText('This is in mine.');
    await expect(dialog).toContainText(/Architecture\s*gpt2/);
    await expect(dialog, 'only where it may be why').not.toContainText('own files are read');
    await keep.click();
    await expect(dialog).toBeHidden();
    await give(outer);
    await expect(dialog.getByRole('alert')).not.toBeEmpty();
    await expect(dialog).toContainText('Only a folder’s own files are read, not those of the folders in it: mine.');
    await keep.click();
    await expect(dialog).toBeHidden();
  }
  await drop(generator, [inner]);
  await use.click();
  await expect(generator.model).toContainText('is ready.');
  await makeOne(generator);
});

test('a file of a folder that cannot be read is named', async ({ server, generator, page }) => {
  const { dialog, keep } = parts(generator);
  // A browser run as root can read everything: this one file is made to refuse.
  await page.addInitScript(() => {
    const entry = DataTransferItem.prototype.webkitGetAsEntry;
    DataTransferItem.prototype.webkitGetAsEntry = function () {
      const folder: any = entry.call(this);
      const reader = folder.createReader();
      const refuse = (_: unknown, failed: (error: DOMException) => void) => failed(new DOMException('no', 'NotReadableError'));
      const readEntries = (done: (entries: any[]) => void) =>
        reader.readEntries((entries: any[]) => {
          for (const entry of entries) if (entry.name === 'merges.txt') entry.file = refuse;
          done(entries);
        });
      folder.createReader = () => ({ readEntries });
      return folder;
    };
  });
  await generator.open(server.url);
  await drop(generator, [GPT2]);
  await expect(dialog.getByRole('alert')).toContainText('merges.txt');
  await expect(dialog).toContainText('Left out, as the browser cannot read it: merges.txt.');
  await keep.click();
  await expect(dialog).toBeHidden();
});

test('the way back to the page’s own model: without a reload, from what is kept, with the reader’s text', async ({ site, server, generator, page }) => {
  const { dialog, back } = parts(generator, site.model);
  await generator.open(server.url);
  await generator.loadModel();
  await expect(back, 'it is the page’s own').toBeHidden();
  await take(generator, TINY);
  await generator.write('A dog');
  await makeOne(generator);
  const [fetched, before] = [server.count(/part-/), await generator.stepCount()];
  await back.click();
  await expect(generator.model).toContainText(`${site.model} is ready.`);
  await expect(dialog, 'nothing was asked').toBeHidden();
  await expect(back).toBeHidden();
  await expect.poll(() => generator.stepCount()).toBeGreaterThan(before);
  expect(server.count(/part-/), 'parts fetched').toBe(fetched);
  await expect(generator.prompt).toHaveValue('A dog');
  expect((await generator.lastStep()).logits.length).toBe(site.vocabulary);
  await makeOne(generator);
  await expect.poll(() => page.workers().length).toBe(1);
});

test('the way back asks before it fetches, and if it fails the present model goes on', async ({ site, server, generator }) => {
  const { dialog, back, use, keep } = parts(generator, site.model);
  await generator.open(server.url);
  await take(generator, TINY);
  server.status(/part-/, 500);
  await back.click();
  await expect(dialog).toContainText(`${site.size} must be fetched first. Nothing is replaced yet.`);
  await use.click();
  await expect(dialog.getByRole('alert')).toContainText('500');
  await keep.click();
  await makeOne(generator);
  server.heal();
  await back.click();
  await use.click();
  await expect(generator.model).toContainText(`${site.model} is ready.`);
  await expect(dialog).toBeHidden();
  await makeOne(generator);
});

test('who keeps the present model loses nothing', async ({ server, generator }) => {
  const { dialog, keep } = parts(generator);
  await generator.open(server.url);
  await take(generator, TINY);
  await makeOne(generator);
  const before = await generator.ids();
  await choose(generator, OTHER);
  await keep.click();
  await expect(dialog).toBeHidden();
  await choose(generator, OTHER);
  await generator.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect.poll(() => generator.page.workers().length).toBe(1);
  expect(await generator.ids()).toEqual(before);
  await makeOne(generator);
});

test('a worker that dies reloads the same files; a changed file says so', async ({ server, generator }) => {
  const path = join(mkdtempSync(join(tmpdir(), 'model-')), 'mine.gguf');
  writeFileSync(path, readFileSync(TINY));
  await generator.open(server.url);
  await take(generator, path);
  await makeOne(generator);
  const before = await generator.ids();
  const die = () => void setTimeout(() => { throw new Error('a mistake in the engine'); });
  await generator.page.workers()[0].evaluate(die);
  await expect(generator.model).toContainText('A fresh one has taken over');
  await makeOne(generator);
  expect((await generator.ids()).slice(0, before.length)).toEqual(before);

  writeFileSync(path, readFileSync(OTHER));
  await generator.page.workers()[0].evaluate(die);
  await expect(generator.model).toContainText('mine.gguf is not there any more as it was');
  await take(generator, path);
  await makeOne(generator);
});

const whole = readFileSync(TINY);
/** The file with some bytes changed. */
const with64 = (at: number, value: bigint) => {
  const bytes = Buffer.from(whole);
  bytes.writeBigUInt64LE(value, at);
  return bytes;
};
/** The file with a name in its header replaced by one of equal length. */
const renamed = (from: string, to: string) => {
  const [at, bytes] = [whole.indexOf(from), Buffer.from(whole)];
  expect(at, from).toBeGreaterThan(0);
  bytes.write(to, at, 'latin1');
  return bytes;
};
const nan = Buffer.concat([whole.subarray(0, -4000), Buffer.alloc(4000, 0xff)]);
/** Name, content, and what must be said of it. */
const DAMAGED: [string, string, Buffer, RegExp][] = [
  ['empty', 'a.gguf', Buffer.alloc(0), /./],
  ['one byte', 'a.gguf', Buffer.from('G'), /ends/],
  ['the magic alone', 'a.gguf', Buffer.from('GGUF'), /ends/],
  ['cut in its header', 'a.gguf', whole.subarray(0, 2000), /ends/],
  ['cut in its weights', 'a.gguf', whole.subarray(0, whole.length - 5000), /ends after/],
  ['cut by one byte', 'a.gguf', whole.subarray(0, whole.length - 1), /ends after/],
  ['a web page', 'a.gguf', Buffer.from('<!DOCTYPE html><title>404</title>'.repeat(50)), /GGUF/],
  ['a zip', 'a.gguf', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(3000, 7)]), /GGUF/],
  ['another magic', 'a.gguf', Buffer.concat([Buffer.from('GGML'), whole.subarray(4)]), /GGUF/],
  ['another version', 'a.gguf', Buffer.concat([whole.subarray(0, 4), Buffer.from([99]), whole.subarray(5)]), /99/],
  ['2^60 tensors', 'a.gguf', with64(8, 1n << 60n), /./],
  ['2^60 entries', 'a.gguf', with64(16, 1n << 60n), /./],
  ['a key of 2^60 bytes', 'a.gguf', with64(24, 1n << 60n), /./],
  ['another architecture', 'a.gguf', otherArchitecture(), /mamba/],
  ['no layers', 'a.gguf', renamed('llama.block_count', 'llama.blocc_count'), /block_count/],
  ['a missing tensor', 'a.gguf', renamed('output_norm.weight', 'outputXnorm.weight'), /output_norm/],
  ['weights that are no numbers', 'a.gguf', nan, /is NaN/],
  ['a text', 'notes.txt', Buffer.from('The cat sat on the mat.\n'.repeat(100)), /./],
  ['a config alone', 'config.json', Buffer.from('{"model_type":"gpt2","n_layer":2}'), /./],
  ['noise', 'a.gguf', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)), /GGUF/],
];

function otherArchitecture() {
  const bytes = Buffer.from(whole);
  bytes.write('mamba', whole.indexOf('llama', whole.indexOf('general.architecture')), 'latin1');
  return bytes;
}

test('twenty damaged files end in words, and the present model goes on', async ({ server, generator }) => {
  const { input, dialog, use, keep } = parts(generator);
  await generator.open(server.url);
  await take(generator, TINY);
  await makeOne(generator);
  expect(DAMAGED).toHaveLength(20);
  for (const [what, name, buffer, words] of DAMAGED) {
    await test.step(what, async () => {
      await input.setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
      await expect(dialog).toBeVisible();
      const alert = dialog.getByRole('alert');
      // Damage behind the header shows once the weights are read.
      await expect.poll(async () => (await alert.textContent()) || (await use.getAttribute('aria-disabled'))).not.toBe('true');
      if (!(await alert.textContent())) await use.click();
      await expect(alert, what).toContainText(words);
      expect(await alert.textContent()).not.toMatch(/panicked|unreachable|RuntimeError/);
      await keep.click();
      await expect(dialog).toBeHidden();
      await makeOne(generator);
    });
  }
  await expect.poll(() => generator.page.workers().length).toBe(1);
});

test('switching models ten times leaks nothing', { tag: '@deep' }, async ({ server, generator }) => {
  /** Bytes of the wasm memory of the one worker. */
  const memory = async () => Number((await generator.model.textContent())!.match(/([\d.]+)\sMB of memory/)![1]);
  await generator.open(server.url);
  await take(generator, TINY);
  const before = await memory();
  for (let i = 0; i < 10; i++) await take(generator, i % 2 ? TINY : OTHER);
  expect(Math.abs((await memory()) / before - 1)).toBeLessThan(0.05);
  await expect.poll(() => generator.page.workers().length).toBe(1);
  await makeOne(generator);
});
