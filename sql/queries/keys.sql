-- SPDX-License-Identifier: Apache-2.0
-- API keys as their owner sees them.

-- define: key_columns() key_id, name, key_hint, scopes AS scope_names, created_at, expires_at, last_used_at

-- name: keys_of(user_id i64)
SELECT {key_columns()} FROM api_keys WHERE user_id = :user_id ORDER BY key_id DESC LIMIT 100;

-- name: keys_get(key_id i64, user_id i64)
SELECT {key_columns()} FROM api_keys WHERE key_id = :key_id AND user_id = :user_id LIMIT 1;

-- name: keys_count(user_id i64)
SELECT COUNT(*) FROM api_keys WHERE user_id = :user_id LIMIT 1;

-- name: keys_add(user_id i64, name str, key_hash str, key_hint str, scopes str, days i64?)
INSERT INTO api_keys (user_id, name, key_hash, key_hint, scopes, expires_at)
VALUES (:user_id, :name, :key_hash, :key_hint, :scopes, NOW(6) + INTERVAL :days DAY);

-- name: keys_end(key_id i64, user_id i64)
DELETE FROM api_keys WHERE key_id = :key_id AND user_id = :user_id;
