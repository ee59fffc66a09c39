// What somebody hears who cannot see the page: each token once, in one short sentence, and one step that makes sense.
//
// With READING set, the second test prints the step as the browser's accessibility tree gives it.

import type { Page } from '@playwright/test';
import { expect, test } from '../support';

/** Keeps whatever a live region says from now on, with the region's name in the page. */
const listen = (page: Page) =>
  page.evaluate(() => {
    const said: [string, string][] = ((window as any).said = []);
    const live = '[aria-live="polite"], [aria-live="assertive"], [role="status"], [role="alert"]';
    const hear = (mutations: MutationRecord[]) => {
      const regions = new Set<Element>();
      for (const { target, addedNodes, type } of mutations) {
        if (type === 'childList' && addedNodes.length === 0) continue;
        const region = (target instanceof Element ? target : target.parentElement)?.closest(live);
        if (region) regions.add(region);
      }
      for (const region of regions) {
        const words = (region.textContent ?? '').trim();
        const name = region.hasAttribute('data-announcement') ? 'desk' : region.id || region.className;
        if (words && region.checkVisibility({ visibilityProperty: true })) said.push([name, words]);
      }
    };
    new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
  });

/** What has been said since the last call. */
const heard = (page: Page): Promise<[string, string][]> => page.evaluate(() => (window as any).said.splice(0));

test('each token is announced once, in one short sentence, and a run when it ends', async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await listen(page);
  for (let i = 1; i <= 4; i++) {
    await generator.nextToken.press('Enter');
    await expect(generator.chips).toHaveCount(site.prompt + i);
    await expect.poll(() => page.evaluate(() => (window as any).said.length)).toBe(1);
    const [[region, words]] = await heard(page);
    expect(region).toBe('desk');
    expect(words).toMatch(/^\S.*, (more than |less than )?\d+(\.\d+)? percent, rank [\d,]+$/);
    expect(words.length).toBeLessThan(60);
  }
  // Not a token more for a step back.
  await generator.undo.press('Enter');
  await expect.poll(() => page.evaluate(() => (window as any).said.length)).toBe(1);
  expect((await heard(page))[0][1]).toMatch(/^The text ends with .+ now\.$/);

  // Three are made already.
  await generator.setMaxNew(6);
  await heard(page);
  await generator.run.press('Enter');
  await expect(generator.state).toContainText('6 tokens are made');
  await expect.poll(() => page.evaluate(() => (window as any).said.at(-1)?.[1] ?? '')).toMatch(/^3 tokens: /);
  const run = (await heard(page)).filter(([region]) => region === 'desk');
  expect(run.map(([, words]) => words)).toEqual(['Running.', expect.stringMatching(/^3 tokens: .+\. Stopped: max_new = 6/)]);
});

test('one step makes sense to somebody who only hears it', async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await generator.nextToken.click();
  await expect(generator.chips).toHaveCount(site.prompt + 1);
  await listen(page);
  const reading: string[] = [];
  const read = async (title: string) => {
    const spoken = (await heard(page)).map(([, words]) => `“${words}”`);
    const tree = await page.locator('#pipeline-panel').ariaSnapshot();
    reading.push(`## ${title}`, ...spoken.map((words) => `heard: ${words}`), tree);
    return spoken.join(' ');
  };
  await page.locator('.pipeline-step').focus();
  await expect(page.locator('#pipeline-heard')).toHaveText(`Context: ${site.prompt + 1} tokens so far.`);
  await read('Context');
  const stages: [string, RegExp][] = [
    ['Embedding', new RegExp(`Embedding: the last token, \\S+, has become a vector of ${site.width} numbers`)],
    ['Transformer', new RegExp(`Transformer: ${site.layers} layers with ${site.heads} heads each`)],
    ['Logits', new RegExp(`Logits: ${site.vocabulary.toLocaleString('en')} scores, one for every token\\. The highest is [\\d.]+, for \\S+`)],
    ['Softmax', /Softmax: .*\S+ has [\d.]+ percent; the entropy is [\d.]+ bits/],
    ['Sampling', /Sampling: the coin 0\.\d{3} falls on .+, which had a chance of [\d.]+ percent/],
  ];
  for (const [stage, sentence] of stages) {
    await page.keyboard.press('Enter');
    await expect(page.getByRole('tab', { name: stage })).toHaveAttribute('aria-selected', 'true');
    await expect(page.locator('#pipeline-heard')).toHaveText(sentence);
    // The whole sentence, once.
    expect((await read(stage)).match(new RegExp(sentence, 'g'))).toHaveLength(1);
    await expect(page.getByRole('tabpanel')).toHaveAccessibleDescription(sentence);
  }
  // The token comes back to the context, and is announced.
  await page.keyboard.press('Enter');
  await expect(generator.chips).toHaveCount(site.prompt + 2);
  await expect(page.locator('#pipeline-heard')).toHaveText(`Context: ${site.prompt + 2} tokens so far.`);
  expect(await read('Context again')).toMatch(/“\S.*, [\d.]+ percent, rank [\d,]+”/);
  if (process.env.READING) console.log(reading.join('\n'));
});

test('in German, what is English is pronounced so: tokens, code and the texts for the model', { tag: '@real' }, async ({ server, page }) => {
  await page.goto(`${server.url}de/`);
  await expect(page.locator('.widget-source:not(:empty)')).toHaveCount(7);
  const language = (selector: string) =>
    page.locator(selector).evaluateAll((elements) => [...new Set(elements.map((element) => element.closest('[lang]')!.getAttribute('lang')))]);
  for (const selector of ['.token-text', '.code-text', '.growth-words', '.lesson > section > p code', '.piece', '#prompt', '#ledger-text-0']) {
    expect(await language(selector), selector).toEqual(['en']);
  }
  for (const selector of ['h1', '.lesson p', '.widget-title', '.run-state', '.stage-name', '.growth-share']) {
    expect(await language(selector), selector).toEqual(['de']);
  }
  // Within a sentence as well; of a mark the German name is said.
  const next = page.locator('#desk').getByRole('button', { name: 'Nächstes Token' });
  const announced = page.locator('[data-announcement]');
  await next.click();
  await expect(announced).toHaveText(/^a, [\d,]+ Prozent, Rang 1$/);
  await expect(announced.locator('[lang="en"]')).toHaveText('a');
  for (const count of [6, 7]) {
    await next.click();
    await expect(page.locator('#desk li.chip[title]')).toHaveCount(count);
  }
  await expect(announced).toHaveText(/^Komma, [\d,]+ Prozent, Rang 1$/);
  await expect(announced.locator('[lang="en"]')).toHaveCount(0);
});
