-- SPDX-License-Identifier: Apache-2.0
-- What `wallctl status` shows.

-- name: status_jobs()
SELECT status, COUNT(*) AS jobs, COALESCE(MAX(TIMESTAMPDIFF(SECOND, created_at, NOW(6))), 0) AS oldest_s
FROM ai_generation_jobs GROUP BY status ORDER BY status LIMIT 20;

-- name: status_leases_expired()
SELECT COUNT(*) AS n FROM ai_generation_jobs WHERE status = 'processing' AND lease_until < NOW(6);

-- name: status_outbox()
SELECT COUNT(*) AS n FROM outbox;
