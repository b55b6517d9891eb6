-- SPDX-License-Identifier: Apache-2.0
-- Effects that point up the dependency order, written with the change that causes them.

-- name: outbox_add(topic str, channel str, payload str)
INSERT INTO outbox (topic, channel, payload) VALUES (:topic, :channel, :payload);

-- Existence is private as well: what not everybody may see, or is on a wall of which that is so, is told to
-- its author alone.
-- define: told_of_post() IF(p.visibility = 'public' AND w.privacy_level = 'public',
--     CONCAT('wall:', p.wall_id), CONCAT('user:', p.author_id)), CONCAT('{"post_id":', p.post_id, '}')

-- name: outbox_add_post(topic str, post_id i64)
INSERT INTO outbox (topic, channel, payload)
SELECT :topic, {told_of_post()}
FROM posts p JOIN walls w ON w.wall_id = p.wall_id
WHERE p.post_id = :post_id;

-- The post of an app looks different now.
-- name: outbox_add_post_of_app(app_id i64)
INSERT INTO outbox (topic, channel, payload)
SELECT 'post', {told_of_post()}
FROM ai_applications a JOIN posts p ON p.post_id = a.post_id JOIN walls w ON w.wall_id = p.wall_id
WHERE a.app_id = :app_id;

-- name: outbox_next(limit i64)
SELECT outbox_id, topic, channel, payload FROM outbox ORDER BY outbox_id LIMIT :limit;

-- name: outbox_done(outbox_id i64)
DELETE FROM outbox WHERE outbox_id = :outbox_id;
