// The pipeline: six stages of one step, each with the worker's own numbers.

import { distribution, expect, test, type GeneratorPage } from '../support';
import type { Page } from '@playwright/test';

const STAGES = ['context', 'embedding', 'transformer', 'logits', 'softmax', 'sampling'];

const open = async (page: Page, stage: string) => {
  await page.locator(`#pipeline-tab-${stage}`).click();
  await expect(page.locator(`#pipeline-tab-${stage}`)).toHaveAttribute('aria-selected', 'true');
};

/** The `data-value`s of all that fits. */
const values = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));

const load = async (generator: GeneratorPage, url: string) => {
  await generator.visit(url);
  await generator.loadModel();
};

test('six presses of step make one token, and nothing jumps', { tag: '@firefox' }, async ({ server, generator, page }) => {
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

test('each stage shows what the worker answered', async ({ site, server, generator, page }) => {
  await load(generator, server.url);
  // Beyond what was recorded at the start.
  await generator.nextToken.click();
  await expect.poll(() => generator.stepCount()).toBe(2);
  const answer = await generator.lastStep();
  expect([answer.embedding.length, answer.layers.length]).toEqual([site.width, site.layers]);

  await open(page, 'embedding');
  const neighbours = page.locator('[data-table="neighbours"] tbody tr[data-token]');
  await expect(neighbours).toHaveCount(8);
  const tokens = await neighbours.evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-token'))));
  await page.getByText(`All ${site.width} values`).click();
  await expect(page.locator('[data-table="embedding"] td')).toHaveCount(site.width);
  expect(await values(page, '[data-table="embedding"] td')).toEqual(Array.from(answer.embedding));
  const near = (await generator.inspections()).find((seen) => seen.neighbours)!.neighbours!;
  expect(tokens).toEqual(near.map(([token]) => token));
  const norm = Math.hypot(...answer.embedding);
  expect((await values(page, '[data-figure="norm"]'))[0]).toBeCloseTo(norm, 9);

  await open(page, 'transformer');
  await page.locator('#pipeline-layer').selectOption('4');
  await page.locator('#pipeline-head').selectOption('3');
  const row = Array.from(answer.layers[4].attention[3]);
  expect(await values(page, '[data-table="attention"] tbody td[data-value]')).toEqual(row);
  expect(Number(await page.locator('[data-sum]').getAttribute('data-sum'))).toBeCloseTo(1, 5);
  await page.getByRole('radio', { name: 'Norms' }).check();
  for (const [norm, read] of [['resid_pre', 'residPre'], ['attn_out', 'attnOut'], ['mlp_out', 'mlpOut']] as const) {
    expect(await values(page, `[data-norm="${norm}"]`)).toEqual(answer.layers.map((layer: any) => layer[read]));
  }

  const { order, probability } = distribution(answer);
  await page.getByRole('radio', { name: 'Logit lens' }).check();
  const last = page.locator('[data-table="lens"] tbody tr').last();
  await expect(last.locator('[data-token]').first()).toHaveAttribute('data-token', String(order[0]), { timeout: 20_000 });

  const lens = (await generator.inspections()).find((seen) => seen.lens)!.lens!;
  expect(await values(page, '[data-table="lens"] tbody [data-token]')).toEqual(
    lens.flatMap((reading) => reading.top.map((candidate) => candidate.probability)),
  );

  await open(page, 'logits');
  expect(await values(page, '[data-table="logits"] td[data-value]')).toEqual(
    order.slice(0, 12).map((token) => answer.logits[token]),
  );
  await page.locator('#pipeline-search').fill('412');
  const hit = page.locator('[data-table="search"] tbody tr').first();
  await expect(hit).toHaveAttribute('data-token', '412');
  await expect(hit).toHaveAttribute('data-rank', String(order.indexOf(412)));
  expect((await values(page, '[data-table="search"] td[data-value]'))[0]).toBe(answer.logits[412]);

  await open(page, 'softmax');
  const shown = await values(page, '[data-table="softmax"] tbody td[data-value]');
  expect(shown.length).toBeGreaterThan(4);
  shown.forEach((p, rank) => expect(p).toBeCloseTo(probability(order[rank]), 6));
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
    expect(column.length).toBeGreaterThan(4);
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

test('u falls in the bin that is lit, on the cumulative bar', { tag: '@firefox' }, async ({ server, generator, page }) => {
  await load(generator, server.url);
  await open(page, 'sampling');
  const { order, probability } = distribution(await generator.lastStep());
  for (let draw = 0; draw < 5; draw++) {
    await expect(page.locator('.coin-formula')).toHaveAttribute('data-draw', String(draw));
    const [u, low, high] = (await page.locator('.coin-words').textContent())!.match(/\d\.\d{4}/g)!.map(Number);
    expect(low - 1e-4).toBeLessThanOrEqual(u);
    expect(u).toBeLessThanOrEqual(high + 1e-4);
    const picked = Number(await page.locator('.row-picked .token-id').textContent());
    const before = order.slice(0, order.indexOf(picked)).reduce((sum, token) => sum + probability(token), 0);
    expect(Math.abs(before - low)).toBeLessThan(2e-4);
    expect(Math.abs(before + probability(picked) - high)).toBeLessThan(2e-4);
    await page.locator('.coin-throw').getByRole('button').click();
  }
});

test('the strip by keyboard alone', { tag: '@firefox' }, async ({ server, generator, page }) => {
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
