# SPDX-License-Identifier: Apache-2.0
"""Somebody else had the account: how its owner gets it back, and that nothing is left to come back by."""

import uuid

import pytest

from tests.stack import eventually
from tests.stack.client import Client

NEW = "another horse battery"
WAYS = ("passkeys", "oauth_connections", "api_keys", "user_totp", "recovery_codes")


def somewhere():
    return f"n{uuid.uuid4().hex[:10]}@example.org"


def plant(stack, user_id, ago="0 SECOND"):
    """One of each way in, as of some time ago."""
    mark = uuid.uuid4().hex
    then = f"NOW(6) - INTERVAL {ago}"
    stack.db(f"INSERT INTO passkeys (user_id, credential_hash, credential_id, public_key, algorithm, display_name, created_at) "
             f"VALUES (?, SHA2(?, 256), 'a', 'b', -7, 'Phone', {then})", user_id, mark)
    stack.db(f"INSERT INTO oauth_connections (user_id, provider, provider_user_id, connected_at) VALUES (?, ?, ?, {then})",
             user_id, f"p{mark[:8]}", mark)
    stack.db(f"INSERT INTO api_keys (user_id, name, key_hash, key_hint, scopes, created_at) "
             f"VALUES (?, 'k', SHA2(?, 256), 'wall_abcd', 'posts:read', {then})", user_id, mark)
    stack.db(f"INSERT INTO user_totp (user_id, secret, confirmed_at) VALUES (?, 'x', {then}) "
             f"ON DUPLICATE KEY UPDATE confirmed_at = VALUES(confirmed_at)", user_id)
    stack.db("INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, SHA2(?, 256))", user_id, mark)


def left(stack, user_id):
    return {table: stack.number(f"SELECT COUNT(*) FROM {table} WHERE user_id = ?", user_id) for table in WAYS}


def move(user, anonymous, mailbox, new):
    """The account's address is `new` from now on."""
    user.post("/users/me/email", {"email": new}, expect=200)
    anonymous.post("/auth/verify-email", {"token": mailbox(new).wait("Confirm your new").token}, expect=200)


def reset(anonymous, login, box, password=NEW):
    anonymous.post("/auth/reset-password", {"login": login}, expect=200)
    anonymous.post("/auth/reset-password/confirm", {"token": box.wait("Choose a new password").token, "password": password},
                   expect=200)


@pytest.fixture
def box(user, mailbox, anonymous):
    """The mailbox of the user, whose address is confirmed."""
    box = mailbox(user.me["email"])
    anonymous.post("/auth/verify-email", {"token": box.wait("Confirm").token}, expect=200)
    return box


# ---- the undo of a changed address -----------------------------------------------------------------
def test_undo_wins_over_whatever_came_after(stack, user, anonymous, mailbox, box):
    """Changed twice by who took it over: the first address takes itself back, and the second cannot follow."""
    first, second = somewhere(), somewhere()
    move(user, anonymous, mailbox, first)
    move(user, anonymous, mailbox, second)
    theirs = mailbox(first).wait("was changed").token
    anonymous.post("/auth/undo-email", {"token": box.wait("was changed").token}, expect=200)
    assert stack.value("SELECT email FROM users WHERE user_id = ?", user.me["user_id"]) == user.me["email"]
    assert anonymous.post("/auth/undo-email", {"token": theirs}, expect=410).code == "WALL_LINK_INVALID"
    assert stack.value("SELECT email FROM users WHERE user_id = ?", user.me["user_id"]) == user.me["email"]


def test_an_earlier_owner_may_still_undo(stack, user, anonymous, mailbox, box):
    """Taking the last change back does not end the right of the address before it."""
    first, second = somewhere(), somewhere()
    move(user, anonymous, mailbox, first)
    move(user, anonymous, mailbox, second)
    anonymous.post("/auth/undo-email", {"token": mailbox(first).wait("was changed").token}, expect=200)
    anonymous.post("/auth/undo-email", {"token": box.wait("was changed").token}, expect=200)
    assert stack.value("SELECT email FROM users WHERE user_id = ?", user.me["user_id"]) == user.me["email"]


