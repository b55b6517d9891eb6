-- SPDX-License-Identifier: Apache-2.0
-- Who may watch what. Jobs: see jobs_seen.

-- Those of several walls (a JSON array of ids) that the viewer may see, as topics.
-- name: events_walls_seen(wall_ids str, viewer i64)
SELECT CONCAT('wall:', w.wall_id) AS topic
FROM JSON_TABLE(:wall_ids, '$[*]' COLUMNS (wall_id BIGINT PATH '$')) ids
JOIN walls w ON w.wall_id = ids.wall_id
WHERE {can_see(:viewer, w.user_id, w.privacy_level)}
LIMIT 50;
