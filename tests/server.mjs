// A static file server that can misbehave on purpose, for the end-to-end tests.
//
// It serves a folder under a prefix, as any static host would, and lets a test count the requests, slow the
// line down, cut a connection, answer with an error, or go away.

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const MIME_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.gguf': 'application/octet-stream',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};

/** The status code of a server that never answers. */
export const SILENT = 0;

/**
 * Serves `dir` until `close` is called.
 *
 * Paths are relative to the prefix (`model/manifest.json`; the page itself is `index.html`). Where a behaviour
 * takes a path, it is the whole path or a regular expression, and it applies to the next `times` matching
 * requests (default: to all).
 *
 * @param {string} dir The folder to serve.
 * @param {object} [options]
 * @param {string} [options.prefix] The URL path under which the folder appears, with a slash at both ends.
 * @param {number} [options.port] The port; 0 takes a free one.
 * @param {Record<string, string>} [options.headers] Headers to add to every answer.
 */
export async function startServer(dir, { prefix = '/', port = 0, headers = {} } = {}) {
  /** Every path asked for below the prefix, in order, misses included. @type {string[]} */
  const requests = [];
  const cuts = behaviours();
  const statuses = behaviours();
  let bytesPerSecond = Infinity;
  let slowed = /./;
  let shown = dir;

  const server = createServer(async (request, response) => {
    const path = pathBelow(prefix, request.url);
    if (path !== undefined) requests.push(path);
    const send = (status, text) =>
      response.writeHead(status, { ...headers, 'Cache-Control': 'no-store', 'Content-Type': MIME_TYPES['.txt'] }).end(text);

    if (request.method !== 'GET' && request.method !== 'HEAD') return send(405, 'method not allowed');
    if (path === undefined) return send(404, `nothing outside ${prefix}`);
    const status = statuses.take(path);
    if (status === SILENT) return;
    if (status !== undefined) return send(status, `status ${status}, as the test asked`);
    const file = join(shown, path);
    const info = await stat(file).catch(() => undefined);
    if (!info?.isFile()) return send(404, `no file ${path}`);

    response.writeHead(200, {
      ...headers,
      'Cache-Control': 'no-store',
      'Content-Length': info.size,
      'Content-Type': MIME_TYPES[extname(file)] ?? 'application/octet-stream',
    });
    if (request.method === 'HEAD') return response.end();
    await sendFile(file, response, cuts.take(path), () => (matches(slowed, path) ? bytesPerSecond : Infinity));
  });

  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    /** The page's address. */
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    requests,
    /** How often `path` was asked for. */
    count: (path) => requests.filter((request) => matches(path, request)).length,
    /** Limits each connection to this many bytes a second, also those under way; `Infinity` lifts the limit. */
    throttle: (limit, path = /./) => ([bytesPerSecond, slowed] = [limit, path]),
    /** Cuts the connection after `bytes` of the body. */
    killAfter: (path, bytes, { times = Infinity } = {}) => cuts.add(path, bytes, times),
    /** Answers with this status code and no file. */
    status: (path, code, { times = Infinity } = {}) => statuses.add(path, code, times),
    /** Serves another folder from here on, as after an upload. */
    show: (folder) => (shown = folder),
    /** Removes every behaviour: from here on the server serves as usual. */
    heal() {
      cuts.clear();
      statuses.clear();
      bytesPerSecond = Infinity;
    },
    /** Stops the server: open connections are cut, new ones refused. */
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Values that a test attached to paths, each for a number of requests; the newest wins. */
function behaviours() {
  let rules = [];
  return {
    add: (path, value, times) => rules.unshift({ path, value, times }),
    clear: () => (rules = []),
    take(path) {
      const rule = rules.find((rule) => rule.times > 0 && matches(rule.path, path));
      if (rule) rule.times -= 1;
      return rule?.value;
    },
  };
}

function matches(pattern, path) {
  return pattern instanceof RegExp ? pattern.test(path) : pattern === path;
}

/** The path below the prefix as a file's path, or undefined outside it. */
function pathBelow(prefix, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  if (!path.startsWith(prefix)) return undefined;
  const below = normalize(path.slice(prefix.length) || 'index.html').split(sep).join('/');
  if (below.startsWith('..') || below.includes('\0')) return undefined;
  return below.endsWith('/') ? `${below}index.html` : below;
}

/** Sends a file at the current speed limit, and cuts the connection where `cut` bytes of it are sent. */
async function sendFile(file, response, cut = Infinity, speed) {
  async function* paced(chunks) {
    let sent = 0;
    for await (const chunk of chunks) {
      const piece = chunk.subarray(0, cut - sent);
      yield piece;
      sent += piece.length;
      if (sent >= cut) {
        // What is written must leave before the connection breaks, or the client sees fewer bytes.
        await sleep(50);
        throw new Error('cut, as the test asked');
      }
      if (speed() < Infinity) await sleep((piece.length / speed()) * 1000);
    }
  }
  // The headers are out, so an error breaks the connection; a client that disconnects is no error here.
  await pipeline(createReadStream(file), paced, response).catch(() => {});
}
