// The README's pictures, taken of the built page: `npx playwright test --project pictures` in tests/, with CHROME set.

import { fileURLToPath } from 'node:url';
import { expect, test } from '../support';

const file = (name: string) => fileURLToPath(new URL(`../../docs/${name}.png`, import.meta.url));

for (const [width, height] of [
  [1280, 900],
  [360, 780],
]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${width} px, ${colorScheme}`, async ({ server, generator, page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await generator.visit(server.url);
      await generator.loadModel();
      for (let i = 0; i < 5; i++) {
        await generator.nextToken.click();
        await expect(generator.chips).toHaveCount(5 + i);
        await expect(generator.nextToken).toBeEnabled();
      }
      await page.locator('.growth-row-next .growth-bar').nth(2).click();
      await expect(generator.chips).toHaveCount(10);
      await expect(generator.nextToken).toBeEnabled();
      await page.getByRole('switch', { name: 'Fill with the model’s top six' }).click();
      const logit = page.getByRole('textbox', { name: 'Logit 3', exact: true });
      await logit.fill('27.2');
      await logit.press('Enter');
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.mouse.move(0, 0);
      const shoot = async (what: string) => {
        await expect(generator.nextToken).toBeEnabled();
        // What has just come into sight is laid out with the next frame.
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        await page.screenshot({ path: file(`${what}-${width}-${colorScheme}`) });
      };
      await page.evaluate(() => window.scrollTo(0, 0));
      await shoot('page');
      for (const [stage, ready] of [['Transformer', '[data-table="attention"]'], ['Sampling', '.candidates']]) {
        await generator.openStage(stage);
        await page.locator(ready).first().waitFor();
        await page.locator('.widget-pipeline').evaluate((widget) => widget.scrollIntoView());
        await shoot(stage.toLowerCase());
      }
      for (const widget of ['tokenizer', 'chain-rule', 'softmax', 'code', 'context-growth', 'context-window']) {
        await page.locator(`.widget-${widget}`).evaluate((element) => element.scrollIntoView());
        // A ledger is computed once somebody looks at it.
        if (widget === 'chain-rule') await expect(page.locator('.widget-chain-rule .widget-recorded')).toHaveCount(0);
        await shoot(widget);
      }
      await page.locator('#desk').evaluate((desk) => desk.scrollIntoView());
      await page.locator('#open-file').setInputFiles(fileURLToPath(new URL('../fixtures/tiny-gpt2-Q8_0.gguf', import.meta.url)));
      await expect(page.getByRole('button', { name: 'Use this model' })).not.toHaveAttribute('aria-disabled', 'true');
      await shoot('open-file');
    });
  }
}

// The same lesson in German, on its recorded run.
for (const [width, height, colorScheme] of [
  [1280, 900, 'light'],
  [360, 780, 'dark'],
] as const) {
  test(`German, ${width} px, ${colorScheme}`, async ({ server, page }) => {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(`${server.url}de/`);
    await expect(page.locator('.widget-source:not(:empty)')).toHaveCount(7);
    for (let i = 0; i < 3; i++) await page.locator('#desk .run-main button').first().click();
    await expect(page.locator('#desk li.chip[title]')).toHaveCount(7);
    await page.locator('#pipeline-tab-sampling').click();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.mouse.move(0, 0);
    for (const widget of ['pipeline', 'context-window']) {
      await page.locator(`.widget-${widget}`).evaluate((element) => element.scrollIntoView());
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({ path: file(`de-${widget}-${width}-${colorScheme}`) });
    }
  });
}
