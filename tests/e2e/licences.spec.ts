// The page of licences: it needs no script, obeys the strict policy, and is kept for those who opened it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../server.mjs';
import { DIST, expect, test } from '../support';
import { versionOf, wholeIsKept } from '../versions';

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  for (const [folder, word] of [['', 'Licences'], ['de/', 'Lizenzen']]) {
    test(`/${folder} links to it in its foot, and it is readable in light and dark under the policy`, async ({ page }) => {
      const hosting = readFileSync(new URL('../../docs/hosting.md', import.meta.url), 'utf8');
      const policy = /^Content-Security-Policy: (.+)$/m.exec(hosting)![1];
      const server = await startServer(DIST, { prefix: '/some/course/', headers: { 'Content-Security-Policy': policy } });
      await page.goto(server.url + folder);
      await page.locator('.site-foot').getByRole('link', { name: word, exact: true }).click();
      await expect(page).toHaveURL(`${server.url}licenses.html`);
      await expect(page.locator('[data-model]')).toHaveText(/^SmolLM2-135M-Instruct by Hugging Face, .*Apache-2\.0\.$/);
      // The site's paper, in both: the style was not refused.
      for (const [colorScheme, paper] of [['light', 'rgb(246, 244, 239)'], ['dark', 'rgb(16, 21, 29)']] as const) {
        await page.emulateMedia({ colorScheme });
        await expect(page.locator('body')).toHaveCSS('background-color', paper);
      }
      await expect(page.locator('.works').first()).toHaveCSS('display', 'grid');
      await page.locator('[data-model] a').click();
      await expect(page.locator('pre:target')).toContainText('Apache License');
      await server.close();
    });
  }

  test('nothing of it is wider than a phone', async ({ page, server }) => {
    await page.setViewportSize({ width: 360, height: 800 });
    await page.goto(`${server.url}licenses.html`);
    // Playwright evaluates where the page itself may not.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });
});

test.describe('without a network', () => {
  test.use({ serviceWorkers: 'allow' });

  test('it is there for those who opened it, and not fetched for others', async ({ page, site, server, generator }) => {
    const whole = readFileSync(join(site.dist, 'licenses.html'), 'utf8');
    await generator.open(server.url);
    await wholeIsKept(page, versionOf(site.dist));
    expect(server.count(/licenses/)).toBe(0);
    await page.goto(`${server.url}licenses.html`);
    const isKept = () => page.evaluate(async () => Boolean((await caches.match(location.href)) && (await caches.match(new URL('licenses.css', location.href)))));
    await expect.poll(isKept).toBe(true);
    await server.close();
    await page.reload();
    await expect(page.locator('[data-work]')).toHaveCount(whole.match(/data-work=/g)!.length);
    await expect(page.locator('.works').first()).toHaveCSS('display', 'grid');
  });
});
