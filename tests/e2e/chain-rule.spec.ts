// The chain rule: the recorded run's ledger, then the reader's own sentences by the live model.

import type { Page } from '@playwright/test';
import { expect, fixture, test, type Site } from '../support';

const widget = (page: Page) => page.locator('#chain-rule');
const side = (page: Page, name: string) => widget(page).getByRole('region', { name, exact: true });
const box = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

/** A column of a ledger's table, given tokens left out. */
const column = async (page: Page, name: string, index: number) =>
  (await side(page, name).locator('.ledger-table tbody tr:not(.ledger-row-given)').evaluateAll(
    (rows, index) => rows.map((row) => row.children[index].textContent!.trim()),
    index,
  ));
const number = (text: string) => Number(text.replace('−', '-').replaceAll(',', ''));

/** A number written like 9.7×10⁻⁶. */
const scientific = (text: string) => {
  const [digits, power] = text.split('×10');
  const exponent = [...(power ?? '⁰')].map((c) => (c === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(c))).join('');
  return Number(digits) * 10 ** Number(exponent);
};

async function showLive(page: Page, { model }: Site) {
  await widget(page).scrollIntoViewIfNeeded();
  await expect(widget(page).locator('.widget-source')).toHaveText(`live: ${model}`);
}

test('it opens on the recorded run, and says what was not recorded', { tag: '@firefox' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await expect(widget(page).locator('.widget-source')).toHaveText(`recorded run of ${site.model}`);
  await expect(box(page, 'First text')).toHaveValue(/^The cat sat on/);
  const given = side(page, 'First text').locator('.ledger-row-given');
  await expect(given).toHaveCount(site.prompt);
  await expect(given.first()).toContainText('the recording begins after it');
  const sums = (await column(page, 'First text', 3)).map(number);
  expect(sums).toHaveLength(12);
  const bits = (await column(page, 'First text', 4)).map(number);
  for (const [i, sum] of sums.entries()) {
    expect(Math.abs(bits[i] + (sum - (sums[i - 1] ?? 0)) / Math.LN2)).toBeLessThan(0.03);
  }
  // The second text has no recording: the live model is asked for in place.
  await expect(side(page, 'Second text').getByRole('button', { name: new RegExp(`^Load ${site.model}`) })).toBeVisible();
  await expect(side(page, 'Second text').locator('.ledger-table tbody tr')).toHaveCount(0);
});

test('the live ledger is the reference’s within the quantized tolerance', { tag: '@real' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await showLive(page, site);
  for (const { text, token_ids, prompt_token_logprobs } of fixture('smollm2-golden.json').prompts) {
    await box(page, 'Second text').fill(text);
    await expect(side(page, 'Second text').locator('.ledger-table tbody tr')).toHaveCount(token_ids.length);
    await expect(side(page, 'Second text').locator('.ledger-row-given')).toHaveCount(1);
    const logs: number[] = prompt_token_logprobs.slice(1);
    let sum = 0;
    const sums = await column(page, 'Second text', 3);
    const products = await column(page, 'Second text', 2);
    for (const [i, log] of logs.entries()) {
      sum += log;
      expect(Math.abs(number(sums[i]) - sum), `${text}, token ${i + 1}`).toBeLessThan(0.02);
      expect(scientific(products[i]) / Math.exp(sum), 'no underflow').toBeGreaterThan(0.9);
      expect(scientific(products[i]) / Math.exp(sum)).toBeLessThan(1.1);
    }
    const perplexity = Math.exp(-sum / logs.length);
    const shown = number((await side(page, 'Second text').locator('.ledger-perplexity').textContent())!);
    expect(Math.abs(shown / perplexity - 1)).toBeLessThan(0.005);
  }
  // Both are compared once both are there.
  await expect(widget(page).locator('.ledger-verdict')).toContainText('Per token, the');
});

test('a sentence of the reader’s own: typed, scored, kept; the loop is not held up', { tag: '@firefox' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await showLive(page, site);
  // The recorded text is scored whole now: only its first token is given.
  await expect(side(page, 'First text').locator('.ledger-row-given')).toHaveCount(1);
  await box(page, 'First text').fill('Once upon a time, there was a little girl.');
  await box(page, 'Second text').fill('Girl little a was there, time a upon once.');
  await expect(widget(page).locator('.ledger-verdict')).toContainText('the first text surprises the model less');
  await expect(side(page, 'First text').locator('.ledger-strip li').first()).toContainText('given');
  // Text and figures are not lost.
  await box(page, 'First text').fill('');
  await expect(side(page, 'First text').locator('.hint')).toHaveText('Write a text to score.');
  await generator.nextToken.click();
  await expect(generator.chips).toHaveCount(site.prompt + 1);
  await page.reload();
  await expect(box(page, 'Second text')).toHaveValue('Girl little a was there, time a upon once.');
});

test('a character that the vocabulary lacks is said in words', { tag: '@real' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await showLive(page, site);
  await box(page, 'Second text').fill('a\u0004b');
  await expect(side(page, 'Second text').locator('.hint')).toContainText('U+0004');
});
