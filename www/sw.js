// Makes the page available offline after the first visit.
//
//
// `cargo xtask dist` replaces the next two lines by a version derived from the content of all files, and the
// list of files. A site built in another way has no list; there the worker only removes what an earlier one has
// cached.
const VERSION = null;
const FILES = [];

// One origin can host several sites, so the cache's name contains this one's scope.
const PREFIX = `kubestep ${self.registration.scope} `;
const CACHE = PREFIX + VERSION;

// The content of a name with a content hash never changes; that of other names can.
const HASHED = /-[0-9a-f]{16}(_bg)?\.[a-z]+$/;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  if (VERSION) event.waitUntil(keepAll());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(VERSION ? takeOver() : retire());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = event.request.method === "GET" && url.href.startsWith(self.registration.scope);
  if (!VERSION || !ours) return;
  event.respondWith(HASHED.test(url.pathname) ? cacheFirst(event.request) : networkFirst(event.request));
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  // Files that the browser has just fetched for the page are not fetched again, except those whose content can
  // change under the same name.
  await cache.addAll(
    FILES.map((file) => new Request(file, { cache: HASHED.test(file) ? "default" : "no-cache" })),
  );
}

async function takeOver() {
  await removeCaches((name) => name !== CACHE);
  await self.clients.claim();
}

async function retire() {
  await removeCaches(() => true);
  await self.registration.unregister();
}

async function removeCaches(unwanted) {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && unwanted(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return cache.match(request, { ignoreSearch: true });
}

async function cacheFirst(request) {
  return (await kept(request)) ?? fetch(request);
}

// A new deployment is visible immediately: the cached copy is used only if the network does not respond.
async function networkFirst(request) {
  try {
    return await fetch(request, { cache: "no-cache" });
  } catch (error) {
    const copy = (await kept(request)) ?? (request.mode === "navigate" && (await kept("./")));
    if (copy) return copy;
    throw error;
  }
}
