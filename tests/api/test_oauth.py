# SPDX-License-Identifier: Apache-2.0
"""Signing in by others, as it should go: each provider in its own words, first sign-in, connections."""

import time
import urllib.parse

import pytest

from tests.stack import eventually
from tests.stack.client import Client
from tests.stack.provider import person


def start(client, name="fake", **params):
    """Leaves for the provider; the address the browser is led to."""
    answer = client.get(f"/auth/oauth/{name}/initiate", params=params, expect=302)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.headers["Location"]


def come_back(client, back, name="fake"):
    """Comes back; the address the browser is led on to."""
    return client.get(f"/auth/oauth/{name}/callback", params=back, expect=302).headers["Location"]


def problem(location):
    """(page, problem) of an address that says what went wrong."""
    parts = urllib.parse.urlsplit(location)
    return parts.path, dict(urllib.parse.parse_qsl(parts.query)).get("problem")


def arrive(client, provider, who, name="fake", **params):
    """To the provider and back."""
    location = start(client, name, **params)
    if name == "telegram":
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)["return_to"][0].partition("state=")[2]
        return come_back(client, provider.telegram(who, state), name)
    more = {"device_id": "device-1"} if name == "vk" else {}
    return come_back(client, provider.approve(location, who, **more), name)


def finish(client, **fields):
    """Chooses a name; `me`."""
    arrival = client.get("/auth/oauth/arrival", expect=200).data
    body = {"username": arrival["username"], **fields}
    answer = client.post("/auth/oauth/arrival", body, expect=201)
    client._signed_in(answer)
    return client.me


@pytest.fixture
def comer(stack, contract, provider):
    """A function: a new account by a provider; (client, person)."""

    def make(name="fake", **more):
        client, who = Client(stack, contract), person(**more)
        assert arrive(client, provider, who, name) == "/register/finish"
        fields = {} if name != "telegram" else {"email": who["email"]}
        finish(client, **fields)
        return client, who

    return make


def test_the_address_asked_for(anonymous, provider, stack):
    location = start(anonymous, return_to="/bricks")
    parts = urllib.parse.urlsplit(location)
    query = dict(urllib.parse.parse_qsl(parts.query))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{provider.base}/fake/authorize"
    assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
    assert query["redirect_uri"] == f"{stack.base_url}/api/v1/auth/oauth/fake/callback"
    assert query["client_id"] == "wall-client" and "openid" in query["scope"].split()
    assert min(len(query[k]) for k in ("state", "nonce", "code_challenge")) == 43
    other = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(start(anonymous)).query))
    assert all(other[k] != query[k] for k in ("state", "nonce", "code_challenge"))


def test_first_sign_in_asks_for_a_name_and_the_next_one_does_not(anonymous, provider, stack, contract):
    who = person()
    assert arrive(anonymous, provider, who, return_to="/bricks") == "/register/finish"
    arrival = anonymous.get("/auth/oauth/arrival", expect=200).data
    assert arrival["provider"] == "fake" and arrival["label"] == "Fake"
    assert (arrival["email"], arrival["email_verified"], arrival["email_known"]) == (who["email"], True, False)
    assert arrival["username"] == who["preferred_username"] and arrival["return_to"] == "/bricks"
    me = finish(anonymous)
    assert me["username"] == who["preferred_username"] and me["email"] == who["email"]
    assert me["display_name"] == who["name"]
    row = stack.db("SELECT password_hash, email_verified FROM users WHERE user_id = ?", me["user_id"])[0]
    assert row == {"password_hash": None, "email_verified": "1"}
    anonymous.get("/auth/oauth/arrival", expect=404)
    again = Client(stack, contract)
    assert arrive(again, provider, who, return_to="/bricks") == "/bricks"
    assert again.get("/users/me", expect=200).data["user_id"] == me["user_id"]


