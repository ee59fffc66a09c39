// The site without a network, and its newer versions: the service worker's part.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { lay } from '../hosts';
import { SILENT, startServer } from '../server.mjs';
import { expect, test, GeneratorPage, type Server } from '../support';
import { tour } from '../tour';
import { HASH, kept, layNewer, layUnderDevelopment, named, versionOf, wholeIsKept } from '../versions';

test.use({ serviceWorkers: 'allow' });

const shownVersion = (page: Page) => page.locator('meta[name="next-token-version"]').getAttribute('content');

const partsAsked = (server: Server) => server.count(/part-\d\d$/);

test('after one visit the server is gone: lesson, live model and all widgets work, in both languages and in a frame', async ({ site, server, generator, page }, info) => {
  await generator.open(server.url);
  await generator.loadModel();
  await wholeIsKept(page, versionOf(site.dist));
  await server.close();

  await page.goto(`${server.url}?x=1#softmax-section`);
  await generator.ready();
  await tour(generator, site);
  await page.getByRole('link', { name: 'Deutsch' }).click();
  await expect(page).toHaveURL(`${server.url}de/?x=1#softmax-section`);
  await expect(page.getByRole('region', { name: 'Modell', exact: true })).toContainText('ist bereit.', { timeout: 60_000 });

  // As somebody types it, or as another host would name it.
  for (const [address, language] of [['de', 'de'], ['de/index.html?widget=softmax', 'de'], ['index.html', 'en']]) {
    await page.goto(server.url + address);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.locator('.widget-source').first()).toBeVisible();
  }

  const course = info.outputPath('course');
  mkdirSync(course, { recursive: true });
  writeFileSync(join(course, 'index.html'), `<!DOCTYPE html><iframe src="${server.url}?widget=softmax" width="900" height="900"></iframe>`);
  const host = await startServer(course);
  await page.goto(host.url);
  const frame = page.frameLocator('iframe');
  await expect(frame.locator('.softmax-entropy')).toBeVisible();
  await expect(frame.locator('.widget-softmax .widget-source')).toHaveText(`live: ${site.model}`, { timeout: 60_000 });
  await host.close();
});

test('the recorded lesson alone is kept too, and what no page asked for is not there', async ({ site, server, generator, page }) => {
  await generator.open(server.url);
  await wholeIsKept(page, versionOf(site.dist));
  expect(partsAsked(server)).toBe(0);
  await server.close();
  await page.reload();
  await expect(generator.chips.first()).toBeVisible();
  await generator.nextToken.click();
  await expect(generator.load).toBeVisible();
  await generator.load.click();
  await expect(generator.model.getByRole('alert')).toContainText('cannot be reached');
});

test('a host that errs or does not answer does not keep the lesson from who has it', async ({ site, server, generator, page }) => {
  await generator.open(server.url);
  await wholeIsKept(page, versionOf(site.dist));
  for (const status of [503, SILENT]) {
    server.status(/^(index\.html)?$/, status);
    await page.reload({ waitUntil: 'commit', timeout: 10_000 });
    await expect(generator.chips.first()).toBeVisible();
    expect(await shownVersion(page)).toBe(versionOf(site.dist));
    server.heal();
  }
});

