// The lesson: its first view, and its widgets on one loop, held against the worker's own answers.

import type { Locator, Page } from '@playwright/test';
import { distribution, expect, fixture, test, type GeneratorPage, type Step } from '../support';

/** What the softmax widget's table says of each of its six, by its three-decimal probabilities. */
const probabilities = (page: Page) =>
  page.locator('.softmax-numbers tbody tr td:nth-child(4)').allTextContents();

test('nothing jumps: the first view, and the arrival of the live model', { tag: ['@real', '@layout'] }, async ({ server, generator, page }) => {
  for (const [width, height] of [[1280, 900], [360, 740]]) {
    await page.setViewportSize({ width, height });
    await generator.visit(server.url);
    await page.locator('.widget-source').nth(3).waitFor();
    const shift = () => page.evaluate(() => (window as any).shifts.reduce((sum: number, { value }: any) => sum + value, 0));
    expect(await shift(), JSON.stringify(await page.evaluate(() => (window as any).shifts))).toBeLessThan(0.02);
  }
  // What is on show stays what it is when the live model takes over: the same numbers, from the same model.
  await generator.nextToken.click();
  await generator.openStage('Sampling');
  const shown = () => page.locator('.candidates tbody tr').allTextContents();
  const recorded = (await shown()).slice(0, 11);
  await generator.loadModel();
  // The ledgers are scored when somebody looks at them.
  await expect(page.locator('.widget:not(.widget-chain-rule) .widget-recorded')).toHaveCount(0);
  expect((await shown()).slice(0, 11)).toEqual(recorded);
  await expect(generator.chips).toHaveCount(5);
});

test('the ledger in the prose is the reference’s', { tag: '@firefox' }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  const { ledger } = fixture('lesson-figures.json');
  const rows = page.locator('#chain-rule-section .ledger tbody tr');
  const logs: (number | null)[] = ledger.prompt_token_logprobs;
  await expect(rows).toHaveCount(logs.length);
  let sum = 0;
  for (const [i, log] of logs.entries()) {
    if (log === null) continue;
    sum += log;
    await expect(rows.nth(i)).toContainText(sum.toFixed(2).replace('-', '−'));
    await expect(rows.nth(i)).toContainText((-log / Math.LN2).toFixed(2));
  }
});

test('six classes: the lesson’s figures, both ends of the temperature, and huge logits', { tag: '@firefox' }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await expect.poll(() => probabilities(page)).toEqual(['0.496', '0.272', '0.122', '0.067', '0.027', '0.015']);
  const bars = page.locator('.softmax-columns .softmax-p');
  expect((await bars.allTextContents()).slice(0, 6).join(' ').match(/0\.\d\d/g)).toEqual(['0.50', '0.27', '0.12', '0.07', '0.03', '0.01']);
  await expect(page.locator('.softmax-entropy')).toHaveText('H = 1.878 of 2.585 bits');
  await expect(page.locator('.softmax-winner')).toContainText('roof');
  const temperature = page.locator('#softmax-temperature-value');
  const set = async (field: Locator, text: string) => {
    await field.fill(text);
    await field.press('Enter');
  };
  await set(temperature, '0');
  await expect.poll(() => probabilities(page)).toEqual(['1.000', '0.000', '0.000', '0.000', '0.000', '0.000']);
  await expect(page.locator('.softmax-entropy')).toContainText('0.000 of');
  await set(temperature, '∞');
  await expect.poll(() => probabilities(page)).toEqual(Array(6).fill('0.167'));
  await expect(page.locator('.softmax-entropy')).toContainText('2.585 of 2.585');
  await set(temperature, '1');
  const logit = (number: number) => page.getByRole('textbox', { name: `Logit ${number}`, exact: true });
  await set(logit(1), '10000');
  await set(logit(2), '-10000');
  await expect.poll(() => probabilities(page)).toEqual(['1.000', '0.000', '0.000', '0.000', '0.000', '0.000']);
  await expect(page.locator('.widget-softmax')).not.toContainText('NaN');
  // A tie at temperature 0 goes to the first.
  await set(temperature, '0');
  await set(logit(1), '3.2');
  await set(logit(2), '3.2');
  await expect.poll(() => probabilities(page)).toEqual(['1.000', '0.000', '0.000', '0.000', '0.000', '0.000']);
  // By keyboard: an arrow moves a handle.
  await set(temperature, '1');
  await page.getByRole('slider', { name: 'Logit of sofa' }).press('ArrowUp');
  await expect(page.locator('.softmax-winner')).toContainText('sofa');
});

