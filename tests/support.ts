// What the end-to-end tests and the measurements share: the page as a reader sees it, and its worker's messages.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Browser, type Locator, type Page } from '@playwright/test';
import { Decoder, type Beginnings } from './decoder';
import { adapt, spare } from './firefox';
import { startServer } from './server.mjs';

/** The built site, with the real model. */
export const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** A site to test, and what its model is. */
export interface Site {
  /** The site's folder. */
  dist: string;
  /** The model's name. */
  model: string;
  /** Its size as the page writes it, and that of its first part. */
  size: string;
  firstPart: string;
  /** Its parts are `part-00` and so on. */
  parts: number;
  bytes: number;
  /** How many tokens the lesson's prompt, "The cat sat on", has. */
  prompt: number;
  vocabulary: number;
  /** A text, how many tokens it has, and the token that most likely comes next. */
  text: { words: string; tokens: number; next: number };
  /** The most tokens that one pass can see. */
  window: number;
  layers: number;
  heads: number;
  keyHeads: number;
  width: number;
  feedForward: number;
}

const REAL: Site = {
  dist: DIST,
  model: 'SmolLM2-135M-Instruct',
  size: '98.4\u00a0MB',
  firstPart: '16.8\u00a0MB',
  parts: 6,
  bytes: 98_362_432,
  prompt: 4,
  vocabulary: 49_152,
  text: { words: 'The capital of France is', tokens: 5, next: 7042 },
  window: 8_192,
  layers: 30,
  heads: 9,
  keyHeads: 3,
  width: 576,
  feedForward: 1_536,
};

/** The same program with a model of a thousandth of the weights: `cargo xtask test` makes it of the built site. */
const TINY: Site = {
  dist: process.env.TINY_SITE ?? fileURLToPath(new URL('../target/tiny-site', import.meta.url)),
  model: 'stories260K',
  size: '0.5\u00a0MB',
  firstPart: '89\u00a0kB',
  parts: 6,
  bytes: 535_808,
  prompt: 7,
  vocabulary: 512,
  text: { words: 'She loved to play', tokens: 6, next: 335 },
  window: 512,
  layers: 5,
  heads: 8,
  keyHeads: 4,
  width: 64,
  feedForward: 172,
};

export type Server = Awaited<ReturnType<typeof startServer>>;

/** What a transformer block did at the last position. */
export interface Layer {
  /** A row per head. */
  attention: Float32Array[];
  residPre: number;
  attnOut: number;
  mlpOut: number;
}

/** One forward pass, as the worker answered it. */
export interface Step {
  /** When the answer arrived, in the page's milliseconds. */
  at: number;
  /** Empty for a step of a run. */
  embedding: Float32Array;
  layers: Layer[];
  logits: Float32Array;
  computed: number;
  reused: number;
  milliseconds: number;
}

/** A distribution's best tokens. */
export interface Reading {
  top: { token: number; logit: number; probability: number }[];
  entropy: number;
}

/** A look inside, as the worker answered it. */
export interface Inspected {
  pattern?: Float32Array[];
  lens?: Reading[];
  neighbours?: [number, number][];
}

export function fixture(name: string) {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8'));
}

/** The decoder of this process's tests, started when the first of them needs it. */
let started: ReturnType<typeof Decoder.start> | undefined;
const decoding = () => (started ??= Decoder.start());

