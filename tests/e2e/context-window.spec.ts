// The context window: what falls out of a small one, and what the next token costs with a KV cache and without.

import type { Page } from '@playwright/test';
import { expect, test, type Site } from '../support';

const widget = (page: Page) => page.locator('#context-window');
const state = (page: Page) => widget(page).locator('.window-state');
const places = (page: Page, kind: string) => widget(page).locator(`.window-ruler .window-${kind}`);
const size = (page: Page) => widget(page).getByRole('combobox', { name: 'Window' });
const said = (page: Page) => widget(page).locator('.window-said');

/** Multiply-adds of a pass by the model's sizes, and those of attention for one pair of positions. */
function costs({ layers, width, heads, keyHeads, feedForward, vocabulary }: Site) {
  const head = width / heads;
  const weights = layers * width * (2 * heads * head + 2 * keyHeads * head + 3 * feedForward);
  const pair = 2 * layers * heads * head;
  const formula = (computed: number, reused: number) =>
    computed * weights + (computed * reused + (computed * (computed + 1)) / 2) * pair + vocabulary * width;
  return { formula, pair };
}

/** A row of the cost table: with the cache, without. */
async function row(page: Page, name: string) {
  const cells = widget(page).getByRole('row', { name }).locator('td');
  return (await cells.allTextContents()).map((text) => text.trim());
}

const numbers = async (page: Page, name: string) =>
  (await row(page, name)).map((text) => Number(text.replaceAll(',', '')));

/** Measures the context on show. */
async function measure(page: Page) {
  await widget(page).getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(said(page)).toContainText('The kernels counted what the formula says.', { timeout: 60_000 });
  return {
    computed: await numbers(page, 'Tokens through the model'),
    counted: await numbers(page, 'Multiply-adds, counted'),
    formula: await numbers(page, 'Multiply-adds, by the formula'),
    milliseconds: await numbers(page, 'Milliseconds, measured'),
    logits: await row(page, 'Fingerprint of the logits'),
  };
}

test('on the recorded run tokens fall out, and what is not counted says so', { tag: '@firefox' }, async ({ site, server, generator, page }) => {
  const { formula } = costs(site);
  await generator.visit(server.url);
  await widget(page).scrollIntoViewIfNeeded();
  await expect(size(page)).toHaveValue('16');
  await expect(state(page)).toHaveText(`${site.prompt} tokens in a window of 16: room for ${16 - site.prompt} more.`);
  await expect(places(page, 'free')).toHaveCount(16 - site.prompt);
  expect(await numbers(page, 'Multiply-adds, by the formula')).toEqual([formula(1, site.prompt - 1), formula(site.prompt, 0)]);
  expect(await row(page, 'Multiply-adds, counted')).toEqual(['–', '–']);
  await expect(said(page)).toContainText('take the live model');
  await expect(widget(page).getByRole('button', { name: new RegExp(`^Load ${site.model}`) })).toBeVisible();
  await expect(widget(page).getByRole('button', { name: 'Measure' })).toHaveAttribute('aria-disabled', 'true');

  await size(page).selectOption('8');
  for (let tokens = site.prompt + 1; tokens <= 10; tokens++) {
    await widget(page).getByRole('button', { name: 'Next token' }).click();
    await expect(generator.chips).toHaveCount(tokens);
  }
  await expect(state(page)).toHaveText('10 tokens, a window of 8: the first 2 have fallen out.');
  await expect(places(page, 'lost')).toHaveCount(2);
  await expect(places(page, 'lost').first()).toContainText('fallen out');
  await expect(places(page, 'seen')).toHaveCount(8);
  await expect(places(page, 'free')).toHaveCount(0);
  expect(await numbers(page, 'Multiply-adds, by the formula')).toEqual([formula(8, 0), formula(8, 0)]);
});

test('the curves’ figures are the formula’s, up to the model’s own window', async ({ site, server, generator, page }) => {
  const { formula, pair } = costs(site);
  await generator.visit(server.url);
  await widget(page).getByText('The figures behind the curves').click();
  const rows = widget(page).getByRole('table', { name: 'Multiply-adds of one pass over n tokens' }).locator('tbody tr');
  const shown = (await rows.allInnerTexts()).map((text) => text.trim().split(/\s+/).map((n) => Number(n.replaceAll(',', ''))));
  expect(shown).toEqual(
    [...[1, 10, 100, 1000].filter((n) => n < site.window), site.window].map((n) => [
      n,
      formula(1, n - 1),
      n * pair,
      formula(n, 0),
      ((n * (n + 1)) / 2) * pair,
    ]),
  );
});

test('a window of 16 on the live model: counted, compared to the bit, recomputed once it slides', { tag: '@real' }, async ({ site, server, generator, page }) => {
  const { formula } = costs(site);
  await generator.visit(server.url);
  await generator.loadModel();
  await widget(page).scrollIntoViewIfNeeded();
  for (let tokens = 4; tokens <= 18; tokens++) {
    await expect(generator.chips).toHaveCount(tokens);
    if (![4, 9].includes(tokens) && tokens < 15) {
      await generator.nextToken.click();
      continue;
    }
    const { computed, counted, formula: expected, milliseconds, logits } = await measure(page);
    const slid = tokens > 16;
    const visible = Math.min(tokens, 16);
    expect(computed).toEqual([slid ? 16 : 1, visible]);
    expect(counted).toEqual([slid ? formula(16, 0) : formula(1, tokens - 1), formula(visible, 0)]);
    expect(counted).toEqual(expected);
    expect(Math.min(...milliseconds)).toBeGreaterThan(0);
    expect(logits[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(logits[1]).toBe(logits[0]);
    await expect(said(page)).toContainText(slid ? 'The window has slid' : 'The same logits to the bit');
    await expect(places(page, 'lost')).toHaveCount(tokens - visible);
    console.log(`${tokens} tokens: ${counted.join(' and ')} multiply-adds, ${milliseconds.join(' and ')} ms`);
    await generator.nextToken.click();
  }
  // All of it is kept in a table, and the text goes on as if nothing had been measured.
  await widget(page).getByText(/^Your measurements \(6\)/).click();
  const kept = widget(page).getByRole('table', { name: 'What was measured' }).locator('tbody tr');
  await expect(kept).toHaveCount(6);
  await expect(kept.last()).toContainText('same');
  await expect(generator.chips).toHaveCount(19);
  // In the model's own window, nothing has fallen out.
  await size(page).selectOption('own');
  await expect(state(page)).toHaveText('19 tokens in a window of 8,192: room for 8,173 more.');
  expect((await measure(page)).computed).toEqual([1, 19]);
});
