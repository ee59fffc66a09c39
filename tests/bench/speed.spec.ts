// How fast the engine is in this browser on one thread. `cargo xtask bench` prints the lines.

import { expect, test, type Step } from '../support';

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

test('decode: 64 tokens after "The cat sat on the"', async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await generator.setTemperature('0');
  await generator.write('The cat sat on the');
  await generator.setMaxNew(64);
  const before = await generator.stepCount();
  await generator.run.click();
  await expect.poll(() => generator.stepCount(), { timeout: 60_000 }).toBe(before + 64);
  const steps = await generator.steps(before);
  const wall = (steps[63].at - steps[0].at) / 63;
  const engine = median(steps.map((step: Step) => step.milliseconds));
  console.log(`decode: ${(1000 / wall).toFixed(1)} tokens/s on the page, ${(1000 / engine).toFixed(1)} in the engine`);
});

test('prefill: 256 tokens', async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const rates: number[] = [];
  for (const word of ['cat', 'dog', 'sun', 'sea', 'day']) {
    await generator.write(Array.from({ length: 256 }, () => word).join(' '));
    const step = await generator.lastStep();
    expect(step.computed).toBeGreaterThanOrEqual(255);
    rates.push((1000 * step.computed) / step.milliseconds);
  }
  console.log(`prefill: ${median(rates).toFixed(1)} tokens/s`);
});

test('from the cache: opening the page to the first distribution', async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await generator.page.reload();
    await expect.poll(() => generator.stepCount(), { timeout: 60_000 }).toBeGreaterThan(0);
    times.push((await generator.lastStep()).at);
  }
  console.log(`from cache: ${(median(times) / 1000).toFixed(2)} s from opening the page to the first distribution`);
  console.log((await generator.model.textContent())!.replace(/\s+/g, ' '));
});
