# SPDX-License-Identifier: Apache-2.0
"""Posts: writing, reading, who may see them, and turning pages."""

import json
import uuid

import pytest

from tests.stack.client import Client

TEXTS = {
    "emoji": "👩‍👩‍👧‍👦 🧱🇺🇳 ok",
    "right to left": "مرحبا بالعالم שלום",
    "combining": "e\u0301 n\u0303 \u1100\u1161\u11a8",
    "controls": "line one\nline two\tand a tab",
    "markup": "<script>alert('x')</script> & \"quotes\" \\ %s %lld {post_id} `;--",
    "separators": "a\u2028b\u2029c",
    "beyond": "\U0010ffff\U00020000",
    "html": "</script><!-- \u00a0 -->",
}


# ---- writing -------------------------------------------------------------------------------------
def test_write_and_read(anonymous, user):
    wall = user.me["wall"]
    post = user.post(f"/walls/{wall['wall_slug']}/posts", {"content_text": "Hello"}, expect=201).data
    assert (post["post_type"], post["visibility"], post["app"]) == ("text", "public", None)
    assert post["author"] == {key: user.me[key] for key in ("user_id", "username", "display_name")}
    assert post["wall"] == wall
    assert post["created_at"] == post["updated_at"]
    assert anonymous.get(f"/posts/{post['post_id']}", expect=200).data == post
    page = anonymous.get(f"/walls/{wall['wall_id']}/posts", expect=200).data
    assert page == {"items": [post], "next_cursor": None}


@pytest.mark.parametrize("kind", TEXTS)
def test_write_any_text(user, kind):
    post = user.write(TEXTS[kind])
    assert post["content_text"] == TEXTS[kind]
    assert user.get(f"/posts/{post['post_id']}", expect=200).data["content_text"] == TEXTS[kind]


@pytest.mark.parametrize("letter", ["x", "é", "語", "🧱"])
def test_write_the_longest_text(user, letter):
    text = letter * 4999 + "!"
    post = user.write("  " + text + "\n")
    assert post["content_text"] == text
    assert user.get(f"/posts/{post['post_id']}", expect=200).data["content_text"] == text
    page = user.get(f"/walls/{user.me['username']}/posts", expect=200).data
    assert page["items"][0]["content_text"] == text


@pytest.mark.parametrize("body, field", [
    ({}, "content_text"), ({"content_text": None}, "content_text"), ({"content_text": ""}, "content_text"),
    ({"content_text": " \n\t "}, "content_text"), ({"content_text": "x" * 5001}, "content_text"),
    ({"content_text": "🧱" * 5001}, "content_text"), ({"content_text": 7}, "content_text"),
    ({"content_text": ["x"]}, "content_text"), ({"content_text": "bell \u0007"}, "content_text"),
    ({"content_text": "nul \u0000"}, "content_text"),
    ({"content_text": "x", "visibility": "friends"}, "visibility"),
    ({"content_text": "x", "visibility": 1}, "visibility"),
    ({"content_text": "x", "post_type": "ai_app"}, "post_type"),
    ({"content_text": "x", "author_id": 1}, "author_id"), ({"content_text": "x", "wall": "ada"}, "wall"),
])
def test_write_names_the_field_at_fault(stack, user, body, field):
    answer = user.post(f"/walls/{user.me['username']}/posts", body, expect=422)
    assert list(answer.details) == [field]
    assert stack.number("SELECT COUNT(*) FROM posts WHERE author_id = ?", user.me["user_id"]) == 0


def test_write_where_one_may(anonymous, new_user):
    owner, stranger = new_user(), new_user()
    path = f"/walls/{owner.me['username']}/posts"
    assert anonymous.post(path, {"content_text": "x"}, expect=401).code == "WALL_UNAUTHENTICATED"
    assert stranger.post(path, {"content_text": "x"}, expect=403).code == "WALL_FORBIDDEN"
    answer = stranger.post("/walls/nobody-has-this/posts", {"content_text": "x"}, expect=404)
    assert answer.code == "WALL_NOT_FOUND"
    assert owner.get(path, expect=200).data["items"] == []


