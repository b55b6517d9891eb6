# SPDX-License-Identifier: Apache-2.0
"""Another username: races, the way back, names that are kept, and the 90 days an old address leads on."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack.client import Client


def fresh():
    return "n" + uuid.uuid4().hex[:12]


def rename(user, username, **expect):
    answer = user.post("/users/me/username", {"username": username}, **expect)
    if answer.status == 200:
        user.me = answer.data
    return answer


def days_later(stack, user, days):
    """So many days go by for this person's names."""
    stack.db("UPDATE users SET username_changed_at = username_changed_at - INTERVAL ? DAY WHERE user_id = ?", days, user.me["user_id"])
    stack.db("UPDATE username_history SET expires_at = expires_at - INTERVAL ? DAY WHERE user_id = ?", days, user.me["user_id"])


def history(stack, user):
    return sorted(row["username"] for row in stack.db("SELECT username FROM username_history WHERE user_id = ?", user.me["user_id"]))


def test_a_name_and_its_wall_change_at_once(stack, user, anonymous):
    old, new = user.me["username"], fresh()
    post = user.write("still here")
    anonymous.get(f"/posts/{post['post_id']}", expect=200)
    me = rename(user, new.upper(), expect=200).data
    assert (me["username"], me["wall"]["wall_slug"], me["display_name"]) == (new, new, old)
    assert anonymous.get(f"/walls/{new}", expect=200).data["owner"]["username"] == new
    seen = anonymous.get(f"/posts/{post['post_id']}", expect=200).data
    assert (seen["author"]["username"], seen["wall"]["wall_slug"]) == (new, new)
    Client(stack, user.contract).login(new, user.password)


def test_an_old_address_leads_to_the_new_one(stack, user, anonymous):
    old, new = user.me["username"], fresh()
    rename(user, new, expect=200)
    for path, to in ((f"/users/{old}", f"/users/{new}"), (f"/walls/{old}", f"/walls/{new}"),
                     (f"/walls/{old}/posts?limit=3", f"/walls/{new}/posts?limit=3")):
        answer = anonymous.get(path, expect=301)
        assert answer.code == "WALL_MOVED"
        assert answer.headers["Location"] == "/api/v1" + to
        assert answer.headers["Cache-Control"] == "no-store"
        anonymous.get(answer.headers["Location"], expect=200)
    page = anonymous.http.get(stack.base_url + "/w/" + old, timeout=10, allow_redirects=False)
    assert (page.status_code, page.headers["Location"], page.headers["Cache-Control"]) == (301, "/w/" + new, "no-cache")
    assert anonymous.http.get(stack.base_url + "/w/" + old, timeout=10).status_code == 200
    # what is changed is named as it is called now
    user.patch(f"/walls/{old}", {"glaze": "moss"}, expect=404)
    user.patch(f"/walls/{old}", {"glaze": "moss"}, headers={"If-Match": "*"}, expect=404)
    user.post(f"/walls/{old}/posts", {"content_text": "x"}, expect=404)
    days_later(stack, user, 89)
    anonymous.get(f"/walls/{old}", expect=301)
    days_later(stack, user, 1)
    for path in (f"/users/{old}", f"/walls/{old}", f"/walls/{old}/posts"):
        anonymous.get(path, expect=404)
    assert anonymous.http.get(stack.base_url + "/w/" + old, timeout=10).status_code == 404


def test_the_way_tells_nothing_of_what_is_hidden(stack, user, new_user, anonymous):
    old, new, other = user.me["username"], fresh(), new_user()
    rename(user, new, expect=200)
    user.patch(f"/walls/{new}", {"privacy_level": "private"}, expect=200)
    user.patch("/users/me", {"profile_visibility": "private"}, expect=200)
    for viewer in (anonymous, other):
        for path in (f"/users/{old}", f"/walls/{old}", f"/walls/{old}/posts"):
            viewer.get(path, expect=404)
        assert viewer.http.get(stack.base_url + "/w/" + old, timeout=10).status_code == 404
    user.get(f"/walls/{old}", expect=301)
    user.patch(f"/walls/{new}", {"privacy_level": "public"}, expect=200)
    user.patch("/users/me", {"profile_visibility": "public"}, expect=200)
    other.get(f"/users/{old}", expect=301)
    user.put(f"/users/{other.me['user_id']}/block", expect=200)
    other.get(f"/users/{old}", expect=404)
    other.get(f"/walls/{old}", expect=404)


def test_once_in_fourteen_days(stack, user):
    first, second = fresh(), fresh()
    rename(user, first, expect=200)
    rename(user, first, expect=200)  # nothing to do
    answer = rename(user, second, expect=409)
    assert answer.code == "WALL_CONFLICT"
    assert answer.details["username"] == "You have changed your username lately. You can change it again in 14 days."
    days_later(stack, user, 13)
    assert "in 1 day." in rename(user, second, expect=409).details["username"]
    days_later(stack, user, 1)
    rename(user, second, expect=200)


