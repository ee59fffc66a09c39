// The loader of the worker (crates/worker/worker_loader.js) with builds that are a few lines each: what starts, and what ends a
// shared worker. builds.spec.ts has the real builds.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { expect, test as base } from '@playwright/test';

const LOADER = readFileSync(new URL('../../crates/worker/worker_loader.js', import.meta.url), 'utf8').replace(
  "const builds = ['./worker.js'];",
  "const builds = ['./relaxed/worker.js', './worker.js'];",
);

/** A build that works, and answers each message by running it as script. */
const build = (name: string, { compile = '', start = '' } = {}) => `
  export default async () => { ${compile} };
  const serve = (port) => {
    port.onmessage = ({ data }) => {
      if (data === 'ping') port.postMessage('pong');
      else eval(data);
    };
    port.postMessage('${name}');
  };
  export const connect = serve;
  export function start() {
    ${start}
    if (!('onconnect' in self)) serve(self);
  }
`;

/** A function of one unreachable instruction. */
const TRAP =
  'new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, ' +
  '7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11))).exports.f();';

const test = base.extend<{ files: Map<string, string>; url: string }>({
  files: async ({}, use) => {
    await use(
      new Map([
        ['/', '<!doctype html><title>loader</title>'],
        ['/worker_loader.js', LOADER],
        ['/worker.js', build('plain')],
        ['/relaxed/worker.js', build('relaxed')],
      ]),
    );
  },
  url: async ({ files }, use) => {
    const server: Server = createServer((request, response) => {
      const name = request.url ?? '/';
      const text = files.get(name);
      const type = name.endsWith('.js') ? 'text/javascript' : 'text/html';
      if (text === 'cut') request.socket.destroy();
      else response.writeHead(text === undefined ? 404 : 200, { 'content-type': type }).end(text);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();
  },
});

/** What a dedicated worker says first, or its error. */
const dedicated = () =>
  new Promise<string>((heard) => {
    const worker = new Worker('./worker_loader.js', { type: 'module' });
    worker.onmessage = ({ data }) => heard(data);
    worker.onerror = ({ message }) => heard(`error: ${message}`);
  });

const failures: [string, string | undefined][] = [
  ['is missing', undefined],
  ['does not arrive', 'cut'],
  ['is no script', 'export default ('],
  ['cannot be compiled', build('relaxed', { compile: 'await WebAssembly.compile(Uint8Array.of(1, 2, 3));' })],
  ['traps', build('relaxed', { start: TRAP })],
  ['computes something else', build('relaxed', { start: 'return "its kernels are off";' })],
];

test('the build for relaxed SIMD starts where it works', async ({ page, url }) => {
  await page.goto(url);
  expect(await page.evaluate(dedicated)).toBe('relaxed');
});

for (const [what, text] of failures) {
  test(`where the build for relaxed SIMD ${what}, the plain one starts`, async ({ page, url, files }) => {
    if (text === undefined) files.delete('/relaxed/worker.js');
    else files.set('/relaxed/worker.js', text);
    await page.goto(url);
    expect(await page.evaluate(dedicated)).toBe('plain');
  });
}

test('where no build starts, the page hears why, from a shared worker too', async ({ page, url, files }) => {
  for (const name of ['/worker.js', '/relaxed/worker.js']) files.set(name, build('no', { start: 'return "kernels are off";' }));
  await page.goto(url);
  expect(await page.evaluate(dedicated)).toContain('kernels are off');
  const said = await page.evaluate(
    () =>
      new Promise((heard) => {
        const { port } = new SharedWorker('./worker_loader.js', { type: 'module' });
        port.onmessage = ({ data }) => heard(data);
      }),
  );
  expect(said).toContain('kernels are off');
});

/** What a shared worker posts: its build's name, then 'after' once it had the event of a script's error, and its answer to a ping. */
async function afterScript(script: string) {
  const { port } = new SharedWorker('./worker_loader.js', { type: 'module' });
  const next = () => new Promise<string>((heard) => (port.onmessage = ({ data }) => heard(data)));
  const name = await next();
  // The loader's own listeners come first.
  const after = "['unhandledrejection', 'error'].forEach((event) => self.addEventListener(event, () => setTimeout(() => port.postMessage('after'))));";
  port.postMessage(after + script);
  const said = await next();
  port.postMessage('ping');
  return [name, said, await next()];
}

for (const [what, script] of [
  ['a rejected fetch', "fetch('http://127.0.0.1:1/');"],
  ['an abort', 'Promise.reject(new DOMException("aborted", "AbortError"));'],
  ['a text', 'Promise.reject("no reason");'],
  ['an error that is no trap', 'setTimeout(() => { throw new TypeError("not ours"); });'],
] as const) {
  test(`${what} does not end a shared worker`, async ({ page, url }) => {
    await page.goto(url);
    expect(await page.evaluate(afterScript, script)).toEqual(['relaxed', 'after', 'pong']);
  });
}

for (const [what, script] of [
  ['a trap in a promise', `Promise.resolve().then(() => { ${TRAP} });`],
  ['a trap in an event', `setTimeout(() => { ${TRAP} });`],
  ['a stack that is full', 'const deeper = () => deeper() + 1; Promise.resolve().then(deeper);'],
] as const) {
  test(`${what} ends a shared worker, and all frames hear of it`, async ({ page, url }) => {
    await page.goto(url);
    const [name, said] = await page.evaluate(
      (script) =>
        new Promise<[string, string]>((heard) => {
          const { port } = new SharedWorker('./worker_loader.js', { type: 'module' });
          const said: string[] = [];
          port.onmessage = ({ data }) => {
            if (said.push(data) === 1) port.postMessage(script);
            else heard([said[0] ?? '', said[1] ?? '']);
          };
        }),
      script,
    );
    expect(name).toBe('relaxed');
    expect(said).toMatch(/unreachable|stack/i);
  });
}
