// SPDX-License-Identifier: Apache-2.0
// The SharedWorker: holds the stream and hands each event to the tabs that watch its topic.
import { EventHub } from "./events.hub";

const tabs = new Map<MessagePort, Set<string>>();
const hub = new EventHub((topic, event, data) => {
  for (const [port, topics] of tabs) if (topics.has(topic)) port.postMessage([topic, event, data]);
});

function unwatch(port: MessagePort, topic: string): void {
  tabs.get(port)?.delete(topic);
  if (![...tabs.values()].some((topics) => topics.has(topic))) hub.unwatch(topic);
}

addEventListener("connect", (e) => {
  const port = (e as MessageEvent).ports[0]!;
  tabs.set(port, new Set());
  port.onmessage = ({ data: [what, topic] }: MessageEvent<[string, string]>) => {
    if (what === "watch") {
      tabs.get(port)!.add(topic);
      hub.watch(topic);
    } else if (what === "unwatch") {
      unwatch(port, topic);
    } else if (what === "restart") {
      hub.restart();
    } else if (what === "close") {
      for (const name of [...tabs.get(port)!]) unwatch(port, name);
    }
  };
  port.start();
});
