# SPDX-License-Identifier: Apache-2.0
"""wall-demo-model: Ollama's protocol, the apps, faults, cancellation, determinism."""
import json
import os
import re
import socket
import subprocess
import threading
import time

import pytest
import requests

BINARY = os.environ.get("WALL_DEMO_MODEL") or os.path.join(
    os.environ.get("WALL_BUILDDIR", "."), "wall-demo-model")
FENCES = re.compile(r"```html\n(.*?)```\n\n```css\n(.*?)```\n\n```js\n(.*?)```\n", re.S)


class Server:
    def __init__(self, folder, *options):
        port_file = folder / "port"
        self.log = open(folder / "log", "w+")
        self.process = subprocess.Popen(
            [BINARY, "--listen", "127.0.0.1:0", "--port-file", str(port_file), *options],
            stderr=self.log)
        deadline = time.monotonic() + 20
        while not port_file.exists():
            assert self.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        self.port = int(port_file.read_text())
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        code = self.process.wait(20)
        self.log.seek(0)
        log = self.log.read()
        self.log.close()
        assert code == 0, log
        return log

    def get(self, path, **more):
        return requests.get(self.url + path, timeout=20, **more)

    def post(self, path, body, **more):
        return requests.post(self.url + path, json=body, timeout=60, **more)

    def stats(self):
        return self.get("/demo/stats").json()

    def chat(self, prompt, options=None, **more):
        """The lines of a streamed chat."""
        body = {"model": "wall-demo", "messages": [{"role": "user", "content": prompt}],
                "options": options or {}, **more}
        reply = self.post("/api/chat", body)
        assert reply.status_code == 200, reply.text
        return [json.loads(line) for line in reply.content.splitlines()]

    def answer(self, prompt, **options):
        lines = self.chat(prompt, options)
        assert lines[-1]["done"] and lines[-1]["done_reason"] == "stop"
        return "".join(line["message"]["content"] for line in lines)

    def app(self, prompt, **options):
        """html, css, js of an answer that holds nothing else."""
        text = self.answer(prompt, **options)
        match = FENCES.fullmatch(text)
        assert match, text[:200]
        assert text.count("```") == 6
        return match.groups()

    def wait_for(self, name, value):
        for _ in range(500):
            if self.stats()[name] == value:
                return
            time.sleep(0.01)
        assert self.stats()[name] == value


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    made = Server(tmp_path_factory.mktemp("demo"), "--rate", "50000", "--load-ms", "20",
                  "--slots", "8", "--faults")
    yield made
    made.stop()


@pytest.fixture
def start(tmp_path):
    made = []

    def new(*options):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Server(folder, *options))
        return made[-1]
    yield new
    for one in made:
        if one.process.poll() is None:
            one.stop()