test('a frame on a stranger’s page keeps what it showed, and no more', async ({ site, server, playwright, launchOptions }, info) => {
  const course = info.outputPath('course');
  mkdirSync(course, { recursive: true });
  writeFileSync(join(course, 'index.html'), `<!DOCTYPE html><iframe src="${server.url}de/?widget=softmax" width="900" height="900"></iframe>`);
  const host = await startServer(course);
  // A private window refuses a stranger's frame all storage, and so do some systems' settings.
  const profile = info.outputPath('profile');
  mkdirSync(join(profile, 'Default'), { recursive: true });
  const settings = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };
  writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify(settings));
  const context = await playwright.chromium.launchPersistentContext(profile, launchOptions);
  const page = await context.newPage();
  // Another site by its name: the browser gives the frame a store of its own.
  await page.goto(host.url.replace('127.0.0.1', 'localhost'));
  const entropy = page.frameLocator('iframe').locator('.softmax-entropy');
  await expect(entropy).toContainText('1,878');
  const frame = page.frames()[1];
  await expect.poll(() => kept(frame)).toEqual([`${versionOf(site.dist)} in part`]);
  const names = () =>
    frame.evaluate(async () => {
      const ours = (await caches.keys()).filter((name) => name.startsWith('next-token http'));
      const keys = await Promise.all(ours.map(async (name) => (await caches.open(name)).keys()));
      return keys.flat().map(({ url }) => new URL(url).pathname.replace('/some/course/', ''));
    });
  for (const file of [/^widget-.*\.js$/, /^widget-.*\.wasm$/, /^de\/embed\/index\.html$/]) {
    await expect.poll(async () => (await names()).some((name) => file.test(name)), String(file)).toBe(true);
  }
  expect((await names()).filter((name) => /^[^/]*\.html|^icons|^recorded-run|^web-/.test(name))).toEqual([]);
  await server.close();
  await page.reload();
  await expect(entropy).toContainText('1,878');
  await context.close();
  await host.close();
});

test('a stranger’s frame that is refused all storage works as before', async ({ site, server, page }, info) => {
  const course = info.outputPath('course');
  mkdirSync(course, { recursive: true });
  writeFileSync(join(course, 'index.html'), `<!DOCTYPE html><iframe src="${server.url}" width="900" height="900"></iframe>`);
  const host = await startServer(course);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(host.url.replace('127.0.0.1', 'localhost'));
  const frame = page.frameLocator('iframe');
  await expect(frame.locator('.softmax-entropy')).toContainText('1.878');
  const refused = await page.frames()[1].evaluate(() => caches.keys().then(() => 'kept', ({ name }) => name));
  expect(refused).toBe('SecurityError');
  await frame.locator('#desk').getByRole('button', { name: 'Next token' }).click();
  await expect(frame.locator('#desk li.chip')).toHaveCount(site.prompt + 1);
  expect(problems).toEqual([]);
  await host.close();
});

test('a newer version takes over with one reload, is never mixed with the former, and fetches no weights', async ({ site, generator, page, context }, info) => {
  const [older, newer] = [info.outputPath('older'), info.outputPath('newer')];
  lay(site.dist, older);
  layNewer(site.dist, newer);
  const [first, second] = [versionOf(older), versionOf(newer)];
  const server = await startServer(older, { prefix: '/some/course/' });
  await generator.open(server.url);
  await generator.loadModel();
  await wholeIsKept(page, first);
  const former = new GeneratorPage(await context.newPage());
  await former.visit(server.url);
  await former.ready();

  server.show(newer);
  server.requests.length = 0;
  await page.bringToFront();
  await page.reload();
  expect(await shownVersion(page)).toBe(second);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('(newer)');
  await generator.ready();
  await expect.poll(() => kept(page), { timeout: 30_000 }).toContain(second);

  // The former version's page is still open: it goes on, and a fresh worker of its own version is to be had.
  expect((await kept(page)).sort()).toEqual([first, second].sort());
  expect(await shownVersion(former.page)).toBe(first);
  await former.page.bringToFront();
  const workers = await former.page.evaluate(async () => {
    const loader = document.querySelector<HTMLMetaElement>('meta[name="next-token-worker"]')!.content;
    const folder = new URL(loader, document.baseURI);
    const files = ['worker_loader.js', 'relaxed/worker.js', 'relaxed/worker_bg.wasm'];
    return Promise.all(files.map(async (name) => (await fetch(new URL(name, folder))).status));
  });
  expect(workers).toEqual([200, 200, 200]);
  await former.nextToken.click();
  await former.page.close();

  // Once it is closed, nothing of it stays.
  await page.bringToFront();
  await page.reload();
  await generator.ready();
  await wholeIsKept(page, second);

  // What was asked for was of the newer version, and only what it does not share with the former; of the weights nothing.
  const asked = server.requests.filter((path) => HASH.test(path));
  expect(asked.length).toBeGreaterThan(4);
  const shared = named(older).filter((file) => named(newer).includes(file));
  expect(shared.length).toBeGreaterThan(10);
  expect(asked.filter((path) => !named(newer).includes(path) || shared.includes(path))).toEqual([]);
  expect(partsAsked(server)).toBe(0);

  await server.close();
  await page.reload();
  await generator.ready();
  expect(await shownVersion(page)).toBe(second);

  // And once more when its own service worker has taken over, as no page is left.
  await page.close();
  const next = new GeneratorPage(await context.newPage());
  await next.visit(server.url);
  await next.ready();
  expect(await shownVersion(next.page)).toBe(second);
  expect(await kept(next.page)).toEqual([second]);
});

