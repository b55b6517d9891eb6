-- SPDX-License-Identifier: Apache-2.0
-- What the SSE hub asks.

-- Which of these sessions (a JSON array of [id, seconds the stream has been open], ids of
-- API keys negative) are over, or their
-- user's who blocked somebody, or was blocked, since then? What they may see has to be asked anew. Some
-- seconds more, for a block is as old as its statement, not its commit. Usually none.
-- name: streams_ended_sessions(ids str, idle_minutes i64)
SELECT j.session_id AS session_id
FROM JSON_TABLE(:ids, '$[*]' COLUMNS (session_id BIGINT PATH '$[0]', age BIGINT PATH '$[1]')) j
LEFT JOIN sessions s ON s.session_id = j.session_id AND s.expires_at > NOW(6)
  AND s.last_activity_at > NOW(6) - INTERVAL :idle_minutes MINUTE
LEFT JOIN api_keys k ON k.key_id = -j.session_id AND (k.expires_at IS NULL OR k.expires_at > NOW(6))
LEFT JOIN users u ON u.user_id = COALESCE(s.user_id, k.user_id) AND u.is_active = 1
WHERE u.user_id IS NULL
   OR EXISTS (SELECT 1 FROM blocks b
              WHERE b.user_id = u.user_id AND b.created_at > NOW(6) - INTERVAL j.age + 3 SECOND)
   OR EXISTS (SELECT 1 FROM blocks b
              WHERE b.blocked_id = u.user_id AND b.created_at > NOW(6) - INTERVAL j.age + 3 SECOND)
LIMIT 10000;
