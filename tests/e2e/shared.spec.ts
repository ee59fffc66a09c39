// Several frames on one page: one download, one engine, and each frame as if it were alone.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Frame, Page } from '@playwright/test';
import { expect, frames, test, written } from '../frames';
import { length } from '../memory';
import { GeneratorPage } from '../support';

const PARTS = 6;
const WIDGETS = ['pipeline', 'softmax', 'code', 'context-growth', 'context-window', 'pipeline', 'code', 'context-growth'];
const TEXTS = ['The cat sat on', 'Once upon a time', 'In the beginning', 'The sea is', 'My favourite colour is', 'Two plus two is', 'She opened the door and', 'Water boils at'];
const TOKENS = 12;

const plus = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');
const address = (site: string, i: number, { id = 'frame', text = TEXTS[i], max = TOKENS } = {}) =>
  `${site}embed/?widget=${WIDGETS[i]}&id=${id}${i}#v=1&text=${plus(text)}&seed=${100 + i}&max=${max}`;

/** A page with frames side by side, so that all are in sight: what is not is painted seldom. */
const page = (addresses: string[]) =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"></head><body style="margin:0">${addresses
    .map((url) => `<iframe src="${url.replaceAll('&', '&amp;')}" style="width:24.5%;height:440px;border:0"></iframe>`)
    .join('')}</body></html>`;

/** A frame as a reader handles it: its desk is unfolded. */
async function desk(frame: Frame): Promise<GeneratorPage> {
  const fold = frame.locator('details').filter({ hasText: 'Prompt, model and run' });
  await expect(fold).toBeVisible();
  await fold.evaluate((details: HTMLDetailsElement) => (details.open = true));
  return new GeneratorPage(frame as unknown as Page);
}

/** The desks of all frames, in the page's order. */
async function desks(tab: Page, count: number): Promise<GeneratorPage[]> {
  const all = await frames(tab, count);
  const place = (frame: Frame) => Number(/id=\w+?(\d+)/.exec(frame.url())![1]);
  return Promise.all(all.sort((a, b) => place(a) - place(b)).map(desk));
}

const ready = (one: GeneratorPage) => expect(one.model.getByText('is ready.')).toBeVisible({ timeout: 90_000 });

/** Waits for the end of a run, and gives the ids of the prompt's tokens and of those made. */
async function made(one: GeneratorPage): Promise<number[]> {
  await expect(one.state).toContainText(`max_new = ${TOKENS} tokens are made`, { timeout: 90_000 });
  return one.ids();
}

/** The workers of this test's part of the browser: those of the test before may be on their way out. */
async function workers(tab: Page) {
  const page = await tab.context().newCDPSession(tab);
  const { targetInfo } = await page.send('Target.getTargetInfo');
  await page.detach();
  const session = await tab.context().browser()!.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets');
  await session.detach();
  return targetInfos.filter(({ type, browserContextId }) => type.endsWith('worker') && browserContextId === targetInfo.browserContextId);
}

/** How many of them there are, by kind. */
async function engines(tab: Page) {
  const all = await workers(tab);
  const count = (kind: string) => all.filter(({ type }) => type === kind).length;
  return { shared: count('shared_worker'), own: count('worker') };
}

/** Runs some JavaScript in the engine that frames share, which may be its end. */
async function inEngine(tab: Page, expression: string) {
  const { targetId } = (await workers(tab)).find(({ type }) => type === 'shared_worker')!;
  const session = await tab.context().browser()!.newBrowserCDPSession();
  const { sessionId } = await session.send('Target.attachToTarget', { targetId });
  // A busy engine hears later, and never if this session has left by then.
  const heard = new Promise<void>((resolve) => {
    session.on('Target.receivedMessageFromTarget', () => resolve());
    session.on('Target.detachedFromTarget', () => resolve());
  });
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
  await session.send('Target.sendMessageToTarget', { sessionId, message });
  await heard;
  await session.detach();
}

/** Megabytes of the engine's memory, as a frame says it that has just come. */
async function said(one: GeneratorPage): Promise<number> {
  await ready(one);
  return Number((await one.model.textContent())!.match(/([\d.]+)\sMB of memory/)![1]);
}

/** Megabytes of all the browser's processes, what they share counted once. */
async function held(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const bytes = processInfo.map(({ id }) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))![1]));
  return bytes.reduce((a, b) => a + b, 0) / 1000;
}

// A frame alone starts an engine of its own, which takes its time.
for (const [count, tag] of [[2, []], [WIDGETS.length, ['@deep']]] as [number, string[]][]) {
  test(`eight live frames on another origin’s page: each part once, one engine, each frame’s own tokens, ${count} of them made again alone`, { tag: ['@real', ...tag] }, async ({ server, host, folder, browser, page: tab }) => {
    test.slow();
    await tab.setViewportSize({ width: 1600, height: 900 });
    const files = Object.fromEntries(WIDGETS.map((_, i) => [`one-${i}.html`, page([address(server.url, i, { id: 'alone' })])]));
    written(folder, { ...files, 'index.html': page(WIDGETS.map((_, i) => address(server.url, i))) });
    const url = await host(folder);

    await tab.goto(url);
    const all = await desks(tab, WIDGETS.length);
    await Promise.all(all.map((one) => one.load.click()));
    await Promise.all(all.map(ready));
    for (let part = 0; part < PARTS; part++) expect(server.count(new RegExp(`part-0${part}$`))).toBe(1);
    expect(server.count(/worker_loader\.js$/)).toBe(1);
    expect(await engines(tab)).toEqual({ shared: 1, own: 0 });

    // All at once: their passes are made by turns.
    await Promise.all(all.map((one) => one.run.click()));
    const together = await Promise.all(all.map((one) => made(one)));
    expect(new Set(together.map(String)).size).toBe(WIDGETS.length);
    const allHold = await held(browser);
    // A frame that comes anew is told the memory with all that was kept for the others.
    await tab.locator('iframe').first().evaluate((frame: HTMLIFrameElement) => void (frame.src = frame.src.replace('id=frame0', 'id=again0')));
    await expect.poll(() => tab.frames().some((frame) => frame.url().includes('id=again0'))).toBe(true);
    const allSay = await said((await desks(tab, WIDGETS.length))[0]);
    expect(await engines(tab)).toEqual({ shared: 1, own: 0 });
    expect(server.count(/part-/)).toBe(PARTS);

    let [oneSays, oneHolds] = [0, 0];
    for (const [i, tokens] of [...together.entries()].slice(0, count)) {
      await tab.goto(`${url}one-${i}.html`);
      const [alone] = await frames(tab, 1);
      const one = await desk(alone);
      oneSays = await said(one);
      await one.run.click();
      expect(await made(one), TEXTS[i]).toEqual(tokens);
      oneHolds = Math.max(oneHolds, await held(browser));
    }
    console.log(`engine: ${oneSays} MB with one frame, ${allSay} MB with eight; the whole browser: ${oneHolds.toFixed(0)} MB and ${allHold.toFixed(0)} MB`);
    expect(allSay).toBeLessThan(1.5 * oneSays);
    expect(allHold).toBeLessThan(1.5 * oneHolds);
    expect(server.count(/part-/), 'all that follows is taken from what is kept').toBe(PARTS);
  });
}

/** Tokens that the last pass of a frame computed, and those whose keys and values were kept. */
async function cost(one: GeneratorPage): Promise<[number, number]> {
  const words = (await one.page.locator('.run-figures').textContent())!;
  const [, computed, kept] = words.match(/for (\d+) computed, (\d+) kept/) ?? ['', '0', '0'];
  return [Number(computed), Number(kept)];
}

/** Makes one more token. */
async function makeOne(one: GeneratorPage): Promise<[number, number]> {
  const before = await one.chips.count();
  await expect(one.nextToken).not.toHaveAttribute('aria-disabled', 'true');
  await one.nextToken.click();
  await expect(one.chips).toHaveCount(before + 1);
  // Its figures are those of the pass after it.
  await expect(one.state).toContainText('The next token has been drawn', { timeout: 60_000 });
  return cost(one);
}

test('keys and values are kept for those who used them last; a closed frame gives its room back', { tag: ['@real', '@deep'] }, async ({ server, host, folder, page: tab }) => {
  test.slow();
  await tab.setViewportSize({ width: 1600, height: 500 });
  // Only the lock tells that a frame is gone.
  await tab.addInitScript(() => addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true));
  // There is room for three of them.
  const text = (i: number) => `${TEXTS[i]}${' cat'.repeat(400)}`;
  written(folder, { 'index.html': page([0, 1, 2, 3].map((i) => address(server.url, i, { text: text(i) }).replace(WIDGETS[i], 'code'))) });
  await tab.goto(await host(folder));
  const [a, b, c, d] = await desks(tab, 4);
  for (const one of [a, b, c, d]) {
    await one.load.click();
    await ready(one);
    // The first words may have been read already.
    await expect.poll(async () => (await cost(one))[0], { timeout: 60_000 }).toBeGreaterThan(390);
  }
  const whole = async (one: GeneratorPage) => {
    const [computed, kept] = await makeOne(one);
    expect([computed > 400, kept]).toEqual([true, 0]);
  };
  const kept = async (one: GeneratorPage) => {
    const [computed, kept] = await makeOne(one);
    expect([computed, kept > 400]).toEqual([1, true]);
  };
  await kept(b);
  // The first one's had to go for the fourth's; now the third's go for it.
  await whole(a);
  await kept(d);
  await whole(c);
  await kept(a);
  await kept(c);

  // d was used before a and c: without the room that c leaves, d's would go for b's.
  const locks = () => (a.page as unknown as Frame).evaluate(async () => (await navigator.locks.query()).held!.filter(({ name }) => name!.startsWith('next-token page')).length);
  expect(await locks()).toBe(4);
  await tab.locator('iframe').nth(2).evaluate((frame) => frame.remove());
  await expect.poll(locks).toBe(3);
  await whole(b);
  await kept(d);
  await kept(a);
});

test('a long text in one frame keeps no other frame waiting, and can be stopped', { tag: '@real' }, async ({ server, host, folder, page: tab }) => {
  await tab.setViewportSize({ width: 1600, height: 500 });
  written(folder, { 'index.html': page([address(server.url, 0, { text: 'cat '.repeat(1_500) }), address(server.url, 3)]) });
  await tab.goto(await host(folder));
  const [long, short] = await desks(tab, 2);
  await short.load.click();
  await ready(short);
  await long.load.click();
  await expect(long.state).toContainText(/Reading [\d,]+ of 1,50\d/, { timeout: 30_000 });
  await short.run.click();
  await made(short);
  await expect(long.state).toContainText(/Reading [\d,]+ of 1,50\d/);
  await long.stop.click();
  await expect(long.state).toContainText('Stopped');
  await makeOne(short);
});

test('who cancels a load ends it for nobody else; the last one ends the download', async ({ site, server, host, folder, page: tab }) => {
  await tab.setViewportSize({ width: 1600, height: 500 });
  written(folder, { 'index.html': page([0, 3].map((i) => address(server.url, i))) });
  await tab.goto(await host(folder));
  const [one, other] = await desks(tab, 2);
  const begins = async (frame: GeneratorPage) => {
    await frame.load.click();
    const bar = frame.page.getByRole('progressbar');
    await expect.poll(() => bar.evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(2);
  };
  server.throttle(site.bytes / 12, /part-/);
  await begins(one);
  await one.cancel.click();
  await expect(one.load).toBeVisible();
  server.throttle(site.bytes / 5, /part-/);
  await begins(one);
  await begins(other);
  await one.cancel.click();
  await expect(one.load).toBeVisible();
  await ready(other);
  server.throttle(Infinity);
  await one.load.click();
  await ready(one);
  await expect(one.model.getByRole('alert')).toBeEmpty();
  expect(server.count(/part-0[1-5]$/)).toBe(PARTS - 1);
  expect(await engines(tab)).toEqual({ shared: 1, own: 0 });
});

test('without shared workers each frame has its own engine, and each part is still fetched once', async ({ server, host, folder, page: tab }) => {
  await tab.setViewportSize({ width: 1600, height: 500 });
  await tab.addInitScript(() => delete (window as any).SharedWorker);
  written(folder, { 'index.html': page([0, 3].map((i) => address(server.url, i))) });
  await tab.goto(await host(folder));
  const both = await desks(tab, 2);
  await Promise.all(both.map((one) => one.load.click()));
  await Promise.all(both.map(ready));
  for (let part = 0; part < PARTS; part++) expect(server.count(new RegExp(`part-0${part}$`)), `part ${part}`).toBe(1);
  expect(await engines(tab)).toEqual({ shared: 0, own: 2 });
  await Promise.all(both.map((one) => one.run.click()));
  await Promise.all(both.map(made));
});

test('a shared engine whose program cannot be loaded gives way to one of the frame’s own', async ({ server, host, folder, page: tab }) => {
  await tab.setViewportSize({ width: 1600, height: 500 });
  written(folder, { 'index.html': page([address(server.url, 0)]) });
  server.status(/worker_loader\.js$/, 503, { times: 1 });
  await tab.goto(await host(folder));
  const [one] = await desks(tab, 1);
  await one.load.click();
  await ready(one);
  await expect(one.model.getByRole('alert')).toBeEmpty();
  expect(await engines(tab)).toEqual({ shared: 0, own: 1 });
});

const deaths: [string, string][] = [
  // As a panic does: whatever else is thrown does not end an engine that frames share.
  ['throws', `setTimeout(() => { throw new WebAssembly.RuntimeError('a mistake in the engine'); })`],
  ['closes silently', 'self.close()'],
];
for (const [how, die] of deaths) {
  test(`an engine that ${how} is told to every frame, and one fresh engine takes over`, { tag: '@real' }, async ({ server, host, folder, page: tab }) => {
    await tab.setViewportSize({ width: 1600, height: 500 });
    // The second one's run is long.
    const addresses = [0, 1, 3].map((i) => address(server.url, i, i === 1 ? { max: 2_000 } : {}));
    written(folder, { 'index.html': page(addresses) });
    await tab.goto(await host(folder));
    const all = await desks(tab, 3);
    await Promise.all(all.map((one) => one.load.click()));
    await Promise.all(all.map(ready));
    await all[0].run.click();
    const before = await made(all[0]);
    await all[1].run.click();
    await inEngine(tab, die);
    const alert = (one: GeneratorPage) => one.model.getByRole('alert');
    await Promise.all(all.map((one) => expect(alert(one)).toContainText('The engine stopped', { timeout: 30_000 })));
    if (how === 'throws') await expect(alert(all[2])).toContainText('a mistake in the engine');
    await Promise.all(all.map(ready));
    expect(await engines(tab)).toEqual({ shared: 1, own: 0 });
    // The run that was under way goes on, and what the others had is there.
    const tokens = await length(all[1]);
    await expect.poll(() => length(all[1]), { timeout: 30_000 }).toBeGreaterThan(tokens);
    await all[1].stop.click();
    expect(await all[0].ids()).toEqual(before);
    await makeOne(all[2]);
    expect(server.count(/part-/)).toBe(PARTS);
  });
}

test('a model of one reader’s own is that frame’s alone', async ({ site, server, host, folder, page: tab }) => {
  await tab.setViewportSize({ width: 1600, height: 900 });
  written(folder, { 'index.html': page([0, 3].map((i) => address(server.url, i))) });
  await tab.goto(await host(folder));
  const [one, other] = await desks(tab, 2);
  await one.load.click();
  await ready(one);
  await other.load.click();
  await ready(other);
  await one.page.locator('#open-file').setInputFiles(fileURLToPath(new URL('../fixtures/tiny-llama-Q8_0.gguf', import.meta.url)));
  await one.page.getByRole('button', { name: 'Use this model' }).click();
  await expect(one.model).toContainText('3 layers');
  expect(await engines(tab)).toEqual({ shared: 1, own: 1 });
  await expect(other.model).toContainText(`${site.layers} layers`);
  await makeOne(other);
  // And back: the shared engine still has the model.
  await one.page.getByRole('button', { name: `Back to ${site.model}` }).click();
  await expect(one.model).toContainText(`${site.layers} layers`);
  await expect.poll(() => engines(tab)).toEqual({ shared: 1, own: 0 });
  await makeOne(one);
  expect(server.count(/part-/)).toBe(PARTS);
});

test('two frames in Firefox: each part once', { tag: '@firefox' }, async ({ server, host, folder, page: tab }) => {
  await tab.setViewportSize({ width: 1600, height: 500 });
  written(folder, { 'index.html': page([0, 3].map((i) => address(server.url, i))) });
  await tab.goto(await host(folder));
  const both = await desks(tab, 2);
  for (const one of both) await one.load.click();
  for (const one of both) await ready(one);
  expect(server.count(/part-/)).toBe(PARTS);
  expect(server.count(/worker_bg\.wasm$/)).toBe(1);
  for (const one of both) await one.run.click();
  for (const one of both) await made(one);
});
