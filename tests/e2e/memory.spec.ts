// What the page keeps of each token. For thousands of them see deep/memory.spec.ts.

import { memory, runOn, watchMemory } from '../memory';
import { expect, test } from '../support';

test('600 live tokens take at most 48 MB of the page’s memory', { tag: '@real' }, async ({ server, generator, page }) => {
  await watchMemory(page);
  await generator.visit(server.url);
  await generator.loadModel();
  const loaded = await memory(page);
  await runOn(generator, 600);
  const grown = (await memory(page)) - loaded;
  console.log(`${loaded.toFixed(1)} MB after the load, ${grown.toFixed(1)} MB more after 600 tokens`);
  expect(grown).toBeLessThan(48);
});
