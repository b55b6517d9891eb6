# SPDX-License-Identifier: Apache-2.0
"""Passwords and addresses: forgotten, changed, taken back; who guesses and who is locked out."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack import eventually, same_time
from tests.stack.client import Client

NEW = "another horse battery"


def ask(client, login):
    return client.post("/auth/reset-password", {"login": login}, expect=200)


@pytest.fixture
def box(user, mailbox):
    """The user's mailbox, its first mail read."""
    box = mailbox(user.me["email"])
    box.wait("Confirm")
    return box


# ---- forgotten -------------------------------------------------------------------------------------
def test_reset_by_mail(stack, contract, user, anonymous, box):
    other = Client(stack, contract)
    other.login(user.me["username"])
    ask(anonymous, user.me["username"])
    mail = box.wait("Choose a new password")
    assert mail.link.startswith(f"{stack.base_url}/reset-password?token=")
    anonymous.post("/auth/reset-password/confirm", {"token": mail.token, "password": NEW}, expect=200)
    eventually(lambda: user.get("/users/me").status == 401, seconds=3)  # whoever was signed in is not any more
    eventually(lambda: other.get("/users/me").status == 401, seconds=3)
    anonymous.post("/auth/login", {"login": user.me["username"], "password": user.password}, expect=401)
    anonymous.login(user.me["username"], NEW)
    assert anonymous.get("/users/me/email").data["email_verified"] is True  # the mail arrived there
    box.wait("was changed")


def test_reset_by_address(user, anonymous, box):
    ask(anonymous, user.me["email"])
    box.wait("Choose a new password")


def test_a_reset_works_once(user, anonymous, box):
    ask(anonymous, user.me["username"])
    token = box.wait("Choose a new password").token
    anonymous.post("/auth/reset-password/confirm", {"token": token, "password": NEW}, expect=200)
    again = anonymous.post("/auth/reset-password/confirm", {"token": token, "password": "third horse battery"},
                           expect=410)
    assert again.code == "WALL_LINK_INVALID"
    anonymous.login(user.me["username"], NEW)


@pytest.mark.expect_log(r"WALL_BUSY")
def test_two_resets_at_once(stack, contract, user, anonymous, box):
    """One of several takes the link; its password is the one that holds."""
    ask(anonymous, user.me["username"])
    token = box.wait("Choose a new password").token
    passwords = [f"{number} horse battery staple" for number in range(4)]

    def confirm(password):
        return Client(stack, contract).post("/auth/reset-password/confirm",
                                            {"token": token, "password": password}).status

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(confirm, passwords))
    assert sorted(s for s in statuses if s != 503) == [200] + [410] * (statuses.count(410))
    holds = passwords[statuses.index(200)]
    anonymous.login(user.me["username"], holds)


def test_one_of_two_links_ends_the_other(user, anonymous, box):
    ask(anonymous, user.me["username"])
    first = box.wait("Choose a new password")
    ask(anonymous, user.me["username"])
    second = box.wait("Choose a new password")
    anonymous.post("/auth/reset-password/confirm", {"token": second.token, "password": NEW}, expect=200)
    anonymous.post("/auth/reset-password/confirm", {"token": first.token, "password": NEW}, expect=410)


def test_a_reset_ends_after_half_an_hour(stack, user, anonymous, box):
    ask(anonymous, user.me["username"])
    token = box.wait("Choose a new password").token
    left = stack.number("SELECT TIMESTAMPDIFF(SECOND, NOW(6), expires_at) FROM account_tokens "
                        "WHERE user_id = ? AND purpose = 'reset_password'", user.me["user_id"])
    assert 1700 < left <= 1800
    stack.db("UPDATE account_tokens SET expires_at = NOW(6) WHERE user_id = ?", user.me["user_id"])
    anonymous.post("/auth/reset-password/confirm", {"token": token, "password": NEW}, expect=410)


def test_a_link_is_good_for_one_thing_only(user, anonymous, mailbox):
    token = mailbox(user.me["email"]).wait("Confirm").token
    anonymous.post("/auth/reset-password/confirm", {"token": token, "password": NEW}, expect=410)
    anonymous.post("/auth/undo-email", {"token": token}, expect=410)


