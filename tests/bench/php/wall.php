<?php
// SPDX-License-Identifier: Apache-2.0
// The reference: the same reads as PHP-FPM + PDO would answer them – the same queries, prepared, on a
// persistent connection, the same JSON fields. /wall.php?post=ID and /wall.php?wall=ID; a session cookie
// `wall` is looked up as Wall does on a cache miss.
const COLUMNS = "p.post_id, p.post_type, p.visibility, p.content_text, p.created_at, p.updated_at,
    a.user_id AS `author.user_id`, a.username AS `author.username`, a.display_name AS `author.display_name`,
    w.wall_id AS `wall.wall_id`, w.wall_slug AS `wall.wall_slug`, w.display_name AS `wall.display_name`,
    x.app_id AS `app.app_id`, x.title AS `app.title`, x.user_prompt AS `app.user_prompt`,
    x.status AS `app.status`, j.job_id AS `app.job_id`,
    IF(x.status = 'completed', x.public_name, NULL) AS `app.url`,
    x.generation_model AS `app.generation_model`, x.generation_time AS `app.generation_time`,
    j.actual_bricks_cost AS `app.actual_bricks_cost`, x.generation_model LIKE 'wall-demo%' AS `app.is_demo`";
const JOINS = "JOIN users a ON a.user_id = p.author_id
    LEFT JOIN ai_applications x ON x.post_id = p.post_id
    LEFT JOIN ai_generation_jobs j ON j.app_id = x.app_id";
const SEEN = "p.deleted_at IS NULL AND (p.author_id = ? OR p.visibility = 'public')
    AND (w.user_id = ? OR w.privacy_level = 'public')";

$db = new PDO('mysql:unix_socket=' . $_SERVER['WALL_DB_SOCKET'] . ';dbname=wall;charset=utf8mb4', 'wall', '', [
    PDO::ATTR_PERSISTENT => true, PDO::ATTR_EMULATE_PREPARES => true,
    PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
]);

function rows(PDO $db, string $sql, array $args): array
{
    $statement = $db->prepare($sql);
    $statement->execute($args);
    return $statement->fetchAll();
}

function when(string $time): string
{
    return str_replace(' ', 'T', substr($time, 0, 23)) . 'Z';
}

function post(array $row): array
{
    $out = [];
    foreach ($row as $name => $value) {
        [$group, $member] = explode('.', $name) + [1 => null];
        if ($member === null) {
            $out[$name] = $value;
        } elseif ($group !== 'app' || $row['app.app_id'] !== null) {
            $out[$group][$member] = $value;
        }
    }
    $out['app'] ??= null;
    if ($out['app']) {
        $out['app']['is_demo'] = (bool)$out['app']['is_demo'];
        $out['app']['url'] = $out['app']['url'] ? "http://{$out['app']['url']}.apps.localhost/" : null;
    }
    $out['created_at'] = when($out['created_at']);
    $out['updated_at'] = when($out['updated_at']);
    return $out;
}

$viewer = 0;
if (isset($_COOKIE['wall'])) {
    $session = rows($db, "SELECT s.session_id, s.user_id, u.role FROM sessions s JOIN users u USING (user_id)
        WHERE s.token_hash = ? AND s.expires_at > NOW(6) AND u.is_active = 1 LIMIT 1", [hash('sha256', $_COOKIE['wall'])]);
    $viewer = $session[0]['user_id'] ?? 0;
}
if (isset($_GET['post'])) {
    $found = rows($db, 'SELECT ' . COLUMNS . ' FROM posts p JOIN walls w ON w.wall_id = p.wall_id ' . JOINS .
        ' WHERE p.post_id = ? AND ' . SEEN . ' LIMIT 1', [(int)$_GET['post'], $viewer, $viewer]);
    $data = $found ? post($found[0]) : null;
} else {
    $found = rows($db, 'SELECT ' . COLUMNS . ' FROM walls w JOIN posts p ON p.wall_id = w.wall_id ' . JOINS .
        ' WHERE w.wall_id = ? AND p.post_id < ? AND ' . SEEN . ' ORDER BY p.post_id DESC LIMIT 21',
        [(int)$_GET['wall'], PHP_INT_MAX, $viewer, $viewer]);
    $more = count($found) > 20;
    $found = array_slice($found, 0, 20);
    $data = ['items' => array_map('post', $found), 'next_cursor' => $more ? (string)end($found)['post_id'] : null];
}
$body = json_encode(['success' => true, 'data' => $data], JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
header('Content-Type: application/json');
header('Cache-Control: private, no-cache');
header('ETag: "' . md5($body) . '"');
echo $body;
