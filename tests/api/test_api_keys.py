# SPDX-License-Identifier: Apache-2.0
"""API keys: made, shown once, used within their scopes, revoked."""

import binascii
import hashlib
import re
import subprocess
import time
import uuid
from functools import partial

import pytest

from tests.api.matrix import MATRIX
from tests.api.parallel import at_once
from tests.stack.client import Client
from tests.stack.contract import Contract

KEY = re.compile(r"wall_[0-9A-Za-z]{46}")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
OPERATIONS = Contract().operations
# Routes that look at who asks, but that a key has no business with.
CLOSED = [o for o in OPERATIONS if o.auth not in ("none", "optional") and "x-wall-scope" not in o.spec]
SCOPED = [o for o in OPERATIONS if "x-wall-scope" in o.spec]


def make(user, *scopes, **more):
    """A key of the user as the API tells it: key, secret."""
    body = {"name": "test", "scopes": list(scopes), **more}
    return user.post("/users/me/api-keys", body, expect=201).data


def program(stack, contract, secret, base_url=None):
    client = Client(stack, contract, base_url)
    client.token, client.bearer = secret, True
    return client


@pytest.fixture(scope="module")
def owner(stack, contract):
    client = Client(stack, contract)
    client.register()
    return client


# ---- making and listing --------------------------------------------------------------------------
def test_key_is_shown_once_and_kept_hashed(stack, user):
    made = make(user, "posts:write", "posts:read", expires_in_days=30)
    secret = made["secret"]
    assert KEY.fullmatch(secret) and made["key"]["key_hint"] == secret[:9]
    crc, tail = binascii.crc32(secret[:45].encode()), ""
    for _ in range(6):
        crc, digit = divmod(crc, 62)
        tail = DIGITS[digit] + tail
    assert secret[45:] == tail
    listed = user.get("/users/me/api-keys", expect=200)
    assert listed.data["items"] == [made["key"]] and secret not in listed.body.decode()
    assert made["key"]["scopes"] == ["posts:read", "posts:write"]  # in the catalogue's order
    days = stack.number("SELECT TIMESTAMPDIFF(MINUTE, NOW(6), expires_at) FROM api_keys WHERE key_hash = ?",
                        hashlib.sha256(secret.encode()).hexdigest())
    assert 30 * 1440 - 2 <= days <= 30 * 1440
    dump = subprocess.run(
        ["mariadb-dump", "--no-defaults", f"--socket={stack.folder}/run/mysql.sock",
         f"--user={stack.settings['DB_ADMIN']}", "--skip-comments", stack.settings["DB_NAME"]],
        capture_output=True, check=True, timeout=60).stdout.decode("utf-8", "replace")
    assert secret not in dump
    for path in stack.log_files():
        with open(path, encoding="utf-8", errors="replace") as log:
            assert secret not in log.read(), path


@pytest.mark.parametrize("body, field", [
    ({"scopes": ["posts:read"]}, "name"), ({"name": "", "scopes": ["posts:read"]}, "name"),
    ({"name": "x" * 61, "scopes": ["posts:read"]}, "name"), ({"name": "x"}, "scopes"),
    ({"name": "x", "scopes": []}, "scopes"), ({"name": "x", "scopes": ["posts:burn"]}, "scopes"),
    ({"name": "x", "scopes": ["posts:read posts:write"]}, "scopes"),
    ({"name": "x", "scopes": ["posts:read"], "expires_in_days": 0}, "expires_in_days"),
    ({"name": "x", "scopes": ["posts:read"], "expires_in_days": 366}, "expires_in_days")])
def test_what_makes_no_key(owner, body, field):
    assert field in owner.post("/users/me/api-keys", body, expect=422).details


def test_there_may_be_fifty_also_when_asked_for_at_once(stack, contract, user):
    me = user.me["user_id"]
    stack.db("INSERT INTO api_keys (user_id, name, key_hash, key_hint, scopes) SELECT ?, 'x', SHA2(CONCAT(?, '-', seq), 256), "
             "'wall_xxxx', 'posts:read' FROM seq_1_to_47", me, me)
    answers = at_once(*[partial(user.as_bearer().post, "/users/me/api-keys", {"name": "y", "scopes": ["posts:read"]})
                        for _ in range(6)])
    assert sorted(a.status for a in answers) == [201] * 3 + [409] * 3
    assert {a.code for a in answers if a.status == 409} == {"WALL_CONFLICT"}
    assert "50" in next(a.error["message"] for a in answers if a.status == 409)


