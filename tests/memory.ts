// The memory of the page's program: its WebAssembly.Memory, which grows and never shrinks.

import type { Page } from '@playwright/test';
import { expect, type GeneratorPage } from './support';

/** Keeps the memory of the page's own program from here on; before the page is opened. */
export const watchMemory = (page: Page) =>
  page.addInitScript(() => {
    const keep = <T extends WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance>(made: T): T => {
      const { exports } = 'instance' in made ? made.instance : made;
      (window as any).programMemory = exports.memory;
      return made;
    };
    for (const name of ['instantiate', 'instantiateStreaming'] as const) {
      const original: any = WebAssembly[name];
      (WebAssembly as any)[name] = (...given: any[]) => original.apply(WebAssembly, given).then(keep);
    }
  });

/** Its size now, in megabytes. */
export const memory = (page: Page): Promise<number> =>
  page.evaluate(() => (window as any).programMemory.buffer.byteLength / 1e6);

/** How many tokens the context has; of a long one the page shows the last as chips. */
export const length = async ({ page }: GeneratorPage) => Number((await page.locator('#desk .context .panel-head .figures').innerText()).replace(/\D/g, ''));

/** Lets the live model make at least so many tokens. Where it ends its text, another token than the end's goes on. */
export async function runOn(generator: GeneratorPage, tokens: number) {
  const want = (await length(generator)) + tokens;
  await generator.setMaxNew(tokens);
  while ((await length(generator)) < want) {
    await generator.run.click();
    await expect(generator.stop).toHaveCount(0, { timeout: 900_000 });
    if (await generator.run.isEnabled()) continue;
    await generator.undo.click();
    const bars = generator.page.locator('.growth-row-next .growth-bar:not(.growth-bar-empty)');
    await bars.filter({ hasNotText: '<|im_end|>' }).first().click();
    await expect(generator.run).toBeEnabled();
  }
}
