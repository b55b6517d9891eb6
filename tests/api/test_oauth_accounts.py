# SPDX-License-Identifier: Apache-2.0
"""Accounts by providers: who may open one, what is told of others' addresses, two at once; what keeps a connection alive."""

import time
import urllib.parse
import uuid

import pytest

from tests.api.parallel import at_once
from tests.api.test_oauth import arrive, come_back, comer, finish, link, problem, start  # noqa: F401
from tests.stack import eventually
from tests.stack.client import Client, From
from tests.stack.provider import person

NOT_USABLE = r"WALL00535"
TELEGRAM = "telegram"


@pytest.fixture
def visitor(stack, contract):
    return Client(stack, contract)


@pytest.fixture
def face(stack, contract):
    return lambda name: Client(stack, contract, base_url=stack.faces[name])


def name():
    return "o" + uuid.uuid4().hex[:12]


def users(stack, **where):
    column, value = next(iter(where.items()))
    return stack.number(f"SELECT COUNT(*) FROM users WHERE {column} = ?", value)


# ---- who may open an account ------------------------------------------------------------------------
def test_first_an_address_nobody_vouches_for_is_confirmed_first(stack, face, provider, mailbox):
    visitor, who = face("first"), person()
    arrive(visitor, provider, who, TELEGRAM)
    box = mailbox(who["email"])
    username = name()
    answer = visitor.post("/auth/oauth/arrival", {"username": username, "email": who["email"]}, expect=201).data
    assert answer["user"] is None and answer["session_token"] is None and answer["pending"] == "email"
    assert users(stack, username=username) == 0
    visitor.get("/users/me", expect=401)
    visitor.get("/auth/oauth/arrival", expect=404)
    visitor.post("/auth/login", {"login": username, "password": "whatever it may be"}, expect=401)
    token = box.wait("Confirm").token
    stack.db("UPDATE oauth_arrivals SET expires_at = NOW(6) - INTERVAL 1 HOUR WHERE provider_user_id = ?", who["sub"])
    assert visitor.post("/auth/verify-email", {"token": token}, expect=200).data["result"] == "opened"
    visitor.post("/auth/verify-email", {"token": token}, expect=410)
    assert arrive(visitor, provider, who, TELEGRAM) == "/"
    assert visitor.get("/users/me", expect=200).data["username"] == username
    assert stack.number("SELECT COUNT(*) FROM oauth_arrivals WHERE provider_user_id = ?", who["sub"]) == 0


def test_first_a_known_address_answers_like_an_unknown_one(stack, face, provider, mailbox, new_user):
    owner = new_user()
    box = mailbox(owner.me["email"])
    box.wait("Confirm")
    answers = []
    for address in (owner.me["email"], f"{name()}@example.org"):
        visitor = face("first")
        arrive(visitor, provider, person(), TELEGRAM)
        answers.append(visitor.post("/auth/oauth/arrival", {"username": name(), "email": address}))
    assert answers[0].status == answers[1].status == 201 and answers[0].data == answers[1].data
    assert "verify-email" not in box.wait("").link


def test_first_an_address_the_provider_vouches_for_needs_no_mail(stack, face, provider):
    visitor, who = face("first"), person()
    arrive(visitor, provider, who)
    answer = visitor.post("/auth/oauth/arrival", {"username": name()}, expect=201).data
    assert answer["pending"] == "nothing" and answer["user"]["email"] == who["email"]
    other = face("first")
    arrive(other, provider, person())  # vouched for, but another one is typed
    assert other.post("/auth/oauth/arrival", {"username": name(), "email": f"{name()}@example.org"}, expect=201).data["pending"] == "email"


def test_first_of_two_confirmations_with_one_identity_the_first_counts(stack, face, provider, mailbox):
    who, tokens = person(), []
    for _ in range(2):
        visitor, address = face("first"), f"{name()}@example.org"
        arrive(visitor, provider, who, TELEGRAM)
        visitor.post("/auth/oauth/arrival", {"username": name(), "email": address}, expect=201)
        tokens.append(mailbox(address).wait("Confirm").token)
    answers = at_once(*[lambda t=t: face("first").post("/auth/verify-email", {"token": t}) for t in tokens])
    assert sorted(a.status for a in answers) == [200, 410]
    assert stack.number("SELECT COUNT(*) FROM oauth_connections WHERE provider_user_id = ?", who["sub"]) == 1


def test_waiting_for_an_administrator(stack, face, provider):
    visitor, who = face("approval"), person()
    arrive(visitor, provider, who)
    answer = visitor.post("/auth/oauth/arrival", {"username": name()}, expect=201).data
    assert answer["pending"] == "approval" and answer["user"] is None
    assert problem(arrive(visitor, provider, who)) == ("/login", "waiting")
    visitor.get("/users/me", expect=401)


