// The lesson in another language: prose, widgets, what is heard, numbers, and the way between the languages.

import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support';

const next = (page: Page) => page.locator('#desk').getByRole('button', { name: 'Nächstes Token' });
const chips = (page: Page) => page.locator('#desk').getByRole('group', { name: 'Kontext' }).locator('li.chip');

/** What can be pressed, moved or typed into, by the words that a reader sees or hears. */
async function controls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const roles = 'a, button, summary, input, select, textarea, [role="tab"], [role="slider"], [role="switch"], legend, label';
    const words = (element: Element) => {
      const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
      return [label, element.getAttribute('title') ?? '', element.getAttribute('placeholder') ?? '', element.getAttribute('aria-valuetext') ?? ''];
    };
    const visible = [...document.querySelectorAll(roles)].filter((element) => element.getClientRects().length > 0);
    return [...new Set(visible.flatMap(words).map((text) => text.replace(/\s+/g, ' ').trim()))];
  });
}

/** Controls whose words are the same in both languages: terms of the field, names, signs. */
const SAME = /^(Next Token|Token|Logits?|Softmax|Transformer|Prompt|Position \d+|Top-k|Top-p|Min-p|Logit \d|Auto|max_new.*|return tokens|#|T|unbelievable)$/;

/** Words that occur in the English page's controls and mean nothing in German. */
const ENGLISH = /\b(the|of|and|your|with|from|next|step|run|undo|reset|load|open|hide|choose|draw|value|speed|position of|least|best|off|only|winner)\b/i;

/** The model's own text, which is English, and code are no words of the page. */
const ownWords = (texts: string[]) => texts.filter((text) => /[a-z]{3}/i.test(text) && !/[␣=(]|SmolLM2/.test(text));

async function openGerman(page: Page, url: string) {
  await page.goto(`${url}de/`);
  await expect(chips(page).first()).toBeVisible();
}

test('the German prose can be read without any script', async ({ server, browser }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto(`${server.url}de/`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByText('Gezogen wird eines.')).toBeVisible();
  await expect(page.locator('noscript .note')).toContainText('Wo ein Widget stünde');
  await expect(page.getByRole('heading', { level: 2, name: 'Das Wichtigste' })).toBeVisible();
  await expect(page.locator('.ledger tbody tr').nth(2)).toContainText('0,713');
  expect(await page.locator('main').innerText()).not.toMatch(/\{\{|\b(and|which|with)\b/i);
  // The link needs no script either.
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Key takeaways' })).toBeVisible();
  await page.getByRole('link', { name: 'Deutsch' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
});

test('on the recorded run, every control speaks German, and numbers are written as German does', { tag: ['@firefox', '@real'] }, async ({ server, page }) => {
  await page.goto(server.url);
  await expect(page.locator('.widget-source').nth(3)).toBeVisible();
  const stages = page.getByRole('tab');
  /** The controls of each stage. */
  const all = async () => {
    const texts: string[] = [];
    for (const name of [1, 2, 3, 4, 5, 6]) {
      await stages.nth(name - 1).click();
      texts.push(...(await controls(page)));
    }
    return ownWords([...new Set(texts)]);
  };
  const english = await all();
  expect(english.length).toBeGreaterThan(60);
  await openGerman(page, server.url);
  const german = await all();
  expect(german.length).toBeGreaterThan(60);
  expect(german.filter((text) => english.includes(text) && !SAME.test(text))).toEqual([]);
  expect(german.filter((text) => ENGLISH.test(text.replace('Next Token', '')) && text !== 'English')).toEqual([]);
  for (const name of ['Nächstes Token', 'Start', 'Rückgängig', 'Eine Zeile weiter', 'Zurücksetzen', 'Verdecken', 'Neu ziehen', 'Datei öffnen…']) {
    expect(german.filter((text) => text.endsWith(name)), name).not.toEqual([]);
  }

  await expect(page.locator('.softmax-entropy')).toHaveText('H = 1,878 von 2,585 Bit');
  await expect(page.locator('.softmax-winner')).toContainText('Dach');
  for (let i = 1; i <= 3; i++) {
    await next(page).click();
    await expect(chips(page)).toHaveCount(4 + i);
  }
  await expect(page.locator('[data-announcement]')).toHaveText(/ \d+,\d+ Prozent, Rang \d+$/);
  await expect(page.locator('.candidates tbody tr').first().locator('.probability .number')).toHaveText(/^\d+,\d+\s%$/);
});

test('a number is read in either writing, and what is none is answered in German', { tag: '@firefox' }, async ({ server, page }) => {
  await openGerman(page, server.url);
  await page.getByRole('tab', { name: /Ziehung/ }).click();
  const temperature = page.locator('#temperature-value');
  const type = async (field: Locator, text: string) => {
    await field.fill(text);
    await field.press('Enter');
  };
  for (const [typed, shown] of [['0,7', '0,70'], ['1.25', '1,25'], ['∞', '∞'], ['1', '1,00']]) {
    await type(temperature, typed);
    await expect(temperature).toHaveValue(shown);
  }
  await type(temperature, 'viel');
  await expect(page.locator('#temperature-value-error')).toHaveText('Bitte eine Zahl von 0 bis 100 oder ∞ eingeben.');
  await type(page.locator('#code-max-new'), '1.000');
  await expect(page.locator('#code-max-new')).toHaveValue('1000');
});

test('the live model, in German', { tag: ['@firefox', '@real'] }, async ({ server, page }) => {
  await openGerman(page, server.url);
  const model = page.getByRole('region', { name: 'Modell', exact: true });
  await model.getByRole('button', { name: /laden \(98,4\sMB\)$/ }).click();
  await expect(model.getByText('ist bereit.')).toBeVisible({ timeout: 60_000 });
  await expect(model).toContainText('kennt 49.152 Tokens');
  await page.getByRole('tab', { name: /Ziehung/ }).click();
  await page.locator('#temperature-value').fill('0');
  await page.locator('#temperature-value').press('Enter');
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('The capital of France is');
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).blur();
  await expect(chips(page).last()).toContainText('is');
  await page.getByRole('tab', { name: /Ziehung/ }).click();
  await expect(page.locator('.candidates tbody tr').first()).toContainText('Paris');
  await next(page).click();
  await expect(chips(page).last()).toContainText('␣Paris');
  await page.locator('.widget-context-growth').getByRole('button', { name: 'Start' }).click();
  await expect(page.locator('.run-state')).toContainText('Das Modell hat seinen Text mit', { timeout: 60_000 });
  await expect(page.locator('.code-state')).toContainText('END_OF_TEXT, also bricht Zeile 8 ab');
  expect(server.count('de/model/manifest.json'), 'the files are those of the one site').toBe(0);
});

test('the switch keeps the address’s query and fragment, the choice is remembered, and nothing redirects', async ({ server, page }) => {
  await page.goto(`${server.url}?x=1#softmax-section`);
  await expect(page.locator('.widget-source').nth(3)).toBeVisible();
  const german = page.getByRole('link', { name: 'Deutsch' });
  const box = (await german.boundingBox())!;
  expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
  // The fragment changes while the page is read.
  await page.evaluate(() => history.replaceState(null, '', '#one-step'));
  await german.click();
  await expect(page).toHaveURL(`${server.url}de/?x=1#one-step`);
  await expect(chips(page).first()).toBeVisible();
  expect(await page.evaluate(() => document.querySelector('.language-chosen'))).toBeNull();

  // The address that was opened counts, whatever was chosen before; the page only says so.
  await page.goto(server.url);
  await expect(page.getByRole('link', { name: 'Deutsch (chosen last)' })).toBeVisible();
  await expect(page).toHaveURL(server.url);
  // By keyboard.
  await page.getByRole('link', { name: /^Deutsch/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`${server.url}de/`);
});

test('nothing flows over on a small screen in German', { tag: '@layout' }, async ({ server, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openGerman(page, server.url);
  await expect(page.getByRole('tab')).toHaveCount(6);
  for (const stage of await page.getByRole('tab').all()) {
    await stage.click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }
  // No word is cut off by its own button.
  const cut = await page.evaluate(() => {
    const shown = [...document.querySelectorAll('button, .stage-tab, .button, label span')].filter((element) => element.getClientRects().length > 0 && !element.closest('.ear') && !element.classList.contains('ear'));
    return shown.filter((element) => getComputedStyle(element).overflowX !== 'visible' && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1).map((element) => element.textContent);
  });
  expect(cut).toEqual([]);
});
