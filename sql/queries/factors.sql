-- SPDX-License-Identifier: Apache-2.0
-- Second factors, passkeys, and confirming that one is still who signed in.

-- When the session was last confirmed is read from its row and never cached: a confirmation counts
-- everywhere at once, and so does its age.
-- name: factors_confirmation(minutes i64, session_id i64, providers str)
SELECT COALESCE(s.confirmed_at > NOW(6) - INTERVAL :minutes MINUTE, 0) AS fresh,
       u.password_hash IS NOT NULL AS password,
       EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.user_id) AS passkey,
       EXISTS (SELECT 1 FROM user_totp t WHERE t.user_id = u.user_id AND t.confirmed_at IS NOT NULL) AS code,
       EXISTS (SELECT 1 FROM oauth_connections o
               WHERE o.user_id = u.user_id AND FIND_IN_SET(o.provider, :providers) > 0) AS oauth
FROM sessions s
JOIN users u ON u.user_id = s.user_id
WHERE s.session_id = :session_id AND s.expires_at > NOW(6) AND u.is_active = 1
LIMIT 1;

-- name: factors_state(user_id i64)
SELECT u.password_hash IS NOT NULL AS password,
       EXISTS (SELECT 1 FROM user_totp t WHERE t.user_id = u.user_id AND t.confirmed_at IS NOT NULL) AS totp,
       (SELECT COUNT(*) FROM recovery_codes r WHERE r.user_id = u.user_id AND r.used_at IS NULL)
           AS recovery_codes_left,
       EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.user_id) AS passkey
FROM users u WHERE u.user_id = :user_id LIMIT 1;

-- name: factors_name(user_id i64)
SELECT username FROM users WHERE user_id = :user_id LIMIT 1;

-- Nothing changes once it is on.
-- name: totp_start(user_id i64, secret str)
INSERT INTO user_totp (user_id, secret) VALUES (:user_id, :secret)
ON DUPLICATE KEY UPDATE secret = IF(confirmed_at IS NULL, VALUES(secret), secret);

-- name: totp_get(user_id i64)
SELECT secret, confirmed_at IS NOT NULL AS confirmed FROM user_totp WHERE user_id = :user_id LIMIT 1;

-- name: totp_confirm(step i64, user_id i64, secret str)
UPDATE user_totp SET confirmed_at = NOW(6), last_step = :step
WHERE user_id = :user_id AND confirmed_at IS NULL AND secret = :secret;

-- Of two who come with the same code one changes the row.
-- name: totp_use(step i64, user_id i64)
UPDATE user_totp SET last_step = :step
WHERE user_id = :user_id AND confirmed_at IS NOT NULL AND last_step < :step;

-- name: totp_remove(user_id i64)
DELETE FROM user_totp WHERE user_id = :user_id;

-- name: recovery_codes_add(user_id i64, code_hash str)
INSERT INTO recovery_codes (user_id, code_hash) VALUES (:user_id, :code_hash);

-- name: recovery_codes_remove(user_id i64)
DELETE FROM recovery_codes WHERE user_id = :user_id;

-- name: recovery_code_use(user_id i64, code_hash str)
UPDATE recovery_codes SET used_at = NOW(6)
WHERE user_id = :user_id AND code_hash = :code_hash AND used_at IS NULL;

-- name: sign_ins_add(token_hash str, user_id i64, how str, remember i64, minutes i64)
INSERT INTO sign_ins (token_hash, user_id, how, remember, expires_at)
VALUES (:token_hash, :user_id, :how, :remember, NOW(6) + INTERVAL :minutes MINUTE);

-- name: sign_ins_try(token_hash str, tries i64)
UPDATE sign_ins SET tries = tries + 1
WHERE token_hash = :token_hash AND tries < :tries AND expires_at > NOW(6);

-- name: sign_ins_get(token_hash str)
SELECT user_id, how, remember, tries,
       TIMESTAMPDIFF(MICROSECOND, '1970-01-01', expires_at) AS expires_us
FROM sign_ins WHERE token_hash = :token_hash AND expires_at > NOW(6) LIMIT 1;

-- name: sign_ins_end(token_hash str)
DELETE FROM sign_ins WHERE token_hash = :token_hash;

-- Those that wait for their second step.
-- name: sign_ins_end_of(user_id i64)
DELETE FROM sign_ins WHERE user_id = :user_id;

-- name: sweep_sign_ins(limit i64)
DELETE FROM sign_ins WHERE expires_at < NOW(6) ORDER BY expires_at LIMIT :limit;