test('“continue with these logits” draws with the chances on show', { tag: '@real' }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await page.getByRole('switch', { name: 'Fill with the model’s top six' }).click();
  const field = page.getByRole('textbox', { name: 'Logit 3', exact: true });
  const model = Number((await field.inputValue()).replace('−', '-'));
  await field.fill(String(model + 2));
  await field.press('Enter');
  await expect(page.locator('.softmax-altered-count')).toContainText('One logit is yours');
  const widget = page.locator('.widget-softmax');
  const shown = (await page.locator('.softmax-numbers tbody tr td.softmax-chance').allTextContents()).map(Number);
  expect(shown).toHaveLength(7);
  expect(Math.abs(shown.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(0.005);
  const step = await generator.lastStep();
  const { order } = distribution(step);
  const again = widget.getByRole('button', { name: 'Draw again' });
  const draws: string[] = await again.evaluate(async (button: HTMLButtonElement) => {
    const would = button.closest('.softmax-act')!.querySelector('[data-would-draw]')!;
    const draws: string[] = [];
    for (let i = 0; i < 1000; i++) {
      button.click();
      // Effects run in microtasks and at the next task.
      await new Promise((resolve) => setTimeout(resolve));
      draws.push(would.getAttribute('data-would-draw')!);
    }
    return draws;
  });
  const counts = Array(7).fill(0);
  for (const token of draws) {
    const place = order.slice(0, 6).indexOf(Number(token));
    counts[place < 0 ? 6 : place]++;
  }
  const chi = counts.reduce((sum, count, i) => sum + (count - 1000 * shown[i]) ** 2 / (1000 * shown[i]), 0);
  expect(chi, `${counts} for ${shown}; 22.46 is the 0.999 quantile for 6 degrees of freedom`).toBeLessThan(22.46);

  await widget.getByRole('button', { name: 'Continue with these logits' }).click();
  await expect.poll(() => generator.ids()).toHaveLength(5);
  expect((await generator.ids())[4]).toBe(Number(draws[999]));
  await expect(generator.chips.last()).toHaveClass(/chip-altered/);
  await expect(generator.chips.last()).toContainText('altered');
});

test('code: line by line in step with the pipeline, and a breakpoint halts the growth', { tag: '@firefox' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  const current = page.locator('.code-row-current');
  const stage = page.locator('.stage-tab[aria-selected="true"]');
  const press = page.getByRole('button', { name: 'Step line' });
  const walk: [number, string][] = [[3, 'Context'], [4, 'Logits'], [5, 'Softmax'], [6, 'Sampling'], [7, 'Context'], [8, 'Context'], [3, 'Context']];
  await expect(current).toHaveAttribute('data-line', '2');
  for (const [line, name] of walk) {
    await press.click();
    await expect(current).toHaveAttribute('data-line', String(line));
    await expect(stage).toContainText(name);
    if (line === 7) await expect.poll(() => generator.ids()).toHaveLength(site.prompt + 1);
    await expect(generator.nextToken).toBeEnabled();
  }
  // The temperature changes the probabilities on show.
  await press.click();
  await press.click();
  const probs = page.locator('.code-row [data-variable="probs"]').first();
  const before = await probs.textContent();
  await page.locator('#code-temperature').press('Home');
  await expect(probs).not.toHaveText(before!);
  await page.locator('#code-temperature-value').fill('1');
  await page.locator('#code-temperature-value').press('Enter');

  await page.getByRole('button', { name: /^Breakpoint on line 6/ }).click();
  const growth = page.locator('.widget-context-growth');
  for (let i = 0; i < 2; i++) {
    const made = (await generator.ids()).length;
    await growth.getByRole('button', { name: 'Run' }).click();
    await expect(page.locator('.growth-state')).toContainText('breakpoint');
    await expect(page.locator('.code-state')).toContainText('breakpoint on line 6');
    await expect(current).toHaveAttribute('data-line', '6');
    expect((await generator.ids()).length).toBe(made + i);
  }
});

test('growth: force at position 3, go on, undo, and return to the first branch', { tag: '@firefox' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  const grow = page.locator('.widget-context-growth').getByRole('button', { name: 'Next token' });
  const more = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const length = (await generator.ids()).length;
      await expect(grow).toBeEnabled();
      await grow.click();
      await expect.poll(() => generator.ids()).toHaveLength(length + 1);
    }
    await expect(grow).toBeEnabled();
  };
  await more(8);
  const first = await generator.ids();
  const steps = await generator.steps();
  expect(steps).toHaveLength(9);
  const total = (ids: number[], steps: Step[]) =>
    ids.reduce((sum, id, i) => sum + Math.log(distribution(steps[i]).probability(id)), 0);
  const branch = (number: number) => page.locator(`[data-branch="${number}"]`);
  const ln = async (number: number) =>
    Number((await branch(number).locator('.branch-figures').textContent())!.match(/ln P = (−?[\d.]+)/)![1].replace('−', '-'));
  expect(Math.abs((await ln(1)) - total(first.slice(site.prompt), steps))).toBeLessThan(0.006);

  // Another token at the third position of the run: the prompt's length and two more.
  const position = site.prompt + 2;
  const row = page.locator(`.growth-row[data-position="${position}"]`);
  const other = row.locator('.growth-bar:not([data-chosen])').first();
  const rank = Number(await other.getAttribute('data-rank'));
  const token = distribution(steps[2]).order[rank - 1];
  const share = parseFloat((await other.locator('.growth-share').textContent())!);
  expect(Math.abs(share / 100 - distribution(steps[2]).probability(token))).toBeLessThan(1e-3);
  await other.click();
  await expect.poll(() => generator.ids()).toEqual([...first.slice(0, position), token]);
  await more(2);
  const second = await generator.ids();
  expect(second.slice(0, position + 1)).toEqual([...first.slice(0, position), token]);
  const path = [...steps.slice(0, 3), ...(await generator.steps(9))];
  expect(Math.abs((await ln(2)) - total(second.slice(site.prompt), path))).toBeLessThan(0.006);

  await page.locator('.widget-context-growth').getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => generator.ids()).toEqual(second.slice(0, -1));
  await branch(1).locator('.branch-go').click();
  await expect.poll(() => generator.ids()).toEqual(first);
  expect(Math.abs((await ln(1)) - total(first.slice(site.prompt), steps))).toBeLessThan(0.006);
  await expect(branch(2)).toBeVisible();
});

