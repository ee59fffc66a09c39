// The pipeline: six stages of one step, each with the worker's own numbers.

import { expect, test } from '../support';
import type { Page } from '@playwright/test';

const STAGES = ['context', 'embedding', 'transformer', 'logits', 'softmax', 'sampling'];

const open = async (page: Page, stage: string) => {
  await page.locator(`#pipeline-tab-${stage}`).click();
  await expect(page.locator(`#pipeline-tab-${stage}`)).toHaveAttribute('aria-selected', 'true');
};

/** The `data-value`s of all that fits. */
const values = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));

const load = async (generator: any, url: string) => {
  await generator.open(url);
  await generator.load.first().click();
  await expect(generator.model.getByText('is ready.')).toBeVisible({ timeout: 60_000 });
  await expect(generator.page.locator('#pipeline-tab-sampling')).not.toHaveAttribute('aria-disabled', 'true');
};

test('six presses of step make one token, and nothing jumps', async ({ server, generator, page }) => {
  await load(generator, server.url);
  const count = await generator.chips.count();
  const step = page.locator('.pipeline-step');
  const height = async () => (await page.locator('.widget-pipeline').boundingBox())!.height;
  const before = await height();
  for (let press = 1; press <= 6; press++) {
    await step.click();
    await expect(page.locator(`#pipeline-tab-${STAGES[press % 6]}`)).toHaveAttribute('aria-selected', 'true');
    expect(await height()).toBe(before);
    expect(await generator.chips.count()).toBe(press < 6 ? count : count + 1);
  }
  await expect(page.locator('.return-chip')).toHaveCount(1);
  await expect(page.locator('[data-table="context"] tbody tr')).toHaveCount(count + 1);
});

test('each stage shows what the worker answered', async ({ server, generator, page }) => {
  await load(generator, server.url);
  const answer = await generator.lastStep();

  await open(page, 'embedding');
  await page.getByText('All 576 values').click();
  expect(await values(page, '[data-table="embedding"] td')).toEqual(Array.from(answer.embedding));
  const norm = Math.hypot(...answer.embedding);
  expect((await values(page, '[data-figure="norm"]'))[0]).toBeCloseTo(norm, 9);

  await open(page, 'transformer');
  await page.locator('#pipeline-layer').selectOption('7');
  await page.locator('#pipeline-head').selectOption('3');
  const row = Array.from(answer.layers[7].attention[3]);
  expect(await values(page, '[data-table="attention"] tbody td[data-value]')).toEqual(row);
  expect(Number(await page.locator('[data-sum]').getAttribute('data-sum'))).toBeCloseTo(1, 5);
  await page.getByRole('radio', { name: 'Norms' }).check();
  for (const [norm, read] of [['resid_pre', 'residPre'], ['attn_out', 'attnOut'], ['mlp_out', 'mlpOut']] as const) {
    expect(await values(page, `[data-norm="${norm}"]`)).toEqual(answer.layers.map((layer: any) => layer[read]));
  }

  const order = Array.from(answer.logits.keys()).sort((a, b) => answer.logits[b] - answer.logits[a] || a - b);
  await page.getByRole('radio', { name: 'Logit lens' }).check();
  const last = page.locator('[data-table="lens"] tbody tr').last();
  await expect(last.locator('[data-token]').first()).toHaveAttribute('data-token', String(order[0]), { timeout: 20_000 });

  await open(page, 'logits');
  expect(await values(page, '[data-table="logits"] td[data-value]')).toEqual(
    order.slice(0, 12).map((token) => answer.logits[token]),
  );
  await page.locator('#pipeline-search').fill('7042');
  const hit = page.locator('[data-table="search"] tbody tr').first();
  await expect(hit).toHaveAttribute('data-token', '7042');
  await expect(hit).toHaveAttribute('data-rank', String(order.indexOf(7042)));
  expect((await values(page, '[data-table="search"] td[data-value]'))[0]).toBe(answer.logits[7042]);

  await open(page, 'softmax');
  const max = answer.logits[order[0]];
  const sum = answer.logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0);
  const shown = await values(page, '[data-table="softmax"] tbody td[data-value]');
  shown.forEach((p, rank) => expect(p).toBeCloseTo(Math.exp(answer.logits[order[rank]] - max) / sum, 6));
  const tail = (await values(page, '[data-table="softmax"] tfoot td[data-value]'))[0];
  expect(shown.reduce((sum, p) => sum + p, 0) + tail).toBeCloseTo(1, 6);
});

test('the whole pattern never looks ahead', async ({ server, generator, page }) => {
  await load(generator, server.url);
  await open(page, 'transformer');
  await page.getByRole('switch', { name: 'Whole pattern' }).check();
  const read = page.locator('#pipeline-pattern-read');
  await expect(read).toHaveAttribute('data-value', /.+/);
  await page.getByRole('application').focus();
  await page.keyboard.press('PageUp');
  await page.keyboard.press('End');
  await expect(read).toHaveAttribute('data-value', '0');
  await expect(read).toContainText('it comes later');
});

test('filters leave exactly 0, and drawing again changes u and nothing before it', async ({ server, generator, page }) => {
  await load(generator, server.url);
  await open(page, 'sampling');
  await page.locator('#top-k').fill('4');
  await page.locator('#min-p').fill('20');
  await page.getByRole('radio', { name: 'Filter by filter' }).check();
  for (const temperature of ['0.5', '1', '2', '∞']) {
    await page.locator('#temperature-value').fill(temperature);
    await page.locator('#temperature-value').press('Enter');
    const kept = Number(await page.locator('[data-filter="top-k"] [data-tokens]').getAttribute('data-tokens'));
    const column = await values(page, '[data-step="top_k"]');
    column.forEach((p, rank) => expect(p === 0).toBe(rank >= kept));
  }
  await page.locator('#temperature-value').fill('1');
  await page.locator('#temperature-value').press('Enter');
  await page.getByRole('radio', { name: 'The draw' }).check();
  const u = () => page.locator('.coin-formula').getAttribute('data-value');
  const logits = () => values(page, '.candidates td.logit');
  const [first, before] = [await u(), await logits()];
  await page.locator('.coin-throw').getByRole('button').click();
  expect(await u()).not.toBe(first);
  expect(await page.locator('.coin-formula').getAttribute('data-draw')).toBe('1');
  expect((await logits()).slice(0, 11)).toEqual(before.slice(0, 11));
});

test('the strip by keyboard alone', async ({ server, generator, page }) => {
  await load(generator, server.url);
  await page.locator('#pipeline-tab-context').focus();
  for (const stage of STAGES.slice(1)) {
    await page.keyboard.press('ArrowRight');
    await expect(page.locator(`#pipeline-tab-${stage}`)).toBeFocused();
    await expect(page.locator(`#pipeline-tab-${stage}`)).toHaveAttribute('aria-selected', 'true');
  }
  await page.keyboard.press('Home');
  await expect(page.locator('#pipeline-tab-context')).toBeFocused();
});
