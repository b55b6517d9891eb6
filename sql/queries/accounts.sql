-- SPDX-License-Identifier: Apache-2.0
-- What a user sees of their own account: one row, all by key.

-- 0: may be used; 1: waits for approval; 2: suspended.
-- name: accounts_obstacle(user_id i64)
SELECT CASE account_state WHEN 'pending' THEN 1 WHEN 'suspended' THEN 2 ELSE 0 END FROM users
WHERE user_id = :user_id AND account_state <> 'erased' LIMIT 1;

-- name: accounts_me(user_id i64)
SELECT u.user_id, u.username, u.display_name, u.bio, u.location, u.website, u.language, u.email, u.role,
       {premium(u.is_premium, u.premium_until)} AS is_premium, u.created_at, u.profile_visibility, u.email_visibility, u.activity_visibility,
       u.contact_preference, s.time_zone AS `settings.time_zone`, s.theme AS `settings.theme`,
       IFNULL(s.default_post_visibility, 'public') AS `settings.default_post_visibility`,
       w.wall_id AS `wall.wall_id`, w.wall_slug AS `wall.wall_slug`,
       w.display_name AS `wall.display_name`,
       u.bricks_balance AS `bricks.available`, u.bricks_held AS `bricks.held`
FROM users u
JOIN walls w ON w.user_id = u.user_id AND w.kind = 'personal'
LEFT JOIN user_settings s ON s.user_id = u.user_id
WHERE u.user_id = :user_id AND u.is_active = 1
LIMIT 1;
