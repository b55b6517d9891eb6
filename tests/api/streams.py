# SPDX-License-Identifier: Apache-2.0
"""Clients and publishers of event streams, for test_sse.py and test_events.py."""

import json
import select
import socket
import time

PUBLISH = ("local id = redis.call('XADD', KEYS[1], '*', 'e', ARGV[1], 'd', ARGV[2]) "
           "redis.call('PUBLISH', KEYS[2], id .. '\\n' .. ARGV[1] .. '\\n' .. ARGV[2]) return id")


class Channel:
    """Publishes on a channel the way mod_wall/io/events.c does."""

    def __init__(self, stack, topic):
        self.stack, self.topic = stack, topic
        self.name = f"wall:{stack.settings['SITE']}:{topic}"
        self.history = f"wall:{stack.settings['SITE']}:events:{topic}"

    def publish(self, event, **data):
        return self.stack.redis("EVAL", PUBLISH, 2, self.history, self.name, event, json.dumps(data))

    def passing(self, event, **data):
        self.stack.redis("PUBLISH", self.name, f"\n{event}\n{json.dumps(data)}")

    def progress(self, percent):
        return self.publish("job.progress", percent=percent)


class Job(Channel):
    """A job (which stays queued while the worker is stopped) and its channel."""

    made = []

    def __init__(self, stack, client, **more):
        self.client, self.username = client, client.me["username"]
        self.made.append(self)
        self.job_id = client.generate("A timer for tea", **more)["job"]["job_id"]
        super().__init__(stack, f"job:{self.job_id}")

    def open(self, client=None, query="", **kw):
        return Stream(self.stack, client or self.client, f"/ai/jobs/{self.job_id}/status{query}", **kw)


    def cancel(self):
        if not self.client.token:  # the test signed its user out
            self.client.login(self.username)
        assert self.client.post(f"/ai/jobs/{self.job_id}/cancel").status in (200, 409)


def without_worker(stack):
    """Body of a fixture: the stack without its worker, which does not find what was asked meanwhile."""
    stack.stop("worker")
    yield stack
    while Job.made:
        Job.made.pop().cancel()
    stack.start("worker")


class Stream:
    """One client on a socket of its own, reading only when told to."""

    def __init__(self, stack, client, path, last=None, receive_buffer=None, method="GET", port=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        port = port or stack.port
        self.socket.connect(("127.0.0.1", port))
        lines = [f"{method} /api/v1{path} HTTP/1.1", f"Host: localhost:{port}",
                 "Accept: text/event-stream"]
        if client.token:
            lines.append(f"Authorization: Bearer {client.token}")
        if last:
            lines.append(f"Last-Event-ID: {last}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.raw, self.events, self.frames, self.closed = b"", [], [], False
        self.head = None

    def read(self, seconds):
        """Takes what comes within `seconds`; False when the server closed the connection."""
        ready, _, _ = select.select([self.socket], [], [], seconds)
        if ready and not self.closed:
            try:
                got = self.socket.recv(65536)
            except ConnectionResetError:
                got = b""
            self.closed = not got
            self.raw += got
            self._parse()
        return not self.closed

    def _parse(self):
        if self.head is None:
            head, found, rest = self.raw.partition(b"\r\n\r\n")
            if not found:
                return
            self.head, self.raw = head.decode(), rest
        while b"\n\n" in self.raw:
            block, self.raw = self.raw.split(b"\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
            if "event" in fields:
                self.events.append((fields.get("id"), fields["event"], json.loads(fields["data"])))
            elif "data" in fields:
                self.frames.append(json.loads(fields["data"]))
            elif "retry" in fields:
                self.retry = int(fields["retry"])
            else:
                self.beats = getattr(self, "beats", 0) + 1

    def until(self, check, seconds=5.0):
        """Reads until check(self) is true."""
        end = time.monotonic() + seconds
        while not check(self):
            left = end - time.monotonic()
            assert left > 0 and (self.read(left) or check(self)), f"{self.head}\n{self.events or self.frames} closed={self.closed}"
        return self

    def percents(self):
        return [data["percent"] for _, event, data in self.events if event == "job.progress"]

    def of(self, topic):
        """What a multiplexed stream has said of a topic."""
        return [frame for frame in self.frames if frame["topic"] == topic]

    def heard(self, topic):
        """The percents of a topic's progress."""
        return [frame["data"]["percent"] for frame in self.of(topic) if frame["event"] == "job.progress"]

    def last_id(self, topic):
        return [frame["id"] for frame in self.of(topic) if "id" in frame][-1]

    def status(self):
        return int(self.head.split()[1])

    def close(self):
        self.socket.close()


def live(stream):
    """Waits until the stream has had its snapshot."""
    return stream.until(lambda s: s.events)
