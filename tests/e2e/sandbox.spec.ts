// Frames that may do less: in a sandbox, with an origin of their own or without, and where the browser refuses them storage.

import { readFileSync } from 'node:fs';
import type { Frame, Page } from '@playwright/test';
import { expect, fitted, frames, test, written } from '../frames';
import { GeneratorPage, type Server, type Site } from '../support';
import { tour } from '../tour';
import { WIDGETS } from '../widgets';

const OPEN = { 'Access-Control-Allow-Origin': '*' };
const OPAQUE = 'allow-scripts';
const PARTS = 6;
/** How many tokens are drawn after the lesson's prompt under its seed: as recorded. */
const RUN = 9;
const unkept = ({ size }: Site) => `The weights cannot be kept here: each visit downloads the ${size} anew.`;

/** A course's page with frames of ours in a sandbox, which fit by the site's script. */
function course(folder: string, site: string, sandbox: string | undefined, addresses: string[]): string {
  const attribute = sandbox === undefined ? '' : `sandbox="${sandbox}"`;
  const frame = (address: string) =>
    `<iframe ${attribute} src="${site}${address.replaceAll('&', '&amp;')}" style="width:100%;height:900px;border:0"></iframe>`;
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><script src="${site}embed.js"></script>`;
  return written(folder, { 'index.html': `<!DOCTYPE html><html lang="en"><head>${head}</head><body>${addresses.map(frame).join('')}</body></html>` });
}

/** What goes wrong, and what the browser complains of. */
function problems(page: Page): string[] {
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && said.push(message.text()));
  // The tests let no page register one.
  return new Proxy(said, { get: (all, key) => Reflect.get(all.filter((text) => !text.includes('Service Worker registration')), key) });
}

/** What a frame may keep: the error's name where that is refused. */
const refused = (frame: Frame | Page) =>
  frame.evaluate(async () => {
    const tried = async (act: () => unknown) => {
      try {
        await act();
        return 'allowed';
      } catch (error) {
        return (error as Error).name;
      }
    };
    return { localStorage: await tried(() => localStorage.length), sessionStorage: await tried(() => sessionStorage.length), caches: await tried(() => caches.has('x')) };
  });
const REFUSED = { localStorage: 'SecurityError', sessionStorage: 'SecurityError', caches: 'SecurityError' };

/** A frame's prompt, model and run, unfolded. */
async function unfold(frame: Frame): Promise<GeneratorPage> {
  await frame.getByText('Prompt, model and run').click();
  const generator = new GeneratorPage(frame as unknown as Page);
  await expect(generator.chips.first()).toBeVisible();
  return generator;
}

/** Presses “Next token” until the run is this long; the ids of all its tokens. */
async function runTo(generator: GeneratorPage, length: number): Promise<number[]> {
  for (let count = await generator.chips.count(); count < length; count++) {
    await generator.nextToken.click();
    await expect(generator.chips).toHaveCount(count + 1);
  }
  return generator.ids();
}

async function loadLive(frame: Frame, generator: GeneratorPage, { model }: Site) {
  await generator.load.click();
  await expect(generator.model.getByText('is ready.')).toBeVisible({ timeout: 60_000 });
  await expect(frame.locator('.widget-source')).toContainText(`live: ${model}`);
}

const parts = (server: Server) => server.count(/part-\d\d$/);

test('a sandbox with the site’s origin: as without one, state and weights are kept', async ({ site, server, host, folder, page }) => {
  const said = problems(page);
  await page.goto(await host(course(folder, server.url, 'allow-scripts allow-same-origin', ['embed/?widget=context-growth'])));
  let [frame] = await frames(page, 1);
  await expect(frame.locator('.growth-row')).toHaveCount(1);
  await fitted(frame);
  const generator = await unfold(frame);
  await expect(generator.model).not.toContainText('cannot be kept');
  await loadLive(frame, generator, site);
  const ids = await runTo(generator, site.prompt + 2);
  await expect(frame.locator('.growth-row')).toHaveCount(3);
  await page.reload();
  [frame] = await frames(page, 1);
  await expect(frame.locator('.growth-row')).toHaveCount(3);
  // The model is kept: it starts by itself, and nothing of it is fetched again.
  await expect(frame.locator('.widget-source')).toContainText(`live: ${site.model}`, { timeout: 60_000 });
  expect(await (await unfold(frame)).ids()).toEqual(ids);
  expect(parts(server)).toBe(PARTS);
  expect(said.length, said.join('\n')).toBe(0);
});

test('a sandbox without an origin, of a site that lets everybody read it: every widget on its recorded run', async ({ site, siteWith, stranger, folder, page }) => {
  const said = problems(page);
  const server = await siteWith(OPEN);
  await page.goto(await stranger(course(folder, server.url, OPAQUE, WIDGETS.map((widget) => `embed/?widget=${widget}&model=recorded`))));
  const all = await frames(page, WIDGETS.length);
  for (const [i, widget] of WIDGETS.entries()) {
    const frame = all[i];
    expect(await frame.evaluate(() => self.origin)).toBe('null');
    await expect(frame.locator(`.widget-${widget}`)).toBeVisible();
    // The tokenizer's recorded cuts are a part of the program.
    const recorded = widget === 'tokenizer' ? 'SmolLM2-135M-Instruct' : site.model;
    await expect(frame.locator('.widget-source')).toHaveText(widget === 'softmax' ? '' : `recorded run of ${recorded}`);
    // A frame out of sight is not laid out; a height without an origin is the frame's own.
    await (await frame.frameElement()).scrollIntoViewIfNeeded();
    await fitted(frame);
  }
  expect(await refused(all[0])).toEqual(REFUSED);
  const growth = all[WIDGETS.indexOf('context-growth')];
  await growth.getByRole('button', { name: 'Next token' }).click();
  await expect(growth.locator('.growth-row')).toHaveCount(2);
  expect(server.requests.filter((path) => /^(worker-|model\/|stills\/)/.test(path))).toEqual([]);
  expect(said.length, said.join('\n')).toBe(0);
});

/** The policy that docs/hosting.md gives: with workers made of Blobs, for sites that let everybody read them, or without. */
function policy({ blob }: { blob: boolean }): Record<string, string> {
  const text = readFileSync(new URL('../../docs/hosting.md', import.meta.url), 'utf8');
  const all = [...text.matchAll(/^Content-Security-Policy: (default-src .*)$/gm)].map(([, policy]) => policy);
  expect(all).toHaveLength(2);
  // Nothing but that differs.
  expect(all[1].replace("worker-src 'self' blob:", "worker-src 'self'")).toBe(all[0]);
  return { 'Content-Security-Policy': all[blob ? 1 : 0] };
}

test('there the live model runs in a worker made of a Blob, also under the policy: the recorded tokens, and on', async ({ site, siteWith, stranger, folder, page }) => {
  const said = problems(page);
  const server = await siteWith({ ...OPEN, ...policy({ blob: true }) });
  await page.goto(await stranger(course(folder, server.url, OPAQUE, ['embed/?widget=context-growth&model=recorded', 'embed/?widget=context-growth&id=live'])));
  const [recorded, frame] = await frames(page, 2);
  const expected = await runTo(await unfold(recorded), site.prompt + RUN);

  const generator = await unfold(frame);
  await expect(generator.model).toContainText(unkept(site));
  expect(server.count(/worker/)).toBe(0);
  await loadLive(frame, generator, site);
  await expect(generator.model).toContainText(unkept(site));
  const ids = await runTo(generator, site.prompt + RUN + 4);
  expect(ids.slice(0, site.prompt + RUN)).toEqual(expected);
  expect(parts(server)).toBe(PARTS);
  // A text of the reader's own.
  await generator.prompt.fill(site.text.words);
  await generator.prompt.blur();
  await expect(generator.chips).toHaveCount(site.text.tokens, { timeout: 60_000 });
  expect(said.length, said.join('\n')).toBe(0);
});

test('where such a site forbids the worker, it says so, and the recorded run goes on', async ({ site, siteWith, stranger, folder, page }) => {
  const server = await siteWith({ ...OPEN, ...policy({ blob: false }) });
  await page.goto(await stranger(course(folder, server.url, OPAQUE, ['embed/?widget=context-growth'])));
  const [frame] = await frames(page, 1);
  const generator = await unfold(frame);
  await generator.load.click();
  await expect(generator.model.getByRole('alert')).toContainText('The engine stopped again and again');
  expect(await runTo(generator, site.prompt + 3)).toHaveLength(site.prompt + 3);
});

/** The rest of a frame whose program did not start. */
const still = (frame: Frame | Page) => frame.locator('.still-frame');

for (const language of ['en', 'de']) {
  test(`a sandbox without an origin, of any other site: words, a picture, and the way into a tab: ${language}`, async ({ site, siteWith, stranger, folder, page }, info) => {
    const server = await siteWith(policy({ blob: false }));
    const folderOf = language === 'en' ? '' : `${language}/`;
    const [heading, open] = { en: ['The loop in code', 'Open in a tab ↗'], de: ['Die Schleife als Code', 'In einem Tab öffnen ↗'] }[language]!;
    for (const [width, theme] of [[1280, 'light'], [360, 'dark']] as const) {
      await page.setViewportSize({ width, height: 900 });
      const addresses = WIDGETS.map((widget) => `${folderOf}embed/?widget=${widget}&theme=${theme}#v=1&text=A+cat`);
      await page.goto(await stranger(course(folder, server.url, OPAQUE, addresses)));
      const all = await frames(page, WIDGETS.length);
      for (const [i, widget] of WIDGETS.entries()) {
        const frame = all[i];
        await (await frame.frameElement()).scrollIntoViewIfNeeded();
        await expect(still(frame)).toBeVisible();
        await expect(frame.locator('h1')).toHaveCount(1);
        const picture = frame.locator('img');
        await expect(picture).toHaveAttribute('src', new RegExp(`/stills/${widget}-${language}-${theme}\\.webp$`));
        await expect(picture).toHaveAttribute('alt', /.{40}/);
        await expect.poll(() => picture.evaluate((image: HTMLImageElement) => [image.complete, image.naturalWidth])).toEqual([true, 400]);
        const link = frame.getByRole('link', { name: open });
        await expect(link).toHaveAttribute('target', '_blank');
        await expect(link).toHaveAttribute('href', server.url + addresses[i]);
        await expect(frame.locator('.still-address')).toHaveText(server.url + addresses[i]);
        await fitted(frame);
      }
      const code = all[WIDGETS.indexOf('code')];
      await expect(code.locator('h1')).toHaveText(heading);
      await page.screenshot({ path: info.outputPath(`${language}-${width}-${theme}.png`), fullPage: true });
    }
    expect(page.workers()).toEqual([]);
  });
}

