// Downloads that break, workers that die, work that must stop.

import { expect, test, type GeneratorPage } from '../support';

const PARTS = 6;

test('each part is fetched once, and a reload needs no network for the weights', { tag: ['@firefox', '@real'] }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  for (let part = 0; part < PARTS; part++) expect(server.count(new RegExp(`part-0${part}$`))).toBe(1);
  expect(server.count(/part-/)).toBe(PARTS);

  server.status(/part-/, 503);
  await generator.page.reload();
  await generator.ready();
  expect(server.count(/part-/), 'the second visit fetches no part').toBe(PARTS);
});

test('memory stays within 1.6 times the file', { tag: '@real' }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const words = (await generator.model.textContent())!;
  const memory = Number(words.match(/([\d.]+)\sMB of memory/)![1]);
  expect(memory).toBeLessThan(1.6 * 98.36);
});

test('a broken download says so and resumes where it was', async ({ site, server, generator }) => {
  server.killAfter(/part-02$/, site.bytes / 20, { times: 1 });
  await generator.open(server.url);
  await generator.load.click();
  await expect(generator.model.getByRole('alert')).toContainText('download failed', { timeout: 30_000 });
  await generator.model.getByRole('button', { name: 'Try again' }).click();
  await generator.ready();
  expect([0, 1, 2, 3, 4, 5].map((part) => server.count(new RegExp(`part-0${part}$`)))).toEqual([1, 1, 2, 1, 1, 1]);
});

test('a damaged part is fetched again', async ({ server, generator }) => {
  let damaged = 0;
  await generator.page.route(/part-03$/, async (route) => {
    if (damaged++ > 0) return route.continue();
    const response = await route.fetch();
    const body = await response.body();
    body[1000] ^= 1;
    await route.fulfill({ response, body });
  });
  await generator.open(server.url);
  await generator.loadModel();
  expect(damaged).toBe(2);
});

test('progress is shown and a load can be cancelled', { tag: '@firefox' }, async ({ site, server, generator }) => {
  server.throttle(site.bytes / 12, /part-/);
  await generator.open(server.url);
  await generator.load.click();
  const progress = generator.page.getByRole('progressbar');
  await expect.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(2);
  await expect(generator.model).toContainText(`of ${site.size}`);
  await generator.cancel.click();
  await expect(generator.load).toBeVisible();
  server.throttle(Infinity);
  await generator.loadModel();
});

test('a missing model leaves a readable page with a way on', async ({ server, generator }) => {
  server.status('model/manifest.json', 404);
  await generator.open(server.url);
  await expect(generator.model.getByRole('alert')).toContainText('404');
  server.heal();
  await generator.model.getByRole('button', { name: 'Try again' }).click();
  await expect(generator.load).toBeVisible();
});

const deaths: [string, () => void][] = [
  ['closes silently', () => self.close()],
  ['throws', () => void setTimeout(() => { throw new Error('a mistake in the engine'); })],
];
for (const [how, die] of deaths) {
  test(`a worker that ${how} is replaced, and the run goes on`, async ({ site, server, generator }) => {
    await generator.open(server.url);
    // More than are made before the press of "stop".
    await generator.setMaxNew(2000);
    await generator.loadModel();
    await generator.page.evaluate(() => ((window as any).stepDelay = 40));
    await generator.run.click();
    await expect.poll(() => generator.chips.count()).toBeGreaterThan(site.prompt + 4);
    await generator.page.workers()[0].evaluate(die);
    await expect(generator.model.getByRole('alert')).toContainText('The engine stopped', { timeout: 30_000 });
    const before = await generator.ids();
    await expect.poll(() => generator.chips.count(), { timeout: 30_000 }).toBeGreaterThan(before.length + 3);
    await generator.stop.click();
    expect((await generator.ids()).slice(0, before.length)).toEqual(before);
    await expect(generator.prompt).toHaveValue('The cat sat on');
  });
}

/** A prompt of about so many tokens. */
const words = (count: number) => Array.from({ length: count }, (_, i) => (i % 7 === 6 ? 'and' : 'cat')).join(' ');

/** Starts reading a long prompt and waits until it is under way. */
async function startReading(generator: GeneratorPage, count: number) {
  await generator.prompt.fill(words(count));
  await generator.prompt.blur();
  await expect(generator.state).toContainText(/Reading \d+ of/, { timeout: 30_000 });
}

test('a long prompt can be stopped within 300 ms', { tag: ['@real', '@alone'] }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await startReading(generator, 1500);
  const took = await generator.stop.evaluate(async (stop: HTMLButtonElement) => {
    const state = document.querySelector('.run-state')!;
    const stopped = new Promise<number>((resolve) => {
      const done = () => state.textContent!.includes('Stopped') && resolve(performance.now());
      new MutationObserver(done).observe(state, { subtree: true, childList: true, characterData: true });
    });
    const start = performance.now();
    stop.click();
    return (await stopped) - start;
  });
  expect(took).toBeLessThan(300);
});

test('2,000 letters in the tokenizer’s box and 30,000 in the prompt: no task over 100 ms', { tag: ['@real', '@alone'] }, async ({ server, generator, page }) => {
  await generator.open(server.url);
  await generator.loadModel();
  const longest = () =>
    page.evaluate(async () => {
      // The observer hears of a task after its end.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return Math.max(0, ...(window as any).longTasks.splice(0).map(({ duration }: { duration: number }) => duration));
    });
  // What else the machine does makes a task longer and never shorter: the shortest of three counts.
  const shortest = async (write: (letter: string) => Promise<void>) => {
    const tasks: number[] = [];
    for (const letter of ['a', 'b', 'c']) {
      await longest();
      await write(letter);
      tasks.push(await longest());
    }
    return Math.min(...tasks);
  };
  const box = await shortest(async (letter) => {
    await page.locator('#encoding-text').fill(letter.repeat(2_000));
    await expect(page.locator('.encoding-count')).toContainText('2,000 characters');
    await expect(page.locator('.encoding-result')).not.toHaveClass(/encoding-stale/);
    await expect(page.locator('.encoding-word .token-text').first()).toContainText(letter);
  });
  const prompt = await shortest(async (letter) => {
    await generator.prompt.fill(letter.repeat(30_000));
    await generator.prompt.blur();
    await expect(generator.chips.last()).toContainText(letter, { timeout: 30_000 });
  });
  console.log(`longest task: ${box} ms for the tokenizer’s box, ${prompt} ms for the prompt`);
  expect(Math.max(box, prompt)).toBeLessThan(100);
});

test('a newer prompt replaces a long one under way', { tag: '@real' }, async ({ server, generator }) => {
  await generator.open(server.url);
  await generator.loadModel();
  await startReading(generator, 1500);
  await generator.prompt.fill('Hello');
  await expect.poll(() => generator.ids()).toEqual([19556]);
  await expect(generator.nextToken).toBeEnabled({ timeout: 3_000 });
});