def test_write_once_with_one_key(stack, user):
    path, body, key = f"/walls/{user.me['username']}/posts", {"content_text": "once"}, uuid.uuid4().hex
    answers = [user.post(path, body, key=key, expect=201) for _ in range(3)]
    assert len({answer.body for answer in answers}) == 1
    assert stack.number("SELECT COUNT(*) FROM posts WHERE author_id = ?", user.me["user_id"]) == 1
    other = user.post(path, {"content_text": "twice"}, key=key, expect=409)
    assert other.code == "WALL_IDEMPOTENCY_MISMATCH"


@pytest.mark.parametrize("visibility, wall", [("public", "public"), ("followers", "public"), ("private", "public"),
                                              ("public", "private")])
def test_write_is_announced_to_those_who_may_see_it(stack, user, visibility, wall):
    user.patch(f"/walls/{user.me['wall']['wall_slug']}", {"privacy_level": wall}, expect=200)
    stack.db("CREATE TABLE IF NOT EXISTS outbox_copy LIKE outbox")  # the worker empties the outbox
    stack.db("CREATE TRIGGER copy_outbox AFTER INSERT ON outbox FOR EACH ROW "
             "INSERT INTO outbox_copy (topic, channel, payload) VALUES (NEW.topic, NEW.channel, NEW.payload)")
    try:
        post = user.write("news", visibility=visibility)
        user.delete(f"/posts/{post['post_id']}", expect=200)
        rows = stack.db("SELECT topic, channel, payload FROM outbox_copy ORDER BY outbox_id")
    finally:
        stack.db("DROP TRIGGER copy_outbox; DROP TABLE outbox_copy")
    channel = f"wall:{post['wall']['wall_id']}" if visibility == wall == "public" else f"user:{user.me['user_id']}"
    assert [(row["topic"], row["channel"], json.loads(row["payload"])) for row in rows] == [
        (topic, channel, {"post_id": post["post_id"]}) for topic in ("post", "post.deleted")]


# ---- who may see ---------------------------------------------------------------------------------
@pytest.mark.parametrize("visibility, others", [("public", 200), ("followers", 404), ("private", 404)])
def test_who_may_see_a_post(anonymous, new_user, visibility, others):
    author, stranger = new_user(), new_user()
    post = author.write("mine", visibility=visibility)
    assert post["visibility"] == visibility
    for viewer, status in ((author, 200), (stranger, others), (anonymous, others)):
        answer = viewer.get(f"/posts/{post['post_id']}", expect=status)
        listed = viewer.get(f"/walls/{author.me['username']}/posts", expect=200).data["items"]
        assert [item["post_id"] for item in listed] == ([post["post_id"]] if status == 200 else [])
        if status == 404:
            missing = viewer.get("/posts/999999999999", expect=404)
            assert {**answer.error, "request_id": ""} == {**missing.error, "request_id": ""}


@pytest.mark.parametrize("post_id", ["0", "-1", "x", "1.5", "9223372036854775808"])
def test_post_with_an_impossible_id(anonymous, post_id):
    answer = anonymous.get(f"/posts/{post_id}")
    assert answer.status in (404, 422)
    if answer.status == 422:
        assert list(answer.details) == ["post_id"]


# ---- removing ------------------------------------------------------------------------------------
def test_delete(stack, anonymous, new_user):
    author, stranger = new_user(), new_user()
    post, hidden = author.write("a"), author.write("b", visibility="private")
    assert stranger.delete(f"/posts/{post['post_id']}", expect=403).code == "WALL_FORBIDDEN"
    assert stranger.delete(f"/posts/{hidden['post_id']}", expect=404).code == "WALL_NOT_FOUND"
    assert anonymous.delete(f"/posts/{post['post_id']}", expect=401).code == "WALL_UNAUTHENTICATED"
    assert author.delete(f"/posts/{post['post_id']}", expect=200).data is None
    for viewer in (author, stranger, anonymous):
        viewer.get(f"/posts/{post['post_id']}", expect=404)
    author.delete(f"/posts/{post['post_id']}", expect=404)
    left = author.get(f"/walls/{author.me['username']}/posts", expect=200).data["items"]
    assert [item["post_id"] for item in left] == [hidden["post_id"]]
    assert stack.number("SELECT COUNT(*) FROM posts WHERE post_id = ?", post["post_id"]) == 1


