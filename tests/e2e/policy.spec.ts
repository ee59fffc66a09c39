// A strict Content-Security-Policy, as docs/hosting.md gives it: everything works, and nothing is refused.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { startServer } from '../server.mjs';
import { expect, test, GeneratorPage } from '../support';
import { tour } from '../tour';

test.use({ serviceWorkers: 'allow' });

const NAME = 'Content-Security-Policy';

/** The policy that a document of ours gives. */
function policyOf(document: string): string {
  const text = readFileSync(new URL(`../../${document}`, import.meta.url), 'utf8');
  return new RegExp(`^${NAME}: (.+)$`, 'm').exec(text)![1];
}

/** What the browser refused, in page and workers: they say it in the console, the page by an event as well. */
async function refusals(page: Page): Promise<string[]> {
  const said: string[] = [];
  page.on('console', (message) => /Content.Security.Policy|violates/i.test(message.text()) && said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.exposeFunction('refused', (what: string) => said.push(what));
  await page.addInitScript(() => {
    const tell = (event: SecurityPolicyViolationEvent) => (window as any).refused(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    document.addEventListener('securitypolicyviolation', tell);
  });
  return said;
}

test('README and docs/hosting.md give the same policy, and it is a strict one', () => {
  const policy = policyOf('docs/hosting.md');
  expect(policyOf('README.md')).toBe(policy);
  const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]));
  expect(rules.get('default-src')).toBe(`'none'`);
  expect(rules.get('script-src')).toBe(`'self' 'wasm-unsafe-eval'`);
  expect([rules.get('style-src'), rules.get('connect-src'), rules.get('worker-src')]).toEqual([`'self'`, `'self'`, `'self'`]);
  expect(policy).not.toContain('unsafe-inline');
});

for (const folder of ['', 'de/']) {
  test(`under the policy, recorded and live: /${folder}`, async ({ site, page }) => {
    const server = await startServer(site.dist, { prefix: '/some/course/', headers: { [NAME]: policyOf('docs/hosting.md') } });
    const said = await refusals(page);
    await page.goto(server.url + folder);
    await expect(page.locator('[data-widget] .widget-source')).toHaveCount(await page.locator('[data-widget]').count());
    await expect(page.getByRole('tab')).toHaveCount(6);
    for (const stage of await page.getByRole('tab').all()) {
      await stage.click();
      await expect(stage).toHaveAttribute('aria-selected', 'true');
    }
    expect(said).toEqual([]);
    await server.close();
  });
}

test('under the policy the live model works in every widget, and the lesson is kept', async ({ site, page }) => {
  const server = await startServer(site.dist, { prefix: '/some/course/', headers: { [NAME]: policyOf('docs/hosting.md') } });
  const said = await refusals(page);
  const generator = new GeneratorPage(page);
  await generator.open(server.url);
  await generator.loadModel();
  await tour(generator, site);
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state)).toBe('activated');
  await server.close();
  await page.reload();
  await generator.ready();
  expect(said.filter((text) => !text.includes('ERR_'))).toEqual([]);
});

test('the policy is in force: a script in a page would be refused, and heard of', async ({ site, page }) => {
  const server = await startServer(site.dist, { prefix: '/some/course/', headers: { [NAME]: policyOf('docs/hosting.md') } });
  const said = await refusals(page);
  await page.goto(server.url);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.head.append(script);
    document.body.setAttribute('style', 'color: red');
  });
  await expect.poll(() => said.some((text) => text.startsWith('script-src')) && said.some((text) => text.startsWith('style-src'))).toBe(true);
  expect(await page.evaluate(() => (window as any).ran)).toBeUndefined();
  await server.close();
});