def test_a_site_that_takes_nobody(face, provider):
    visitor = face("closed")
    arrive(visitor, provider, person())
    assert visitor.get("/auth/oauth/arrival", expect=200).data["signup"] == "closed"
    assert visitor.post("/auth/oauth/arrival", {"username": name()}, expect=403).code == "WALL_SIGNUP_CLOSED"


def test_invited(face, provider, user):
    visitor = face("invite")
    arrive(visitor, provider, person())
    refused = visitor.post("/auth/oauth/arrival", {"username": name()}, expect=422)
    assert set(refused.details) == {"invitation"}
    code = user.post("/invitations", {"note": "by a provider"}, expect=201).data["code"]
    visitor.post("/auth/oauth/arrival", {"username": name(), "invitation": code}, expect=201)


def test_what_registering_refuses_is_refused_here_too(stack, face, provider):
    path = f"{stack.folder}/etc/sites/disposable-domains"
    with open(path, "w", encoding="utf-8") as file:
        file.write("throwaway.example\n")
    time.sleep(2.1)  # it is looked at every two seconds
    visitor = face("one")
    visitor.http.mount("http://", From("127.0.0.12"))
    arrive(visitor, provider, person(email=f"{name()}@throwaway.example"))
    refused = visitor.post("/auth/oauth/arrival", {"username": "admin"}, expect=422)
    assert set(refused.details) == {"username", "email"}
    for _ in range(3):
        arrive(visitor, provider, person())
        visitor.post("/auth/oauth/arrival", {"username": name()}, expect=201)
    arrive(visitor, provider, person())
    refused = visitor.post("/auth/oauth/arrival", {"username": name()}, expect=429)
    assert refused.code == "WALL_RATE_LIMITED" and int(refused.headers["Retry-After"]) > 0


def test_places_that_do_not_exist(user):
    user.post("/users/me/connections", {"provider": "nobody"}, expect=404)
    user.post("/auth/oauth/confirm", {"provider": "nobody"}, expect=404)


# ---- collisions -------------------------------------------------------------------------------------
def test_an_identity_that_became_anothers(stack, contract, provider, user, new_user):
    """Between coming back and choosing a name, or connecting, somebody else has connected it."""
    who = person()
    visitor = Client(stack, contract)
    arrive(visitor, provider, who)
    link(user, provider, who)
    username = name()
    assert visitor.post("/auth/oauth/arrival", {"username": username, "email": f"{username}@example.org"}, expect=409).code == "WALL_CONFLICT"
    assert users(stack, username=username) == 0
    other = new_user()
    visitor.login(other.me["username"])
    assert visitor.post("/auth/oauth/arrival/link", expect=409).code == "WALL_CONFLICT"
    link(other, provider, person())
    third = Client(stack, contract)
    arrive(third, provider, person())
    third.login(other.me["username"])
    assert third.post("/auth/oauth/arrival/link", expect=409).code == "WALL_CONFLICT"  # a second of one provider


def test_two_first_sign_ins_with_one_address(stack, contract, provider):
    for _ in range(4):
        address, visitors = f"{name()}@provider.example", [Client(stack, contract) for _ in range(2)]
        for visitor, by in zip(visitors, ("fake", "github")):
            arrive(visitor, provider, person(email=address), by)
        answers = at_once(*[lambda v=v: v.post("/auth/oauth/arrival", {"username": name()}) for v in visitors])
        assert sorted(a.status for a in answers) == [201, 409]
        assert {a.code for a in answers if a.status == 409} == {"WALL_EMAIL_TAKEN"}
        assert users(stack, email=address) == 1


def test_one_identity_in_two_browsers(stack, contract, provider):
    for _ in range(4):
        who, visitors = person(), [Client(stack, contract) for _ in range(2)]
        for visitor in visitors:
            arrive(visitor, provider, who)
        answers = at_once(*[lambda v=v: v.post("/auth/oauth/arrival", {"username": name(), "email": f"{name()}@example.org"}) for v in visitors])
        assert sorted(a.status for a in answers) == [201, 409]
        assert {a.code for a in answers if a.status == 409} == {"WALL_CONFLICT"}
        assert stack.number("SELECT COUNT(*) FROM oauth_connections WHERE provider_user_id = ?", who["sub"]) == 1


