# SPDX-License-Identifier: Apache-2.0
"""What people say of themselves: PATCH /users/me."""

import pytest

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