test('a press while the model is at work is not lost', { tag: '@firefox' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await page.evaluate(() => ((window as any).stepDelay = 600));
  const grow = page.locator('.widget-context-growth').getByRole('button', { name: 'Next token' });
  for (let i = 0; i < 3; i++) await grow.click();
  await expect(generator.chips).toHaveCount(site.prompt + 1);
  await expect(generator.chips).toHaveCount(site.prompt + 3);
  // By lines: through the pass that is under way to the draw.
  for (let i = 0; i < 5; i++) await page.getByRole('button', { name: 'Step line' }).click();
  await expect(page.locator('.code-row-current')).toHaveAttribute('data-line', '6');
  await expect(generator.chips).toHaveCount(site.prompt + 3);
  await expect.poll(() => generator.stepCount()).toBe(4);
});

test('the end of the text stops every widget, which says why', { tag: '@real' }, async ({ server, generator, page }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await generator.setTemperature('0');
  await generator.write('The capital of France is');
  await page.locator('.widget-context-growth').getByRole('button', { name: 'Run' }).click();
  await expect(generator.state).toContainText('ended its text', { timeout: 60_000 });
  await expect(page.locator('.code-state')).toContainText('END_OF_TEXT');
  await expect(page.locator('.growth-state')).toContainText('ended its text');
  await expect(page.locator('.code-row-current')).toHaveAttribute('data-line', '9');
  for (const name of ['Next token', 'Run']) {
    const buttons = await page.getByRole('button', { name, exact: true }).all();
    expect(buttons.length, name).toBeGreaterThan(1);
    for (const button of buttons) await expect(button).toBeDisabled();
  }
});

/** The loop as a reader left it. */
const place = async (generator: GeneratorPage) => ({ ids: await generator.ids(), text: await generator.prompt.inputValue() });

test('a teacher hides the bars, presents a widget, and resets to the start', async ({ server, generator, page }) => {
  await generator.visit(server.url);
  const start = await place(generator);
  const widget = page.locator('.widget-softmax');
  const p = widget.locator('.softmax-p').first();
  await widget.getByRole('button', { name: 'Hide the bars' }).click();
  await expect(p).toBeHidden();
  await widget.getByRole('button', { name: 'Reveal' }).click();
  await expect(p).toBeVisible();

  await widget.getByRole('button', { name: 'Full screen', exact: true }).click();
  await expect.poll(() => widget.evaluate((element) => element.getBoundingClientRect().width >= innerWidth)).toBe(true);
  await widget.getByRole('button', { name: 'Leave full screen' }).click();
  await expect.poll(() => widget.evaluate((element) => element.getBoundingClientRect().width < innerWidth)).toBe(true);

  for (let i = 0; i < 3; i++) await generator.nextToken.click();
  await generator.prompt.fill('Something else');
  await widget.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect.poll(() => place(generator)).toEqual(start);
});
