-- SPDX-License-Identifier: Apache-2.0
-- What the SSE hub asks.

-- Which of these sessions (a JSON array of ids) are over? Usually none.
-- name: streams_ended_sessions(ids str)
SELECT j.session_id AS session_id
FROM JSON_TABLE(:ids, '$[*]' COLUMNS (session_id BIGINT PATH '$')) j
LEFT JOIN sessions s ON s.session_id = j.session_id AND s.expires_at > NOW(6)
LEFT JOIN users u ON u.user_id = s.user_id AND u.is_active = 1
WHERE u.user_id IS NULL
LIMIT 10000;
