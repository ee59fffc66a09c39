// The journeys (e2e) and the measurements (bench), in the system's Chromium; journeys with the tag @firefox in Firefox as well.
//
// `cargo xtask test e2e`, `… test firefox` and `cargo xtask bench` build the page, set CHROME or FIREFOX and start this.

import { defineConfig } from '@playwright/test';

// A browser that fetches nothing of its own, so that a test sees the page's requests only.
const args = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// Chromium refuses its sandbox to root.
if (process.getuid?.() === 0) args.push('--no-sandbox');

export default defineConfig({
  outputDir: './results',
  reporter: 'list',
  forbidOnly: true,
  // A flake is a bug.
  retries: 0,
  // One at a time: each journey loads a whole model.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    headless: true,
    // What a journey counts is what its page asks for; e2e/offline.spec.ts allows them.
    serviceWorkers: 'block',
    launchOptions: { executablePath: process.env.CHROME, args },
  },
  projects: [
    { name: 'e2e', testDir: './e2e' },
    // The journeys of lesson and live model, in a stock Firefox over WebDriver BiDi (see firefox.ts).
    {
      name: 'firefox',
      testDir: './e2e',
      grep: /@firefox/,
      use: {
        browserName: 'firefox',
        channel: 'moz-firefox',
        launchOptions: {
          executablePath: process.env.FIREFOX,
          // Without asking the person who is not there.
          firefoxUserPrefs: { 'dom.events.testing.asyncClipboard': true },
        },
      },
    },
    { name: 'pictures', testDir: './pictures' },
    // A measurement takes the time that it takes.
    { name: 'bench', testDir: './bench', timeout: 600_000 },
  ],
});
