// What a frame's address may ask for, and what nobody gets by it; a page around that means no good.

import { expect, fitted, frames, test, written } from '../frames';

const page = (body: string, head = '') =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`;

test('an address with a widget leads to its frame, in the language that it names', async ({ server, page: tab }) => {
  await tab.goto(`${server.url}?widget=softmax&lang=de&theme=dark#six=4_3_2_1_0_-1`);
  await expect(tab).toHaveURL(`${server.url}de/embed/?widget=softmax&lang=de&theme=dark#six=4_3_2_1_0_-1`);
  await expect(tab.locator('.widget-softmax')).toBeVisible();
  await expect(tab.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect(tab.getByRole('textbox', { name: 'Logit 6', exact: true })).toHaveValue('−1,0');
  await tab.goto(`${server.url}de/embed/?widget=code&lang=en-GB`);
  await expect(tab).toHaveURL(`${server.url}embed/?widget=code&lang=en-GB`);
  await expect(tab.locator('.widget-code')).toBeVisible();
  // A language that is not there: the page stays.
  await tab.goto(`${server.url}?widget=code&lang=xx`);
  await expect(tab).toHaveURL(`${server.url}embed/?widget=code&lang=xx`);
  await expect(tab.locator('.widget-code')).toBeVisible();
});

test('a widget that is not there is answered with those that are', async ({ server, page: tab }) => {
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  await tab.goto(`${server.url}embed/?widget=attention`);
  await expect(tab.getByText('There is no widget “attention”.')).toBeVisible();
  await tab.getByRole('link', { name: /token by token/ }).click();
  await expect(tab.locator('.widget-chain-rule')).toBeVisible();
  await tab.goto(`${server.url}embed/`);
  await expect(tab.getByText('This address names no widget.')).toBeVisible();
  await expect(tab.getByRole('listitem')).toHaveCount(7);
  expect(errors).toEqual([]);
});

test('the dialog’s snippets bring the present state into another page', async ({ server, host, folder, generator, page: tab }) => {
  await tab.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await generator.visit(server.url);
  const logit = tab.getByRole('textbox', { name: 'Logit 2', exact: true });
  await logit.fill('6.5');
  await logit.press('Enter');
  await tab.locator('.widget-softmax').getByRole('button', { name: 'Embed' }).click();
  const dialog = tab.getByRole('dialog', { name: /Embed this widget/ });
  await dialog.getByRole('combobox', { name: 'Colours' }).selectOption('dark');
  await dialog.getByRole('combobox', { name: 'Live model' }).selectOption('recorded');
  const snippets = [];
  for (const label of ['Plain frame', 'Element that fits itself', 'Address']) {
    await dialog.locator('.embed-snippet').filter({ hasText: label }).getByRole('button', { name: 'Copy' }).click();
    const text = await dialog.getByRole('textbox', { name: label }).inputValue();
    await expect.poll(() => tab.evaluate(() => navigator.clipboard.readText())).toBe(text);
    snippets.push(text);
  }
  await dialog.getByRole('checkbox', { name: 'With the present state' }).uncheck();
  await expect(dialog.getByRole('textbox', { name: 'Address' })).toHaveValue(`${server.url}embed/?widget=softmax&theme=dark&model=recorded`);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  const [iframe, element, address] = snippets;
  written(folder, { 'index.html': page(iframe), 'element.html': page(element), 'address.html': page(`<a href="${address.replaceAll('&', '&amp;')}">the widget</a>`) });
  const url = await host(folder);
  for (const file of ['index.html', 'element.html']) {
    await tab.goto(url + file);
    const [frame] = await frames(tab, 1);
    await expect(frame.getByRole('textbox', { name: 'Logit 2', exact: true })).toHaveValue('6.5');
    await expect(frame.locator('html')).toHaveAttribute('data-theme', 'dark');
    await expect(frame.locator('.link-box')).toBeHidden();
  }
  await tab.goto(`${url}address.html`);
  await tab.getByRole('link').click();
  await expect(tab.getByRole('textbox', { name: 'Logit 2', exact: true })).toHaveValue('6.5');
});

