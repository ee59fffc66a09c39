// What the page keeps of a long run: the whole window would not fit if each token cost what it shows.

import { length, memory, runOn, watchMemory } from '../memory';
import { expect, GeneratorPage, test } from '../support';

/** Megabytes above those after the load. */
const ROOM = 64;

test('4,000 tokens of the live model', async ({ server, generator, page }) => {
  await watchMemory(page);
  await generator.visit(server.url);
  await generator.loadModel();
  const loaded = await memory(page);
  await runOn(generator, 4_000);
  const grown = (await memory(page)) - loaded;
  console.log(`${loaded.toFixed(1)} MB after the load, ${grown.toFixed(1)} MB more after 4,000 tokens`);
  expect(grown).toBeLessThan(ROOM);
});

test('a link with 1,024 tokens', async ({ server, generator, page, browser }) => {
  await watchMemory(page);
  await generator.visit(server.url);
  await generator.loadModel();
  const loaded = await memory(page);
  const other = new GeneratorPage(await (await browser.newContext()).newPage());
  await watchMemory(other.page);
  // As many tokens as a link may have, one after the other.
  const tree = Array.from({ length: 1_024 }, (_, place) => 300 + ((place * 7919) % 20_000)).join('.');
  await other.visit(`${server.url}#v=1&text=The+cat+sat+on&model=SmolLM2-135M-Instruct&ids=504.2644.3323.335&tree=${tree}&end=00000000`);
  await expect.poll(() => length(other)).toBe(4 + 1_024);
  const total = other.page.locator('#desk .context-foot .figures');
  await expect(total).toContainText('no total yet');
  await other.load.click();
  await expect(other.model.getByText('is ready.')).toBeVisible({ timeout: 60_000 });
  await expect(total).not.toContainText('no total yet', { timeout: 900_000 });
  const grown = (await memory(other.page)) - loaded;
  console.log(`${loaded.toFixed(1)} MB after the load, ${grown.toFixed(1)} MB more with the link`);
  expect(grown).toBeLessThan(ROOM);
});
