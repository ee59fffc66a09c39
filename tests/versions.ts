// A newer version of the built site, as a later build would leave it: other programs under other names, other words.

import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Frame, type Page } from '@playwright/test';
import { filesOf, lay } from './hosts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What is named by its content: `-` and 16 digits. */
export const HASH = /-([0-9a-f]{16})(?=[._/])/;

/** The version that a site's pages have. */
export const versionOf = (folder: string) =>
  /<meta name="next-token-version" content="([0-9a-f]{16})">/.exec(readFileSync(join(folder, 'index.html'), 'utf8'))![1];

/** The names of a site's files that are named by their content. */
export const named = (folder: string) => filesOf(folder).filter((file) => HASH.test(file));

/** Lays a site down whose page's program, worker and prose are others than those of the built one. */
export function layNewer(from: string, to: string) {
  lay(from, to);
  const programs = filesOf(to).filter((file) => /^(web|widget|start|worker)-[0-9a-f]{16}/.test(file));
  const hashes = new Set(programs.map((file) => HASH.exec(file)![1]));
  const newer = (text: string) => [...hashes].reduce((text, hash) => text.replaceAll(hash, turned(hash)), text);
  for (const file of filesOf(to).filter((file) => !file.startsWith('model/'))) {
    // The bytes are shared with the built site: none is changed in place.
    const bytes = readFileSync(join(to, file));
    rmSync(join(to, file));
    writeFileSync(join(to, file), changed(file, bytes, newer));
  }
  for (const hash of hashes) {
    const names = new Set(programs.filter((file) => file.includes(hash)).map((file) => file.split('/')[0]));
    for (const name of names) renameSync(join(to, name), join(to, newer(name)));
  }
  writeServiceWorker(to);
}

/** Writes version and service worker of a site anew, as `cargo xtask build` does. */
export function writeServiceWorker(folder: string) {
  const cargo = process.env.CARGO ?? 'cargo';
  execFileSync(cargo, ['run', '--quiet', '--package', 'xtask', '--', 'write-service-worker', folder], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The site as `cargo xtask serve` shows it: no version, and the service worker that leaves. */
export function layUnderDevelopment(from: string, to: string) {
  lay(from, to);
  for (const page of ['index.html', 'de/index.html']) {
    const text = readFileSync(join(to, page), 'utf8').replace(/(next-token-version" content=")[0-9a-f]{16}/, '$1');
    rmSync(join(to, page));
    writeFileSync(join(to, page), text);
  }
  rmSync(join(to, 'service_worker.js'));
  copyFileSync(join(ROOT, 'web/no_service_worker.js'), join(to, 'service_worker.js'));
}

const turned = (hash: string) => [...hash].reverse().join('');

function changed(file: string, bytes: Buffer, newer: (text: string) => string): Buffer {
  // A custom section without content does nothing.
  if (file.endsWith('.wasm')) return Buffer.concat([bytes, Buffer.from([0, 2, 1, 65])]);
  if (!/\.(html|js)$/.test(file)) return bytes;
  const text = newer(bytes.toString('utf8'));
  return Buffer.from(file.endsWith('.html') ? text.replace('</h1>', ' (newer)</h1>') : `${text}\n// newer\n`);
}

/** The versions of which a browser keeps anything, and whether it is the whole lesson. */
export const kept = (page: Page | Frame) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('next-token http'));
    const whole = async (name: string) => {
      const keys = await (await caches.open(name)).keys();
      return keys.some(({ url }) => url.endsWith('?whole'));
    };
    return Promise.all(names.map(async (name) => `${name.split(' ')[2]}${(await whole(name)) ? '' : ' in part'}`));
  });

/** Waits until the whole lesson of this version is kept, and nothing of another. */
export const wholeIsKept = (page: Page, version: string) =>
  expect.poll(() => kept(page), { timeout: 30_000 }).toEqual([version]);
