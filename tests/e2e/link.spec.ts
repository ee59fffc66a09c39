// The link: a whole run on another device, and whatever else may stand in an address.

import type { Browser, Page } from '@playwright/test';
import { clipboard, expect, GeneratorPage, test, type Server } from '../support';

/** A page of a reader who was never here before. */
async function stranger(browser: Browser): Promise<GeneratorPage> {
  const context = await browser.newContext({ permissions: clipboard(browser) });
  return new GeneratorPage(await context.newPage());
}

/** Presses “Copy link” in the desk, or in a widget. */
async function copy(page: Page, widget = '#desk'): Promise<string> {
  await page.context().grantPermissions(clipboard(page.context().browser()!));
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.locator(widget).getByRole('button', { name: 'Copy link' }).click();
  await expect(page.locator(widget).getByRole('button', { name: 'Copied ✓' })).toBeVisible();
  await expect(page.locator('[data-link-said]')).toHaveText('The link is copied.');
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The link's fields, without its check. */
function fields(link: string): Record<string, string> {
  const all = Object.fromEntries(new URLSearchParams(link.split('#')[1]));
  delete all.end;
  return all;
}

const notice = (page: Page) => page.locator('.link-notice');

/** Presses “Next token” so many times, each when the one before is there. */
async function more(generator: GeneratorPage, count: number) {
  for (let i = 0; i < count; i++) {
    const length = await generator.chips.count();
    await expect(generator.nextToken).toBeEnabled();
    await generator.nextToken.click();
    await expect(generator.chips).toHaveCount(length + 1);
  }
  await expect(generator.state).toContainText('has been drawn');
}

async function enter(page: Page, selector: string, value: string) {
  await page.locator(selector).fill(value);
  await page.locator(selector).press('Enter');
}

/** What a reader sees of the shared state, field by field. */
async function shown(generator: GeneratorPage) {
  const { page } = generator;
  // Some controls are there only while their stage is open.
  const value = async (selector: string) => ((await page.locator(selector).count()) ? page.locator(selector).inputValue() : null);
  const texts = (selector: string) => page.locator(selector).allTextContents();
  return {
    prompt: await generator.prompt.inputValue(),
    ids: await generator.ids(),
    marks: await generator.chips.evaluateAll((chips) => chips.map((chip) => chip.className.replace(' chip-carried', ''))),
    branches: await texts('.branch-name'),
    stage: await texts('.stage-tab[aria-selected="true"]'),
    line: await page.locator('.code-row-current').getAttribute('data-line'),
    breakpoints: await page.locator('.code-break[aria-pressed="true"]').evaluateAll((all) => all.map((one) => one.ariaLabel)),
    maxNew: await generator.maxNew.inputValue(),
    controls: [await value('#code-temperature-value'), await value('#top-k-value'), await value('#top-p-value'), await value('#seed')],
    texts: [await value('#encoding-text'), await value('#ledger-text-0'), await value('#ledger-text-1')],
    window: await page.getByRole('combobox', { name: 'Window' }).inputValue(),
    fromModel: await page.getByRole('switch', { name: /top six/ }).getAttribute('aria-checked'),
  };
}

/** What the model says of it. */
async function figures({ page }: GeneratorPage) {
  return {
    ledger: await page.locator('.context-foot .figures').textContent(),
    branches: await page.locator('.branch-figures').allTextContents(),
    origins: await page.locator('#desk li.chip').evaluateAll((chips) => chips.map((chip) => chip.getAttribute('title'))),
    rows: await page.locator('.growth-row .growth-share').allTextContents(),
    altered: await page.locator('.softmax-altered-count').textContent(),
    word: await page.locator('.encoding-word[aria-pressed="true"] .encoding-id').allTextContents(),
  };
}

test('30 tokens on two branches, with altered logits and filters, are the same on another device', async ({ site, server, generator, page, browser }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await more(generator, 12);
  await generator.setTemperature('0.8');
  await enter(page, '#top-k-value', '40');
  await enter(page, '#top-p-value', '0.95');
  await more(generator, 3);
  // One drawn from altered logits.
  await page.getByRole('switch', { name: 'Fill with the model’s top six' }).click();
  const third = page.getByRole('textbox', { name: 'Logit 3', exact: true });
  await third.fill('25');
  await third.press('Enter');
  await page.getByRole('button', { name: 'Continue with these logits' }).click();
  await expect(generator.chips).toHaveCount(site.prompt + 16);
  await generator.drawAgain.click();
  await more(generator, 4);
  // A second branch, at another seed.
  const row = page.locator(`.growth-row[data-position="${site.prompt + 8}"]`);
  await row.locator('.growth-bar:not([data-chosen])').first().click();
  await expect(generator.chips).toHaveCount(site.prompt + 9);
  await enter(page, '#seed', '7');
  await more(generator, 9);
  await third.fill('-3.5');
  await third.press('Enter');
  await page.getByRole('button', { name: /^Breakpoint on line 6/ }).click();
  await generator.setMaxNew(80);
  // The texts that are not the prompt, a word of one, and the small window.
  await page.locator('#encoding-text').fill('Zwei Wörter & eine Zeile\n👨‍👩‍👧');
  await expect(page.locator('.encoding-result')).not.toHaveClass(/encoding-stale/);
  await page.locator('.encoding-word').nth(1).click();
  await page.locator('#ledger-text-0').fill('100 % of it + more');
  await page.locator('#ledger-text-1').fill('Привет, мир');
  await page.getByRole('combobox', { name: 'Window' }).selectOption('32');
  await generator.openStage('Sampling');
  await expect(page.locator('[data-branch]')).toHaveCount(2);
  const there = { shown: await shown(generator), figures: await figures(generator) };
  const link = await copy(page);
  const read = fields(link);
  expect(read.tree.split(/[.~]/)).toHaveLength(30);
  expect(read).toMatchObject({ first: '100 % of it + more', second: 'Привет, мир', window: '32', word: '2' });
  console.log(`the link of 30 tokens: ${link.length - server.url.length} characters\n${link}`);

  const other = await stranger(browser);
  await other.visit(link);
  // At once, and nothing is fetched unasked: the state is whole; the record has the figures of its 12 tokens.
  const parts = server.count(/\.part-/);
  // (The line that is current is the model's until it has answered.)
  await expect.poll(() => shown(other)).toEqual({ ...there.shown, line: '4' });
  await expect(notice(other.page)).toContainText('of its tokens have no figures yet');
  await expect(other.page.locator('#pipeline .widget-recorded')).toContainText('from a link');
  const early = await figures(other);
  expect(early.origins.slice(0, site.prompt + 9)).toEqual(there.figures.origins.slice(0, site.prompt + 9));
  expect(early.origins[site.prompt + 9]).toContain('says the link');
  expect(early.ledger).toContain('no total yet');
  expect(fields(await copy(other.page))).toEqual(read);
  expect(server.count(/\.part-/)).toBe(parts);

  await other.load.click();
  await other.ready();
  await expect(notice(other.page)).toContainText('would have drawn the same tokens', { timeout: 60_000 });
  // The chain rule's ledgers are scored when they come into sight.
  await expect(other.page.locator('.widget:not(.widget-chain-rule) .widget-recorded')).toHaveCount(0);
  expect(await shown(other)).toEqual(there.shown);
  await expect.poll(() => figures(other)).toEqual(there.figures);
  expect(fields(await copy(other.page))).toEqual(read);
  // A widget's own link leads to it.
  const there_too = await copy(other.page, '.widget-softmax');
  expect(fields(there_too)).toEqual({ ...read, at: 'softmax' });
  const third_page = await stranger(browser);
  await third_page.visit(there_too);
  await expect(third_page.page.locator('#softmax')).toBeInViewport();
});

test('what this device would not have drawn is kept, and said', { tag: '@firefox' }, async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await more(generator, 3);
  const link = await copy(page);
  const [first, second, third] = fields(link).tree.split('.').map(Number);
  const spoilt = link.replace(`tree=${first}.${second}`, `tree=${first}.${second + 1}`);
  await page.goto('about:blank');
  await page.goto(spoilt);
  await expect(notice(page)).toContainText('not as it was made');
  await generator.loadModel();
  await expect(notice(page)).toContainText(`would have drawn other tokens: position ${site.prompt + 1}, `);
  expect((await generator.ids()).slice(site.prompt)).toEqual([first, second + 1, third]);
  await expect(generator.chips.nth(site.prompt + 1)).toHaveAttribute('title', /this device would have drawn another token/);
});

