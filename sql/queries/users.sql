-- SPDX-License-Identifier: Apache-2.0
-- Accounts.

-- name: users_add(username str, email str, password_hash str?, display_name str)
INSERT INTO users (username, email, password_hash, display_name)
VALUES (:username, :email, :password_hash, :display_name);

-- name: users_lock(user_id i64)
SELECT user_id FROM users WHERE user_id = :user_id LIMIT 1 FOR UPDATE;

-- What is NULL stays, but for what may become NULL, which has a switch before it.
-- name: users_update(speak i64, language str?, display_name str?, describe i64, bio str?, place i64, location str?, link i64, website str?, profile_visibility str?, email_visibility str?, activity_visibility str?, contact_preference str?, user_id i64)
UPDATE users
SET language = IF(:speak, :language, language),
    display_name = IFNULL(:display_name, display_name),
    bio = IF(:describe, :bio, bio),
    location = IF(:place, :location, location),
    website = IF(:link, :website, website),
    profile_visibility = IFNULL(:profile_visibility, profile_visibility),
    email_visibility = IFNULL(:email_visibility, email_visibility),
    activity_visibility = IFNULL(:activity_visibility, activity_visibility),
    contact_preference = IFNULL(:contact_preference, contact_preference)
WHERE user_id = :user_id;

-- name: users_rename_wall(display_name str, user_id i64)
UPDATE walls w JOIN users u ON u.user_id = w.user_id
SET w.display_name = :display_name
WHERE w.user_id = :user_id AND w.kind = 'personal' AND w.display_name = u.display_name;

-- name: users_links(user_id i64)
SELECT label, url FROM user_links WHERE user_id = :user_id ORDER BY position LIMIT 10;

-- name: users_delete_links(user_id i64)
DELETE FROM user_links WHERE user_id = :user_id;

-- name: users_add_links(user_id i64, links str)
INSERT INTO user_links (user_id, position, label, url)
SELECT :user_id, j.position, j.label, j.url
FROM JSON_TABLE(:links, '$[*]' COLUMNS (position FOR ORDINALITY, label VARCHAR(50) PATH '$.label',
                                        url VARCHAR(300) PATH '$.url')) j;

-- name: users_by_username(username str)
SELECT user_id FROM users WHERE username = :username LIMIT 1;

-- What others may see of a person. The wall is theirs to see by its own rule.
-- define: profile(viewer) u.user_id, u.username, u.display_name, u.bio, u.location, u.website,
--     {premium(u.is_premium, u.premium_until)} AS is_premium, u.created_at, IF({reaches(viewer, u.user_id, w.privacy_level)}, w.wall_slug, NULL) AS wall_slug,
--     IF({reaches(viewer, u.user_id, u.email_visibility)}, u.email, NULL) AS email,
--     IF({reaches(viewer, u.user_id, u.activity_visibility)},
--        (SELECT MAX(s.last_activity_at) FROM sessions s WHERE s.user_id = u.user_id), NULL) AS last_active_at

-- name: users_profile_by_id(viewer i64, user_id i64)
SELECT {profile(:viewer)}
FROM users u
JOIN walls w ON w.user_id = u.user_id AND w.kind = 'personal'
WHERE u.user_id = :user_id AND u.is_active = 1
  AND {can_see(:viewer, u.user_id, u.profile_visibility)}
LIMIT 1;

-- name: users_profile_by_name(viewer i64, username str)
SELECT {profile(:viewer)}
FROM users u
JOIN walls w ON w.user_id = u.user_id AND w.kind = 'personal'
WHERE u.username = :username AND u.is_active = 1
  AND {can_see(:viewer, u.user_id, u.profile_visibility)}
LIMIT 1;

-- How somebody who had this name is called now.
-- name: users_by_former_name(username str, viewer i64)
SELECT u.user_id, u.username, u.display_name
FROM username_history h
JOIN users u ON u.user_id = h.user_id AND u.is_active = 1
WHERE h.username = :username AND h.expires_at > NOW(6)
  AND {can_see(:viewer, u.user_id, u.profile_visibility)}
LIMIT 1;

-- name: users_settings(user_id i64)
SELECT s.time_zone, s.theme, IFNULL(s.default_post_visibility, 'public') AS default_post_visibility,
       IFNULL(s.notification_frequency, 'at_once') AS notification_frequency,
       IFNULL(s.quiet_hours, 0) AS quiet_hours
