// The README's pictures, taken of the built page: `npx playwright test --project pictures` in tests/, with CHROME set.

import { fileURLToPath } from 'node:url';
import { expect, test } from '../support';

const file = (name: string) => fileURLToPath(new URL(`../../docs/${name}.png`, import.meta.url));

for (const [width, height] of [
  [1280, 1480],
  [360, 780],
]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${width} px, ${colorScheme}`, async ({ server, generator, page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await generator.open(server.url);
      await generator.loadModel();
      for (let i = 0; i < 6; i++) {
        await generator.nextToken.click();
        await expect(generator.chips).toHaveCount(5 + i);
        await expect(generator.nextToken).toBeEnabled();
      }
      await generator.rows.nth(2).getByRole('button').click();
      await expect(generator.chips).toHaveCount(11);
      await generator.ready();
      await page.mouse.move(0, 0);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      if (width < 500) await page.evaluate(() => document.querySelector('.context')!.scrollIntoView());
      await page.screenshot({ path: file(`page-${width}-${colorScheme}`) });
    });
  }
}
