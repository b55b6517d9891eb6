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
