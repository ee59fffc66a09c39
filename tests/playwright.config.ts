// The end-to-end tests in the system's Chromium, those with the tag @firefox in Firefox as well; measurements and pictures.
//
// `cargo xtask test e2e`, `… firefox`, `… deep` and `cargo xtask bench` build the page, set what is read from the environment
// here and start this. Tags of a test:
//   @real     opens the site with the real model; all others open the one with the tiny model
//   @layout   measures what is laid out: runs under two sets of fonts
//   @alone    measures time: runs when nothing else does
//   @deep     takes long: runs with `cargo xtask test deep` only
//   @firefox  runs in Firefox too

import { defineConfig } from '@playwright/test';
import type { Options } from './support';

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

/** Chromium with one set of fonts, whatever else is installed: `fonts` is a file of fontconfig's. */
const chromium = (fonts?: string) => ({
  executablePath: process.env.CHROME,
  args,
  ...(fonts ? { env: { ...process.env, FONTCONFIG_FILE: fonts } as Record<string, string> } : {}),
});
const { FONTS_DEJAVU: dejavu, FONTS_NOTO: noto } = process.env;

export default defineConfig<Options>({
  outputDir: './results',
  reporter: 'list',
  forbidOnly: true,
  // A flake is a bug.
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    headless: true,
    // What a test counts is what its page asks for; e2e/offline.spec.ts allows them.
    serviceWorkers: 'block',
    launchOptions: chromium(dejavu),
  },
  projects: [
    { name: 'e2e', testDir: './e2e', grepInvert: /@alone|@layout|@deep/, use: { tiny: true } },
    { name: 'layout-dejavu', testDir: './e2e', grep: /@layout/, use: { tiny: true } },
    { name: 'layout-noto', testDir: './e2e', grep: /@layout/, use: { tiny: true, launchOptions: chromium(noto) } },
    {
      name: 'alone',
      testDir: './e2e',
      grep: /@alone/,
      workers: 1,
      use: { tiny: true },
      dependencies: ['e2e', 'layout-dejavu', 'layout-noto'],
    },
    // In a stock Firefox over WebDriver BiDi (see firefox.ts).
    {
      name: 'firefox',
      testDir: './e2e',
      grep: /@firefox/,
      use: {
        tiny: true,
        browserName: 'firefox',
        channel: 'moz-firefox',
        launchOptions: {
          executablePath: process.env.FIREFOX,
          // Without asking the person who is not there.
          firefoxUserPrefs: { 'dom.events.testing.asyncClipboard': true },
        },
      },
    },
    // What takes long: `cargo xtask test deep`.
    { name: 'deep-e2e', testDir: './e2e', grep: /@deep/, timeout: 300_000, use: { tiny: true } },
    { name: 'deep', testDir: './deep', workers: 1, timeout: 1_800_000, dependencies: ['deep-e2e'] },
    { name: 'pictures', testDir: './pictures', workers: 1 },
    // A measurement takes the time that it takes.
    { name: 'bench', testDir: './bench', workers: 1, timeout: 600_000 },
  ],
});
