-- SPDX-License-Identifier: Apache-2.0
-- Generation jobs. The row is the truth; Redis only rings. Every write of a worker carries the fence
-- it got with its claim, so that one who was thought dead writes nothing when it comes back. All times
-- are the database's.

-- name: jobs_add(job_id str, app_id i64, user_id i64, priority i64, max_attempts i64, min i64, max i64, tokens_per_brick i64, expected i64)
INSERT INTO ai_generation_jobs
    (job_id, app_id, user_id, priority, max_attempts, estimated_bricks_min, estimated_bricks_max,
     tokens_per_brick, expected_tokens)
VALUES (:job_id, :app_id, :user_id, :priority, :max_attempts, :min, :max, :tokens_per_brick, :expected);

-- define: job_columns() j.job_id, j.app_id, a.post_id, j.user_id, j.status, j.progress_percentage,
--     j.attempts, j.max_attempts, j.estimated_bricks_min, j.estimated_bricks_max, j.tokens_per_brick,
--     j.actual_bricks_cost, j.prompt_tokens, j.completion_tokens, j.total_tokens,
--     a.generation_model, j.error_code, j.error_message, j.error_reason,
--     IFNULL(j.error_seconds, 0) AS error_seconds,
--     h.status = 'released' AS refunded,
--     j.created_at, j.started_at, j.completed_at, j.failed_at

-- define: job_joins() JOIN ai_applications a ON a.app_id = j.app_id
--     JOIN posts p ON p.post_id = a.post_id
--     JOIN walls w ON w.wall_id = p.wall_id
--     LEFT JOIN bricks_holds h ON h.job_id = j.job_id

-- name: jobs_get(viewer i64, job_id str)
SELECT {job_columns()}
FROM ai_generation_jobs j
{job_joins()}
WHERE j.job_id = :job_id AND {post_seen(:viewer)}
LIMIT 1;

-- Those of several (a JSON array of ids) that the viewer may see.
-- name: jobs_seen(job_ids str, viewer i64)
SELECT {job_columns()}
FROM JSON_TABLE(:job_ids, '$[*]'
     COLUMNS (job_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin PATH '$')) ids
JOIN ai_generation_jobs j ON j.job_id = ids.job_id
{job_joins()}
WHERE {post_seen(:viewer)}
LIMIT 50;

-- name: jobs_cancel(job_id str, user_id i64)
UPDATE ai_generation_jobs
SET status = 'cancelled', fence = fence + 1, lease_until = NULL, not_before = NULL
WHERE job_id = :job_id AND user_id = :user_id AND status IN ('queued', 'processing');

-- What a claim would get: the job as it waits, fence and attempts as they will be.
-- name: jobs_claimable(job_id str)
SELECT j.job_id, j.app_id, j.user_id, j.priority, j.attempts + 1 AS attempts, j.max_attempts,
       j.fence + 1 AS fence, j.estimated_bricks_max AS held, j.tokens_per_brick, a.user_prompt,
       TIMESTAMPDIFF(MICROSECOND, j.created_at, NOW(6)) AS waited_us
FROM ai_generation_jobs j
JOIN ai_applications a ON a.app_id = j.app_id
WHERE j.job_id = :job_id AND j.status = 'queued' AND j.attempts < j.max_attempts
  AND (j.not_before IS NULL OR j.not_before <= NOW(6))
LIMIT 1;

-- One statement takes job and app, if the job is still as it was read: of several who read it, one
-- raises the fence.
-- name: jobs_claim(fence i64, lease i64, job_id str)
UPDATE ai_generation_jobs j JOIN ai_applications a ON a.app_id = j.app_id
SET j.status = 'processing', j.fence = :fence, j.attempts = j.attempts + 1,
    j.lease_until = NOW(6) + INTERVAL :lease SECOND, j.not_before = NULL, j.started_at = NOW(6),
    j.progress_percentage = 0, j.error_code = NULL, j.error_message = NULL,
    j.error_reason = NULL, j.error_seconds = NULL, a.status = 'processing'