test('a link in a page that is open, the way back, and what a reload keeps', { tag: '@firefox' }, async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await more(generator, 3);
  const before = await shown(generator);
  const go = (fragment: string) => page.evaluate((fragment) => (location.hash = fragment), fragment);
  // A place in the lesson is no link.
  await go('softmax-section');
  expect(await shown(generator)).toEqual(before);
  await go('v=1&text=The+capital+of+France+is&T=0');
  await expect(generator.prompt).toHaveValue('The capital of France is');
  await expect(page.locator('#code-temperature-value')).toHaveValue('0.00');
  await page.getByRole('button', { name: 'Back to what was here' }).click();
  await expect.poll(() => shown(generator)).toEqual(before);
  await expect(notice(page)).toBeEmpty();
  expect(page.url()).not.toContain('text=');

  // Until the reader changes something, a reload is the link again.
  await page.goto(`${server.url}#v=1&text=The+capital+of+France+is&T=0&seed=5`);
  await expect(generator.prompt).toHaveValue('The capital of France is');
  await page.reload();
  await expect(generator.prompt).toHaveValue('The capital of France is');
  await generator.prompt.fill('My own words');
  await expect.poll(() => page.url()).toBe(server.url);
  await expect(notice(page)).toBeEmpty();
  await page.reload();
  await expect(generator.prompt).toHaveValue('My own words');
  await expect(page.locator('#code-temperature-value')).toHaveValue('0.00');
  expect(fields(await copy(page)).seed).toBe('5');
});

