// What the journeys and the measurements share: the page as a reader sees it, and its worker's messages.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { startServer } from './server.mjs';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

export type Server = Awaited<ReturnType<typeof startServer>>;

/** One forward pass, as the worker answered it. */
export interface Step {
  /** When the answer arrived, in the page's milliseconds. */
  at: number;
  logits: Float32Array;
  computed: number;
  reused: number;
  milliseconds: number;
}

export function fixture(name: string) {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));
}

/** The page, by the names that a reader or a screen reader finds things by. */
export class GeneratorPage {
  readonly prompt: Locator;
  readonly load: Locator;
  readonly cancel: Locator;
  readonly model: Locator;
  readonly nextToken: Locator;
  readonly run: Locator;
  readonly stop: Locator;
  readonly undo: Locator;
  readonly chips: Locator;
  readonly rows: Locator;
  readonly others: Locator;
  readonly state: Locator;
  readonly temperature: Locator;
  readonly reset: Locator;

  constructor(readonly page: Page) {
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
    this.prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
    this.load = button(/^Load /);
    this.cancel = button('Cancel');
    this.model = page.getByRole('region', { name: 'Model', exact: true });
    this.nextToken = button('Next token');
    this.run = button('Run');
    this.stop = button('Stop');
    this.undo = button('Undo');
    this.chips = page.getByRole('group', { name: 'Context' }).locator('li.chip');
    this.rows = page.locator('.candidates tbody tr').filter({ has: page.getByRole('button') });
    this.others = page.locator('.candidates tbody tr').last();
    this.state = page.locator('.run-state');
    this.temperature = page.getByRole('textbox', { name: 'Temperature value' });
    this.reset = button('Back to the prompt');
  }

  /** Opens the page; the worker's messages are kept for `steps`. */
  async open(url: string) {
    await this.page.addInitScript(recordWorkers);
    await this.page.goto(url);
  }

  async loadModel() {
    await this.load.click();
    await this.ready();
  }

  async ready() {
    await expect(this.model.getByText('is ready.')).toBeVisible({ timeout: 60_000 });
    await expect(this.rows.first().locator('.token-id')).toHaveText(/\d+/);
    await expect(this.nextToken).toBeEnabled();
  }

  /** Types another prompt and waits for its distribution. */
  async write(text: string) {
    const before = await this.stepCount();
    await this.prompt.fill(text);
    await this.prompt.blur();
    await expect.poll(() => this.stepCount(), { timeout: 60_000 }).toBeGreaterThan(before);
    await expect(this.nextToken).toBeEnabled();
  }

  async setTemperature(text: string) {
    await this.temperature.fill(text);
    await this.temperature.press('Enter');
  }

  /** Ids of the context's tokens, in order. */
  async ids(): Promise<number[]> {
    return (await this.chips.locator('.token-id').allTextContents()).map(Number);
  }

  /** How many steps the worker has answered so far. */
  stepCount(): Promise<number> {
    return this.page.evaluate(() => (window as any).stepAnswers.length);
  }

  /** The worker's answered steps from number `start` on. */
  async steps(start = 0): Promise<Step[]> {
    const answers: { at: number; text: string }[] = await this.page.evaluate(
      (start) =>
        (window as any).stepAnswers.slice(start).map(({ at, buffer }: { at: number; buffer: ArrayBuffer }) => {
          const bytes = new Uint8Array(buffer);
          let text = '';
          for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
          return { at, text: btoa(text) };
        }),
      start,
    );
    return answers.map(({ at, text }) => readStep(at, Buffer.from(text, 'base64')));
  }

  async lastStep(): Promise<Step> {
    const count = await this.stepCount();
    expect(count).toBeGreaterThan(0);
    return (await this.steps(count - 1))[0];
  }
}

/** Runs in the page: keeps each worker's step answers (variant 7 of Response), and the main thread's long tasks. */
function recordWorkers() {
  const kept: { at: number; buffer: ArrayBuffer }[] = ((window as any).stepAnswers = []);
  const longTasks: { start: number; duration: number }[] = ((window as any).longTasks = []);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push({ start: entry.startTime, duration: entry.duration });
  }).observe({ entryTypes: ['longtask'] });
  const Original = window.Worker;
  window.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', (event) => {
        const variant = new Uint8Array(event.data)[2];
        if (variant === 7) kept.push({ at: performance.now(), buffer: event.data });
      });
    }
  };
}

/** Reads postcard's bytes of Response::Step: version, variant, id, then the fields of a step without taps. */
function readStep(at: number, bytes: Buffer): Step {
  let place = 2;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[place++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  expect(varint(), 'the variant of Response::Step').toBe(7);
  varint(); // id
  for (let i = 0; i < 3; i++) varint(); // window
  expect([varint(), varint()], 'no taps').toEqual([0, 0]);
  const logits = new Float32Array(varint());
  for (let i = 0; i < logits.length; i++, place += 4) logits[i] = bytes.readFloatLE(place);
  const [computed, reused] = [varint(), varint()];
  return { at, logits, computed, reused, milliseconds: bytes.readDoubleLE(place) };
}

/** Tests with the built page on a server of their own, under a path as a host might have it. */
export const test = base.extend<{ server: Server; generator: GeneratorPage }>({
  server: async ({}, use) => {
    const server = await startServer(DIST, { prefix: '/some/course/' });
    await use(server);
    await server.close();
  },
  generator: async ({ page }, use) => use(new GeneratorPage(page)),
});

export { expect };