WHERE j.job_id = :job_id AND j.status = 'queued' AND j.fence = :fence - 1;

-- name: jobs_renew(lease i64, percent i64, job_id str, fence i64)
UPDATE ai_generation_jobs
SET lease_until = NOW(6) + INTERVAL :lease SECOND, progress_percentage = :percent
WHERE job_id = :job_id AND fence = :fence AND status = 'processing';

-- name: jobs_complete(cost i64, prompt_tokens i64, completion_tokens i64, total_tokens i64, job_id str, fence i64)
UPDATE ai_generation_jobs
SET status = 'completed', progress_percentage = 100, actual_bricks_cost = :cost,
    prompt_tokens = :prompt_tokens, completion_tokens = :completion_tokens,
    total_tokens = :total_tokens, completed_at = NOW(6), lease_until = NULL
WHERE job_id = :job_id AND fence = :fence AND status = 'processing';

-- name: jobs_fail(code str, message str, reason str, seconds i64, job_id str, fence i64, was str)
UPDATE ai_generation_jobs
SET status = 'failed', error_code = :code, error_message = :message, error_reason = :reason,
    error_seconds = :seconds, failed_at = NOW(6),
    fence = fence + 1, lease_until = NULL, not_before = NULL
WHERE job_id = :job_id AND fence = :fence AND status = :was;

-- name: jobs_again(delay_ms i64, code str, message str, reason str, seconds i64, job_id str, fence i64)
UPDATE ai_generation_jobs
SET status = 'queued', not_before = NOW(6) + INTERVAL (:delay_ms * 1000) MICROSECOND,
    error_code = :code, error_message = :message, error_reason = :reason,
    error_seconds = :seconds, progress_percentage = 0,
    fence = fence + 1, lease_until = NULL
WHERE job_id = :job_id AND fence = :fence AND status = 'processing';

-- name: jobs_hand_back(job_id str, fence i64)
UPDATE ai_generation_jobs
SET status = 'queued', not_before = NULL, progress_percentage = 0, attempts = attempts - 1,
    fence = fence + 1, lease_until = NULL
WHERE job_id = :job_id AND fence = :fence AND status = 'processing' AND attempts > 0;

-- A job that nobody is at work on.
-- define: job_left() job_id, app_id, user_id, priority, attempts, max_attempts, fence,
--     estimated_bricks_max AS held

-- name: jobs_overdue(limit i64)
SELECT {job_left()} FROM ai_generation_jobs
WHERE status = 'processing' AND lease_until < NOW(6)
ORDER BY lease_until LIMIT :limit;

-- name: jobs_due(limit i64)
SELECT {job_left()} FROM ai_generation_jobs
WHERE status = 'queued' AND not_before <= NOW(6)
ORDER BY created_at LIMIT :limit;

-- name: jobs_waiting(limit i64)
SELECT {job_left()} FROM ai_generation_jobs
WHERE status = 'queued' AND (not_before IS NULL OR not_before <= NOW(6))
  AND updated_at < NOW(6) - INTERVAL 1 SECOND
ORDER BY created_at LIMIT :limit;

-- name: jobs_expired(limit i64)
SELECT j.job_id, j.app_id, j.user_id, j.priority, j.attempts, j.max_attempts, j.fence,
       h.amount AS held
FROM bricks_holds h JOIN ai_generation_jobs j ON j.job_id = h.job_id
WHERE h.status = 'held' AND h.expires_at < NOW(6) AND j.status <> 'processing'
ORDER BY h.expires_at LIMIT :limit;

-- name: jobs_mean_ms()
SELECT CAST(AVG(took) AS SIGNED) AS mean_ms FROM (
    SELECT TIMESTAMPDIFF(MICROSECOND, started_at, completed_at) DIV 1000 AS took
    FROM ai_generation_jobs WHERE status = 'completed'
    ORDER BY created_at DESC LIMIT 20) AS latest;
