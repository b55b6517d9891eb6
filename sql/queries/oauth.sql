-- SPDX-License-Identifier: Apache-2.0
-- Signing in by others: connections, journeys to a provider and back, arrivals without an account.

-- name: oauth_find(provider str, provider_user_id str)
SELECT connection_id, user_id FROM oauth_connections
WHERE provider = :provider AND provider_user_id = :provider_user_id
LIMIT 1;

-- name: oauth_connect(user_id i64, provider str, provider_user_id str, account_name str?, access_token str?, refresh_token str?, seconds i64?, device_id str?)
INSERT INTO oauth_connections (user_id, provider, provider_user_id, account_name, access_token,
                               refresh_token, token_expires_at, device_id, last_used_at)
VALUES (:user_id, :provider, :provider_user_id, :account_name, :access_token, :refresh_token,
        NOW(6) + INTERVAL :seconds SECOND, :device_id, NOW(6));

-- A provider that sends no refresh token this time leaves the one it sent before.
-- name: oauth_used_again(account_name str?, access_token str?, refresh_token str?, seconds i64?, device_id str?, connection_id i64)
UPDATE oauth_connections
SET account_name = COALESCE(:account_name, account_name), access_token = :access_token,
    refresh_token = COALESCE(:refresh_token, refresh_token),
    token_expires_at = NOW(6) + INTERVAL :seconds SECOND,
    device_id = COALESCE(:device_id, device_id),
    token_fence = token_fence + 1, refresh_until = NULL, refresh_failures = 0, lapsed_at = NULL,
    last_used_at = NOW(6)
WHERE connection_id = :connection_id;

-- name: oauth_connections(user_id i64)
SELECT connection_id, provider, account_name, COALESCE(is_primary, 0) AS is_primary, connected_at,
       last_used_at, lapsed_at IS NOT NULL AS needs_sign_in
FROM oauth_connections
WHERE user_id = :user_id
ORDER BY connection_id
LIMIT 50;

-- name: oauth_tokens(connection_id i64)
SELECT connection_id, user_id, provider, provider_user_id, access_token, refresh_token, device_id,
       token_fence
FROM oauth_connections
WHERE connection_id = :connection_id
LIMIT 1;

-- name: oauth_of_provider(user_id i64, provider str)
SELECT connection_id FROM oauth_connections
WHERE user_id = :user_id AND provider = :provider
LIMIT 1;

-- name: oauth_own(connection_id i64, user_id i64)
SELECT connection_id FROM oauth_connections
WHERE connection_id = :connection_id AND user_id = :user_id
LIMIT 1;

-- name: oauth_disconnect(connection_id i64, user_id i64)
DELETE FROM oauth_connections WHERE connection_id = :connection_id AND user_id = :user_id;

-- name: oauth_no_primary(user_id i64)
UPDATE oauth_connections SET is_primary = NULL WHERE user_id = :user_id AND is_primary = 1;

-- name: oauth_unset_primary(connection_id i64, user_id i64)
UPDATE oauth_connections SET is_primary = NULL
WHERE connection_id = :connection_id AND user_id = :user_id;

-- name: oauth_set_primary(connection_id i64, user_id i64)
UPDATE oauth_connections SET is_primary = 1
WHERE connection_id = :connection_id AND user_id = :user_id;

-- Whoever changes the row may refresh; a refresh that died leaves it to the next after a minute.
-- name: oauth_claim_refresh(connection_id i64, token_fence i64)
UPDATE oauth_connections SET refresh_until = NOW(6) + INTERVAL 60 SECOND
WHERE connection_id = :connection_id AND token_fence = :token_fence
  AND (refresh_until IS NULL OR refresh_until < NOW(6));

-- name: oauth_refreshed(access_token str?, refresh_token str?, seconds i64?, connection_id i64, token_fence i64)
UPDATE oauth_connections
SET access_token = :access_token, refresh_token = COALESCE(:refresh_token, refresh_token),
    token_expires_at = NOW(6) + INTERVAL :seconds SECOND, token_fence = token_fence + 1,
    refresh_until = NULL, refresh_failures = 0, lapsed_at = NULL
WHERE connection_id = :connection_id AND token_fence = :token_fence;

-- Each failure in a row doubles the wait, up to a day.
-- name: oauth_refresh_failed(seconds i64, connection_id i64, token_fence i64)
UPDATE oauth_connections
SET refresh_until = NOW(6) + INTERVAL LEAST(:seconds * (1 << refresh_failures), 86400) SECOND,
    refresh_failures = LEAST(refresh_failures + 1, 12)
