// SPDX-License-Identifier: Apache-2.0
// Why an app was not finished, in the server's words: what happened and what became of the bricks.
import { address, type Schema } from "../../api/client";
import { useResource } from "../../app/data";

/** @param fallback said until the job is here, and when it cannot be had */
export function Failure({ jobId, fallback }: { jobId: string; fallback: string }) {
  const job = useResource<Schema["Job"]>(address("/ai/jobs/{job_id}", { job_id: jobId }));
  return <p>{job.data.value?.error_message ?? fallback}</p>;
}
