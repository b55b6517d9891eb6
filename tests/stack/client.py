# SPDX-License-Identifier: Apache-2.0
"""A browser-like API client for tests: cookies, CSRF header, idempotency keys, checked responses."""

import json
import time
import uuid

import requests
from requests.adapters import HTTPAdapter

from .contract import BASE

FINAL = ("completed", "failed", "cancelled")


class Answer:
    """A response: .status .headers .body .json, and of the envelope .data .error .code .details"""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.body = response.content
        media = response.headers.get("Content-Type", "")
        self.json = json.loads(self.body) if "json" in media and self.body else None
        envelope = self.json if isinstance(self.json, dict) else {}
        self.data = envelope.get("data")
        self.error = envelope.get("error") or ({} if "code" not in envelope else envelope)
        self.code = self.error.get("code")
        self.details = self.error.get("details") or {}
        self.message = self.error.get("message") or envelope.get("message")

    def cookie(self, name="wall"):
        """The Set-Cookie line of this name; the session's if none is given. None: there is none."""
        lines = self.response.raw.headers.getlist("Set-Cookie")
        return next((line for line in lines if line.startswith(name + "=")), None)

    def __repr__(self):
        return f"<{self.response.request.method} {self.response.url} → {self.status} {self.body[:400]!r}>"


