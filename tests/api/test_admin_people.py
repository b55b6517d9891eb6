# SPDX-License-Identifier: Apache-2.0
"""Accounts as moderators and administrators see and change them."""

import time
from functools import partial

import pytest

from tests.api.parallel import at_once
from tests.stack.client import Client

WHY = "for this test"


@pytest.fixture
def staff(new_user):
    """A function: a new user with a role."""
    return lambda role: new_user().become(role)


def url(client):
    return f"/admin/users/{client.me['user_id']}"


def change(client, whom, **what):
    return client.patch(url(whom), {"reason": WHY, **what})


def audit(stack, client):
    return stack.db("SELECT actor_id, action, old_value, new_value, reason FROM admin_actions WHERE user_id = ? "
                    "ORDER BY action_id", client.me["user_id"])


# ---- finding -------------------------------------------------------------------------------------
def test_search_by_name_and_address(staff, user):
    admin, moderator = staff("admin"), staff("moderator")
    name = user.me["username"]
    for client, q, found in ((admin, name[2:9], True), (admin, f"{name}@example", True), (moderator, name, True),
                             (moderator, f"{name}@example", False), (admin, "%", False), (admin, "_" * 3, False)):
        items = client.get("/admin/users", params={"q": q}, expect=200).data["items"]
        assert (name in [i["username"] for i in items]) == found, (q, items)
    assert admin.get(url(user), expect=200).data["person"]["email"] == f"{name}@example.org"
    assert moderator.get(url(user), expect=200).data["person"]["email"] is None


