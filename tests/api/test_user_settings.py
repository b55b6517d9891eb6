# SPDX-License-Identifier: Apache-2.0
"""GET and PATCH /users/me/settings; muted words in lists; theme and preset visibility."""

import pytest

from tests.stack.client import Client

PATH = "/users/me/settings"
DEFAULTS = {"time_zone": None, "theme": None, "default_post_visibility": "public", "notification_frequency": "at_once",
            "quiet_hours": False, "muted_keywords": []}


def test_only_what_is_given_changes(stack, user):
    before = user.get(PATH, expect=200).data
    told = {n.pop("kind"): n for n in before.pop("notifications")}
    assert before == DEFAULTS
    assert list(told) == ["subscriber", "mention", "message", "reaction", "app", "remix", "bricks"]
    assert told["mention"] == {"on_wall": True, "email": True, "push": True}
    assert told["bricks"] == {"on_wall": True, "email": True, "push": False}
    assert stack.number("SELECT COUNT(*) FROM user_settings WHERE user_id = ?", user.me["user_id"]) == 0
    after = user.patch(PATH, {"time_zone": "Europe/Lisbon", "quiet_hours": True}, expect=200).data
    assert (after["time_zone"], after["quiet_hours"], after["default_post_visibility"]) == ("Europe/Lisbon", True, "public")
    after = user.patch(PATH, {"theme": "dark", "default_post_visibility": "private", "notification_frequency": "weekly",
                              "notifications": [{"kind": "mention", "on_wall": False, "email": False, "push": True}],
                              "muted_keywords": [" Spoiler ", "new york"]}, expect=200).data
    told["mention"] = {"on_wall": False, "email": False, "push": True}
    assert {n.pop("kind"): n for n in after.pop("notifications")} == told
    assert after == {"time_zone": "Europe/Lisbon", "theme": "dark", "default_post_visibility": "private",
                     "notification_frequency": "weekly", "quiet_hours": True, "muted_keywords": ["Spoiler", "new york"]}
    settings = user.get("/users/me", expect=200).data["settings"]
    assert settings == {"time_zone": "Europe/Lisbon", "theme": "dark", "default_post_visibility": "private"}
    again = user.patch(PATH, {"time_zone": None, "theme": None, "quiet_hours": None, "notifications": [], "muted_keywords": None}, expect=200).data
    assert (again["time_zone"], again["theme"], again["quiet_hours"]) == (None, "dark", True)
    assert again["muted_keywords"] == ["Spoiler", "new york"]
    assert user.patch(PATH, {"muted_keywords": []}, expect=200).data["muted_keywords"] == []


def mention(**more):
    return {"kind": "mention", "on_wall": True, "email": True, "push": True, **more}


@pytest.mark.parametrize("body, field", [
    ({"time_zone": "Mars/Olympus"}, "time_zone"), ({"time_zone": "GMT+3"}, "time_zone"), ({"time_zone": ""}, "time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone"), ({"time_zone": "x" * 65}, "time_zone"),
    ({"theme": "sepia"}, "theme"), ({"default_post_visibility": "nobody"}, "default_post_visibility"),
    ({"notification_frequency": "yearly"}, "notification_frequency"), ({"quiet_hours": 1}, "quiet_hours"),
    ({"notifications": [mention(), mention(push=False)]}, "notifications[1].kind"),
    ({"notifications": [mention(kind="weather")]}, "notifications[0].kind"), ({"notifications": [{"kind": "mention"}]}, None),
    ({"notifications": [mention()] * 8}, "notifications"),
    ({"muted_keywords": ["x" * 101]}, "muted_keywords[0]"), ({"muted_keywords": ["a", " "]}, "muted_keywords[1]"),
    ({"muted_keywords": ["\u200b"]}, "muted_keywords[0]"), ({"muted_keywords": ["a\nb"]}, "muted_keywords[0]"),
    ({"muted_keywords": [f"w{i}" for i in range(101)]}, "muted_keywords"), ({"language": "de"}, "language"),
])
def test_what_is_refused(user, body, field):
    before = user.get(PATH, expect=200).data
    answer = user.patch(PATH, {"quiet_hours": True, **body}, expect=422)
    assert list(answer.details) == [field] if field else len(answer.details) == 3
    assert user.get(PATH, expect=200).data == before


