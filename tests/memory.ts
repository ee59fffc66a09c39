// The memory of the page's program: its WebAssembly.Memory, which grows and never shrinks.

import type { Page } from '@playwright/test';

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