/** Softmax at temperature 1, and the tokens from the best on. */
export function distribution({ logits }: Step) {
  const max = logits.reduce((max, logit) => Math.max(max, logit), -Infinity);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - max));
  const sum = weights.reduce((a, b) => a + b, 0);
  const order = Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
  return { probability: (token: number) => weights[token] / sum, order };
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
  readonly drawAgain: Locator;
  readonly step: Locator;
  readonly panel: Locator;
  readonly maxNew: Locator;

  constructor(readonly page: Page) {
    const desk = page.locator('#desk');
    const button = (name: string | RegExp) => desk.getByRole('button', { name, exact: true });
    this.prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
    this.load = button(/^Load /);
    this.cancel = button('Cancel');
    this.model = page.getByRole('region', { name: 'Model', exact: true });
    this.nextToken = button('Next token');
    this.run = button('Run');
    this.stop = button('Stop');
    this.undo = button('Undo');
    this.drawAgain = button('Draw again');
    this.chips = desk.getByRole('group', { name: 'Context' }).locator('li.chip');
    this.rows = page.locator('.candidates tbody tr').filter({ has: page.getByRole('button') });
    this.others = page.locator('.candidates tbody tr').last();
    this.state = page.locator('.run-state');
    this.temperature = page.locator('#temperature-value');
    this.reset = button('Back to the prompt');
    this.step = page.locator('.pipeline-step');
    this.panel = page.locator('#pipeline-panel');
    this.maxNew = page.locator('#code-max-new');
  }

  /** Opens the page at its recorded run; the worker's messages are kept for `steps`. */
  async visit(url: string) {
    await this.page.addInitScript(recordWorkers, (await decoding()).beginnings);
    await this.page.goto(url);
    await expect(this.chips.first()).toBeVisible();
  }

  /** Opens the page with the table of candidates in sight. */
  async open(url: string) {
    await this.visit(url);
    await this.openStage('Sampling');
  }

  /** Opens a stage of the pipeline. */
  async openStage(name: string) {
    const tab = this.page.getByRole('tab', { name: new RegExp(name) });
    await tab.click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
  }

  async loadModel() {
    await this.load.click();
    await this.ready();
  }

  async ready() {
    await expect(this.model.getByText('is ready.')).toBeVisible({ timeout: 60_000 });
    await expect.poll(() => this.stepCount()).toBeGreaterThan(0);
    await expect(this.nextToken).toBeEnabled();
  }

  /** Types another prompt and waits for its distribution. */
  async write(text: string) {
    const before = await this.stepCount();
    await this.prompt.fill(text);
    await this.prompt.blur();
    await expect.poll(() => this.stepCount(), { timeout: 60_000 }).toBeGreaterThan(before);
    await expect(this.nextToken).toBeEnabled();
    await this.openStage('Sampling');
  }

  /** Sets how many tokens one run makes. */
  async setMaxNew(count: number) {
    await this.maxNew.fill(String(count));
    await this.maxNew.press('Enter');
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
    return this.page.evaluate(() => (window as any).answers.step.length);
  }

  /** The worker's answered steps from number `start` on. */
  async steps(start = 0): Promise<Step[]> {
    return Promise.all((await this.answers('step', start)).map(({ at, bytes }) => readStep(at, bytes)));
  }

  async lastStep(): Promise<Step> {
    const count = await this.stepCount();
    expect(count).toBeGreaterThan(0);
    return (await this.steps(count - 1))[0];
  }

  /** All looks inside that the worker has answered so far. */
  async inspections(): Promise<Inspected[]> {
    return Promise.all((await this.answers('inspected', 0)).map(({ bytes }) => readInspected(bytes)));
  }

  private async answers(kind: 'step' | 'inspected', start: number) {
    const answers: { at: number; text: string }[] = await this.page.evaluate(
      ([kind, start]) =>
        (window as any).answers[kind].slice(start).map(({ at, buffer }: { at: number; buffer: ArrayBuffer }) => {
          const bytes = new Uint8Array(buffer);
          let text = '';
          for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
          return { at, text: btoa(text) };
        }),
      [kind, start] as const,
    );
    return answers.map(({ at, text }) => ({ at, bytes: Buffer.from(text, 'base64') }));
  }
}

/** Runs in the page: keeps the worker's answers of each kind by what they begin with, the long tasks and the shifts. A test
 * can make the model slow: `stepDelay` milliseconds pass before the page hears of a step. */
