-- SPDX-License-Identifier: Apache-2.0
-- Generated apps. An app is seen by whoever sees its post.

-- name: apps_add(post_id i64, user_id i64, public_name str, title str, prompt str)
INSERT INTO ai_applications (post_id, user_id, public_name, title, user_prompt)
VALUES (:post_id, :user_id, :public_name, :title, :prompt);

-- name: apps_get(viewer i64, app_id i64)
SELECT a.app_id, a.post_id, a.title, a.user_prompt, a.status, j.job_id, a.public_name,
       a.generation_model, a.generation_time, a.generation_model LIKE 'wall-demo%' AS is_demo,
       j.actual_bricks_cost, j.tokens_per_brick, j.prompt_tokens, j.completion_tokens, j.total_tokens,
       u.user_id AS `author.user_id`, u.username AS `author.username`,
       u.display_name AS `author.display_name`,
       a.html_content, a.css_content, a.js_content, a.created_at, a.updated_at
FROM ai_applications a
JOIN users u ON u.user_id = a.user_id
JOIN posts p ON p.post_id = a.post_id
JOIN walls w ON w.wall_id = p.wall_id
LEFT JOIN ai_generation_jobs j ON j.app_id = a.app_id
WHERE a.app_id = :app_id AND {post_seen(:viewer)}
ORDER BY j.job_id DESC LIMIT 1;

-- The random name is what admits: the apps host has no session.
-- name: apps_page(public_name str)
SELECT a.title, a.html_content, a.css_content, a.js_content
FROM ai_applications a
JOIN posts p ON p.post_id = a.post_id
WHERE a.public_name = :public_name AND a.status = 'completed' AND p.deleted_at IS NULL
  AND {here(a.user_id)}
LIMIT 1;

-- name: apps_set_status(status str, app_id i64)
UPDATE ai_applications SET status = :status WHERE app_id = :app_id;

-- name: apps_complete(html str, css str, js str, model str, generation_ms i64, app_id i64)
UPDATE ai_applications
SET status = 'completed', html_content = :html, css_content = :css, js_content = :js,
    generation_model = :model, generation_time = :generation_ms
WHERE app_id = :app_id;
