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

// Messages that come while the studio is closed: shown, and opened by a click in a window that is there already.
self.addEventListener("push", (event) => {
  const data = event.data?.json() ?? {};
  const shown = { body: data.body, tag: data.tag, icon: "/static/img/favicon.svg", data: { url: data.url } };
  event.waitUntil(self.registration.showNotification(data.title ?? "Showrunner", shown));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { pathname, search } = new URL(event.notification.data?.url || "/", location.origin);
  event.waitUntil(open(pathname + search));
});

async function open(address) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const here = windows.find((one) => new URL(one.url).origin === location.origin);
  if (!here) return self.clients.openWindow(address);
  await here.focus();
  return here.navigate(address).catch(() => self.clients.openWindow(address));
}
