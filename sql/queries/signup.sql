-- SPDX-License-Identifier: Apache-2.0
-- Opening accounts: those that wait for their address to be confirmed, single-use links, invitations, approvals.

-- name: signup_add(username str, email str, password_hash str?, display_name str, language str?, token_hash str, invitation_id i64?, seconds i64)
INSERT INTO registrations
    (username, email, password_hash, display_name, language, token_hash, invitation_id, expires_at)
VALUES (:username, :email, :password_hash, :display_name, :language, :token_hash, :invitation_id,
        NOW(6) + INTERVAL :seconds SECOND);

-- define: registration_columns() registration_id, username, email, password_hash, display_name, language,
--     invitation_id

-- name: signup_by_token(token_hash str)
SELECT {registration_columns()} FROM registrations
WHERE token_hash = :token_hash AND expires_at > NOW(6) LIMIT 1 FOR UPDATE;

-- name: signup_by_email(email str)
SELECT {registration_columns()} FROM registrations
WHERE email = :email AND expires_at > NOW(6) ORDER BY registration_id DESC LIMIT 1 FOR UPDATE;

-- name: signup_delete(registration_id i64)
DELETE FROM registrations WHERE registration_id = :registration_id;

-- name: signup_renew(token_hash str, seconds i64, registration_id i64)
UPDATE registrations SET token_hash = :token_hash, expires_at = NOW(6) + INTERVAL :seconds SECOND
WHERE registration_id = :registration_id;

-- Another's reservation of a name that has not ended.
-- name: signup_name_reserved(username str, registration_id i64)
SELECT registration_id FROM registrations
WHERE username = :username AND registration_id <> :registration_id AND expires_at > NOW(6) LIMIT 1;

-- Those that have ended; one of a name, or of any when it is NULL.
-- name: signup_expired(username str?, limit i64)
SELECT {registration_columns()} FROM registrations
WHERE (:username IS NULL OR username = :username) AND expires_at <= NOW(6)
ORDER BY expires_at LIMIT :limit FOR UPDATE;

-- name: signup_email_known(email str)
SELECT user_id FROM users WHERE email = :email LIMIT 1;

-- name: signup_complete(state str, email_verified i64, language str?, mail_language str?, invitation_id i64?, user_id i64)
UPDATE users SET account_state = :state, email_verified = :email_verified, language = :language,
    mail_language = :mail_language, invitation_id = :invitation_id
WHERE user_id = :user_id;

-- The identity elsewhere that waited with the registration is the new account's.
-- name: signup_connect(user_id i64, registration_id i64)
INSERT INTO oauth_connections (user_id, provider, provider_user_id, account_name, access_token,
                               refresh_token, token_expires_at, device_id, last_used_at)
SELECT :user_id, provider, provider_user_id, account_name, access_token, refresh_token,
       token_expires_at, device_id, NOW(6)
FROM oauth_arrivals WHERE registration_id = :registration_id LIMIT 1;

-- name: signup_connected(registration_id i64)
DELETE FROM oauth_arrivals WHERE registration_id = :registration_id;

-- ---- single-use links ----

-- name: tokens_add(user_id i64, purpose str, token_hash str, email str, seconds i64)
INSERT INTO account_tokens (user_id, purpose, token_hash, email, expires_at)
VALUES (:user_id, :purpose, :token_hash, :email, NOW(6) + INTERVAL :seconds SECOND);

-- define: token_columns() t.token_id, t.user_id, t.purpose, t.email, t.created_at, t.expires_at, u.username,
--     u.display_name, u.email AS present_email

-- name: tokens_find(token_hash str)
SELECT {token_columns()}
FROM account_tokens t JOIN users u ON u.user_id = t.user_id
WHERE t.token_hash = :token_hash AND t.used_at IS NULL AND t.expires_at > NOW(6) LIMIT 1;

-- name: tokens_use(token_id i64)
UPDATE account_tokens SET used_at = NOW(6)
WHERE token_id = :token_id AND used_at IS NULL AND expires_at > NOW(6);

-- name: tokens_void(user_id i64, purpose str)
UPDATE account_tokens SET used_at = NOW(6)
WHERE user_id = :user_id AND purpose = :purpose AND used_at IS NULL;

-- name: tokens_void_later(user_id i64, purpose str, token_id i64)
UPDATE account_tokens SET used_at = NOW(6)
WHERE user_id = :user_id AND purpose = :purpose AND token_id > :token_id AND used_at IS NULL;

-- The address that waits to be confirmed as the new one.
-- name: tokens_pending_email(user_id i64)
SELECT {token_columns()}
FROM account_tokens t JOIN users u ON u.user_id = t.user_id
WHERE t.user_id = :user_id AND t.purpose = 'change_email' AND t.used_at IS NULL AND t.expires_at > NOW(6)
ORDER BY t.created_at DESC LIMIT 1;

-- name: tokens_sweep(limit i64)
DELETE FROM account_tokens WHERE expires_at < NOW(6) - INTERVAL 7 DAY ORDER BY expires_at LIMIT :limit;

-- ---- the account ----

-- define: identity_columns() user_id, username, display_name, email, email_verified,
--     password_hash IS NOT NULL AS has_password, COALESCE(language, mail_language) AS language

