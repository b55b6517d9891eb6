# SPDX-License-Identifier: Apache-2.0
"""What people say of themselves: PATCH /users/me, and what others see of it: GET /users/{user}."""

import pytest

from tests.stack.client import Client

LINKS = [{"label": "Code", "url": "https://git.example.org/ada"}, {"label": "مدونة", "url": "https://blog.example/ä?b=1#c"}]


def test_only_what_is_given_changes(user):
    before = user.get("/users/me", expect=200).data
    assert (before["bio"], before["bio_html"], before["location"], before["website"], before["links"]) == (None, None, None, None, [])
    assert before["profile_visibility"] == "public"
    assert before["email_visibility"] == before["activity_visibility"] == "private"
    assert before["contact_preference"] == "everyone"
    assert before["settings"] == {"time_zone": None, "theme": None, "default_post_visibility": "public"}
    change = {"display_name": "  Mira Okafor ", "bio": "Pots in the *morning*.\r\n<b>", "location": " Porto ",
              "website": "https://khanglaze.org", "links": LINKS, "profile_visibility": "followers",
              "email_visibility": "public", "activity_visibility": "followers", "contact_preference": "nobody"}
    after = user.patch("/users/me", change, expect=200).data
    wall = {**before["wall"], "display_name": "Mira Okafor"}  # it was named as its owner
    assert after == {**before, **change, "display_name": "Mira Okafor", "bio": "Pots in the *morning*.\n<b>", "wall": wall,
                     "bio_html": "<p>Pots in the <em>morning</em>.<br>&lt;b&gt;</p>", "location": "Porto"}
    assert user.get("/users/me", expect=200).data == after
    assert user.patch("/users/me", {}, expect=200).data == after
    nulls = {"display_name": None, "links": None, "profile_visibility": None, "contact_preference": None}
    assert user.patch("/users/me", nulls, expect=200).data == after
    gone = {"bio": None, "location": " ", "website": "", "links": []}
    assert user.patch("/users/me", gone, expect=200).data == {
        **after, "bio": None, "bio_html": None, "location": None, "website": None, "links": []}


def test_a_wall_with_a_name_of_its_own_keeps_it(user):
    user.patch("/walls/" + user.me["wall"]["wall_slug"], {"display_name": "Kiln notes"}, expect=200)
    me = user.patch("/users/me", {"display_name": "Mira"}, expect=200).data
    assert (me["display_name"], me["wall"]["display_name"]) == ("Mira", "Kiln notes")


@pytest.mark.parametrize("body, field", [
    ({"display_name": ""}, "display_name"), ({"display_name": "x" * 101}, "display_name"), ({"display_name": "a\u202eb"}, "display_name"),
    ({"bio": "x" * 301}, "bio"), ({"location": "x" * 101}, "location"), ({"location": "a\nb"}, "location"),
    ({"website": "khanglaze.org"}, "website"), ({"website": "http://khanglaze.org"}, "website"),
    ({"website": "javascript:alert(1)//https://a.example"}, "website"), ({"website": "https://" + "x" * 300 + ".example"}, "website"),
    ({"links": [LINKS[0]] * 11}, "links"), ({"links": [{"label": "x"}]}, "links[0].url"),
    ({"links": [LINKS[0], {"label": "x", "url": "https://u:p@a.example"}]}, "links[1].url"),
    ({"links": [{"label": " ", "url": "https://a.example"}]}, "links[0].label"), ({"links": "https://a.example"}, "links"),
    ({"profile_visibility": "friends"}, "profile_visibility"), ({"contact_preference": 1}, "contact_preference"),
    ({"username": "other"}, "username"), ({"email": "a@b.example"}, "email"), ({"role": "admin"}, "role"),
])
def test_what_is_refused(user, body, field):
    before = user.get("/users/me", expect=200).data
    answer = user.patch("/users/me", body, expect=422)
    assert list(answer.details) == [field]
    assert user.get("/users/me", expect=200).data == before


def test_a_change_of_what_was_not_seen(user):
    seen = user.get("/users/me", expect=200).headers["ETag"]
    user.patch("/users/me", {"links": LINKS}, headers={"If-Match": seen}, expect=200)
    answer = user.patch("/users/me", {"bio": "mine"}, headers={"If-Match": seen}, expect=412)
    assert answer.code == "WALL_PRECONDITION_FAILED"
    assert user.get("/users/me", expect=200).data["bio"] is None


# ---- as others see it ----

LEVELS = ("public", "followers", "private")


@pytest.fixture(scope="module")
def viewers(stack, contract):
    """Somebody of each kind, and whom they look at."""
    made = {kind: Client(stack, contract) for kind in ("anonymous", "stranger", "admin", "blocked", "blocker", "self")}
    for kind in list(made)[1:]:
        made[kind].register()
    made["admin"].become()
    made["self"].put(f"/users/{made['blocked'].me['user_id']}/block", expect=200)
    made["blocker"].put(f"/users/{made['self'].me['username']}/block", expect=200)
    made["self"].patch("/users/me", {"bio": "Pots *daily*", "location": "Porto", "website": "https://a.example", "links": LINKS}, expect=200)
    return made


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("part", ["profile_visibility", "email_visibility", "activity_visibility", "privacy_level"])
def test_who_sees_which_part(viewers, part, level):
    person = viewers["self"]
    name, number = person.me["username"], person.me["user_id"]
    open_to_all = {"profile_visibility": "public", "email_visibility": "public", "activity_visibility": "public"}
    person.patch("/users/me", open_to_all, expect=200)
    wall = "/walls/" + person.me["wall"]["wall_slug"]
    person.patch(wall, {"privacy_level": "public"}, expect=200)
    person.patch(wall if part == "privacy_level" else "/users/me", {part: level}, expect=200)
    for kind, viewer in viewers.items():
        seen = kind == "self" or level == "public"
        for user in (name, number):
            if kind in ("blocked", "blocker") or (part == "profile_visibility" and not seen):
                assert viewer.get(f"/users/{user}", expect=404).code == "WALL_NOT_FOUND"
                continue
            them = viewer.get(f"/users/{user}", expect=200).data
            assert set(them) == {"user_id", "username", "display_name", "bio", "bio_html", "location", "website", "links",
                                 "is_premium", "created_at", "wall_slug", "email", "last_active_at"}
            assert (them["bio_html"], them["location"], them["links"]) == ("<p>Pots <em>daily</em></p>", "Porto", LINKS)
            assert (them["email"] is not None) == (seen or part != "email_visibility")
            assert (them["last_active_at"] is not None) == (seen or part != "activity_visibility")
            assert (them["wall_slug"] is not None) == (seen or part != "privacy_level")


def test_who_is_not_there_is_not_found(stack, anonymous, new_user):
    gone = new_user()
    stack.db("UPDATE users SET account_state = 'deactivated' WHERE user_id = ?", gone.me["user_id"])
    for user in (gone.me["username"], gone.me["user_id"], "nobody-has-this", 999999999):
        answer = anonymous.get(f"/users/{user}", expect=404)
        assert answer.error["message"] == anonymous.get("/users/nobody-at-all", expect=404).error["message"]
    for user in ("ab", "-x", "0", "01"):
        anonymous.get(f"/users/{user}", expect=422)
