# SPDX-License-Identifier: Apache-2.0
"""wall-demo-model: the faults it is asked for."""

import json

import pytest
import requests

from tests.api.demo_model import FENCES, server, start  # noqa: F401


@pytest.mark.parametrize("name,status", [("error-before", 500), ("not-found", 404), ("busy", 503)])
def test_fault_with_a_status(server, name, status):
    reply = server.post("/api/generate", {"model": "wall-demo", "prompt": f"[[fault:{name}]] x"})
    assert reply.status_code == status and reply.json()["error"]


def test_counted_fault_heals(server):
    def status(prompt):
        return server.post("/api/generate", {"model": "wall-demo", "prompt": prompt}).status_code
    assert [status("[[fault:busy*2]] heal") for _ in range(4)] == [503, 503, 200, 200]
    assert status("[[fault:busy*2]] heal other") == 503


def test_fault_error_mid(server):
    reply = server.post("/api/generate", {"model": "wall-demo", "prompt": "[[fault:error-mid]] quiz"})
    lines = [json.loads(x) for x in reply.content.splitlines()]
    assert reply.status_code == 200 and len(lines) > 100
    assert list(lines[-1]) == ["error"]


def test_fault_eof(server):
    lines = server.chat("[[fault:eof]] quiz")
    assert len(lines) > 100 and not any(x["done"] for x in lines)


def test_fault_drop(server):
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        server.chat("[[fault:drop]] quiz")


def test_fault_malformed(server):
    reply = server.post("/api/generate", {"model": "wall-demo", "prompt": "[[fault:malformed]] quiz"})
    bad = 0
    for line in reply.content.splitlines():
        try:
            json.loads(line)
        except ValueError:
            bad += 1
    assert bad == 1


def test_fault_stall(server):
    before = server.stats()["cancelled"]
    got = 0
    with pytest.raises(requests.exceptions.ConnectionError):
        with requests.post(server.url + "/api/generate", stream=True, timeout=0.7, json={
                "model": "wall-demo", "prompt": "[[fault:stall]] quiz"}) as reply:
            for line in reply.iter_lines():
                got += 1
    assert got > 100
    server.wait_for("cancelled", before + 1)


def test_fault_broken(server):
    text = server.answer("[[fault:broken]] quiz")
    assert "```" not in text and "<" not in text


def test_fault_huge(server):
    lines = server.chat("[[fault:huge]] quiz", {"num_predict": 100})
    text = "".join(x["message"]["content"] for x in lines)
    assert len(text) > 2_000_000 and FENCES.fullmatch(text)


def test_fault_truncated(server):
    lines = server.chat("[[fault:truncated]] quiz")
    text = "".join(x["message"]["content"] for x in lines)
    assert lines[-1]["done_reason"] == "length"
    assert "```js\n" in text and not text.endswith("```\n")


def test_fault_think(server):
    lines = server.chat("[[fault:think]] quiz")
    thinks = [i for i, x in enumerate(lines) if "thinking" in x["message"]]
    assert thinks == list(range(len(thinks))) and len(thinks) > 5
    assert all(x["message"]["content"] == "" for x in lines[:len(thinks)])


def test_fault_slow_and_rate(server):
    def took(prompt):
        return server.chat(prompt, {"num_predict": 20})[-1]["eval_duration"]
    assert took("[[rate:100]] dice") == pytest.approx(20e9 / 100, rel=0.01)
    assert took("[[rate:1000]] [[fault:slow]] dice") == pytest.approx(20e9 / 100, rel=0.01)


def test_markers_mean_nothing_without_the_switch(start):
    server = start("--rate", "50000", "--load-ms", "0")
    assert FENCES.fullmatch(server.answer("[[fault:busy]] dice"))
