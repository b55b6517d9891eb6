# SPDX-License-Identifier: Apache-2.0
"""How soon what was ended or changed is so everywhere: in every httpd child with its cache, in streams, and when
Redis is away, has lost everything or comes back with what it knew."""

import contextlib
import hashlib
import json
import os
import socket
import subprocess
import threading
import time

import pytest

from tests.api.streams import Stream
from tests.stack.client import Client


@pytest.fixture
def device(stack, contract):
    """A function: another Client signed in as `user`."""
    def make(user, **more):
        client = Client(stack, contract)
        client.password = user.password
        client.login(user.me["username"], **more)
        return client

    return make


def key_of(client):
    return f"wall:wall:session:{hashlib.sha256(client.token.encode()).hexdigest()}"


class Watch:
    """Asks all the time, each time on a new connection and so in any httpd child; when was the last answer that
    `told` is true of?"""

    def __init__(self, client, path="/users/me", told=lambda answer: answer.status == 200):
        self.last, self.asked, self._on = 0.0, 0, True
        self._threads = [threading.Thread(target=self._ask, args=(client.as_bearer(), path, told)) for _ in range(4)]
        for thread in self._threads:
            thread.start()

    def _ask(self, client, path, told):
        while self._on:
            client.http.close()
            begun = time.monotonic()
            if told(client.get(path)):
                self.last = max(self.last, begun)
            self.asked += 1

    def still_after(self, instant):
        """Seconds from `instant` to the last such answer (0: none)."""
        self._on = False
        for thread in self._threads:
            thread.join()
        return max(0.0, self.last - instant)


@contextlib.contextmanager
def redis_away(stack):
    """Nobody reaches Redis, which goes on and forgets nothing."""
    path = f"{stack.folder}/run/redis.sock"
    os.rename(path, path + ".away")
    try:
        for kind in ("normal", "pubsub"):
            subprocess.run(["redis-cli", "-s", path + ".away", "CLIENT", "KILL", "TYPE", kind], check=True,
                           capture_output=True, timeout=10)
        yield
    finally:
        os.rename(path + ".away", path)


def worst(name, times):
    print(f"\n{name}: {len(times)} times, at most {max(times):.2f} s")
    return max(times)


# ---- requests ------------------------------------------------------------------------------------
def test_requests_end_within_a_second_in_every_process(stack, user, device):
    """A busy session, known to the memory of every httpd child and to Redis."""
    times = []
    for _ in range(5):
        phone = device(user)
        watch = Watch(phone)
        time.sleep(1 + 0.23 * len(times))  # wherever the caches are in their second
        user.post("/users/me/sessions/revoke-others", expect=200)
        ended = time.monotonic()
        time.sleep(1.6)
        times.append(watch.still_after(ended))
        assert watch.asked > 50, "too few requests to tell"
    assert len(stack.children("httpd")) > 1
    assert worst("revoked session, requests", times) <= 1.0


def test_a_role_that_was_taken_is_gone_within_a_second(stack, new_user, device):
    admin, moderator = new_user().become(), new_user()
    times = []
    for _ in range(3):
        stack.db("UPDATE users SET role = 'moderator' WHERE user_id = ?", moderator.me["user_id"])
        client = device(moderator)
        watch = Watch(client, "/admin/users")
        time.sleep(1 + 0.31 * len(times))
        admin.patch(f"/admin/users/{moderator.me['user_id']}", {"reason": "for this test", "role": "user"}, expect=200)
        ended = time.monotonic()
        time.sleep(1.6)
        times.append(watch.still_after(ended))
        assert watch.asked > 50
    assert worst("role taken, requests", times) <= 1.0


# ---- streams -------------------------------------------------------------------------------------
def stream_ends(stream, begun, seconds):
    while stream.read(0.05):
        assert time.monotonic() - begun < seconds, "the stream went on"
    assert stream.head.startswith("HTTP/1.1 200"), stream.head
    return time.monotonic() - begun


def slow_post(stack, client, meanwhile):
    """A post whose body is held back until `meanwhile` has happened and everybody has heard of it. The status."""
    body = json.dumps({"content_text": "written slowly"}).encode()
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as line:
        line.sendall(f"POST /api/v1/walls/{client.me['wall']['wall_id']}/posts HTTP/1.1\r\nHost: localhost\r\n"
                     f"Authorization: Bearer {client.token}\r\nContent-Type: application/json\r\n"
                     f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body[:9])
        time.sleep(0.5)
        meanwhile()
        time.sleep(1.2)
        line.sendall(body[9:])
        return int(line.recv(65536).split()[1])


def test_a_slow_body_does_not_outlive_its_session(stack, user, device):
    other = device(user)
    assert slow_post(stack, other, lambda: None) == 201
    assert slow_post(stack, other, lambda: other.as_bearer().post("/auth/logout", expect=200)) == 401
    assert stack.number("SELECT COUNT(*) FROM posts WHERE author_id = ?", user.me["user_id"]) == 1


def test_streams_end_within_five_seconds_measured(stack, user, device):
    times = []
    for wait in (0.1, 0.6, 1.1, 1.6):  # wherever the hub is in its round
        phone = device(user)
        streams = [Stream(stack, phone, f"/events?topics=user:{user.me['user_id']}") for _ in range(4)]
        time.sleep(0.5 + wait)
        user.post("/users/me/sessions/revoke-others", expect=200)
        begun = time.monotonic()
        times += [stream_ends(stream, begun, 5) for stream in streams]
    assert worst("revoked session, streams", times) < 5


