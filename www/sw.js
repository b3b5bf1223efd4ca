// Keeps the page usable without a network after the first visit.
//
// `cargo xtask dist` replaces the next two lines with a version made from the content of all
// files, and with the list of the files. A site that was built in another way has no list, and
// there the worker only removes what an earlier one left behind.
const VERSION = null;
const FILES = [];

// One origin may carry several sites: the name of the cache holds the place of this one.
const PREFIX = `kubestep ${self.registration.scope} `;
const CACHE = PREFIX + VERSION;

// A name with a content hash never changes its content; all other names do.
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
  // What the browser has just fetched for the page need not come twice; but what may have
  // changed under its name is asked for again.
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

// A new deploy is seen at once: the kept copy serves only where the network does not answer.
async function networkFirst(request) {
  try {
    return await fetch(request, { cache: "no-cache" });
  } catch (error) {
    const copy = (await kept(request)) ?? (request.mode === "navigate" && (await kept("./")));
    if (copy) return copy;
    throw error;
  }
}
