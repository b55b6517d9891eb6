-- SPDX-License-Identifier: Apache-2.0
-- Effects that point up the dependency order, written with the change that causes them.

-- name: outbox_add(topic str, channel str, payload str)
INSERT INTO outbox (topic, channel, payload) VALUES (:topic, :channel, :payload);

-- The post of an app looks different now; told to the same people as the post itself was.
-- name: outbox_add_post_of_app(app_id i64)
INSERT INTO outbox (topic, channel, payload)
SELECT 'post',
       IF(p.visibility = 'public', CONCAT('wall:', p.wall_id), CONCAT('user:', p.author_id)),
       CONCAT('{"post_id":', p.post_id, '}')
FROM ai_applications a JOIN posts p ON p.post_id = a.post_id
WHERE a.app_id = :app_id;

-- name: outbox_next(limit i64)
SELECT outbox_id, topic, channel, payload FROM outbox ORDER BY outbox_id LIMIT :limit;

-- name: outbox_done(outbox_id i64)
DELETE FROM outbox WHERE outbox_id = :outbox_id;
