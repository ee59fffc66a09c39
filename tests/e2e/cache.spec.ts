// The kept parts heal themselves: each kind of damage ends in a working model, or in a word and a way on.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test, GeneratorPage } from '../support';

const PARTS = 6;
const NAME = 'next-token-model';

/** What the browser keeps: paths, in order. */
const kept = ({ page }: GeneratorPage) =>
  page.evaluate(async (name) => {
    const keys = await (await caches.open(name)).keys();
    return keys.map(({ url }) => url).filter((url) => url.includes('/part-'));
  }, NAME);

/** Replaces what is kept under a part's name: by nothing, by other bytes, or by bytes of which one is flipped. */
const spoil = ({ page }: GeneratorPage, url: string, how: 'missing' | 'flipped' | 'error page') =>
  page.evaluate(
    async ([name, url, how]) => {
      const cache = await caches.open(name);
      if (how === 'missing') return void (await cache.delete(url));
      if (how === 'error page') {
        const page = new Response('<!DOCTYPE html><title>503</title>', { headers: { 'Content-Type': 'text/html' } });
        return void (await cache.put(url, page));
      }
      const bytes = new Uint8Array(await (await cache.match(url))!.arrayBuffer());
      bytes[12_345] ^= 4;
      await cache.put(url, new Response(bytes));
    },
    [NAME, url, how] as const,
  );

test('kept parts that are damaged, missing or an error page are fetched again', async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  let fetched = PARTS;
  expect(server.count(/part-/)).toBe(fetched);
  for (const how of ['flipped', 'error page', 'missing'] as const) {
    const [, , url] = await kept(generator);
    await spoil(generator, url, how);
    await generator.page.reload();
    // Not all is here: then the reader is asked.
    if (how === 'missing') await generator.load.click();
    await generator.ready();
    fetched += 1;
    expect(server.count(/part-/), how).toBe(fetched);
    expect(await kept(generator), how).toHaveLength(PARTS);
  }
});

test('an error page in the place of a part is said, and the way on works', async ({ server, generator }) => {
  await generator.page.route(/part-02$/, (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<!DOCTYPE html><title>Sorry</title>' }),
  );
  await generator.open(server.url);
  await generator.load.click();
  await expect(generator.model.getByRole('alert')).toContainText('part-02 is not the part that the manifest names');
  await generator.page.unroute(/part-02$/);
  await generator.model.getByRole('button', { name: 'Try again' }).click();
  await generator.ready();
  expect(server.count(/part-0[01]$/), 'what came in well is not fetched again').toBe(2);
});

test('a part that the server lacks is said, and the way on works', async ({ server, generator }) => {
  server.status(/part-04$/, 404);
  await generator.open(server.url);
  await generator.load.click();
  await expect(generator.model.getByRole('alert')).toContainText('404');
  server.heal();
  await generator.model.getByRole('button', { name: 'Try again' }).click();
  await generator.ready();
});

test('an error page in the place of the manifest does no harm to who has the model', async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await generator.page.route(/manifest\.json$/, (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<!DOCTYPE html><title>Log in</title>' }),
  );
  await generator.page.reload();
  await generator.ready();
  expect(server.count(/part-/)).toBe(PARTS);
});

test('a browser that keeps no more runs the model all the same', { tag: '@real' }, async ({ server, generator }) => {
  const session = await generator.page.context().newCDPSession(generator.page);
  // A true quota: room for some of the parts.
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin, quotaSize: 40_000_000 });
  await generator.open(server.url);
  await generator.loadModel();
  const some = (await kept(generator)).length;
  expect(some).toBeLessThan(PARTS);
  await generator.page.reload();
  await generator.loadModel();
  expect(server.count(/part-/)).toBe(PARTS + PARTS - some);
});

test('a manifest that changed brings the new model, and the old one’s parts go', async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const old = await kept(generator);
  const bytes = readFileSync(new URL('../fixtures/tiny-llama-Q8_0.gguf', import.meta.url));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await generator.page.route(/manifest\.json$/, async (route) => {
    const manifest = await (await route.fetch()).json();
    const parts = [{ ...manifest.parts[0], bytes: bytes.length, sha256 }];
    await route.fulfill({ json: { ...manifest, name: 'Newer', bytes: bytes.length, sha256, parts } });
  });
  // The manifest is the new one already, the part still the old one.
  await generator.page.reload();
  await generator.model.getByRole('button', { name: 'Load Newer' }).click();
  await expect(generator.model.getByRole('alert')).toContainText('is not the part that the manifest names');
  await generator.page.route(/part-00$/, (route) => route.fulfill({ body: bytes }));
  await generator.model.getByRole('button', { name: 'Try again' }).click();
  await expect(generator.model).toContainText('Newer is ready.');
  await expect.poll(() => kept(generator)).toHaveLength(1);
  expect(old).not.toContain((await kept(generator))[0]);
});

test('two tabs that load at once both get the model', async ({ site, server, generator, context }) => {
  const other = new GeneratorPage(await context.newPage());
  await Promise.all([generator.open(server.url), other.visit(server.url)]);
  // A part takes a while, or they would not load at once.
  server.throttle(site.bytes / 4, /part-/);
  await Promise.all([generator.load.click(), other.load.click()]);
  for (const tab of [generator, other]) {
    await tab.page.bringToFront();
    await tab.ready();
  }
  expect(await kept(generator)).toHaveLength(PARTS);
  expect(server.count(/part-/), 'who comes second waits for the first one’s').toBe(PARTS);
  await generator.page.reload();
  await generator.page.bringToFront();
  await generator.ready();
  expect(server.count(/part-/)).toBe(PARTS);
});
