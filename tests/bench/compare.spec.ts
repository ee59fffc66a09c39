// Our engine and llama.cpp on the same file, one thread each, in one run and in alternation.
//
// `cargo xtask bench compare` installs what it compares with, prints the table and writes it to docs/performance.md.
// BENCH_ROUNDS sets how often each system is measured.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { expect, test } from '../support';
import { startServer } from '../server.mjs';
import { assemble, BYTES } from './compare/bandwidth.mjs';
import { weightBytes } from './compare/gguf.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const DIST = join(HERE, '../../dist');
const REPORT = join(HERE, '../../docs/performance.md');
const MARKS = ['<!-- cargo xtask bench compare: begin -->', '<!-- cargo xtask bench compare: end -->'];
/** What the others are compared with. */
const BASE = 'wllama 2.3.1';

/** One measurement: tokens a second, milliseconds, bytes. See compare/measure.js. */
interface Result {
  decode: number;
  /** By the engine's own clock. */
  engine?: number;
  prefill: number;
  started: number;
  loaded: number;
  first: number;
  memory: number;
}

interface System {
  name: string;
  run: () => Promise<Result>;
}

const sorted = (values: number[]) => [...values].sort((a, b) => a - b);
const median = (values: number[]) => sorted(values)[values.length >> 1];
const spread = (values: number[], digits: number) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

/** A page with nothing in it but the scripts of compare/; the model lies beside them. */
async function blank(context: BrowserContext, server: string): Promise<Page> {
  const page = await context.newPage();
  await page.route(`${server}compare/**`, (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1)!;
    if (name === 'blank') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title>' });
    return route.fulfill({ contentType: 'text/javascript', path: join(HERE, 'compare', name) });
  });
  await page.route(`${server}model/**`, (route) => route.fulfill({ path: join(DIST, new URL(route.request().url()).pathname) }));
  await page.goto(`${server}compare/blank`);
  return page;
}

/** Runs one function of a script of compare/ in a fresh page. */
async function inPage<T>(context: BrowserContext, server: string, code: string, settings: object): Promise<T> {
  const page = await blank(context, server);
  try {
    return (await page.evaluate(`(async (settings) => { ${code} })(${JSON.stringify(settings)})`)) as T;
  } finally {
    await page.close();
  }
}

const measured = (script: string) =>
  `const { start } = await import('./${script}'); const { measure } = await import('./measure.js'); return measure(start, settings);`;

/** The builds of our worker that there are. */
function ours(context: BrowserContext, url: string): System[] {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  const folder = html.match(/name="next-token-worker" content="\.\/([^"]*\/)/)?.[1];
  expect(folder, 'the folder of the worker in index.html').toBeDefined();
  const builds = [['simd128', `${folder}worker.js`], ['relaxed-simd', `${folder}relaxed/worker.js`]];
  return builds.map(([build, path]) => {
    const settings = { worker: new URL(path, url).href, manifest: new URL('model/manifest.json', url).href };
    return { name: `ours, ${build}`, run: () => inPage(context, url, measured('ours.js'), settings) };
  });
}

/** wllama of `folder`, which is served at `url`. */
function wllama(context: BrowserContext, url: string, folder: string): System {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const old = version.startsWith('2.');
  const wasm = new URL(old ? 'esm/single-thread/wllama.wasm' : 'esm/wasm/wllama.wasm', url).href;
  const [library, manifest, model] = ['esm/index.js', 'model/manifest.json', 'model.gguf'].map((path) => new URL(path, url).href);
  const settings = { library, wasm, model, manifest, old };
  let kept: Promise<void> | undefined;
  return {
    name: `wllama ${version}`,
    async run() {
      await (kept ??= inPage(context, url, `const { keep } = await import('./wllama.js'); await keep(settings);`, settings));
      return inPage(context, url, measured('wllama.js'), settings);
    },
  };
}

/** llama.cpp without a browser, where it is installed. */
function native(file: string): System[] {
  const folder = join(HERE, 'native/node_modules/node-llama-cpp');
  if (!existsSync(folder)) {
    console.log('node-llama-cpp is not installed: native llama.cpp is left out');
    return [];
  }
  const run = async () => JSON.parse((await promisify(execFile)('node', [join(HERE, 'native/run.mjs'), file])).stdout);
  return [{ name: 'llama.cpp, native', run }];
}

/** Gigabytes a second that one thread of wasm reads in this browser: the best of 20. */
async function bandwidth(context: BrowserContext, url: string): Promise<number> {
  const code = `
    const { instance } = await WebAssembly.instantiate(Uint8Array.from(settings.wasm));
    new Uint8Array(instance.exports.memory.buffer).fill(1);
    let best = Infinity;
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      instance.exports.read();
      best = Math.min(best, performance.now() - start);
    }
    return best;`;
  return BYTES / (await inPage<number>(context, url, code, { wasm: [...assemble()] })) / 1e6;
}