def test_undo_removes_what_was_left_behind(stack, user, anonymous, mailbox, box):
    move(user, anonymous, mailbox, somewhere())
    plant(stack, user.me["user_id"])
    user.post("/users/me/password", {"password": "the thief's own words"}, expect=200)
    anonymous.post("/auth/undo-email", {"token": box.wait("was changed").token}, expect=200)
    assert set(left(stack, user.me["user_id"]).values()) == {0}
    eventually(lambda: user.get("/users/me").status == 401, seconds=3)
    token = box.wait("Choose a new password").token
    anonymous.post("/auth/reset-password/confirm", {"token": token, "password": NEW}, expect=200)
    anonymous.login(user.me["username"], NEW)  # no code of another's app is asked for
    assert anonymous.get("/users/me", expect=200).data["username"] == user.me["username"]
    assert [m for m in box.mails if "Other ways" in m.subject]


def test_undo_leaves_what_was_there_before(stack, user, anonymous, mailbox, box):
    plant(stack, user.me["user_id"], "25 HOUR")
    move(user, anonymous, mailbox, somewhere())
    anonymous.post("/auth/undo-email", {"token": box.wait("was changed").token}, expect=200)
    assert set(left(stack, user.me["user_id"]).values()) == {1}
    assert not [m for m in box.mails if "Other ways" in m.subject]


def test_an_address_comes_back_to_an_account_that_was_put_away(stack, user, anonymous, mailbox, box):
    move(user, anonymous, mailbox, somewhere())
    stack.db("UPDATE users SET account_state = 'leaving', deletion_due_at = NOW(6) + INTERVAL 14 DAY WHERE user_id = ?",
             user.me["user_id"])
    anonymous.post("/auth/undo-email", {"token": box.wait("was changed").token}, expect=200)
    token = box.wait("Choose a new password").token
    anonymous.post("/auth/reset-password/confirm", {"token": token, "password": NEW}, expect=200)
    anonymous.login(user.me["username"], NEW)
    assert stack.value("SELECT account_state FROM users WHERE user_id = ?", user.me["user_id"]) == "active"


# ---- a reset ---------------------------------------------------------------------------------------
def test_a_reset_ends_a_change_of_the_address_that_waits(stack, user, anonymous, mailbox, box):
    """Asked for by who had taken the session: its link must not move the account away afterwards."""
    new = somewhere()
    user.post("/users/me/email", {"email": new}, expect=200)
    token = mailbox(new).wait("Confirm your new").token
    reset(anonymous, user.me["username"], box)
    assert anonymous.post("/auth/verify-email", {"token": token}, expect=410).code == "WALL_LINK_INVALID"
    assert stack.value("SELECT email FROM users WHERE user_id = ?", user.me["user_id"]) == user.me["email"]


def test_a_reset_ends_a_sign_in_that_waits_for_its_second_step(stack, contract, user, anonymous, box):
    plant(stack, user.me["user_id"])  # an authenticator, so that a second step is asked for
    thief = Client(stack, contract)
    waiting = thief.post("/auth/login", {"login": user.me["username"], "password": user.password}, expect=200).data
    assert waiting["user"] is None and waiting["second_factor"]["token"]
    reset(anonymous, user.me["username"], box)
    answer = thief.post("/auth/second-factor", {"token": waiting["second_factor"]["token"], "code": "123456"})
    assert answer.code == "WALL_SIGN_IN_OVER"


def test_a_reset_of_a_confirmed_account_leaves_other_ways_in(stack, user, anonymous, box):
    """A forgotten password is no break-in: keys of programs and passkeys go on, and the mail says so."""
    plant(stack, user.me["user_id"])
    reset(anonymous, user.me["username"], box)
    assert set(left(stack, user.me["user_id"]).values()) == {1}
    assert "API keys" in box.wait("was changed").text


def test_a_reset_of_an_unconfirmed_account_removes_them(stack, user, anonymous, mailbox):
    """Opened with another's address to wait for them: its first reset is the owner's, and nothing of the other stays.
    The authenticator does: whoever mistyped their address keeps strangers out by it."""
    box = mailbox(user.me["email"])
    plant(stack, user.me["user_id"])
    reset(anonymous, user.me["email"], box)
    assert left(stack, user.me["user_id"]) == {"passkeys": 0, "oauth_connections": 0, "api_keys": 0, "user_totp": 1,
                                               "recovery_codes": 1}
    box.wait("Other ways")