def test_filters_and_pages(stack, staff):
    admin = staff("admin")
    people = [staff("moderator") for _ in range(3)]
    stack.db("UPDATE users SET account_state = 'suspended' WHERE user_id = ?", people[0].me["user_id"])
    ids, cursor = [], None
    while True:
        params = {"role": "moderator", "limit": 1, **({"cursor": cursor} if cursor else {})}
        page = admin.get("/admin/users", params=params, expect=200).data
        assert all(i["role"] == "moderator" for i in page["items"])
        ids += [i["user_id"] for i in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert set(ids) >= {p.me["user_id"] for p in people} and ids == sorted(set(ids), reverse=True)
    items = admin.get("/admin/users", params={"state": "suspended", "role": "moderator"}, expect=200).data["items"]
    assert people[0].me["user_id"] in [i["user_id"] for i in items]
    assert {i["state"] for i in items} == {"suspended"}
    assert admin.get("/admin/users?cursor=x", expect=400).code == "WALL_BAD_CURSOR"
    admin.get("/admin/users/999999999", expect=404)


# ---- roles ---------------------------------------------------------------------------------------
def test_role_takes_effect_within_a_second_and_is_told(stack, staff, user, mailbox):
    admin = staff("admin")
    user.get("/admin/users", expect=403)
    detail = change(admin, user, role="moderator")
    assert detail.status == 200 and detail.data["person"]["role"] == "moderator"
    time.sleep(1.1)
    for _ in range(12):  # every httpd child
        user.http.close()
        user.get("/admin/users", expect=200)
    assert WHY in mailbox(f"{user.me['username']}@example.org").wait("role").text
    change(admin, user, role="user")
    time.sleep(1.1)
    for _ in range(12):
        user.http.close()
        user.get("/admin/users", expect=403)
    assert audit(stack, user) == [
        {"actor_id": str(admin.me["user_id"]), "action": "role", "old_value": a, "new_value": b, "reason": WHY}
        for a, b in (("user", "moderator"), ("moderator", "user"))]


def test_what_is_so_already_leaves_no_record(stack, staff, user):
    assert change(staff("admin"), user, role="user", state="active", is_premium=False).status == 200
    assert audit(stack, user) == []


def test_moderators_change_no_roles(stack, staff, user):
    moderator = staff("moderator")
    for what in ({"role": "moderator"}, {"is_premium": True}):
        answer = change(moderator, user, **what)
        assert answer.status == 403 and list(what)[0] in answer.details
    answer = change(moderator, moderator, role="admin")
    assert answer.status == 403 and answer.code == "WALL_FORBIDDEN"
    assert audit(stack, user) == audit(stack, moderator) == []


@pytest.mark.parametrize("body, field", [({"role": "admin"}, "reason"), ({"reason": "x", "role": "admin"}, "reason"),
                                         ({"reason": WHY, "role": "king"}, "role"),
                                         ({"reason": WHY, "state": "erased"}, "state")])
def test_what_is_no_change(staff, user, body, field):
    assert field in staff("admin").patch(url(user), body, expect=422).details


def test_changing_takes_a_fresh_proof(staff, user):
    admin = staff("admin")
    admin.confirmed_before()
    answer = change(admin, user, is_premium=True)
    assert answer.status == 403 and answer.code == "WALL_STEP_UP"
    admin.confirm()
    assert change(admin, user, is_premium=True).data["person"]["is_premium"] is True


def test_two_who_edit_one_account(staff, user):
    admin = staff("admin")
    tag = admin.get(url(user), expect=200).headers["ETag"]
    change(admin, user, is_premium=True)
    answer = admin.patch(url(user), {"reason": WHY, "role": "moderator"}, headers={"If-Match": tag}, expect=412)
    assert answer.code == "WALL_PRECONDITION_FAILED"


# ---- the last administrator ----------------------------------------------------------------------
@pytest.fixture
def only(stack, staff):
    """A function: so many administrators, and no others while the test runs."""
    others = [row["user_id"] for row in stack.db("SELECT user_id FROM users WHERE role = 'admin'")]
    stack.db("UPDATE users SET role = 'user' WHERE role = 'admin'")
    yield lambda n: [staff("admin") for _ in range(n)]
    stack.db("UPDATE users SET role = 'user' WHERE role = 'admin'")
    for user_id in others:
        stack.db("UPDATE users SET role = 'admin' WHERE user_id = ?", user_id)


def admins(stack):
    return stack.number("SELECT COUNT(*) FROM users WHERE role = 'admin' AND is_active = 1")


def test_the_last_admin_stays(stack, only):
    (admin,) = only(1)
    answer = change(admin, admin, role="user")
    assert answer.status == 409 and answer.code == "WALL_LAST_ADMIN"
    done = stack.wallctl("user", "role", admin.me["username"], "user", check=False)
    assert done.returncode == 1 and "last one" in done.stderr
    assert admins(stack) == 1


def test_admins_who_remove_each_other_at_once_leave_one(stack, only):
    for _ in range(5):
        group = only(4)
        answers = at_once(*[partial(change, group[i].as_bearer(), group[(i + 1) % 4], role="user") for i in range(4)])
        assert {a.status for a in answers} <= {200, 403, 409}, answers
        assert admins(stack) >= 1
        stack.db("UPDATE users SET role = 'user' WHERE role = 'admin'")


def test_two_last_admins_resign_at_once(stack, only):
    for _ in range(5):
        pair = only(2)
        answers = at_once(*[partial(change, c.as_bearer(), c, role="user") for c in pair])
        assert sorted(a.status for a in answers) == [200, 409], answers
        assert admins(stack) == 1
        stack.db("UPDATE users SET role = 'user' WHERE role = 'admin'")


# ---- suspension ----------------------------------------------------------------------------------
def test_suspended_is_out_within_a_second_and_told_why_at_login(stack, contract, staff, user):
    moderator = staff("moderator")
    assert change(moderator, user, state="suspended").data["person"]["state"] == "suspended"
    time.sleep(1.1)
    user.get("/users/me", expect=401)
    again = Client(stack, contract)
    login = {"login": user.me["username"], "password": user.password}
    assert again.post("/auth/login", login, expect=403).code == "WALL_SUSPENDED"
    assert again.post("/auth/login", {**login, "password": "a wrong password"}, expect=401).code == \
        "WALL_BAD_CREDENTIALS"
    assert stack.value("SELECT outcome FROM logins WHERE user_id = ? ORDER BY login_id DESC LIMIT 1 OFFSET 1",
                       user.me["user_id"]) == "refused"
    assert change(moderator, user, state="active").status == 200
    again.password = user.password
    again.login(user.me["username"])
    assert [row["new_value"] for row in audit(stack, user)] == ["suspended", "active"]


def test_who_may_not_be_suspended(stack, staff, user):
    moderator, admin = staff("moderator"), staff("admin")
    for whom in (admin, staff("moderator")):
        answer = change(moderator, whom, state="suspended")
        assert answer.status == 403 and "state" in answer.details
    assert change(admin, admin, state="suspended").status == 403
    stack.db("UPDATE users SET account_state = 'deactivated' WHERE user_id = ?", user.me["user_id"])
    for state in ("suspended", "active"):
        answer = change(admin, user, state=state)
        assert answer.status == 409 and answer.code == "WALL_CONFLICT"


# ---- wallctl and the record ----------------------------------------------------------------------
def test_the_first_admin_comes_from_the_command(stack, user):
    assert stack.wallctl("user", "role", user.me["username"], "admin").stdout == \
        f"{user.me['username']} is admin.\n"
    time.sleep(1.1)
    detail = user.get(url(user), expect=200).data
    assert detail["person"]["role"] == "admin"
    assert (detail["actions"][0]["actor"], detail["actions"][0]["new_value"]) == (None, "admin")
    assert "no user" in stack.wallctl("user", "role", "nobody-here", "admin", check=False).stderr
    assert stack.wallctl("user", "role", user.me["username"], "king", check=False).returncode == 2