test('where there is no clipboard the link is shown and marked', async ({ server, generator, page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined }));
  await generator.visit(server.url);
  const button = page.locator('#desk').getByRole('button', { name: 'Copy link' });
  await button.click();
  const dialog = page.getByRole('dialog', { name: 'The link to what this page shows' });
  const link = await dialog.getByRole('textbox').inputValue();
  expect(fields(link).text).toBe('The cat sat on');
  const marked = await dialog.getByRole('textbox').evaluate((field: HTMLInputElement) => field.value.slice(field.selectionStart!, field.selectionEnd!));
  expect(marked).toBe(link);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
});

test('no link breaks the page', { tag: ['@real', '@deep'] }, async ({ server, generator, page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('dialog', (dialog) => (errors.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
  const html = `"><img src=x onerror="hacked=1"><script>hacked=1</script>`;
  const encoded = encodeURIComponent(html);
  const bytes = Array.from({ length: 4000 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join('');
  const star = Array.from({ length: 1024 }, (_, i) => `0-${i + 2}`).join('~');
  const bad: [string, string | RegExp][] = [
    ['v=1&text=Hello&' + 'x'.repeat(1 << 20), 'too long'],
    [`v=1&text=${encoded}&model=${encoded}&ids=1&tree=2&end=00000000`, 'made with'],
    [`v=1&${html}=${html}`, 'is left out'],
    [`v=1&text=Hi&ids=${html}&tree=${html}`, 'is left out'],
    [`=${bytes}`, 'only the first is used'],
    ['v=2&text=Hello', 'version 2'],
    [`v=${encoded}`, 'of version'],
    ['v=1&model=SmolLM2-135M-Instruct&ids=504.2644&tree=335.260.28', 'cut off'],
    ['v=1&model=SmolLM2-135M-Instruct&ids=49151.49152&tree=1&end=00000000', 'has no token 49152'],
    [`v=1&ids=504&tree=1~${star}`.slice(0, 8000), 'cut off'],
    ['v=1&ids=504&tree=1.2~1-2.3', 'left out from number 3'],
    [`v=1&ids=504&tree=${'2.'.repeat(1023)}2&end=00000000`, 'no figures yet'],
    ['v=1&ids=504&T=NaN&topk=-1&topp=9&seed=1e9&max=0&line=77&stage=%00&tip=9&call=9&six=NaN&look=9.9.9&end=00000000', 'makes no sense'],
    [`v=1&cut=${'a'.repeat(2001)}&first=${encoded}`, '“cut” is left out'],
    [`v=1&second=${'a'.repeat(601)}&cut=${encoded}`, '“second” is left out'],
    ['v=1&word=0', '“word” is left out'],
    ['v=1&window=7', '“window” is left out'],
    ['%%%=%%%&v=1&%E0%A4%A=%E0%A4%A&&&===', 'is left out'],
  ];
  await generator.visit(server.url);
  for (const [fragment, words] of bad) {
    const started = Date.now();
    // Both ways: in a page that is open, and in a fresh one.
    await page.evaluate((fragment) => (location.hash = fragment), fragment);
    await expect(notice(page), fragment.slice(0, 80)).toContainText(words);
    await page.goto('about:blank');
    await page.goto(`${server.url}#${fragment}`);
    await expect(notice(page), fragment.slice(0, 80)).toContainText(words);
    await expect(page.locator('#page-error')).toBeHidden();
    await page.getByRole('tab', { name: /Context/ }).click();
    expect(await page.evaluate(() => (window as any).hacked), fragment.slice(0, 80)).toBeUndefined();
    expect(Date.now() - started, `${fragment.slice(0, 80)}: milliseconds`).toBeLessThan(10_000);
  }
  expect(errors).toEqual([]);
  await page.locator('.widget-softmax').getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(generator.prompt).toHaveValue('The cat sat on');
  await generator.nextToken.click();
  await expect(generator.chips).toHaveCount(5);
});