def test_delete_by_the_owner_of_the_wall(stack, new_user):
    owner, guest = new_user(), new_user()
    stack.db("INSERT INTO posts (wall_id, author_id, content_text) VALUES (?, ?, 'guest')",
             owner.me["wall"]["wall_id"], guest.me["user_id"])
    post = owner.get(f"/walls/{owner.me['username']}/posts", expect=200).data["items"][0]
    assert post["author"]["username"] == guest.me["username"]
    owner.delete(f"/posts/{post['post_id']}", expect=200)


# ---- pages ---------------------------------------------------------------------------------------
def fill(stack, user, count):
    """Posts straight into the table: writing hundreds over HTTP proves nothing more."""
    wall, author = user.me["wall"]["wall_id"], user.me["user_id"]
    stack.db(f"INSERT INTO posts (wall_id, author_id, content_text) SELECT {int(wall)}, {int(author)}, "
             f"CONCAT('post ', seq) FROM seq_1_to_{int(count)}")
    rows = stack.db("SELECT post_id FROM posts WHERE wall_id = ? ORDER BY post_id DESC", wall)
    return [int(row["post_id"]) for row in rows]


def test_pages_to_the_end_while_others_are_written(stack, user):
    ids = fill(stack, user, 53)
    path, seen, cursor, pages = f"/walls/{user.me['username']}/posts", [], None, 0
    while True:
        answer = user.get(path, params={"limit": 10, **({"cursor": cursor} if cursor else {})}, expect=200)
        seen += [item["post_id"] for item in answer.data["items"]]
        pages += 1
        cursor = answer.data["next_cursor"]
        link = answer.headers.get("Link", "")
        assert ('rel="next"' in link) == (cursor is not None)
        if cursor is None:
            break
        user.write(f"in between {pages}")
    assert seen == ids
    assert pages == 6


def test_page_that_ends_exactly(stack, user):
    ids = fill(stack, user, 20)
    page = user.get(f"/walls/{user.me['username']}/posts", expect=200).data
    assert [item["post_id"] for item in page["items"]] == ids
    assert page["next_cursor"] is None


def test_page_of_most(stack, user):
    ids = fill(stack, user, 101)
    path = f"/walls/{user.me['username']}/posts"
    page = user.get(path, params={"limit": 100}, expect=200).data
    assert [item["post_id"] for item in page["items"]] == ids[:100]
    rest = user.get(path, params={"limit": 1, "cursor": page["next_cursor"]}, expect=200).data
    assert [item["post_id"] for item in rest["items"]] == ids[100:] and rest["next_cursor"] is None


def test_pages_skip_what_is_hidden(stack, anonymous, user):
    ids = fill(stack, user, 30)
    stack.db("UPDATE posts SET visibility = 'private' WHERE wall_id = ? AND post_id % 2 = 0",
             user.me["wall"]["wall_id"])
    path, seen, cursor = f"/walls/{user.me['username']}/posts", [], ""
    while cursor is not None:
        data = anonymous.get(path, params={"limit": 4, **({"cursor": cursor} if cursor else {})}, expect=200).data
        seen += [item["post_id"] for item in data["items"]]
        cursor = data["next_cursor"]
    assert seen == [post_id for post_id in ids if post_id % 2]


@pytest.mark.parametrize("params, field", [
    ({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"limit": -1}, "limit"), ({"limit": "ten"}, "limit"),
    ({"limit": ""}, "limit"), ({"limit": "1e1"}, "limit"), ({"offset": 1}, "offset"),
    ({"cursor": "x" * 201}, "cursor"),
])
def test_pages_name_the_parameter_at_fault(user, params, field):
    answer = user.get(f"/walls/{user.me['username']}/posts", params=params, expect=422)
    assert list(answer.details) == [field]


