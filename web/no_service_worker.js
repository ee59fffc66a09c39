// In place of web/service_worker.js under `cargo xtask serve`: unregisters the service worker that a built page left at this
// address, deletes its caches, and reloads its pages.
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(leave()));

async function leave() {
  const ours = (await caches.keys()).filter((name) => name.startsWith(`next-token ${registration.scope} `));
  await Promise.all(ours.map((name) => caches.delete(name)));
  await registration.unregister();
  for (const page of await clients.matchAll({ type: 'window' })) await page.navigate(page.url).catch(() => {});
}