def test_who_floods_a_mailbox_does_not_lock_its_owner_out(stack, user, anonymous, box):
    """Wishes are dropped only while a link mailed before still works."""
    for _ in range(5):
        anonymous.post("/auth/reset-password", {"login": user.me["username"]}, expect=200)
    eventually(lambda: stack.number("SELECT COUNT(*) FROM account_requests") == 0)
    assert len([m for m in box.mails if "Choose" in m.subject]) <= 3
    box.wait("Choose a new password")
    stack.db("UPDATE mails SET created_at = created_at - INTERVAL 31 MINUTE WHERE address = ?", user.me["email"])
    stack.db("UPDATE account_tokens SET expires_at = NOW(6) WHERE user_id = ?", user.me["user_id"])
    for _ in range(2):
        box.wait("Choose a new password")
    reset(anonymous, user.me["username"], box)


# ---- names and addresses that would be something else -----------------------------------------------
@pytest.mark.parametrize("email", ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y", "a\r@example.org",
                                   "a@example.org,b@example.org", "<a@example.org>", "a@example.org\u2028b", "ä@example.org",
                                   "a@example.org\x00b", '"a b"@example.org'])
def test_an_address_is_one_address(user, anonymous, email):
    name = f"u{uuid.uuid4().hex[:8]}"
    for answer in (anonymous.post("/auth/register", {"username": name, "email": email, "password": NEW}),
                   user.post("/users/me/email", {"email": email}),
                   anonymous.post("/auth/verify-email/resend", {"email": email})):
        assert answer.status in (400, 422), answer


def test_a_name_is_one_line_of_a_mail(stack, anonymous, mailbox):
    """What may stand in a name stands in the mail, escaped in its HTML, and begins neither header nor tag."""
    name = f"u{uuid.uuid4().hex[:8]}"
    anonymous.post("/auth/register", {"username": name, "email": f"{name}@example.org", "password": NEW,
                                      "display_name": "Bcc: <img src=x> {site} %s"}, expect=201)
    mail = mailbox(f"{name}@example.org").wait("Confirm")
    assert mail.headers["Bcc"] is None and "Bcc: <img src=x> {site} %s" in mail.text
    assert "<img" not in mail.html and "&lt;img src=x&gt; {site} %s" in mail.html
    for bad in ("a\r\nBcc: b", "a\nb"):
        anonymous.post("/auth/register", {"username": name + "b", "email": f"{name}b@example.org", "password": NEW,
                                          "display_name": bad}, expect=422)


def test_a_mail_greets_once(stack, user, mailbox, box):
    kinds = ("factor_added", "factor_removed", "refund", "password_changed")
    for kind in kinds:
        stack.db("INSERT INTO mails (kind, user_id, address, language, content) VALUES (?, ?, ?, 'en', ?)", kind,
                 user.me["user_id"], user.me["email"], '{"values": ["what", "a passkey"]}')
    mails = [box.wait() for _ in kinds]
    assert [mail.text.count("Hello") for mail in mails] == [1] * len(kinds), mails
    assert len({mail.subject for mail in mails}) == len(kinds)


def test_mails_nobody_asked_for_speak_the_language_of_the_sign_up(stack, contract, mailbox):
    """Who signs in from abroad with somebody's password does not choose the language of the warning."""
    visitor, name = Client(stack, contract), f"u{uuid.uuid4().hex[:8]}"
    visitor.post("/auth/register", {"username": name, "email": f"{name}@example.org", "password": NEW}, expect=201,
                 headers={"Accept-Language": "de"})
    box = mailbox(f"{name}@example.org")
    box.wait("Bestätige")
    Client(stack, contract).post("/auth/login", {"login": name, "password": NEW}, expect=200,
                                 headers={"Accept-Language": "ru", "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
                                          "AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"})
    assert box.wait().headers["Content-Language"] == "de"
