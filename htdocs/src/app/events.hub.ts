// SPDX-License-Identifier: Apache-2.0
// The stream itself: GET /api/v1/events?topics=…, one EventSource for all topics, opened anew when the
// set of topics changes. Each topic resumes after the last id heard of it.

export interface Hub { watch(topic: string): void; unwatch(topic: string): void; restart(): void; /** forgets all topics */ close(): void }
type Deliver = (topic: string, event: string, data: unknown) => void;

/** Every event of the multiplexed stream carries its topic and name inside. */
interface Frame { topic: string; event: string; id?: string; data: unknown }

const TOPICS_MAX = 50;

export class EventHub implements Hub {
  #topics = new Map<string, string>(); // topic → id of the last event heard, "" for none
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;

  constructor(readonly deliver: Deliver) {}

  /** Also for a topic already watched: a newcomer needs its history, the others must bear it again. */
  watch(topic: string): void {
    this.#close(); // what still comes in belongs to the stream before
    this.#topics.delete(topic);
    this.#topics.set(topic, "");
    this.#open(20);
  }

  unwatch(topic: string): void {
    this.#topics.delete(topic);
    if (!this.#topics.size) this.#close();
  }

  restart(): void { this.#open(20); }

  close(): void {
    this.#topics.clear();
    this.#close();
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #open(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#close();
      if (!this.#topics.size) return;
      // More than the server takes: the newest ones, which are what is on the screen.
      const topics = [...this.#topics].slice(-TOPICS_MAX).map(([name, last]) => last ? `${name}@${last}` : name).join(",");
      const source = this.#source = new EventSource(`/api/v1/events?topics=${encodeURIComponent(topics)}`);
      source.onopen = () => {
        this.#tries = 0;
        for (const topic of this.#topics.keys()) this.deliver(topic, "stream.open", {});
      };
      source.onerror = () => {
        // The browser's own retry would ask with the old ids; ask with what was heard since.
        source.close();
        if (this.#source === source) this.#open(Math.min(30_000, 500 * 2 ** this.#tries++) * (0.75 + Math.random() / 2));
      };
      source.onmessage = ({ data }) => {
        const frame = JSON.parse(data) as Frame;
        if (!this.#topics.has(frame.topic)) return;
        if (frame.id) this.#topics.set(frame.topic, frame.id);
        this.deliver(frame.topic, frame.event, frame.data);
      };
    }, delay);
  }
}
