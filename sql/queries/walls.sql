-- SPDX-License-Identifier: Apache-2.0
-- Walls.

-- define: wall_columns(viewer) w.wall_id, w.wall_slug, w.kind, w.display_name, w.description,
--     w.privacy_level, w.glaze, w.created_at, {may_post(viewer, w.user_id)} AS may_post, u.user_id AS `owner.user_id`,
--     u.username AS `owner.username`, u.display_name AS `owner.display_name`

-- name: walls_by_id(viewer i64/0, wall_id i64)
SELECT {wall_columns(:viewer)}
FROM walls w
JOIN users u ON u.user_id = w.user_id
WHERE w.wall_id = :wall_id AND {can_see(:viewer, w.user_id, w.privacy_level)}
LIMIT 1;

-- name: walls_by_slug(viewer i64/0, wall_slug str)
SELECT {wall_columns(:viewer)}
FROM walls w
JOIN users u ON u.user_id = w.user_id
WHERE w.wall_slug = :wall_slug AND {can_see(:viewer, w.user_id, w.privacy_level)}
LIMIT 1;

-- Where the wall is now that was at this address.
-- name: walls_by_former_slug(viewer i64, wall_slug str)
SELECT {wall_columns(:viewer)}
FROM username_history h
JOIN walls w ON w.user_id = h.user_id AND w.kind = 'personal'
JOIN users u ON u.user_id = w.user_id
WHERE h.username = :wall_slug AND h.expires_at > NOW(6)
  AND {can_see(:viewer, w.user_id, w.privacy_level)}
LIMIT 1;

-- name: walls_set_slug(wall_slug str, user_id i64)
UPDATE walls SET wall_slug = :wall_slug WHERE user_id = :user_id AND kind = 'personal';

-- name: walls_personal(user_id i64)
SELECT wall_id FROM walls WHERE user_id = :user_id AND kind = 'personal' LIMIT 1;

-- name: walls_add_personal(user_id i64, wall_slug str, display_name str)
INSERT INTO walls (user_id, kind, wall_slug, display_name)
VALUES (:user_id, 'personal', :wall_slug, :display_name);

-- name: walls_lock_id(wall_id i64)
SELECT wall_id FROM walls WHERE wall_id = :wall_id LIMIT 1 FOR UPDATE;

-- name: walls_lock_slug(wall_slug str)
SELECT wall_id FROM walls WHERE wall_slug = :wall_slug LIMIT 1 FOR UPDATE;

-- What is NULL stays; the description has a switch of its own, because it may become NULL.
-- name: walls_update(display_name str?, describe i64, description str?, privacy_level str?, glaze str?, wall_id i64, user_id i64)
UPDATE walls
SET display_name = IFNULL(:display_name, display_name),
    description = IF(:describe, :description, description),
    privacy_level = IFNULL(:privacy_level, privacy_level),
    glaze = IFNULL(:glaze, glaze)
WHERE wall_id = :wall_id AND user_id = :user_id;