test('a version that did not arrive whole is not taken up', async ({ site, page, generator }, info) => {
  const [older, broken] = [info.outputPath('older'), info.outputPath('broken')];
  lay(site.dist, older);
  layNewer(site.dist, broken);
  const style = named(broken).find((file) => file.startsWith('lesson-'))!;
  rmSync(join(broken, style));
  writeFileSync(join(broken, style), '/* cut off');
  const german = join(broken, 'de/index.html');
  rmSync(german);
  writeFileSync(german, 'an upload that stopped');
  const server = await startServer(older, { prefix: '/some/course/' });
  await generator.open(server.url);
  await wholeIsKept(page, versionOf(older));

  server.show(broken);
  server.requests.length = 0;
  await page.reload();
  await expect.poll(() => server.count('service_worker.js')).toBeGreaterThan(0);
  await expect.poll(() => server.count('de/index.html')).toBeGreaterThan(0);
  const settled = () =>
    page.evaluate(async () => {
      const registration = (await navigator.serviceWorker.getRegistration())!;
      return [registration.installing, registration.waiting].every((worker) => worker === null);
    });
  await expect.poll(settled).toBe(true);
  expect(await kept(page)).toEqual([versionOf(older)]);
  await server.close();
  await page.goto(`${server.url}de/`);
  await expect(page.locator('.widget-softmax .widget-source')).toBeVisible();
  expect(await shownVersion(page)).toBe(versionOf(older));
});

test('what a built page left behind goes under cargo xtask serve', async ({ site, page, generator }, info) => {
  const [built, development] = [info.outputPath('built'), info.outputPath('development')];
  lay(site.dist, built);
  layUnderDevelopment(site.dist, development);
  const server = await startServer(built, { prefix: '/some/course/' });
  await generator.open(server.url);
  await wholeIsKept(page, versionOf(built));
  server.show(development);
  let loads = 0;
  page.on('load', () => (loads += 1));
  await page.reload();
  // The service worker that leaves reloads the page when it is done.
  await expect.poll(() => loads).toBe(2);
  expect(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  expect(await kept(page)).toEqual([]);
  await page.reload();
  await expect(generator.chips.first()).toBeVisible();
  expect(await shownVersion(page)).toBe('');
  await server.close();
});

test('the page is an app for who wants it as one, in both languages', async ({ server, page, context }) => {
  const session = await context.newCDPSession(page);
  for (const [folder, name] of [['', 'Next Token: how a language model writes'], ['de/', 'Next Token: wie ein Sprachmodell schreibt']]) {
    await page.goto(server.url + folder);
    const { errors, data } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const app = JSON.parse(data!);
    expect(app).toMatchObject({ name, start_url: './', short_name: 'Next Token' });
    for (const { src, sizes, type } of app.icons) {
      const image = await page.evaluate(async (src) => {
        const image = new Image();
        image.src = src;
        await image.decode();
        return image.naturalWidth;
      }, server.url + folder + src);
      if (type === 'image/png') expect(`${image}x${image}`).toBe(sizes);
    }
  }
  // A test's browser is a private one, which installs nothing: that is all that is wrong.
  const missing = async () => (await session.send('Page.getInstallabilityErrors')).installabilityErrors.map(({ errorId }) => errorId);
  await expect.poll(missing).toEqual(['in-incognito']);
});
