// Shows the offline page when the studio can't be reached. It keeps nothing else.
const CACHE = "offline-1";
const PAGE = "/offline/";

async function fill() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(PAGE, { cache: "reload" });
  const text = await answer.clone().text();
  await cache.put(PAGE, answer);
  const files = [...text.matchAll(/(?:href|src)="(\/?static\/[^"]+)"/g)].map((match) => new URL(match[1], location.origin).pathname);
  await cache.addAll([...new Set(files)]);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(PAGE)) ?? Response.error()));
  } else if (request.destination === "style" || request.destination === "image") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request, { ignoreSearch: true })) ?? Response.error()));
  }
});
