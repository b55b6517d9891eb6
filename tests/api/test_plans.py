# SPDX-License-Identifier: Apache-2.0
"""How the server answers the statements that read posts and walls when there are many: by keys, few rows, and
without making tables of its own for who may see what."""

import os
import re
import subprocess

import pytest

from tests.stack import TOP

FILL = """
INSERT INTO users (username, email, display_name) SELECT CONCAT('u', seq), CONCAT('u', seq, '@example.org'), 'U' FROM seq_1_to_1000;
INSERT INTO walls (user_id, kind, wall_slug, display_name) SELECT user_id, 'personal', username, 'W' FROM users;
INSERT INTO posts (wall_id, author_id, post_type, content_text)
    SELECT w.wall_id, w.user_id, 'text', CONCAT('Post ', s.seq) FROM seq_1_to_10 s JOIN walls w;
INSERT INTO posts (wall_id, author_id, post_type, content_text)
    SELECT w.wall_id, w.user_id, 'text', CONCAT('Post ', s.seq) FROM seq_1_to_30 s JOIN walls w WHERE w.wall_slug = 'u500';
INSERT INTO ai_applications (post_id, user_id, public_name, title, user_prompt)
    SELECT post_id, author_id, LPAD(post_id, 32, '0'), 'An app', 'A prompt' FROM posts WHERE post_id % 5 = 0;
INSERT INTO ai_generation_jobs (job_id, app_id, user_id, estimated_bricks_min, estimated_bricks_max, tokens_per_brick)
    SELECT UUID(), app_id, user_id, 1, 2, 100 FROM ai_applications;
INSERT INTO blocks (user_id, blocked_id)
    SELECT a.user_id, b.user_id FROM users a JOIN users b ON b.user_id <> a.user_id AND b.user_id % 50 = a.user_id % 50;
ANALYZE TABLE users, walls, posts, ai_applications, ai_generation_jobs, blocks;
"""

STATEMENTS = ["posts_get", "posts_version", "posts_on_wall_id", "posts_on_wall_slug", "posts_versions_on_wall_id",
              "posts_versions_on_wall_slug", "posts_recent", "walls_by_id", "walls_by_slug", "users_profile_by_id",
              "users_profile_by_name", "events_walls_seen"]
READ_AT_MOST = 400  # rows and keys, for 21 posts with all that belongs to them


@pytest.fixture(scope="module")
def many(stack):
    """A database of its own beside the stack's, with 1,000 people and 10,000 posts; a function that asks it."""
    name = "plans"
    program = ["mariadb", "--no-defaults", f"--socket={stack.folder}/run/mysql.sock", f"--user={stack.settings['DB_ADMIN']}"]

    def ask(text, database=name):
        done = subprocess.run([*program, "-N", *([database] if database else [])], input=text, capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return [line.split("\t") for line in done.stdout.splitlines()]

    ask(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", None)
    with open(os.path.join(TOP, "sql", "schema.sql"), encoding="utf-8") as schema:
        tables = re.findall(r"^CREATE TABLE .*?;$", schema.read(), re.M | re.S)
    ask("SET FOREIGN_KEY_CHECKS = 0;" + "\n".join(tables) + FILL)
    yield ask
    ask(f"DROP DATABASE {name}", None)


@pytest.fixture(scope="module")
def statements(stack):
    """{name: (text with %lld and %s, names of its arguments)}, as they were built"""
    texts, arguments = {}, {}
    with open(os.path.join(stack.build, "mod_wall", "io", "sql_statements.c"), encoding="utf-8") as source:
        for name, text in re.findall(r'\.name = "(\w+)".*?\n\s+\.sql = "(.*)" },', source.read()):
            texts[name] = text
    with open(os.path.join(stack.build, "mod_wall", "io", "sql_statements.h"), encoding="utf-8") as header:
        for name, listed in re.findall(r"\[WALL_SQL_(\w+)\],\s+\.args = \{(.*?)\},\n", header.read(), re.S):
            arguments[name] = re.findall(r"wall_arg_\w+\((\w+)\)", listed)
    return {name: (texts[name], arguments[name]) for name in texts}


@pytest.mark.parametrize("who", ["anonymous", "signed in"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_few_rows_are_read(many, statements, name, who):
    wall, owner, post = many("SELECT w.wall_id, w.user_id, MAX(p.post_id) FROM walls w JOIN posts p USING (wall_id) "
                             "WHERE w.wall_slug = 'u500' GROUP BY w.wall_id, w.user_id")[0]
    viewer = many("SELECT user_id FROM users WHERE username = 'u7'")[0][0] if who == "signed in" else "0"
    values = {"viewer": viewer, "post_id": post, "wall_id": wall, "wall_slug": "'u500'", "user_id": owner,
              "username": "'u500'", "before": str(1 << 60), "max_rows": "21", "wall_ids": f"'[{wall}]'"}
    if who == "anonymous" and name + "_0" in statements:
        name += "_0"
    text, arguments = statements[name]
    left = iter(arguments)
    sql = re.sub(r"%(%|lld|s)", lambda found: "%" if found[1] == "%" else values[next(left)], text)
    got = many(f"FLUSH STATUS; {sql}; SELECT '---'; SELECT SUM(variable_value) FROM information_schema.session_status "
               "WHERE variable_name LIKE 'Handler_read%'")
    rows, read = got[:got.index(["---"])], int(float(got[-1][0]))
    assert len(rows) == (21 if "on_wall" in name or "recent" in name else 1)
    assert read <= READ_AT_MOST, f"{read} reads for {len(rows)} rows"
    kinds = [row[1] for row in many("EXPLAIN " + sql)]
    assert "MATERIALIZED" not in kinds, kinds