class From(HTTPAdapter):
    """Connections from another address of this machine: client.http.mount("http://", From("127.0.0.9"))."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args, **kw):
        super().init_poolmanager(*args, source_address=(self.address, 0), **kw)


class Client:
    """One visitor. Every response is held against openapi.json by `contract` unless contract=None (load tests).

        c = Client(stack, contract); me = c.register()
        c.post("/walls/%s/posts" % me["username"], {"content_text": "x"}, expect=201).data
        c.get("/posts/7", expect=404).code
    """

    def __init__(self, stack, contract, base_url=None):
        self.stack, self.contract = stack, contract
        self.base_url = base_url or stack.base_url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.mount("http://", From("127.0.0.1"))  # "localhost" may be ::1 as well
        self.csrf = None
        self.me = None
        self.token = None  # the session token of the last register or login
        self.bearer = False  # use it as Bearer instead of the cookie
        self.password = "correct horse battery"

    # ---- requests ----------------------------------------------------------------------------
    def request(self, method, path, body=None, *, params=None, headers=None, key=None, expect=None,
                raw=None, stream=False, timeout=30):
        """`path` is below /api/v1 (or starts with it). `body` is sent as JSON; `raw` (bytes) as it is.
        `key`: the Idempotency-Key; None makes one where the route takes one, False sends none.
        `headers` with a None value take a default one away. `expect`: the status that has to come."""
        url = self.base_url + (path if path.startswith("/api/") else BASE + path)
        unsafe = method not in ("GET", "HEAD", "OPTIONS")
        send = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if unsafe:
            send["Origin"] = self.stack.base_url
            if self.csrf and not self.bearer:
                send["X-CSRF-Token"] = self.csrf
        if self.bearer and self.token:
            send["Authorization"] = "Bearer " + self.token
        data = raw
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            send["Content-Type"] = "application/json"
        operation = self.contract.find(method, path) if self.contract else None
        if key is None and (operation.idempotent if operation else not self.contract and method == "POST"):
            key = str(uuid.uuid4())
        if key:
            send["Idempotency-Key"] = key
        send.update(headers or {})
        response = self.http.request(method, url, params=params, data=data, headers=send, stream=stream,
                                     timeout=timeout, allow_redirects=False)
        if stream:
            return response
        answer = Answer(response)
        assert answer.headers.get("X-Request-Id"), f"no X-Request-Id: {answer!r}"
        if self.contract:
            self.contract.check(method, response.request.path_url, answer.status,
                                answer.headers.get("Content-Type", ""), answer.body)
        if expect is not None:
            assert answer.status == expect, f"expected {expect}: {answer!r}"
        return answer

    def get(self, path, **kw):
        return self.request("GET", path, **kw)

    def post(self, path, body=None, **kw):
        return self.request("POST", path, body, **kw)

    def patch(self, path, body=None, **kw):
        return self.request("PATCH", path, body, **kw)

    def put(self, path, body=None, **kw):
        return self.request("PUT", path, body, **kw)

    def delete(self, path, **kw):
        return self.request("DELETE", path, **kw)

    # ---- account -----------------------------------------------------------------------------
    def register(self, username=None, **more):
        """A new account, signed in; returns `me`."""
        username = username or "u" + uuid.uuid4().hex[:12]
        body = {"username": username, "email": f"{username}@example.org", "password": self.password, **more}
        self.password = body["password"]
        return self._signed_in(self.post("/auth/register", body, expect=201))

    def login(self, login, password=None, **more):
        body = {"login": login, "password": password or self.password, **more}
        return self._signed_in(self.post("/auth/login", body, expect=200))

    def _signed_in(self, answer):
        self.me = answer.data["user"]
        self.csrf = self.me["csrf_token"]
        self.token = answer.data["session_token"]
        return self.me

    def become(self, role="admin"):
        """Another role, given by the database, and a session that has it. Returns the client."""
        self.stack.db("UPDATE users SET role = ? WHERE user_id = ?", role, self.me["user_id"])
        self.login(self.me["username"])
        return self

    def confirm(self, password=None):
        """Proves again who this is, as routes with step_up ask for; a session just begun is confirmed."""
        return self.post("/auth/confirm", {"password": password or self.password}, expect=200)

    def confirmed_before(self, minutes=11):
        """Makes the session one that was last confirmed so long ago."""
        self.stack.db("UPDATE sessions SET confirmed_at = NOW(6) - INTERVAL ? MINUTE WHERE user_id = ?",
                      minutes, self.me["user_id"])

    def logout(self):
        answer = self.post("/auth/logout", expect=200)
        self.csrf = self.me = self.token = None
        return answer

    def as_bearer(self):
        """The same person without cookie: the session token in the Authorization header."""
        other = Client(self.stack, self.contract, self.base_url)
        other.me, other.token, other.bearer = self.me, self.token, True
        return other

    # ---- shortcuts ---------------------------------------------------------------------------
    def balance(self):
        """(available, held)"""
        data = self.get("/bricks/balance", expect=200).data
        return data["available"], data["held"]

    def write(self, text="Hello", wall=None, **more):
        """A post on a wall (default: the own one)."""
        wall = wall or self.me["wall"]["wall_id"]
        return self.post(f"/walls/{wall}/posts", {"content_text": text, **more}, expect=201).data

    def generate(self, prompt="A timer for tea", **more):
        """POST /ai/generate; the data: post, job, balance."""
        return self.post("/ai/generate", {"prompt": prompt, **more}, expect=201).data

    def job(self, job_id):
        return self.get(f"/ai/jobs/{job_id}", expect=200).data

    def wait_job(self, job_id, seconds=30, until=FINAL):
        """Polls the job until its status is one of `until`; returns it."""
        end = time.monotonic() + seconds
        while True:
            job = self.job(job_id)
            if job["status"] in until:
                return job
            assert time.monotonic() < end, f"job stays {job['status']}: {job}"
            time.sleep(0.1)

    def stream(self, job_id, last_event_id=None, seconds=30):
        """Events of GET /ai/jobs/{id}/status as (id, event, data); ends when the server closes it."""
        headers = {"Accept": "text/event-stream"}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        response = self.request("GET", f"/ai/jobs/{job_id}/status", headers=headers, stream=True,
                                timeout=seconds)
        with response:
            if self.contract and response.status_code == 200:
                self.contract.check("GET", response.request.path_url, 200,
                                    response.headers.get("Content-Type", ""), b"")
            assert response.status_code == 200, response.text
            yield from events(response.iter_content(chunk_size=None), seconds)


def events(chunks, seconds):
    """Parses text/event-stream (HTML standard, 9.2.6) from an iterator of byte chunks."""
    end = time.monotonic() + seconds
    pending, event, data, last = b"", "message", [], None
    for chunk in chunks:
        pending += chunk
        assert time.monotonic() < end, "the stream did not end in time"
        while b"\n" in pending:
            line, pending = pending.split(b"\n", 1)
            text = line.rstrip(b"\r").decode()
            name, _, value = text.partition(":")
            value = value.removeprefix(" ")
            if not text:
                if data:
                    yield last, event, json.loads("\n".join(data))
                event, data = "message", []
            elif name == "event":
                event = value
            elif name == "data":
                data.append(value)
            elif name == "id":
                last = value
