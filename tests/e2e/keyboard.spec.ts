// The page without a mouse: from its first heading to a token of the reader's choice, and the focus, which is never lost.

import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support';

/** The focused element in words, for a failure's message. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { tagName, className, textContent } = document.activeElement ?? document.body;
    return `${tagName.toLowerCase()}.${className} “${(textContent ?? '').trim().slice(0, 40)}”`;
  });

/** Whether the browser shows where the focus is, within the window. */
async function showsFocus(page: Page): Promise<boolean> {
  const { outlined, box } = await page.evaluate(() => {
    const element = document.activeElement!;
    const drawn = (style: CSSStyleDeclaration) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const places = [getComputedStyle(element), getComputedStyle(element, '::before')];
    // A radio button lies invisible over its label, which shows its focus.
    if (element.matches('input[type="radio"]')) places.push(getComputedStyle(element.nextElementSibling!));
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const [x, y] = [Math.max(left, 0), Math.max(top, 0)];
    return { outlined: places.some(drawn), box: { x, y, width: Math.min(right, innerWidth) - x, height: Math.min(bottom, innerHeight) - y } };
  });
  if (box.width <= 0 || box.height <= 0) return false;
  if (outlined) return true;
  // A slider's thumb has no style that a script could read: its picture has to change.
  const picture = () => page.screenshot({ clip: box, animations: 'disabled' });
  const [element, withFocus] = [await page.evaluateHandle(() => document.activeElement as HTMLElement), await picture()];
  await element.evaluate((element) => element.blur());
  const without = await picture();
  await element.evaluate((element) => element.focus({ preventScroll: true }));
  return !withFocus.equals(without);
}

/** What must hold wherever the focus is: something has it, with a name, and it can be seen. */
async function expectGoodStop(page: Page) {
  // What goes away hands the focus on with the next frame.
  await expect.poll(() => page.evaluate(() => document.activeElement === document.body), 'the focus is lost').toBe(false);
  const where = await focused(page);
  await expect(page.locator(':focus'), where).toHaveAccessibleName(/\S/);
  expect(await showsFocus(page), `the focus is not to be seen: ${where}`).toBe(true);
}

/** Tabs on until the focus is on what is wanted, through good stops only; how many. */
async function tabTo(page: Page, wanted: Locator, most = 250): Promise<number> {
  for (let stops = 1; stops <= most; stops++) {
    await page.keyboard.press('Tab');
    await expectGoodStop(page);
    if (await wanted.evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement))) return stops;
  }
  throw new Error(`not within ${most} stops`);
}

test('from the first heading to a token of one’s own choice, by keyboard alone', async ({ site, server, generator, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await generator.visit(server.url);
  // The way in: past the head, to the desk.
  await tabTo(page, page.locator('.skip'), 1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Give the model a text' })).toBeFocused();
  await expectGoodStop(page);

  // The model's button turns into “Cancel” and goes when the model is there. It comes once the page knows what is kept.
  await expect(generator.load).toBeVisible();
  await tabTo(page, generator.load, 3);
  await page.keyboard.press('Enter');
  await expect(generator.cancel).toBeFocused();
  await generator.ready();
  await expect(generator.model).toBeFocused();
  await expectGoodStop(page);

  await tabTo(page, generator.nextToken);
  await page.keyboard.press('Enter');
  await expect(generator.chips).toHaveCount(site.prompt + 1);
  await expect(generator.nextToken).toBeFocused();

  // A step, stage by stage: the strip by arrows, then its panel.
  await tabTo(page, page.getByRole('tab', { selected: true }));
  for (const stage of ['Embedding', 'Transformer', 'Logits', 'Softmax', 'Sampling']) {
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('tab', { name: stage })).toBeFocused();
    await expectGoodStop(page);
  }
  // A logit is a slider with its value in words.
  const handle = page.getByRole('slider', { name: 'Logit of sofa' });
  await tabTo(page, handle);
  await page.keyboard.press('ArrowUp');
  await expect(handle).toHaveAttribute('aria-valuetext', '3.3');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(handle).toHaveAttribute('aria-valuetext', '4.3');
  await expect(page.locator('.softmax-winner')).toContainText('sofa');

  // A token that the coin would not take.
  const bars = page.locator('.growth-row-next .growth-bar:not([data-chosen])');
  await tabTo(page, bars);
  const token = (await page.locator(':focus .token-text').textContent())!;
  await page.keyboard.press('Enter');
  await expect(generator.chips).toHaveCount(site.prompt + 2);
  await expect(generator.chips.last()).toHaveClass(/chip-forced/);
  await expect(generator.chips.last().locator('.token-text')).toHaveText(token);
  await expectGoodStop(page);
  await expect(page.locator('[data-announcement]')).toContainText('chosen by you');
  // And the way back goes as well.
  await page.keyboard.press('Shift+Tab');
  await expectGoodStop(page);
});

test('the focus is never lost: what goes away hands it on', async ({ server, generator, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await generator.visit(server.url);
  const press = async (button: Locator, keys = 'Enter') => {
    await button.focus();
    await page.keyboard.press(keys);
  };
  // A button that has nothing more to do.
  await generator.prompt.fill('Another text');
  const resetPrompt = page.getByRole('button', { name: 'Reset prompt' });
  await press(resetPrompt);
  await expect(generator.prompt).toHaveValue('The cat sat on');
  await expect(resetPrompt).toBeFocused();
  await expectGoodStop(page);
  await press(generator.nextToken);
  await press(generator.undo);
  await expect(generator.undo).toHaveAttribute('aria-disabled', 'true');
  await expect(generator.undo).toBeFocused();

  // What goes beyond the recording is asked for in place, and the place goes when the model is there.
  // The recording takes the first.
  await page.locator('.growth-row-next .growth-bar').nth(1).focus();
  await page.keyboard.press('Enter');
  const growth = page.locator('.widget-context-growth');
  await press(growth.getByRole('button', { name: /^Load / }));
  await generator.ready();
  await expect(growth.locator('.model-call')).toHaveCount(0);
  await expect(growth).toBeFocused();
  await expectGoodStop(page);

  // A logit given back: its button goes.
  await press(page.getByRole('switch', { name: 'Fill with the model’s top six' }));
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowUp');
  const column = page.locator('.softmax-columns .softmax-column').first();
  await press(column.getByRole('button'));
  await expect(column.locator('.softmax-state')).toHaveText('');
  await expectGoodStop(page);

  // Dialogs give it back.
  const openFile = page.getByRole('button', { name: 'Open a file…' });
  await openFile.focus();
  await page.locator('#open-file').setInputFiles(fileURLToPath(new URL('../fixtures/tiny-gpt2-Q8_0.gguf', import.meta.url)));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Use this model' })).not.toHaveAttribute('aria-disabled', 'true');
  for (let i = 0; i < 3; i++) {
    expect(await dialog.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    await expectGoodStop(page);
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement === document.body)) await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(openFile).toBeFocused();
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  const copy = page.locator('#desk').getByRole('button', { name: 'Copy link' });
  await press(copy);
  await expect(dialog.getByRole('textbox')).toBeFocused();
  await press(dialog.getByRole('button', { name: 'Close' }));
  await expect(copy).toBeFocused();
});
