-- SPDX-License-Identifier: Apache-2.0
-- What people are to each other: blocks.

-- name: graph_user_by_id(user_id i64)
SELECT user_id FROM users WHERE user_id = :user_id AND is_active = 1 LIMIT 1;

-- name: graph_user_by_name(username str)
SELECT user_id FROM users WHERE username = :username AND is_active = 1 LIMIT 1;

-- name: graph_block(user_id i64, blocked_id i64)
INSERT INTO blocks (user_id, blocked_id)
VALUES (:user_id, :blocked_id)
ON DUPLICATE KEY UPDATE user_id = VALUES(user_id);

-- name: graph_unblock(user_id i64, blocked_id i64)
DELETE FROM blocks WHERE user_id = :user_id AND blocked_id = :blocked_id;

-- define: block_columns() b.block_id, b.created_at, u.user_id AS `user.user_id`, u.username AS `user.username`,
--     u.display_name AS `user.display_name`

-- name: graph_blocks(user_id i64, before i64, max_rows i64)
SELECT {block_columns()}
FROM blocks b
JOIN users u ON u.user_id = b.blocked_id
WHERE b.user_id = :user_id AND b.block_id < :before
ORDER BY b.block_id DESC
LIMIT :max_rows;

-- name: graph_block_of(user_id i64, blocked_id i64)
SELECT {block_columns()}
FROM blocks b
JOIN users u ON u.user_id = b.blocked_id
WHERE b.user_id = :user_id AND b.blocked_id = :blocked_id
LIMIT 1;