def test_the_rules_hold_for_a_reset(user, anonymous, box):
    ask(anonymous, user.me["username"])
    token = box.wait("Choose a new password").token
    for password in ("short", "password123", f"my {user.me['username']} wall"):
        refused = anonymous.post("/auth/reset-password/confirm", {"token": token, "password": password}, expect=422)
        assert set(refused.details) == {"password"}
    anonymous.post("/auth/reset-password/confirm", {"token": token, "password": NEW}, expect=200)


def test_known_and_unknown_are_answered_alike(user, anonymous, sink):
    known, unknown = ask(anonymous, user.me["username"]), ask(anonymous, "nobody" + uuid.uuid4().hex)
    assert known.body == unknown.body and known.status == unknown.status
    before = len(sink.mails)
    ask(anonymous, f"{uuid.uuid4().hex}@example.org")
    time.sleep(1)
    assert not [m for m in sink.mails[before:] if "nobody" in m.to[0]]


def test_known_and_unknown_take_the_same_time(user, anonymous):
    logins = {"known": user.me["username"], "unknown": "nobody" + uuid.uuid4().hex[:8]}
    same_time({key: lambda login=login: ask(anonymous, login) for key, login in logins.items()})


def test_a_mailbox_is_not_flooded(user, anonymous, box):
    for _ in range(6):
        ask(anonymous, user.me["username"])
    eventually(lambda: len([m for m in box.mails if "Choose" in m.subject]) >= 3)
    time.sleep(1.5)
    assert len([m for m in box.mails if "Choose" in m.subject]) == 3


def test_erased_and_suspended_accounts_get_no_link(stack, new_user, anonymous, mailbox):
    user = new_user()
    box = mailbox(user.me["email"])
    box.wait("Confirm")
    stack.db("UPDATE users SET account_state = 'suspended' WHERE user_id = ?", user.me["user_id"])
    ask(anonymous, user.me["username"])
    box.none()


# ---- changed ---------------------------------------------------------------------------------------
def test_change_password_ends_other_sessions(stack, contract, user, box):
    other = Client(stack, contract)
    other.login(user.me["username"])
    user.post("/users/me/password", {"password": NEW}, expect=200)
    eventually(lambda: other.get("/users/me").status == 401, seconds=3)
    user.get("/users/me", expect=200)
    other.post("/auth/login", {"login": user.me["username"], "password": user.password}, expect=401)
    other.login(user.me["username"], NEW)
    box.wait("was changed")


def test_change_password_keeps_the_rules(user):
    for password in ("short", "qwertyuiop", user.me["username"] + " likes walls"):
        assert set(user.post("/users/me/password", {"password": password}, expect=422).details) == {"password"}


def test_the_displayed_name_is_no_password(new_user):
    user = new_user(display_name="Grace Hopper")
    user.post("/users/me/password", {"password": "i am grace hopper!"}, expect=422)


def test_a_password_for_an_account_without_one(stack, user):
    stack.db("UPDATE users SET password_hash = NULL WHERE user_id = ?", user.me["user_id"])
    assert user.get("/users/me/email", expect=200).data["has_password"] is False
    user.post("/users/me/password", {"password": NEW}, expect=200)
    assert user.get("/users/me/email", expect=200).data["has_password"] is True


# ---- address ---------------------------------------------------------------------------------------
def test_change_email_and_take_it_back(stack, contract, user, anonymous, mailbox, box):
    new = f"n{uuid.uuid4().hex[:10]}@example.org"
    asked = user.post("/users/me/email", {"email": new}, expect=200).data
    assert asked["new_email"] == new and asked["email"] == user.me["email"]
    link = mailbox(new).wait("Confirm your new")
    assert anonymous.post("/auth/verify-email", {"token": link.token}, expect=200).data["result"] == "changed"
    now = user.get("/users/me/email", expect=200).data
    assert now["email"] == new and now["new_email"] is None and now["email_verified"] is True
    undo = box.wait("was changed")
    assert undo.link.startswith(f"{stack.base_url}/undo-email?token=") and new in undo.text
    anonymous.post("/auth/undo-email", {"token": undo.token}, expect=200)
    assert stack.value("SELECT email FROM users WHERE user_id = ?", user.me["user_id"]) == user.me["email"]
    eventually(lambda: user.get("/users/me").status == 401, seconds=3)
    box.wait("Choose a new password")
    anonymous.post("/auth/undo-email", {"token": undo.token}, expect=410)


