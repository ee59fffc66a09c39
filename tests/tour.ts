// A walk through the whole page with the live model: every stage and every widget does something that needs it.

import { expect, type GeneratorPage, type Site } from './support';

/** Uses every widget; the site's live model is ready. */
export async function tour(generator: GeneratorPage, site: Site) {
  const { page } = generator;
  await expect(page.locator('[data-widget] .widget-source')).toHaveCount(7);
  await expect(page.getByRole('tab')).toHaveCount(6);
  for (const source of await page.locator('[data-widget] .widget-source').all()) {
    // Some ask the model only while they are looked at.
    await source.scrollIntoViewIfNeeded();
    await expect(source).toHaveText(`live: ${site.model}`);
  }

  await generator.write(site.text.words);
  expect(await generator.ids()).toHaveLength(site.text.tokens);
  for (const stage of await page.getByRole('tab').all()) {
    await stage.click();
    await expect(stage).toHaveAttribute('aria-selected', 'true');
    await expect(generator.panel).toBeVisible();
  }
  await expect(generator.rows.first().locator('.token-id')).toHaveText(String(site.text.next));

  const before = await generator.chips.count();
  await generator.setMaxNew(3);
  await page.locator('.widget-context-growth').getByRole('button', { name: 'Run' }).click();
  await expect(generator.chips).toHaveCount(before + 3);
  await page.locator('#code').getByRole('button', { name: 'Step line' }).click();
  await page.getByRole('switch', { name: 'Fill with the model’s top six' }).click();

  const tokenizer = page.locator('#tokenizer');
  await page.getByRole('textbox', { name: 'Text to cut' }).fill('unthinkable words');
  await expect(tokenizer.locator('.encoding-count')).toContainText('17 characters');

  const chain = page.locator('#chain-rule');
  await page.getByRole('textbox', { name: 'First text', exact: true }).fill('Once upon a time');
  await expect(chain.getByRole('region', { name: 'First text', exact: true }).locator('.ledger-table')).toContainText('time');

  const window = page.locator('#context-window');
  await window.getByRole('button', { name: 'Measure', exact: true }).click();
  await expect(window.locator('.window-said')).toContainText('The kernels counted what the formula says.', { timeout: 60_000 });
}