test('a tab that leaves the sandbox has the widget, with its state; one that may not shows the picture too', async ({ server, stranger, folder, page }) => {
  const address = 'embed/?widget=context-growth#v=1&text=The+cat+sat+on';
  const popups = `${OPAQUE} allow-popups`;
  for (const [sandbox, works] of [[`${popups} allow-popups-to-escape-sandbox`, true], [popups, false]] as const) {
    await page.goto(await stranger(course(folder, server.url, sandbox, [address])));
    const [frame] = await frames(page, 1);
    const [tab] = await Promise.all([page.context().waitForEvent('page'), frame.getByRole('link', { name: 'Open in a tab' }).click()]);
    if (works) await expect(tab.locator('.growth-row')).toHaveCount(1);
    else await expect(still(tab)).toBeVisible();
    await expect(still(tab)).toHaveCount(works ? 0 : 1);
    await tab.close();
  }
});

test('a program that does not come whole leaves words and a picture too', async ({ server, page }) => {
  server.status(/_bg\.wasm$/, 404);
  await page.goto(`${server.url}embed/?widget=softmax`);
  await expect(still(page)).toBeVisible();
  await expect(page).toHaveTitle('From logits to probabilities · Next Token');
  server.heal();
  await page.reload();
  await expect(page.locator('.widget-softmax')).toBeVisible();
  await expect(still(page)).toHaveCount(0);
});

