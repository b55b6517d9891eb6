-- SPDX-License-Identifier: Apache-2.0
-- Where an account is signed in, and the history of signing in.

-- name: devices_sessions(current i64, user_id i64, idle_minutes i64)
SELECT session_id, session_id = :current AS `current`, user_agent, ip_address, sign_in_method, remembered,
       created_at, last_activity_at, expires_at
FROM sessions
WHERE user_id = :user_id AND expires_at > NOW(6)
  AND last_activity_at > NOW(6) - INTERVAL :idle_minutes MINUTE
ORDER BY session_id = :current DESC, last_activity_at DESC, session_id DESC
LIMIT 200;

-- name: devices_logins(user_id i64, before i64, max_rows i64)
SELECT login_id, outcome, sign_in_method, user_agent, ip_address, created_at
FROM logins
WHERE user_id = :user_id AND login_id < :before
ORDER BY login_id DESC
LIMIT :max_rows;
