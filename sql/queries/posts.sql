-- SPDX-License-Identifier: Apache-2.0
-- Posts. One select answers a read: post, author, wall, app and its job, all by primary or unique
-- key and without TEXT columns, whose buffers cost apr_dbd 260 kB each. An app has one job.

-- The app's address is its public name at first; posts.c makes it a URL.
-- The version of what is shown: when each row behind it was changed. An app and its job have none: once
-- it is completed, failed or cancelled its card does not change (until then it is encoded anew each
-- time, see posts_answers.c). Whoever changes such an app later sets its post's updated_at as well.
-- define: post_versions() p.post_id, p.updated_at, w.updated_at AS wall_at, a.updated_at AS author_at

-- define: post_columns() w.updated_at AS wall_at, a.updated_at AS author_at, p.post_id, p.post_type, p.visibility, p.content_text,
--     p.created_at, p.updated_at,
--     a.user_id AS `author.user_id`, a.username AS `author.username`,
--     a.display_name AS `author.display_name`,
--     w.wall_id AS `wall.wall_id`, w.wall_slug AS `wall.wall_slug`,
--     w.display_name AS `wall.display_name`,
--     x.app_id AS `app.app_id`, x.title AS `app.title`, x.user_prompt AS `app.user_prompt`,
--     x.status AS `app.status`, j.job_id AS `app.job_id`,
--     IF(x.status = 'completed', x.public_name, NULL) AS `app.url`,
--     x.generation_model AS `app.generation_model`, x.generation_time AS `app.generation_time`,
--     j.actual_bricks_cost AS `app.actual_bricks_cost`,
--     x.generation_model LIKE 'wall-demo%' AS `app.is_demo`

-- define: post_joins() JOIN users a ON a.user_id = p.author_id
--     LEFT JOIN ai_applications x ON x.post_id = p.post_id
--     LEFT JOIN ai_generation_jobs j ON j.app_id = x.app_id

-- Of post p on wall w.
-- define: post_seen(viewer) p.deleted_at IS NULL
--     AND {can_see(viewer, p.author_id, p.visibility)}
--     AND {can_see(viewer, w.user_id, w.privacy_level)}

-- name: posts_get(post_id i64, viewer i64/0)
SELECT {post_columns()}
FROM posts p
JOIN walls w ON w.wall_id = p.wall_id
{post_joins()}
WHERE p.post_id = :post_id AND {post_seen(:viewer)}
LIMIT 1;

-- name: posts_version(post_id i64, viewer i64/0)
SELECT {post_versions()}
FROM posts p
JOIN walls w ON w.wall_id = p.wall_id
JOIN users a ON a.user_id = p.author_id
WHERE p.post_id = :post_id AND {post_seen(:viewer)}
LIMIT 1;

-- name: posts_versions_on_wall_id(viewer i64/0, wall_id i64, before i64, max_rows i64)
SELECT {post_versions()}
FROM walls w
JOIN posts p ON p.wall_id = w.wall_id
JOIN users a ON a.user_id = p.author_id
WHERE w.wall_id = :wall_id AND p.post_id < :before AND {post_seen(:viewer)}
ORDER BY p.post_id DESC
LIMIT :max_rows;

-- name: posts_versions_on_wall_slug(viewer i64/0, wall_slug str, before i64, max_rows i64)
SELECT {post_versions()}
FROM walls w
JOIN posts p ON p.wall_id = w.wall_id
JOIN users a ON a.user_id = p.author_id
WHERE w.wall_slug = :wall_slug AND p.post_id < :before AND {post_seen(:viewer)}
ORDER BY p.post_id DESC
LIMIT :max_rows;

-- name: posts_on_wall_id(viewer i64/0, wall_id i64, before i64, max_rows i64)
SELECT {post_columns()}
FROM walls w
JOIN posts p ON p.wall_id = w.wall_id
{post_joins()}
WHERE w.wall_id = :wall_id AND p.post_id < :before AND {post_seen(:viewer)}
ORDER BY p.post_id DESC
LIMIT :max_rows;

-- name: posts_on_wall_slug(viewer i64/0, wall_slug str, before i64, max_rows i64)
SELECT {post_columns()}
FROM walls w
JOIN posts p ON p.wall_id = w.wall_id
{post_joins()}
WHERE w.wall_slug = :wall_slug AND p.post_id < :before AND {post_seen(:viewer)}
ORDER BY p.post_id DESC
LIMIT :max_rows;

-- Newest first over all walls: the primary key backwards until enough may be seen, and only then what
-- belongs to them.
-- name: posts_recent(before i64, viewer i64/0, max_rows i64)
SELECT STRAIGHT_JOIN {post_columns()}
FROM (SELECT STRAIGHT_JOIN p.post_id
      FROM posts p
      JOIN walls w ON w.wall_id = p.wall_id
      WHERE p.post_id < :before AND {post_seen(:viewer)}
      ORDER BY p.post_id DESC
      LIMIT :max_rows) seen
JOIN posts p ON p.post_id = seen.post_id
JOIN walls w ON w.wall_id = p.wall_id
{post_joins()}
ORDER BY p.post_id DESC
LIMIT :max_rows;

-- name: posts_add(wall_id i64, author_id i64, post_type str, visibility str, content_text str?)
INSERT INTO posts (wall_id, author_id, post_type, visibility, content_text)
VALUES (:wall_id, :author_id, :post_type, :visibility, :content_text);

-- name: posts_delete(post_id i64, viewer i64)
UPDATE posts p JOIN walls w ON w.wall_id = p.wall_id
SET p.deleted_at = NOW(6)
WHERE p.post_id = :post_id AND p.deleted_at IS NULL
  AND (p.author_id = :viewer OR w.user_id = :viewer);