def test_a_stream_does_not_keep_a_session_awake(stack, user):
    """A browser left open has a stream that comes back by itself. That is nobody's doing: the session goes on
    growing idle, and when it has grown too old so ends the stream."""
    path = f"/events?topics=user:{user.me['user_id']}"
    idle = "UPDATE sessions SET last_activity_at = NOW(6) - INTERVAL ? MINUTE WHERE user_id = ?"
    age = "SELECT TIMESTAMPDIFF(MINUTE, last_activity_at, NOW(6)) FROM sessions WHERE user_id = ?"
    stack.db(idle, 20155, user.me["user_id"])
    stack.redis("DEL", key_of(user))
    time.sleep(1.1)
    stream = Stream(stack, user, path)
    time.sleep(3)
    assert stream.read(0.1) and stream.head.startswith("HTTP/1.1 200"), stream.head
    assert stack.number(age, user.me["user_id"]) == 20155 and stack.redis("EXISTS", key_of(user)) == "0"
    stack.db(idle, 20161, user.me["user_id"])  # WallSessionIdle is 20160
    stream_ends(stream, time.monotonic(), 5)
    refused = Stream(stack, user, path)
    refused.read(1)
    assert refused.head.startswith("HTTP/1.1 401"), refused.head
    # What its owner asks for keeps it awake.
    stack.db(idle, 20155, user.me["user_id"])
    time.sleep(1.1)
    user.get("/users/me", expect=200)
    assert stack.number(age, user.me["user_id"]) == 0


@pytest.mark.parametrize("remember", [False, True])
def test_a_stream_ends_with_its_session(stack, user, device, remember):
    client = device(user, remember=remember)
    stream = Stream(stack, client, f"/events?topics=user:{user.me['user_id']}")
    time.sleep(2.5)
    assert stream.read(0.1)
    stack.db("UPDATE sessions SET expires_at = NOW(6) + INTERVAL 1 SECOND WHERE token_hash = SHA2(?, 256)",
             client.token)
    took = stream_ends(stream, time.monotonic(), 6)
    assert took > 0.9


# ---- Redis ---------------------------------------------------------------------------------------
@pytest.mark.expect_log(r"Redis|no connection to it|outbox|WALLNO\(00501\)|00501")
def test_what_was_revoked_stays_so_when_redis_comes_back(stack, user, device):
    """Redis held the session, was out of reach while it was ended, and still holds it."""
    phone, kept = device(user), key_of(user)
    phone.get("/users/me", expect=200)
    user.get("/users/me", expect=200)
    cached = key_of(phone)
    with redis_away(stack):
        user.post("/users/me/sessions/revoke-others", expect=200)
        time.sleep(1.1)
        for _ in range(12):
            phone.http.close()
            phone.get("/users/me", expect=401)
    back = time.monotonic()
    watch = Watch(phone)
    deadline = back + 8
    while stack.redis("GET", cached) != "-":
        assert time.monotonic() < deadline, stack.redis("GET", cached)
        time.sleep(0.05)
    marked = time.monotonic()
    time.sleep(2)
    late = watch.still_after(marked)
    print(f"\nRedis came back: told of it after {marked - back:.2f} s, the session was refused {late:.2f} s later")
    assert late <= 1.0
    assert stack.number("SELECT COUNT(*) FROM outbox WHERE topic = 'session'") == 0
    user.get("/users/me", expect=200)
    assert stack.redis("GET", kept) != "-"


def test_what_was_revoked_stays_so_when_redis_forgets(stack, user, device):
    phone = device(user)
    phone.get("/users/me", expect=200)
    user.post("/users/me/sessions/revoke-others", expect=200)
    stack.redis("FLUSHALL")
    time.sleep(1.1)
    for _ in range(12):
        phone.http.close()
        phone.get("/users/me", expect=401)
    user.get("/users/me", expect=200)


# ---- how many ------------------------------------------------------------------------------------
def test_sessions_of_one_account_are_bounded(stack, user, device):
    """Who signs in again and again ends the sessions used longest ago; all there are can be listed and ended."""
    me = user.me["user_id"]
    stack.db("INSERT INTO sessions (user_id, token_hash, last_activity_at, expires_at) SELECT ?, SHA2(CONCAT(?, '-', seq), 256), "
             "NOW(6) - INTERVAL seq + 5 MINUTE, NOW(6) + INTERVAL 1 DAY FROM seq_0_to_204", me, me)
    client = device(user)
    assert len(client.get("/users/me/sessions", expect=200).data["items"]) == 200
    assert stack.number("SELECT COUNT(*) FROM sessions WHERE user_id = ?", me) == 200
    kept = "SELECT COUNT(*) FROM sessions WHERE token_hash = SHA2(?, 256)"
    assert stack.number(kept, f"{me}-197") == 1 and stack.number(kept, f"{me}-198") == 0
    user.get("/users/me", expect=200)
    assert client.post("/users/me/sessions/revoke-others", expect=200).data == {"ended": 199}
