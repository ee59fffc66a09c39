// Keeps the site at hand, so that it works with no network. `cargo xtask build` (crates/xtask/src/offline.rs) fills in
// the lines down to RELAXED_PROBE; ARCHITECTURE.md says what may happen when ("Offline").
const VERSION = '';
/** Each file of the site but the model's: its SHA-256, and what it belongs to: the page's program (core), the smaller one of some
 * frames (frame), the engine, for browsers with relaxed SIMD (relaxed), without (plain) or for both (engine), what is kept only
 * for readers who opened it (visited), or the rest. */
const FILES = {};
/** A program that only a browser with relaxed SIMD takes. */
const RELAXED_PROBE = Uint8Array.of();

/** All that is kept of this site, apart from other sites of the same origin. */
const SITE = `next-token ${registration.scope} `;
const OWN = SITE + VERSION;
/** Stands in a version's cache once the whole lesson is wanted. */
const WHOLE = `${registration.scope}?whole`;
/** Stands there once the version is installed: the names of the caches that it found, which go when it alone is left. */
const ARRIVED = `${registration.scope}?arrived`;
/** What is named by its content can be taken from anywhere. */
const NAMED_BY_CONTENT = /-[0-9a-f]{16}[._/]/;
/** How long a page waits for the network, in milliseconds, before the kept one shows. */
const PATIENCE = 3000;

const of = (...kinds) => Object.keys(FILES).filter((name) => kinds.includes(FILES[name][1]));
const core = of('core');
const frame = of('frame');
const engine = of('engine', WebAssembly.validate(RELAXED_PROBE) ? 'relaxed' : 'plain');
const all = [...core, ...engine, ...of('rest')];

addEventListener('install', (event) => event.waitUntil(install()));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

/** As much as was kept of the former version, all of it or nothing: where a file is not the one that this version names, the
 * former version stays. The first version asks for nothing until a page says what it wants.
 *
 * It waits until the former one's pages are closed, whose service worker meanwhile serves what this one keeps. `skipWaiting`
 * would end that one while it answers: in Chromium the page or file in question then never comes, nor fails. */
async function install() {
  const former = (await versions()).filter((name) => name !== OWN);
  const known = new Set();
  for (const cacheName of former) for (const { url } of await (await caches.open(cacheName)).keys()) known.add(url);
  const same = all.filter((name) => known.has(address(name)));
  try {
    if (known.has(WHOLE)) await keepWhole(former);
    else if (same.length) await keepAll([...core, ...frame, ...same], former);
    await (await caches.open(OWN)).put(ARRIVED, new Response(JSON.stringify(former)));
  } catch (error) {
    await caches.delete(OWN);
    throw error;
  }
  if (former.length) await tidy(true);
}

async function keepWhole(former) {
  await keepAll(all, former);
  await (await caches.open(OWN)).put(WHOLE, new Response());
}

async function keepAll(names, former) {
  const cache = await caches.open(OWN);
  await Promise.all(Array.from(names, async (name) => {
    if (!(await keptBy(name, OWN))) await cache.put(address(name), await obtain(name, former));
  }));
}

/** A file's bytes as this version names them: kept by a former one, else from the network. */
async function obtain(name, former) {
  for (const cacheName of former) {
    const kept = await keptBy(name, cacheName);
    const same = kept && (await verified(name, kept));
    if (same) return same;
  }
  // A page goes by its folder's address: hosts redirect the other one, or have only the other one.
  const folder = name.endsWith('index.html') ? [address(name).slice(0, -'index.html'.length)] : [];
  for (const url of [...folder, address(name)]) {
    for (const cache of ['force-cache', 'reload']) {
      const response = await fetch(url, { cache });
      const same = response.ok && (await verified(name, response));
      if (same) return same;
    }
  }
  throw new Error(`${name} is not that of version ${VERSION}`);
}

