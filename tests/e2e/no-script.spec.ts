// The prose where no script may run, in every browser: the server says so.

import { expect, test } from '../support';
import { startServer } from '../server.mjs';

for (const [path, language, words, heading] of [
  ['', 'en', 'Sampling picks one.', 'Key takeaways'],
  ['de/', 'de', 'Gezogen wird eines.', 'Das Wichtigste'],
]) {
  test(`where the server forbids scripts, the prose can be read: ${language}`, { tag: '@firefox' }, async ({ site, page }) => {
    const server = await startServer(site.dist, { headers: { 'Content-Security-Policy': "script-src 'none'" } });
    await page.goto(`${server.url}${path}`);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.getByText(words)).toBeVisible();
    await expect(page.getByRole('heading', { level: 2, name: heading })).toBeVisible();
    await expect(page.locator('#chain-rule-section .ledger tbody tr').nth(2)).toBeVisible();
    await expect(page.locator('#desk button'), 'no script has run').toHaveCount(0);
    await server.close();
  });
}
