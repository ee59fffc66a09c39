// The tokenizer: recorded cuts, then the real tokenizer after the first part of the model alone.

import type { Page } from '@playwright/test';
import { expect, fixture, test } from '../support';

const widget = (page: Page) => page.locator('#tokenizer');
const box = (page: Page) => page.getByRole('textbox', { name: 'Text to cut' });
const ids = async (page: Page) => (await widget(page).locator('.encoding-id').allTextContents()).map(Number);
const pieces = (page: Page) => widget(page).locator('.encoding-piece .token-text').allTextContents();
const loadTokenizer = (page: Page) => widget(page).getByRole('button', { name: /^Load the tokenizer \(16\.8\sMB\)$/ });

/** Loads the tokenizer alone. */
async function goLive(page: Page) {
  await loadTokenizer(page).click();
  await expect(widget(page).locator('.widget-source')).toHaveText('live: SmolLM2-135M-Instruct');
}

/** What the merges table says: rank, left, right. */
const merges = (page: Page) =>
  widget(page)
    .locator('.encoding-list tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => {
        const [, rank, joins] = [...row.querySelectorAll('td')];
        const [left, right] = [...joins.querySelectorAll('bdi')].map((piece) => piece.textContent);
        return [Number(rank.textContent!.replaceAll(',', '')), left, right];
      }),
    );

test('before anything is loaded it shows the recorded cut of the lesson’s word', { tag: ['@firefox', '@real'] }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await expect(widget(page).locator('.widget-source')).toHaveText('recorded run of SmolLM2-135M-Instruct');
  expect(await pieces(page)).toEqual(['un', 'belie', 'vable']);
  expect(await ids(page)).toEqual([419, 23282, 16275]);
  await expect(widget(page).locator('.encoding-bytes').first()).toHaveText('75 6E');
  expect(await merges(page)).toEqual(fixture('lesson-figures.json').merges);
  // With the space in front it is another word.
  await widget(page).getByRole('button', { name: '␣unbelievable', exact: true }).click();
  await expect.poll(() => ids(page)).toEqual([33282, 16275]);
  expect(await pieces(page)).toEqual(['␣unbelie', 'vable']);
  expect(server.count(/part-/)).toBe(0);
});

test('it goes live after the first part, which a later load does not fetch again', { tag: ['@firefox', '@real'] }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await box(page).fill('My own words, 2 lines\nand 😀');
  await expect(widget(page).getByText('A text of your own needs the tokenizer')).toBeVisible();
  await goLive(page);
  expect(server.count(/part-/)).toBe(1);
  const shown = await pieces(page);
  expect(shown.join('').replaceAll('␣', ' ').replaceAll('⏎', '\n')).toContain('My own words, 2 lines\nand');
  await expect(widget(page).locator('.encoding-count')).toContainText('27 characters');
  await expect(generator.load).toBeVisible();
  await generator.loadModel();
  expect([0, 1, 2, 3, 4, 5].map((part) => server.count(new RegExp(`part-0${part}$`)))).toEqual([1, 1, 1, 1, 1, 1]);
});

test('what it shows is what tokenizers gives: ids, bytes, merges and ranks', { tag: '@real' }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await goLive(page);
  // GPT-2's table writes each byte as a letter.
  const byte = (letter: string) => {
    const code = letter.codePointAt(0)!;
    if (code < 0x100) return code;
    return code <= 0x120 ? code - 0x100 : code <= 0x142 ? code - 0x121 + 0x7f : 0xad;
  };
  const hex = (piece: string) => [...piece].map((c) => byte(c).toString(16).toUpperCase().padStart(2, '0')).join(' ');
  for (const { text, ids: golden, tokens, words } of fixture('merges-golden.json').smollm2.cases) {
    await box(page).fill(text);
    await expect.poll(() => ids(page), text).toEqual(golden);
    expect(await widget(page).getByText('\ufffd').count()).toBe(0);
    if (words.length === 0) continue;
    expect(await widget(page).locator('.encoding-bytes').allTextContents()).toEqual(tokens.map(hex));
    const shown = widget(page).locator('.encoding-word');
    await expect(shown).toHaveCount(words.length);
    for (const [index, word] of words.entries()) {
      // In the longest text, some.
      if (words.length > 20 && index % 9) continue;
      await shown.nth(index).click();
      const ranks = word.merges.map(([rank]: number[]) => rank);
      await expect.poll(async () => (await merges(page)).map(([rank]) => rank), text).toEqual(ranks);
    }
  }
});

test('merges are stepped one by one, and half a character is its bytes', { tag: '@real' }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  const now = () => widget(page).locator('.encoding-parts .token-text').allTextContents();
  const next = widget(page).getByRole('button', { name: 'Next merge' });
  expect((await now()).join(' ')).toBe('u n b e l i e v a b l e');
  await expect(widget(page).locator('.encoding-part-next')).toHaveText(['l', 'e']);
  await expect(widget(page).locator('.encoding-said')).toHaveText('Next: l + e, number 38 in the list of merges.');
  await next.click();
  expect((await now()).join(' ')).toBe('u n b e l i e v a b le');
  await expect(widget(page).locator('.encoding-step')).toHaveText('1 of 9');
  await widget(page).getByRole('button', { name: 'All', exact: true }).click();
  expect(await now()).toEqual(['un', 'belie', 'vable']);
  await expect(next).toHaveAttribute('aria-disabled', 'true');
  await widget(page).getByRole('button', { name: 'Back', exact: true }).click();
  expect(await now()).toEqual(['un', 'bel', 'ie', 'vable']);

  // A family: four people of four bytes each, and three joiners.
  await widget(page).getByRole('listitem').filter({ hasText: '👨' }).first().getByRole('button').click();
  await expect(widget(page).locator('.encoding-step')).toHaveText('0 of 7');
  expect((await pieces(page)).slice(0, 3)).toEqual(['⟨F0 9F⟩', '⟨91⟩', '⟨A8⟩']);
  await expect(widget(page)).not.toContainText('\ufffd');
});

test('a character that the vocabulary lacks, and a failed download, are said in words', { tag: '@real' }, async ({ server, generator, page }) => {
  server.status(/part-00$/, 503);
  await generator.visit(server.url);
  await loadTokenizer(page).click();
  await expect(widget(page).locator('.encoding-call')).toContainText('503');
  server.heal();
  await widget(page).getByRole('button', { name: 'Try again' }).click();
  await expect(widget(page).locator('.widget-source')).toHaveText('live: SmolLM2-135M-Instruct');
  await box(page).fill('a\u0004b');
  await expect(widget(page).locator('#encoding-text-hint')).toContainText('U+0004');
  await box(page).fill('ab');
  await expect(widget(page).locator('#encoding-text-hint')).toContainText('Up to 2,000 characters');
  await expect.poll(() => pieces(page)).toEqual(['ab']);
});

test('what is typed survives a reload, and the tokenizer comes back by itself', { tag: '@real' }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await box(page).fill('Still here');
  await goLive(page);
  await page.reload();
  await expect(box(page)).toHaveValue('Still here');
  await expect.poll(() => pieces(page)).toEqual(['Still', '␣here']);
  expect(server.count(/part-/)).toBe(1);
});