-- name: identity_get(user_id i64)
SELECT {identity_columns()}
FROM users WHERE user_id = :user_id LIMIT 1;

-- name: identity_confirm_email(user_id i64, email str)
UPDATE users SET email_verified = 1 WHERE user_id = :user_id AND email = :email;

-- As above; no row when it was confirmed before.
-- name: identity_first_confirmed(user_id i64, email str)
UPDATE users SET email_verified = 1
WHERE user_id = :user_id AND email = :email AND email_verified = 0;

-- name: identity_set_email(email str, user_id i64)
UPDATE users SET email = :email, email_verified = 1 WHERE user_id = :user_id;

-- ---- what the worker looks up ----

-- name: requests_add(kind str, login str, language str?)
INSERT INTO account_requests (kind, login, language) VALUES (:kind, :login, :language);

-- name: requests_next()
SELECT request_id, kind, login, language FROM account_requests ORDER BY request_id LIMIT 1;

-- name: requests_done(request_id i64)
DELETE FROM account_requests WHERE request_id = :request_id;

-- Who may get a link for a new password.
-- name: requests_person(login str)
SELECT {identity_columns()}
FROM users
WHERE (email = :login OR username = CONVERT(:login USING ascii))
  AND account_state IN ('active', 'deactivated', 'leaving')
LIMIT 1;

-- name: requests_mailed_of_late(address str, kind str, seconds i64)
SELECT COUNT(*) FROM mails
WHERE address = :address AND kind = :kind AND created_at > NOW(6) - INTERVAL :seconds SECOND;

-- ---- what an intruder may have left ----

-- name: intruders_passkeys(user_id i64, since str)
DELETE FROM passkeys WHERE user_id = :user_id AND created_at >= :since;

-- name: intruders_connections(user_id i64, since str)
DELETE FROM oauth_connections WHERE user_id = :user_id AND connected_at >= :since;

-- name: intruders_keys(user_id i64, since str)
DELETE FROM api_keys WHERE user_id = :user_id AND created_at >= :since;

-- name: intruders_authenticator(user_id i64, since str)
DELETE FROM user_totp WHERE user_id = :user_id AND COALESCE(confirmed_at, created_at) >= :since;

-- ---- invitations ----

-- name: invitations_add(user_id i64, code_hash str, note str?, uses i64, days i64)
INSERT INTO invitations (user_id, code_hash, note, uses_left, expires_at)
VALUES (:user_id, :code_hash, :note, :uses, NOW(6) + INTERVAL :days DAY);

-- name: invitations_open_count(user_id i64)
SELECT COUNT(*) FROM invitations
WHERE user_id = :user_id AND revoked_at IS NULL AND uses_left > 0 AND expires_at > NOW(6);

-- define: invitation_columns() invitation_id, note, uses, uses_left, created_at, expires_at,
--     CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN uses_left = 0 THEN 'used'
--          WHEN expires_at <= NOW(6) THEN 'expired' ELSE 'open' END AS state

-- name: invitations_list(user_id i64, before i64, limit i64)
SELECT {invitation_columns()}
FROM invitations
WHERE user_id = :user_id AND invitation_id < :before
ORDER BY invitation_id DESC LIMIT :limit;

-- name: invitations_get(invitation_id i64, user_id i64)
SELECT {invitation_columns()}
FROM invitations
WHERE invitation_id = :invitation_id AND user_id = :user_id LIMIT 1;

-- name: invitations_revoke(invitation_id i64, user_id i64)
UPDATE invitations SET revoked_at = NOW(6)
WHERE invitation_id = :invitation_id AND user_id = :user_id AND revoked_at IS NULL;

-- name: invitations_by_code(code_hash str)
SELECT i.invitation_id FROM invitations i JOIN users u ON u.user_id = i.user_id
WHERE i.code_hash = :code_hash AND i.revoked_at IS NULL AND i.uses_left > 0 AND i.expires_at > NOW(6)
  AND u.is_active = 1
LIMIT 1;

-- name: invitations_use(invitation_id i64)
UPDATE invitations SET uses_left = uses_left - 1, uses = uses + 1
WHERE invitation_id = :invitation_id AND revoked_at IS NULL AND uses_left > 0;

-- name: invitations_give_back(invitation_id i64)
UPDATE invitations SET uses_left = uses_left + 1, uses = uses - 1
WHERE invitation_id = :invitation_id AND uses > 0;

-- ---- approvals ----

-- define: applicant_columns() user_id, username, display_name, email, email_verified, created_at

-- name: approvals_list(before i64, limit i64)
SELECT {applicant_columns()}
FROM users WHERE account_state = 'pending' AND user_id < :before
ORDER BY user_id DESC LIMIT :limit;

-- name: approvals_get(user_id i64)
SELECT {applicant_columns()}
FROM users WHERE user_id = :user_id AND account_state = 'pending' LIMIT 1 FOR UPDATE;

-- name: approvals_approve(user_id i64)
UPDATE users SET account_state = 'active' WHERE user_id = :user_id AND account_state = 'pending';

-- name: approvals_refuse(user_id i64)
DELETE FROM users WHERE user_id = :user_id AND account_state = 'pending';