@pytest.mark.parametrize("same", ["username", "email"])
def test_a_first_sign_in_and_a_registration(same, stack, contract, provider):
    for _ in range(4):
        mine, theirs = name(), name()
        if same == "username":
            theirs = mine
        address = f"{mine}@provider.example"
        visitor, other = Client(stack, contract), Client(stack, contract)
        arrive(visitor, provider, person(email=address))
        form = {"username": theirs, "email": address if same == "email" else f"{theirs}@example.org", "password": "correct horse battery"}
        answers = at_once(lambda: visitor.post("/auth/oauth/arrival", {"username": mine}), lambda: other.post("/auth/register", form))
        assert sorted(a.status for a in answers) == [201, 409]
        assert {a.code for a in answers if a.status == 409} == {f"WALL_{same.upper()}_TAKEN"}


# ---- whose account it was ---------------------------------------------------------------------------
def test_who_opened_it_with_anothers_address_keeps_no_way_in(stack, contract, provider, mailbox, anonymous):
    """Somebody opens an account with an address that is not theirs and connects their identity. Its owner resets the
    password: what was connected before the address was proven is gone, and stays when it was proven already."""
    thief, victim = Client(stack, contract), f"{name()}@example.org"
    who = person()
    arrive(thief, provider, who, "vk")
    finish(thief, email=victim)
    box = mailbox(victim)
    box.wait("Confirm")
    thief.post("/users/me/keys", {"name": "k", "scopes": ["posts"]})
    for password, left in (("owners horse battery", 0), ("second horse battery", 1)):
        anonymous.post("/auth/reset-password", {"login": victim}, expect=200)
        token = box.wait("Choose a new password").token
        anonymous.post("/auth/reset-password/confirm", {"token": token, "password": password}, expect=200)
        for table in ("oauth_connections", "passkeys", "api_keys"):
            expected = left if table == "oauth_connections" else 0
            assert stack.number(f"SELECT COUNT(*) FROM {table} WHERE user_id = ?", thief.me["user_id"]) == expected, table
        owner = Client(stack, contract)
        owner.login(victim, password)
        if left == 0:
            assert arrive(Client(stack, contract), provider, who, "vk") == "/register/finish"
            link(owner, provider, person(), "github")


def test_a_refusal_stands_in_the_history(comer, provider, stack, contract):  # noqa: F811
    client, who = comer()
    stack.db("UPDATE users SET account_state = 'suspended' WHERE user_id = ?", client.me["user_id"])
    assert problem(arrive(Client(stack, contract), provider, who)) == ("/login", "closed")
    assert stack.number("SELECT COUNT(*) FROM logins WHERE user_id = ? AND outcome = 'refused' AND sign_in_method = 'oauth:fake'",
                        client.me["user_id"]) == 1


def test_a_session_is_always_a_new_one(comer, provider, stack, contract):  # noqa: F811
    """A token somebody put into the browser before is not what the session gets."""
    _, who = comer()
    again = Client(stack, contract)
    planted = "A" * 43
    again.http.cookies.set("wall", planted)
    answer = again.get("/auth/oauth/fake/callback", params=provider.approve(start(again), who), expect=302)
    given = answer.cookie().partition("=")[2].partition(";")[0]
    assert len(given) == 43 and given != planted


def test_cookies_of_a_secure_site(face, provider, stack):
    secure = face("secure")
    answer = secure.get("/auth/oauth/fake/initiate", expect=302)
    whole = "; Path=/; HttpOnly; SameSite=Lax; Max-Age=600; Secure"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-wall-oauth=") and "Domain" not in cookie
    assert {part.strip() for part in whole.split(";") if part} <= {part.strip() for part in cookie.split(";")}
    secure.http.cookies.clear()  # it came over http: a browser would not have taken it
    pair = cookie.partition(";")[0]
    back = provider.approve(answer.headers["Location"], person())
    assert problem(secure.get("/auth/oauth/fake/callback", params=back, headers={"Cookie": pair.replace("__Host-", "")},
                              expect=302).headers["Location"]) == ("/login", "expired")
    answer = secure.get("/auth/oauth/fake/callback", params=back, headers={"Cookie": pair}, expect=302)
    assert answer.headers["Location"] == "/register/finish"
    assert "Secure" in answer.cookie("__Host-wall-arrival")


def test_the_second_step_is_waited_for_in_a_cookie(comer, provider, stack, contract):  # noqa: F811
    client, who = comer()
    stack.db("INSERT INTO user_totp (user_id, secret, confirmed_at) VALUES (?, 'sealed', NOW(6))", client.me["user_id"])
    again = Client(stack, contract)
    answer = again.get("/auth/oauth/fake/callback", params=provider.approve(start(again), who), expect=302)
    cookie = answer.cookie("wall-second")
    assert answer.headers["Set-Cookie"].count("wall-second=") == 1 and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert len(token) == 43 and token not in answer.headers["Location"]


