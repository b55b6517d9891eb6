-- SPDX-License-Identifier: Apache-2.0
-- Accounts as those who run the site see them, and the record of what they did.

-- define: person_columns(with_email) u.user_id, u.username, u.display_name,
--     IF(with_email, u.email, NULL) AS email, u.role, u.is_premium, u.account_state AS state, u.created_at,
--     (SELECT MAX(s.last_activity_at) FROM sessions s WHERE s.user_id = u.user_id) AS last_active_at

-- Reads the table from its end until the page is full: fine for the few who may ask.
-- name: people_list(with_email i64, before i64, role str?, state str?, search str?, max_rows i64)
SELECT {person_columns(:with_email)}
FROM users u
WHERE u.user_id < :before AND u.account_state <> 'erased'
  AND (:role IS NULL OR u.role = :role)
  AND (:state IS NULL OR u.account_state = :state)
  AND (:search IS NULL OR u.username LIKE :search OR u.display_name LIKE :search
       OR (:with_email AND u.email LIKE :search))
ORDER BY u.user_id DESC
LIMIT :max_rows;

-- name: people_get(with_email i64, user_id i64)
SELECT {person_columns(:with_email)}
FROM users u
WHERE u.user_id = :user_id AND u.account_state <> 'erased'
LIMIT 1;

-- name: people_lock(user_id i64)
SELECT user_id, username, role, is_premium, account_state AS state
FROM users WHERE user_id = :user_id AND account_state <> 'erased' LIMIT 1 FOR UPDATE;

-- name: people_by_name(username str)
SELECT user_id FROM users WHERE username = CONVERT(:username USING ascii) LIMIT 1;

-- name: people_set_role(role str, user_id i64)
UPDATE users SET role = :role WHERE user_id = :user_id;

-- name: people_set_premium(is_premium i64, user_id i64)
UPDATE users SET is_premium = :is_premium WHERE user_id = :user_id;

-- name: people_set_state(state str, user_id i64)
UPDATE users SET account_state = :state WHERE user_id = :user_id;

-- name: people_note(actor_id i64?, user_id i64, action str, old_value str, new_value str, reason str)
INSERT INTO admin_actions (actor_id, user_id, action, old_value, new_value, reason)
VALUES (:actor_id, :user_id, :action, :old_value, :new_value, :reason);

-- name: people_actions(user_id i64)
SELECT a.action_id, a.actor_id, u.username AS actor, a.action, a.old_value, a.new_value, a.reason, a.created_at
FROM admin_actions a
LEFT JOIN users u ON u.user_id = a.actor_id
WHERE a.user_id = :user_id
ORDER BY a.action_id DESC
LIMIT 100;
