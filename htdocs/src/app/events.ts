// SPDX-License-Identifier: Apache-2.0
// One stream of events for all tabs: a SharedWorker holds it where there is one, else this page does.
import { EventHub, type Hub } from "./events.hub";
import { shell } from "./shell";
import { me } from "./session";
import { scriptUrl } from "./trusted";

export type Handler = (event: string, data: any) => void; // eslint-disable-line

const handlers = new Map<string, Set<Handler>>();
const deliver = (topic: string, event: string, data: unknown) => handlers.get(topic)?.forEach((h) => h(event, data));

function connect(): Hub {
  if (typeof SharedWorker === "undefined") return new EventHub(deliver);
  const worker = new SharedWorker(scriptUrl(shell.events_worker), { type: "module", name: "wall-events" });
  worker.port.onmessage = ({ data }: MessageEvent<[string, string, unknown]>) => deliver(...data);
  worker.port.start();
  worker.addEventListener("error", () => { // it cannot be had: this page listens by itself
    hub = new EventHub(deliver);
    for (const topic of handlers.keys()) hub.watch(topic);
  });
  return {
    watch: (topic) => worker.port.postMessage(["watch", topic]),
    unwatch: (topic) => worker.port.postMessage(["unwatch", topic]),
    restart: () => worker.port.postMessage(["restart"]),
    close: () => worker.port.postMessage(["close"]),
  };
}

let hub: Hub | null = null;

// A page that is left hears nothing more; one that is come back to as it was left begins to hear anew.
addEventListener("pagehide", () => hub?.close());
addEventListener("pageshow", (e) => { if (e.persisted) for (const topic of handlers.keys()) hub?.watch(topic); });

/**
 * Hears a topic ("job:<id>", "wall:<id>", "user:<id>") until the returned function is called.
 * A new watcher is told the topic's short history first, so it can join in the middle. Some events only pass and are in
 * no history: who lives by them asks for the state itself at each "stream.open", which comes whenever hearing begins.
 */
export function watch(topic: string, handler: Handler): () => void {
  hub ??= connect();
  let set = handlers.get(topic);
  if (!set) handlers.set(topic, set = new Set());
  set.add(handler);
  hub.watch(topic); // also for a second watcher: it needs the history
  return () => {
    set.delete(handler);
    if (set.size) return;
    handlers.delete(topic);
    hub?.unwatch(topic);
  };
}

/** When somebody else is signed in the stream must be theirs. */
let listener = me.peek()?.user_id;
me.subscribe((now) => {
  if (now?.user_id === listener) return; // the same person, whose balance or settings changed
  listener = now?.user_id;
  hub?.restart();
});
