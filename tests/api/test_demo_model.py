# SPDX-License-Identifier: Apache-2.0
"""wall-demo-model: Ollama's protocol."""

import json
import re

import pytest
import requests

from tests.api.demo_model import FENCES, server  # noqa: F401


def test_root_and_version(server):
    assert server.get("/").text == "Ollama is running"
    head = requests.head(server.url + "/", timeout=5)
    assert head.status_code == 200 and head.text == ""
    assert server.get("/api/version").json() == {"version": "0.33.0"}


def test_tags_and_show(server):
    model, = server.get("/api/tags").json()["models"]
    assert model["name"] == model["model"] == "wall-demo:latest"
    assert re.fullmatch("[0-9a-f]{64}", model["digest"])
    for name in "wall-demo", "wall-demo:latest":
        show = server.post("/api/show", {"model": name}).json()
        arch = show["model_info"]["general.architecture"]
        assert show["model_info"][arch + ".context_length"] == 32768
        assert show["capabilities"] == ["completion"]


def test_pull(server):
    lines = [json.loads(x) for x in server.post("/api/pull", {"model": "wall-demo"}).content.split(b"\n")
             if x]
    assert lines[0] == {"status": "pulling manifest"} and lines[-1] == {"status": "success"}
    reply = server.post("/api/pull", {"model": "other"})
    assert reply.status_code == 200
    assert "file does not exist" in json.loads(reply.content.splitlines()[-1])["error"]


@pytest.mark.parametrize("path,body,status,words", [
    ("/api/chat", "", 400, "missing request body"),
    ("/api/chat", "{", 400, "EOF"),
    ("/api/chat", "{]", 400, "invalid"),
    ("/api/chat", "[]", 400, "unmarshal"),
    ("/api/chat", '{"messages":[]}', 400, "model is required"),
    ("/api/chat", '{"model":7}', 400, "unmarshal"),
    ("/api/chat", '{"model":"wall-demo","messages":[7]}', 400, "unmarshal"),
    ("/api/chat", '{"model":"nope"}', 404, "model 'nope' not found"),
    ("/api/generate", '{"model":""}', 404, "model '' not found"),
    ("/api/show", '{}', 400, "model is required"),
    ("/api/show", '{"model":"nope"}', 404, "model 'nope' not found"),
    ("/api/generate", '{"model":"wall-demo","prompt":"x","options":{"num_ctx":"a"}}', 500,
     'option "num_ctx" must be of type integer'),
    ("/api/generate", '{"model":"wall-demo","prompt":"x","options":{"stop":"a"}}', 500, "stop"),
    ("/api/generate", '{"model":"wall-demo","prompt":"x","keep_alive":"300"}', 400, "missing unit"),
    ("/api/generate", '{"model":"wall-demo","prompt":"x","think":true}', 400,
     '"wall-demo" does not support thinking'),
    ("/api/generate", '{"model":"wall-demo","prompt":"x","format":"xml"}', 500, "invalid format"),
    ("/api/generate", '{"model":"wall-demo","prompt":"x","raw":true,"system":"y"}', 400, "raw mode"),
])
def test_errors(server, path, body, status, words):
    reply = requests.post(server.url + path, data=body, timeout=10)
    assert reply.status_code == status
    assert list(reply.json()) == ["error"] and words in reply.json()["error"]
    assert reply.headers["Content-Type"].startswith("application/json")


def test_unknown_route_and_method_are_plain_text(server):
    for reply, status in ((server.get("/api/nope"), 404), (server.get("/api/chat"), 405),
                          (server.post("/api/tags", {}), 405)):
        assert reply.status_code == status
        assert reply.headers["Content-Type"].startswith("text/plain")


def test_foreign_host_is_refused(server):
    for host, status in (("evil.example", 403), ("localhost:1", 200), ("[::1]:5", 200),
                         ("box.local", 200), ("8.8.8.8", 403)):
        assert server.get("/", headers={"Host": host}).status_code == status, host


def test_chat_lines(server):
    lines = server.chat("a timer for 3 minutes")
    assert len(lines) > 500
    for line in lines[:-1]:
        assert set(line) == {"model", "created_at", "message", "done"}
        assert line["message"]["role"] == "assistant" and line["message"]["content"]
    last = lines[-1]
    assert last["message"]["content"] == "" and last["done_reason"] == "stop"
    assert last["eval_count"] == len(lines) - 1 and last["prompt_eval_count"] > 3
    parts = sum(last[k + "_duration"] for k in ("load", "prompt_eval", "eval"))
    assert 0 < parts <= last["total_duration"] < 60e9
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z", x["created_at"])
               for x in lines)


