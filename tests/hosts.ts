// Plain static servers, as a course's host might be one, without any setting made for this site.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server by its name, and the command that serves `folder` at `port` of this machine. */
export interface Host {
  name: string;
  command: (folder: string, port: number, scratch: string) => string[];
}

const SERVE = fileURLToPath(new URL('node_modules/serve/build/main.js', import.meta.url));
const PYTHON = process.env.PYTHON ?? 'python3';
const NGINX = process.env.NGINX ?? 'nginx';

export const HOSTS: Host[] = [
  {
    name: 'Python’s http.server',
    command: (folder, port) => [PYTHON, '-m', 'http.server', String(port), '--bind', '127.0.0.1', '--directory', folder],
  },
  {
    name: 'npm’s serve',
    command: (folder, port) => [process.execPath, SERVE, '--no-port-switching', '--listen', `tcp://127.0.0.1:${port}`, folder],
  },
  {
    name: 'nginx',
    command: (folder, port, scratch) => {
      const settings = join(scratch, 'nginx.conf');
      writeFileSync(settings, nginxSettings(folder, port, scratch));
      return [NGINX, '-p', scratch, '-e', 'stderr', '-c', settings];
    },
  },
];

/** The least that nginx runs with; its own table of MIME types is the packaged one. */
function nginxSettings(folder: string, port: number, scratch: string): string {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(scratch, name)};`);
  const built = spawnSync(NGINX, ['-V'], { encoding: 'utf8' }).stderr;
  const packaged = dirname(/--conf-path=(\S+)/.exec(built)?.[1] ?? '/etc/nginx/nginx.conf');
  return `daemon off; master_process off; pid ${join(scratch, 'nginx.pid')}; error_log stderr; events {}
http {
  include ${join(packaged, 'mime.types')}; default_type application/octet-stream;
  access_log off; ${places.join(' ')}
  server { listen 127.0.0.1:${port}; root ${folder}; }
}`;
}

/** Starts a host; `close` ends it. */
export async function startHost(host: Host, folder: string) {
  const scratch = mkdtempSync(join(tmpdir(), 'next-token-host-'));
  const port = await freePort();
  const [program, ...words] = host.command(folder, port, scratch);
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => (said = (said + text).slice(-2000)));
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${host.name} ended with ${code}: ${said}`)));
  });
  failed.catch(() => {});
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([answers(url), failed]);
  return {
    url,
    close: async () => {
      await end(child);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

/** Asks until somebody answers. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** Every file below a folder, as paths relative to it. */
export function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => statSync(join(folder, entry)).isFile()).map((entry) => relative('.', entry));
}

/** Lays a folder's files elsewhere, without copying bytes where the file system allows. */
export function lay(from: string, to: string) {
  for (const file of filesOf(from)) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    try {
      linkSync(join(from, file), join(to, file));
    } catch {
      copyFileSync(join(from, file), join(to, file));
    }
  }
}
