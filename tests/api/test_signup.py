# SPDX-License-Identifier: Apache-2.0
"""Opening accounts: confirmed first or later, by invitation, with approval, closed; throw-away addresses, rates."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack import eventually, same_time
from tests.stack.client import Client, From

PASSWORD = "correct horse battery"


def form(**more):
    name = "u" + uuid.uuid4().hex[:12]
    return {"username": name, "email": f"{name}@example.org", "password": PASSWORD, **more}


@pytest.fixture
def face(stack, contract):
    """A visitor of the same site with other settings."""
    return lambda name: Client(stack, contract, base_url=stack.faces[name])


@pytest.fixture
def admin(new_user):
    return new_user().become()


# ---- later: the account works meanwhile ------------------------------------------------------------
def test_later_the_account_works_and_the_mail_confirms_it(stack, new_user, mailbox, anonymous):
    user = new_user()
    mail = mailbox(user.me["email"]).wait("Confirm")
    assert mail.link.startswith(f"{stack.base_url}/verify-email?token=")
    assert user.get("/users/me/email", expect=200).data["email_verified"] is False
    assert stack.number("SELECT COUNT(*) FROM account_tokens WHERE token_hash = ?", mail.token) == 0
    assert stack.number("SELECT COUNT(*) FROM mails WHERE content LIKE ?", f"%{mail.token}%") == 0
    assert anonymous.post("/auth/verify-email", {"token": mail.token}, expect=200).data["result"] == "confirmed"
    assert user.get("/users/me/email", expect=200).data["email_verified"] is True
    assert anonymous.post("/auth/verify-email", {"token": mail.token}, expect=410).code == "WALL_LINK_INVALID"
    assert user.post("/users/me/email/confirm", expect=409).code == "WALL_CONFLICT"


def test_later_the_mail_can_be_sent_again_and_the_first_link_ends(new_user, mailbox, anonymous):
    user = new_user()
    box = mailbox(user.me["email"])
    first = box.wait("Confirm")
    user.post("/users/me/email/confirm", expect=200)
    second = box.wait("Confirm")
    anonymous.post("/auth/verify-email", {"token": first.token}, expect=410)
    anonymous.post("/auth/verify-email", {"token": second.token}, expect=200)


def test_a_link_ends_after_a_day(stack, new_user, mailbox, anonymous):
    user = new_user()
    mail = mailbox(user.me["email"]).wait("Confirm")
    stack.db("UPDATE account_tokens SET expires_at = NOW(6) WHERE user_id = ?", user.me["user_id"])
    anonymous.post("/auth/verify-email", {"token": mail.token}, expect=410)


def test_mails_speak_the_readers_language(anonymous, mailbox):
    body = form()
    anonymous.post("/auth/register", body, headers={"Accept-Language": "ru"}, expect=201)
    mail = mailbox(body["email"]).wait()
    assert mail.subject == "Подтвердите адрес электронной почты"
    assert mail.headers["Content-Language"] == "ru"


# ---- first: nothing is known until the address is confirmed ----------------------------------------
def test_first_there_is_no_account_until_the_link_is_used(stack, face, mailbox):
    visitor, body = face("first"), form(display_name="Zoë")
    answer = visitor.post("/auth/register", body, expect=201).data
    assert answer["user"] is None and answer["session_token"] is None and answer["pending"] == "email"
    assert stack.number("SELECT COUNT(*) FROM users WHERE username = ?", body["username"]) == 0
    login = {"login": body["username"], "password": PASSWORD}
    assert visitor.post("/auth/login", login, expect=403).code == "WALL_EMAIL_UNCONFIRMED"
    visitor.post("/auth/login", {**login, "password": "not it at all"}, expect=401)
    visitor.post("/auth/login", {**login, "login": body["email"]}, expect=401)  # would tell it is not known
    visitor.post("/auth/register", form(username=body["username"]), expect=409)  # the name is kept
    mail = mailbox(body["email"]).wait("Confirm")
    assert visitor.post("/auth/verify-email", {"token": mail.token}, expect=200).data["result"] == "opened"
    me = visitor.login(body["username"])
    assert me["display_name"] == "Zoë" and me["bricks"]["available"] == 500
    assert visitor.get("/users/me/email", expect=200).data["email_verified"] is True
    visitor.post("/auth/verify-email", {"token": mail.token}, expect=410)


def test_first_a_known_address_answers_like_an_unknown_one(stack, face, new_user, mailbox):
    owner = new_user()
    box = mailbox(owner.me["email"])
    box.wait("Confirm")
    visitor = face("first")
    known = form(email=owner.me["email"].upper().replace("EXAMPLE.ORG", "example.org"))
    unknown = form()
    one = visitor.post("/auth/register", known, expect=201)
    other = visitor.post("/auth/register", unknown, expect=201)
    assert one.body == other.body
    assert {k: v for k, v in one.headers.items() if k not in ("Date", "X-Request-Id", "RateLimit")} == \
        {k: v for k, v in other.headers.items() if k not in ("Date", "X-Request-Id", "RateLimit")}
    mail = box.wait("already have an account")
    assert mail.link == f"{stack.base_url}/forgot"
    # Nor do the names tell: both are kept, and signing in by either says the same.
    for body in (known, unknown):
        assert visitor.post("/auth/register", form(username=body["username"]), expect=409).code == \
            "WALL_USERNAME_TAKEN"
        assert visitor.post("/auth/login", {"login": body["username"], "password": PASSWORD},
                            expect=403).code == "WALL_EMAIL_UNCONFIRMED"
        assert visitor.post("/auth/login", {"login": body["email"], "password": "wrong but long"},
                            expect=401).code == "WALL_BAD_CREDENTIALS"
    box.none()


def test_first_known_and_unknown_take_the_same_time(face, new_user):
    owner, visitor = new_user(), face("first")
    same_time({"known": lambda: visitor.post("/auth/register", form(email=owner.me["email"]), expect=201),
               "unknown": lambda: visitor.post("/auth/register", form(), expect=201)}, least=8, most=80)


@pytest.mark.expect_log(r"WALL_BUSY")
def test_first_two_of_one_name_at_once(stack, contract):
    body = form()

    def register(number):
        visitor = Client(stack, contract, base_url=stack.faces["first"])
        return visitor.post("/auth/register", {**body, "email": f"{number}{body['email']}"}).status

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(register, range(6)))
    assert statuses.count(201) == 1 and set(statuses[1:]) <= {409, 503}


def test_first_the_link_used_twice_at_once_opens_one_account(stack, contract, face, mailbox):
    body = form()
    face("first").post("/auth/register", body, expect=201)
    token = mailbox(body["email"]).wait("Confirm").token

    def verify(_):
        return Client(stack, contract).post("/auth/verify-email", {"token": token}).status

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(verify, range(6)))
    assert statuses == [200] + [410] * 5
    assert stack.number("SELECT COUNT(*) FROM walls WHERE wall_slug = ?", body["username"]) == 1


def test_first_the_mail_can_be_sent_again_for_anybody_alike(face, mailbox):
    visitor, body = face("first"), form()
    visitor.post("/auth/register", body, expect=201)
    box = mailbox(body["email"])
    first = box.wait("Confirm")
    answers = [visitor.post("/auth/verify-email/resend", {"email": email}, expect=200)
               for email in (body["email"], "nobody-" + body["email"])]
    assert answers[0].body == answers[1].body
    second = box.wait("Confirm")
    visitor.post("/auth/verify-email", {"token": first.token}, expect=410)
    assert visitor.post("/auth/verify-email", {"token": second.token}, expect=200).data["result"] == "opened"


def test_a_mailbox_is_not_flooded_with_confirmations(face, mailbox):
    visitor, body = face("first"), form()
    visitor.post("/auth/register", body, expect=201)
    for _ in range(6):
        visitor.post("/auth/verify-email/resend", {"email": body["email"]}, expect=200)
    box = mailbox(body["email"])
    eventually(lambda: len(box.mails) >= 3)
    time.sleep(1.5)
    assert len(box.mails) == 3


def test_first_a_registration_ends_and_its_name_is_free(stack, face):
    visitor, body = face("first"), form()
    visitor.post("/auth/register", body, expect=201)
    stack.db("UPDATE registrations SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE username = ?", body["username"])
    visitor.post("/auth/login", {"login": body["username"], "password": PASSWORD}, expect=401)
    visitor.post("/auth/register", form(username=body["username"]), expect=201)


def test_a_name_reserved_elsewhere_is_taken(face, anonymous):
    body = form()
    face("first").post("/auth/register", body, expect=201)
    assert anonymous.post("/auth/register", form(username=body["username"]), expect=409).code == "WALL_USERNAME_TAKEN"


def test_an_address_that_got_an_account_meanwhile(face, anonymous, mailbox):
    visitor, body = face("first"), form()
    visitor.post("/auth/register", body, expect=201)
    token = mailbox(body["email"]).wait("Confirm").token
    anonymous.post("/auth/register", form(email=body["email"]), expect=201)
    visitor.post("/auth/verify-email", {"token": token}, expect=410)


def test_a_name_that_was_taken_meanwhile(stack, face, mailbox, new_user):
    visitor, body = face("first"), form()
    visitor.post("/auth/register", body, expect=201)
    token = mailbox(body["email"]).wait("Confirm").token
    other = new_user()
    stack.db("UPDATE users SET username = ? WHERE user_id = ?", body["username"], other.me["user_id"])
    assert visitor.post("/auth/verify-email", {"token": token}, expect=409).code == "WALL_USERNAME_TAKEN"


# ---- who may come ----------------------------------------------------------------------------------
def test_how_one_gets_an_account_is_said(anonymous, face):
    assert anonymous.get("/auth/signup", expect=200).data == {
        "signup": "open", "verification": "later", "mail": True, "password_min": 10, "password_max": 128}
    assert face("first").get("/auth/signup", expect=200).data["verification"] == "first"
    assert face("closed").get("/auth/signup", expect=200).data["signup"] == "closed"


def test_closed(face):
    assert face("closed").post("/auth/register", form(), expect=403).code == "WALL_SIGNUP_CLOSED"


def test_invitations(stack, face, user, new_user):
    visitor = face("invite")
    refused = visitor.post("/auth/register", form(), expect=422)
    assert set(refused.details) == {"invitation"}
    made = user.post("/invitations", {"note": "Grace"}, expect=201).data
    assert made["url"] == f"{stack.base_url}/register?invitation={made['code']}" and made["state"] == "open"
    assert stack.number("SELECT COUNT(*) FROM invitations WHERE code_hash = ?", made["code"]) == 0
    visitor.post("/auth/register", form(invitation=made["code"]), expect=201)
    late = visitor.post("/auth/register", form(invitation=made["code"]), expect=422)
    assert set(late.details) == {"invitation"}
    listed = user.get("/invitations", expect=200).data["items"][0]
    assert (listed["state"], listed["uses"], listed["code"]) == ("used", 1, None)
    assert new_user().get("/invitations", expect=200).data["items"] == []


@pytest.mark.expect_log(r"WALL_BUSY")
def test_one_invitation_at_once(stack, contract, user):
    code = user.post("/invitations", {}, expect=201).data["code"]

    def register(_):
        return Client(stack, contract, base_url=stack.faces["invite"]).post("/auth/register",
                                                                           form(invitation=code)).status

    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(register, range(5)))
    assert statuses.count(201) == 1 and statuses.count(422) + statuses.count(503) == 4


@pytest.mark.parametrize("end", ["revoked", "expired", "inviter gone"])
def test_an_invitation_that_has_ended(stack, face, new_user, end):
    user = new_user()
    made = user.post("/invitations", {"days": 1}, expect=201).data
    if end == "revoked":
        user.delete(f"/invitations/{made['invitation_id']}", expect=200)
        user.delete(f"/invitations/{made['invitation_id']}", expect=200)
    elif end == "expired":
        stack.db("UPDATE invitations SET expires_at = NOW(6) WHERE invitation_id = ?", made["invitation_id"])
    else:
        stack.db("UPDATE users SET account_state = 'suspended' WHERE user_id = ?", user.me["user_id"])
    face("invite").post("/auth/register", form(invitation=made["code"]), expect=422)
    if end != "inviter gone":
        assert user.get("/invitations", expect=200).data["items"][0]["state"] == end


def test_only_so_many_invitations(user, admin, new_user):
    for _ in range(5):
        last = user.post("/invitations", {}, expect=201).data
    assert user.post("/invitations", {}, expect=409).code == "WALL_CONFLICT"
    assert user.post("/invitations", {"uses": 2}, expect=422).details.keys() == {"uses"}
    user.delete(f"/invitations/{last['invitation_id']}", expect=200)
    user.post("/invitations", {}, expect=201)
    new_user().delete(f"/invitations/{last['invitation_id']}", expect=404)
    for _ in range(7):
        admin.post("/invitations", {"uses": 3}, expect=201)
    page = admin.get("/invitations", params={"limit": 3}, expect=200).data
    rest = admin.get("/invitations", params={"limit": 3, "cursor": page["next_cursor"]}, expect=200).data
    assert page["items"][-1]["invitation_id"] > rest["items"][0]["invitation_id"]
    assert admin.get("/invitations", params={"cursor": "x"}, expect=400).code == "WALL_BAD_CURSOR"


def test_users_do_not_invite_where_only_admins_do(stack, contract, user, admin):
    for client, status in ((user, 403), (admin, 201)):
        client.base_url = stack.faces["admins"]
        client.post("/invitations", {}, expect=status)


def test_an_invitation_not_confirmed_is_good_again(stack, contract, user):
    code = user.post("/invitations", {}, expect=201).data["code"]
    visitor, body = Client(stack, contract, base_url=stack.faces["both"]), form(invitation=code)
    visitor.post("/auth/register", body, expect=201)
    visitor.post("/auth/register", form(invitation=code), expect=422)
    stack.db("UPDATE registrations SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE username = ?", body["username"])
    visitor.post("/auth/register", {**body, "email": "x" + body["email"]}, expect=201)


def test_approval(stack, face, admin, mailbox):
    visitor, body = face("approval"), form(display_name="Grace")
    answer = visitor.post("/auth/register", body, expect=201).data
    assert answer["user"] is None and answer["pending"] == "approval"
    login = {"login": body["username"], "password": PASSWORD}
    assert visitor.post("/auth/login", login, expect=403).code == "WALL_AWAITING_APPROVAL"
    visitor.post("/auth/login", {**login, "password": "wrong but long"}, expect=401)
    visitor.get(f"/walls/{body['username']}", expect=404)
    waiting = next(a for a in admin.get("/admin/approvals", expect=200).data["items"]
                   if a["username"] == body["username"])
    assert waiting["display_name"] == "Grace" and waiting["email"] == body["email"]
    admin.post(f"/admin/approvals/{waiting['user_id']}", {"decision": "approve"}, expect=200)
    admin.post(f"/admin/approvals/{waiting['user_id']}", {"decision": "refuse"}, expect=404)
    assert mailbox(body["email"]).wait("open").link == f"{stack.base_url}/login"
    assert visitor.login(body["username"])["bricks"]["available"] == 500


def test_the_list_of_who_waits_goes_on_only_where_it_was(admin):
    assert admin.get("/admin/approvals", params={"cursor": "somewhere"}, expect=400).code == "WALL_BAD_CURSOR"


def test_approval_refused(stack, face, admin, mailbox):
    visitor, body = face("approval"), form()
    visitor.post("/auth/register", body, expect=201)
    user_id = stack.number("SELECT user_id FROM users WHERE username = ?", body["username"])
    admin.post(f"/admin/approvals/{user_id}", {"decision": "refuse"}, expect=200)
    mailbox(body["email"]).wait("not opened")
    visitor.post("/auth/login", {"login": body["username"], "password": PASSWORD}, expect=401)
    assert stack.number("SELECT COUNT(*) FROM users WHERE email = ?", body["email"]) == 0
    visitor.post("/auth/register", body, expect=201)  # nothing is left of it


def test_two_administrators_decide_once(stack, contract, face, admin):
    body = form()
    face("approval").post("/auth/register", body, expect=201)
    user_id = stack.number("SELECT user_id FROM users WHERE username = ?", body["username"])

    def decide(number):
        return admin.as_bearer().post(f"/admin/approvals/{user_id}",
                                      {"decision": "refuse" if number % 2 else "approve"}).status

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(decide, range(4))) == [200, 404, 404, 404]


# ---- abuse -----------------------------------------------------------------------------------------
def test_throw_away_addresses(stack, anonymous, user):
    path = f"{stack.folder}/etc/sites/disposable-domains"
    with open(path, "w", encoding="utf-8") as file:
        file.write("# refused here\nMailinator.example\n")
    time.sleep(2.1)
    for domain in ("mailinator.example", "a.b.MAILINATOR.example"):
        refused = anonymous.post("/auth/register", form(email=f"x{uuid.uuid4().hex}@{domain}"), expect=422)
        assert set(refused.details) == {"email"}
    user.post("/users/me/email", {"email": "x@mailinator.example"}, expect=422)
    anonymous.post("/auth/register", form(email=f"x{uuid.uuid4().hex}@notmailinator.example"), expect=201)
    with open(path, "w", encoding="utf-8") as file:
        file.write("elsewhere.example\n")
    time.sleep(2.1)
    anonymous.post("/auth/register", form(email=f"x{uuid.uuid4().hex}@mailinator.example"), expect=201)


def test_only_so_many_accounts_from_one_address(face):
    visitor = face("one")
    visitor.http.mount("http://", From("127.0.0.11"))
    for _ in range(3):
        visitor.post("/auth/register", form(), expect=201)
    refused = visitor.post("/auth/register", form(), expect=429)
    assert refused.code == "WALL_RATE_LIMITED" and 0 < int(refused.headers["Retry-After"]) <= 3600
    # What was wrong anyway costs nothing: people mend forms.
    assert visitor.post("/auth/register", form(password="short"), expect=422)
