// A reader types, sees the real distribution, and generates.

import { expect, fixture, test } from '../support';

test('a recorded run is there before the model, and the button says its size', { tag: ['@firefox', '@real'] }, async ({ server, generator }) => {
  await generator.visit(server.url);
  await expect(generator.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(generator.prompt).toHaveValue('The cat sat on');
  await expect(generator.load).toHaveText('Load SmolLM2-135M-Instruct (98.4 MB)');
  await expect(generator.page.locator('.widget-source').first()).toHaveText('recorded run of SmolLM2-135M-Instruct');
  for (let i = 1; i <= 12; i++) {
    await generator.nextToken.click();
    await expect(generator.chips).toHaveCount(4 + i);
  }
  await generator.nextToken.click();
  await expect(generator.state).toContainText('Load the live model');
  expect(server.count(/\.part-/), 'nothing is fetched unasked').toBe(0);
});

test('the prose can be read without any script', async ({ server, browser }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(server.url);
  await expect(page.getByText('Sampling picks one.')).toBeVisible();
  await expect(page.getByText('joins the context.').first()).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: 'Key takeaways' })).toBeVisible();
});

test("the browser's top 20 are the native engine's", { tag: ['@firefox', '@real'] }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  for (const prompt of fixture('smollm2-quantized.json').prompts) {
    await generator.write(prompt.text);
    await expect.poll(() => generator.ids()).toEqual(prompt.token_ids);
    const { logits } = await generator.lastStep();
    expect(logits.length).toBe(49_152);
    const order = Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
    const max = logits[order[0]];
    const sum = logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0);
    prompt.top20.forEach(([token, logit, probability]: number[], rank: number) => {
      expect(order[rank]).toBe(token);
      expect(Math.abs(logits[token] - logit)).toBeLessThan(1e-3);
      expect(Math.abs(Math.exp(logits[token] - max) / sum - probability)).toBeLessThan(1e-3);
    });
    // And the page shows them.
    for (const [rank, [token, logit]] of prompt.top20.slice(0, 5).entries()) {
      const row = generator.rows.nth(rank);
      await expect(row.locator('.token-id')).toHaveText(String(token));
      await expect(row.locator('.logit')).toHaveText(logit.toFixed(2).replace('-', '−'));
    }
  }
});

test('at temperature 0 the capital of France is Paris', { tag: ['@firefox', '@real'] }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await generator.setTemperature('0');
  await generator.write('The capital of France is');
  await generator.nextToken.click();
  await expect(generator.chips.last()).toContainText('␣Paris');
  await expect.poll(() => generator.ids()).toEqual([504, 3575, 282, 4649, 314, 7042]);
});

test('probabilities add up, at both ends of the temperature too', async ({ site, server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const first = generator.rows.first().locator('.probability .number');
  const asked = await generator.stepCount();
  await generator.setTemperature('0');
  await expect(first).toHaveText(/^100\s%$/);
  await generator.setTemperature('∞');
  await expect.poll(async () => parseFloat((await first.textContent())!)).toBeCloseTo(100 / site.vocabulary, 2);
  await generator.setTemperature('1');
  const step = await generator.lastStep();
  const max = Math.max(...step.logits);
  const sum = step.logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0);
  const shown = parseFloat((await first.textContent())!);
  expect(Math.abs(shown / 100 - 1 / sum)).toBeLessThan(1e-3);
  expect(await generator.stepCount(), 'no slider reaches the worker').toBe(asked);
});

test('a chosen token starts a branch, undo leads back, and the seed repeats a run', { tag: '@firefox' }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const prompt = await generator.ids();
  for (let i = 1; i <= 3; i++) {
    await generator.nextToken.click();
    await expect(generator.chips).toHaveCount(prompt.length + i);
    await expect(generator.nextToken).toBeEnabled();
  }
  const run = await generator.ids();
  await generator.undo.click();
  expect(await generator.ids()).toEqual(run.slice(0, -1));

  const other = generator.rows.nth(4);
  const token = Number(await other.locator('.token-id').textContent());
  await other.getByRole('button').click();
  await expect.poll(() => generator.ids()).toEqual([...run.slice(0, -1), token]);
  await expect(generator.chips.last()).toHaveClass(/chip-forced/);

  await generator.reset.click();
  await expect.poll(() => generator.ids()).toEqual(prompt);
  for (let i = 1; i <= 3; i++) {
    await expect(generator.nextToken).toBeEnabled();
    await generator.nextToken.click();
  }
  await expect.poll(() => generator.ids()).toEqual(run);
});

test('a run ends at the end of the text and says why', { tag: '@real' }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await generator.setTemperature('0');
  await generator.write('The capital of France is');
  await generator.run.click();
  await expect(generator.state).toContainText('ended its text', { timeout: 60_000 });
  await expect(generator.chips.last()).toContainText('<|im_end|>');
  await expect(generator.run).toBeDisabled();
});

test('a text that the vocabulary cannot write is refused by name, and nothing is lost', { tag: '@real' }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const before = await generator.ids();
  await generator.prompt.fill('a\u0004b');
  await expect(generator.page.getByText('U+0004')).toBeVisible();
  expect(await generator.ids()).toEqual(before);
});

test('the keyboard alone is enough', async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await expect(generator.load).toBeVisible();
  const tabTo = async (name: string | RegExp) => {
    const target = page.getByRole('button', { name, exact: true }).first();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await target.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`Tab never reached ${name}`);
  };
  await tabTo(/^Load /);
  await page.keyboard.press('Enter');
  await generator.ready();
  await tabTo('Next token');
  const count = await generator.chips.count();
  await page.keyboard.press('Enter');
  await expect(generator.chips).toHaveCount(count + 1);
  await expect(page.locator('[data-announcement]')).toContainText('percent');
});