test('the live model: never, when asked for, and at once where it is kept', async ({ site, server, generator, page: tab }) => {
  const loaded = () => server.requests.filter((path) => path.startsWith('worker-') || path.startsWith('model/')).length;
  await tab.goto(`${server.url}embed/?widget=context-growth&model=recorded`);
  await expect(tab.locator('.growth-row')).toHaveCount(1);
  await tab.locator('.growth-row-next .growth-bar').nth(3).click();
  await expect(tab.locator('.model-call')).toContainText('The live model runs in the lesson.');
  expect(loaded()).toBe(0);

  await tab.goto(`${server.url}embed/?widget=context-growth&model=auto&id=other`);
  await expect(tab.locator('.growth-row')).toHaveCount(1);
  await tab.locator('.growth-row-next .growth-bar').nth(3).click();
  const load = tab.locator('.model-call').getByRole('button', { name: `Load ${site.model} (${site.size})` });
  await expect(load).toBeVisible();
  expect(loaded()).toBe(0);
  await load.click();
  await expect(tab.locator('.widget-source')).toContainText(`live: ${site.model}`, { timeout: 60_000 });
  await expect(tab.locator('.growth-row')).toHaveCount(2);

  // Now it is kept.
  await tab.goto(`${server.url}embed/?widget=chain-rule&model=ask`);
  await expect(tab.locator('.widget-chain-rule')).toBeVisible();
  await expect(tab.locator('.widget-source')).toContainText('recorded');
  await tab.goto(`${server.url}embed/?widget=chain-rule`);
  await expect(tab.locator('.widget-source')).toContainText(`live: ${site.model}`, { timeout: 60_000 });

  // The prompt is a part of the desk, folded away.
  await tab.goto(`${server.url}embed/?widget=pipeline`);
  await tab.getByText('Prompt, model and run').click();
  await expect(generator.model.getByText('is ready.')).toBeVisible({ timeout: 60_000 });
  await generator.prompt.fill(site.text.words);
  await generator.prompt.blur();
  await expect(generator.chips).toHaveCount(site.text.tokens, { timeout: 60_000 });
  // The lesson opens with what the frame shows.
  const [lesson] = await Promise.all([tab.waitForEvent('popup'), tab.getByRole('link', { name: /open in the lesson/ }).click()]);
  await expect(lesson.getByRole('textbox', { name: 'Prompt', exact: true })).toHaveValue(site.text.words);
});

test('HTML in every parameter and a state of 1 MB are text', async ({ server, page: tab }) => {
  test.slow();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  const html = '"><img src=x onerror=window.hacked=1><script>window.hacked=1</script>';
  const coded = encodeURIComponent(html);
  const all = (widget: string) => `widget=${widget}&theme=${coded}&lang=${coded}&model=${coded}&id=${coded}`;
  for (const address of [
    `embed/?${all(coded)}#${coded}=${coded}`,
    `embed/?${all('softmax')}#v=1&text=${coded}&six=${coded}&at=${coded}&model=${coded}`,
    `?${all('softmax')}#${coded}`,
    `embed/?${all('context-growth')}#v=1&text=${'x'.repeat(1_000_000)}`,
    `embed/?widget=${'x'.repeat(10_000)}`,
    `embed/?widget=softmax&widget=code&widget#=`,
    `embed/?widget=%E0%A4%A&theme=%&lang=..%2F..%2F#%E0%A4%A=%`,
    `embed/?widget=softmax&lang=..%2Fde`,
  ]) {
    await tab.goto('about:blank');
    await tab.goto(server.url + address);
    const name = address.slice(0, 80);
    await expect(tab.locator('.embed .widget'), name).toBeVisible();
    await expect(tab.locator('#page-error'), name).toBeHidden();
    expect(await tab.evaluate(() => (window as any).hacked), name).toBeUndefined();
    expect(await tab.locator('img, script:not([src]):not([type])').count(), name).toBe(0);
  }
  expect(errors).toEqual([]);
});

