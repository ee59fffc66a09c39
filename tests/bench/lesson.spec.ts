// How smooth and how quick the lesson is. `cargo xtask bench` prints the lines.

import type { Page } from '@playwright/test';
import { expect, test } from '../support';

const quantile = (values: number[], share: number) => values.sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];

/** Does something on the page and gives the main thread's work per frame, in milliseconds: script, style, layout. */
async function frames(page: Page, act: () => Promise<void>): Promise<number[]> {
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] });
  await act();
  const events: any[] = JSON.parse((await browser.stopTracing()).toString()).traceEvents;
  const thread = events
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid}/${tid}`)
    .map((id) => events.filter(({ pid, tid }) => `${pid}/${tid}` === id))
    .sort((a, b) => b.length - a.length)[0];
  const own = ['FunctionCall', 'EventDispatch', 'FireAnimationFrame', 'TimerFire', 'RunMicrotasks', 'UpdateLayoutTree', 'Layout'];
  const work = thread.filter(({ ph, name }) => ph === 'X' && own.includes(name)).sort((a, b) => a.ts - b.ts);
  // What runs within another is counted with it.
  let end = 0;
  const outer = work.filter((event) => {
    const within = event.ts < end;
    end = Math.max(end, event.ts + event.dur);
    return !within;
  });
  const starts = thread.filter(({ name }) => name === 'Commit').map(({ ts }) => ts).sort((a, b) => a - b);
  const sums = new Map<number, number>();
  for (const { ts, dur } of outer) {
    const frame = starts.findIndex((start) => start > ts);
    sums.set(frame, (sums.get(frame) ?? 0) + dur / 1000);
  }
  return [...sums.values()].filter((sum) => sum > 0.3);
}

const report = (what: string, work: number[]) =>
  console.log(`${what}: ${work.length} frames, median ${quantile(work, 0.5).toFixed(1)} ms, p95 ${quantile(work, 0.95).toFixed(1)} ms`);

test('frames while a logit or the temperature is dragged over the whole vocabulary', async ({ server, generator, page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await generator.visit(server.url);
  await generator.loadModel();
  const widget = page.locator('.widget-softmax');
  await widget.scrollIntoViewIfNeeded();
  await page.getByRole('switch', { name: 'Fill with the model’s top six' }).click();
  await widget.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const drag = async (x: number, y: number, dx: number, dy: number) => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let i = 1; i <= 120; i++) {
      const wave = Math.sin(i / 12);
      await page.mouse.move(x + dx * wave, y + dy * wave);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await page.mouse.up();
  };
  for (const index of [0, 5]) {
    const box = (await page.locator('.softmax-handle').nth(index).boundingBox())!;
    const work = await frames(page, () => drag(box.x + box.width / 2, box.y + box.height / 2, 0, 60));
    report(`logit ${index + 1} of the model's six`, work);
  }
  const slider = (await page.locator('#softmax-temperature').boundingBox())!;
  const middle = slider.x + slider.width / 2;
  report('temperature', await frames(page, () => drag(middle, slider.y + slider.height / 2, slider.width / 3, 0)));
});

test('the first view, with an empty cache', async ({ server, browser }) => {
  const paints: number[] = [];
  const usable: number[] = [];
  const shifts: number[] = [];
  for (let i = 0; i < 5; i++) {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.addInitScript(() => {
      (window as any).shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as any[]) (window as any).shift += entry.value;
      }).observe({ type: 'layout-shift', buffered: true });
      const seen = new MutationObserver(() => {
        const mounted = document.querySelectorAll('.widget-source:not(:empty)').length >= 4;
        if (!mounted || !document.querySelector('#desk .chip')) return;
        (window as any).usable = performance.now();
        seen.disconnect();
      });
      seen.observe(document, { subtree: true, childList: true, characterData: true });
    });
    await page.goto(server.url);
    await expect.poll(() => page.evaluate(() => (window as any).usable)).toBeGreaterThan(0);
    const paint = () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
    await expect.poll(paint).toBeGreaterThan(0);
    paints.push(await paint());
    usable.push(await page.evaluate(() => (window as any).usable));
    shifts.push(await page.evaluate(() => (window as any).shift));
    await page.context().close();
  }
  console.log(`first view: prose painted at ${quantile(paints, 0.5).toFixed(0)} ms, widgets usable at ${quantile(usable, 0.5).toFixed(0)} ms, layout shift at most ${Math.max(...shifts).toFixed(4)}`);
});

test('tasks of the main thread while the model loads and while it runs', async ({ server, generator, page }) => {
  await generator.visit(server.url);
  await generator.setMaxNew(100);
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  const tasks = async () =>
    (await page.evaluate(() => (window as any).longTasks.splice(0))).map(({ duration }: { duration: number }) => duration);
  await tasks();
  await generator.loadModel();
  const load = await tasks();
  await generator.run.click();
  await expect.poll(() => generator.chips.count(), { timeout: 60_000 }).toBeGreaterThan(90);
  const run = await tasks();
  await generator.stop.click();
  await expect(generator.nextToken).toBeEnabled();
  console.log(`tasks over 50 ms: while loading [${load}], in a run of 90 tokens [${run}], at its stop [${await tasks()}] ms`);
});