def test_generate_lines_and_context(server):
    body = {"model": "wall-demo:latest", "prompt": "dice"}
    lines = [json.loads(x) for x in server.post("/api/generate", body).content.splitlines()]
    assert lines[0]["model"] == "wall-demo:latest"
    assert FENCES.fullmatch("".join(x["response"] for x in lines))
    last = lines[-1]
    assert len(last["context"]) == last["eval_count"] + last["prompt_eval_count"]
    raw = server.post("/api/generate", {**body, "raw": True, "stream": False}).json()
    assert "context" not in raw and raw["done"]


def test_whole_answer_equals_stream(server):
    streamed = server.answer("poll: soup, curry")
    reply = server.post("/api/chat", {"model": "wall-demo", "stream": False, "messages": [
        {"role": "user", "content": "poll: soup, curry"}]})
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    assert reply.json()["message"]["content"] == streamed


def test_go_escapes(server):
    reply = server.post("/api/chat", {"model": "wall-demo", "messages": [
        {"role": "user", "content": "dice & cards \u2028 <b>"}]})
    assert reply.headers["Content-Type"] == "application/x-ndjson"
    assert b"\\u003c" in reply.content and b"\\u0026" in reply.content
    assert not re.search(rb"[<>&]|\xe2\x80\xa8", reply.content)


def test_writes_end_anywhere_even_inside_a_character(server):
    with server.ask(messages=[{"role": "user", "content":
                               "[[rate:3000]] Список: яблоки, груши, сливы, хлеб, молоко, мёд, орехи, сыр, зелень, крупа"}]) as s:
        data = b""
        while not data.endswith(b"\r\n0\r\n\r\n"):
            more = s.recv(65536)
            assert more
            data += more
    head, data = data.split(b"\r\n\r\n", 1)
    assert b"chunked" in head
    chunks = []
    while True:
        size, data = data.split(b"\r\n", 1)
        if int(size, 16) == 0:
            break
        chunks.append(data[:int(size, 16)])
        data = data[int(size, 16) + 2:]
    assert sum(not c.endswith(b"\n") for c in chunks) > 20
    assert any(0x80 <= c[0] <= 0xBF for c in chunks), "no chunk began inside a character"
    assert json.loads(b"".join(chunks).splitlines()[-1])["done"]


def test_num_predict_ends_with_length(server):
    lines = server.chat("snake", {"num_predict": 50})
    assert len(lines) == 51 and lines[-1]["done_reason"] == "length"
    assert lines[-1]["eval_count"] == 50


def test_stop_text_is_not_emitted(server):
    lines = server.chat("snake", {"stop": ["```css"]})
    text = "".join(x["message"]["content"] for x in lines)
    assert text.startswith("```html") and "css" not in text
    assert lines[-1]["done_reason"] == "stop"


def test_zero_metrics_are_omitted(server):
    line, = server.chat("snake", {"stop": ["```html"]})
    assert line["done_reason"] == "stop" and line["message"]["content"] == ""
    assert "eval_count" not in line and "eval_duration" not in line and line["prompt_eval_count"]


def test_prompt_count_is_cut_to_num_ctx(server):
    big = server.chat("dice " * 3000, {"num_ctx": 2048, "num_predict": 5})
    assert big[-1]["prompt_eval_count"] == 2048
    server.chat("dice", {"num_predict": 1})


def test_format_answers_as_json(server):
    reply = server.post("/api/generate", {"model": "wall-demo", "prompt": "quiz", "format": "json",
                                          "stream": False}).json()
    assert set(json.loads(reply["response"])) == {"html", "css", "js"}


def test_only_the_last_user_message_and_wrapped_words_count(server):
    def chat(*messages):
        body = {"model": "wall-demo", "stream": False, "messages": [
            {"role": role, "content": text} for role, text in messages]}
        return server.post("/api/chat", body).json()["message"]["content"]
    assert "<h1>Dice for two</h1>" in chat(
        ("system", "Write a snake"), ("user", "a timer"), ("assistant", "ok"),
        ("user", "Rules: no snake.\n<<<PROMPT\ndice for two\nPROMPT>>>\nThree fences."))