def test_a_word_is_muted_once(user):
    words = user.patch(PATH, {"muted_keywords": ["Straße", "STRASSE", "ｓｐｏｉｌ", "Spoil", "art"]}, expect=200).data["muted_keywords"]
    assert words == ["Straße", "ｓｐｏｉｌ", "art"]


def test_a_change_of_what_was_not_seen(user):
    seen = user.get(PATH, expect=200).headers["ETag"]
    user.patch(PATH, {"muted_keywords": ["one"]}, headers={"If-Match": seen}, expect=200)
    assert user.patch(PATH, {"muted_keywords": ["two"]}, headers={"If-Match": seen}, expect=412).code == "WALL_PRECONDITION_FAILED"
    assert user.get(PATH, expect=200).data["muted_keywords"] == ["one"]


def muted(client, path, posts):
    """Which of the posts the list marks."""
    return {posts[i["post_id"]] for i in client.get(path, params={"limit": 100}, expect=200).data["items"] if i["post_id"] in posts and i["muted"]}


def test_muted_words_fold_posts_of_others(stack, user, new_user, anonymous):
    other = new_user()
    texts = ["A SPOILER follows", "spoilers", "nothing", "**Spoiler**\n\nmore"]
    posts = {other.write(text)["post_id"]: text for text in texts}
    app = other.generate("A spoiler machine for tea")
    posts[app["post"]["post_id"]] = "the app"
    mine = user.write("my own spoiler")["post_id"]
    posts[mine] = "mine"
    wall = f"/walls/{other.me['wall']['wall_slug']}/posts"
    for _ in range(2):
        assert muted(user, wall, posts) == set()
    user.patch(PATH, {"muted_keywords": ["spoiler"]}, expect=200)
    expected = {"A SPOILER follows", "**Spoiler**\n\nmore", "the app"}
    for _ in range(3):  # encoded answers are shared by all
        assert muted(user, wall, posts) == expected
        assert muted(user, "/discover/recent", posts) == expected
        assert muted(user, f"/walls/{user.me['wall']['wall_slug']}/posts", posts) == set()
        for client in (other, anonymous):
            assert muted(client, wall, posts) == muted(client, "/discover/recent", posts) == set()
    first = next(iter(posts))
    assert user.get(f"/posts/{first}", expect=200).data["muted"] is False  # opened on purpose
    page = user.http.get(stack.base_url + "/w/" + other.me["wall"]["wall_slug"], timeout=10).text
    assert page.count("Hidden: a muted word.") == 3
    assert "Hidden: a muted word." not in user.http.get(f"{stack.base_url}/p/{first}", timeout=10).text
    user.patch(PATH, {"muted_keywords": []}, expect=200)
    assert muted(user, wall, posts) == set()


def test_a_muted_list_by_pages(user, new_user):
    other = new_user()
    ids = [other.write(f"spoiler {i}")["post_id"] for i in range(5)][::-1]
    user.patch(PATH, {"muted_keywords": ["spoiler"]}, expect=200)
    wall = f"/walls/{other.me['wall']['wall_slug']}/posts"
    page = user.get(wall, params={"limit": 3}, expect=200).data
    rest = user.get(wall, params={"cursor": page["next_cursor"]}, expect=200).data
    assert [i["post_id"] for i in page["items"] + rest["items"]] == ids
    assert all(i["muted"] for i in page["items"] + rest["items"])


def theme_of(stack, client, path="/"):
    html = client.http.get(stack.base_url + path, timeout=10).text
    return html.split(" data-theme=\"")[1].split('"')[0] if " data-theme=" in html.split("<head>")[0] else None


def test_the_theme_follows_to_every_device(stack, contract, user):
    assert theme_of(stack, user) is None
    user.http.cookies.set("wall_theme", "light")
    assert theme_of(stack, user) == "light"  # nothing said yet: this browser's
    user.patch(PATH, {"theme": "dark"}, expect=200)
    other_device = Client(stack, contract)
    assert theme_of(stack, other_device) is None
    other_device.login(user.me["username"], user.password)
    for client in (user, other_device):
        assert theme_of(stack, client) == theme_of(stack, client, "/w/nobody-has-this") == "dark"
    user.patch(PATH, {"theme": "system"}, expect=200)
    assert theme_of(stack, user) is None