def test_change_to_a_known_address_answers_alike_and_tells_its_owner(user, new_user, mailbox):
    owner = new_user()
    theirs = mailbox(owner.me["email"])
    theirs.wait("Confirm")
    asked = user.post("/users/me/email", {"email": owner.me["email"]}, expect=200).data
    assert asked["new_email"] == owner.me["email"]
    mail = theirs.wait("wanted to use")
    assert mail.link is None
    assert user.get("/users/me/email").data["email"] == user.me["email"]
    assert user.delete("/users/me/email", expect=200).data["new_email"] is None


def test_the_same_address_is_no_change(user):
    user.post("/users/me/email", {"email": user.me["email"]}, expect=422)


def test_an_address_taken_meanwhile(user, new_user, anonymous, mailbox):
    new = f"n{uuid.uuid4().hex[:10]}@example.org"
    user.post("/users/me/email", {"email": new}, expect=200)
    token = mailbox(new).wait("Confirm your new").token
    new_user(email=new)
    anonymous.post("/auth/verify-email", {"token": token}, expect=410)


def test_the_old_address_was_taken_meanwhile(user, new_user, anonymous, mailbox, box):
    new = f"n{uuid.uuid4().hex[:10]}@example.org"
    user.post("/users/me/email", {"email": new}, expect=200)
    anonymous.post("/auth/verify-email", {"token": mailbox(new).wait("Confirm your new").token}, expect=200)
    undo = box.wait("was changed")
    new_user(email=user.me["email"])
    assert anonymous.post("/auth/undo-email", {"token": undo.token}, expect=409).code == "WALL_EMAIL_TAKEN"


def test_another_change_ends_the_one_before(user, anonymous, mailbox):
    first, second = (f"n{uuid.uuid4().hex[:10]}@example.org" for _ in range(2))
    user.post("/users/me/email", {"email": first}, expect=200)
    user.post("/users/me/email", {"email": second}, expect=200)
    anonymous.post("/auth/verify-email", {"token": mailbox(first).wait("Confirm").token}, expect=410)
    anonymous.post("/auth/verify-email", {"token": mailbox(second).wait("Confirm").token}, expect=200)


def test_without_mail_nothing_that_needs_it_is_offered(stack, contract, user):
    visitor = Client(stack, contract, base_url=stack.faces["mute"])
    assert visitor.get("/auth/signup", expect=200).data["mail"] is False
    assert visitor.post("/auth/reset-password", {"login": "ada"}, expect=409).code == "WALL_CONFLICT"
    assert visitor.post("/auth/verify-email/resend", {"email": "a@b.cd"}, expect=409).code == "WALL_CONFLICT"
    user.base_url = stack.faces["mute"]
    user.post("/users/me/email", {"email": "a@b.cd"}, expect=409)
    user.post("/users/me/email/confirm", expect=409)


@pytest.mark.expect_log(r"WALL_BUSY|AH00484|AH10159")
def test_a_new_password_comes_back_later_when_too_many_are_hashed(stack, contract, user):
    """Told to come back while others' passwords are looked at; nothing has happened then: the link still works."""
    over, token = threading.Event(), uuid.uuid4().hex
    stack.db("INSERT INTO account_tokens (user_id, purpose, token_hash, email, expires_at) "
             "VALUES (?, 'reset_password', SHA2(?, 256), ?, NOW(6) + INTERVAL 1 HOUR)", user.me["user_id"], token, user.me["email"])

    def guess(number):
        client = Client(stack, contract)
        while not over.is_set():
            client.post("/auth/login", {"login": f"nobody{number}", "password": "x" * 20})

    def busy(attempt):
        for _ in range(100):
            answer = attempt()
            if answer.code == "WALL_BUSY":
                return True
            stack.db("UPDATE account_tokens SET used_at = NULL WHERE user_id = ?", user.me["user_id"])
        return False

    def change():
        # httpd without idle threads closes connections that are kept alive, perhaps while one is being used again
        user.http.close()
        return user.post("/users/me/password", {"password": NEW})

    def confirm():
        return Client(stack, contract).post("/auth/reset-password/confirm", {"token": token, "password": NEW})

    with ThreadPoolExecutor(120) as pool:
        for number in range(120):
            pool.submit(guess, number)
        try:
            assert busy(change) and busy(confirm)
        finally:
            over.set()
    assert confirm().status == 200
    user.login(user.me["username"], NEW)
