/*
 * Shows the lobby board where there is no network yet. The service writes three constants above this: BUILD; FILES, the
 * addresses of all files of that build; and SHELL, the address of its page without an office.
 *
 * A page comes from the network if that answers soon, else it is the kept one. A page of this build gets the kept files,
 * which are the same; a page of another build gets the network's. Nothing else is answered here, and so no answer of the
 * API is ever kept. It is a worker for the addresses below /display/, and other pages do not know of it.
 */

const CACHE = `display-${BUILD}`;
/** A network that is not there may also just not answer. */
const PATIENCE_MS = 4_000;
const BUILD_OF_PAGE = /<meta name="build" content="(\w+)">/;

/** Pages of other builds: the client ids of those that came while this worker runs, which it does while a page loads. */
const others = new Set();

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(keepBuild().catch(forget));
});

self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('fetch', (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== self.location.origin) return;
  if (event.request.mode === 'navigate') event.respondWith(page(event));
  else if (FILES.includes(pathname) && !others.has(event.clientId)) event.respondWith(file(event.request, pathname));
});

async function keepBuild() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...FILES].map((address) => new Request(address, { cache: 'reload' })));
  const response = await fetch('/display/build.json', { cache: 'no-store' });
  // A service that was updated meanwhile has sent files of both builds.
  if ((await response.json()).build !== BUILD) throw new Error(`the service does not have build ${BUILD} any more`);
}

/** Without all of its files, this worker is of no use. The browser tries again when it next looks for a worker. */
async function forget(error) {
  await caches.delete(CACHE);
  throw error;
}

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('display-') && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function page(event) {
  const response = await soon(fetch(event.request)).catch(() => null);
  // A proxy whose service is away answers, too.
  if (response === null || response.status >= 500) return (await kept(SHELL)) ?? response ?? Response.error();
  const build = BUILD_OF_PAGE.exec(await response.clone().text())?.[1];
  if (build !== BUILD) others.add(event.resultingClientId);
  return response;
}

async function file(request, address) {
  return (await kept(address)) ?? fetch(request);
}

async function kept(address) {
  const cache = await caches.open(CACHE);
  return cache.match(address);
}

function soon(answer) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), PATIENCE_MS));
  return Promise.race([answer, late]);
}
