# SPDX-License-Identifier: Apache-2.0
"""Errors that routes have in common, provoked on each route that declares them."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.matrix import MATRIX
from tests.stack import eventually
from tests.stack.client import Client
from tests.stack.contract import Contract
from tests.stack.stripe_api import StripeApi, sign

DOCUMENT = Contract()
PLACES = {
    "app_id": "1",
    "connection_id": "999999999",
    "invitation_id": "1",
    "job_id": "0190a3c5-1b2c-7def-8abc-0123456789ab",
    "key_id": "999999999",
    "passkey_id": "1",
    "post_id": "1",
    "provider": "fake",
    "purchase_id": "1",
    "session_id": "999999999",
    "transaction_id": "1",
    "user": "1",
    "user_id": "1",
    "wall": "1",
}


def declaring(code):
    """Operations that declare `code`."""
    found = [o for o in DOCUMENT.operations if code in o.codes]
    assert found or code == "WALL_STEP_UP", code
    return pytest.mark.parametrize("route", found, ids=[o.id for o in found])


NEED_NO_DATA = ("openapi", "listProviders", "getSignup", "listPackages", "askPasskey", "askNewcomersPasskey")
QUERIES = {"watchEvents": "?topics=job:{job_id},wall:{wall}"}


def path_of(route):
    places = {**PLACES, "provider": "stripe"} if route.id == "paymentWebhook" else PLACES
    return (route.path + QUERIES.get(route.id, "")).format_map(places)


def body_of(route):
    """A body that passes validation, of nobody in particular."""
    body = MATRIX[route.id][1]
    things = {"new": "n" + uuid.uuid4().hex[:12], "username": "nobody", "password": "correct horse battery",
              "wall": "nobody"}
    return body and {name: value.format(**things) if isinstance(value, str) else value
                     for name, value in body.items()}


def heard(user, route):
    """The user as somebody whom the route hears: an administrator where only those are."""
    return user.become() if route.path.startswith("/admin/") else user


@pytest.fixture
def asker(user, route):
    return heard(user, route)


@pytest.fixture(scope="module")
def people(stack, contract):
    Client(stack, contract).register()  # whom PLACES mean, if nobody is there yet: is changed now and then
    return {}


@pytest.fixture
def refused(people, new_user, route):
    """The like for tests in which nothing is ever done: one person, one administrator for all of them."""
    kind = route.path.startswith("/admin/")
    if kind not in people:
        people[kind] = heard(new_user(), route)
    return people[kind]


def is_json(route):
    return "application/json" in route.spec.get("requestBody", {}).get("content", {})


@declaring("WALL_BAD_JSON")
def test_bad_json(refused, route):
    for raw in (b"{", b"[]", b'{"a":1,"a":2}', b"\xff\xfe", b'{"a":01}', b"nul"):
        answer = refused.request(route.method, path_of(route), raw=raw)
        assert answer.code in ("WALL_BAD_JSON", "WALL_VALIDATION"), answer
    assert refused.request(route.method, path_of(route), raw=b"{", expect=400).code == "WALL_BAD_JSON"


@declaring("WALL_UNSUPPORTED_MEDIA_TYPE")
def test_wrong_media_type(refused, route):
    for media in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        answer = refused.request(route.method, path_of(route), raw=b"{}", headers={"Content-Type": media}, expect=415)
        assert answer.code == "WALL_UNSUPPORTED_MEDIA_TYPE"


@declaring("WALL_TOO_LARGE")
def test_too_large(refused, route):
    raw = b'{"a":"' + b"x" * 300000 + b'"}'
    answer = refused.request(route.method, path_of(route), raw=raw, expect=413)
    assert answer.code == "WALL_TOO_LARGE"


@declaring("WALL_VALIDATION")
def test_unknown_field(refused, route):
    if "302" in route.spec["responses"]:  # others add to these addresses what they like, but no nonsense
        wrong = {"startOAuth": {"remember": "perhaps"}, "finishOAuth": {"state": "x" * 300}}[route.id]
        answer = refused.request(route.method, path_of(route), params={**wrong, "no_such_parameter": 1}, expect=422)
        assert answer.code == "WALL_VALIDATION" and set(answer.details) == set(wrong)
        return
    if is_json(route):
        answer = refused.request(route.method, path_of(route), {"no_such_field": 1}, expect=422)
    else:
        answer = refused.request(route.method, path_of(route), params={"no_such_parameter": 1}, expect=422)
    assert answer.code == "WALL_VALIDATION"
    assert {"no_such_field", "no_such_parameter"} & set(answer.details)


@declaring("WALL_UNAUTHENTICATED")
def test_needs_a_session(anonymous, route):
    # A visitor is welcome at some; who claims to be somebody and is not is told everywhere.
    claim = {"Authorization": "Bearer wall_" + "0" * 46} if route.auth == "optional" else {}
    answer = anonymous.request(route.method, path_of(route), body_of(route), headers=claim, expect=401, timeout=5)
    assert answer.code == "WALL_UNAUTHENTICATED"


@declaring("WALL_STEP_UP")
def test_needs_a_confirmed_session(asker, route):
    asker.confirmed_before(minutes=11)
    answer = asker.request(route.method, path_of(route), body_of(route), expect=403)
    assert answer.code == "WALL_STEP_UP"
    assert answer.details["password"] == 1
    asker.confirmed_before(minutes=9)
    assert asker.request(route.method, path_of(route), body_of(route)).code != "WALL_STEP_UP"


@declaring("WALL_IDEMPOTENCY_REQUIRED")
def test_needs_a_key(refused, route):
    answer = refused.request(route.method, path_of(route), body_of(route), key=False, expect=428)
    assert answer.code == "WALL_IDEMPOTENCY_REQUIRED"


@declaring("WALL_IDEMPOTENCY_MISMATCH")
def test_key_of_another_request(stack, asker, route):
    key = uuid.uuid4().hex
    stack.db("INSERT INTO idempotency_keys (owner, idempotency_key, route, request_digest, status, body) "
             "VALUES (?, ?, ?, ?, 201, '{}')", f"u:{asker.me['user_id']}", key, route.id, "0" * 32)
    answer = asker.request(route.method, path_of(route), body_of(route), key=key, expect=409)
    assert answer.code == "WALL_IDEMPOTENCY_MISMATCH"


@declaring("WALL_RATE_LIMITED")
def test_rate_limit(stack, asker, strict, route):
    """On a host with the real limits: a burst ends in 429 with Retry-After."""
    asker.base_url = strict
    burst = route.spec["x-wall-rate"]["burst"]
    for _ in range(3 * burst + 60):
        answer = asker.request(route.method, path_of(route), params={"no_such_parameter": 1})
        if answer.status == 429:
            break
    assert answer.code == "WALL_RATE_LIMITED"
    assert int(answer.headers["Retry-After"]) >= 1
    for name in ("RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining",
                 "X-RateLimit-Reset"):
        assert name in answer.headers, name
    stack.redis("FLUSHALL")  # anonymous routes are limited by address: leave none behind


class TestDatabaseAway:
    @pytest.fixture(scope="class")
    def client(self, stack, contract):
        client = Client(stack, contract)
        client.register()
        client.become()
        window = stack.expect_log(r"WALL_DB_UNAVAILABLE|(?i:mysql|dbd|database|connect)")
        stack.stop("mariadb")
        yield client
        stack.start("mariadb")
        eventually(lambda: client.get("/health/ready").status == 200, 30, what="readiness")
        stack.close_window(window)

    @declaring("WALL_DB_UNAVAILABLE")
    def test_answer(self, client, route):
        if route.id == "paymentWebhook":  # only what is signed comes as far as the data
            payload = json.dumps(StripeApi.event("charge.refunded", {
                "id": "ch_away", "object": "charge", "payment_intent": "pi_away", "currency": "usd", "amount": 499,
                "amount_refunded": 499, "refunded": True, "metadata": {}}))
            answer = client.request("POST", path_of(route), raw=payload.encode(), headers={"Stripe-Signature": sign(payload)})
        else:
            answer = client.request(route.method, path_of(route), body_of(route))
        if route.id in NEED_NO_DATA:
            assert answer.status == 200
            return
        assert answer.status == 503 and answer.code == "WALL_DB_UNAVAILABLE", answer
        assert int(answer.headers["Retry-After"]) >= 1


class TestUnknownSchema:
    """The database was migrated by a release this httpd does not know."""

    @pytest.fixture(scope="class")
    def client(self, stack, contract):
        client = Client(stack, contract)
        client.register()
        window = stack.expect_log(r"(?i)schema")
        stack.db("CREATE TEMPORARY TABLE copy AS SELECT * FROM schema_migrations LIMIT 1;"
                 "UPDATE copy SET version = 9999; INSERT INTO schema_migrations SELECT * FROM copy")
        stack.restart("httpd")
        yield client
        stack.db("DELETE FROM schema_migrations WHERE version = 9999")
        stack.restart("httpd")
        eventually(lambda: client.get("/health/ready").status == 200, 30, what="readiness")
        stack.close_window(window)

    @declaring("WALL_SCHEMA_VERSION")
    def test_answer(self, client, route):
        answer = client.request(route.method, path_of(route), body_of(route))
        assert answer.status == 503 and answer.code == "WALL_SCHEMA_VERSION", answer


@pytest.mark.expect_log("WALL_BUSY|AH00484|AH10159")  # and all of httpd's threads are busy
@pytest.mark.parametrize("route", [o for o in DOCUMENT.operations if o.id in ("login", "register", "confirm")],
                         ids=lambda o: o.id)
def test_too_many_passwords_at_once(stack, contract, new_user, route):
    """Argon2 is costly on purpose: a crowd is told to come back instead of taking all memory."""
    user = new_user()
    body = body_of(route)
    if route.id == "confirm":
        body = {"password": user.password}
    if route.id == "login":
        body = {"login": user.me["username"], "password": user.password}

    def one(_):
        mine = dict(body)
        if route.id == "register":
            mine["username"] = "b" + uuid.uuid4().hex[:12]
            mine["email"] = mine["username"] + "@example.org"
        client = user.as_bearer() if route.id == "confirm" else Client(stack, contract)
        return client.request(route.method, path_of(route), mine, timeout=60)

    with ThreadPoolExecutor(160) as pool:
        answers = list(pool.map(one, range(320)))
    assert {answer.status for answer in answers} <= {200, 201, 503}
    busy = [answer for answer in answers if answer.status == 503]
    assert busy and {answer.code for answer in busy} == {"WALL_BUSY"}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in busy)
