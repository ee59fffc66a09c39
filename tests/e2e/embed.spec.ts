// Widgets in other people's pages, which are real ones where they can be: docs/examples.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { brotliBytes, example, expect, fitted, frames, sum, test, written } from '../frames';
import { SMALL, WIDGETS } from '../widgets';

const page = (body: string, head = '') =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${head}</head><body>${body}</body></html>`;

test('the element’s script is under 4 kB', ({ site }) => {
  const bytes = brotliCompressSync(readFileSync(join(site.dist, 'embed.js'))).length;
  expect(bytes).toBeLessThan(4_000);
});

for (const widget of WIDGETS) {
  test(`${widget} stands alone, fits its frame, and asks for nothing else`, async ({ server, stranger, folder, page: tab }) => {
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(String(error)));
    written(folder, {
      'index.html': page(`<script src="${server.url}embed.js"></script><next-token widget="${widget}"></next-token>`),
    });
    // A third party is refused its storage here.
    const url = await stranger(folder);
    for (const [width, height] of [[1280, 900], [360, 780]]) {
      await tab.setViewportSize({ width, height });
      server.requests.length = 0;
      await tab.goto(url);
      const [frame] = await frames(tab, 1);
      await expect(frame.locator(`.widget-${widget}`)).toBeVisible();
      await expect(frame.locator('.widget')).toHaveCount(1);
      await expect(tab.locator('next-token iframe')).toHaveAttribute('title', / · Next Token$/);
      await fitted(frame);
      // The service worker comes when the frame is idle, and keeps what was fetched.
      const asked = server.requests.filter((path) => !path.endsWith('.css') && path !== 'service_worker.js');
      const program = SMALL.includes(widget) ? 'widget' : 'web';
      const record = widget !== 'tokenizer' && widget !== 'softmax';
      const expected = [/^address\.js$/, /^embed\/index\.html$/, /^embed\.js$/, /^start-\w+\.js$/, new RegExp(`^${program}-\\w+\\.js$`), new RegExp(`^${program}-\\w+_bg\\.wasm$`), ...(record ? [/^recorded-run-\w+\.bin$/] : [])];
      for (const path of asked) expect(expected.some((one) => one.test(path)), `${path} is asked for`).toBe(true);
      expect(new Set(asked).size).toBe(expected.length);
      expect(server.requests.some((path) => path.startsWith('lesson'))).toBe(false);
    }
    expect(errors).toEqual([]);
  });
}

test('a plain page: the frame follows its stages, and keeps its state over a reload', async ({ server, host, folder, page: tab }) => {
  await tab.goto(await host(example('plain', folder, server.url)));
  let [frame] = await frames(tab, 1);
  await expect(frame.getByRole('button', { name: 'Next token' }).first()).not.toHaveAttribute('aria-disabled', 'true');
  const heights = new Set<number>();
  for (const stage of ['Context', 'Embedding', 'Transformer', 'Logits', 'Softmax', 'Sampling']) {
    await frame.getByRole('tab', { name: new RegExp(stage) }).click();
    await expect(frame.locator('#pipeline-panel')).toHaveAttribute('aria-labelledby', new RegExp(stage.toLowerCase()));
    await fitted(frame);
    heights.add(await frame.evaluate(() => innerHeight));
  }
  expect(heights.size, 'the stages are of different heights').toBeGreaterThan(1);
  await frame.getByRole('button', { name: 'Next token' }).first().click();
  await frame.getByRole('tab', { name: /Context/ }).click();
  const tokens = frame.locator('#pipeline-panel tbody tr');
  const before = await tokens.count();
  await frame.getByRole('button', { name: 'Next token' }).first().click();
  await frame.getByRole('tab', { name: /Context/ }).click();
  await expect(tokens).toHaveCount(before + 1);
  await tab.reload();
  [frame] = await frames(tab, 1);
  await expect(frame.locator('#pipeline-panel tbody tr')).toHaveCount(before + 1);
  await expect(frame.getByRole('tab', { name: /Context/ })).toHaveAttribute('aria-selected', 'true');
  await expect(frame.locator('.link-box')).toBeHidden();
  await fitted(frame);
});

test('the element: two frames, each with its state; colours, language and attributes are followed; events are told', async ({ site, server, host, folder, page: tab }) => {
  await tab.setViewportSize({ width: 1280, height: 3000 });
  await tab.goto(await host(example('element', folder, server.url)));
  await frames(tab, 2);
  const frame = (widget: string) => tab.frames().find((frame) => frame.url().includes(`widget=${widget}`))!;
  await expect(frame('softmax').locator('.widget-softmax')).toBeVisible();
  await fitted(frame('softmax'));
  await fitted(frame('context-growth'));

  const scheme = () => frame('softmax').evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(await scheme()).toBe('light');
  await tab.getByRole('button', { name: 'Light or dark' }).click();
  await expect.poll(scheme).toBe('dark');
  expect(await frame('softmax').evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgba(0, 0, 0, 0)');

  const growth = frame('context-growth');
  await growth.getByRole('button', { name: 'Next token' }).click();
  const told = tab.locator('#told');
  await expect(told).toContainText('next-token:');
  await tab.evaluate(() => {
    (window as any).told = [];
    for (const kind of ['step', 'token', 'reset']) document.addEventListener(`next-token:${kind}`, (event: any) => (window as any).told.push([kind, event.detail]));
  });
  const last = (kind: string) => tab.evaluate((kind) => (window as any).told.filter(([one]: [string]) => one === kind).at(-1)?.[1], kind);
  await growth.getByRole('button', { name: 'Next token' }).click();
  await expect.poll(() => last('token')).toMatchObject({ tokens: [{ position: site.prompt + 1, how: 'drawn' }] });
  await growth.locator('.growth-row-next .growth-bar').nth(2).click();
  await expect.poll(() => last('token')).toMatchObject({ tokens: [{ position: site.prompt + 2, how: 'forced' }] });
  await growth.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect.poll(() => last('reset')).toEqual({});

  // Each frame has a state of its own.
  await frame('softmax').getByRole('textbox', { name: 'Logit 1', exact: true }).fill('5');
  await frame('softmax').getByRole('textbox', { name: 'Logit 1', exact: true }).press('Enter');
  await growth.getByRole('button', { name: 'Next token' }).click();
  await expect(growth.locator('.growth-row')).toHaveCount(2);
  await tab.reload();
  await frames(tab, 2);
  await expect(frame('softmax').getByRole('textbox', { name: 'Logit 1', exact: true })).toHaveValue('5.0');
  await expect(frame('context-growth').locator('.growth-row')).toHaveCount(2);

  const first = tab.locator('next-token').first().locator('iframe').contentFrame();
  await tab.locator('next-token').first().evaluate((element) => element.setAttribute('lang', 'de-AT'));
  await expect(first.locator('html')).toHaveAttribute('lang', 'de');
  await expect(first.getByRole('button', { name: 'Zurücksetzen', exact: true })).toBeVisible();
  expect(await scheme()).toBe('light');
  await tab.locator('next-token').first().evaluate((element) => element.setAttribute('theme', 'dark'));
  await expect.poll(scheme).toBe('dark');
  await tab.locator('next-token').first().evaluate((element) => element.setAttribute('widget', 'code'));
  await expect(first.locator('.widget-code')).toBeVisible();
});

test('a book of mdBook’s', { tag: '@deep' }, async ({ server, host, folder, page: tab }) => {
  const book = example('mdbook', folder, server.url);
  execFileSync('mdbook', ['build', book]);
  const url = await host(join(book, 'book'));
  for (const [width, height] of [[1280, 900], [360, 780]]) {
    await tab.setViewportSize({ width, height });
    await tab.goto(url);
    let [frame] = await frames(tab, 1);
    await expect(frame.locator('.widget-pipeline')).toBeVisible();
    await fitted(frame);
    for (const stage of ['Transformer', 'Sampling', 'Context']) {
      await frame.getByRole('tab', { name: new RegExp(stage) }).click();
      await expect(frame.getByRole('tab', { name: new RegExp(stage) })).toHaveAttribute('aria-selected', 'true');
      await fitted(frame);
    }
    const tokens = frame.locator('#pipeline-panel tbody tr');
    const before = await tokens.count();
    await frame.getByRole('button', { name: 'Next token' }).first().click();
    await frame.getByRole('tab', { name: /Context/ }).click();
    await expect(tokens).toHaveCount(before + 1);
    await tab.reload();
    [frame] = await frames(tab, 1);
    await expect(frame.locator('#pipeline-panel tbody tr')).toHaveCount(before + 1);
    await fitted(frame);
    await tab.goto(`${url}growth.html`);
    [frame] = await frames(tab, 1);
    await expect(frame.locator('.growth-row')).toHaveCount(1);
    await fitted(frame);
    // The book's own themes.
    const scheme = () => frame.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(await scheme()).toBe('light');
    await tab.evaluate(() => document.documentElement.classList.replace('light', 'navy'));
    await expect.poll(scheme).toBe('dark');
  }
});

test('H5P’s resizer and LTI platforms are told the height', async ({ server, host, folder, page: tab }) => {
  // The resizer's side of the handshake, as its hosts have it.
  const resizer = `<script>
    const told = (window.told = { lti: [], texts: [], actions: [] });
    addEventListener('message', ({ data, source, origin }) => {
      const frame = document.querySelector('iframe');
      if (typeof data === 'string') told.texts.push(JSON.parse(data));
      else if (data.subject) told.lti.push(data);
      if (data.context !== 'h5p') return;
      const answer = (action) => source.postMessage({ context: 'h5p', action }, origin);
      told.actions.push(data.action);
      if (data.action === 'hello') { frame.style.width = '100%'; addEventListener('resize', () => answer('resize')); answer('hello'); }
      if (data.action === 'prepareResize' && (frame.clientHeight !== data.scrollHeight || data.scrollHeight !== data.clientHeight)) {
        frame.style.height = data.clientHeight + 'px';
        answer('resizePrepared');
      }
      if (data.action === 'resize') frame.style.height = data.scrollHeight + 'px';
    });
  </script>`;
  written(folder, { 'index.html': page(`<iframe src="${server.url}embed/?widget=pipeline" style="border:0;height:300px"></iframe>`, resizer) });
  await tab.goto(await host(folder));
  const [frame] = await frames(tab, 1);
  await fitted(frame);
  await frame.getByRole('tab', { name: /Transformer/ }).click();
  await fitted(frame);
  await tab.setViewportSize({ width: 500, height: 900 });
  await fitted(frame);
  const told = await tab.evaluate(() => (window as any).told);
  expect(told.actions).toEqual(expect.arrayContaining(['hello', 'prepareResize', 'resize']));
  const height = await frame.evaluate(() => innerHeight);
  expect(told.lti.at(-1)).toEqual({ subject: 'lti.frameResize', height });
  expect(told.texts.at(-1)).toEqual({ subject: 'lti.frameResize', height });
});

for (const widget of SMALL) {
  test(`${widget} in a frame with an empty cache: what is fetched, and when it can be used`, { tag: ['@real', '@alone'] }, async ({ site, server, host, folder, page: tab }) => {
    written(folder, { 'index.html': page(`<iframe src="${server.url}embed/?widget=${widget}" style="width:100%;height:1000px;border:0"></iframe>`) });
    const url = await host(folder);
    await tab.goto(url, { waitUntil: 'commit' });
    const [frame] = await frames(tab, 1);
    if (widget === 'softmax') {
      const field = frame.getByRole('textbox', { name: 'Logit 1', exact: true });
      await field.fill('9');
      await field.press('Enter');
      await expect(field).toHaveValue('9.0');
    } else {
      await frame.getByRole('button', { name: 'Next token' }).click();
      await expect(frame.locator('.growth-row')).toHaveCount(2);
    }
    // From the frame's first request on.
    const milliseconds = Math.round(await frame.evaluate(() => performance.now()));
    const sizes = brotliBytes(site.dist, server.requests);
    const list = Object.entries(sizes).map(([path, bytes]) => `${path} ${bytes}`);
    console.log(`${widget}: ${sum(sizes)} bytes with brotli, used after ${milliseconds} ms\n  ${list.sort().join('\n  ')}`);
    expect(server.requests.filter((path) => path.startsWith('worker-') || path.startsWith('model/'))).toEqual([]);
    expect(tab.workers()).toEqual([]);
    expect(milliseconds).toBeLessThan(2_000);
    const program = Object.keys(sizes).find((path) => path.endsWith('.wasm'))!;
    expect(sum(sizes) - sizes[program], 'all but the program').toBeLessThan(widget === 'softmax' ? 70_000 : 180_000);
    const lessons = readdirSync(site.dist).filter((path) => /^web-\w+_bg\.wasm$/.test(path));
    expect(sizes[program], 'against the lesson’s').toBeLessThan(0.75 * sum(brotliBytes(site.dist, lessons)));
  });
}