test('nothing of the picture is asked for, or shows, where the program starts; a widget that there is not has none', async ({ server, stranger, folder, page }) => {
  await page.goto(await stranger(course(folder, server.url, undefined, ['embed/?widget=softmax'])));
  const [frame] = await frames(page, 1);
  await expect(frame.locator('.widget-softmax')).toBeVisible();
  await expect(still(frame)).toHaveCount(0);
  expect(server.requests.filter((path) => path.startsWith('stills/'))).toEqual([]);

  await page.goto(await stranger(course(folder, server.url, OPAQUE, ['embed/?widget=%3Cimg%20src=x%3E'])));
  const [unknown] = await frames(page, 1);
  await expect(still(unknown)).toContainText('A real language model in your browser.');
  expect(await unknown.locator('img').count()).toBe(0);
});

test('third parties are refused their storage: it works, says what that costs, and keeps nothing', async ({ site, server, stranger, folder, page }) => {
  const said = problems(page);
  const url = await stranger(course(folder, server.url, undefined, ['embed/?widget=context-growth', 'embed/?widget=tokenizer']));
  for (const visit of [1, 2]) {
    await page.goto(url);
    const [frame, tokenizer] = await frames(page, 2);
    await expect(frame.locator('.growth-row')).toHaveCount(1);
    expect(await refused(frame)).toEqual(REFUSED);
    await expect(tokenizer.locator('.encoding-call')).toContainText(`each visit downloads the ${site.firstPart} anew`);
    // Where the recorded run ends, in place.
    await frame.locator('.growth-row-next .growth-bar').nth(3).click();
    await expect(frame.locator('.model-call')).toContainText(unkept(site));
    await frame.locator('.model-call').getByRole('button', { name: `Load ${site.model} (${site.size})` }).click();
    await expect(frame.locator('.widget-source')).toContainText(`live: ${site.model}`, { timeout: 60_000 });
    await expect(frame.locator('.growth-row')).toHaveCount(2);
    expect(parts(server)).toBe(visit * PARTS);
  }
  expect(said.length, said.join('\n')).toBe(0);
});

