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

-- As ASCII, as addresses are: the column's order takes é for e, and each such spelling would be a name of
-- its own to whoever counts tries.
-- Not those to be confirmed: trying one's own password on another's address would tell whether it is known.
-- name: auth_account_by_email(login str)
SELECT user_id, password_hash
FROM users
WHERE email = CONVERT(:login USING ascii) AND account_state <> 'erased'
LIMIT 1;

-- Whether a try comes from a device the account has been signed in to, or from an address (of IPv6 its /64)
-- it is signed in at.
-- name: auth_familiar(user_id i64, device_hash str, ip_address str?)
SELECT EXISTS (SELECT 1 FROM known_devices WHERE user_id = :user_id AND device_hash = :device_hash)
    OR EXISTS (SELECT 1 FROM sessions WHERE user_id = :user_id
               AND LEFT(HEX(INET6_ATON(ip_address)), 16) = LEFT(HEX(INET6_ATON(:ip_address)), 16))
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

-- name: auth_sessions_beyond(user_id i64, kept i64)
SELECT session_id, token_hash FROM sessions
WHERE user_id = :user_id
ORDER BY last_activity_at DESC, session_id DESC LIMIT 1000 OFFSET :kept;

-- name: auth_end_session(session_id i64)
DELETE FROM sessions WHERE session_id = :session_id;

-- name: auth_key(key_hash str)
SELECT k.key_id, k.user_id, u.role, k.scopes,
       COALESCE(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', k.expires_at), 9000000000000000000) AS expires_us
FROM api_keys k
JOIN users u ON u.user_id = k.user_id
WHERE k.key_hash = :key_hash AND (k.expires_at IS NULL OR k.expires_at > NOW(6)) AND u.is_active = 1
LIMIT 1;

-- name: auth_touch_key(key_id i64)
UPDATE api_keys SET last_used_at = NOW(6)
WHERE key_id = :key_id AND (last_used_at IS NULL OR last_used_at < NOW(6) - INTERVAL 1 MINUTE);

-- name: auth_add_login(user_id i64?, outcome str, sign_in_method str, ip_address str?, user_agent str?)
INSERT INTO logins (user_id, outcome, sign_in_method, ip_address, user_agent)
VALUES (:user_id, :outcome, :sign_in_method, :ip_address, :user_agent);

-- Changes one row when the device is new to the account, two (as MySQL counts) when it is not.
-- name: auth_add_device(user_id i64, device_hash str)
INSERT INTO known_devices (user_id, device_hash) VALUES (:user_id, :device_hash)
ON DUPLICATE KEY UPDATE last_seen_at = NOW(6);

-- Whether a device the account has not seen is worth telling: not the one it was just opened with. An old
-- account that knows no other has been asleep for longer than devices are remembered.
-- name: auth_device_surprises(user_id i64, device_hash str)
SELECT EXISTS (SELECT 1 FROM known_devices WHERE user_id = :user_id AND device_hash <> :device_hash)
    OR EXISTS (SELECT 1 FROM users WHERE user_id = :user_id AND created_at < NOW(6) - INTERVAL 1 DAY)
LIMIT 1;

-- name: auth_trim_devices(user_id i64, kept i64)
DELETE d FROM known_devices d
JOIN (SELECT device_hash FROM known_devices WHERE user_id = :user_id
      ORDER BY last_seen_at DESC LIMIT 1000 OFFSET :kept) old ON old.device_hash = d.device_hash
WHERE d.user_id = :user_id;

-- name: auth_sweep_sessions(limit i64)
DELETE FROM sessions WHERE expires_at < NOW(6) ORDER BY expires_at LIMIT :limit;

-- name: auth_sweep_logins(days i64, limit i64)
DELETE FROM logins WHERE created_at < NOW(6) - INTERVAL :days DAY ORDER BY created_at LIMIT :limit;

-- name: auth_sweep_devices(limit i64)
DELETE FROM known_devices WHERE last_seen_at < NOW(6) - INTERVAL 400 DAY
ORDER BY last_seen_at LIMIT :limit;

-- name: auth_sweep_keys(limit i64)
DELETE FROM api_keys WHERE expires_at < NOW(6) - INTERVAL 30 DAY ORDER BY key_id LIMIT :limit;
