# SPDX-License-Identifier: Apache-2.0
"""wall-demo-model in a process of its own, for the tests of it."""

import json
import os
import re
import socket
import subprocess
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

    def ask(self, **body):
        """A socket on which a chat was asked for, to be read, or left, as the test likes."""
        payload = json.dumps({"model": "wall-demo", **body}).encode()
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        made.sendall(f"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(payload)}"
                     "\r\n\r\n".encode() + payload)
        return made

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