# ---- confirming -------------------------------------------------------------------------------------
def test_confirming_takes_a_recent_sign_in_there(comer, provider):  # noqa: F811
    client, who = comer()
    for auth_time, end in ((time.time() - 3600, ("/settings/connected", "refused")), (time.time() - 60, ("/bricks", None))):
        client.confirmed_before(60)
        body = {"provider": "fake", "return_to": "/bricks"}
        location = client.post("/auth/oauth/confirm", body, expect=200).data["location"]
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        assert asked["prompt"] == "login" and asked["max_age"] == "600"
        with provider.lying(claims={"auth_time": int(auth_time)}):
            assert problem(come_back(client, provider.approve(location, who))) == end
        client.post("/users/me/connections", {"provider": "github"}, expect=403 if end[1] else 200)
    with provider.lying(claims={"auth_time": int(time.time() - 3600)}):  # signing in may be long ago
        assert arrive(client, provider, who) == "/"


# ---- what keeps a connection alive ------------------------------------------------------------------
def connection(client, provider_name="fake"):
    items = client.get("/users/me/connections", expect=200).data["items"]
    return next(c for c in items if c["provider"] == provider_name)


def test_providers_the_site_does_not_take_any_more_are_no_way_in(comer, stack):  # noqa: F811
    client, _ = comer()
    stack.db("INSERT INTO oauth_connections (user_id, provider, provider_user_id) VALUES (?, 'nobody', ?)",
             client.me["user_id"], client.me["username"])
    data = client.get("/users/me/connections", expect=200).data
    assert data["ways_in"] == 1 and [c["offered"] for c in data["items"]] == [True, False]
    alive, gone = [c["connection_id"] for c in data["items"]]
    assert client.delete(f"/users/me/connections/{alive}", expect=409).code == "WALL_LAST_WAY_IN"
    assert [c["provider"] for c in client.delete(f"/users/me/connections/{gone}", expect=200).data["items"]] == ["fake"]


def test_nor_a_way_to_confirm(new_user, stack):
    user = new_user()
    for name, ways in (("nobody", {"password": 1}), ("fake", {"password": 1, "oauth": 1})):
        stack.db("INSERT INTO oauth_connections (user_id, provider, provider_user_id) VALUES (?, ?, ?)",
                 user.me["user_id"], name, user.me["username"])
        user.confirmed_before(60)
        assert user.post("/users/me/connections", {"provider": "github"}, expect=403).details == ways


@pytest.mark.expect_log(NOT_USABLE)
def test_refreshing_backs_off_and_a_withdrawn_grant_asks_to_sign_in_again(new_user, provider, stack):
    """One pass of the worker: a provider that does not answer is asked again later and later, one that has taken its
    grant back is not asked any more – its owner is told, and signing in there mends it."""
    slow, ended = new_user(), new_user()
    ended_who = person()
    link(slow, provider, person(), "other")
    link(ended, provider, ended_who)
    with provider.lock:
        for token, grant in list(provider.refresh_tokens.items()):
            if grant["who"]["sub"] == ended_who["sub"]:
                del provider.refresh_tokens[token]
    assert connection(ended)["needs_sign_in"] is False
    stack.db("UPDATE oauth_connections SET refresh_failures = 3 WHERE user_id = ?", slow.me["user_id"])
    with provider.lying(status={"/other/token": 503}):
        stack.db("UPDATE oauth_connections SET token_expires_at = NOW(6) - INTERVAL 2 DAY WHERE user_id IN (?, ?)",
                 slow.me["user_id"], ended.me["user_id"])
        eventually(lambda: stack.number("SELECT refresh_failures FROM oauth_connections WHERE user_id = ?", slow.me["user_id"]) == 4,
                   90, what="a failed refresh")
    wait = stack.number("SELECT TIMESTAMPDIFF(SECOND, NOW(6), refresh_until) FROM oauth_connections WHERE user_id = ?", slow.me["user_id"])
    assert 2300 <= wait <= 2400  # 300 s, doubled three times
    eventually(lambda: connection(ended)["needs_sign_in"], 10, what="the end of the grant")
    assert connection(slow, "other")["needs_sign_in"] is False
    assert link(ended, provider, ended_who) == "/settings/connected"
    assert connection(ended)["needs_sign_in"] is False
    row = stack.db("SELECT * FROM oauth_connections WHERE user_id = ?", ended.me["user_id"])[0]
    assert row["refresh_token"] is not None and row["lapsed_at"] is None
