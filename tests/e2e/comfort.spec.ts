// The page as its readers need it: with large text, in few colours, without motion, and under a finger.

import type { Page } from '@playwright/test';
import { expect, test } from '../support';
import { WIDGETS } from '../widgets';

/** Opens the page at its recorded run, in either language, with all of it laid out and everything unfolded. */
async function visit(page: Page, url: string) {
  await page.goto(url);
  await expect(page.locator('.widget-source:not(:empty)')).toHaveCount(WIDGETS.length);
  await page.addStyleTag({ content: '* { content-visibility: visible !important; }' });
  // A run with a token of the reader's choice and two branches, so that there is something in every widget.
  for (let i = 0; i < 3; i++) await page.locator('#desk .run-main button').first().click();
  await page.locator('#desk .way-back button').nth(1).click();
  await page.locator('.growth-row-next .growth-bar').nth(2).click();
  await page.locator('[data-branch="1"] .branch-go').click();
  // A token on its way back to the context is no part of the layout.
  const onTheirWay = () =>
    page.evaluate(() => document.getAnimations().filter(({ effect }) => effect!.getComputedTiming().endTime !== Infinity).length);
  await expect.poll(onTheirWay).toBe(0);
}

/** Looks at every stage in each of its views. */
async function everyStage(page: Page, look: (what: string) => Promise<void>) {
  await expect(page.locator('.stage-tab')).toHaveCount(6);
  for (const tab of await page.locator('.stage-tab').all()) {
    await tab.click();
    const stage = (await tab.getAttribute('data-stage'))!;
    const views = page.locator('#pipeline-panel .views input');
    for (let view = 0; view < Math.max(1, await views.count()); view++) {
      if (await views.count()) await views.nth(view).check({ force: true });
      await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
      await look(`${stage} ${view + 1}`);
    }
  }
}