test('all storage throws, in the page and in its worker: the whole lesson works, and says that weights cannot be kept', async ({ site, server, generator, page }) => {
  const said = problems(page);
  const refuse = `for (const [where, name] of [[globalThis, 'localStorage'], [globalThis, 'sessionStorage'], [globalThis, 'caches'], [globalThis, 'indexedDB'], [navigator, 'serviceWorker'], [navigator, 'locks'], [navigator, 'storage']])
    Object.defineProperty(where, name, { get() { throw new DOMException('refused, as the test asked', 'SecurityError'); } });`;
  await page.addInitScript(refuse);
  let workers = 0;
  await page.route(/worker_loader\.js$/, async (route) => {
    workers += 1;
    const response = await route.fetch();
    await route.fulfill({ response, body: refuse + (await response.text()) });
  });
  await generator.visit(server.url);
  await expect(generator.model).toContainText(unkept(site));
  await page.getByRole('radio', { name: 'Dark' }).check();
  await generator.loadModel();
  await expect(generator.model).toContainText(unkept(site));
  expect(workers, 'the worker is refused too').toBeGreaterThan(0);
  await tour(generator, site);
  await page.goto(`${server.url}de/`);
  await expect(page.getByRole('region', { name: 'Modell', exact: true })).toContainText(
    `Die Gewichte lassen sich hier nicht aufbewahren: Jeder Besuch lädt die ${site.size.replace('.', ',')} neu herunter.`,
  );
  expect(parts(server)).toBe(PARTS);
  expect(said.length, said.join('\n')).toBe(0);
});