@pytest.mark.parametrize("name", ["github", "yandex", "facebook", "vk", "telegram"])
def test_each_in_its_own_words(name, comer, provider, stack, contract):
    client, who = comer(name)
    row = stack.db("SELECT * FROM oauth_connections WHERE provider = ? AND user_id = ?", name, client.me["user_id"])[0]
    assert row["provider_user_id"] == who["sub"]
    verified = stack.number("SELECT email_verified FROM users WHERE user_id = ?", client.me["user_id"])
    assert verified == (1 if name == "github" else 0)  # the others do not vouch for the address
    assert client.me["email"] == who["email"]
    if name == "vk":
        assert row["device_id"] == "device-1"
    if name == "facebook":
        assert any(p == "/facebook/me" for p, _, _ in provider.requests)
    again = Client(stack, contract)
    assert arrive(again, provider, who, name) == "/"
    assert again.get("/users/me", expect=200).data["user_id"] == client.me["user_id"]


def test_github_without_a_verified_address_has_none(stack, contract, provider):
    client = Client(stack, contract)
    arrive(client, provider, person(email_verified=False), "github")
    assert client.get("/auth/oauth/arrival", expect=200).data["email"] is None
    assert client.post("/auth/oauth/arrival", {"username": "nomail" + person()["sub"][:8]}, expect=422).details["email"]


@pytest.mark.parametrize("alg", ["ES256", "PS256"])
def test_other_signatures_and_other_keys(alg, comer, provider, stack):
    for key in stack.redis("KEYS", "*oauth:again:*").split():
        stack.redis("DEL", key)
    provider.rotate(alg)
    comer()


def test_tokens_at_rest(comer, provider, stack, contract):
    client, who = comer()
    row = stack.db("SELECT * FROM oauth_connections WHERE user_id = ?", client.me["user_id"])[0]
    assert len(row["access_token"]) > 60 and "at-" not in row["access_token"] and "rt-" not in row["refresh_token"]
    assert row["token_expires_at"] is not None
    arrive(Client(stack, contract), provider, who)
    again = stack.db("SELECT * FROM oauth_connections WHERE user_id = ?", client.me["user_id"])[0]
    assert again["access_token"] != row["access_token"] and int(again["token_fence"]) == int(row["token_fence"]) + 1


def test_a_name_that_is_taken_gets_a_number(comer, stack, contract, provider, user):
    client = Client(stack, contract)
    arrive(client, provider, person(preferred_username=user.me["username"]))
    assert client.get("/auth/oauth/arrival", expect=200).data["username"] == user.me["username"] + "2"
    client.post("/auth/oauth/arrival", {"username": user.me["username"]}, expect=409)
    client.post("/auth/oauth/arrival", {"username": "admin"}, expect=422)
    finish(client)


def test_a_known_address_is_never_linked_silently(stack, contract, provider, user):
    visitor, who = Client(stack, contract), person(email=user.me["email"])
    assert arrive(visitor, provider, who) == "/register/finish"
    assert visitor.get("/auth/oauth/arrival", expect=200).data["email_known"] is True
    assert visitor.get("/users/me", expect=401)
    assert visitor.post("/auth/oauth/arrival", {"username": "x" + who["sub"][:9]}, expect=409).code == "WALL_EMAIL_TAKEN"
    visitor.post("/auth/oauth/arrival/link", expect=401)
    visitor.login(user.me["username"], user.password)
    visitor.post("/auth/oauth/arrival/link", expect=200)
    visitor.get("/auth/oauth/arrival", expect=404)
    assert [c["provider"] for c in visitor.get("/users/me/connections", expect=200).data["items"]] == ["fake"]
    again = Client(stack, contract)
    arrive(again, provider, who)
    assert again.get("/users/me", expect=200).data["user_id"] == user.me["user_id"]


def test_who_is_not_vouched_for_does_not_learn_of_an_address(stack, contract, provider, user):
    visitor = Client(stack, contract)
    arrive(visitor, provider, person(email=user.me["email"], email_verified=False))
    assert visitor.get("/auth/oauth/arrival", expect=200).data["email_known"] is False


def test_an_arrival_is_its_browsers(stack, contract, provider):
    visitor, other = Client(stack, contract), Client(stack, contract)
    arrive(visitor, provider, person())
    other.get("/auth/oauth/arrival", expect=404)
    other.post("/auth/oauth/arrival", {"username": "somebodyelse"}, expect=404)
    visitor.delete("/auth/oauth/arrival", expect=200)
    visitor.get("/auth/oauth/arrival", expect=404)


def link(client, provider, who, name="fake"):
    """Connects one more identity; where the browser ends."""
    location = client.post("/users/me/connections", {"provider": name}, expect=200).data["location"]
    more = {"device_id": "d"} if name == "vk" else {}
    return come_back(client, provider.approve(location, who, **more), name)


