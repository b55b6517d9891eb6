-- SPDX-License-Identifier: Apache-2.0
-- Accounts.

-- name: users_add(username str, email str, password_hash str, display_name str)
INSERT INTO users (username, email, password_hash, display_name)
VALUES (:username, :email, :password_hash, :display_name);

-- name: users_by_username(username str)
SELECT user_id FROM users WHERE username = :username LIMIT 1;
