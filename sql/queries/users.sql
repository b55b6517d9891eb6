-- SPDX-License-Identifier: Apache-2.0
-- Accounts.

-- name: users_add(username str, email str, password_hash str, display_name str)
INSERT INTO users (username, email, password_hash, display_name)
VALUES (:username, :email, :password_hash, :display_name);

-- name: users_lock(user_id i64)
SELECT user_id FROM users WHERE user_id = :user_id LIMIT 1 FOR UPDATE;

-- name: users_set_language(language str?, user_id i64)
UPDATE users SET language = :language WHERE user_id = :user_id;

-- name: users_by_username(username str)
SELECT user_id FROM users WHERE username = :username LIMIT 1;
