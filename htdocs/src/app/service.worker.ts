// SPDX-License-Identifier: Apache-2.0
// Offline shell: keeps hashed assets only. Pages and the API always come from the network; without it
// the reader sees the last shell's assets and a plain sentence.
declare const PRECACHE: string[];
declare const VERSION: string;

interface ServiceWorkerGlobal extends EventTarget { location: Location; skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } }
interface Extendable extends Event { waitUntil(p: Promise<unknown>): void }
interface Fetching extends Extendable { request: Request; respondWith(r: Promise<Response> | Response): void }

const worker = self as unknown as ServiceWorkerGlobal;
const CACHE = `wall-${VERSION}`;

worker.addEventListener("install", (e) => (e as Extendable).waitUntil(caches.open(CACHE).then((c) => c.addAll(PRECACHE))));
worker.addEventListener("activate", (e) => (e as Extendable).waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("wall-") && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
})()));
// The page asks first: an update takes over only when its reader agrees.
worker.addEventListener("message", (e) => { if ((e as MessageEvent).data === "take-over") void worker.skipWaiting(); });

worker.addEventListener("fetch", (event) => {
  const e = event as Fetching, url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (url.pathname.startsWith("/assets/")) {
    e.respondWith((async () => {
      const hit = await caches.match(e.request);
      if (hit) return hit;
      const answer = await fetch(e.request);
      if (answer.ok && /-[0-9A-Za-z]{8,}\./.test(url.pathname)) (await caches.open(CACHE)).put(e.request, answer.clone());
      return answer;
    })());
  }
});

export {};