/** What is cut off, or makes the page wider than its window. Where a word is shortened with “…” its whole is elsewhere. */
const cut = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const say = (what: string, { tagName, className, textContent }: Element) =>
      found.push(`${what}: ${tagName.toLowerCase()}.${className} “${(textContent ?? '').trim().slice(0, 30)}”`);
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const element of document.querySelectorAll('body *')) {
      if (element.closest('svg, math, .ear, .coin-line') || !element.checkVisibility({ visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      const clips = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      const wide = clips(style.overflowX) && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 4;
      // Half a line is more than a descender.
      const high = clips(style.overflowY) && element.scrollHeight > element.clientHeight + parseFloat(style.fontSize) / 2;
      if ((wide || high) && element.clientWidth > 2 && (element.textContent ?? '').trim()) say('cut off', element);
    }
    return [...new Set(found)];
  });

for (const folder of ['', 'de/']) {
  test(`with text at 200 %, nothing is cut off: /${folder}`, { tag: '@layout' }, async ({ playwright, launchOptions, server }) => {
    // The browser's own setting, which the page's queries of its width follow.
    const args = [...(launchOptions.args ?? []), '--blink-settings=defaultFontSize=32'];
    const browser = await playwright.chromium.launch({ ...launchOptions, args });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await visit(page, server.url + folder);
    expect(await page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize))).toBe(32);
    await everyStage(page, async (what) => expect(await cut(page), what).toEqual([]));
    await browser.close();
  });

  // As Firefox zooms text alone: the queries of the width stay as they are.
  test(`with the text alone at 200 %, the page is no wider than its window: /${folder}`, { tag: '@layout' }, async ({ server, page }) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await visit(page, server.url + folder);
    await page.addStyleTag({ content: ':root { font-size: 200% !important; }' });
    await everyStage(page, async (what) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(1280);
    });
  });

  test(`zoomed to 200 %, nothing is cut off: /${folder}`, { tag: '@layout' }, async ({ browser, server }) => {
    const page = await browser.newPage({ viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
    await visit(page, server.url + folder);
    await everyStage(page, async (what) => expect(await cut(page), what).toEqual([]));
    await page.close();
  });

  test(`whatever can be pressed has 44 px at 360: /${folder}`, { tag: '@layout' }, async ({ server, page }) => {
    await page.setViewportSize({ width: 360, height: 780 });
    await visit(page, server.url + folder);
    await everyStage(page, async (what) => {
      const { count, small } = await page.evaluate(() => {
        const controls = 'a[href], button, summary, input, select, textarea, [role="slider"], [role="application"], [tabindex="0"]';
        const shown = [...document.querySelectorAll(controls)].filter((control) => control.checkVisibility({ visibilityProperty: true }));
        // A head's cell is one of 270: two lists beside the grid choose the same, at full size.
        const small = shown.filter((control) => control.getAttribute('role') !== 'gridcell').flatMap((control) => {
          const target = (control.matches('[type="radio"], [type="checkbox"]') && control.closest('label')) || control;
          const { width, height } = target.getBoundingClientRect();
          const fits = Math.min(width, height) >= 43.9;
          return fits ? [] : [`${control.tagName.toLowerCase()}.${control.className} ${width} × ${height}`];
        });
        return { count: shown.length, small };
      });
      expect(count, what).toBeGreaterThan(60);
      expect(small, what).toEqual([]);
    });
  });
}

test('in few colours, bars, marks, sliders and the focus stay visible', async ({ server, page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await visit(page, server.url);
  // Filled with something else than what is behind it.
  const fill = (selector: string, pseudo?: string) =>
    page.locator(selector).first().evaluate((element, pseudo) => {
      const { backgroundColor, borderLeftColor, outlineStyle } = getComputedStyle(element, pseudo);
      return { backgroundColor, borderLeftColor, outlineStyle, canvas: getComputedStyle(document.body).backgroundColor };
    }, pseudo);
  await page.locator('#pipeline-tab-sampling').click();
  const filled: [string, string?][] = [
    ['.candidates .bar-inner'], ['.candidates .bar-outer'], ['.growth-bar .bar-inner'], ['.growth-bar .bar-outer'],
    ['.softmax-bar-inner'], ['.softmax-meter span'], ['.ledger-bar span'], ['.softmax-handle', '::before'], ['.growth-caret'], ['.coin', '::before'],
  ];
  for (const [selector, pseudo] of filled) {
    const { backgroundColor, canvas } = await fill(selector, pseudo);
    expect(backgroundColor, selector).not.toBe(canvas);
    expect(backgroundColor, selector).not.toBe('rgba(0, 0, 0, 0)');
  }
  // What is chosen is framed, and the arrow beside it stays an arrow.
  for (const selector of ['.row-picked', '.growth-bar-chosen', '.code-row-current', '.branch-current', '.theme input:checked + span']) {
    expect((await fill(selector)).outlineStyle, selector).toBe('solid');
  }
  for (const selector of ['.row-picked .pick-mark', '.code-row-current .code-arrow', '.branch-current .branch-mark']) {
    const arrow = await page.locator(selector).first().evaluate((element) => {
      const { borderTopColor, borderLeftColor } = getComputedStyle(element);
      return { borderTopColor, borderLeftColor };
    });
    expect(arrow.borderTopColor, selector).toBe('rgba(0, 0, 0, 0)');
    expect(arrow.borderLeftColor, selector).not.toBe('rgba(0, 0, 0, 0)');
  }
  // A slider's track and thumb: more than one colour along its middle.
  for (const slider of ['#temperature', '.softmax-right input[type="range"]']) {
    const input = page.locator(slider).first();
    const colours = await input.evaluate(async (element) => {
      const style = getComputedStyle(element);
      return [style.getPropertyValue('--model'), style.getPropertyValue('--line'), style.forcedColorAdjust];
    });
    expect(colours, slider).toEqual(['Highlight', 'GrayText', 'none']);
  }
  await page.locator('#desk .run-main button').first().focus();
  await page.keyboard.press('Tab');
  expect((await fill(':focus')).outlineStyle).toBe('solid');
});

test('who asks for less motion gets none', async ({ server, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visit(page, server.url);
  await page.locator('#desk .run-main button').first().click();
  await expect(page.locator('.chip-flying')).toHaveCount(0);
  const moving = await page.evaluate(() =>
    document.getAnimations().map((animation) => `${animation.constructor.name} on ${((animation.effect as KeyframeEffect).target as Element).className}`),
  );
  expect(moving).toEqual([]);
});