WHERE connection_id = :connection_id AND token_fence = :token_fence;

-- The provider does not know the refresh token any more: what is left is the identity, and its owner is
-- told to sign in there again.
-- name: oauth_drop_tokens(connection_id i64, token_fence i64)
UPDATE oauth_connections
SET access_token = NULL, refresh_token = NULL, token_expires_at = NULL, token_fence = token_fence + 1,
    refresh_until = NULL, refresh_failures = 0, lapsed_at = NOW(6)
WHERE connection_id = :connection_id AND token_fence = :token_fence;

-- Once a day is enough to keep what nobody uses from lapsing.
-- name: oauth_due(limit_rows i64)
SELECT connection_id FROM oauth_connections
WHERE token_expires_at < NOW(6) - INTERVAL 1 DAY AND refresh_token IS NOT NULL
  AND (refresh_until IS NULL OR refresh_until < NOW(6))
ORDER BY token_expires_at
LIMIT :limit_rows;

-- name: oauth_add_flow(state_hash str, browser_hash str, provider str, purpose str, user_id i64?, session_id i64?, nonce str, verifier str, remember i64, return_to str, seconds i64)
INSERT INTO oauth_flows (state_hash, browser_hash, provider, purpose, user_id, session_id, nonce,
                         verifier, remember, return_to, expires_at)
VALUES (:state_hash, :browser_hash, :provider, :purpose, :user_id, :session_id, :nonce, :verifier,
        :remember, :return_to, NOW(6) + INTERVAL :seconds SECOND);

-- name: oauth_flow(state_hash str, browser_hash str)
SELECT flow_id, provider, purpose, COALESCE(user_id, 0) AS user_id,
       COALESCE(session_id, 0) AS session_id, nonce, verifier, remember, return_to
FROM oauth_flows
WHERE state_hash = :state_hash AND browser_hash = :browser_hash AND expires_at > NOW(6)
LIMIT 1;

-- name: oauth_take_flow(flow_id i64)
DELETE FROM oauth_flows WHERE flow_id = :flow_id;

-- name: oauth_use_once(used_hash str, seconds i64)
INSERT INTO oauth_used (used_hash, expires_at) VALUES (:used_hash, NOW(6) + INTERVAL :seconds SECOND);

-- name: oauth_add_arrival(token_hash str, provider str, provider_user_id str, account_name str?, email str?, email_verified i64, display_name str?, username str?, access_token str?, refresh_token str?, token_seconds i64?, device_id str?, remember i64, return_to str, seconds i64)
INSERT INTO oauth_arrivals (token_hash, provider, provider_user_id, account_name, email,
                            email_verified, display_name, username, access_token, refresh_token,
                            token_expires_at, device_id, remember, return_to, expires_at)
VALUES (:token_hash, :provider, :provider_user_id, :account_name, :email, :email_verified,
        :display_name, :username, :access_token, :refresh_token,
        NOW(6) + INTERVAL :token_seconds SECOND, :device_id, :remember, :return_to,
        NOW(6) + INTERVAL :seconds SECOND);

-- name: oauth_arrival(token_hash str)
SELECT arrival_id, provider, provider_user_id, account_name, email, email_verified, display_name,
       username, access_token, refresh_token,
       TIMESTAMPDIFF(SECOND, NOW(6), token_expires_at) AS token_seconds, device_id, remember, return_to
FROM oauth_arrivals
WHERE token_hash = :token_hash AND expires_at > NOW(6) AND registration_id IS NULL
LIMIT 1;

-- name: oauth_take_arrival(arrival_id i64)
DELETE FROM oauth_arrivals WHERE arrival_id = :arrival_id AND registration_id IS NULL;

-- It waits with the registration until the address is confirmed.
-- name: oauth_arrival_waits(registration_id i64, arrival_id i64)
UPDATE oauth_arrivals SET registration_id = :registration_id
WHERE arrival_id = :arrival_id AND registration_id IS NULL;

-- name: oauth_user(user_id i64)
SELECT username, password_hash IS NOT NULL AS has_password FROM users WHERE user_id = :user_id LIMIT 1;

-- name: oauth_sweep_flows()
DELETE FROM oauth_flows WHERE expires_at < NOW(6) LIMIT 1000;

-- name: oauth_sweep_arrivals()
DELETE FROM oauth_arrivals
WHERE expires_at < NOW(6)
  AND (registration_id IS NULL
       OR registration_id NOT IN (SELECT r.registration_id FROM registrations r))
LIMIT 1000;

-- name: oauth_sweep_used()
DELETE FROM oauth_used WHERE expires_at < NOW(6) LIMIT 1000;