test('a hostile page around: floods, malformed messages and other origins change nothing', { tag: '@alone' }, async ({ server, stranger: host, folder, page: tab }) => {
  test.slow();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  const bad = `
    const html = '<img src=x onerror=parent.hacked=1>';
    const cycle = { type: 'next-token:hello' }; cycle.self = cycle;
    window.bad = [null, undefined, 0, NaN, '', 'next-token:hello', '{"type":"next-token:theme"}', [], {}, cycle, new Map(), new Date(NaN), new ArrayBuffer(8),
      { type: null }, { type: {} }, { type: html }, { type: 'next-token:theme' }, { type: 'next-token:theme', theme: html }, { type: 'next-token:theme', theme: {} },
      { type: 'next-token:hello', events: html }, { type: 'next-token:hello', events: true, origin: html }, { type: 'next-token:height', height: -1 },
      { type: 'next-token:' + 'x'.repeat(1e4) }, { context: 'h5p' }, { context: 'h5p', action: html }, { context: 'h5p', action: 'resizePrepared' }, { context: html, action: 'hello' },
      { subject: 'lti.frameResize', height: 1e9 }, { type: 'next-token:state', state: html }];
    window.flood = async (seconds, rate) => {
      let sent = 0;
      const frame = document.querySelector('iframe').contentWindow, start = performance.now();
      for (let due; (due = performance.now() - start) < seconds * 1000; ) {
        for (; sent < (due * rate) / 1000; sent++) frame.postMessage(bad[sent % bad.length], '*');
        await new Promise((done) => setTimeout(done, 4));
      }
      return sent;
    };
    window.heard = [];
    addEventListener('message', ({ data }) => heard.push(data));`;
  written(folder, {
    'index.html': page(
      `<iframe name="ours" src="${server.url}embed/?widget=context-growth" style="width:100%;height:900px;border:0"></iframe>
       <iframe name="stranger" src="stranger.html"></iframe>`,
      `<script>${bad}</script>`,
    ),
    // Another frame beside ours, which is not the page around.
    'stranger.html': page(`<script>
      window.ask = () => {
        parent.frames[0].postMessage({ type: 'next-token:hello', events: true }, '*');
        parent.frames[0].postMessage({ type: 'next-token:theme', theme: 'dark' }, '*');
      };
      window.heard = [];
      addEventListener('message', ({ data }) => heard.push(data));
    </script>`),
  });
  await tab.goto(await host(folder));
  const [frame] = await frames(tab, 1);
  const rows = frame.locator('.growth-row');
  const next = frame.getByRole('button', { name: 'Next token' });
  await expect(rows).toHaveCount(1);
  await next.click();
  await expect(rows).toHaveCount(2);

  // A stranger is not listened to; what happens is told to nobody who has not asked.
  const other = tab.frame('stranger')!;
  await other.evaluate(() => (window as any).ask());
  await next.click();
  await expect(rows).toHaveCount(3);
  expect(await frame.evaluate(() => document.documentElement.dataset.theme ?? 'none')).toBe('none');
  expect(await other.evaluate(() => (window as any).heard)).toEqual([]);
  const kinds = () => tab.evaluate(() => [...new Set((window as any).heard.map((data: any) => data.type ?? data.context ?? 'lti'))].sort());
  expect(await kinds()).toEqual(['h5p', 'lti', 'next-token:height', 'next-token:ready']);

  const before = await tab.evaluate(() => (window as any).heard.length);
  await tab.evaluate(() => {
    for (let i = 0; i < 20; i++) (document.querySelector('iframe') as HTMLIFrameElement).contentWindow!.postMessage({ type: 'x'.repeat(1e6) }, '*');
  });
  const sent = await tab.evaluate(() => (window as any).flood(10, 10_000));
  expect(sent).toBeGreaterThan(95_000);
  const started = Date.now();
  await next.click();
  await expect(rows).toHaveCount(4);
  const milliseconds = Date.now() - started;
  console.log(`${sent} messages in 10 s; a click is answered after ${milliseconds} ms`);
  expect(milliseconds).toBeLessThan(200);
  // It answers a flood with no flood.
  expect((await tab.evaluate(() => (window as any).heard.length)) - before).toBeLessThan(3_000);
  expect(await tab.evaluate(() => (window as any).hacked)).toBeUndefined();
  await expect(frame.locator('#page-error')).toBeHidden();
  expect(await frame.locator('img').count()).toBe(0);
  expect(errors).toEqual([]);
  await expect(rows).toHaveCount(4);
});

test('a page around that does not follow: scroll bars, and everything in reach', async ({ server, host, folder, page: tab }) => {
  written(folder, { 'index.html': page(`<iframe src="${server.url}embed/?widget=pipeline" style="width:100%;height:400px;border:0"></iframe>`) });
  await tab.goto(await host(folder));
  const [frame] = await frames(tab, 1);
  await expect(frame.locator('.widget-pipeline')).toBeVisible();
  expect(await frame.evaluate(() => document.documentElement.hasAttribute('data-fitted'))).toBe(false);
  await frame.getByRole('link', { name: /open in the lesson/ }).scrollIntoViewIfNeeded();
  await expect(frame.getByRole('link', { name: /open in the lesson/ })).toBeInViewport();
  // Loaded later, our script finds the frame and fits it.
  await tab.addScriptTag({ url: `${server.url}embed.js` });
  await fitted(frame);
});