def test_connect_several_and_disconnect(user, provider, stack):
    for name in ("fake", "github", "vk"):
        assert link(user, provider, person(), name) == "/settings/connected"
    data = user.get("/users/me/connections", expect=200).data
    assert [c["provider"] for c in data["items"]] == ["fake", "github", "vk"]
    assert data["ways_in"] == 4 and data["has_password"] is True
    assert "github" not in [o["provider"] for o in data["offers"]] and "yandex" in [o["provider"] for o in data["offers"]]
    before = len(provider.requests)
    for connection in data["items"]:
        left = user.delete(f"/users/me/connections/{connection['connection_id']}", expect=200).data
        user.delete(f"/users/me/connections/{connection['connection_id']}", expect=404)
    assert left["items"] == [] and left["ways_in"] == 1
    assert stack.number("SELECT COUNT(*) FROM oauth_connections WHERE user_id = ?", user.me["user_id"]) == 0
    told = [r for r in provider.requests[before:] if "revoke" in r[0] or r[0].endswith("/token")]
    assert [p for p, _, _ in told] == ["/fake/revoke", "/github/wall-client/token", "/revoke"]
    assert told[0][1]["token"].startswith("rt-") and "at-" in str(told[1][1]) and told[2][1]["access_token"].startswith("at-")


def test_one_primary(user, provider):
    link(user, provider, person(), "fake")
    link(user, provider, person(), "github")
    first, second = [c["connection_id"] for c in user.get("/users/me/connections").data["items"]]
    for chosen in (first, second, second):
        data = user.put(f"/users/me/connections/{chosen}/primary", expect=200).data
        assert [c["connection_id"] for c in data["items"] if c["is_primary"]] == [chosen]
    user.delete(f"/users/me/connections/{first}/primary", expect=200)
    data = user.delete(f"/users/me/connections/{second}/primary", expect=200).data
    assert not any(c["is_primary"] for c in data["items"])


def test_others_connections_do_not_exist(user, new_user, provider):
    link(user, provider, person())
    own = user.get("/users/me/connections").data["items"][0]["connection_id"]
    other = new_user()
    other.delete(f"/users/me/connections/{own}", expect=404)
    other.put(f"/users/me/connections/{own}/primary", expect=404)
    other.delete(f"/users/me/connections/{own}/primary", expect=404)


def test_the_last_way_in_stays(comer, provider):
    client, _ = comer()
    data = client.get("/users/me/connections", expect=200).data
    assert data["ways_in"] == 1 and data["has_password"] is False
    only = data["items"][0]["connection_id"]
    assert client.delete(f"/users/me/connections/{only}", expect=409).code == "WALL_LAST_WAY_IN"
    link(client, provider, person(), "github")
    client.delete(f"/users/me/connections/{only}", expect=200)


def test_an_identity_belongs_to_one(user, new_user, provider):
    who = person()
    link(user, provider, who)
    assert problem(link(new_user(), provider, who)) == ("/settings/connected", "taken")
    assert link(user, provider, who) == "/settings/connected"  # it is theirs already
    assert problem(link(user, provider, person())) == ("/settings/connected", "second")


def test_confirming_at_the_provider(comer, provider, stack):
    client, who = comer()
    client.confirmed_before(60)
    refused = client.post("/users/me/connections", {"provider": "github"}, expect=403)
    assert refused.code == "WALL_STEP_UP" and refused.details == {"oauth": 1}
    location = client.post("/auth/oauth/confirm", {"provider": "fake", "return_to": "/bricks"}, expect=200).data["location"]
    assert "prompt=login" in location
    assert problem(come_back(client, provider.approve(location, person()))) == ("/settings/connected", "stranger")
    client.post("/users/me/connections", {"provider": "github"}, expect=403)
    location = client.post("/auth/oauth/confirm", {"provider": "fake", "return_to": "/bricks"}, expect=200).data["location"]
    assert come_back(client, provider.approve(location, who)) == "/bricks"
    client.post("/users/me/connections", {"provider": "github"}, expect=200)


