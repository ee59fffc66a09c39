// A long lesson: what is used again and again takes no more than it took at first.

import { memory, watchMemory } from '../memory';
import { expect, test } from '../support';

test.use({ tiny: true });

test('200 runs, prompts and stages: neither memory nor elements nor workers grow', async ({ server, generator, page }) => {
  await watchMemory(page);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await generator.open(server.url);
  await generator.loadModel();
  await generator.setMaxNew(20);
  const session = await page.context().newCDPSession(page);
  const used = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    return { memory: await memory(page), nodes, listeners: jsEventListeners, workers: page.workers().length };
  };
  const cycle = async (number: number) => {
    await generator.write(['Once upon a time', 'Lily and Tom went to the', 'The dog'][number % 3]);
    await generator.run.click();
    await expect(generator.state).toContainText(/tokens are made|ended its text/);
    for (const stage of ['Context', 'Embedding', 'Transformer', 'Logits', 'Softmax', 'Sampling']) await generator.openStage(stage);
    await generator.reset.click();
  };
  for (let number = 0; number < 30; number++) await cycle(number);
  const before = await used();
  for (let number = 0; number < 200; number++) await cycle(number);
  const after = await used();
  console.log(`after 30 cycles ${JSON.stringify(before)}, after 230 ${JSON.stringify(after)}`);
  expect(after.memory - before.memory).toBeLessThan(2);
  expect(after.nodes).toBeLessThan(1.2 * before.nodes);
  expect(after.listeners).toBeLessThan(1.2 * before.listeners);
  expect(after.workers).toBe(before.workers);
  expect(problems).toEqual([]);
});
