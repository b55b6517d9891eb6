# SPDX-License-Identifier: Apache-2.0
"""Errors that routes have in common, provoked on each route that declares them."""

import pytest

from tests.api.matrix import MATRIX
from tests.stack import eventually
from tests.stack.client import Client
from tests.stack.contract import Contract

DOCUMENT = Contract()
PLACES = {"wall": "1", "post_id": "1", "app_id": "1", "job_id": "0190a3c5-1b2c-7def-8abc-0123456789ab"}


def declaring(code):
    """Operations that declare `code`."""
    found = [o for o in DOCUMENT.operations if code in o.codes]
    assert found, code
    return pytest.mark.parametrize("route", found, ids=lambda o: o.id)


def path_of(route):
    return route.path.format_map(PLACES)


def body_of(route):
    """A body of about the right form."""
    body = MATRIX[route.id][1]
    return body and {name: "A word for a test" for name in body}


def is_json(route):
    return "requestBody" in route.spec


@declaring("WALL_BAD_JSON")
def test_bad_json(user, route):
    for raw in (b"{", b"[]", b'{"a":1,"a":2}', b"\xff\xfe", b'{"a":01}', b"nul"):
        answer = user.request(route.method, path_of(route), raw=raw)
        assert answer.code in ("WALL_BAD_JSON", "WALL_VALIDATION"), answer
    assert user.request(route.method, path_of(route), raw=b"{", expect=400).code == "WALL_BAD_JSON"


@declaring("WALL_UNSUPPORTED_MEDIA_TYPE")
def test_wrong_media_type(user, route):
    for media in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        answer = user.request(route.method, path_of(route), raw=b"{}", headers={"Content-Type": media}, expect=415)
        assert answer.code == "WALL_UNSUPPORTED_MEDIA_TYPE"


@declaring("WALL_TOO_LARGE")
def test_too_large(user, route):
    raw = b'{"a":"' + b"x" * 300000 + b'"}'
    answer = user.request(route.method, path_of(route), raw=raw, expect=413)
    assert answer.code == "WALL_TOO_LARGE"


@declaring("WALL_VALIDATION")
def test_unknown_field(user, route):
    if is_json(route):
        answer = user.request(route.method, path_of(route), {"no_such_field": 1}, expect=422)
    else:
        answer = user.request(route.method, path_of(route), params={"no_such_parameter": 1}, expect=422)
    assert answer.code == "WALL_VALIDATION"
    assert {"no_such_field", "no_such_parameter"} & set(answer.details)


@declaring("WALL_UNAUTHENTICATED")
def test_needs_a_session(anonymous, route):
    answer = anonymous.request(route.method, path_of(route), body_of(route), expect=401)
    assert answer.code == "WALL_UNAUTHENTICATED"


@declaring("WALL_IDEMPOTENCY_REQUIRED")
def test_needs_a_key(user, route):
    answer = user.request(route.method, path_of(route), body_of(route), key=False, expect=428)
    assert answer.code == "WALL_IDEMPOTENCY_REQUIRED"


@declaring("WALL_RATE_LIMITED")
def test_rate_limit(stack, contract, strict, route):
    """On a host with the real limits: a burst ends in 429 with Retry-After."""
    client = Client(stack, contract)
    client.register()
    client.base_url = strict
    burst = route.spec["x-wall-rate"]["burst"]
    for _ in range(3 * burst + 60):
        answer = client.request(route.method, path_of(route), params={"no_such_parameter": 1})
        if answer.status == 429:
            break
    assert answer.code == "WALL_RATE_LIMITED"
    assert int(answer.headers["Retry-After"]) >= 1
    for name in ("RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining",
                 "X-RateLimit-Reset"):
        assert name in answer.headers, name
    stack.redis("FLUSHALL")  # anonymous routes are limited by address: leave none behind


@pytest.fixture(scope="module")
def no_database(stack, contract):
    """A signed-in Client while MariaDB is down."""
    client = Client(stack, contract)
    client.register()
    stack.stop("mariadb")
    yield client
    stack.start("mariadb")
    eventually(lambda: client.get("/health/ready").status == 200, 30, what="readiness")


@pytest.mark.expect_log(r"(?i)mysql|mariadb|dbd|database|connect")
@declaring("WALL_DB_UNAVAILABLE")
def test_database_away(no_database, route):
    answer = no_database.request(route.method, path_of(route), body_of(route))
    if answer.status == 503:
        assert answer.code == "WALL_DB_UNAVAILABLE"
        assert int(answer.headers["Retry-After"]) >= 1
    else:  # it was refused, or answered, before data was needed
        assert answer.status in (200, 304, 422), answer


@pytest.fixture(scope="module")
def newer_schema(stack, contract):
    """A signed-in Client of an httpd that meets a schema it does not know."""
    client = Client(stack, contract)
    client.register()
    stack.db("CREATE TEMPORARY TABLE copy AS SELECT * FROM schema_migrations LIMIT 1;"
             "UPDATE copy SET version = 9999; INSERT INTO schema_migrations SELECT * FROM copy")
    stack.restart("httpd")
    yield client
    stack.db("DELETE FROM schema_migrations WHERE version = 9999")
    stack.restart("httpd")
    eventually(lambda: client.get("/health/ready").status == 200, 30, what="readiness")


@pytest.mark.expect_log(r"(?i)schema")
@declaring("WALL_SCHEMA_VERSION")
def test_unknown_schema(newer_schema, route):
    answer = newer_schema.request(route.method, path_of(route), body_of(route))
    assert answer.status in (503, 422, 200), answer
    if answer.status == 503:
        assert answer.code == "WALL_SCHEMA_VERSION"