def test_the_list_of_providers(anonymous):
    items = anonymous.get("/auth/oauth", expect=200).data["items"]
    assert {"provider": "fake", "label": "Fake"} in items and {"provider": "github", "label": "GitHub"} in items
    anonymous.get("/auth/oauth/nobody/initiate", expect=404)
    anonymous.get("/auth/oauth/nobody/callback", expect=404)


def test_an_account_that_may_not_be_used(comer, provider, stack, contract):
    client, who = comer()
    for state, said in (("pending", "waiting"), ("suspended", "closed")):
        stack.db("UPDATE users SET account_state = ? WHERE user_id = ?", state, client.me["user_id"])
        again = Client(stack, contract)
        assert problem(arrive(again, provider, who)) == ("/login", said)
        again.get("/users/me", expect=401)


def test_the_rules_of_signing_up_hold_for_who_comes_by_a_provider(anonymous, stack, contract, provider):
    """Throw-away addresses are refused, whoever vouches for them; so many accounts an hour from one address."""
    path = f"{stack.folder}/etc/sites/disposable-domains"
    with open(path, "w", encoding="utf-8") as file:
        file.write("thrown.example\n")
    time.sleep(2.1)
    who = person(email="x@thrown.example")
    assert arrive(anonymous, provider, who) == "/register/finish"
    assert set(anonymous.post("/auth/oauth/arrival", {"username": "thrower"}, expect=422).details) == {"email"}
    finish(anonymous, email=f"{who['sub']}@example.org")


def test_a_second_factor_is_asked_for_all_the_same(comer, provider, stack, contract):
    client, who = comer()
    stack.db("INSERT INTO user_totp (user_id, secret, confirmed_at) VALUES (?, 'sealed', NOW(6))", client.me["user_id"])
    again = Client(stack, contract)
    location = arrive(again, provider, who, return_to="/bricks")
    parts = urllib.parse.urlsplit(location)
    assert parts.path == "/login/second" and dict(urllib.parse.parse_qsl(parts.query))["next"] == "/bricks"
    assert "code" in dict(urllib.parse.parse_qsl(parts.query))["methods"]
    assert len(again.http.cookies["wall-second"]) > 30
    again.get("/users/me", expect=401)


def test_tokens_that_lapse_are_refreshed_once_or_dropped(user, new_user, provider, stack):
    """By the worker's housekeeping, once a minute: one is refreshed, one the provider does not know any more is
    dropped (the identity stays), one of a provider that is gone waits."""
    other, third = new_user(), new_user()
    for one in (user, other):
        link(one, provider, person())
    stack.db("INSERT INTO oauth_connections (user_id, provider, provider_user_id, access_token, refresh_token, token_expires_at) "
             "VALUES (?, 'nobody', '1', 'x', 'x', NOW(6) - INTERVAL 2 DAY)", third.me["user_id"])

    def row(one):
        return stack.db("SELECT *, refresh_until > NOW(6) AS waits, token_expires_at > NOW(6) AS good FROM oauth_connections "
                        "WHERE user_id = ?", one.me["user_id"])[0]

    before = row(user)
    spent = {form["refresh_token"] for _, form, _ in provider.requests if isinstance(form, dict) and "refresh_token" in form}
    known = set(provider.refresh_tokens)
    with provider.lock:  # the provider forgets one person's
        for token, grant in list(provider.refresh_tokens.items()):
            if grant["who"]["sub"] == row(other)["provider_user_id"]:
                del provider.refresh_tokens[token]
    stack.db("UPDATE oauth_connections SET token_expires_at = NOW(6) - INTERVAL 2 DAY WHERE user_id IN (?, ?)",
             user.me["user_id"], other.me["user_id"])
    eventually(lambda: row(user)["good"] == "1", 90, what="the refresh")
    eventually(lambda: row(other)["refresh_token"] is None, 10, what="the end of the other's tokens")
    eventually(lambda: row(third)["waits"] == "1", 10, what="waiting for a provider that is gone")
    after = row(user)
    assert int(after["token_fence"]) == int(before["token_fence"]) + 1
    assert after["refresh_token"] != before["refresh_token"] and after["access_token"] != before["access_token"]
    used = [form["refresh_token"] for p, form, _ in provider.requests
            if isinstance(form, dict) and form.get("refresh_token") in known - spent]
    assert len(used) == len(set(used)) == 2  # each was shown once
    assert row(other)["access_token"] is None and row(other)["provider"] == "fake"