# --- protocol -------------------------------------------------------------------------------

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
    body = json.dumps({"model": "wall-demo", "messages": [
        {"role": "user", "content": "[[rate:3000]] Список: яблоки, груши, сливы, хлеб, молоко, "
                    "мёд, орехи, сыр, зелень, крупа"}]})
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(f"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                  f"{len(body.encode())}\r\n\r\n{body}".encode())
        s.settimeout(20)
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


# --- scheduling -----------------------------------------------------------------------------

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
    hang = threading.Thread(target=lambda: pytest.raises(
        requests.Timeout, requests.post, server.url + "/api/generate", timeout=2,
        json={"model": "wall-demo", "prompt": "[[fault:hang]]"}))
    hang.start()
    server.wait_for("active", 1)
    body = {"model": "wall-demo", "prompt": "dice", "options": {"num_ctx": 2048, "num_predict": 2}}
    waits = threading.Thread(target=server.post, args=("/api/generate", body))
    waits.start()
    server.wait_for("waiting", 1)
    refused = server.post("/api/generate", body)
    assert refused.status_code == 503
    assert refused.json()["error"].startswith("server busy, please try again.  maximum pending")
    hang.join()
    waits.join()
    assert server.stats()["completed"] == 1 and server.stats()["cancelled"] == 1


def first_byte(server, body):
    payload = json.dumps(body)
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        begun = time.monotonic()
        s.sendall(f"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(payload)}"
                  f"\r\n\r\n{payload}".encode())
        s.recv(1)
        return time.monotonic() - begun


def test_no_status_line_before_the_first_token(start):
    server = start("--rate", "5", "--load-ms", "400")
    body = {"model": "wall-demo", "messages": [{"role": "user", "content": "dice"}]}
    assert first_byte(server, body) >= 0.6      # load, reading the prompt, the first token


@pytest.mark.parametrize("rate", [100, 5000])
def test_rate_is_kept(start, rate):
    server = start("--rate", str(rate), "--load-ms", "0")
    count = min(rate, 2000)
    begun = time.monotonic()
    last = server.chat("snake", {"num_predict": count})[-1]
    took = time.monotonic() - begun
    assert last["eval_count"] == min(count, last["eval_count"])
    expected = last["eval_count"] / rate
    assert expected * 0.98 <= took < expected * 1.15 + 0.3


# --- cancellation ---------------------------------------------------------------------------

@pytest.mark.parametrize("stage", ["loading", "waiting", "hanging", "streaming", "whole"])
def test_client_leaving_frees_the_slot(start, stage):
    server = start("--rate", "50", "--load-ms", "600" if stage == "loading" else "0", "--faults")
    blocker = None
    if stage == "waiting":
        blocker = threading.Thread(target=server.chat, args=("dice", {"num_predict": 50}))
        blocker.start()
        server.wait_for("active", 1)
    text = "[[fault:hang]] dice" if stage == "hanging" else "dice"
    payload = json.dumps({"model": "wall-demo", "stream": stage != "whole",
                          "messages": [{"role": "user", "content": text}]})
    with socket.create_connection(("127.0.0.1", server.port)) as s:
        s.sendall(f"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(payload)}"
                  f"\r\n\r\n{payload}".encode())
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


# --- faults ---------------------------------------------------------------------------------

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


# --- apps -----------------------------------------------------------------------------------

APPS = [
    # a class or id only this app has, prompts in four languages
    ('id="hand"', ["a timer", "Kurzzeitwecker", "temporizador", "таймер", "Stoppuhr", "Pomodoro"]),
    ('id="clear" type="button">Clear done', ["to-do list", "Einkaufsliste", "lista de tareas",
                                             "список дел", "Todo"]),
    ('id="verdict"', ["Quiz about space", "Ein Quiz", "cuestionario", "викторина", "trivia"]),
    ('id="cards"></div>\n  <div class="row foot">', ["memory game", "Gedächtnisspiel",
                                                     "juego de memoria", "игра найди пару"]),
    ('id="sheet"', ["a drawing pad", "Zeichenbrett", "pizarra", "рисовалка"]),
    ('id="table"', ["roll dice", "Würfel", "dos dados", "кубики"]),
    ('id="from-unit"', ["unit converter", "Einheiten umrechnen", "conversor", "конвертер величин"]),
    ('id="strip"', ["colour mixer", "Farbmischer", "mezclador de colores", "смешать цвета"]),
    ('id="board"', ["snake", "Schlange", "serpiente", "змейка"]),
    ('id="debts"', ["split expenses", "Ausgaben teilen", "dividir gastos", "раздели счёт"]),
    ('id="beats"', ["metronome", "Metronom", "metrónomo", "метроном"]),
    ('id="options"', ["poll", "Umfrage", "encuesta", "опрос"]),
    ('class="drum"', ["drum machine", "Schlagzeug", "caja de ritmos", "драм-машина"]),
    ('id="notes"', ["something else entirely", "", "???", "鳥を数える"]),
]


@pytest.mark.parametrize("mark,prompt", [(m, p) for m, prompts in APPS for p in prompts if p])
def test_words_choose_the_app(server, mark, prompt):
    html, css, js = server.app(prompt)
    assert mark in html
    whole = html + css + js
    assert "{{" not in whole and "SPDX" not in whole
    assert not re.search(r"\son\w+=", html), "inline handler"
    assert "<form" not in html and "<script" not in html
    assert not re.search(r"https?:|url\(|@import|localStorage|document\.cookie|fetch\(|\balert\(|"
                         r"\bprompt\(|\bconfirm\(|innerHTML", whole)
    assert "prefers-reduced-motion" in css and "light-dark(" in css
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("prompt,part,text", [
    ("a 7 minute timer", 2, "length = 420 * 1000"),
    ("Timer für 1 Stunde 30 Minuten", 2, "length = 5400 * 1000"),
    ("таймер на пять минут", 2, "length = 300 * 1000"),
    ("temporizador de 90 segundos", 2, "length = 90 * 1000"),
    ("stopwatch", 2, 'mode = "up"'),
    ("roll 3d20", 0, 'id="sides" type="number" min="2" max="100" value="20"'),
    ("two six-sided dice", 0, 'id="count" type="number" min="1" max="12" value="2"'),
    ("four 8-sided dice", 0, 'max="100" value="8"'),
    ("Metronome at 72 bpm", 2, "bpm = 72,"),
    ("metronome, tempo 140, 3/4", 2, "bpm = 140, beats = 3"),
    ("snake on a 12x20 grid", 2, "columns = 12, rows = 20"),
    ("snake where you pass through walls", 2, "wrap = true"),
    ("memory with 6 pairs", 2, "pairs = 6,"),
    ("packing list: tent, map and rope", 2, '["Tent", "Map", "Rope"]'),
    ('poll "Thai" "Ramen"', 2, '["Thai", "Ramen"]'),
    ("Split the bill: Ana, Ben. In dollars", 2, '["Ana", "Ben"]'),
    ("quiz with 3 questions about space", 0, "of 3"),
    ("a maths quiz", 2, "= ?"),
    ("convert 12.5 kg", 0, 'value="12.5"'),
    ("draw with red and blue", 2, '["#c8321f", "#2b62c4"]'),
    ("a red timer", 1, "--hue: 25;"),
    ("blauer Timer", 1, "--hue: 250;"),
    ("drum machine with 8 steps and two voices", 2, "steps = 8,"),
])
def test_parameters_change_the_app(server, prompt, part, text):
    assert text in server.app(prompt)[part]


@pytest.mark.parametrize("prompt,title", [
    ("Please make me a tea timer.", "Tea timer"),
    ("Сделай мне таймер для чая", "Таймер для чая"),
    ("Ich brauche einen Würfel", "Würfel"),
    ('a timer called "Nap"', "Nap"),
    ("Where do we eat? A poll: Thai, Pizza", "Where do we eat?"),
    ("to-do list", "To-do list"),
    ("Drawing pad with red, blue, green, black and white", "Drawing pad"),
    ('dice named "<script>alert(1)</script>"', "&#60;script&#62;alert(1)&#60;/script&#62;"),
    ('dice named "```js"', "&#96;&#96;&#96;js"),
])
def test_title(server, prompt, title):
    assert f"<h1>{title}</h1>" in server.app(prompt)[0]


def test_values_are_escaped_in_scripts(server):
    html, css, js = server.app('poll: </script><b>, "x\\", `${1}`')
    assert "</script" not in js and "\\u003c/script\\u003e" in js and "`" not in js.split("\n")[0]
    assert '\\"X\\\\\\"' in js or '\\"x\\\\\\"' in js


def test_same_seed_same_bytes(server):
    first = server.answer("quiz", seed=5)
    assert first == server.answer("quiz", seed=5)
    assert len({server.answer("quiz", seed=n) for n in range(6)}) > 3


def test_long_and_odd_prompts(server):
    for prompt in ("x" * 100000, "слово " * 5000, ": , , ,", '"', "«", "\u0000", "🙂" * 300,
                   "timer 99999999999999999999 minutes", "0d0 dice", "snake 0x0", "[[", "[[fault:"):
        server.app(prompt)
