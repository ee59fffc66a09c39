// axe-core's rules on the whole page: no violation of any level, in both languages, both themes, every stage and dialog.
//
// axe-core is under MPL-2.0. It is a tool of the tests, like the browser: nothing of it is part of the page or of what is
// published.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test, type Site } from '../support';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Rules that do not apply here, each with its reason. All others are on: every tag, best practices and experiments. */
const OFF = {
  // AAA's 7:1. The page gives it to those who ask for more contrast, and is held to it there.
  'color-contrast-enhanced': { enabled: false },
  // An experiment that finds a scrolled box in the focus order odd. Without it no key could scroll the box, which the rule
  // scrollable-region-focusable forbids; each such box has a role and a name.
  'focus-order-semantics': { enabled: false },
  // Not a rule: a reminder that what is hidden was not looked at. Stages, dialogs and details are opened below.
  'hidden-content': { enabled: false },
};

/** What a stage of the pipeline changes. */
const OF_A_STAGE = ['.widget-pipeline', '.widget-code', '#desk'];

/** What axe finds wrong within these elements: the rule, the place and why. */
async function violations(page: Page, rules: Record<string, { enabled: boolean }> = OFF, within = ['html']): Promise<string[]> {
  // What is out of sight is not laid out, and its contrast could not be measured.
  await page.addStyleTag({ content: '* { content-visibility: visible !important; }' });
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  return page.evaluate(async ([rules, within]) => {
    const { axe } = window as any;
    const all = Object.fromEntries(axe.getRules().map(({ ruleId }: { ruleId: string }) => [ruleId, { enabled: true }]));
    const found = await axe.run({ include: within }, { resultTypes: ['violations'], rules: { ...all, ...rules } });
    return found.violations.flatMap(({ id, impact, nodes }: any) =>
      nodes.map(({ target, failureSummary }: any) => `${id} (${impact}) ${target.join(' ')}: ${failureSummary}`),
    );
  }, [rules, within] as const);
}

// Each look takes axe some seconds.
test.describe.configure({ timeout: 300_000 });

/** Opens the page in any language at its recorded run. */
async function visit(page: Page, url: string) {
  await page.goto(url);
  await expect(page.locator('.widget-source:not(:empty)')).toHaveCount(7);
}

/** Whatever can be unfolded, is. */
const unfold = (page: Page) => page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));

/** Each stage with each of its views: the first and the last with the page around, the others alone. */
async function everyStage(page: Page, look: (what: string, within?: string[]) => Promise<void>) {
  for (const stage of ['context', 'embedding', 'transformer', 'logits', 'softmax', 'sampling']) {
    await page.locator(`#pipeline-tab-${stage}`).click();
    await expect(page.locator(`#pipeline-tab-${stage}`)).toHaveAttribute('aria-selected', 'true');
    await unfold(page);
    await look(stage, ['context', 'sampling'].includes(stage) ? undefined : OF_A_STAGE);
    const views = page.locator('#pipeline-panel .views input');
    for (let view = 1; view < (await views.count()); view++) {
      await views.nth(view).check();
      await unfold(page);
      await look(`${stage}, view ${view + 1}`, OF_A_STAGE);
    }
    if (stage === 'logits') {
      await page.locator('#pipeline-search').fill('a');
      await expect(page.locator('[data-table="search"] tr[data-token]').first()).toBeVisible();
      await look('a search of the vocabulary', OF_A_STAGE);
    }
  }
}

/** A run with a token that the reader chose, and two branches to compare. */
async function makeBranches(page: Page, { prompt }: Site) {
  for (let i = 0; i < 3; i++) await page.locator('#desk .run-main button').first().click();
  await expect(page.locator('#desk li.chip[title]')).toHaveCount(prompt + 3);
  await page.locator('#desk .way-back button').nth(1).click();
  await page.locator('.growth-row-next .growth-bar').nth(2).click();
  await page.locator('[data-branch="1"] .branch-go').click();
  await page.locator('[data-branch="2"] .branch-compare').click();
}

