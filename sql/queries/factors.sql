-- SPDX-License-Identifier: Apache-2.0
-- Second factors, passkeys, and confirming that one is still who signed in.

-- When the session was last confirmed is read from its row and never cached: a confirmation counts
-- everywhere at once, and so does its age.
-- name: factors_confirmation(minutes i64, session_id i64)
SELECT COALESCE(s.confirmed_at > NOW(6) - INTERVAL :minutes MINUTE, 0) AS fresh,
       u.password_hash IS NOT NULL AS password,
       EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.user_id) AS passkey,
       EXISTS (SELECT 1 FROM user_totp t WHERE t.user_id = u.user_id AND t.confirmed_at IS NOT NULL) AS code
FROM sessions s
JOIN users u ON u.user_id = s.user_id
WHERE s.session_id = :session_id AND s.expires_at > NOW(6) AND u.is_active = 1
LIMIT 1;