def test_back_and_forth(stack, user, anonymous):
    old, new = user.me["username"], fresh()
    rename(user, new, expect=200)
    assert history(stack, user) == [old]
    days_later(stack, user, 14)
    rename(user, old, expect=200)
    assert history(stack, user) == [new]
    assert anonymous.get(f"/walls/{new}", expect=301).headers["Location"].endswith("/" + old)
    anonymous.get(f"/walls/{old}", expect=200)
    days_later(stack, user, 14)
    third = fresh()
    rename(user, third, expect=200)
    assert history(stack, user) == sorted([old, new])
    for name in (old, new):  # one step, however often it was changed
        assert anonymous.get(f"/users/{name}", expect=301).headers["Location"].endswith("/" + third)


def test_a_former_name_is_kept(stack, user, new_user, anonymous):
    old = user.me["username"]
    rename(user, fresh(), expect=200)
    other = new_user()
    assert rename(other, old, expect=409).code == "WALL_USERNAME_TAKEN"
    body = {"username": old.upper(), "email": fresh() + "@example.org", "password": "correct horse battery"}
    assert anonymous.post("/auth/register", body, expect=409).code == "WALL_USERNAME_TAKEN"
    assert stack.number("SELECT COUNT(*) FROM users WHERE username = ?", old) == 0
    days_later(stack, user, 90)
    rename(other, old, expect=200)
    assert anonymous.get(f"/walls/{old}", expect=200).data["owner"]["user_id"] == other.me["user_id"]
    assert history(stack, user) == []  # it is somebody else's now


def test_a_name_after_ninety_days_is_anybodys(stack, user, new_user):
    old = user.me["username"]
    rename(user, fresh(), expect=200)
    days_later(stack, user, 90)
    heir = new_user(username=old, email=fresh() + "@example.org")
    assert heir.get(f"/walls/{old}", expect=200).data["owner"]["user_id"] == heir.me["user_id"]


@pytest.mark.parametrize("username, why", [("admin", "This name is kept for the site itself."), ("ab", "Use at least 3 characters."),
                                           ("9lives", "Use the letters a to z, digits, - and _, and begin with a letter.")])
def test_names_nobody_gets(user, username, why):
    answer = rename(user, username, expect=422)
    assert answer.details == {"username": why}


def test_a_name_somebody_has_or_was_promised(stack, user, new_user):
    assert rename(user, new_user().me["username"], expect=409).code == "WALL_USERNAME_TAKEN"
    promised = fresh()
    stack.db("INSERT INTO registrations (username, email, password_hash, display_name, token_hash, expires_at) "
             "VALUES (?, ?, 'x', 'x', ?, NOW(6) + INTERVAL 1 DAY)", promised, promised + "@example.org", uuid.uuid4().hex * 2)
    assert rename(user, promised, expect=409).code == "WALL_USERNAME_TAKEN"
    stack.db("UPDATE registrations SET expires_at = NOW(6) WHERE username = ?", promised)
    rename(user, promised, expect=200)
    assert stack.number("SELECT COUNT(*) FROM username_history WHERE username = ?", promised) == 0


def test_of_many_who_want_a_name_one_gets_it(stack, contract, new_user):
    """Some by renaming, some by registering; the others keep what they had."""
    for _ in range(4):
        wanted = fresh()
        clients = [new_user() for _ in range(4)] + [Client(stack, contract) for _ in range(4)]

        def want(client, wanted=wanted):
            if client.me:
                return rename(client, wanted)
            body = {"username": wanted, "email": fresh() + "@example.org", "password": "correct horse battery"}
            return client.post("/auth/register", body)

        with ThreadPoolExecutor(len(clients)) as pool:
            answers = list(pool.map(want, clients))
        assert sorted(answer.status for answer in answers)[1:] == [409] * (len(clients) - 1), answers
        assert stack.number("SELECT COUNT(*) FROM users WHERE username = ?", wanted) == 1
        assert stack.db("SELECT username, wall_slug FROM users JOIN walls USING (user_id) WHERE wall_slug = ?",
                        wanted) == [{"username": wanted, "wall_slug": wanted}]


def test_a_name_given_up_at_the_moment_another_wants_it(stack, contract, new_user):
    """Whoever is faster, a name never has two owners, nor is one that is kept given away."""
    for _ in range(6):
        owner, other = new_user(), new_user()
        old = owner.me["username"]

        def act(which, owner=owner, other=other, old=old):
            return rename(owner, fresh()) if which == 0 else rename(other, old)

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(act, (0, 1))
        assert (first.status, second.status) == (200, 409)
        assert history(stack, owner) == [old] and history(stack, other) == []


def test_a_name_is_changed_by_who_proved_who_they_are(user):
    user.confirmed_before(minutes=11)
    assert rename(user, fresh(), expect=403).code == "WALL_STEP_UP"
    user.confirm()
    rename(user, fresh(), expect=200)