// In between only what has changed is looked at; `cargo xtask test deep` looks at the whole page each time, in every language
// and colour scheme.
const appearances = [
  ['English', '', 'light', 'changed'],
  ['German', 'de/', 'dark', 'changed'],
  ...['light', 'dark'].flatMap((scheme) => [['English', '', scheme, 'whole'], ['German', 'de/', scheme, 'whole']]),
];
for (const [language, folder, scheme, extent] of appearances) {
  const whole = extent === 'whole';
  test(`the recorded run, ${language}, ${scheme}${whole ? ', the whole page each time' : ''}: all widgets, stages and dialogs`, { tag: whole ? '@deep' : [] }, async ({ site, server, page }) => {
    const colorScheme = scheme as 'light' | 'dark';
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await visit(page, server.url + folder);
    await makeBranches(page, site);
    const look = async (what: string, within?: string[]) => expect(await violations(page, OFF, whole ? undefined : within), what).toEqual([]);
    await everyStage(page, look);
    await page.locator('.softmax-switch').click();
    await look('the model’s top six');
    await page.locator('.code-break').first().click();
    await page.locator('.button-guess').first().click();
    await look('hidden for guessing');

    await page.locator('#open-file').setInputFiles(fileURLToPath(new URL('../fixtures/tiny-gpt2-Q8_0.gguf', import.meta.url)));
    await expect(page.locator('dialog.new-model .button-primary')).not.toHaveAttribute('aria-disabled', 'true');
    await look('the dialog of a new model');
    await page.keyboard.press('Escape');
    // Where nothing can be copied, the link is shown.
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.locator('#desk .button-copy-link').click();
    await expect(page.locator('dialog.link-dialog')).toBeVisible();
    await look('the dialog of the link');
  });
}

test('the live model: the whole pattern, the lens, a ledger and a measured window', async ({ site, server, generator, page }) => {
  await generator.visit(server.url);
  await generator.loadModel();
  await generator.nextToken.click();
  await expect(generator.chips).toHaveCount(site.prompt + 1);
  const look = async (what: string, within?: string[]) => expect(await violations(page, OFF, within), what).toEqual([]);
  await everyStage(page, look);
  await page.locator('#pipeline-tab-transformer').click();
  await page.locator('#pipeline-whole').check();
  await expect(page.locator('#pipeline-pattern-read')).toHaveAttribute('data-value', /.+/);
  await unfold(page);
  await expect(page.locator('[data-table="pattern"] tbody td').first()).toBeVisible();
  await look('the whole pattern');
  await page.locator('.widget-chain-rule').scrollIntoViewIfNeeded();
  await page.locator('#ledger-text-1').fill(site.text.words);
  await page.locator('#ledger-text-1').blur();
  await expect(page.locator('.ledger-side').nth(1).locator('.ledger-table tbody tr')).toHaveCount(site.text.tokens, { timeout: 30_000 });
  await look('two ledgers');
});

test('what is wrong is found: a picture without words, a name without contrast', async ({ server, page }) => {
  await visit(page, server.url);
  await page.evaluate(() => {
    document.querySelector('main')!.insertAdjacentHTML('afterbegin', '<img src="icons/icon.svg"><p id="pale">pale</p>');
    Object.assign(document.querySelector<HTMLElement>('#pale')!.style, { color: '#999', background: '#bbb' });
  });
  const found = (await violations(page)).join('\n');
  expect(found).toContain('image-alt');
  expect(found).toContain('color-contrast');
});

test('who asks for more contrast gets 7:1, light and dark', async ({ site, server, page }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, contrast: 'more', reducedMotion: 'reduce' });
    await visit(page, server.url);
    await makeBranches(page, site);
    const rules = { ...OFF, 'color-contrast-enhanced': { enabled: true } };
    await everyStage(page, async (what, within) =>
      expect(await violations(page, rules, within), `${colorScheme}, ${what}`).toEqual([]),
    );
  }
});