def test_making_one_needs_a_fresh_proof(user):
    user.confirmed_before()
    answer = user.post("/users/me/api-keys", {"name": "x", "scopes": ["posts:read"]}, expect=403)
    assert answer.code == "WALL_STEP_UP"


def test_keys_are_ones_own(stack, contract, user, new_user):
    other = new_user()
    key = make(other, "posts:read")
    assert user.delete(f"/users/me/api-keys/{key['key']['key_id']}", expect=404).code == "WALL_NOT_FOUND"
    assert user.get("/users/me/api-keys", expect=200).data["items"] == []
    program(stack, contract, key["secret"]).get("/discover/recent", expect=200)


# ---- what a key opens ----------------------------------------------------------------------------
@pytest.fixture(scope="module")
def narrow(stack, contract, owner):
    """A program whose key holds the one scope named: narrow(scope)."""
    programs = {}

    def with_scope(scope):
        if scope not in programs:
            programs[scope] = program(stack, contract, make(owner, scope)["secret"])
        return programs[scope]

    return with_scope


def ask(client, operation, **more):
    path, body, _ = MATRIX[operation.id]
    return client.request(operation.method, re.sub(r"\{[a-z]+\}", "999999999", path), body, **more)


@pytest.mark.parametrize("operation", SCOPED, ids=lambda o: o.id)
def test_a_scope_opens_its_routes_alone(narrow, operation):
    scope = operation.spec["x-wall-scope"]
    other = "posts:write" if scope != "posts:write" else "walls:write"
    answer = ask(narrow(other), operation, expect=403)
    assert answer.code == "WALL_SCOPE" and scope in answer.details["scope"]
    if scope.endswith(":write"):
        assert ask(narrow("read:*"), operation, expect=403).code == "WALL_SCOPE"
    if "x-wall-raw" not in operation.spec and operation.id not in ("watchEvents", "watchJob"):
        for scopes in [scope] + (["read:*"] if scope.endswith(":read") else []):
            assert ask(narrow(scopes), operation).code != "WALL_SCOPE"


@pytest.mark.parametrize("operation", CLOSED, ids=lambda o: o.id)
def test_what_names_no_scope_is_closed(narrow, operation):
    for scope in ("read:*", "account:write"):
        assert ask(narrow(scope), operation, expect=403).code == "WALL_SCOPE"


def test_openapi_lists_the_scopes(anonymous):
    document = anonymous.get("/openapi.json", expect=200).json
    known = document["components"]["securitySchemes"]["apiKey"]["x-wall-scopes"]
    for operation in OPERATIONS:
        named = [s["apiKey"] for s in operation.spec["security"] if "apiKey" in s]
        assert named == ([[operation.spec["x-wall-scope"]]] if "x-wall-scope" in operation.spec else [])
        assert all(scope in known for scopes in named for scope in scopes)


def test_a_key_does_what_its_owner_may(stack, contract, owner):
    client = program(stack, contract, make(owner, "posts:write", "account:read")["secret"])
    wall = owner.me["wall"]["wall_id"]
    post = client.post(f"/walls/{wall}/posts", {"content_text": "by a program"}, expect=201).data
    assert post["author"]["user_id"] == owner.me["user_id"]
    assert client.get("/users/me", expect=200).data["user_id"] == owner.me["user_id"]


def test_what_is_in_the_header_counts_and_lends_the_cookie_nothing(stack, contract, owner, user):
    """A key beside somebody's cookie acts for the key's owner alone; any other header leaves the cookie, which
    needs its CSRF token."""
    secret = make(user, "posts:write")["secret"]
    both = {"Authorization": f"Bearer {secret}"}
    post = owner.post(f"/walls/{user.me['wall']['wall_id']}/posts", {"content_text": "by the key"}, headers=both,
                      expect=201).data
    assert post["author"]["user_id"] == user.me["user_id"]
    assert owner.get("/users/me", headers=both, expect=403).code == "WALL_SCOPE"
    wall = f"/walls/{owner.me['wall']['wall_id']}/posts"
    for value in ("Basic d2FsbDp3YWxs", "Bearer", "bearer" + secret, "Token " + secret):
        answer = owner.post(wall, {"content_text": "forged"}, expect=403,
                            headers={"Authorization": value, "X-CSRF-Token": None})
        assert answer.code == "WALL_CSRF", value