def test_cursor_cannot_be_changed_or_moved(stack, new_user):
    user, other = new_user(), new_user()
    for who in (user, other):
        fill(stack, who, 3)
    path = f"/walls/{user.me['username']}/posts"
    cursor = user.get(path, params={"limit": 1}, expect=200).data["next_cursor"]
    user.get(path, params={"cursor": cursor}, expect=200)
    for at in range(len(cursor)):
        bent = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1:]
        assert user.get(path, params={"cursor": bent}, expect=400).code == "WALL_BAD_CURSOR"
    for bent in ("x", cursor[:-4], cursor + "A", "9223372036854775807", "é"):
        assert user.get(path, params={"cursor": bent}, expect=400).code == "WALL_BAD_CURSOR"
    moved = user.get(f"/walls/{other.me['username']}/posts", params={"cursor": cursor}, expect=400)
    assert moved.code == "WALL_BAD_CURSOR"


# ---- apps in posts -------------------------------------------------------------------------------
def give_app(stack, user, post, status, model):
    label = uuid.uuid4().hex
    stack.db("UPDATE posts SET post_type = 'ai_app' WHERE post_id = ?", post["post_id"])
    stack.db("INSERT INTO ai_applications (post_id, user_id, public_name, title, user_prompt, status, "
             "generation_model, generation_time, html_content) VALUES (?, ?, ?, 'Tea', 'A timer', ?, ?, 1234, ?)",
             post["post_id"], user.me["user_id"], label, status, model, "<p>" + "x" * 70000)
    job = str(uuid.uuid4())
    stack.db("INSERT INTO ai_generation_jobs (job_id, app_id, user_id, status, estimated_bricks_min, "
             "estimated_bricks_max, tokens_per_brick, actual_bricks_cost) "
             "SELECT ?, app_id, user_id, ?, 1, 50, 100, 42 "
             "FROM ai_applications WHERE post_id = ?", job, status, post["post_id"])
    return label, job


@pytest.mark.parametrize("status, model, demo", [
    ("completed", "wall-demo:1", True), ("completed", "qwen2.5-coder:7b", False), ("failed", None, False),
    ("cancelled", None, False)])
def test_post_shows_its_app(stack, anonymous, user, status, model, demo):
    post = user.write("an app")
    label, job = give_app(stack, user, post, status, model)
    app = anonymous.get(f"/posts/{post['post_id']}", expect=200).data["app"]
    url = app.pop("url")
    app.pop("app_id")
    assert app == {"title": "Tea", "user_prompt": "A timer", "status": status, "job_id": job,
                   "generation_model": model, "generation_time": 1234, "actual_bricks_cost": 42,
                   "is_demo": demo}
    if status == "completed":
        assert url.startswith(f"http://{label}.") and url.endswith("/")
    else:
        assert url is None
    listed = anonymous.get(f"/walls/{user.me['username']}/posts", expect=200).data["items"][0]
    assert listed["app"]["job_id"] == job and listed["app"]["url"] == url


# ---- conditional reads ---------------------------------------------------------------------------
def test_read_again_only_when_changed(stack, contract, user):
    post = user.write("first")
    path = f"/posts/{post['post_id']}"
    tag = user.get(path, expect=200).headers["ETag"]
    again = user.get(path, headers={"If-None-Match": tag}, expect=304)
    assert again.body == b"" and again.headers["ETag"] == tag
    stack.db("UPDATE posts SET content_text = 'second' WHERE post_id = ?", post["post_id"])
    assert user.get(path, headers={"If-None-Match": tag}, expect=200).data["content_text"] == "second"
    assert Client(stack, contract).get(path, expect=200).headers["Cache-Control"] == "private, no-cache"


# ---- everybody's posts ---------------------------------------------------------------------------
def recent(client, query=""):
    return client.get(f"/discover/recent{query}", expect=200).data


