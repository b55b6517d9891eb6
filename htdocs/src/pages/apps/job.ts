// SPDX-License-Identifier: Apache-2.0
// A job as it is heard: position, stage, code so far.
import { signal, type Signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { get, type Schema } from "../../api/client";
import { watch } from "../../app/events";

export type Stage = "html" | "css" | "js" | "check";
export type End = "completed" | "failed" | "cancelled";
export interface Live {
  position: number; total: number; eta_s: number;
  stage: Stage | null;
  code: string;
  percent: number; tokens: number; tokens_per_s: number; bricks: number;
  since: number;
  job: Schema["Job"] | null;
}

const NOTHING: Live = { position: 0, total: 0, eta_s: 0, stage: null, code: "", percent: 0, tokens: 0, tokens_per_s: 0, bricks: 0, since: 0, job: null };

const PAUSE = 3000; // ms before what could not be done is done again

/** Follows a job until it ends; `ended` is then called once, and again as long as it fails. */
export function useJob(jobId: string, ended: (end: End) => Promise<void>): Signal<Live> {
  const live = useMemo(() => signal<Live>(NOTHING), [jobId]);
  useEffect(() => {
    let over = false, here = true, timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (how: End) => void ended(how).catch(() => { if (here) timer = setTimeout(() => tell(how), PAUSE); });
    const end = (how: End) => { if (!over) { over = true; tell(how); } };
    void get("/ai/jobs/{job_id}", { path: { job_id: jobId } }).then((job) => {
      const it = job as Schema["Job"];
      live.value = { ...live.value, job: it, ...(live.value.total ? {} : { position: it.position ?? 0, total: it.total ?? 0, eta_s: it.eta_s ?? 0 }) };
      if (it.status === "completed" || it.status === "failed" || it.status === "cancelled") end(it.status);
    }).catch(() => {}); // the stream tells as well
    const stop = watch(`job:${jobId}`, (event, d) => {
      if (event === "job.queued") live.value = { ...live.value, stage: null, position: d.position, total: d.total, eta_s: d.eta_s };
      // A history begins with this, also one that is told again because somebody joined.
      else if (event === "job.started") live.value = { ...live.value, stage: "html", code: "", percent: 0, tokens: 0, bricks: 0, since: Date.now() };
      else if (event === "job.progress") {
        // Each part of the app is shown from its first line.
        const before = d.stage === live.value.stage ? live.value.code : "";
        live.value = { ...live.value, ...d, code: before + (d.delta ?? ""), since: live.value.since || Date.now() };
      } else if (event === "job.completed") end("completed");
      else if (event === "job.failed") end("failed");
      else if (event === "job.cancelled") end("cancelled");
    });
    return () => { over = true; here = false; clearTimeout(timer); stop(); };
  }, [jobId]);
  return live;
}
