# SPDX-License-Identifier: Apache-2.0
"""Idempotency-Key: one effect, one answer, whatever is sent twice, at once, or goes wrong in between."""

import threading
import uuid

import pytest

from tests.stack.client import Client

MANY = 100


def together(count, work):
    """Runs work(i) in `count` threads that start at once; the results in order."""
    gate, results = threading.Barrier(count), [None] * count

    def run(i):
        gate.wait()
        results[i] = work(i)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def posts_of(stack, client):
    return stack.number("SELECT COUNT(*) FROM posts WHERE author_id = ?", client.me["user_id"])


def wall_of(client):
    return f"/walls/{client.me['wall']['wall_id']}/posts"


def bearers(stack, client, count):
    """The same person on connections of their own."""
    found = []
    for _ in range(count):
        other = Client(stack, None)
        other.me, other.token, other.bearer = client.me, client.token, True
        found.append(other)
    return found


def test_same_key_same_answer(stack, user):
    key = str(uuid.uuid4())
    first = user.post(wall_of(user), {"content_text": "once"}, key=key, expect=201)
    again = user.post(wall_of(user), {"content_text": "once"}, key=key, expect=201)
    assert again.body == first.body
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
    assert posts_of(stack, user) == 1


def test_a_hundred_at_once_are_one(stack, user):
    key = str(uuid.uuid4())
    clients = bearers(stack, user, MANY)
    answers = together(MANY, lambda i: clients[i].post(wall_of(user), {"content_text": "once"}, key=key))
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    assert sum("Idempotency-Replayed" not in a.headers for a in answers) == 1
    assert posts_of(stack, user) == 1


def test_spending_a_hundred_times_spends_once(stack, user):
    key = str(uuid.uuid4())
    clients = bearers(stack, user, MANY)
    answers = together(MANY, lambda i: clients[i].post("/ai/generate", {"prompt": "A timer for tea"}, key=key))
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    who = user.me["user_id"]
    assert stack.number("SELECT COUNT(*) FROM ai_generation_jobs WHERE user_id = ?", who) == 1
    assert stack.number("SELECT COUNT(*) FROM bricks_holds WHERE user_id = ?", who) == 1


def test_other_body_or_address_is_a_conflict(stack, user):
    key = str(uuid.uuid4())
    job = user.post("/ai/generate", {"prompt": "A timer for tea"}, key=key, expect=201).data["job"]
    answer = user.post("/ai/generate", {"prompt": "A pair of dice"}, key=key, expect=409)
    assert answer.code == "WALL_IDEMPOTENCY_MISMATCH"
    answer = user.post(f"/ai/jobs/{job['job_id']}/cancel", key=key, expect=409)
    assert answer.code == "WALL_IDEMPOTENCY_MISMATCH"


def test_keys_are_each_persons_own(stack, new_user):
    key = str(uuid.uuid4())
    first, second = new_user(), new_user()
    one = first.post(wall_of(first), {"content_text": "mine"}, key=key, expect=201)
    two = second.post(wall_of(second), {"content_text": "mine"}, key=key, expect=201)
    assert one.data["post_id"] != two.data["post_id"]


def test_a_failure_leaves_no_key(stack, user):
    key = str(uuid.uuid4())
    stack.set_balance(user.me["user_id"], 0)
    user.post("/ai/generate", {"prompt": "A timer for tea"}, key=key, expect=402)
    stack.set_balance(user.me["user_id"], 500)
    assert stack.number("SELECT COUNT(*) FROM idempotency_keys WHERE idempotency_key = ?", key) == 0
    user.post("/ai/generate", {"prompt": "A timer for tea"}, key=key, expect=201)


def test_key_is_required_where_bricks_move(user):
    answer = user.post("/ai/generate", {"prompt": "A timer for tea"}, key=False, expect=428)
    assert answer.code == "WALL_IDEMPOTENCY_REQUIRED"


@pytest.mark.parametrize("key", ["two words", "x" * 101])
def test_foolish_keys(user, key):
    answer = user.post(wall_of(user), {"content_text": "x"}, key=key, expect=400)
    assert answer.code == "WALL_BAD_REQUEST"
    assert "Idempotency-Key" in answer.details