def test_recent_is_what_everybody_may_see_and_ones_own(anonymous, user, new_user):
    public = user.write("for all")["post_id"]
    private = user.write("mine", visibility="private")["post_id"]
    for client in (anonymous, new_user()):
        ids = [post["post_id"] for post in recent(client, "?limit=50")["items"]]
        assert ids[0] == public and private not in ids
    assert [post["post_id"] for post in recent(user)["items"]][:2] == [private, public]


def test_recent_pages_meet(user):
    made = [user.write(str(n))["post_id"] for n in range(5)]
    first = recent(user, "?limit=3")
    second = recent(user, f"?limit=2&cursor={first['next_cursor']}")
    assert [post["post_id"] for post in first["items"] + second["items"]] == made[::-1]


def test_recent_with_another_lists_cursor(user):
    for n in range(3):
        user.write(str(n))
    cursor = user.get(f"/walls/{user.me['wall']['wall_id']}/posts?limit=1", expect=200).data["next_cursor"]
    assert user.get(f"/discover/recent?cursor={cursor}", expect=400).code == "WALL_BAD_CURSOR"


# ---- what was encoded before ---------------------------------------------------------------------
def test_an_encoded_post_is_never_stale(anonymous, new_user, stack):
    """Each process keeps posts it has encoded; whatever changes behind one shows at once."""
    owner = new_user()
    post_id, user_id = owner.write("before")["post_id"], owner.me["user_id"]
    paths = [f"/posts/{post_id}", f"/walls/{owner.me['wall']['wall_slug']}/posts",
             f"/walls/{owner.me['wall']['wall_id']}/posts"]

    def shown(client):
        return [found.get("items", [found])[0] for found in (client.get(path, expect=200).data for path in paths)]

    def both(count=6):  # often enough to meet every process
        answers = [post for client in (anonymous, owner) for _ in range(count) for post in shown(client)]
        assert all(post == answers[0] for post in answers)
        return answers[0]

    assert both()["content_text"] == "before"
    stack.db("UPDATE posts SET content_text = 'after' WHERE post_id = ?", post_id)
    assert both()["content_text"] == "after"
    stack.db("UPDATE users SET display_name = 'Countess' WHERE user_id = ?", user_id)
    assert both()["author"]["display_name"] == "Countess"
    stack.db("UPDATE walls SET display_name = 'Her wall' WHERE user_id = ?", user_id)
    assert both()["wall"]["display_name"] == "Her wall"
    newer = owner.write("on top")["post_id"]
    assert [post["post_id"] for post in anonymous.get(paths[1]).data["items"]] == [newer, post_id]
    owner.delete(f"/posts/{newer}", expect=200)
    assert [post["post_id"] for post in anonymous.get(paths[1]).data["items"]] == [post_id]
    stack.db("UPDATE posts SET visibility = 'private' WHERE post_id = ?", post_id)
    assert all(anonymous.get(paths[0]).status == 404 for _ in range(6))
    assert all(anonymous.get(paths[1]).data["items"] == [] for _ in range(6))
    assert all(post["visibility"] == "private" for _ in range(6) for post in shown(owner))


def test_an_app_in_the_making_is_not_kept(anonymous, user):
    made = user.generate("A timer for tea")
    path = f"/posts/{made['post']['post_id']}"
    for _ in range(8):
        assert anonymous.get(path).data["app"]["status"] in ("queued", "processing", "completed")
    user.wait_job(made["job"]["job_id"], until=("completed",))
    for _ in range(8):
        app = anonymous.get(path).data["app"]
        assert app["status"] == "completed" and app["url"] and app["actual_bricks_cost"] > 0


def test_text_as_html(anonymous, user):
    post = user.write("# Batch 14\n\n**three** keepers <script>alert(1)</script>\n- [notes](https://example.org/n)\n- [no](javascript:x)")
    html = anonymous.get(f"/posts/{post['post_id']}", expect=200).data["content_html"]
    assert html == ('<h2>Batch 14</h2><p><strong>three</strong> keepers &lt;script&gt;alert(1)&lt;/script&gt;</p><ul><li>'
                    '<a href="https://example.org/n" rel="nofollow noopener ugc" target="_blank">notes</a></li><li>no</li></ul>')