function recordWorkers(beginnings: Beginnings) {
  const kindOf = (message: Uint8Array) =>
    Object.entries(beginnings).find(([, beginning]) => beginning.every((byte, place) => message[place] === byte))?.[0];
  const answers: Record<string, { at: number; buffer: ArrayBuffer }[]> = { step: [], inspected: [] };
  (window as any).answers = answers;
  const longTasks: { start: number; duration: number }[] = ((window as any).longTasks = []);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longTasks.push({ start: entry.startTime, duration: entry.duration });
  }).observe({ entryTypes: ['longtask'] });
  const shifts: { value: number; at: number; nodes: string[] }[] = ((window as any).shifts = []);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as any[]) {
      if (entry.hadRecentInput) continue;
      const nodes = entry.sources.map(({ node }: any) => node && `${node.nodeName} #${node.id} .${node.className}`);
      shifts.push({ value: entry.value, at: entry.startTime, nodes });
    }
  }).observe({ type: 'layout-shift', buffered: true });
  const Original = window.Worker;
  window.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', (event) => {
        const kind = kindOf(new Uint8Array(event.data));
        const delay = (kind === 'step' && event.isTrusted && (window as any).stepDelay) || 0;
        if (delay) {
          event.stopImmediatePropagation();
          setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data: event.data })), delay);
          return;
        }
        if (kind) answers[kind].push({ at: performance.now(), buffer: event.data.slice(0) });
      });
    }
  };
}

/** Response::Step in the tests' names. */
async function readStep(at: number, bytes: Buffer): Promise<Step> {
  const { step } = await (await decoding()).decoder.decode(bytes);
  const { embedding, layers, logits, cost } = step!;
  return {
    at,
    embedding: Float32Array.from(embedding),
    layers: layers.map((layer) => ({
      attention: layer.attention.map((row) => Float32Array.from(row)),
      residPre: layer.resid_pre_norm,
      attnOut: layer.attn_out_norm,
      mlpOut: layer.mlp_out_norm,
    })),
    logits: Float32Array.from(logits),
    computed: cost.tokens_computed,
    reused: cost.tokens_reused,
    milliseconds: cost.milliseconds,
  };
}

/** Response::Inspected in the tests' names. */
async function readInspected(bytes: Buffer): Promise<Inspected> {
  const { Pattern, Lens, Neighbours } = (await (await decoding()).decoder.decode(bytes)).inspected!;
  return {
    pattern: Pattern?.rows.map((row) => Float32Array.from(row)),
    lens: Lens?.layers,
    neighbours: Neighbours?.tokens,
  };
}

/** The permissions that the clipboard needs. Firefox has none by these names: a setting of its own lets tests read it. */
export function clipboard(browser: Browser): string[] {
  return browser.browserType().name() === 'firefox' ? [] : ['clipboard-read', 'clipboard-write'];
}

/** What a project sets: whether its tests open the site with the tiny model, unless they have the tag `@real`. */
export interface Options {
  tiny: boolean;
}

/** Tests with the built page on a server of their own, under a path as a host might have it. */
export const test = base.extend<Options & { site: Site; server: Server; generator: GeneratorPage }, {}>({
  tiny: [false, { option: true }],
  browser: [
    async ({ browser, browserName }, use) => {
      if (browserName === 'firefox') spare(browser);
      await use(browser);
    },
    { scope: 'worker' },
  ],
  site: async ({ tiny }, use, { tags }) => use(tiny && !tags.includes('@real') ? TINY : REAL),
  server: async ({ site }, use) => {
    const server = await startServer(site.dist, { prefix: '/some/course/' });
    await use(server);
    await server.close();
  },
  page: async ({ page, browserName }, use) => {
    if (browserName === 'firefox') adapt(page);
    await use(page);
  },
  generator: async ({ page }, use) => use(new GeneratorPage(page)),
});

export { expect };