FROM users u
LEFT JOIN user_settings s ON s.user_id = u.user_id
WHERE u.user_id = :user_id
LIMIT 1;

-- name: users_set_settings(user_id i64, zone i64, time_zone str?, theme str?, default_post_visibility str?, notification_frequency str?, quiet_hours i64?)
INSERT INTO user_settings (user_id, time_zone, theme, default_post_visibility, notification_frequency, quiet_hours)
VALUES (:user_id, :time_zone, :theme, IFNULL(:default_post_visibility, 'public'),
        IFNULL(:notification_frequency, 'at_once'), IFNULL(:quiet_hours, 0))
ON DUPLICATE KEY UPDATE
    time_zone = IF(:zone, :time_zone, time_zone),
    theme = IFNULL(:theme, theme),
    default_post_visibility = IFNULL(:default_post_visibility, default_post_visibility),
    notification_frequency = IFNULL(:notification_frequency, notification_frequency),
    quiet_hours = IFNULL(:quiet_hours, quiet_hours);

-- name: users_notifications(user_id i64)
SELECT kind, on_wall, email, push FROM notification_preferences WHERE user_id = :user_id LIMIT 20;

-- name: users_set_notifications(user_id i64, preferences str)
INSERT INTO notification_preferences (user_id, kind, on_wall, email, push)
SELECT :user_id, j.kind, j.on_wall, j.email, j.push
FROM JSON_TABLE(:preferences, '$[*]' COLUMNS (kind VARCHAR(20) PATH '$[0]', on_wall INT PATH '$[1]',
                                              email INT PATH '$[2]', push INT PATH '$[3]')) j
ON DUPLICATE KEY UPDATE on_wall = VALUES(on_wall), email = VALUES(email), push = VALUES(push);

-- name: users_muted(user_id i64)
SELECT keyword FROM muted_keywords WHERE user_id = :user_id ORDER BY position LIMIT 100;

-- name: users_delete_muted(user_id i64)
DELETE FROM muted_keywords WHERE user_id = :user_id;

-- name: users_add_muted(user_id i64, keywords str)
INSERT INTO muted_keywords (user_id, position, keyword)
SELECT :user_id, j.position, j.keyword
FROM JSON_TABLE(:keywords, '$[*]' COLUMNS (position FOR ORDINALITY, keyword VARCHAR(100) PATH '$')) j;

-- ---- names ----

-- name: users_lock_name(user_id i64)
SELECT username, display_name, user_id,
       GREATEST(0, CEIL(IFNULL(TIMESTAMPDIFF(SECOND, NOW(6), username_changed_at + INTERVAL 14 DAY), 0)
                        / 86400)) AS days_left
FROM users
WHERE user_id = :user_id
LIMIT 1
FOR UPDATE;

-- name: users_set_name(username str, user_id i64)
UPDATE users SET username = :username, username_changed_at = NOW(6) WHERE user_id = :user_id;

-- A locking read: it sees what was committed after this transaction began to read.
-- name: users_name_of_another(username str, user_id i64)
SELECT user_id
FROM username_history
WHERE username = :username AND user_id <> :user_id AND expires_at > NOW(6)
LIMIT 1
LOCK IN SHARE MODE;

-- name: users_name_promised(username str)
SELECT registration_id
FROM registrations
WHERE username = :username AND expires_at > NOW(6)
LIMIT 1
LOCK IN SHARE MODE;

-- name: users_keep_name(username str, user_id i64)
REPLACE INTO username_history (username, user_id, expires_at)
VALUES (:username, :user_id, NOW(6) + INTERVAL 90 DAY);

-- name: users_drop_name(username str)
DELETE FROM username_history WHERE username = :username;

-- name: users_forget_names()
DELETE FROM username_history WHERE expires_at <= NOW(6) LIMIT 1000;

-- name: users_come_back(user_id i64)
UPDATE users SET account_state = 'active', deletion_due_at = NULL
WHERE user_id = :user_id AND account_state IN ('deactivated', 'leaving');

-- Those who can act; locking reads see what others have committed.
-- name: users_lock_admins()
SELECT user_id FROM users WHERE role = 'admin' AND is_active = 1 ORDER BY user_id LIMIT 1000 FOR UPDATE;
