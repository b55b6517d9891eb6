# SPDX-License-Identifier: Apache-2.0
"""Is it alive, is everything behind it alive, and what does it say about itself."""

import json
import time

import pytest

from tests.stack import TOP, eventually

HEARTBEAT = "wall:wall:worker:ai"


def ready(client):
    return client.get("/health/ready")


def test_health(anonymous):
    answer = anonymous.get("/health", expect=200)
    assert answer.data == {"status": "ok"}
    assert "Set-Cookie" not in answer.headers


def test_ready(anonymous):
    answer = eventually(lambda: (a := ready(anonymous)).status == 200 and a, what="ready")
    assert answer.data == {key: "ok" for key in ("status", "mysql", "redis", "worker", "ollama", "disk")}


def test_ready_without_a_worker(stack, anonymous):
    def gone():
        stack.redis("DEL", HEARTBEAT)
        answer = ready(anonymous)
        return answer.status == 503 and answer

    answer = eventually(gone, what="503 without a heartbeat")
    assert (answer.data["status"], answer.data["worker"], answer.data["ollama"]) == ("down", "down", "unknown")
    assert (answer.data["mysql"], answer.data["redis"]) == ("ok", "ok")
    eventually(lambda: ready(anonymous).status == 200, seconds=20, what="ready again")


@pytest.mark.parametrize("beat", ['{"pid":1,"ollama":"down","model":"m"}', '{"pid":1,"ollama":7}'])
def test_ready_without_a_model_is_degraded(stack, anonymous, user, beat):
    def degraded():
        stack.redis("SET", HEARTBEAT, beat, "EX", "15")
        answer = ready(anonymous)
        return answer.status == 200 and answer.data["status"] == "degraded" and answer

    answer = eventually(degraded, what="degraded")
    assert (answer.data["worker"], answer.data["ollama"]) == ("ok", "down")
    user.generate()  # after work the worker tells how it is, instead of every five seconds
    eventually(lambda: ready(anonymous).data["status"] == "ok", seconds=20, what="ok again")


@pytest.mark.expect_log(r"(?i)redis")
def test_ready_without_redis(stack, anonymous, user):
    stack.stop("redis")
    try:
        answer = ready(anonymous)
        assert (answer.status, answer.data["redis"], answer.data["mysql"]) == (503, "down", "ok")
        assert anonymous.get("/health", expect=200).data == {"status": "ok"}
        time.sleep(1.1)
        user.get("/users/me", expect=200)  # sessions come from MySQL meanwhile
    finally:
        stack.start("redis")
    user.generate()
    eventually(lambda: ready(anonymous).status == 200, seconds=30, what="ready again")


def test_openapi(anonymous):
    answer = anonymous.get("/openapi.json", expect=200)
    assert answer.headers["Content-Type"].startswith("application/json")
    with open(f"{TOP}/htdocs/api/openapi.json", encoding="utf-8") as file:
        assert answer.json == json.load(file)
    assert answer.json["openapi"].startswith("3.1")
