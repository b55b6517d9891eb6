-- SPDX-License-Identifier: Apache-2.0
-- Sessions and what login needs to know of an account.

-- Whatever the account's state: what becomes of signing in is decided after the password. user_id 0: an
-- account whose address is to be confirmed first.
-- name: auth_account_by_username(login str)
SELECT user_id, password_hash
FROM users
WHERE username = CONVERT(:login USING ascii) AND account_state <> 'erased'
UNION ALL
SELECT 0, password_hash
FROM registrations
WHERE username = CONVERT(:login USING ascii) AND expires_at > NOW(6)
LIMIT 1;

-- Not those to be confirmed: trying one's own password on another's address would tell whether it is known.
-- name: auth_account_by_email(login str)
SELECT user_id, password_hash
FROM users
WHERE email = :login AND account_state <> 'erased'
LIMIT 1;

-- name: auth_account_by_id(user_id i64)
SELECT user_id, password_hash
FROM users
WHERE user_id = :user_id AND is_active = 1
LIMIT 1;

-- name: auth_set_password_hash(password_hash str, user_id i64)
UPDATE users SET password_hash = :password_hash WHERE user_id = :user_id;

-- name: auth_add_session(user_id i64, token_hash str, ip_address str?, user_agent str?, sign_in_method str, remembered i64, seconds i64)
INSERT INTO sessions (user_id, token_hash, ip_address, user_agent, sign_in_method, remembered, confirmed_at, expires_at)
VALUES (:user_id, :token_hash, :ip_address, :user_agent, :sign_in_method, :remembered, NOW(6),
        NOW(6) + INTERVAL :seconds SECOND);

-- name: auth_session(token_hash str, idle_minutes i64)
SELECT s.session_id, s.user_id, u.role,
       TIMESTAMPDIFF(MICROSECOND, '1970-01-01', s.expires_at) AS expires_us
FROM sessions s
JOIN users u ON u.user_id = s.user_id
WHERE s.token_hash = :token_hash
  AND s.expires_at > NOW(6)
  AND s.last_activity_at > NOW(6) - INTERVAL :idle_minutes MINUTE
  AND u.is_active = 1
LIMIT 1;

-- name: auth_touch_session(session_id i64)
UPDATE sessions SET last_activity_at = NOW(6)
WHERE session_id = :session_id AND last_activity_at < NOW(6) - INTERVAL 1 MINUTE;

-- name: auth_confirm_session(session_id i64)
UPDATE sessions SET confirmed_at = NOW(6) WHERE session_id = :session_id;

-- Those to be ended; 0 stands for any.
-- name: auth_sessions_to_end(user_id i64, session_id i64, except i64)
SELECT session_id, token_hash FROM sessions
WHERE user_id = :user_id AND (:session_id = 0 OR session_id = :session_id) AND session_id <> :except
ORDER BY session_id LIMIT 10000 FOR UPDATE;

-- name: auth_sessions_of(user_id i64)
SELECT session_id, token_hash FROM sessions WHERE user_id = :user_id ORDER BY session_id LIMIT 10000;

-- name: auth_end_session(session_id i64)
DELETE FROM sessions WHERE session_id = :session_id;