test('our engine beside llama.cpp', async ({}) => {
  test.setTimeout(3 * 3600_000);
  expect(ROUNDS, '--rounds').toBeGreaterThan(0);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const server = await startServer(DIST);
  const servers = [server];
  // A profile on disk: what is cached lies there, as a reader's does.
  const { executablePath, args } = test.info().project.use.launchOptions!;
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), { executablePath, args, headless: true });
  const systems = ours(context, server.url);
  for (const name of ['wllama-2', 'wllama-newest']) {
    const files = join(HERE, 'node_modules', name);
    if (!existsSync(files)) continue;
    servers.push(await startServer(files));
    systems.push(wllama(context, servers.at(-1)!.url, files));
  }
  const file = join(folder, 'model.gguf');
  const { name, bytes, parts } = JSON.parse(readFileSync(join(DIST, 'model/manifest.json'), 'utf8'));
  for (const part of parts) writeFileSync(file, readFileSync(join(DIST, 'model', part.name)), { flag: 'a' });
  systems.push(...native(file));

  const results = new Map(systems.map(({ name }) => [name, [] as Result[]]));
  const bandwidths: number[] = [];
  // The first round only fills the caches.
  for (let round = 0; round <= ROUNDS; round++) {
    bandwidths.push(await bandwidth(context, server.url));
    for (const { name, run } of systems) {
      const result = await run();
      if (round > 0) results.get(name)!.push(result);
      console.log(`round ${round}, ${name}: decode ${result.decode.toFixed(1)}, prefill ${result.prefill.toFixed(1)}, first token ${result.first.toFixed(0)} ms`);
    }
  }
  const weights = weightBytes(readFileSync(file));
  const report = [
    `${name} (${(bytes / 1e6).toFixed(1)} MB), one thread each, medians of ${ROUNDS} rounds in alternation (least–most); ${new Date().toISOString().slice(0, 10)}.`,
    '',
    `Machine: ${cpus()[0].model.trim()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${process.platform} ${process.arch}, headless Chromium ${context.browser()?.version() ?? ''}, Node.js ${process.version}.`,
    '',
    ...tables(results, weights, median(bandwidths)),
  ].join('\n');
  console.log(report);
  write(report);
  await context.close();
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true });
});

function tables(results: Map<string, Result[]>, weights: number, gigabytes: number): string[] {
  const of = (name: string, key: keyof Result) => (results.get(name) ?? []).map((result) => result[key]!);
  /** How many times faster than wllama, round by round. */
  const ratio = (name: string, key: keyof Result) => {
    const base = of(BASE, key);
    return base.length ? spread(of(name, key).map((value, round) => value / base[round]), 2) : '';
  };
  const roof = (1e9 * gigabytes) / weights;
  const speeds = [...results.keys()].map((name) => {
    const share = name.includes('native') ? '' : `${((100 * median(of(name, 'decode'))) / roof).toFixed(0)} %`;
    return `| ${name} | ${spread(of(name, 'decode'), 1)} | ${ratio(name, 'decode')} | ${share} | ${spread(of(name, 'prefill'), 1)} | ${ratio(name, 'prefill')} |`;
  });
  const starts = [...results.keys()].map((name) => {
    const [loaded, first] = (['loaded', 'first'] as const).map((key) => spread(of(name, key).map((time) => time / 1000), 2));
    return `| ${name} | ${loaded} | ${first} | ${(median(of(name, 'memory')) / 1e6).toFixed(1)} |`;
  });
  const engine = [...results.keys()].filter((name) => name.startsWith('ours')).map((name) => `${name.slice(6)} ${spread(of(name, 'engine'), 1)}`);
  return [
    `| | decode, tokens/s | × ${BASE} | of the roofline | prefill, tokens/s | × ${BASE} |`,
    '|---|---|---|---|---|---|',
    ...speeds,
    '',
    `| | loaded from cache, s | first token, s | peak memory, MB |`,
    '|---|---|---|---|',
    ...starts,
    '',
    `Decode: 64 tokens, greedy, after “The cat sat on the”, as they arrive; by the engine’s own clock ours writes ${engine.join(', ')} tokens/s. Prefill: a prompt of 256 tokens, until its first token arrives. Start: from making the worker, the file in the browser’s cache (native: on disk). Memory: wasm’s (native: the process’s). Roofline: a token reads ${(weights / 1e6).toFixed(1)} MB of weights, and one thread of wasm reads ${gigabytes.toFixed(1)} GB/s in this browser, so no more than ${roof.toFixed(0)} tokens/s.`,
  ];
}

/** Puts the report between its marks in docs/performance.md. */
function write(report: string) {
  const text = readFileSync(REPORT, 'utf8');
  const [before, rest] = text.split(MARKS[0]);
  const after = rest?.split(MARKS[1])[1];
  expect(after, `${MARKS.join(' … ')} in docs/performance.md`).toBeDefined();
  writeFileSync(REPORT, `${before}${MARKS[0]}\n${report}\n${MARKS[1]}${after}`);
}
