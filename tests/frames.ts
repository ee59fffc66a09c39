// Other people's pages with our frames in them, on a site of their own.

import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { Frame, Page } from '@playwright/test';
import { startServer } from './server.mjs';
import { expect, test as base, type Server } from './support';

/** What the examples call the site. */
const EXAMPLE = 'https://example.org/next-token/';

const EXAMPLES = fileURLToPath(new URL('../docs/examples', import.meta.url));

/** Puts the site's real address into every text of a folder. */
function address(folder: string, site: string) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (statSync(file).isDirectory()) address(file, site);
    else if (/\.(html|md|toml)$/.test(name)) {
      const origin = new URL(site).origin;
      const text = readFileSync(file, 'utf8').replaceAll(EXAMPLE, site).replaceAll("'https://example.org'", `'${origin}'`);
      writeFileSync(file, text);
    }
  }
}

/** A copy of one of docs/examples that names this site. */
export function example(name: string, folder: string, site: string): string {
  const copy = join(folder, name);
  cpSync(join(EXAMPLES, name), copy, { recursive: true });
  address(copy, site);
  return copy;
}

/** A page of the test's own. */
export function written(folder: string, files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Bytes of all that was asked for, as a host that compresses with brotli sends it. */
export function brotliBytes(dist: string, paths: string[]): Record<string, number> {
  const sizes = paths.map((path) => [path, brotliCompressSync(readFileSync(join(dist, path))).length] as const);
  return Object.fromEntries(sizes);
}

export const sum = (sizes: Record<string, number>) => Object.values(sizes).reduce((a, b) => a + b, 0);

/** The frames of this page that are the site's, once they are there. */
export async function frames(page: Page, count: number): Promise<Frame[]> {
  const ours = () => page.frames().filter((frame) => frame.url().includes('/embed/'));
  await expect.poll(() => ours().length).toBe(count);
  return ours();
}

/** Whether a frame would show scroll bars, and how it stands in its page. */
export const bars = (frame: Frame) =>
  frame.evaluate(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
    return { high: scrollHeight > clientHeight, wide: scrollWidth > clientWidth, fitted: document.documentElement.hasAttribute('data-fitted') };
  });

/** Waits until a frame is as high as its content, with no scroll bar: content that still grows has one until its page follows. */
export async function fitted(frame: Frame) {
  const state = async () => {
    const gap = await frame.evaluate(() => innerHeight - (document.querySelector('.embed')?.getBoundingClientRect().height ?? Infinity));
    const { high, wide } = await bars(frame);
    return { fits: Math.abs(gap) <= 1.5, high, wide };
  };
  await expect.poll(state, { message: `${frame.url()} has the height of its content` }).toEqual({ fits: true, high: false, wide: false });
}

/**
 * Tests with a host's server beside ours: `host(folder)` serves a folder from another origin and returns its address;
 * `stranger(folder)` from another site, whose frames may keep nothing here: the test's browser runs without partitioned
 * storage, and refuses third parties theirs.
 */
type Host = (folder: string) => Promise<string>;

/** The built site once more, with headers of the test's own. */
type SiteWith = (headers?: Record<string, string>) => Promise<Server>;

export const test = base.extend<{ servers: Server[]; host: Host; stranger: Host; siteWith: SiteWith; folder: string }>({
  folder: async ({}, use, info) => {
    const folder = info.outputPath('host');
    mkdirSync(folder, { recursive: true });
    await use(folder);
  },
  servers: async ({}, use) => {
    const servers: Server[] = [];
    await use(servers);
    await Promise.all(servers.map((server) => server.close()));
  },
  host: async ({ servers }, use) => {
    await use(async (folder) => {
      const server = await startServer(folder);
      servers.push(server);
      return server.url;
    });
  },
  siteWith: async ({ site, servers }, use) => {
    await use(async (headers = {}) => {
      const server = await startServer(site.dist, { prefix: '/some/course/', headers });
      servers.push(server);
      return server;
    });
  },
  stranger: async ({ host }, use) => {
    await use(async (folder) => (await host(folder)).replace('127.0.0.1', 'localhost'));
  },
});

export { expect };
