# SPDX-License-Identifier: Apache-2.0
"""Every route by every role, as tests/api/matrix.py says, and what holds for every route alike."""

import json
import uuid

import pytest

from tests.api.matrix import BLOCKED, MATRIX, ROLES, expected as expected_of
from tests.stack.client import Client
from tests.stack.contract import Contract

CASES = [(route, state, role) for route, row in MATRIX.items() for state in row[2] for role in (*ROLES, BLOCKED)]


@pytest.fixture(scope="module")
def world(stack, contract):
    """One owner's wall, post and finished app, public and hidden, and a Client for each role."""
    clients = {role: Client(stack, contract) for role in (*ROLES, BLOCKED)}
    for role in (*ROLES[1:], BLOCKED):
        clients[role].register()
    clients["admin"].become()
    things = {"public": make_things(clients["owner"])}
    hider = Client(stack, contract)
    hider.register()
    things["hidden"] = make_things(hider)
    stack.db("UPDATE walls SET privacy_level = 'private' WHERE user_id = ?", hider.me["user_id"])
    stack.db("UPDATE users SET profile_visibility = 'private' WHERE user_id = ?", hider.me["user_id"])
    for owner in (clients["owner"], hider):
        owner.put(f"/users/{clients[BLOCKED].me['user_id']}/block", expect=200)
    return clients, things


def make_things(owner):
    made = owner.generate("A timer for tea")
    owner.wait_job(made["job"]["job_id"], until=("completed",))
    return {"client": owner, "wall": owner.me["wall"]["wall_slug"], "app": made["job"]["app_id"],
            "job": made["job"]["job_id"],
            "purchase": owner.post("/bricks/purchase", {"package": "starter"}, expect=201).data["purchase"]["purchase_id"],
            "movement": owner.get("/bricks/transactions").data["items"][0]["transaction_id"], "username": owner.me["username"], "password": owner.password}


def fill(value, things):
    return value.format(**things) if isinstance(value, str) else value


@pytest.mark.parametrize("route, state, role", CASES)
def test_matrix(stack, contract, world, route, state, role):
    clients, made = world
    path, body, _ = MATRIX[route]
    things = dict(made[state], new="m" + uuid.uuid4().hex[:12])
    owner = things["client"]
    client = owner if role == "owner" else clients[role]
    if "{post}" in path:
        things["post"] = owner.write("seen by some")["post_id"]
    # These change who one is, or want one who has not asked for a copy of their data: let somebody new do it.
    if route in ("logout", "login", "register", "deactivateMe", "getExportFile"):
        copy = Client(stack, contract)
        if role != "anonymous":
            copy.register()
        client = copy
    operation = next(o for o in contract.operations if o.id == route)
    expected = expected_of(route, state, role)
    body = body and {key: fill(value, things) for key, value in body.items()}
    if client.me and operation.spec.get("x-wall-step-up"):
        client.confirm()
    if route == "watchJob" and expected == 200:
        assert [event for _, event, _ in client.stream(things["job"])][-1] == "job.completed"
    elif route == "watchEvents" and expected == 200:  # goes on for ever
        with client.request("GET", fill(path, things), stream=True, timeout=10) as response:
            contract.check("GET", response.request.path_url, response.status_code,
                           response.headers["Content-Type"], b"")
            assert response.status_code == 200
            data = next(line for line in response.iter_lines(chunk_size=1) if line.startswith(b"data: "))
            assert json.loads(data[6:])["event"] == "job.completed"
    else:
        client.request(operation.method, fill(path, things), body, expect=expected)


def unsafe_routes():
    return [o.id for o in Contract().operations
            if o.method != "GET" and o.spec["x-wall-auth"] not in ("none", "optional")]


@pytest.mark.parametrize("route", unsafe_routes())
@pytest.mark.parametrize("change", [{"X-CSRF-Token": None}, {"X-CSRF-Token": "0" * 32},
                                    {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_forged_requests_are_refused(contract, world, route, change):
    clients, made = world
    things = dict(made["public"], post=1, new="x")
    path, body, _ = MATRIX[route]
    operation = next(o for o in contract.operations if o.id == route)
    body = body and {key: fill(value, things) for key, value in body.items()}
    client = clients["admin"] if path.startswith("/admin/") else things["client"]
    answer = client.request(operation.method, fill(path, things), body, headers=change, expect=403)
    assert answer.code == "WALL_CSRF"
