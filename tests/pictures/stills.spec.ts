// The pictures that a frame shows where its program cannot start (web/stills): each widget on its recorded run, as a phone
// shows it, in every language and both themes. `npx playwright test --project pictures stills` in tests/, with CHROME set,
// after a change that they do not show; then `cargo xtask build` anew.

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from '../support';
import { WIDGETS } from '../widgets';

const [WIDTH, HEIGHT] = [400, 560];

/** What cannot be pressed on a picture, and words that stand beside it. */
const ASIDE = `.widget-tools, .hint, .slider, .code-controls, .code-state, .growth-transport, .growth-state, .growth-top, .window-transport,
  .encoding-examples, .pipeline-walk, .softmax-switch, [class*="button-away"] { display: none !important; }
  .model-call, .encoding-call { display: none !important; }
  .encoding-window { height: auto !important; min-height: 0 !important; }
  .growth-window { height: 470px !important; max-height: none !important; overflow: hidden !important; }`;

const next = (page: Page) => page.getByRole('button', { name: /^(Next token|Nächstes Token)$/ });

/** Brings a widget to where it shows most of itself. */
const POSES: Record<string, (page: Page) => Promise<void>> = {
  tokenizer: (page) => page.locator('.encoding-word').first().click(),
  pipeline: (page) => page.locator('#pipeline-tab-softmax').click(),
  code: async (page) => {
    const current = page.locator('.code-row-current');
    for (let step = 0; step < 5; step++) {
      const before = await current.getAttribute('data-line');
      await page.locator('.button-step').click();
      await expect(current).not.toHaveAttribute('data-line', before!);
    }
  },
  'context-growth': async (page) => {
    for (let rows = 2; rows < 5; rows++) {
      await next(page).click();
      await expect(page.locator('.growth-row')).toHaveCount(rows);
    }
  },
  'context-window': async (page) => {
    await page.locator('.window-size select').selectOption({ index: 0 });
    for (let tokens = 0; tokens < 6; tokens++) {
      const before = await page.locator('.window-ruler').textContent();
      await next(page).click();
      await expect(page.locator('.window-ruler')).not.toHaveText(before!);
    }
  },
};

test.use({ viewport: { width: WIDTH, height: 2400 }, contextOptions: { reducedMotion: 'reduce' } });

for (const language of ['en', 'de']) {
  for (const theme of ['light', 'dark']) {
    for (const widget of WIDGETS) {
      test(`${widget}, ${language}, ${theme}`, async ({ server, page }) => {
        const folder = language === 'en' ? '' : `${language}/`;
        await page.goto(`${server.url}${folder}embed/?widget=${widget}&theme=${theme}&model=recorded`);
        // Its six classes are no model's.
        await expect(page.locator(widget === 'softmax' ? '.softmax-winner' : '.widget-source')).not.toBeEmpty();
        await POSES[widget]?.(page);
        await page.addStyleTag({ content: ASIDE });
        await page.evaluate(() => document.querySelector('.growth-window')?.scrollTo(0, 0));
        await page.mouse.move(0, 0);
        await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
        const box = (await page.locator('.widget').boundingBox())!;
        const session = await page.context().newCDPSession(page);
        const scale = WIDTH / box.width;
        const clip = { x: box.x, y: box.y, width: box.width, height: HEIGHT / scale, scale };
        const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 60, clip });
        const stills = fileURLToPath(new URL('../../web/stills', import.meta.url));
        mkdirSync(stills, { recursive: true });
        writeFileSync(`${stills}/${widget}-${language}-${theme}.webp`, Buffer.from(data, 'base64'));
      });
    }
  }
}