def test_a_key_in_the_cookie_is_nobody(stack, contract, owner):
    client = Client(stack, contract)
    client.http.cookies["wall"] = make(owner, "account:read")["secret"]
    client.get("/users/me", expect=401)


@pytest.mark.parametrize("text", ["wall_", "wall_" + "0" * 46, "wall_" + "é" * 23])
def test_made_up_keys_are_nobody(anonymous, text):
    answer = anonymous.get("/users/me", headers={"Authorization": ("Bearer " + text).encode()}, expect=401)
    assert answer.code == "WALL_UNAUTHENTICATED"


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.auth == "optional"], ids=lambda o: o.id)
def test_a_wrong_key_is_no_visitor(anonymous, operation):
    """Who sends one means to be somebody: they are told, also where a visitor is welcome."""
    answer = ask(anonymous, operation, headers={"Authorization": "Bearer wall_" + "0" * 46}, expect=401)
    assert answer.code == "WALL_UNAUTHENTICATED"


# ---- the end of a key ----------------------------------------------------------------------------
def test_a_revoked_key_is_refused_within_a_second(stack, contract, user):
    made = make(user, "account:read")
    client = program(stack, contract, made["secret"])
    client.get("/users/me", expect=200)
    user.delete(f"/users/me/api-keys/{made['key']['key_id']}", expect=200)
    began = last = time.monotonic()
    while time.monotonic() - began < 2.5:
        client.http.close()  # any httpd child
        if client.get("/users/me").status == 200:
            last = time.monotonic()
        time.sleep(0.02)
    assert last - began <= 1.1
    user.delete(f"/users/me/api-keys/{made['key']['key_id']}", expect=404)


def test_a_key_ends_with_its_time(stack, contract, user):
    made = make(user, "account:read", expires_in_days=1)
    client = program(stack, contract, made["secret"])
    client.get("/users/me", expect=200)
    stack.db("UPDATE api_keys SET expires_at = NOW(6) WHERE key_id = ?", made["key"]["key_id"])
    time.sleep(1.2)
    client.get("/users/me", expect=401)
    stack.db("UPDATE api_keys SET expires_at = NULL WHERE key_id = ?", made["key"]["key_id"])
    client.get("/users/me", expect=200)


def test_a_key_ends_while_its_account_may_not(stack, contract, new_user):
    owners = {state: new_user() for state in ("suspended", "deactivated", "leaving", "pending")}
    clients = [program(stack, contract, make(owner, "account:read")["secret"]) for owner in owners.values()]
    for client in clients:
        client.get("/users/me", expect=200)
    for back, status in ((False, 401), (True, 200)):
        for state, owner in owners.items():
            stack.db("UPDATE users SET account_state = ? WHERE user_id = ?", "active" if back else state, owner.me["user_id"])
        time.sleep(1.2)
        for client in clients:
            client.get("/users/me", expect=status)


def test_use_is_noted_once_a_minute(stack, contract, user):
    made = make(user, "account:read")
    assert made["key"]["last_used_at"] is None
    program(stack, contract, made["secret"]).get("/users/me", expect=200)
    used = "SELECT TIMESTAMPDIFF(SECOND, last_used_at, NOW(6)) FROM api_keys WHERE key_id = ?"
    assert stack.number(used, made["key"]["key_id"]) < 5
    for seconds, noted in ((40, False), (61, True)):
        stack.db("UPDATE api_keys SET last_used_at = NOW(6) - INTERVAL ? SECOND WHERE key_id = ?", seconds,
                 made["key"]["key_id"])
        time.sleep(1.2)
        program(stack, contract, made["secret"]).get("/users/me", expect=200)
        assert (stack.number(used, made["key"]["key_id"]) < 30) == noted


# ---- limits --------------------------------------------------------------------------------------
def test_a_key_has_a_budget_of_its_own(stack, contract, user, strict):
    """What a program uses up is not its owner's."""
    client = program(stack, contract, make(user, "posts:write")["secret"], strict)
    wall = user.me["wall"]["wall_id"]
    statuses = [client.delete("/posts/999999999").status for _ in range(45)]
    assert statuses[0] == 404 and statuses[-1] == 429
    person = Client(stack, contract, strict)
    person.token, person.bearer = user.token, True
    person.post(f"/walls/{wall}/posts", {"content_text": uuid.uuid4().hex}, expect=201)
