// The worker comes in two builds; its loader starts the one that fits the browser.

import { expect, test, type Server } from '../support';

const RELAXED = /worker-[0-9a-f]+\/relaxed\/worker_bg\.wasm$/;
const PLAIN = /worker-[0-9a-f]+\/worker_bg\.wasm$/;
const fetched = (server: Server) => [server.count(RELAXED), server.count(PLAIN)];

test('a browser with relaxed SIMD fetches the build for it, and no other', async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  expect(fetched(server)).toEqual([1, 0]);
});

test('a browser without relaxed SIMD fetches the plain build, and no other', async ({ server, generator }) => {
  await generator.page.route(/worker_loader\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `WebAssembly.validate = () => false;\n${await response.text()}` });
  });
  await generator.open(server.url);
  await generator.loadModel();
  expect(fetched(server)).toEqual([0, 1]);
});

test('where a build fails its self-test, the plain one takes over', async ({ server, generator }) => {
  await generator.page.route(/relaxed\/worker\.js$/, async (route) => {
    const response = await route.fetch();
    const script = (await response.text()).replace('export function start() {', '$& return "its kernels are off";');
    expect(script).toContain('its kernels are off');
    await route.fulfill({ response, body: script });
  });
  await generator.open(server.url);
  await generator.loadModel();
  expect(fetched(server)).toEqual([1, 1]);
});

test('where every build fails its self-test, the page says why', async ({ server, generator }) => {
  await generator.page.route(/worker\.js$/, async (route) => {
    const response = await route.fetch();
    const script = (await response.text()).replace('export function start() {', '$& return "its kernels are off";');
    await route.fulfill({ response, body: script });
  });
  await generator.visit(server.url);
  await expect(generator.model.getByRole('alert')).toContainText('its kernels are off', { timeout: 30_000 });
});
