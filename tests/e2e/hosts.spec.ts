// The built folder on plain static servers, at the root and below a path: all the same, and nobody else is asked.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Request } from '@playwright/test';
import { HOSTS, lay, startHost } from '../hosts';
import { expect, test } from '../support';
import { versionOf, wholeIsKept } from '../versions';

const chips = (page: Page, group: string) => page.locator('#desk').getByRole('group', { name: group }).locator('li.chip');

test.use({ serviceWorkers: 'allow' });

for (const host of HOSTS) {
  for (const path of ['/', '/courses/llm/']) {
    // Each host under a path, and one of them at its root; the others at their roots take the long tests' time.
    const tag = path === '/' && host !== HOSTS[0] ? '@deep' : [];
    test(`${host.name}, under ${path}: lesson, widgets and live model, in both languages, then without the host`, { tag }, async ({ site, generator, page, context }, info) => {
      const folder = info.outputPath('site');
      mkdirSync(folder, { recursive: true });
      lay(site.dist, join(folder, path));
      const server = await startHost(host, folder);
      const address = server.url + path;
      const asked: Request[] = [];
      context.on('request', (request) => asked.push(request));
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));

      // The recorded run in every widget.
      await generator.open(address);
      await expect(page.locator('[data-widget] .widget-source')).toHaveCount(await page.locator('[data-widget]').count());
      await expect(generator.rows.first()).toContainText('%');
      await expect(page.locator('.softmax-entropy')).toContainText('1.878');
      const prompt = await generator.chips.count();
      await generator.nextToken.click();
      await expect(generator.chips).toHaveCount(prompt + 1);

      // The live model.
      await generator.loadModel();
      await generator.setTemperature('0');
      await generator.write(site.text.words);
      await expect(generator.rows.first().locator('.token-id')).toHaveText(String(site.text.next));
      const tokens = await generator.chips.count();

      await wholeIsKept(page, versionOf(site.dist));

      // The German page, by its link: the same files, the kept model.
      const parts = () => asked.filter((request) => /part-\d\d$/.test(request.url())).length;
      expect(parts()).toBe(site.parts);
      await page.getByRole('link', { name: 'Deutsch' }).click();
      await expect(page.getByRole('region', { name: 'Modell', exact: true })).toContainText('ist bereit.', { timeout: 60_000 });
      // The text that was written has come along, and the live model has cut it.
      await expect(chips(page, 'Kontext')).toHaveCount(tokens);
      await page.locator('#desk').getByRole('button', { name: 'Nächstes Token' }).click();
      await expect(chips(page, 'Kontext')).toHaveCount(tokens + 1);
      expect(parts()).toBe(site.parts);

      // All that was asked for lies in the site, and was there, as what it is.
      expect(asked.length).toBeGreaterThan(30);
      expect(asked.map((request) => request.url()).filter((url) => !url.startsWith(address))).toEqual([]);
      for (const request of asked) {
        const response = (await request.response())!;
        expect([200, 304], request.url()).toContain(response.status());
        if (request.url().endsWith('.wasm')) expect(response.headers()['content-type']).toBe('application/wasm');
      }
      expect(problems).toEqual([]);

      // What the host gave is what is kept, whatever its headers and redirects.
      await server.close();
      await page.reload();
      await expect(page.getByRole('region', { name: 'Modell', exact: true })).toContainText('ist bereit.', { timeout: 60_000 });
      await page.getByRole('link', { name: 'English' }).click();
      await generator.ready();
    });
  }
}
