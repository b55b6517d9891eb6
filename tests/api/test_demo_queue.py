# SPDX-License-Identifier: Apache-2.0
"""wall-demo-model: loading, slots, the rate, and clients that leave."""

import threading
import time

import pytest
import requests

from tests.api.demo_model import start  # noqa: F401


def test_load_unload_and_ps(start):
    server = start("--load-ms", "300", "--rate", "50000")
    assert server.get("/api/ps").json() == {"models": []}
    begun = time.monotonic()
    loaded = server.post("/api/generate", {"model": "wall-demo"}).json()
    assert time.monotonic() - begun >= 0.3
    assert loaded["done"] and loaded["done_reason"] == "load" and loaded["response"] == ""
    assert "eval_count" not in loaded
    model, = server.get("/api/ps").json()["models"]
    assert model["context_length"] == 4096 and "modified_at" not in model
    again = server.chat("dice", {"num_predict": 3})[-1]
    assert again["load_duration"] < 100e6
    other = server.chat("dice", {"num_predict": 3, "num_ctx": 8192})[-1]
    assert other["load_duration"] >= 300e6, "a changed num_ctx reloads"
    assert server.get("/api/ps").json()["models"][0]["context_length"] == 8192
    gone = server.post("/api/chat", {"model": "wall-demo", "keep_alive": 0}).json()
    assert gone["done_reason"] == "unload" and gone["message"]["content"] == ""
    assert server.get("/api/ps").json() == {"models": []}


def test_keep_alive_expires(start):
    server = start("--load-ms", "0", "--rate", "50000")
    server.chat("dice", {"num_predict": 3}, keep_alive="300ms")
    assert server.get("/api/ps").json()["models"]
    time.sleep(0.4)
    assert server.get("/api/ps").json() == {"models": []}
    server.chat("dice", {"num_predict": 3}, keep_alive=-1)
    assert server.get("/api/ps").json()["models"][0]["expires_at"] > "2200"


def test_slots_wait_silently_in_order(start):
    server = start("--rate", "400", "--load-ms", "0", "--faults")
    done = []

    def run(name):
        lines = server.chat(f"dice {name}", {"num_predict": 100})
        done.append((name, lines[-1]))
    threads = []
    for name in range(4):
        threads.append(threading.Thread(target=run, args=(name,)))
        threads[-1].start()
        server.wait_for("requests", name + 1)
    assert server.stats()["active"] == 1 and server.stats()["waiting"] == 3
    for thread in threads:
        thread.join()
    assert [name for name, _ in done] == [0, 1, 2, 3]
    assert server.stats()["max_active"] == 1
    last = done[-1][1]
    own = sum(last.get(k + "_duration", 0) for k in ("load", "prompt_eval", "eval"))
    assert last["total_duration"] - own > 400e6, "waiting for a slot is in no duration but the total"


def test_slots_run_side_by_side(start):
    server = start("--rate", "400", "--load-ms", "0", "--slots", "3")
    threads = [threading.Thread(target=server.chat, args=("dice", {"num_predict": 100}))
               for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.stats()["max_active"] == 3 and server.stats()["completed"] == 6


def test_max_queue_bounds_those_who_need_a_load(start):
    server = start("--load-ms", "0", "--max-queue", "1", "--faults")
    hang = server.ask(messages=[{"role": "user", "content": "[[fault:hang]]"}])
    server.wait_for("active", 1)
    body = {"model": "wall-demo", "prompt": "dice", "options": {"num_ctx": 2048, "num_predict": 2}}
    waits = threading.Thread(target=server.post, args=("/api/generate", body))
    waits.start()
    server.wait_for("waiting", 1)
    refused = server.post("/api/generate", body)
    assert refused.status_code == 503
    assert refused.json()["error"].startswith("server busy, please try again.  maximum pending")
    hang.close()
    waits.join()
    assert server.stats()["completed"] == 1 and server.stats()["cancelled"] == 1


def test_no_status_line_before_the_first_token(start):
    server = start("--rate", "5", "--load-ms", "400")
    begun = time.monotonic()
    with server.ask(messages=[{"role": "user", "content": "dice"}]) as s:
        assert s.recv(1)
    assert time.monotonic() - begun >= 0.6      # load, reading the prompt, the first token


@pytest.mark.parametrize("rate", [100, 5000])
def test_rate_is_kept(start, rate):
    server = start("--rate", str(rate), "--load-ms", "0")
    count = min(rate, 2000)
    begun = time.monotonic()
    last = server.chat("snake", {"num_predict": count})[-1]
    took = time.monotonic() - begun
    assert 100 <= last["eval_count"] <= count
    expected = last["eval_count"] / rate
    assert expected * 0.98 <= took < expected * 1.15 + 0.3


@pytest.mark.parametrize("stage", ["loading", "waiting", "hanging", "streaming", "whole"])
def test_client_leaving_frees_the_slot(start, stage):
    server = start("--rate", "50", "--load-ms", "600" if stage == "loading" else "0", "--faults")
    blocker = None
    if stage == "waiting":
        blocker = threading.Thread(target=server.chat, args=("dice", {"num_predict": 50}))
        blocker.start()
        server.wait_for("active", 1)
    text = "[[fault:hang]] dice" if stage == "hanging" else "dice"
    with server.ask(stream=stage != "whole", messages=[{"role": "user", "content": text}]) as s:
        if stage == "streaming":
            assert s.recv(100).startswith(b"HTTP/1.1 200")
        else:
            server.wait_for("waiting" if stage == "waiting" else "active", 1)
    server.wait_for("cancelled", 1)
    server.wait_for("waiting", 0)
    if blocker:
        blocker.join()
    assert server.stats()["active"] == 0
    if stage == "loading":
        assert server.get("/api/ps").json() == {"models": []}, "the load was aborted"
    assert server.chat("dice", {"num_predict": 2})[-1]["done"]


def test_sigterm_ends_cleanly_while_busy(start):
    server = start("--rate", "5", "--load-ms", "0", "--faults")
    ended = []

    def run():
        try:
            server.chat("[[fault:hang]]")
        except requests.RequestException as e:
            ended.append(e)
    thread = threading.Thread(target=run)
    thread.start()
    server.wait_for("active", 1)
    begun = time.monotonic()
    log = server.stop()
    assert time.monotonic() - begun < 5
    thread.join()
    assert ended and len([x for x in log.splitlines() if "/api/chat" in x]) == 1