-- name: sweep_passkey_challenges(limit i64)
DELETE FROM passkey_challenges WHERE expires_at < NOW(6) ORDER BY expires_at LIMIT :limit;

-- Each is answered once: the second finds its key taken.
-- name: passkey_challenge_take(challenge_hash str, minutes i64)
INSERT INTO passkey_challenges (challenge_hash, expires_at)
VALUES (:challenge_hash, NOW(6) + INTERVAL :minutes MINUTE);

-- name: passkeys_of(user_id i64)
SELECT passkey_id, display_name, credential_id, transports, created_at, last_used_at
FROM passkeys WHERE user_id = :user_id ORDER BY passkey_id LIMIT 100;

-- name: passkeys_get(user_id i64, passkey_id i64)
SELECT passkey_id, display_name, created_at, last_used_at
FROM passkeys WHERE user_id = :user_id AND passkey_id = :passkey_id LIMIT 1;

-- Whatever the state of its account: who proves to be its owner may be told, or comes back by it.
-- name: passkeys_by_credential(credential_hash str)
SELECT p.passkey_id, p.user_id, p.public_key, p.algorithm, p.sign_count, u.passkey_handle
FROM passkeys p
JOIN users u ON u.user_id = p.user_id
WHERE p.credential_hash = :credential_hash
LIMIT 1;

-- name: passkeys_add(user_id i64, credential_hash str, credential_id str, public_key str, algorithm i64, sign_count i64, transports str, display_name str)
INSERT INTO passkeys (user_id, credential_hash, credential_id, public_key, algorithm, sign_count, transports, display_name)
VALUES (:user_id, :credential_hash, :credential_id, :public_key, :algorithm, :sign_count, :transports, :display_name);

-- name: passkeys_promise(registration_id i64, credential_hash str, credential_id str, public_key str, algorithm i64, sign_count i64, transports str, display_name str, passkey_handle str)
INSERT INTO registration_passkeys
    (registration_id, credential_hash, credential_id, public_key, algorithm, sign_count, transports, display_name, passkey_handle)
VALUES (:registration_id, :credential_hash, :credential_id, :public_key, :algorithm, :sign_count, :transports, :display_name,
        :passkey_handle);

-- name: passkeys_promised(credential_hash str)
SELECT r.registration_id FROM registration_passkeys p
JOIN registrations r ON r.registration_id = p.registration_id
WHERE p.credential_hash = :credential_hash AND r.expires_at > NOW(6) LIMIT 1;

-- name: passkeys_keep_promise(user_id i64, registration_id i64)
INSERT INTO passkeys (user_id, credential_hash, credential_id, public_key, algorithm, sign_count, transports, display_name)
SELECT :user_id, credential_hash, credential_id, public_key, algorithm, sign_count, transports, display_name
FROM registration_passkeys WHERE registration_id = :registration_id;

-- name: passkeys_keep_handle(registration_id i64, user_id i64)
UPDATE users u JOIN registration_passkeys r ON r.registration_id = :registration_id
SET u.passkey_handle = r.passkey_handle
WHERE u.user_id = :user_id;

-- name: passkeys_still_there(passkey_id i64)
SELECT passkey_id FROM passkeys WHERE passkey_id = :passkey_id LIMIT 1 FOR UPDATE;

-- Authenticators that count only ever count up; the others send 0 for ever.
-- name: passkeys_used(sign_count i64, passkey_id i64)
UPDATE passkeys SET sign_count = :sign_count, last_used_at = NOW(6)
WHERE passkey_id = :passkey_id AND (:sign_count > sign_count OR (:sign_count = 0 AND sign_count = 0));

-- name: passkeys_rename(display_name str, user_id i64, passkey_id i64)
UPDATE passkeys SET display_name = :display_name WHERE user_id = :user_id AND passkey_id = :passkey_id;

-- name: passkeys_remove(user_id i64, passkey_id i64)
DELETE FROM passkeys WHERE user_id = :user_id AND passkey_id = :passkey_id;

-- name: passkeys_person(user_id i64)
SELECT username, display_name, passkey_handle FROM users WHERE user_id = :user_id LIMIT 1;

-- name: passkeys_set_handle(passkey_handle str, user_id i64)
UPDATE users SET passkey_handle = :passkey_handle WHERE user_id = :user_id AND passkey_handle IS NULL;

-- How many ways into the account there are. Who takes one away has locked the user's row.
-- name: factors_ways_in(user_id i64, providers str)
SELECT {ways_in(:user_id, :providers)} AS ways LIMIT 1;
