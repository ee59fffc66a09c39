// What stands between Playwright and a stock Firefox, driven over WebDriver BiDi.

import type { Browser, Locator, Page } from '@playwright/test';

/** Commands that Playwright sends with every context, and that this Firefox may not know yet. No test needs them. */
const SPARED = ['emulation.setMediaFeaturesOverride'];

/**
 * Lets a Firefox do that lacks some of Playwright's commands: one that it does not know is as good as done. All else
 * that fails still fails. (Playwright has no option for this; its version is pinned.)
 */
export function spare(browser: Browser) {
  const session = (browser as any)._connection.toImpl(browser)._browserSession;
  const send = session.send.bind(session);
  session.send = (method: string, params: unknown) => {
    const sent = send(method, params);
    if (!SPARED.includes(method)) return sent;
    return sent.catch((error: Error) => {
      if (!error.message.includes('unknown command')) throw error;
    });
  };
}

/**
 * Ways around what does not work over BiDi. `fill` sets a field's value behind the browser's back, which then sends no
 * `change` when the field is left: here it types, as a reader does. What asks for all elements at once ends the tab of
 * Firefox 153: here they are asked for one by one.
 */
export function adapt(page: Page) {
  const locator = Object.getPrototypeOf(page.locator('html'));
  locator.fill = async function (this: Locator, text: string) {
    await this.selectText();
    await (text === '' ? this.press('Delete') : this.pressSequentially(text));
    // What has no key of its own is inserted as `fill` would.
    if (/[^ -~]/.test(text)) await this.dispatchEvent('change');
  };
  locator.allTextContents = async function (this: Locator) {
    const texts: string[] = [];
    for (const one of await this.all()) texts.push((await one.textContent()) ?? '');
    return texts;
  };
  locator.allInnerTexts = async function (this: Locator) {
    const texts: string[] = [];
    for (const one of await this.all()) texts.push(await one.innerText());
    return texts;
  };
  locator.evaluateAll = async function (this: Locator, read: (all: Element[], value: unknown) => unknown, value?: unknown) {
    const all = await this.all();
    for (const [place, one] of all.entries()) {
      await one.evaluate((element, place) => {
        const page = window as any;
        page.asked = [...(place ? page.asked : []), element];
      }, place);
    }
    return this.page().evaluate(`(${read})((${all.length} ? window.asked : []), ${JSON.stringify(value)})`);
  };
}