/** The response with a body of its own, if that is what this version names. */
async function verified(name, response) {
  const body = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
  if (Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') !== FILES[name][0]) return undefined;
  // A new one: what came by a redirect could not answer a navigation.
  const headers = new Headers(response.headers);
  for (const gone of ['content-encoding', 'content-length', 'vary']) headers.delete(gone);
  return new Response(body, { headers });
}

addEventListener('fetch', (event) => {
  const { request } = event;
  const name = nameOf(request.url);
  if (name === undefined || request.method !== 'GET') return;
  if (NAMED_BY_CONTENT.test(name)) event.respondWith(byContent(name, event));
  else if (listed(name)) event.respondWith(newest(name, event));
  else if (listed(`${name}/index.html`)) event.respondWith(newest(`${name}/index.html`, event));
});

/** The name of the site's file at an address, whatever the query; a folder's is that of its page. */
function nameOf(url) {
  const { origin, pathname } = new URL(url, registration.scope);
  const place = origin + pathname;
  if (!place.startsWith(registration.scope)) return undefined;
  const name = place.slice(registration.scope.length);
  return name === '' || name.endsWith('/') ? `${name}index.html` : name;
}

const address = (name) => registration.scope + name;
const listed = (name) => name !== undefined && Object.hasOwn(FILES, name);

/** A file that a version has kept. */
const keptBy = (name, cacheName) => caches.match(address(name), { cacheName, ignoreVary: true });

/** A kept file: the newest version's that has it, and has arrived if it must. A former one's cache goes while pages load. */
async function kept(name, arrived) {
  for (const cacheName of (await versions()).reverse()) {
    if (arrived && !(await caches.match(ARRIVED, { cacheName }))) continue;
    const found = await keptBy(name, cacheName);
    if (found) return found;
  }
  return undefined;
}

/** A file named by its content, of whichever version; what passes by is kept. */
async function byContent(name, event) {
  const found = await kept(name, false);
  if (found) return found;
  const response = await fetch(event.request);
  if (listed(name) && response.ok) event.waitUntil(keepPassing(name, response.clone()));
  return response;
}

async function keepPassing(name, response) {
  const same = await verified(name, response);
  // Once the newer version is alone, nothing is kept for this one. A full cache costs the reader the next visit without a
  // network, nothing else.
  if (same && (await caches.has(OWN))) await (await caches.open(OWN)).put(address(name), same).catch(() => {});
}

/** A page, and what else keeps its name from version to version: the network's, else the kept one. */
async function newest(name, event) {
  const { request } = event;
  const found = await kept(name, true);
  if (!found) {
    const response = await fetch(request);
    if (FILES[name][1] === 'visited' && response.ok) event.waitUntil(keepPassing(name, response.clone()));
    return response;
  }
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  // Past the browser's HTTP cache, which may hold a page of a former version.
  const asked = fetch(new Request(request, { cache: 'no-cache' })).catch(() => undefined);
  const answer = await Promise.race([asked, late]);
  if (answer && answer.status < 500) return answer;
  // A page without the slash at its end would look for its files in the wrong place.
  return isFolder(request, name) ? Response.redirect(`${new URL(request.url).pathname}/${new URL(request.url).search}`) : found;
}

const isFolder = (request, name) => address(name) === `${request.url.split(/[?#]/)[0]}/index.html`;

/** The version of each page that said it. */
const told = new Map();
/** What pages want kept, on its way in, one after the other. */
let keeping = Promise.resolve();

addEventListener('message', (event) => {
  const { version, whole, used, first } = event.data ?? {};
  if (typeof version !== 'string' || !event.source) return;
  told.set(event.source.id, version);
  if (version === VERSION) {
    const names = [event.source.url, ...(Array.isArray(used) ? used : [])].map((url) => nameOf(String(url))).filter(listed);
    // A file that cannot be had now is had when it passes by, or at the next visit.
    keeping = keeping.then(() => (whole ? keepWhole([]) : keepUsed(names))).catch(() => {});
  }
  event.waitUntil(keeping.then(() => tidy(first === true)));
});

/** What a page in somebody's frame has fetched itself; the engine with all that it fetches. */
async function keepUsed(names) {
  const live = names.some((name) => engine.includes(name));
  await keepAll(new Set([...names, ...(live ? engine : [])]), []);
}

/** Deletes the versions before this one as soon as no page of them is left; a page that has not said what it is might be one.
 * A newer one, which may be just arriving, is none of those that this one found. */
async function tidy(ask) {
  const pages = (await clients.matchAll({ includeUncontrolled: true, type: 'window' })).filter(({ url }) => holdsVersion(nameOf(url)));
  if (ask) for (const page of pages) if (!told.has(page.id)) page.postMessage('version?');
  if (!pages.every(({ id }) => told.get(id) === VERSION)) return;
  const former = await caches.match(ARRIVED, { cacheName: OWN });
  for (const name of former ? await former.json() : []) await caches.delete(name);
}

/** Whether a page of this name is made of one version's files; a plain page, such as that of the licences, is not. */
const holdsVersion = (name) => name !== undefined && !(listed(name) && FILES[name][1] === 'visited');

async function versions() {
  return (await caches.keys()).filter((name) => name.startsWith(SITE));
}
